//! Challenges for a new password, for codes, and for choosing and setting up a second factor.

use cognito_proto::action::{
    AssociateSoftwareToken, ChallengeName, MemberError, VerifySoftwareToken, parse_http_response,
};
use cognito_proto::factor::SecondFactor;
use cognito_proto::ids::AttributeName;
use cognito_proto::secret::{ChallengeSession, Password, VerificationCode};
use cognito_proto::sign_in::{
    AfterError, MfaSetupChallenge, NewPasswordChallenge, OpenChallenge, OtpChallenge, OtpKind,
    ProtocolError, Recovery, TotpSetup,
};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::recorded::body;
use crate::support::{
    challenge_json, challenge_response, challenge_step, email, request_of, respond, service_error,
    step, tokens, tokens_response, unknown_challenge,
};

fn attribute(name: &str) -> AttributeName {
    AttributeName::parse(name).expect("an attribute's name")
}

/// Returns the challenge of the `NEW_PASSWORD_REQUIRED` in Amazon's API reference.
fn new_password() -> OpenChallenge<NewPasswordChallenge> {
    let parameters = json!({"USER_ID_FOR_SRP":"ann","requiredAttributes":"[\"userAttributes.family_name\"]",
        "userAttributes":"{\"email_verified\":\"true\",\"email\":\"ann@example.com\"}"});
    step!(
        challenge_step("NEW_PASSWORD_REQUIRED", parameters),
        NewPassword
    )
}

#[wasm_bindgen_test(unsupported = test)]
fn new_password_response_sets_attributes_that_the_user_lacks() {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let open = new_password();
    assert_eq!(
        open.challenge,
        NewPasswordChallenge {
            missing: vec![attribute("family_name")],
            known: vec![
                pair("email_verified", "true"),
                pair("email", "ann@example.com")
            ],
        }
    );
    let request = open.answer(
        Password::new("N3wPassw0rd!"),
        vec![(attribute("family_name"), "Lee".to_owned())],
    );
    assert_eq!(
        request_of(&request),
        challenge_response(
            "NEW_PASSWORD_REQUIRED",
            "AYAB-1",
            json!({"USERNAME":"ann","NEW_PASSWORD":"N3wPassw0rd!","userAttributes.family_name":"Lee"})
        )
    );
    assert_eq!(
        step!(respond(request, &tokens_response()), Completed).result,
        tokens()
    );
}

/// Otherwise the service refuses the whole request with “Cannot modify an already provided email”.
#[wasm_bindgen_test(unsupported = test)]
fn new_password_response_omits_attributes_that_the_user_has() {
    let request = new_password().answer(
        Password::new("N3wPassw0rd!"),
        vec![
            (attribute("email"), "other@example.com".to_owned()),
            (attribute("email_verified"), "true".to_owned()),
            (attribute("nickname"), "Annie".to_owned()),
        ],
    );
    assert_eq!(
        request_of(&request).1["ChallengeResponses"],
        json!({"USERNAME":"ann","NEW_PASSWORD":"N3wPassw0rd!","userAttributes.nickname":"Annie"})
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn new_password_challenge_may_have_no_parameters() {
    let parse = |parameters: Value| {
        step!(
            challenge_step("NEW_PASSWORD_REQUIRED", parameters),
            NewPassword
        )
        .challenge
    };
    let nothing = NewPasswordChallenge {
        missing: Vec::new(),
        known: Vec::new(),
    };
    assert_eq!(parse(json!({})), nothing);
    assert_eq!(
        parse(json!({"requiredAttributes":"[]","userAttributes":"{}"})),
        nothing
    );
    // A name can have no prefix. An attribute with a value is not missing, and an attribute with an empty value is.
    let some = parse(
        json!({"requiredAttributes":"[\"name\",\"userAttributes.email\",\"userAttributes.nickname\"]",
            "userAttributes":"{\"userAttributes.email\":\"ann@example.com\",\"nickname\":\"\"}"}),
    );
    assert_eq!(
        some,
        NewPasswordChallenge {
            missing: vec![attribute("name"), attribute("nickname")],
            known: vec![("email".to_owned(), "ann@example.com".to_owned())],
        }
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn error_names_the_challenge_parameter_with_invalid_json() {
    for (name, member, text) in [
        ("NEW_PASSWORD_REQUIRED", "requiredAttributes", "["),
        ("NEW_PASSWORD_REQUIRED", "requiredAttributes", "[\"a b\"]"),
        ("NEW_PASSWORD_REQUIRED", "userAttributes", "{"),
        ("NEW_PASSWORD_REQUIRED", "userAttributes", "[]"),
        ("SELECT_MFA_TYPE", "MFAS_CAN_CHOOSE", "SMS_MFA"),
        ("MFA_SETUP", "MFAS_CAN_SETUP", "SMS_MFA"),
    ] {
        assert_eq!(
            challenge_step(name, json!({member:text})).err(),
            Some(ProtocolError::Malformed(MemberError { member })),
            "{name} {text}"
        );
    }
}

/// Each row has a challenge, its parameters, the parsed challenge, and the request member for the code.
#[wasm_bindgen_test(unsupported = test)]
fn each_otp_challenge_sends_the_code_in_its_own_parameter() {
    let text = |text: &str| Some(text.to_owned());
    for (name, parameters, expected, member) in [
        (
            "SMS_MFA",
            json!({"CODE_DELIVERY_DELIVERY_MEDIUM":"SMS","CODE_DELIVERY_DESTINATION":"+********4114","USER_ID_FOR_SRP":"ann"}),
            (OtpKind::SmsMfa, text("+********4114"), None),
            "SMS_MFA_CODE",
        ),
        (
            "SMS_OTP",
            json!({"CODE_DELIVERY_DELIVERY_MEDIUM":"SMS","CODE_DELIVERY_DESTINATION":"+********4114","USERNAME":"ann"}),
            (OtpKind::SmsOtp, text("+********4114"), None),
            "SMS_OTP_CODE",
        ),
        (
            "EMAIL_OTP",
            json!({"CODE_DELIVERY_DELIVERY_MEDIUM":"EMAIL","CODE_DELIVERY_DESTINATION":"a***@e***","USER_ID_FOR_SRP":"ann"}),
            (OtpKind::EmailOtp, text("a***@e***"), None),
            "EMAIL_OTP_CODE",
        ),
        (
            "SOFTWARE_TOKEN_MFA",
            json!({"USER_ID_FOR_SRP":"ann","FRIENDLY_DEVICE_NAME":"My phone"}),
            (OtpKind::SoftwareTokenMfa, None, text("My phone")),
            "SOFTWARE_TOKEN_MFA_CODE",
        ),
        (
            "SOFTWARE_TOKEN_MFA",
            json!({"USER_ID_FOR_SRP":"ann","FRIENDLY_DEVICE_NAME":""}),
            (OtpKind::SoftwareTokenMfa, None, None),
            "SOFTWARE_TOKEN_MFA_CODE",
        ),
    ] {
        let open = step!(challenge_step(name, parameters), Code);
        let (kind, destination, device_name) = expected;
        assert_eq!(
            open.challenge,
            OtpChallenge {
                kind,
                destination,
                device_name
            }
        );
        let request = open.answer(VerificationCode::new("012345"));
        assert_eq!(
            request_of(&request),
            challenge_response(name, "AYAB-1", json!({"USERNAME":"ann",member:"012345"}))
        );
        assert_eq!(
            step!(respond(request, &tokens_response()), Completed).result,
            tokens()
        );
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn select_mfa_type_response_contains_the_chosen_factor() {
    let choice = |list: &str| {
        let parameters = json!({"MFAS_CAN_CHOOSE":list,"USER_ID_FOR_SRP":"ann"});
        challenge_step("SELECT_MFA_TYPE", parameters)
    };
    let open = step!(
        choice(r#"["SMS_MFA","OF_TOMORROW","SOFTWARE_TOKEN_MFA","EMAIL_MFA"]"#),
        ChooseSecondFactor
    );
    assert_eq!(
        open.challenge.offered,
        [
            SecondFactor::Sms,
            SecondFactor::SoftwareToken,
            SecondFactor::Email
        ]
    );
    let request = open.choose(SecondFactor::SoftwareToken);
    assert_eq!(
        request_of(&request),
        challenge_response(
            "SELECT_MFA_TYPE",
            "AYAB-1",
            json!({"USERNAME":"ann","ANSWER":"SOFTWARE_TOKEN_MFA"})
        )
    );
    let next = challenge_json(
        "SOFTWARE_TOKEN_MFA",
        "AYAB-2",
        json!({"USER_ID_FOR_SRP":"ann"}),
    );
    let code = step!(respond(request, &next), Code).answer(VerificationCode::new("123456"));
    // Only the newest session is valid.
    assert_eq!(
        request_of(&code),
        challenge_response(
            "SOFTWARE_TOKEN_MFA",
            "AYAB-2",
            json!({"USERNAME":"ann","SOFTWARE_TOKEN_MFA_CODE":"123456"})
        )
    );
    for list in ["[]", r#"["OF_TOMORROW"]"#] {
        assert_eq!(
            unknown_challenge(choice(list)),
            ChallengeName::SelectMfaType
        );
    }
}

/// Returns the challenge of the `MFA_SETUP` in Amazon's API reference, with email as a second choice.
fn mfa_setup() -> OpenChallenge<MfaSetupChallenge> {
    let parameters =
        json!({"MFAS_CAN_SETUP":"[\"SOFTWARE_TOKEN_MFA\",\"EMAIL_OTP\"]","USER_ID_FOR_SRP":"ann"});
    step!(challenge_step("MFA_SETUP", parameters), SetUpSecondFactor)
}

/// Returns the challenge for a code after the response with the secret and a new session.
fn totp_setup() -> OpenChallenge<TotpSetup> {
    let open = mfa_setup();
    let token = parse_http_response::<AssociateSoftwareToken<'_>>(
        200,
        None,
        r#"{"SecretCode":"JBSWY3DPEHPK3PXP","Session":"AYAB-2"}"#,
    )
    .expect("a secret");
    open.on_associated(token)
}

/// Each request contains the session of the previous response. With an older session the last request fails.
#[wasm_bindgen_test(unsupported = test)]
fn each_totp_setup_request_contains_the_newest_session() {
    let open = mfa_setup();
    assert_eq!(
        open.challenge.offered,
        [SecondFactor::SoftwareToken, SecondFactor::Email]
    );
    let associate = open.associate_request().expect("a session");
    assert_eq!(body(&associate), json!({"Session":"AYAB-1"}));

    let setup = totp_setup();
    assert_eq!(setup.password_retained_until(), None);
    assert_eq!(setup.challenge.secret.expose_secret(), "JBSWY3DPEHPK3PXP");
    assert!(!format!("{setup:?}").contains("JBSW"));
    let code = VerificationCode::new("123456");
    let verify = setup
        .verify_request(&code, Some("My phone"))
        .expect("a session");
    assert_eq!(
        body(&verify),
        json!({"Session":"AYAB-2","UserCode":"123456","FriendlyDeviceName":"My phone"})
    );

    let session = parse_http_response::<VerifySoftwareToken<'_>>(
        200,
        None,
        r#"{"Status":"SUCCESS","Session":"AYAB-3"}"#,
    )
    .expect("it was right");
    let request = setup.on_verified(session);
    assert_eq!(
        request_of(&request),
        challenge_response("MFA_SETUP", "AYAB-3", json!({"USERNAME":"ann"}))
    );
    assert_eq!(
        step!(respond(request, &tokens_response()), Completed).result,
        tokens()
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn wrong_code_during_totp_setup_keeps_the_secret() {
    let setup = totp_setup();
    for kind in ["EnableSoftwareTokenMFAException", "CodeMismatchException"] {
        let error = service_error(kind, "Code mismatch and fail enable Software Token MFA");
        assert_eq!(setup.on_error(&error), Recovery::RetryAnswer);
    }
    let expired = service_error("NotAuthorizedException", "Invalid session for the user.");
    assert_eq!(setup.on_error(&expired), Recovery::StartOver);
    assert_eq!(mfa_setup().on_error(&expired), Recovery::StartOver);
    let again = VerificationCode::new("654321");
    assert_eq!(
        body(&setup.verify_request(&again, None).expect("a session")),
        json!({"Session":"AYAB-2","UserCode":"654321"})
    );
}

/// The authenticator app and the service have the secret already. Another setup would give the user two entries in the
/// app.
#[wasm_bindgen_test(unsupported = test)]
fn error_after_totp_verification_does_not_repeat_the_setup() {
    let last = || totp_setup().on_verified(Some(ChallengeSession::new("AYAB-3")));
    assert!(last().on_no_response().is_none());
    let busy = service_error("TooManyRequestsException", "Rate exceeded");
    assert!(matches!(last().on_error(&busy), AfterError::Fatal));
    let lost = service_error("NotAuthorizedException", "Invalid session for the user.");
    assert!(matches!(last().on_error(&lost), AfterError::StartOver));
}

#[wasm_bindgen_test(unsupported = test)]
fn user_can_switch_from_totp_setup_to_email_codes() {
    let request = totp_setup().back().with_email(email("ann@example.com"));
    assert_eq!(
        request_of(&request),
        challenge_response(
            "MFA_SETUP",
            "AYAB-2",
            json!({"USERNAME":"ann","EMAIL":"ann@example.com"})
        )
    );
    let next = challenge_json(
        "EMAIL_OTP",
        "AYAB-3",
        json!({"CODE_DELIVERY_DELIVERY_MEDIUM":"EMAIL","CODE_DELIVERY_DESTINATION":"a***@e***"}),
    );
    let code = step!(respond(request, &next), Code).answer(VerificationCode::new("123456"));
    // The response had no username, so the last one stays.
    assert_eq!(
        request_of(&code),
        challenge_response(
            "EMAIL_OTP",
            "AYAB-3",
            json!({"USERNAME":"ann","EMAIL_OTP_CODE":"123456"})
        )
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn totp_setup_is_impossible_without_a_challenge_session() {
    let mut response = challenge_json(
        "MFA_SETUP",
        "",
        json!({"MFAS_CAN_SETUP":"[\"SOFTWARE_TOKEN_MFA\"]"}),
    );
    response["Session"] = Value::Null;
    let request = crate::support::ann(cognito_proto::config::ConfiguredFlow::UserPassword)
        .with_password(crate::support::password(), crate::support::ephemeral());
    let open = step!(respond(request, &response), SetUpSecondFactor);
    assert_eq!(
        open.associate_request().err(),
        Some(MemberError { member: "Session" })
    );
}
