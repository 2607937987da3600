use serde_json::{Value, json};

use crate::test_pool::{PASSWORD, Refusal, TestPool, expected_error};

const NEW: &str = "N3wPassw0rd!";

/// Calls `ForgotPassword` for this user.
fn request_reset_code(test_pool: &TestPool, username: &str) -> Result<Value, Refusal> {
    test_pool.call_as_app("ForgotPassword", json!({"Username": username}))
}

/// Calls `ConfirmForgotPassword` with this code.
fn reset_password(
    test_pool: &TestPool,
    username: &str,
    code: &str,
    password: &str,
) -> Result<Value, Refusal> {
    test_pool.call_as_app(
        "ConfirmForgotPassword",
        json!({"Username": username, "ConfirmationCode": code, "Password": password}),
    )
}

/// Returns the error for an expired code.
fn expired_code_error() -> Result<Value, Refusal> {
    expected_error(
        "ExpiredCodeException",
        "Invalid code provided, please request a code again.",
    )
}

#[test]
fn reset_code_sets_a_new_password_that_replaces_the_old_one() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    let refresh_token = test_pool.sign_in_for_tokens(&ann)["RefreshToken"].clone();
    assert_eq!(
        request_reset_code(&test_pool, &ann),
        Ok(json!({"CodeDeliveryDetails":
            {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@u***"}}))
    );
    let code = test_pool.newest_code(&ann);
    test_pool.sign_in_by_srp(&ann, PASSWORD).unwrap(); // asking changes nothing
    assert_eq!(reset_password(&test_pool, &ann, &code, NEW), Ok(json!({})));
    test_pool.sign_in_by_srp(&ann, NEW).unwrap();
    assert_eq!(
        test_pool.sign_in_by_srp(&ann, PASSWORD),
        expected_error("NotAuthorizedException", "Incorrect username or password.")
    );
    assert_eq!(
        reset_password(&test_pool, &ann, &code, PASSWORD),
        expired_code_error(),
        "a code serves once"
    );
    // A signed-in user stays signed in.
    test_pool
        .call_as_app(
            "GetTokensFromRefreshToken",
            json!({"RefreshToken": refresh_token}),
        )
        .unwrap();
}

#[test]
fn password_reset_code_is_valid_for_one_hour() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    request_reset_code(&test_pool, &ann).unwrap();
    test_pool.advance_clock(3_600);
    assert_eq!(
        reset_password(&test_pool, &ann, &test_pool.newest_code(&ann), NEW),
        expired_code_error()
    );
    request_reset_code(&test_pool, &ann).unwrap();
    test_pool.advance_clock(3_599);
    assert_eq!(
        reset_password(&test_pool, &ann, &test_pool.newest_code(&ann), NEW),
        Ok(json!({}))
    );
}

#[test]
fn reset_code_stays_valid_after_a_wrong_code_or_weak_password() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    assert_eq!(
        reset_password(&test_pool, &ann, "123456", NEW),
        expired_code_error(),
        "none was asked for"
    );
    request_reset_code(&test_pool, &ann).unwrap();
    assert_eq!(
        reset_password(&test_pool, &ann, &test_pool.wrong_code(&ann), NEW),
        expected_error(
            "CodeMismatchException",
            "Invalid verification code provided, please try again."
        )
    );
    assert_eq!(
        reset_password(&test_pool, &ann, &test_pool.newest_code(&ann), "weak"),
        expected_error(
            "InvalidPasswordException",
            "Password did not conform with policy: Password not long enough"
        )
    );
    assert_eq!(
        reset_password(&test_pool, &ann, &test_pool.newest_code(&ann), NEW),
        Ok(json!({}))
    );
}

#[test]
fn password_reset_codes_and_attempts_are_limited_per_hour() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    let limit = expected_error(
        "LimitExceededException",
        "Attempt limit exceeded, please try after some time.",
    );
    for _ in 0..5 {
        request_reset_code(&test_pool, &ann).unwrap();
    }
    assert_eq!(request_reset_code(&test_pool, &ann), limit);
    for _ in 0..10 {
        assert_eq!(
            reset_password(&test_pool, &ann, &test_pool.wrong_code(&ann), NEW),
            expected_error(
                "CodeMismatchException",
                "Invalid verification code provided, please try again."
            )
        );
    }
    assert_eq!(
        reset_password(&test_pool, &ann, &test_pool.newest_code(&ann), NEW),
        limit
    );
}

#[test]
fn forgot_password_needs_a_verified_email_or_phone_number() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    let ann = test_pool.email_address("ann");
    test_pool.sign_up("ann", &ann).unwrap();
    let sent = test_pool.messages_to(&ann).len();
    assert_eq!(
        request_reset_code(&test_pool, "ann"),
        expected_error(
            "InvalidParameterException",
            "Cannot reset password for the user as there is no registered/verified email or phone_number"
        )
    );
    assert_eq!(test_pool.messages_to(&ann).len(), sent);
}

#[test]
fn forgot_password_does_not_reveal_unverified_users() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.email_address("ann");
    test_pool.sign_up(&ann, &ann).unwrap();
    let sent = test_pool.messages_to(&ann).len();
    assert_eq!(
        request_reset_code(&test_pool, &ann),
        Ok(json!({"CodeDeliveryDetails":
            {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@u***"}}))
    );
    assert_eq!(test_pool.messages_to(&ann).len(), sent);
}

#[test]
fn user_with_a_temporary_password_cannot_reset_it() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.email_address("ann");
    test_pool
        .call_as_operator(
            "AdminCreateUser",
            json!({"Username": ann, "UserAttributes": [{"Name": "email_verified", "Value": "true"}]}),
        )
        .unwrap();
    assert_eq!(
        request_reset_code(&test_pool, &ann),
        expected_error(
            "NotAuthorizedException",
            "User password cannot be reset in the current state."
        )
    );
}

#[test]
fn account_recovery_setting_selects_where_reset_code_is_sent() {
    let with_both = |recovery: Value| {
        let test_pool =
            TestPool::with_settings(json!({"AccountRecoverySetting": recovery}), json!({}));
        test_pool
            .call_as_operator(
                "AdminCreateUser",
                json!({"Username": "ann", "MessageAction": "SUPPRESS", "UserAttributes": [
                    {"Name": "email", "Value": test_pool.email_address("ann")},
                    {"Name": "email_verified", "Value": "true"},
                    {"Name": "phone_number", "Value": "+14325554114"},
                    {"Name": "phone_number_verified", "Value": "true"}
                ]}),
            )
            .unwrap();
        test_pool
            .call_as_operator(
                "AdminSetUserPassword",
                json!({"Username": "ann", "Password": PASSWORD, "Permanent": true}),
            )
            .unwrap();
        request_reset_code(&test_pool, "ann")
            .map(|answer| answer["CodeDeliveryDetails"]["AttributeName"].clone())
    };
    let mechanisms = |names: &[&str]| {
        let list: Vec<Value> = names
            .iter()
            .zip(1..)
            .map(|(name, priority): (_, u8)| json!({"Name": name, "Priority": priority}))
            .collect();
        json!({"RecoveryMechanisms": list})
    };
    assert_eq!(
        with_both(mechanisms(&["verified_email", "verified_phone_number"])),
        Ok(json!("email"))
    );
    assert_eq!(
        with_both(mechanisms(&["verified_phone_number"])),
        Ok(json!("phone_number"))
    );
    assert_eq!(with_both(Value::Null), Ok(json!("phone_number")));
    assert_eq!(
        with_both(mechanisms(&["admin_only"])),
        expected_error(
            "NotAuthorizedException",
            "Contact administrator to reset password."
        )
    );
}

#[test]
fn forgot_password_reports_admin_only_recovery_to_every_user() {
    let only_admin = json!({"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]});
    for prevention in ["ENABLED", "LEGACY"] {
        let test_pool = TestPool::with_settings(
            json!({"AccountRecoverySetting": only_admin}),
            json!({"PreventUserExistenceErrors": prevention}),
        );
        test_pool.create_confirmed_user("ann");
        for name in ["ann", "unknown"] {
            assert_eq!(
                request_reset_code(&test_pool, name),
                expected_error(
                    "NotAuthorizedException",
                    "Contact administrator to reset password."
                ),
                "{prevention} {name}"
            );
        }
    }
}

#[test]
fn change_password_needs_the_previous_password_if_there_is_one() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.create_confirmed_user("ann");
    let token = test_pool.access_token("ann");
    let change = |previous: &str, proposed: &str| {
        test_pool.call_action(
            "ChangePassword",
            json!({"AccessToken": token, "PreviousPassword": previous, "ProposedPassword": proposed}),
        )
    };
    assert_eq!(
        change("Wr0ng-one!", NEW),
        expected_error("NotAuthorizedException", "Incorrect username or password.")
    );
    assert_eq!(
        change(PASSWORD, "weakweak"),
        expected_error(
            "InvalidPasswordException",
            "Password did not conform with policy: Password must have uppercase characters"
        )
    );
    assert_eq!(change(PASSWORD, NEW), Ok(json!({})));
    test_pool.sign_in_by_srp("ann", NEW).unwrap();
    test_pool
        .call_action("GetUser", json!({"AccessToken": token}))
        .unwrap();
}

#[test]
fn change_password_allows_five_wrong_passwords_an_hour() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.create_confirmed_user("ann");
    let token = test_pool.access_token("ann");
    let change = |previous: &str| {
        test_pool.call_action(
            "ChangePassword",
            json!({"AccessToken": token, "PreviousPassword": previous, "ProposedPassword": NEW}),
        )
    };
    for _ in 0..5 {
        assert_eq!(
            change("Wr0ng-one!"),
            expected_error("NotAuthorizedException", "Incorrect username or password.")
        );
    }
    assert_eq!(
        change(PASSWORD),
        expected_error(
            "LimitExceededException",
            "Attempt limit exceeded, please try after some time."
        )
    );
    test_pool.advance_clock(3_599);
    assert_eq!(
        change(PASSWORD),
        expected_error(
            "LimitExceededException",
            "Attempt limit exceeded, please try after some time."
        )
    );
}
