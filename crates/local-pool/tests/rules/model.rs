use serde_json::json;

use crate::test_pool::{PASSWORD, TestPool, expected_error};

/// Returns the error with this description of violations.
fn violation_error(text: &str) -> Result<serde_json::Value, (&'static str, String)> {
    expected_error("InvalidParameterException", text)
}

#[test]
fn validation_error_lists_all_violations_of_the_service_model() {
    let test_pool = TestPool::workshop();
    assert_eq!(
        test_pool.call_action(
            "ConfirmSignUp",
            json!({"Username": "ann", "ConfirmationCode": "123456"})
        ),
        violation_error(
            "1 validation error detected: Value at 'clientId' failed to satisfy constraint: Member must not be null"
        )
    );
    assert_eq!(
        test_pool.call_as_app(
            "ConfirmSignUp",
            json!({"Username": "", "ConfirmationCode": "123456", "Session": "short"})
        ),
        violation_error(
            r"3 validation errors detected: Value at 'username' failed to satisfy constraint: Member must have length greater than or equal to 1; Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+; Value at 'session' failed to satisfy constraint: Member must have length greater than or equal to 20"
        )
    );
    assert_eq!(
        test_pool.call_as_app("InitiateAuth", json!({"AuthFlow": "FOO"})),
        violation_error(
            "1 validation error detected: Value 'FOO' at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]"
        )
    );
    assert_eq!(
        test_pool.call_as_app(
            "SignUp",
            json!({"Username": "ann", "Password": PASSWORD,
                "UserAttributes": [{"Name": "n".repeat(33), "Value": "x"}]})
        ),
        violation_error(&format!(
            "1 validation error detected: Value '{}' at 'userAttributes.1.member.name' failed to satisfy constraint: Member must have length less than or equal to 32",
            "n".repeat(33)
        ))
    );
}

#[test]
fn password_must_not_begin_or_end_with_a_space() {
    let test_pool = TestPool::workshop();
    for password in [" Passw0rd!", "Passw0rd! ", "x", "", "Passw\n0rd!"] {
        assert_eq!(
            test_pool.call_as_app(
                "SignUp",
                json!({"Username": test_pool.email_address("ann"), "Password": password})
            ),
            violation_error(
                r"1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\S]+.*[\S]+$"
            ),
            "{password:?}"
        );
    }
    test_pool
        .call_as_app(
            "SignUp",
            json!({"Username": test_pool.email_address("ann"), "Password": "Pass w0rd"}),
        )
        .unwrap();
}

#[test]
fn username_has_no_white_space_and_at_most_128_characters() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    assert_eq!(
        test_pool.call_as_app(
            "SignUp",
            json!({"Username": "ann lee", "Password": PASSWORD})
        ),
        violation_error(
            r"1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+"
        )
    );
    assert_eq!(
        test_pool.call_as_app(
            "SignUp",
            json!({"Username": "a".repeat(129), "Password": PASSWORD})
        ),
        violation_error(
            "1 validation error detected: Value at 'username' failed to satisfy constraint: Member must have length less than or equal to 128"
        )
    );
}

#[test]
fn request_body_that_is_no_object_is_a_serialization_error() {
    let test_pool = TestPool::workshop();
    for body in ["", "{", "[]", "null", "\"x\"", "{\"ClientId\":"] {
        assert_eq!(
            test_pool.call_action_with_body("SignUp", body.as_bytes()),
            expected_error("SerializationException", ""),
            "{body:?}"
        );
    }
    for request in [
        json!({"Username": 7}),
        json!({"Username": ["a"], "Password": PASSWORD}),
        json!({"Username": "a", "Password": PASSWORD, "UserAttributes": {"Name": "x"}}),
        json!({"Username": "a", "Password": PASSWORD, "UserAttributes": ["x"]}),
        json!({"Username": "a", "Password": PASSWORD, "UserAttributes": [{"Name": 1}]}),
    ] {
        assert_eq!(
            test_pool
                .call_as_app("SignUp", request)
                .map_err(|(name, _)| name),
            Err("SerializationException")
        );
    }
    assert_eq!(
        test_pool
            .call_as_app(
                "InitiateAuth",
                json!({"AuthFlow": "USER_SRP_AUTH", "AuthParameters": {"USERNAME": {}}})
            )
            .map_err(|(name, _)| name),
        Err("SerializationException")
    );
}

#[test]
fn action_names_are_case_sensitive() {
    let test_pool = TestPool::workshop();
    for operation in [
        "ListUserSessions",
        "NoSuchOperation",
        "signup",
        "",
        "SignUp ",
    ] {
        assert_eq!(
            test_pool.call_action(operation, json!({})),
            expected_error("UnknownOperationException", ""),
            "{operation:?}"
        );
    }
}

#[test]
fn validation_error_of_an_element_shows_the_whole_list_or_map() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    for (operation, request, text) in [
        (
            "CreateUserPoolClient",
            json!({"ClientName": "x", "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ADMIN_USER_PASSWORD_AUTH"]}),
            "1 validation error detected: Value '[ALLOW_USER_AUTH, ADMIN_USER_PASSWORD_AUTH]' at 'explicitAuthFlows' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [ADMIN_NO_SRP_AUTH, CUSTOM_AUTH_FLOW_ONLY, USER_PASSWORD_AUTH, ALLOW_ADMIN_USER_PASSWORD_AUTH, ALLOW_CUSTOM_AUTH, ALLOW_USER_PASSWORD_AUTH, ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_AUTH, ALLOW_TOKEN_EXCHANGE_DELEGATION, ALLOW_TOKEN_EXCHANGE_IMPERSONATION]]",
        ),
        (
            "UpdateUserPool",
            json!({"UserPoolTags": {"": "a", "b": "c"}}),
            "1 validation error detected: Value '{=a, b=c}' at 'userPoolTags' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1]",
        ),
        (
            "UpdateUserPool",
            json!({"UserPoolTags": {"b": "c".repeat(257)}}),
            &format!(
                "1 validation error detected: Value '{{b={}}}' at 'userPoolTags' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must have length greater than or equal to 0]",
                "c".repeat(257)
            ),
        ),
        (
            "UpdateUserPool",
            json!({"AcrConfiguration": {"Level1": {"AcrValue": "a b"}}}),
            r"1 validation error detected: Value 'a b' at 'acrConfiguration.Level1.member.acrValue' failed to satisfy constraint: Member must satisfy regular expression pattern: [\x21\x23-\x5B\x5D-\x7E]+",
        ),
    ] {
        assert_eq!(
            test_pool.call_as_operator(operation, request),
            violation_error(text)
        );
    }
}

#[test]
fn local_pool_validates_settings_that_it_does_not_use() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    for (settings, path, constraint) in [
        (
            json!({"LambdaConfig": {"PreSignUp": "a".repeat(20)}}),
            &format!("'{}' at 'lambdaConfig.preSignUp'", "a".repeat(20)),
            r"satisfy regular expression pattern: arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?",
        ),
        (
            json!({"EmailConfiguration": {"EmailSendingAccount": "MINE"}}),
            &"'MINE' at 'emailConfiguration.emailSendingAccount'".to_owned(),
            "satisfy enum value set: [COGNITO_DEFAULT, DEVELOPER]",
        ),
        (
            json!({"SmsConfiguration": {"SnsRegion": "us"}}),
            &"'us' at 'smsConfiguration.snsRegion'".to_owned(),
            "have length greater than or equal to 5",
        ),
        (
            json!({"VerificationMessageTemplate": {"SmsMessage": "Hello, you"}}),
            &"'Hello, you' at 'verificationMessageTemplate.smsMessage'".to_owned(),
            r".*\{####\}.*",
        ),
        (
            json!({"UserPoolAddOns": {}}),
            &"null at 'userPoolAddOns.advancedSecurityMode'".to_owned(),
            "not be null",
        ),
        (
            json!({"AdminCreateUserConfig": {"UnusedAccountValidityDays": 366}}),
            &"'366' at 'adminCreateUserConfig.unusedAccountValidityDays'".to_owned(),
            "have value less than or equal to 365",
        ),
    ] {
        let constraint = match constraint.strip_prefix(".*") {
            Some(_) => format!("satisfy regular expression pattern: {constraint}"),
            None => constraint.to_owned(),
        };
        assert_eq!(
            test_pool.call_as_operator("UpdateUserPool", settings),
            violation_error(&format!(
                "1 validation error detected: Value {path} failed to satisfy constraint: Member must {constraint}"
            ))
        );
    }
}

#[test]
fn pool_does_not_store_null_or_unknown_request_members() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool
        .call_as_operator(
            "UpdateUserPool",
            json!({
                "NoSuchMember": 7, "UserPoolTier": null, "UserPoolTags": {"team": "a", "owner": null},
                "EmailConfiguration": {"From": "ann@example.com", "ReplyTo": [], "SourceArn": null}
            }),
        )
        .unwrap();
    let pool = &test_pool
        .call_as_operator("DescribeUserPool", json!({}))
        .unwrap()["UserPool"];
    assert_eq!(
        [
            &pool["NoSuchMember"],
            &pool["UserPoolTier"],
            &pool["UserPoolTags"],
            &pool["EmailConfiguration"]
        ],
        [
            &json!(null),
            &json!("ESSENTIALS"),
            &json!({"team": "a"}),
            &json!({"From": "ann@example.com"})
        ]
    );
}

#[test]
fn request_member_of_a_wrong_type_gets_amazons_error_text() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    for (settings, text) in [
        (
            json!({"PoolName": 7}),
            "NUMBER_VALUE can not be converted to a String",
        ),
        (
            json!({"PoolName": true}),
            "TRUE_VALUE can not be converted to a String",
        ),
        (
            json!({"PoolName": {}}),
            "Start of structure or map found where not expected.",
        ),
        (
            json!({"Policies": []}),
            "Start of list found where not expected",
        ),
        (json!({"Policies": "x"}), "Expected null"),
        (json!({"UserPoolTags": "x"}), "Expected null"),
        (
            json!({"AutoVerifiedAttributes": "email"}),
            "Expected list or null",
        ),
        (
            json!({"AdminCreateUserConfig": {"UnusedAccountValidityDays": "7"}}),
            "STRING_VALUE can not be converted to an Integer",
        ),
        (
            json!({"AdminCreateUserConfig": {"UnusedAccountValidityDays": 4_294_967_296_u64}}),
            "NUMBER_VALUE can not be converted to an Integer",
        ),
        (
            json!({"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": 1}}),
            "NUMBER_VALUE can not be converted to a Boolean",
        ),
    ] {
        assert_eq!(
            test_pool.call_as_operator("UpdateUserPool", settings),
            expected_error("SerializationException", text)
        );
    }
}
