use serde_json::json;

use crate::test_pool::{PASSWORD, TestPool, expected_error};

#[test]
fn sign_up_sends_a_code_and_returns_a_masked_address() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.email_address("ann");
    let answer = test_pool
        .call_as_app("SignUp", json!({"Username": ann, "Password": PASSWORD}))
        .unwrap();
    assert_eq!(
        answer,
        json!({
            "CodeDeliveryDetails":
                {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@u***"},
            "UserConfirmed": false,
            "UserSub": answer["UserSub"]
        })
    );
    let messages = test_pool.messages_to(&ann);
    let [message] = messages.as_slice() else {
        panic!("one message")
    };
    assert_eq!(message.subject, "Your verification code");
    assert_eq!(
        message.text,
        format!("Your confirmation code is {}", message.code)
    );
    assert!(message.code.len() == 6 && message.code.bytes().all(|digit| digit.is_ascii_digit()));
}

#[test]
fn verification_messages_have_the_texts_configured_in_the_pool() {
    let test_pool = TestPool::with_settings(
        json!({"VerificationMessageTemplate": {
            "EmailSubject": "Verify your email for our awesome app!",
            "EmailMessage": "Thanks for signing up! {####} is your code."
        }}),
        json!({}),
    );
    let ann = test_pool.email_address("ann");
    test_pool.sign_up("ann", &ann).unwrap();
    let messages = test_pool.messages_to(&ann);
    let [message] = messages.as_slice() else {
        panic!("one message")
    };
    assert_eq!(message.subject, "Verify your email for our awesome app!");
    assert_eq!(
        message.text,
        format!("Thanks for signing up! {} is your code.", message.code)
    );
}

#[test]
fn confirmation_code_confirms_the_user_and_verifies_the_email() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.email_address("ann");
    test_pool.sign_up(&ann, &ann).unwrap();
    assert_eq!(
        test_pool.confirm_user(&ann, &test_pool.newest_code(&ann)),
        Ok(json!({}))
    );
    let user = test_pool
        .call_as_operator("AdminGetUser", json!({"Username": ann}))
        .unwrap();
    assert_eq!(user["UserStatus"], "CONFIRMED");
    assert_eq!(
        user["UserAttributes"],
        json!([
            {"Name": "email", "Value": ann},
            {"Name": "email_verified", "Value": "true"},
            {"Name": "sub", "Value": user["Username"]}
        ])
    );
}

#[test]
fn wrong_confirmation_code_does_not_confirm_the_user() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.email_address("ann");
    test_pool.sign_up(&ann, &ann).unwrap();
    assert_eq!(
        test_pool.confirm_user(&ann, &test_pool.wrong_code(&ann)),
        expected_error(
            "CodeMismatchException",
            "Invalid verification code provided, please try again."
        )
    );
    let user = test_pool
        .call_as_operator("AdminGetUser", json!({"Username": ann}))
        .unwrap();
    assert_eq!(user["UserStatus"], "UNCONFIRMED");
}

#[test]
fn confirmation_code_is_valid_for_one_day() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.email_address("ann");
    test_pool.sign_up(&ann, &ann).unwrap();
    test_pool.advance_clock(86_400);
    assert_eq!(
        test_pool.confirm_user(&ann, &test_pool.newest_code(&ann)),
        expected_error(
            "ExpiredCodeException",
            "Invalid code provided, please request a code again."
        )
    );
    let bob = test_pool.email_address("bob");
    test_pool.sign_up(&bob, &bob).unwrap();
    test_pool.advance_clock(86_399);
    assert_eq!(
        test_pool.confirm_user(&bob, &test_pool.newest_code(&bob)),
        Ok(json!({}))
    );
}

#[test]
fn confirm_sign_up_refuses_a_confirmed_user() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    assert_eq!(
        test_pool.confirm_user(&ann, &test_pool.newest_code(&ann)),
        expected_error(
            "NotAuthorizedException",
            "User cannot be confirmed. Current status is CONFIRMED"
        )
    );
}

#[test]
fn only_the_newest_confirmation_code_is_valid() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.email_address("ann");
    test_pool.sign_up(&ann, &ann).unwrap();
    let first = test_pool.newest_code(&ann);
    let hint = json!({"CodeDeliveryDetails":
        {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@u***"}});
    while test_pool.newest_code(&ann) == first {
        assert_eq!(
            test_pool.call_as_app("ResendConfirmationCode", json!({"Username": ann})),
            Ok(hint.clone())
        );
    }
    assert_eq!(
        test_pool.confirm_user(&ann, &first),
        expected_error(
            "CodeMismatchException",
            "Invalid verification code provided, please try again."
        )
    );
    assert_eq!(
        test_pool.confirm_user(&ann, &test_pool.newest_code(&ann)),
        Ok(json!({}))
    );
    assert_eq!(
        test_pool.call_as_app("ResendConfirmationCode", json!({"Username": ann})),
        expected_error("InvalidParameterException", "User is already confirmed.")
    );
}

#[test]
fn user_can_get_5_codes_and_try_15_confirmations_an_hour() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.email_address("ann");
    test_pool.sign_up(&ann, &ann).unwrap();
    let limit = expected_error(
        "LimitExceededException",
        "Attempt limit exceeded, please try after some time.",
    );
    for _ in 0..5 {
        test_pool
            .call_as_app("ResendConfirmationCode", json!({"Username": ann}))
            .unwrap();
    }
    assert_eq!(
        test_pool.call_as_app("ResendConfirmationCode", json!({"Username": ann})),
        limit
    );
    for _ in 0..15 {
        assert_eq!(
            test_pool.confirm_user(&ann, &test_pool.wrong_code(&ann)),
            expected_error(
                "CodeMismatchException",
                "Invalid verification code provided, please try again."
            )
        );
    }
    assert_eq!(
        test_pool.confirm_user(&ann, &test_pool.newest_code(&ann)),
        limit
    );
    test_pool.advance_clock(3_600);
    assert_eq!(
        test_pool.confirm_user(&ann, &test_pool.newest_code(&ann)),
        Ok(json!({}))
    );
}

#[test]
fn sign_up_refuses_a_taken_email_in_any_letter_case() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.email_address("ann");
    test_pool.sign_up(&ann, &ann).unwrap();
    let upper = ann.to_uppercase();
    assert_eq!(
        test_pool.sign_up(&upper, &upper),
        expected_error(
            "UsernameExistsException",
            "An account with the given email already exists."
        )
    );
}

#[test]
fn taken_username_is_compared_by_the_case_setting_of_the_pool() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool
        .sign_up("ann", &test_pool.email_address("ann"))
        .unwrap();
    assert_eq!(
        test_pool.sign_up("ann", &test_pool.email_address("ann2")),
        expected_error("UsernameExistsException", "User already exists")
    );
    test_pool
        .sign_up("Ann", &test_pool.email_address("ann3"))
        .unwrap();
    let insensitive = TestPool::with_settings(
        json!({"UsernameConfiguration": {"CaseSensitive": false}}),
        json!({}),
    );
    insensitive
        .sign_up("ann", &insensitive.email_address("ann"))
        .unwrap();
    assert_eq!(
        insensitive.sign_up("Ann", &insensitive.email_address("ann2")),
        expected_error("UsernameExistsException", "User already exists")
    );
}

#[test]
fn sign_up_needs_an_email_as_username_if_the_pool_says_so() {
    let test_pool = TestPool::workshop();
    assert_eq!(
        test_pool.sign_up("ann", &test_pool.email_address("ann")),
        expected_error("InvalidParameterException", "Username should be an email.")
    );
    let both = TestPool::with_settings(
        json!({"UsernameAttributes": ["email", "phone_number"]}),
        json!({}),
    );
    assert_eq!(
        both.sign_up("ann", &both.email_address("ann")),
        expected_error(
            "InvalidParameterException",
            "Username should be either an email or a phone number."
        )
    );
}

#[test]
fn sign_up_error_names_the_password_rule_that_is_broken() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.email_address("ann");
    for (password, rule) in [
        ("Sh0rt!", "Password not long enough"),
        ("passw0rd!", "Password must have uppercase characters"),
        ("PASSW0RD!", "Password must have lowercase characters"),
        ("Password!", "Password must have numeric characters"),
        ("Passw0rds", "Password must have symbol characters"),
    ] {
        assert_eq!(
            test_pool.call_as_app("SignUp", json!({"Username": ann, "Password": password})),
            expected_error(
                "InvalidPasswordException",
                &format!("Password did not conform with policy: {rule}")
            )
        );
    }
}

#[test]
fn sign_up_error_lists_all_missing_required_attributes() {
    let test_pool = TestPool::with_settings(
        json!({"Schema": [
            {"Name": "given_name", "Required": true, "Mutable": true},
            {"Name": "family_name", "Required": true, "Mutable": true}
        ]}),
        json!({}),
    );
    assert_eq!(
        test_pool.call_as_app("SignUp", json!({"Username": "ann", "Password": PASSWORD})),
        expected_error(
            "InvalidParameterException",
            "Attributes did not conform to the schema: given_name: The attribute is required\nfamily_name: The attribute is required\n"
        )
    );
}

#[test]
fn sign_up_refuses_unknown_and_malformed_attributes() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    let sign_up = |name: &str, value: &str| {
        test_pool.call_as_app(
            "SignUp",
            json!({
                "Username": "ann", "Password": PASSWORD,
                "UserAttributes": [{"Name": name, "Value": value}]
            }),
        )
    };
    assert_eq!(
        sign_up("custom:x", "1"),
        expected_error(
            "InvalidParameterException",
            "Attributes did not conform to the schema: Type for attribute {custom:x} could not be determined\n"
        )
    );
    assert_eq!(
        sign_up("email", "ann"),
        expected_error("InvalidParameterException", "Invalid email address format.")
    );
    assert_eq!(
        sign_up("phone_number", "0144 333"),
        expected_error("InvalidParameterException", "Invalid phone number format.")
    );
    for forbidden in ["email_verified", "sub"] {
        assert_eq!(
            sign_up(forbidden, "true"),
            expected_error(
                "NotAuthorizedException",
                "A client attempted to write unauthorized attribute"
            )
        );
    }
}

#[test]
fn sign_up_can_set_only_attributes_writable_by_the_client() {
    let test_pool = TestPool::with_settings(json!({}), json!({"WriteAttributes": ["email"]}));
    assert_eq!(
        test_pool.call_as_app(
            "SignUp",
            json!({
                "Username": "ann", "Password": PASSWORD,
                "UserAttributes": [{"Name": "nickname", "Value": "Annie"}]
            })
        ),
        expected_error(
            "NotAuthorizedException",
            "A client attempted to write unauthorized attribute"
        )
    );
}

#[test]
fn admin_only_pools_refuse_sign_up() {
    let test_pool = TestPool::with_settings(
        json!({"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": true}}),
        json!({}),
    );
    assert_eq!(
        test_pool.sign_up("ann", &test_pool.email_address("ann")),
        expected_error(
            "NotAuthorizedException",
            "SignUp is not permitted for this user pool"
        )
    );
}

#[test]
fn sign_up_sends_no_code_without_auto_verified_attributes() {
    let test_pool = TestPool::with_settings(json!({"AutoVerifiedAttributes": []}), json!({}));
    let ann = test_pool.email_address("ann");
    let answer = test_pool.sign_up("ann", &ann).unwrap();
    assert_eq!(
        answer,
        json!({"UserConfirmed": false, "UserSub": answer["UserSub"]})
    );
    assert_eq!(test_pool.messages_to(&ann), []);
    assert_eq!(
        test_pool.call_as_app("ResendConfirmationCode", json!({"Username": "ann"})),
        expected_error(
            "NotAuthorizedException",
            "Cannot resend codes. Auto verification not turned on."
        )
    );
}

#[test]
fn sign_up_sends_the_code_by_sms_to_a_phone_number() {
    let test_pool = TestPool::with_settings(
        json!({"AutoVerifiedAttributes": ["email", "phone_number"]}),
        json!({}),
    );
    let answer = test_pool
        .call_as_app(
            "SignUp",
            json!({
                "Username": "ann", "Password": PASSWORD,
                "UserAttributes": [
                    {"Name": "email", "Value": test_pool.email_address("ann")},
                    {"Name": "phone_number", "Value": "+14325554114"}
                ]
            }),
        )
        .unwrap();
    assert_eq!(
        answer["CodeDeliveryDetails"],
        json!({"AttributeName": "phone_number", "DeliveryMedium": "SMS", "Destination": "+********4114"})
    );
}
