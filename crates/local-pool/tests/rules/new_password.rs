use serde_json::{Value, json};

use crate::test_pool::{Refusal, TestPool, expected_error, member_names, text_of};

const TEMPORARY: &str = "Temp0rary!";
const NEW: &str = "N3wPassw0rd!";

/// Creates a pool that requires a family name, and a user that an operator created.
fn pool_with_invited_user() -> TestPool {
    let test_pool = TestPool::with_settings(
        json!({"Schema": [{"Name": "family_name", "Required": true, "Mutable": true}]}),
        json!({}),
    );
    test_pool
        .call_as_operator(
            "AdminCreateUser",
            json!({"Username": "ann", "TemporaryPassword": TEMPORARY, "UserAttributes": [
                {"Name": "email", "Value": test_pool.email_address("ann")}, {"Name": "email_verified", "Value": "true"}
            ]}),
        )
        .unwrap();
    test_pool
}

/// Responds to `NEW_PASSWORD_REQUIRED`.
fn respond_with_new_password(
    test_pool: &TestPool,
    session: &Value,
    responses: Value,
) -> Result<Value, Refusal> {
    test_pool.call_as_app(
        "RespondToAuthChallenge",
        json!({"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": session, "ChallengeResponses": responses}),
    )
}

#[test]
fn user_must_replace_a_temporary_password_at_sign_in() {
    let test_pool = pool_with_invited_user();
    let round = test_pool.sign_in_by_srp("ann", TEMPORARY).unwrap();
    assert_eq!(
        member_names(&round),
        ["ChallengeName", "ChallengeParameters", "Session"]
    );
    assert_eq!(round["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let given = &round["ChallengeParameters"];
    assert_eq!(
        member_names(given),
        ["USER_ID_FOR_SRP", "requiredAttributes", "userAttributes"]
    );
    assert_eq!(given["USER_ID_FOR_SRP"], "ann");
    assert_eq!(
        given["requiredAttributes"],
        r#"["userAttributes.family_name"]"#
    );
    let shown: Value = serde_json::from_str(&text_of(&given["userAttributes"])).unwrap();
    assert_eq!(
        shown,
        json!({"email": test_pool.email_address("ann"), "email_verified": "true"})
    );
    assert!(text_of(&round["Session"]).starts_with("AYAB"));

    let answer = respond_with_new_password(
        &test_pool,
        &round["Session"],
        json!({"USERNAME": "ann", "NEW_PASSWORD": NEW, "userAttributes.family_name": "Lee"}),
    )
    .unwrap();
    assert_eq!(
        member_names(&answer["AuthenticationResult"]),
        [
            "AccessToken",
            "ExpiresIn",
            "IdToken",
            "RefreshToken",
            "TokenType"
        ]
    );
    let user = test_pool
        .call_as_operator("AdminGetUser", json!({"Username": "ann"}))
        .unwrap();
    assert_eq!(user["UserStatus"], "CONFIRMED");
    test_pool.sign_in_by_srp("ann", NEW).unwrap();
}

#[test]
fn new_password_challenge_can_be_retried_after_a_weak_password() {
    let test_pool = pool_with_invited_user();
    let session = test_pool.sign_in_by_password("ann", TEMPORARY).unwrap()["Session"].clone();
    let answer = |password: &str| {
        respond_with_new_password(
            &test_pool,
            &session,
            json!({"USERNAME": "ann", "NEW_PASSWORD": password, "userAttributes.family_name": "Lee"}),
        )
    };
    assert_eq!(
        answer("weak"),
        expected_error(
            "InvalidPasswordException",
            "Password did not conform with policy: Password not long enough"
        )
    );
    answer(NEW).unwrap();
    assert_eq!(
        answer(NEW),
        expected_error(
            "NotAuthorizedException",
            "Invalid session for the user, session can only be used once."
        )
    );
}

#[test]
fn new_password_session_is_valid_for_one_user_and_3_minutes() {
    let test_pool = pool_with_invited_user();
    let session = test_pool.sign_in_by_password("ann", TEMPORARY).unwrap()["Session"].clone();
    let invalid = expected_error("NotAuthorizedException", "Invalid session for the user.");
    let answer =
        json!({"USERNAME": "ann", "NEW_PASSWORD": NEW, "userAttributes.family_name": "Lee"});
    assert_eq!(
        respond_with_new_password(&test_pool, &json!("A".repeat(1_000)), answer.clone()),
        invalid
    );
    test_pool
        .call_as_operator(
            "AdminCreateUser",
            json!({"Username": "bob", "TemporaryPassword": TEMPORARY}),
        )
        .unwrap();
    assert_eq!(
        respond_with_new_password(
            &test_pool,
            &session,
            json!({"USERNAME": "bob", "NEW_PASSWORD": NEW})
        ),
        invalid
    );
    assert_eq!(
        test_pool.call_as_app(
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
        respond_with_new_password(&test_pool, &session, answer),
        expected_error(
            "NotAuthorizedException",
            "Invalid session for the user, session is expired."
        )
    );
}

#[test]
fn new_password_challenge_lists_missing_and_existing_attributes() {
    let test_pool = TestPool::with_settings(
        json!({"Schema": [
            {"Name": "email", "Required": true, "Mutable": true},
            {"Name": "family_name", "Required": true, "Mutable": true}
        ]}),
        json!({}),
    );
    test_pool
        .call_as_operator(
            "AdminCreateUser",
            json!({"Username": "ann", "TemporaryPassword": TEMPORARY,
                "UserAttributes": [{"Name": "email", "Value": test_pool.email_address("ann")}]}),
        )
        .unwrap();
    let session = test_pool.sign_in_by_password("ann", TEMPORARY).unwrap()["Session"].clone();
    assert_eq!(
        respond_with_new_password(&test_pool, &session, json!({"USERNAME": "ann"})),
        expected_error(
            "InvalidParameterException",
            "Missing required parameter NEW_PASSWORD"
        )
    );
    assert_eq!(
        respond_with_new_password(
            &test_pool,
            &session,
            json!({"USERNAME": "ann", "NEW_PASSWORD": NEW})
        ),
        expected_error(
            "InvalidParameterException",
            "Invalid attributes given, family_name is missing"
        )
    );
    assert_eq!(
        respond_with_new_password(
            &test_pool,
            &session,
            json!({
                "USERNAME": "ann", "NEW_PASSWORD": NEW, "userAttributes.family_name": "Lee",
                "userAttributes.email": test_pool.email_address("other")
            })
        ),
        expected_error(
            "NotAuthorizedException",
            "Cannot modify an already provided email"
        )
    );
}

#[test]
fn temporary_password_is_valid_for_one_week() {
    let test_pool = pool_with_invited_user();
    test_pool.advance_clock(7 * 86_400 - 1);
    assert_eq!(
        test_pool.sign_in_by_password("ann", TEMPORARY).unwrap()["ChallengeName"],
        "NEW_PASSWORD_REQUIRED"
    );
    test_pool.advance_clock(1);
    assert_eq!(
        test_pool.sign_in_by_password("ann", TEMPORARY),
        expected_error(
            "NotAuthorizedException",
            "Temporary password has expired and must be reset by an administrator."
        )
    );
    assert_eq!(
        test_pool.sign_in_by_password("ann", "Wr0ng-one!"),
        expected_error("NotAuthorizedException", "Incorrect username or password.")
    );
}

#[test]
fn administrator_can_respond_to_the_new_password_challenge() {
    let test_pool = pool_with_invited_user();
    let start = |password: &str| {
        test_pool.call_as_operator(
            "AdminInitiateAuth",
            json!({
                "ClientId": test_pool.client_id, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
                "AuthParameters": {"USERNAME": "ann", "PASSWORD": password}
            }),
        )
    };
    let round = start(TEMPORARY).unwrap();
    let answer = test_pool
        .call_as_operator(
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
