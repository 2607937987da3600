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
use crate::talk::{
    answered, asked, challenge, granted, refusal, response, said, step, tokens, unknown,
};

fn attribute(name: &str) -> AttributeName {
    AttributeName::parse(name).expect("an attribute's name")
}

/// Returns the question of the `NEW_PASSWORD_REQUIRED` in Amazon's API reference.
fn new_password() -> OpenChallenge<NewPasswordChallenge> {
    let parameters = json!({"USER_ID_FOR_SRP":"ann","requiredAttributes":"[\"userAttributes.family_name\"]",
        "userAttributes":"{\"email_verified\":\"true\",\"email\":\"ann@example.com\"}"});
    step!(asked("NEW_PASSWORD_REQUIRED", parameters), NewPassword)
}

#[wasm_bindgen_test(unsupported = test)]
fn a_new_password_goes_with_the_attributes_that_were_missing() {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let question = new_password();
    assert_eq!(
        question.challenge,
        NewPasswordChallenge {
            missing: vec![attribute("family_name")],
            known: vec![
                pair("email_verified", "true"),
                pair("email", "ann@example.com")
            ],
        }
    );
    let round = question.answer(
        Password::new("N3wPassw0rd!"),
        vec![(attribute("family_name"), "Lee".to_owned())],
    );
    assert_eq!(
        said(&round),
        response(
            "NEW_PASSWORD_REQUIRED",
            "AYAB-1",
            json!({"USERNAME":"ann","NEW_PASSWORD":"N3wPassw0rd!","userAttributes.family_name":"Lee"})
        )
    );
    assert_eq!(
        step!(answered(round, &granted()), Completed).result,
        tokens()
    );
}

/// Otherwise the service refuses the whole request with “Cannot modify an already provided email”.
#[wasm_bindgen_test(unsupported = test)]
fn an_attribute_that_has_a_value_already_is_never_sent() {
    let round = new_password().answer(
        Password::new("N3wPassw0rd!"),
        vec![
            (attribute("email"), "other@example.com".to_owned()),
            (attribute("email_verified"), "true".to_owned()),
            (attribute("nickname"), "Annie".to_owned()),
        ],
    );
    assert_eq!(
        said(&round).1["ChallengeResponses"],
        json!({"USERNAME":"ann","NEW_PASSWORD":"N3wPassw0rd!","userAttributes.nickname":"Annie"})
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn what_a_new_password_needs_is_read_however_little_is_said() {
    let read = |parameters: Value| {
        step!(asked("NEW_PASSWORD_REQUIRED", parameters), NewPassword).challenge
    };
    let nothing = NewPasswordChallenge {
        missing: Vec::new(),
        known: Vec::new(),
    };
    assert_eq!(read(json!({})), nothing);
    assert_eq!(
        read(json!({"requiredAttributes":"[]","userAttributes":"{}"})),
        nothing
    );
    // A name can have no prefix. An attribute with a value is not missing, and an attribute with an empty value is.
    let some = read(
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
fn a_list_that_is_no_json_is_refused_by_its_name() {
    for (name, member, text) in [
        ("NEW_PASSWORD_REQUIRED", "requiredAttributes", "["),
        ("NEW_PASSWORD_REQUIRED", "requiredAttributes", "[\"a b\"]"),
        ("NEW_PASSWORD_REQUIRED", "userAttributes", "{"),
        ("NEW_PASSWORD_REQUIRED", "userAttributes", "[]"),
        ("SELECT_MFA_TYPE", "MFAS_CAN_CHOOSE", "SMS_MFA"),
        ("MFA_SETUP", "MFAS_CAN_SETUP", "SMS_MFA"),
    ] {
        assert_eq!(
            asked(name, json!({member:text})).err(),
            Some(ProtocolError::Malformed(MemberError { member })),
            "{name} {text}"
        );
    }
}

/// Each row has a challenge, its parameters, the question, and the request member for the code.
#[wasm_bindgen_test(unsupported = test)]
fn each_code_is_asked_for_by_where_it_comes_from_and_sent_under_its_own_name() {
    let text = |text: &str| Some(text.to_owned());
    for (name, parameters, question, member) in [
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
        let asked = step!(asked(name, parameters), Code);
        let (kind, destination, device_name) = question;
        assert_eq!(
            asked.challenge,
            OtpChallenge {
                kind,
                destination,
                device_name
            }
        );
        let round = asked.answer(VerificationCode::new("012345"));
        assert_eq!(
            said(&round),
            response(name, "AYAB-1", json!({"USERNAME":"ann",member:"012345"}))
        );
        assert_eq!(
            step!(answered(round, &granted()), Completed).result,
            tokens()
        );
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn the_choice_among_second_factors_leads_to_the_one_that_was_chosen() {
    let choice = |list: &str| {
        let parameters = json!({"MFAS_CAN_CHOOSE":list,"USER_ID_FOR_SRP":"ann"});
        asked("SELECT_MFA_TYPE", parameters)
    };
    let offered = step!(
        choice(r#"["SMS_MFA","OF_TOMORROW","SOFTWARE_TOKEN_MFA","EMAIL_MFA"]"#),
        ChooseSecondFactor
    );
    assert_eq!(
        offered.challenge.offered,
        [
            SecondFactor::Sms,
            SecondFactor::SoftwareToken,
            SecondFactor::Email
        ]
    );
    let round = offered.choose(SecondFactor::SoftwareToken);
    assert_eq!(
        said(&round),
        response(
            "SELECT_MFA_TYPE",
            "AYAB-1",
            json!({"USERNAME":"ann","ANSWER":"SOFTWARE_TOKEN_MFA"})
        )
    );
    let next = challenge(
        "SOFTWARE_TOKEN_MFA",
        "AYAB-2",
        json!({"USER_ID_FOR_SRP":"ann"}),
    );
    let code = step!(answered(round, &next), Code).answer(VerificationCode::new("123456"));
    // Only the newest session is valid.
    assert_eq!(
        said(&code),
        response(
            "SOFTWARE_TOKEN_MFA",
            "AYAB-2",
            json!({"USERNAME":"ann","SOFTWARE_TOKEN_MFA_CODE":"123456"})
        )
    );
    for list in ["[]", r#"["OF_TOMORROW"]"#] {
        assert_eq!(unknown(choice(list)), ChallengeName::SelectMfaType);
    }
}

/// Returns the question of the `MFA_SETUP` in Amazon's API reference, with email as a second choice.
fn set_up() -> OpenChallenge<MfaSetupChallenge> {
    let parameters =
        json!({"MFAS_CAN_SETUP":"[\"SOFTWARE_TOKEN_MFA\",\"EMAIL_OTP\"]","USER_ID_FOR_SRP":"ann"});
    step!(asked("MFA_SETUP", parameters), SetUpSecondFactor)
}

/// Returns the question for a code after the response with the secret and a new session.
fn offered_authenticator() -> OpenChallenge<TotpSetup> {
    let question = set_up();
    let token = parse_http_response::<AssociateSoftwareToken<'_>>(
        200,
        None,
        r#"{"SecretCode":"JBSWY3DPEHPK3PXP","Session":"AYAB-2"}"#,
    )
    .expect("a secret");
    question.on_associated(token)
}

/// Each request contains the session of the previous response. With an older session the last request fails.
#[wasm_bindgen_test(unsupported = test)]
fn an_authenticator_app_is_set_up_in_three_requests_with_three_sessions() {
    let question = set_up();
    assert_eq!(
        question.challenge.offered,
        [SecondFactor::SoftwareToken, SecondFactor::Email]
    );
    let ask = question.associate().expect("a session");
    assert_eq!(body(&ask), json!({"Session":"AYAB-1"}));

    let offered = offered_authenticator();
    assert_eq!(offered.password_retained_until(), None);
    assert_eq!(offered.challenge.secret.expose_secret(), "JBSWY3DPEHPK3PXP");
    assert!(!format!("{offered:?}").contains("JBSW"));
    let code = VerificationCode::new("123456");
    let verify = offered.verify(&code, Some("My phone")).expect("a session");
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
    let round = offered.on_verified(session);
    assert_eq!(
        said(&round),
        response("MFA_SETUP", "AYAB-3", json!({"USERNAME":"ann"}))
    );
    assert_eq!(
        step!(answered(round, &granted()), Completed).result,
        tokens()
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn after_a_wrong_code_the_same_secret_is_still_the_one() {
    let offered = offered_authenticator();
    for kind in ["EnableSoftwareTokenMFAException", "CodeMismatchException"] {
        let error = refusal(kind, "Code mismatch and fail enable Software Token MFA");
        assert_eq!(offered.on_error(&error), Recovery::RetryAnswer);
    }
    let expired = refusal("NotAuthorizedException", "Invalid session for the user.");
    assert_eq!(offered.on_error(&expired), Recovery::StartOver);
    assert_eq!(set_up().on_error(&expired), Recovery::StartOver);
    let again = VerificationCode::new("654321");
    assert_eq!(
        body(&offered.verify(&again, None).expect("a session")),
        json!({"Session":"AYAB-2","UserCode":"654321"})
    );
}

/// The authenticator app and the service have the secret already. Another setup would give the user two entries in the
/// app.
#[wasm_bindgen_test(unsupported = test)]
fn an_app_that_is_set_up_is_not_set_up_again_when_the_last_request_fails() {
    let last = || offered_authenticator().on_verified(Some(ChallengeSession::new("AYAB-3")));
    assert!(last().on_no_response().is_none());
    let busy = refusal("TooManyRequestsException", "Rate exceeded");
    assert!(matches!(last().on_error(&busy), AfterError::Fatal));
    let lost = refusal("NotAuthorizedException", "Invalid session for the user.");
    assert!(matches!(last().on_error(&lost), AfterError::StartOver));
}

#[wasm_bindgen_test(unsupported = test)]
fn who_thinks_better_of_an_app_may_take_mail_with_the_newest_session() {
    let round = offered_authenticator()
        .back()
        .with_email("ann@example.com".to_owned());
    assert_eq!(
        said(&round),
        response(
            "MFA_SETUP",
            "AYAB-2",
            json!({"USERNAME":"ann","EMAIL":"ann@example.com"})
        )
    );
    let next = challenge(
        "EMAIL_OTP",
        "AYAB-3",
        json!({"CODE_DELIVERY_DELIVERY_MEDIUM":"EMAIL","CODE_DELIVERY_DESTINATION":"a***@e***"}),
    );
    let code = step!(answered(round, &next), Code).answer(VerificationCode::new("123456"));
    // The response had no username, so the last one stays.
    assert_eq!(
        said(&code),
        response(
            "EMAIL_OTP",
            "AYAB-3",
            json!({"USERNAME":"ann","EMAIL_OTP_CODE":"123456"})
        )
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn nothing_is_set_up_without_a_session() {
    let mut reply = challenge(
        "MFA_SETUP",
        "",
        json!({"MFAS_CAN_SETUP":"[\"SOFTWARE_TOKEN_MFA\"]"}),
    );
    reply["Session"] = Value::Null;
    let round = crate::talk::ann(cognito_proto::config::ConfiguredFlow::UserPassword)
        .with_password(crate::talk::password(), crate::talk::ephemeral());
    let question = step!(answered(round, &reply), SetUpSecondFactor);
    assert_eq!(
        question.associate().err(),
        Some(MemberError { member: "Session" })
    );
}
