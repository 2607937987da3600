//! Second factors: what a pool offers, what a user enables, and what a sign-in then requires.

use serde_json::{Value, json};

use crate::test_pool::{PASSWORD, Refusal, TestPool, expected_error, member_names, text_of};
use crate::totp;

/// Returns the sender of text messages that Cognito requires of a pool.
fn sms_configuration() -> Value {
    json!({"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"})
}

/// Creates a pool with this MFA mode that offers all three second factors.
pub(crate) fn pool_with_mfa_mode(mode: &str) -> TestPool {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool
        .call_as_operator(
            "SetUserPoolMfaConfig",
            json!({
                "MfaConfiguration": mode,
                "SmsMfaConfiguration": {"SmsConfiguration": sms_configuration()},
                "SoftwareTokenMfaConfiguration": {"Enabled": true},
                "EmailMfaConfiguration": {}
            }),
        )
        .unwrap();
    test_pool
}

/// Creates a user with a permanent password for an operator, so that the user can sign in.
pub(crate) fn create_user(test_pool: &TestPool, name: &str, attributes: Value) {
    test_pool
        .call_as_operator(
            "AdminCreateUser",
            json!({"Username": name, "MessageAction": "SUPPRESS", "UserAttributes": attributes}),
        )
        .unwrap();
    test_pool
        .call_as_operator(
            "AdminSetUserPassword",
            json!({"Username": name, "Password": PASSWORD, "Permanent": true}),
        )
        .unwrap();
}

/// Responds to a challenge of a sign-in.
pub(crate) fn respond_to_challenge(
    test_pool: &TestPool,
    challenge: &str,
    session: &Value,
    responses: Value,
) -> Result<Value, Refusal> {
    test_pool.call_as_app(
        "RespondToAuthChallenge",
        json!({"ChallengeName": challenge, "Session": session, "ChallengeResponses": responses}),
    )
}

/// Returns the code that an authenticator app shows `steps` steps of 30 seconds from now.
pub(crate) fn app_code(test_pool: &TestPool, secret: &Value, steps: i64) -> String {
    totp::app_code_at(&text_of(secret), test_pool.now().as_secs(), steps)
}

/// Registers an authenticator app for a signed-in user, and returns its secret.
fn register_app(test_pool: &TestPool, token: &str) -> Value {
    let secret = test_pool
        .call_action("AssociateSoftwareToken", json!({"AccessToken": token}))
        .unwrap()["SecretCode"]
        .clone();
    let verified = test_pool
        .call_action(
            "VerifySoftwareToken",
            json!({
                "AccessToken": token, "UserCode": app_code(test_pool, &secret, 0),
                "FriendlyDeviceName": "My phone"
            }),
        )
        .unwrap();
    assert_eq!(verified, json!({"Status": "SUCCESS"}));
    secret
}

/// Creates a pool with optional second factors, and a user who has everything that each factor needs. Returns
/// the pool and the user's access token.
fn pool_and_user_with_all_factors() -> (TestPool, String) {
    let test_pool = pool_with_mfa_mode("OPTIONAL");
    let email = test_pool.email_address("ann");
    create_user(
        &test_pool,
        "ann",
        json!([
            {"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"},
            {"Name": "phone_number", "Value": "+14325554114"}
        ]),
    );
    let token = test_pool.access_token("ann");
    (test_pool, token)
}

/// Calls `SetUserMFAPreference` with these structures.
fn set_mfa_preference(test_pool: &TestPool, token: &str, blocks: Value) -> Result<Value, Refusal> {
    let mut request = blocks;
    request["AccessToken"] = json!(token);
    test_pool.call_action("SetUserMFAPreference", request)
}

/// Returns ann's enabled second factors and her preferred one.
fn mfa_settings_of_ann(test_pool: &TestPool) -> (Value, Value) {
    let user = test_pool
        .call_as_operator("AdminGetUser", json!({"Username": "ann"}))
        .unwrap();
    (
        user["UserMFASettingList"].clone(),
        user["PreferredMfaSetting"].clone(),
    )
}

/// Returns the names of the tokens in a response.
fn token_names_in(answer: &Value) -> Vec<&str> {
    member_names(&answer["AuthenticationResult"])
}

const TOKENS: [&str; 5] = [
    "AccessToken",
    "ExpiresIn",
    "IdToken",
    "RefreshToken",
    "TokenType",
];

#[test]
fn get_user_pool_mfa_config_returns_the_configured_factors() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    assert_eq!(
        test_pool.call_as_operator("GetUserPoolMfaConfig", json!({})),
        Ok(json!({"MfaConfiguration": "OFF"}))
    );
    let settings = json!({
        "MfaConfiguration": "OPTIONAL",
        "SmsMfaConfiguration": {
            "SmsAuthenticationMessage": "{####} opens the door", "SmsConfiguration": sms_configuration()
        },
        "SoftwareTokenMfaConfiguration": {"Enabled": true},
        "EmailMfaConfiguration": {"Subject": "Your door", "Message": "Type {####}"},
        "WebAuthnConfiguration": {"RelyingPartyId": "localhost", "UserVerification": "preferred"}
    });
    assert_eq!(
        test_pool.call_as_operator("SetUserPoolMfaConfig", settings.clone()),
        Ok(settings.clone())
    );
    assert_eq!(
        test_pool.call_as_operator("GetUserPoolMfaConfig", json!({})),
        Ok(settings)
    );
    let described = test_pool
        .call_as_operator("DescribeUserPool", json!({}))
        .unwrap();
    let described = &described["UserPool"];
    assert_eq!(described["MfaConfiguration"], "OPTIONAL");
    assert_eq!(described["SmsConfiguration"], sms_configuration());
    for hidden in [
        "Factors",
        "SoftwareTokenMfaConfiguration",
        "EmailMfaConfiguration",
        "WebAuthnConfiguration",
    ] {
        assert_eq!(described[hidden], Value::Null, "{hidden}");
    }
}

#[test]
fn set_user_pool_mfa_config_disables_omitted_second_factors() {
    let test_pool = pool_with_mfa_mode("OPTIONAL");
    test_pool
        .call_as_operator(
            "SetUserPoolMfaConfig",
            json!({"WebAuthnConfiguration": {"RelyingPartyId": "localhost"}}),
        )
        .unwrap();
    test_pool
        .call_as_operator(
            "SetUserPoolMfaConfig",
            json!({"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": true}}),
        )
        .unwrap();
    assert_eq!(
        test_pool.call_as_operator("GetUserPoolMfaConfig", json!({})),
        Ok(json!({
            "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": true},
            "WebAuthnConfiguration": {"RelyingPartyId": "localhost"}
        }))
    );
    assert_eq!(
        test_pool.call_as_operator("SetUserPoolMfaConfig", json!({"MfaConfiguration": "OFF"})),
        Ok(json!({
            "MfaConfiguration": "OFF", "WebAuthnConfiguration": {"RelyingPartyId": "localhost"}
        }))
    );
}

#[test]
fn pool_refuses_mfa_off_with_factors_and_mfa_on_without_factors() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    for (request, text) in [
        (
            json!({"MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": {"Enabled": true}}),
            "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
        ),
        (
            json!({"MfaConfiguration": "OFF", "EmailMfaConfiguration": {}}),
            "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
        ),
        (
            json!({"MfaConfiguration": "ON"}),
            "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.",
        ),
        (
            json!({"MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": false}}),
            "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.",
        ),
        (
            json!({"MfaConfiguration": "SOMETIMES"}),
            "1 validation error detected: Value 'SOMETIMES' at 'mfaConfiguration' failed to satisfy constraint: Member must satisfy enum value set: [OFF, ON, OPTIONAL]",
        ),
        (
            json!({"MfaConfiguration": "ON", "EmailMfaConfiguration": {"Message": "Your code"},
                "SmsMfaConfiguration": {"SmsAuthenticationMessage": "Your code"}}),
            r"2 validation errors detected: Value 'Your code' at 'smsMfaConfiguration.smsAuthenticationMessage' failed to satisfy constraint: Member must satisfy regular expression pattern: .*\{####\}.*; Value 'Your code' at 'emailMfaConfiguration.message' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*",
        ),
    ] {
        assert_eq!(
            test_pool.call_as_operator("SetUserPoolMfaConfig", request),
            expected_error("InvalidParameterException", text)
        );
    }
}

#[test]
fn create_user_pool_can_configure_mfa_only_by_text_message() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    assert_eq!(
        test_pool.call_action(
            "CreateUserPool",
            json!({"PoolName": "x", "MfaConfiguration": "OPTIONAL"})
        ),
        expected_error(
            "InvalidParameterException",
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"
        )
    );
    let made = test_pool
        .call_action(
            "CreateUserPool",
            json!({"PoolName": "x", "MfaConfiguration": "ON", "SmsConfiguration": sms_configuration()}),
        )
        .unwrap();
    assert_eq!(
        test_pool.call_action(
            "GetUserPoolMfaConfig",
            json!({"UserPoolId": made["UserPool"]["Id"]})
        ),
        Ok(json!({
            "MfaConfiguration": "ON", "SmsMfaConfiguration": {"SmsConfiguration": sms_configuration()}
        }))
    );
    assert_eq!(
        test_pool.call_as_operator(
            "UpdateUserPool",
            json!({"MfaConfiguration": "ON", "SmsConfiguration": sms_configuration()})
        ),
        expected_error(
            "InvalidParameterException",
            "Cannot turn MFA functionality ON, once the user pool has been created."
        )
    );
    test_pool
        .call_as_operator(
            "UpdateUserPool",
            json!({"MfaConfiguration": "OPTIONAL", "SmsConfiguration": sms_configuration()}),
        )
        .unwrap();
    assert_eq!(
        test_pool.call_as_operator("GetUserPoolMfaConfig", json!({})),
        Ok(json!({
            "MfaConfiguration": "OPTIONAL", "SmsMfaConfiguration": {"SmsConfiguration": sms_configuration()}
        }))
    );
}

#[test]
fn optional_mfa_is_skipped_for_users_without_a_second_factor() {
    let (test_pool, token) = pool_and_user_with_all_factors();
    assert_eq!(
        token_names_in(&test_pool.sign_in_by_password("ann", PASSWORD).unwrap()),
        TOKENS
    );
    assert_eq!(mfa_settings_of_ann(&test_pool), (Value::Null, Value::Null));
    let me = test_pool
        .call_action("GetUser", json!({"AccessToken": token}))
        .unwrap();
    assert_eq!(member_names(&me), ["UserAttributes", "Username"]);
}

#[test]
fn challenge_session_stays_valid_after_a_wrong_sms_code() {
    let (test_pool, token) = pool_and_user_with_all_factors();
    set_mfa_preference(
        &test_pool,
        &token,
        json!({"SMSMfaSettings": {"Enabled": true, "PreferredMfa": true}}),
    )
    .unwrap();
    assert_eq!(
        mfa_settings_of_ann(&test_pool),
        (json!(["SMS_MFA"]), json!("SMS_MFA"))
    );
    let round = test_pool.sign_in_by_srp("ann", PASSWORD).unwrap();
    let session = &round["Session"];
    assert_eq!(
        round,
        json!({
            "ChallengeName": "SMS_MFA", "Session": session,
            "ChallengeParameters": {
                "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS", "CODE_DELIVERY_DESTINATION": "+********4114",
                "USER_ID_FOR_SRP": "ann"
            }
        })
    );
    let wrong = test_pool.wrong_code("+14325554114");
    for _ in 0..6 {
        assert_eq!(
            respond_to_challenge(
                &test_pool,
                "SMS_MFA",
                session,
                json!({"USERNAME": "ann", "SMS_MFA_CODE": wrong})
            ),
            expected_error(
                "CodeMismatchException",
                "Invalid code or auth state for the user."
            )
        );
    }
    assert_eq!(
        respond_to_challenge(&test_pool, "SMS_MFA", session, json!({"USERNAME": "ann"})),
        expected_error(
            "InvalidParameterException",
            "Missing required parameter SMS_MFA_CODE"
        )
    );
    let right = json!({"USERNAME": "ann", "SMS_MFA_CODE": test_pool.newest_code("+14325554114")});
    let answer = respond_to_challenge(&test_pool, "SMS_MFA", session, right.clone()).unwrap();
    assert_eq!(token_names_in(&answer), TOKENS);
    assert_eq!(
        respond_to_challenge(&test_pool, "SMS_MFA", session, right),
        expected_error(
            "NotAuthorizedException",
            "Invalid session for the user, session can only be used once."
        )
    );
}

#[test]
fn second_factor_code_is_valid_only_for_its_own_sign_in() {
    let (test_pool, token) = pool_and_user_with_all_factors();
    set_mfa_preference(
        &test_pool,
        &token,
        json!({"SMSMfaSettings": {"Enabled": true}}),
    )
    .unwrap();
    let first = test_pool.sign_in_by_password("ann", PASSWORD).unwrap();
    let its_code = test_pool.newest_code("+14325554114");
    let second = loop {
        let second = test_pool.sign_in_by_password("ann", PASSWORD).unwrap();
        if test_pool.newest_code("+14325554114") != its_code {
            break second;
        }
    };
    let answer = |round: &Value| {
        respond_to_challenge(
            &test_pool,
            "SMS_MFA",
            &round["Session"],
            json!({"USERNAME": "ann", "SMS_MFA_CODE": its_code}),
        )
    };
    assert_eq!(
        answer(&second),
        expected_error(
            "CodeMismatchException",
            "Invalid code or auth state for the user."
        )
    );
    assert_eq!(token_names_in(&answer(&first).unwrap()), TOKENS);
}

#[test]
fn second_factor_challenge_expires_with_its_session() {
    let (test_pool, token) = pool_and_user_with_all_factors();
    set_mfa_preference(
        &test_pool,
        &token,
        json!({"SMSMfaSettings": {"Enabled": true}}),
    )
    .unwrap();
    let round = test_pool.sign_in_by_password("ann", PASSWORD).unwrap();
    test_pool.advance_clock(180);
    assert_eq!(
        respond_to_challenge(
            &test_pool,
            "SMS_MFA",
            &round["Session"],
            json!({"USERNAME": "ann", "SMS_MFA_CODE": test_pool.newest_code("+14325554114")})
        ),
        expected_error(
            "NotAuthorizedException",
            "Invalid session for the user, session is expired."
        )
    );
}

#[test]
fn email_mfa_message_has_the_text_configured_in_the_pool() {
    let (test_pool, token) = pool_and_user_with_all_factors();
    test_pool
        .call_as_operator(
            "SetUserPoolMfaConfig",
            json!({"MfaConfiguration": "OPTIONAL",
                "EmailMfaConfiguration": {"Subject": "Your door", "Message": "Type {####} in."}}),
        )
        .unwrap();
    set_mfa_preference(
        &test_pool,
        &token,
        json!({"EmailMfaSettings": {"Enabled": true, "PreferredMfa": true}}),
    )
    .unwrap();
    let round = test_pool.sign_in_by_password("ann", PASSWORD).unwrap();
    let session = &round["Session"];
    assert_eq!(
        round,
        json!({
            "ChallengeName": "EMAIL_OTP", "Session": session,
            "ChallengeParameters": {
                "CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL", "CODE_DELIVERY_DESTINATION": "a***@u***",
                "USER_ID_FOR_SRP": "ann"
            }
        })
    );
    let message = &test_pool.messages_to(&test_pool.email_address("ann"))[0];
    assert_eq!(message.code.len(), 6);
    assert_eq!(
        (message.subject.as_str(), message.text.clone()),
        ("Your door", format!("Type {} in.", message.code))
    );
    let answer = respond_to_challenge(
        &test_pool,
        "EMAIL_OTP",
        session,
        json!({"USERNAME": "ann", "EMAIL_OTP_CODE": message.code}),
    )
    .unwrap();
    assert_eq!(token_names_in(&answer), TOKENS);
}

#[test]
fn authenticator_app_is_a_factor_only_if_verified_and_enabled() {
    let (test_pool, token) = pool_and_user_with_all_factors();
    let settings = json!({"SoftwareTokenMfaSettings": {"Enabled": true, "PreferredMfa": true}});
    let unverified = expected_error(
        "InvalidParameterException",
        "User has not verified software token mfa",
    );
    assert_eq!(
        set_mfa_preference(&test_pool, &token, settings.clone()),
        unverified
    );
    let associated = test_pool
        .call_action("AssociateSoftwareToken", json!({"AccessToken": token}))
        .unwrap();
    assert_eq!(member_names(&associated), ["SecretCode"]);
    assert_eq!(text_of(&associated["SecretCode"]).len(), 52);
    assert_eq!(
        set_mfa_preference(&test_pool, &token, settings.clone()),
        unverified
    );
    assert_eq!(
        test_pool.call_as_operator(
            "AdminSetUserMFAPreference",
            json!({"Username": "ann", "SoftwareTokenMfaSettings": {"Enabled": true}})
        ),
        expected_error(
            "InvalidParameterException",
            "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA"
        )
    );

    // Associating an app again invalidates the previous secret.
    let secret = test_pool
        .call_action("AssociateSoftwareToken", json!({"AccessToken": token}))
        .unwrap()["SecretCode"]
        .clone();
    let verify = |code: String| {
        test_pool.call_action(
            "VerifySoftwareToken",
            json!({"AccessToken": token, "UserCode": code, "FriendlyDeviceName": "My phone"}),
        )
    };
    for wrong in [
        app_code(&test_pool, &associated["SecretCode"], 0),
        app_code(&test_pool, &secret, -2),
        app_code(&test_pool, &secret, 2),
    ] {
        assert_eq!(
            verify(wrong),
            expected_error(
                "EnableSoftwareTokenMFAException",
                "Code mismatch and fail enable Software Token MFA"
            )
        );
    }
    assert_eq!(
        verify(app_code(&test_pool, &secret, 0)),
        Ok(json!({"Status": "SUCCESS"}))
    );
    assert_eq!(
        token_names_in(&test_pool.sign_in_by_password("ann", PASSWORD).unwrap()),
        TOKENS
    );
    assert_eq!(
        set_mfa_preference(&test_pool, &token, settings),
        Ok(json!({}))
    );
    assert_eq!(
        mfa_settings_of_ann(&test_pool),
        (json!(["SOFTWARE_TOKEN_MFA"]), json!("SOFTWARE_TOKEN_MFA"))
    );
}

#[test]
fn authenticator_app_code_is_accepted_only_once() {
    let (test_pool, token) = pool_and_user_with_all_factors();
    let secret = register_app(&test_pool, &token);
    set_mfa_preference(
        &test_pool,
        &token,
        json!({"SoftwareTokenMfaSettings": {"Enabled": true}}),
    )
    .unwrap();
    let start = || test_pool.sign_in_by_password("ann", PASSWORD).unwrap()["Session"].clone();
    let answer = |session: &Value, code: String| {
        respond_to_challenge(
            &test_pool,
            "SOFTWARE_TOKEN_MFA",
            session,
            json!({"USERNAME": "ann", "SMS_MFA_CODE": code, "SOFTWARE_TOKEN_MFA_CODE": code}),
        )
    };
    let round = test_pool.sign_in_by_password("ann", PASSWORD).unwrap();
    assert_eq!(
        (&round["ChallengeName"], &round["ChallengeParameters"]),
        (
            &json!("SOFTWARE_TOKEN_MFA"),
            &json!({"USER_ID_FOR_SRP": "ann", "FRIENDLY_DEVICE_NAME": "My phone"})
        )
    );
    let session = &round["Session"];
    let used = expected_error(
        "ExpiredCodeException",
        "Your software token has already been used once.",
    );
    // This code has already verified the app.
    assert_eq!(answer(session, app_code(&test_pool, &secret, 0)), used);
    assert_eq!(answer(session, app_code(&test_pool, &secret, -1)), used);
    for steps in [-2, 2] {
        assert_eq!(
            answer(session, app_code(&test_pool, &secret, steps)),
            expected_error("CodeMismatchException", "Invalid code received for user"),
            "{steps}"
        );
    }
    let next = app_code(&test_pool, &secret, 1);
    assert_eq!(
        token_names_in(&answer(session, next.clone()).unwrap()),
        TOKENS
    );
    test_pool.advance_clock(30);
    assert_eq!(answer(&start(), next), used);
    test_pool.advance_clock(30);
    let late = app_code(&test_pool, &secret, 0);
    test_pool.advance_clock(50);
    assert_eq!(token_names_in(&answer(&start(), late).unwrap()), TOKENS);
}

#[test]
fn associate_software_token_fails_if_the_pool_has_no_totp_mfa() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.create_confirmed_user("ann");
    let token = test_pool.access_token("ann");
    let refusal = expected_error(
        "SoftwareTokenMFANotFoundException",
        "Software Token MFA has not been enabled by the userPool",
    );
    assert_eq!(
        test_pool.call_action("AssociateSoftwareToken", json!({"AccessToken": token})),
        refusal
    );
    assert_eq!(
        test_pool.call_action(
            "VerifySoftwareToken",
            json!({"AccessToken": token, "UserCode": "123456"})
        ),
        refusal
    );
    for request in [
        json!({}),
        json!({"AccessToken": token, "Session": "s".repeat(100)}),
    ] {
        assert_eq!(
            test_pool
                .call_action("AssociateSoftwareToken", request)
                .map_err(|(name, _)| name),
            Err("InvalidParameterException")
        );
    }
    assert_eq!(
        test_pool.call_action(
            "VerifySoftwareToken",
            json!({"AccessToken": token, "UserCode": "12345"})
        ),
        expected_error(
            "InvalidParameterException",
            "1 validation error detected: Value at 'userCode' failed to satisfy constraint: Member must have length greater than or equal to 6"
        )
    );
}

#[test]
fn mfa_uses_the_preferred_factor_or_lets_the_user_choose() {
    let (test_pool, token) = pool_and_user_with_all_factors();
    let secret = register_app(&test_pool, &token);
    set_mfa_preference(
        &test_pool,
        &token,
        json!({
            "SMSMfaSettings": {"Enabled": true},
            "SoftwareTokenMfaSettings": {"Enabled": true, "PreferredMfa": true},
            "EmailMfaSettings": {"Enabled": true}
        }),
    )
    .unwrap();
    assert_eq!(
        test_pool.sign_in_by_password("ann", PASSWORD).unwrap()["ChallengeName"],
        "SOFTWARE_TOKEN_MFA"
    );
    // A factor that the request does not contain stays unchanged.
    set_mfa_preference(
        &test_pool,
        &token,
        json!({"SoftwareTokenMfaSettings": {"Enabled": true, "PreferredMfa": false}}),
    )
    .unwrap();
    assert_eq!(
        mfa_settings_of_ann(&test_pool),
        (
            json!(["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]),
            Value::Null
        )
    );
    let choose = |chosen: &str| {
        let round = test_pool.sign_in_by_password("ann", PASSWORD).unwrap();
        assert_eq!(
            (&round["ChallengeName"], &round["ChallengeParameters"]),
            (
                &json!("SELECT_MFA_TYPE"),
                &json!({
                    "MFAS_CAN_CHOOSE": r#"["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]"#,
                    "USER_ID_FOR_SRP": "ann"
                })
            )
        );
        respond_to_challenge(
            &test_pool,
            "SELECT_MFA_TYPE",
            &round["Session"],
            json!({"USERNAME": "ann", "ANSWER": chosen}),
        )
    };
    for (chosen, asked) in [
        ("SMS_MFA", "SMS_MFA"),
        ("EMAIL_OTP", "EMAIL_OTP"),
        ("EMAIL_MFA", "EMAIL_OTP"),
        ("SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA"),
    ] {
        assert_eq!(choose(chosen).unwrap()["ChallengeName"], asked);
    }
    assert_eq!(
        choose("CARRIER_PIGEON").map_err(|(name, _)| name),
        Err("MFAMethodNotFoundException")
    );
    let round = choose("SOFTWARE_TOKEN_MFA").unwrap();
    let answer = respond_to_challenge(
        &test_pool,
        "SOFTWARE_TOKEN_MFA",
        &round["Session"],
        json!({"USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": app_code(&test_pool, &secret, 1)}),
    )
    .unwrap();
    assert_eq!(token_names_in(&answer), TOKENS);
}

#[test]
fn sms_and_email_mfa_need_a_phone_number_and_an_email_address() {
    let test_pool = pool_with_mfa_mode("OPTIONAL");
    create_user(&test_pool, "ann", json!([]));
    let token = test_pool.access_token("ann");
    for (block, factor) in [
        ("SMSMfaSettings", "SMS_MFA"),
        ("EmailMfaSettings", "EMAIL_OTP"),
    ] {
        assert_eq!(
            set_mfa_preference(&test_pool, &token, json!({block: {"Enabled": true}})),
            expected_error(
                "InvalidParameterException",
                &format!("User does not have delivery config set to turn on {factor}")
            )
        );
    }
    let (test_pool, token) = pool_and_user_with_all_factors();
    for blocks in [
        json!({"SMSMfaSettings": {"Enabled": true, "PreferredMfa": true},
            "EmailMfaSettings": {"Enabled": true, "PreferredMfa": true}}),
        json!({"SMSMfaSettings": {"Enabled": false, "PreferredMfa": true}}),
    ] {
        assert_eq!(
            set_mfa_preference(&test_pool, &token, blocks).map_err(|(name, _)| name),
            Err("InvalidParameterException")
        );
    }
    assert_eq!(mfa_settings_of_ann(&test_pool), (Value::Null, Value::Null));
}

#[test]
fn set_user_settings_enables_and_disables_sms_mfa() {
    let (test_pool, token) = pool_and_user_with_all_factors();
    let set = |options: Value| {
        test_pool.call_action(
            "SetUserSettings",
            json!({"AccessToken": token, "MFAOptions": options}),
        )
    };
    let options = json!([{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]);
    assert_eq!(set(options.clone()), Ok(json!({})));
    let me = test_pool
        .call_action("GetUser", json!({"AccessToken": token}))
        .unwrap();
    assert_eq!(
        (&me["MFAOptions"], &me["UserMFASettingList"]),
        (&options, &json!(["SMS_MFA"]))
    );
    assert_eq!(
        test_pool.sign_in_by_password("ann", PASSWORD).unwrap()["ChallengeName"],
        "SMS_MFA"
    );
    assert_eq!(set(json!([])), Ok(json!({})));
    assert_eq!(mfa_settings_of_ann(&test_pool), (Value::Null, Value::Null));
}

#[test]
fn required_mfa_sends_sms_to_a_known_phone_number_by_default() {
    let test_pool = pool_with_mfa_mode("ON");
    create_user(
        &test_pool,
        "ann",
        json!([{"Name": "phone_number", "Value": "+14325554114"}]),
    );
    assert_eq!(
        test_pool.sign_in_by_password("ann", PASSWORD).unwrap()["ChallengeName"],
        "SMS_MFA"
    );
}

#[test]
fn required_mfa_makes_the_user_set_up_an_authenticator_app() {
    let test_pool = pool_with_mfa_mode("ON");
    create_user(&test_pool, "ann", json!([]));
    let round = test_pool.sign_in_by_srp("ann", PASSWORD).unwrap();
    assert_eq!(
        (&round["ChallengeName"], &round["ChallengeParameters"]),
        (
            &json!("MFA_SETUP"),
            &json!({
                "MFAS_CAN_SETUP": r#"["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]"#,
                "USER_ID_FOR_SRP": "ann"
            })
        )
    );
    let finish = |session: &Value| {
        respond_to_challenge(&test_pool, "MFA_SETUP", session, json!({"USERNAME": "ann"}))
    };
    let invalid = expected_error("NotAuthorizedException", "Invalid session for the user.");
    let spent = expected_error(
        "NotAuthorizedException",
        "Invalid session for the user, session can only be used once.",
    );
    let first = &round["Session"];
    assert_eq!(finish(first), invalid);

    let associated = test_pool
        .call_action("AssociateSoftwareToken", json!({"Session": first}))
        .unwrap();
    assert_eq!(member_names(&associated), ["SecretCode", "Session"]);
    let second = &associated["Session"];
    assert_eq!(finish(first), spent);
    assert_eq!(finish(second), invalid);
    assert_eq!(
        test_pool.call_action("AssociateSoftwareToken", json!({"Session": first})),
        spent
    );

    let verify = |code: String| {
        test_pool.call_action(
            "VerifySoftwareToken",
            json!({"Session": second, "UserCode": code}),
        )
    };
    assert_eq!(
        verify(app_code(&test_pool, &associated["SecretCode"], 5)),
        expected_error(
            "EnableSoftwareTokenMFAException",
            "Code mismatch and fail enable Software Token MFA"
        )
    );
    let verified = verify(app_code(&test_pool, &associated["SecretCode"], 0)).unwrap();
    assert_eq!(member_names(&verified), ["Session", "Status"]);
    assert_eq!(verified["Status"], "SUCCESS");
    assert_eq!(finish(second), spent);
    assert_eq!(
        token_names_in(&finish(&verified["Session"]).unwrap()),
        TOKENS
    );
    assert_eq!(
        mfa_settings_of_ann(&test_pool),
        (json!(["SOFTWARE_TOKEN_MFA"]), json!("SOFTWARE_TOKEN_MFA"))
    );
    let again = test_pool.sign_in_by_password("ann", PASSWORD).unwrap();
    assert_eq!(again["ChallengeName"], "SOFTWARE_TOKEN_MFA");
}

#[test]
fn authenticator_app_set_up_during_sign_in_is_enabled() {
    let test_pool = pool_with_mfa_mode("ON");
    create_user(&test_pool, "ann", json!([]));
    let round = test_pool.sign_in_by_password("ann", PASSWORD).unwrap();
    let associated = test_pool
        .call_action(
            "AssociateSoftwareToken",
            json!({"Session": round["Session"]}),
        )
        .unwrap();
    assert_eq!(mfa_settings_of_ann(&test_pool), (Value::Null, Value::Null));
    test_pool
        .call_action(
            "VerifySoftwareToken",
            json!({
                "Session": associated["Session"],
                "UserCode": app_code(&test_pool, &associated["SecretCode"], 0)
            }),
        )
        .unwrap();
    // The sign-in was not completed.
    assert_eq!(
        mfa_settings_of_ann(&test_pool),
        (json!(["SOFTWARE_TOKEN_MFA"]), json!("SOFTWARE_TOKEN_MFA"))
    );
    assert_eq!(
        test_pool.sign_in_by_password("ann", PASSWORD).unwrap()["ChallengeName"],
        "SOFTWARE_TOKEN_MFA"
    );
}

#[test]
fn required_mfa_makes_the_user_set_up_an_email_address() {
    let test_pool = pool_with_mfa_mode("ON");
    create_user(&test_pool, "ann", json!([]));
    let address = test_pool.email_address("ann");
    let round = test_pool.sign_in_by_password("ann", PASSWORD).unwrap();
    let give = |session: &Value, address: &str| {
        respond_to_challenge(
            &test_pool,
            "MFA_SETUP",
            session,
            json!({"USERNAME": "ann", "EMAIL": address}),
        )
    };
    assert_eq!(
        give(&round["Session"], "nowhere"),
        expected_error("InvalidParameterException", "Invalid email address format.")
    );
    let endless = format!("{}@example.com", "a".repeat(5_000));
    assert_eq!(
        give(&round["Session"], &endless).map_err(|(name, _)| name),
        Err("InvalidParameterException")
    );
    let round = give(&round["Session"], &address).unwrap();
    assert_eq!(
        (&round["ChallengeName"], &round["ChallengeParameters"]),
        (
            &json!("EMAIL_OTP"),
            &json!({
                "CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL", "CODE_DELIVERY_DESTINATION": "a***@u***",
                "USER_ID_FOR_SRP": "ann"
            })
        )
    );
    // Before the code, the address is not the user's.
    assert_eq!(mfa_settings_of_ann(&test_pool), (Value::Null, Value::Null));
    let answer = |code: String| {
        respond_to_challenge(
            &test_pool,
            "EMAIL_OTP",
            &round["Session"],
            json!({"USERNAME": "ann", "EMAIL_OTP_CODE": code}),
        )
    };
    assert_eq!(
        answer(test_pool.wrong_code(&address)).map_err(|(name, _)| name),
        Err("CodeMismatchException")
    );
    assert_eq!(
        token_names_in(&answer(test_pool.newest_code(&address)).unwrap()),
        TOKENS
    );
    let user = test_pool
        .call_as_operator("AdminGetUser", json!({"Username": "ann"}))
        .unwrap();
    assert_eq!(
        (&user["UserMFASettingList"], &user["PreferredMfaSetting"]),
        (&json!(["EMAIL_OTP"]), &json!("EMAIL_OTP"))
    );
    let attributes = user["UserAttributes"].as_array().unwrap();
    for (name, value) in [("email", address.as_str()), ("email_verified", "true")] {
        assert!(
            attributes.contains(&json!({"Name": name, "Value": value})),
            "{attributes:?}"
        );
    }
}

#[test]
fn mfa_setup_cannot_change_an_existing_email_address() {
    let test_pool = pool_with_mfa_mode("ON");
    create_user(
        &test_pool,
        "ann",
        json!([{"Name": "email", "Value": test_pool.email_address("ann")}]),
    );
    let round = test_pool.sign_in_by_password("ann", PASSWORD).unwrap();
    assert_eq!(
        respond_to_challenge(
            &test_pool,
            "MFA_SETUP",
            &round["Session"],
            json!({"USERNAME": "ann", "EMAIL": test_pool.email_address("eve")})
        ),
        expected_error(
            "NotAuthorizedException",
            "Cannot modify an already provided email"
        )
    );
    assert_eq!(test_pool.messages_to(&test_pool.email_address("eve")), []);
}

#[test]
fn new_password_challenge_comes_before_the_second_factor() {
    let test_pool = pool_with_mfa_mode("ON");
    test_pool
        .call_as_operator(
            "AdminCreateUser",
            json!({"Username": "ann", "TemporaryPassword": "Temp0rary!", "MessageAction": "SUPPRESS",
                "UserAttributes": [{"Name": "phone_number", "Value": "+14325554114"}]}),
        )
        .unwrap();
    let round = test_pool.sign_in_by_srp("ann", "Temp0rary!").unwrap();
    assert_eq!(round["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    assert_eq!(test_pool.messages_to("+14325554114"), []);
    let round = respond_to_challenge(
        &test_pool,
        "NEW_PASSWORD_REQUIRED",
        &round["Session"],
        json!({"USERNAME": "ann", "NEW_PASSWORD": PASSWORD}),
    )
    .unwrap();
    assert_eq!(round["ChallengeName"], "SMS_MFA");
    let answer = respond_to_challenge(
        &test_pool,
        "SMS_MFA",
        &round["Session"],
        json!({"USERNAME": "ann", "SMS_MFA_CODE": test_pool.newest_code("+14325554114")}),
    )
    .unwrap();
    assert_eq!(token_names_in(&answer), TOKENS);
}

#[test]
fn mfa_response_is_valid_only_for_its_own_challenge() {
    let (test_pool, token) = pool_and_user_with_all_factors();
    set_mfa_preference(
        &test_pool,
        &token,
        json!({"SMSMfaSettings": {"Enabled": true}}),
    )
    .unwrap();
    let round = test_pool.sign_in_by_password("ann", PASSWORD).unwrap();
    let code = test_pool.newest_code("+14325554114");
    let everything = json!({
        "USERNAME": "ann", "SMS_MFA_CODE": code, "EMAIL_OTP_CODE": code, "SOFTWARE_TOKEN_MFA_CODE": code,
        "ANSWER": "SMS_MFA", "NEW_PASSWORD": PASSWORD
    });
    for other in [
        "EMAIL_OTP",
        "SOFTWARE_TOKEN_MFA",
        "SELECT_MFA_TYPE",
        "MFA_SETUP",
        "NEW_PASSWORD_REQUIRED",
        "CUSTOM_CHALLENGE",
    ] {
        assert_eq!(
            respond_to_challenge(&test_pool, other, &round["Session"], everything.clone()),
            expected_error("NotAuthorizedException", "Invalid session for the user."),
            "{other}"
        );
    }
    create_user(&test_pool, "bob", json!([]));
    assert_eq!(
        respond_to_challenge(
            &test_pool,
            "SMS_MFA",
            &round["Session"],
            json!({"USERNAME": "bob", "SMS_MFA_CODE": code})
        ),
        expected_error("NotAuthorizedException", "Invalid session for the user.")
    );
}

#[test]
fn address_used_as_second_factor_cannot_reset_the_password() {
    let (test_pool, token) = pool_and_user_with_all_factors();
    let forgot = || test_pool.call_as_app("ForgotPassword", json!({"Username": "ann"}));
    assert_eq!(
        forgot().unwrap()["CodeDeliveryDetails"]["DeliveryMedium"],
        "EMAIL"
    );
    set_mfa_preference(
        &test_pool,
        &token,
        json!({"EmailMfaSettings": {"Enabled": true}}),
    )
    .unwrap();
    assert_eq!(
        forgot(),
        expected_error(
            "InvalidParameterException",
            "Cannot reset password for the user as there is no registered/verified email or phone_number"
        )
    );
}
