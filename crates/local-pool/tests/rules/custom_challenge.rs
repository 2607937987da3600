//! The `CUSTOM_AUTH` flow, and the other built-in functions of `LambdaConfig`.

use serde_json::{Value, json};

use crate::second_factors::{person, respond};
use crate::test_pool::{PASSWORD, Refusal, TestPool, names, refused, text};

fn function(name: &str) -> String {
    format!("arn:aws:lambda:us-east-1:000000000000:function:local-pool-{name}")
}

/// The three functions of a challenge whose answer is `open-sesame`.
fn challenge() -> Value {
    json!({
        "DefineAuthChallenge": function("define-challenge"),
        "CreateAuthChallenge": function("create-challenge:question=password,step=1"),
        "VerifyAuthChallengeResponse": function("verify-challenge:open-sesame")
    })
}

fn flows() -> Value {
    json!({"ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"]})
}

fn test_pool(triggers: Value) -> TestPool {
    let test_pool = TestPool::with_settings(json!({"LambdaConfig": triggers}), flows());
    person(&test_pool, "ann", json!([]));
    test_pool
}

fn start(test_pool: &TestPool, parameters: Value) -> Result<Value, Refusal> {
    test_pool.app(
        "InitiateAuth",
        json!({"AuthFlow": "CUSTOM_AUTH", "AuthParameters": parameters}),
    )
}

fn answer(test_pool: &TestPool, round: &Value, answer: &str) -> Result<Value, Refusal> {
    respond(
        test_pool,
        "CUSTOM_CHALLENGE",
        &round["Session"],
        json!({"USERNAME": round["ChallengeParameters"]["USERNAME"], "ANSWER": answer}),
    )
}

fn wrong() -> Result<Value, Refusal> {
    refused("NotAuthorizedException", "Incorrect username or password.")
}

#[test]
fn a_custom_challenge_signs_in_without_a_password() {
    let test_pool = test_pool(challenge());
    let round = start(&test_pool, json!({"USERNAME": "ann"})).unwrap();
    assert_eq!(
        round,
        json!({
            "ChallengeName": "CUSTOM_CHALLENGE", "Session": round["Session"],
            "ChallengeParameters": {"USERNAME": "ann", "question": "password", "step": "1"}
        })
    );
    assert!(text(&round["Session"]).starts_with("AYAB"));
    let answered = answer(&test_pool, &round, "open-sesame").unwrap();
    assert_eq!(
        names(&answered["AuthenticationResult"]),
        [
            "AccessToken",
            "ExpiresIn",
            "IdToken",
            "RefreshToken",
            "TokenType"
        ]
    );
}

#[test]
fn the_third_wrong_answer_ends_the_sign_in() {
    let test_pool = test_pool(challenge());
    let first = start(&test_pool, json!({"USERNAME": "ann"})).unwrap();
    let second = answer(&test_pool, &first, "open-barley").unwrap();
    assert_eq!(
        (&second["ChallengeName"], &second["ChallengeParameters"]),
        (&first["ChallengeName"], &first["ChallengeParameters"])
    );
    assert_eq!(
        answer(&test_pool, &first, "open-sesame"),
        refused(
            "NotAuthorizedException",
            "Invalid session for the user, session can only be used once."
        )
    );
    let third = answer(&test_pool, &second, "open-wheat").unwrap();
    assert_eq!(answer(&test_pool, &third, "open-rye"), wrong());
    assert_eq!(
        answer(&test_pool, &third, "open-sesame").map_err(|(name, _)| name),
        Err("NotAuthorizedException")
    );
}

#[test]
fn a_pool_can_allow_a_single_wrong_answer() {
    let mut triggers = challenge();
    triggers["DefineAuthChallenge"] = json!(function("define-challenge:1"));
    let test_pool = test_pool(triggers);
    let round = start(&test_pool, json!({"USERNAME": "ann"})).unwrap();
    assert_eq!(answer(&test_pool, &round, "open-rye"), wrong());
}

#[test]
fn client_can_require_the_password_before_the_challenge() {
    let test_pool = test_pool(challenge());
    let ephemeral = cognito_proto::srp::Ephemeral::from_bytes([7; 32]).unwrap();
    let begin = || {
        start(
            &test_pool,
            json!({"USERNAME": "ann", "CHALLENGE_NAME": "SRP_A", "SRP_A": ephemeral.srp_a()}),
        )
        .unwrap()
    };
    let round = begin();
    assert_eq!(
        names(&round),
        ["ChallengeName", "ChallengeParameters", "Session"]
    );
    assert_eq!(round["ChallengeName"], "PASSWORD_VERIFIER");
    let prove = |round: &Value, password: &str| {
        let ephemeral = cognito_proto::srp::Ephemeral::from_bytes([7; 32]).unwrap();
        let mut proof = test_pool.srp_answer((ephemeral, round), password, &test_pool.timestamp());
        proof["Session"] = round["Session"].clone();
        test_pool.app("RespondToAuthChallenge", proof)
    };
    assert_eq!(prove(&round, "Wr0ng-one!"), wrong());
    let round = prove(&begin(), PASSWORD).unwrap();
    assert_eq!(round["ChallengeName"], "CUSTOM_CHALLENGE");
    answer(&test_pool, &round, "open-sesame").unwrap();
}

#[test]
fn an_unknown_user_gets_the_custom_challenge_too() {
    let mut client = flows();
    client["PreventUserExistenceErrors"] = json!("ENABLED");
    let hiding = TestPool::with_settings(json!({"LambdaConfig": challenge()}), client);
    let mut round = start(&hiding, json!({"USERNAME": "unknown"})).unwrap();
    assert_eq!(
        names(&round["ChallengeParameters"]),
        ["USERNAME", "question", "step"]
    );
    for _ in 0..2 {
        round = answer(&hiding, &round, "open-sesame").unwrap();
        assert_eq!(round["ChallengeName"], "CUSTOM_CHALLENGE");
    }
    assert_eq!(answer(&hiding, &round, "open-sesame"), wrong());

    let telling = test_pool(challenge());
    assert_eq!(
        start(&telling, json!({"USERNAME": "unknown"})),
        refused("UserNotFoundException", "User does not exist.")
    );
}

#[test]
fn custom_auth_skips_mfa_and_refuses_disabled_users() {
    let test_pool = test_pool(challenge());
    test_pool
        .admin(
            "SetUserPoolMfaConfig",
            json!({"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": true}}),
        )
        .unwrap();
    let round = start(&test_pool, json!({"USERNAME": "ann"})).unwrap();
    let late = start(&test_pool, json!({"USERNAME": "ann"})).unwrap();
    assert!(answer(&test_pool, &round, "open-sesame").unwrap()["AuthenticationResult"].is_object());
    test_pool
        .admin("AdminDisableUser", json!({"Username": "ann"}))
        .unwrap();
    let disabled = refused("NotAuthorizedException", "User is disabled.");
    assert_eq!(answer(&test_pool, &late, "open-sesame"), disabled);
    assert_eq!(start(&test_pool, json!({"USERNAME": "ann"})), disabled);
}

#[test]
fn custom_auth_needs_all_three_functions() {
    let missing = refused(
        "InvalidUserPoolConfigurationException",
        "Custom auth lambda trigger is not configured for the user pool.",
    );
    assert_eq!(
        start(&test_pool(json!({})), json!({"USERNAME": "ann"})),
        missing
    );
    for trigger in [
        "DefineAuthChallenge",
        "CreateAuthChallenge",
        "VerifyAuthChallengeResponse",
    ] {
        let mut triggers = challenge();
        // The ARN of a function that is not built in is stored and never called.
        triggers[trigger] = json!("arn:aws:lambda:us-east-1:123456789012:function:mine");
        assert_eq!(
            start(&test_pool(triggers), json!({"USERNAME": "ann"})),
            missing,
            "{trigger}"
        );
    }
}

#[test]
fn error_names_the_unknown_built_in_function() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    let set = |trigger: &str, name: &str| {
        test_pool.admin(
            "UpdateUserPool",
            json!({"LambdaConfig": {trigger: function(name)}}),
        )
    };
    for (trigger, name, text) in [
        (
            "PreSignUp",
            "welcome",
            "PreSignUp local-pool-welcome: the built-in function does not exist.",
        ),
        (
            "PostConfirmation",
            "auto-confirm",
            "PostConfirmation local-pool-auto-confirm: the function belongs to another trigger.",
        ),
        (
            "PreSignUp",
            "auto-confirm:address",
            "PreSignUp local-pool-auto-confirm: the argument must be email, phone_number or both, separated by a comma.",
        ),
        (
            "DefineAuthChallenge",
            "define-challenge:0",
            "DefineAuthChallenge local-pool-define-challenge: the argument must be the number of wrong answers that end a sign-in.",
        ),
        (
            "CreateAuthChallenge",
            "create-challenge:question",
            "CreateAuthChallenge local-pool-create-challenge: the argument must be a list of name=value, separated by commas.",
        ),
        (
            "VerifyAuthChallengeResponse",
            "verify-challenge",
            "VerifyAuthChallengeResponse local-pool-verify-challenge: the argument must be the correct answer.",
        ),
    ] {
        assert_eq!(
            set(trigger, name),
            refused("InvalidParameterException", text)
        );
    }
}

#[test]
fn auto_confirm_confirms_a_sign_up_at_once() {
    let sign_up = |name: &str| {
        let test_pool = TestPool::with_settings(
            json!({"LambdaConfig": {"PreSignUp": function(name)}}),
            json!({}),
        );
        let email = test_pool.address("ann");
        let signed_up = test_pool.sign_up("ann", &email).unwrap();
        assert_eq!(names(&signed_up), ["UserConfirmed", "UserSub"]);
        assert_eq!(signed_up["UserConfirmed"], true);
        assert_eq!(test_pool.messages(&email), []);
        test_pool.by_password("ann", PASSWORD).unwrap();
        let user = test_pool
            .admin("AdminGetUser", json!({"Username": "ann"}))
            .unwrap();
        assert_eq!(user["UserStatus"], "CONFIRMED");
        let verified = user["UserAttributes"]
            .as_array()
            .unwrap()
            .contains(&json!({"Name": "email_verified", "Value": "true"}));
        assert!(
            !user["UserAttributes"].to_string().contains("phone_number"),
            "an absent contact is not verified"
        );
        verified
    };
    assert!(!sign_up("auto-confirm"));
    assert!(sign_up("auto-confirm:email"));
    assert!(sign_up("auto-confirm:email,phone_number"));
}
