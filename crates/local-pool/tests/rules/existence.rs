use serde_json::{Value, json};

use crate::test_pool::{PASSWORD, TestPool, expected_error};

const UNKNOWN_USER: &str = "unknown@example.com";

/// Creates a pool with a client that reveals which users exist.
fn pool_that_reveals_existence() -> TestPool {
    TestPool::with_settings(
        json!({"UsernameAttributes": ["email"], "UsernameConfiguration": {"CaseSensitive": false}}),
        json!({"PreventUserExistenceErrors": "LEGACY"}),
    )
}

/// Returns the response that contains the masked destination for the unknown user.
fn simulated_delivery_details() -> Value {
    json!({"CodeDeliveryDetails":
        {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "u***@e***"}})
}

#[test]
fn unknown_user_gets_not_found_error_if_client_reveals_users() {
    let test_pool = pool_that_reveals_existence();
    let unknown = expected_error("UserNotFoundException", "User does not exist.");
    assert_eq!(
        test_pool.sign_in_by_password(UNKNOWN_USER, PASSWORD),
        unknown
    );
    assert_eq!(test_pool.sign_in_by_srp(UNKNOWN_USER, PASSWORD), unknown);
    let unknown = expected_error(
        "UserNotFoundException",
        "Username/client id combination not found.",
    );
    assert_eq!(
        test_pool.call_as_app("ForgotPassword", json!({"Username": UNKNOWN_USER})),
        unknown
    );
    assert_eq!(
        test_pool.call_as_app("ResendConfirmationCode", json!({"Username": UNKNOWN_USER})),
        unknown
    );
    assert_eq!(test_pool.confirm_user(UNKNOWN_USER, "123456"), unknown);
    assert_eq!(
        test_pool.call_as_app(
            "ConfirmForgotPassword",
            json!({"Username": UNKNOWN_USER, "ConfirmationCode": "123456", "Password": PASSWORD})
        ),
        unknown
    );
}

#[test]
fn unknown_user_gets_wrong_password_error_if_client_hides_users() {
    let test_pool = TestPool::workshop();
    let incorrect = expected_error("NotAuthorizedException", "Incorrect username or password.");
    assert_eq!(
        test_pool.sign_in_by_password(UNKNOWN_USER, PASSWORD),
        incorrect
    );
    assert_eq!(test_pool.sign_in_by_srp(UNKNOWN_USER, PASSWORD), incorrect);
}

#[test]
fn unknown_user_always_gets_the_same_srp_salt_and_user_id() {
    let test_pool = TestPool::workshop();
    let (_, first) = test_pool.start_srp(UNKNOWN_USER).unwrap();
    let (_, again) = test_pool.start_srp("UnKnown@Example.com").unwrap();
    let (_, other) = test_pool.start_srp("other@example.com").unwrap();
    let steady = |round: &Value| {
        let given = &round["ChallengeParameters"];
        (
            given["SALT"].clone(),
            given["USER_ID_FOR_SRP"].clone(),
            given["USERNAME"].clone(),
        )
    };
    assert_eq!(steady(&first), steady(&again));
    assert_ne!(steady(&first), steady(&other));
    for drawn in ["SRP_B", "SECRET_BLOCK"] {
        assert_ne!(
            first["ChallengeParameters"][drawn],
            again["ChallengeParameters"][drawn]
        );
    }
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    let (_, real) = test_pool.start_srp(&ann).unwrap();
    let shape = |round: &Value| -> Vec<(String, usize)> {
        let given = round["ChallengeParameters"].as_object().unwrap();
        given
            .iter()
            .filter(|(name, _)| *name != "SECRET_BLOCK" && *name != "SRP_B" && *name != "SALT")
            .map(|(name, value)| (name.clone(), value.as_str().unwrap().len()))
            .collect()
    };
    assert_eq!(shape(&first), shape(&real));
}

#[test]
fn forgot_password_does_not_reveal_unknown_users() {
    let test_pool = TestPool::workshop();
    assert_eq!(
        test_pool.call_as_app("ForgotPassword", json!({"Username": UNKNOWN_USER})),
        Ok(simulated_delivery_details())
    );
    assert_eq!(
        test_pool.call_as_app("ResendConfirmationCode", json!({"Username": UNKNOWN_USER})),
        Ok(simulated_delivery_details())
    );
    assert_eq!(test_pool.messages_to(UNKNOWN_USER), []);
}

#[test]
fn unknown_user_gets_expired_code_error_if_no_code_was_sent() {
    let test_pool = TestPool::workshop();
    let expired = expected_error(
        "ExpiredCodeException",
        "Invalid code provided, please request a code again.",
    );
    assert_eq!(test_pool.confirm_user(UNKNOWN_USER, "123456"), expired);
    let reset = || {
        test_pool.call_as_app(
            "ConfirmForgotPassword",
            json!({"Username": UNKNOWN_USER, "ConfirmationCode": "123456", "Password": PASSWORD}),
        )
    };
    assert_eq!(reset(), expired);
    test_pool
        .call_as_app("ForgotPassword", json!({"Username": UNKNOWN_USER}))
        .unwrap();
    assert_eq!(
        reset(),
        expected_error(
            "CodeMismatchException",
            "Invalid verification code provided, please try again."
        )
    );
}

#[test]
fn unknown_user_gets_the_same_attempt_limits_as_a_known_user() {
    let test_pool = TestPool::workshop();
    for _ in 0..5 {
        test_pool
            .call_as_app("ForgotPassword", json!({"Username": UNKNOWN_USER}))
            .unwrap();
    }
    assert_eq!(
        test_pool.call_as_app("ForgotPassword", json!({"Username": UNKNOWN_USER})),
        expected_error(
            "LimitExceededException",
            "Attempt limit exceeded, please try after some time."
        )
    );
    for _ in 0..5 {
        assert_eq!(
            test_pool.sign_in_by_password(UNKNOWN_USER, PASSWORD),
            expected_error("NotAuthorizedException", "Incorrect username or password.")
        );
    }
    assert_eq!(
        test_pool.sign_in_by_password(UNKNOWN_USER, PASSWORD),
        expected_error("NotAuthorizedException", "Password attempts exceeded")
    );
}

#[test]
fn sign_up_reports_a_taken_username_even_if_existence_is_hidden() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    assert_eq!(
        test_pool.sign_up(&ann, &ann),
        expected_error(
            "UsernameExistsException",
            "An account with the given email already exists."
        )
    );
}
