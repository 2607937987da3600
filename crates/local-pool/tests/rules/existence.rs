use serde_json::{Value, json};

use crate::test_pool::{PASSWORD, TestPool, refused};

const UNKNOWN_USER: &str = "unknown@example.com";

fn telling() -> TestPool {
    TestPool::with_settings(
        json!({"UsernameAttributes": ["email"], "UsernameConfiguration": {"CaseSensitive": false}}),
        json!({"PreventUserExistenceErrors": "LEGACY"}),
    )
}

fn hint() -> Value {
    json!({"CodeDeliveryDetails":
        {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "u***@e***"}})
}

#[test]
fn a_client_that_reveals_existence_reports_unknown_users() {
    let test_pool = telling();
    let unknown = refused("UserNotFoundException", "User does not exist.");
    assert_eq!(test_pool.by_password(UNKNOWN_USER, PASSWORD), unknown);
    assert_eq!(test_pool.by_srp(UNKNOWN_USER, PASSWORD), unknown);
    let unknown = refused(
        "UserNotFoundException",
        "Username/client id combination not found.",
    );
    assert_eq!(
        test_pool.app("ForgotPassword", json!({"Username": UNKNOWN_USER})),
        unknown
    );
    assert_eq!(
        test_pool.app("ResendConfirmationCode", json!({"Username": UNKNOWN_USER})),
        unknown
    );
    assert_eq!(test_pool.confirm(UNKNOWN_USER, "123456"), unknown);
    assert_eq!(
        test_pool.app(
            "ConfirmForgotPassword",
            json!({"Username": UNKNOWN_USER, "ConfirmationCode": "123456", "Password": PASSWORD})
        ),
        unknown
    );
}

#[test]
fn a_client_that_hides_existence_reports_a_wrong_password() {
    let test_pool = TestPool::workshop();
    let incorrect = refused("NotAuthorizedException", "Incorrect username or password.");
    assert_eq!(test_pool.by_password(UNKNOWN_USER, PASSWORD), incorrect);
    assert_eq!(test_pool.by_srp(UNKNOWN_USER, PASSWORD), incorrect);
}

#[test]
fn an_unknown_user_always_gets_the_same_salt_and_id() {
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
    let ann = test_pool.confirmed(&test_pool.address("ann"));
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
        test_pool.app("ForgotPassword", json!({"Username": UNKNOWN_USER})),
        Ok(hint())
    );
    assert_eq!(
        test_pool.app("ResendConfirmationCode", json!({"Username": UNKNOWN_USER})),
        Ok(hint())
    );
    assert_eq!(test_pool.messages(UNKNOWN_USER), []);
}

#[test]
fn unknown_user_gets_expired_code_until_a_code_is_requested() {
    let test_pool = TestPool::workshop();
    let expired = refused(
        "ExpiredCodeException",
        "Invalid code provided, please request a code again.",
    );
    assert_eq!(test_pool.confirm(UNKNOWN_USER, "123456"), expired);
    let reset = || {
        test_pool.app(
            "ConfirmForgotPassword",
            json!({"Username": UNKNOWN_USER, "ConfirmationCode": "123456", "Password": PASSWORD}),
        )
    };
    assert_eq!(reset(), expired);
    test_pool
        .app("ForgotPassword", json!({"Username": UNKNOWN_USER}))
        .unwrap();
    assert_eq!(
        reset(),
        refused(
            "CodeMismatchException",
            "Invalid verification code provided, please try again."
        )
    );
}

#[test]
fn limits_apply_to_unknown_users_too() {
    let test_pool = TestPool::workshop();
    for _ in 0..5 {
        test_pool
            .app("ForgotPassword", json!({"Username": UNKNOWN_USER}))
            .unwrap();
    }
    assert_eq!(
        test_pool.app("ForgotPassword", json!({"Username": UNKNOWN_USER})),
        refused(
            "LimitExceededException",
            "Attempt limit exceeded, please try after some time."
        )
    );
    for _ in 0..5 {
        assert_eq!(
            test_pool.by_password(UNKNOWN_USER, PASSWORD),
            refused("NotAuthorizedException", "Incorrect username or password.")
        );
    }
    assert_eq!(
        test_pool.by_password(UNKNOWN_USER, PASSWORD),
        refused("NotAuthorizedException", "Password attempts exceeded")
    );
}

#[test]
fn sign_up_reports_a_taken_name_even_if_existence_is_hidden() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.confirmed(&test_pool.address("ann"));
    assert_eq!(
        test_pool.sign_up(&ann, &ann),
        refused(
            "UsernameExistsException",
            "An account with the given email already exists."
        )
    );
}
