//! The `CUSTOM_AUTH` flow, and the other built-in functions of `LambdaConfig`.

use serde_json::{Value, json};

use crate::second_factors::{create_user, respond_to_challenge};
use crate::test_pool::{PASSWORD, Refusal, TestPool, expected_error, member_names, text_of};

/// Returns the ARN of a built-in function.
fn function_arn(name: &str) -> String {
    format!("arn:aws:lambda:us-east-1:000000000000:function:local-pool-{name}")
}

/// Returns the three functions of a challenge whose answer is `open-sesame`.
fn challenge_triggers() -> Value {
    json!({
        "DefineAuthChallenge": function_arn("define-challenge"),
        "CreateAuthChallenge": function_arn("create-challenge:question=password,step=1"),
        "VerifyAuthChallengeResponse": function_arn("verify-challenge:open-sesame")
    })
}

/// Returns the settings of a client that allows `CUSTOM_AUTH`.
fn client_flows() -> Value {
    json!({"ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"]})
}

/// Creates a pool with these functions and a confirmed user.
fn pool_with_triggers(triggers: Value) -> TestPool {
    let test_pool = TestPool::with_settings(json!({"LambdaConfig": triggers}), client_flows());
    create_user(&test_pool, "ann", json!([]));
    test_pool
}

/// Starts a sign-in by `CUSTOM_AUTH`.
fn start_custom_auth(test_pool: &TestPool, parameters: Value) -> Result<Value, Refusal> {
    test_pool.call_as_app(
        "InitiateAuth",
        json!({"AuthFlow": "CUSTOM_AUTH", "AuthParameters": parameters}),
    )
}

/// Answers the custom challenge.
fn answer_challenge(test_pool: &TestPool, round: &Value, answer: &str) -> Result<Value, Refusal> {
    respond_to_challenge(
        test_pool,
        "CUSTOM_CHALLENGE",
        &round["Session"],
        json!({"USERNAME": round["ChallengeParameters"]["USERNAME"], "ANSWER": answer}),
    )
}

/// Returns the error after the last wrong answer.
fn wrong_answer_error() -> Result<Value, Refusal> {
    expected_error("NotAuthorizedException", "Incorrect username or password.")
}

#[test]
fn user_signs_in_by_a_custom_challenge_without_a_password() {
    let test_pool = pool_with_triggers(challenge_triggers());
    let round = start_custom_auth(&test_pool, json!({"USERNAME": "ann"})).unwrap();
    assert_eq!(
        round,
        json!({
            "ChallengeName": "CUSTOM_CHALLENGE", "Session": round["Session"],
            "ChallengeParameters": {"USERNAME": "ann", "question": "password", "step": "1"}
        })
    );
    assert!(text_of(&round["Session"]).starts_with("AYAB"));
    let answered = answer_challenge(&test_pool, &round, "open-sesame").unwrap();
    assert_eq!(
        member_names(&answered["AuthenticationResult"]),
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
fn third_wrong_answer_to_a_custom_challenge_ends_the_sign_in() {
    let test_pool = pool_with_triggers(challenge_triggers());
    let first = start_custom_auth(&test_pool, json!({"USERNAME": "ann"})).unwrap();
    let second = answer_challenge(&test_pool, &first, "open-barley").unwrap();
    assert_eq!(
        (&second["ChallengeName"], &second["ChallengeParameters"]),
        (&first["ChallengeName"], &first["ChallengeParameters"])
    );
    assert_eq!(
        answer_challenge(&test_pool, &first, "open-sesame"),
        expected_error(
            "NotAuthorizedException",
            "Invalid session for the user, session can only be used once."
        )
    );
    let third = answer_challenge(&test_pool, &second, "open-wheat").unwrap();
    assert_eq!(
        answer_challenge(&test_pool, &third, "open-rye"),
        wrong_answer_error()
    );
    assert_eq!(
        answer_challenge(&test_pool, &third, "open-sesame").map_err(|(name, _)| name),
        Err("NotAuthorizedException")
    );
}

#[test]
fn pool_can_end_custom_auth_after_a_single_wrong_answer() {
    let mut triggers = challenge_triggers();
    triggers["DefineAuthChallenge"] = json!(function_arn("define-challenge:1"));
    let test_pool = pool_with_triggers(triggers);
    let round = start_custom_auth(&test_pool, json!({"USERNAME": "ann"})).unwrap();
    assert_eq!(
        answer_challenge(&test_pool, &round, "open-rye"),
        wrong_answer_error()
    );
}

#[test]
fn custom_auth_can_require_srp_before_the_custom_challenge() {
    let test_pool = pool_with_triggers(challenge_triggers());
    let ephemeral = cognito_proto::srp::ClientEphemeral::from_bytes([7; 32]).unwrap();
    let begin = || {
        start_custom_auth(
            &test_pool,
            json!({"USERNAME": "ann", "CHALLENGE_NAME": "SRP_A", "SRP_A": ephemeral.srp_a()}),
        )
        .unwrap()
    };
    let round = begin();
    assert_eq!(
        member_names(&round),
        ["ChallengeName", "ChallengeParameters", "Session"]
    );
    assert_eq!(round["ChallengeName"], "PASSWORD_VERIFIER");
    let prove = |round: &Value, password: &str| {
        let ephemeral = cognito_proto::srp::ClientEphemeral::from_bytes([7; 32]).unwrap();
        let mut proof =
            test_pool.srp_response((ephemeral, round), password, &test_pool.srp_timestamp());
        proof["Session"] = round["Session"].clone();
        test_pool.call_as_app("RespondToAuthChallenge", proof)
    };
    assert_eq!(prove(&round, "Wr0ng-one!"), wrong_answer_error());
    let round = prove(&begin(), PASSWORD).unwrap();
    assert_eq!(round["ChallengeName"], "CUSTOM_CHALLENGE");
    answer_challenge(&test_pool, &round, "open-sesame").unwrap();
}

#[test]
fn unknown_user_gets_the_custom_challenge_too() {
    let mut client = client_flows();
    client["PreventUserExistenceErrors"] = json!("ENABLED");
    let hiding = TestPool::with_settings(json!({"LambdaConfig": challenge_triggers()}), client);
    let mut round = start_custom_auth(&hiding, json!({"USERNAME": "unknown"})).unwrap();
    assert_eq!(
        member_names(&round["ChallengeParameters"]),
        ["USERNAME", "question", "step"]
    );
    for _ in 0..2 {
        round = answer_challenge(&hiding, &round, "open-sesame").unwrap();
        assert_eq!(round["ChallengeName"], "CUSTOM_CHALLENGE");
    }
    assert_eq!(
        answer_challenge(&hiding, &round, "open-sesame"),
        wrong_answer_error()
    );

    let telling = pool_with_triggers(challenge_triggers());
    assert_eq!(
        start_custom_auth(&telling, json!({"USERNAME": "unknown"})),
        expected_error("UserNotFoundException", "User does not exist.")
    );
}

#[test]
fn custom_auth_skips_mfa_and_refuses_disabled_users() {
    let test_pool = pool_with_triggers(challenge_triggers());
    test_pool
        .call_as_operator(
            "SetUserPoolMfaConfig",
            json!({"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": true}}),
        )
        .unwrap();
    let round = start_custom_auth(&test_pool, json!({"USERNAME": "ann"})).unwrap();
    let late = start_custom_auth(&test_pool, json!({"USERNAME": "ann"})).unwrap();
    assert!(
        answer_challenge(&test_pool, &round, "open-sesame").unwrap()["AuthenticationResult"]
            .is_object()
    );
    test_pool
        .call_as_operator("AdminDisableUser", json!({"Username": "ann"}))
        .unwrap();
    let disabled = expected_error("NotAuthorizedException", "User is disabled.");
    assert_eq!(answer_challenge(&test_pool, &late, "open-sesame"), disabled);
    assert_eq!(
        start_custom_auth(&test_pool, json!({"USERNAME": "ann"})),
        disabled
    );
}

#[test]
fn custom_auth_needs_all_three_lambda_triggers() {
    let missing = expected_error(
        "InvalidUserPoolConfigurationException",
        "Custom auth lambda trigger is not configured for the user pool.",
    );
    assert_eq!(
        start_custom_auth(&pool_with_triggers(json!({})), json!({"USERNAME": "ann"})),
        missing
    );
    for trigger in [
        "DefineAuthChallenge",
        "CreateAuthChallenge",
        "VerifyAuthChallengeResponse",
    ] {
        let mut triggers = challenge_triggers();
        // The ARN of a function that is not built in is stored and never called.
        triggers[trigger] = json!("arn:aws:lambda:us-east-1:123456789012:function:mine");
        assert_eq!(
            start_custom_auth(&pool_with_triggers(triggers), json!({"USERNAME": "ann"})),
            missing,
            "{trigger}"
        );
    }
}

#[test]
fn error_names_the_unknown_built_in_lambda_function() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    let set = |trigger: &str, name: &str| {
        test_pool.call_as_operator(
            "UpdateUserPool",
            json!({"LambdaConfig": {trigger: function_arn(name)}}),
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
            expected_error("InvalidParameterException", text)
        );
    }
}

#[test]
fn auto_confirm_trigger_confirms_a_sign_up_immediately() {
    let sign_up = |name: &str| {
        let test_pool = TestPool::with_settings(
            json!({"LambdaConfig": {"PreSignUp": function_arn(name)}}),
            json!({}),
        );
        let email = test_pool.email_address("ann");
        let signed_up = test_pool.sign_up("ann", &email).unwrap();
        assert_eq!(member_names(&signed_up), ["UserConfirmed", "UserSub"]);
        assert_eq!(signed_up["UserConfirmed"], true);
        assert_eq!(test_pool.messages_to(&email), []);
        test_pool.sign_in_by_password("ann", PASSWORD).unwrap();
        let user = test_pool
            .call_as_operator("AdminGetUser", json!({"Username": "ann"}))
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
