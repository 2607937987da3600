use serde_json::{Value, json};

use crate::test_pool::{Refusal, TestPool, names, refused, text};

const TEMPORARY: &str = "Temp0rary!";
const NEW: &str = "N3wPassw0rd!";

/// A user that an operator created, in a pool that requires a family name.
fn invited() -> TestPool {
    let test_pool = TestPool::with_settings(
        json!({"Schema": [{"Name": "family_name", "Required": true, "Mutable": true}]}),
        json!({}),
    );
    test_pool
        .admin(
            "AdminCreateUser",
            json!({"Username": "ann", "TemporaryPassword": TEMPORARY, "UserAttributes": [
                {"Name": "email", "Value": test_pool.address("ann")}, {"Name": "email_verified", "Value": "true"}
            ]}),
        )
        .unwrap();
    test_pool
}

fn respond(test_pool: &TestPool, session: &Value, responses: Value) -> Result<Value, Refusal> {
    test_pool.app(
        "RespondToAuthChallenge",
        json!({"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": session, "ChallengeResponses": responses}),
    )
}

#[test]
fn a_temporary_password_is_replaced_at_sign_in() {
    let test_pool = invited();
    let round = test_pool.by_srp("ann", TEMPORARY).unwrap();
    assert_eq!(
        names(&round),
        ["ChallengeName", "ChallengeParameters", "Session"]
    );
    assert_eq!(round["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let given = &round["ChallengeParameters"];
    assert_eq!(
        names(given),
        ["USER_ID_FOR_SRP", "requiredAttributes", "userAttributes"]
    );
    assert_eq!(given["USER_ID_FOR_SRP"], "ann");
    assert_eq!(
        given["requiredAttributes"],
        r#"["userAttributes.family_name"]"#
    );
    let shown: Value = serde_json::from_str(&text(&given["userAttributes"])).unwrap();
    assert_eq!(
        shown,
        json!({"email": test_pool.address("ann"), "email_verified": "true"})
    );
    assert!(text(&round["Session"]).starts_with("AYAB"));

    let answer = respond(
        &test_pool,
        &round["Session"],
        json!({"USERNAME": "ann", "NEW_PASSWORD": NEW, "userAttributes.family_name": "Lee"}),
    )
    .unwrap();
    assert_eq!(
        names(&answer["AuthenticationResult"]),
        [
            "AccessToken",
            "ExpiresIn",
            "IdToken",
            "RefreshToken",
            "TokenType"
        ]
    );
    let user = test_pool
        .admin("AdminGetUser", json!({"Username": "ann"}))
        .unwrap();
    assert_eq!(user["UserStatus"], "CONFIRMED");
    test_pool.by_srp("ann", NEW).unwrap();
}

#[test]
fn session_stays_valid_only_after_a_weak_password() {
    let test_pool = invited();
    let session = test_pool.by_password("ann", TEMPORARY).unwrap()["Session"].clone();
    let answer = |password: &str| {
        respond(
            &test_pool,
            &session,
            json!({"USERNAME": "ann", "NEW_PASSWORD": password, "userAttributes.family_name": "Lee"}),
        )
    };
    assert_eq!(
        answer("weak"),
        refused(
            "InvalidPasswordException",
            "Password did not conform with policy: Password not long enough"
        )
    );
    answer(NEW).unwrap();
    assert_eq!(
        answer(NEW),
        refused(
            "NotAuthorizedException",
            "Invalid session for the user, session can only be used once."
        )
    );
}

#[test]
fn session_is_for_one_user_and_challenge_for_three_minutes() {
    let test_pool = invited();
    let session = test_pool.by_password("ann", TEMPORARY).unwrap()["Session"].clone();
    let invalid = refused("NotAuthorizedException", "Invalid session for the user.");
    let answer =
        json!({"USERNAME": "ann", "NEW_PASSWORD": NEW, "userAttributes.family_name": "Lee"});
    assert_eq!(
        respond(&test_pool, &json!("A".repeat(1_000)), answer.clone()),
        invalid
    );
    test_pool
        .admin(
            "AdminCreateUser",
            json!({"Username": "bob", "TemporaryPassword": TEMPORARY}),
        )
        .unwrap();
    assert_eq!(
        respond(
            &test_pool,
            &session,
            json!({"USERNAME": "bob", "NEW_PASSWORD": NEW})
        ),
        invalid
    );
    assert_eq!(
        test_pool.app(
            "RespondToAuthChallenge",
            json!({
                "ChallengeName": "SMS_MFA", "Session": session,
                "ChallengeResponses": {"USERNAME": "ann", "SMS_MFA_CODE": "123456"}
            })
        ),
        invalid
    );
    test_pool.advance_clock(180);
    assert_eq!(
        respond(&test_pool, &session, answer),
        refused(
            "NotAuthorizedException",
            "Invalid session for the user, session is expired."
        )
    );
}

#[test]
fn challenge_lists_missing_attributes_and_keeps_existing_ones() {
    let test_pool = TestPool::with_settings(
        json!({"Schema": [
            {"Name": "email", "Required": true, "Mutable": true},
            {"Name": "family_name", "Required": true, "Mutable": true}
        ]}),
        json!({}),
    );
    test_pool
        .admin(
            "AdminCreateUser",
            json!({"Username": "ann", "TemporaryPassword": TEMPORARY,
                "UserAttributes": [{"Name": "email", "Value": test_pool.address("ann")}]}),
        )
        .unwrap();
    let session = test_pool.by_password("ann", TEMPORARY).unwrap()["Session"].clone();
    assert_eq!(
        respond(&test_pool, &session, json!({"USERNAME": "ann"})),
        refused(
            "InvalidParameterException",
            "Missing required parameter NEW_PASSWORD"
        )
    );
    assert_eq!(
        respond(
            &test_pool,
            &session,
            json!({"USERNAME": "ann", "NEW_PASSWORD": NEW})
        ),
        refused(
            "InvalidParameterException",
            "Invalid attributes given, family_name is missing"
        )
    );
    assert_eq!(
        respond(
            &test_pool,
            &session,
            json!({
                "USERNAME": "ann", "NEW_PASSWORD": NEW, "userAttributes.family_name": "Lee",
                "userAttributes.email": test_pool.address("other")
            })
        ),
        refused(
            "NotAuthorizedException",
            "Cannot modify an already provided email"
        )
    );
}

#[test]
fn temporary_password_is_valid_for_one_week() {
    let test_pool = invited();
    test_pool.advance_clock(7 * 86_400 - 1);
    assert_eq!(
        test_pool.by_password("ann", TEMPORARY).unwrap()["ChallengeName"],
        "NEW_PASSWORD_REQUIRED"
    );
    test_pool.advance_clock(1);
    assert_eq!(
        test_pool.by_password("ann", TEMPORARY),
        refused(
            "NotAuthorizedException",
            "Temporary password has expired and must be reset by an administrator."
        )
    );
    assert_eq!(
        test_pool.by_password("ann", "Wr0ng-one!"),
        refused("NotAuthorizedException", "Incorrect username or password.")
    );
}

#[test]
fn an_operator_can_respond_to_the_challenge() {
    let test_pool = invited();
    let start = |password: &str| {
        test_pool.admin(
            "AdminInitiateAuth",
            json!({
                "ClientId": test_pool.client_id, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
                "AuthParameters": {"USERNAME": "ann", "PASSWORD": password}
            }),
        )
    };
    let round = start(TEMPORARY).unwrap();
    let answer = test_pool
        .admin(
            "AdminRespondToAuthChallenge",
            json!({
                "ClientId": test_pool.client_id, "ChallengeName": "NEW_PASSWORD_REQUIRED",
                "Session": round["Session"],
                "ChallengeResponses":
                    {"USERNAME": "ann", "NEW_PASSWORD": NEW, "userAttributes.family_name": "Lee"}
            }),
        )
        .unwrap();
    assert_eq!(answer["AuthenticationResult"]["TokenType"], "Bearer");
    assert_eq!(
        start(NEW).unwrap()["AuthenticationResult"]["ExpiresIn"],
        3600
    );
}
