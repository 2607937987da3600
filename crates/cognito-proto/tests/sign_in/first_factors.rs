//! The first factor of `USER_AUTH` with its choices, and the challenges of `CUSTOM_AUTH`.

use cognito_proto::action::ChallengeName;
use cognito_proto::config::ConfiguredFlow;
use cognito_proto::factor::FirstFactor;
use cognito_proto::secret::{ChallengeSession, CustomAnswer, PasskeyAssertion, VerificationCode};
use cognito_proto::sign_in::{CustomChallenge, OtpChallenge, OtpKind, PasskeyChallenge, Step};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::talk::{
    USER_AUTH, ann, answered, asked, challenge, ephemeral, granted, initiation, offered, password,
    response, said, step, tokens, unknown,
};

/// The pool's name for the user, which differs from the typed username.
const SUB: &str = "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11";

#[wasm_bindgen_test(unsupported = test)]
fn a_name_alone_asks_what_there_is_to_choose_from() {
    let first = step!(Ok(ann(USER_AUTH).with_username_only(None)), Send);
    assert_eq!(
        said(&first),
        initiation("USER_AUTH", json!({"USERNAME":"ann@example.com"}))
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn what_was_chosen_beforehand_is_preferred_and_the_persons_choice_counts_before_the_operators() {
    let configured = ConfiguredFlow::UserAuth {
        preferred: Some(FirstFactor::EmailOtp),
    };
    for (flow, chosen, sent) in [
        (USER_AUTH, Some(FirstFactor::EmailOtp), "EMAIL_OTP"),
        (USER_AUTH, Some(FirstFactor::SmsOtp), "SMS_OTP"),
        (USER_AUTH, Some(FirstFactor::WebAuthn), "WEB_AUTHN"),
        (configured, None, "EMAIL_OTP"),
        (configured, Some(FirstFactor::WebAuthn), "WEB_AUTHN"),
    ] {
        let first = step!(Ok(ann(flow).with_username_only(chosen)), Send);
        assert_eq!(
            said(&first),
            initiation(
                "USER_AUTH",
                json!({"USERNAME":"ann@example.com","PREFERRED_CHALLENGE":sent})
            )
        );
    }
}

/// The app sends a typed password only if the operator configured it.
#[wasm_bindgen_test(unsupported = test)]
fn a_password_given_with_the_name_is_proved_unless_the_operator_wants_it_sent() {
    let plain = ConfiguredFlow::UserAuth {
        preferred: Some(FirstFactor::Password),
    };
    assert_eq!(
        said(&ann(plain).with_password(password(), ephemeral())),
        initiation(
            "USER_AUTH",
            json!({"USERNAME":"ann@example.com","PREFERRED_CHALLENGE":"PASSWORD","PASSWORD":"Passw0rd!"})
        )
    );
    for preferred in [
        None,
        Some(FirstFactor::PasswordSrp),
        Some(FirstFactor::EmailOtp),
    ] {
        let flow = ConfiguredFlow::UserAuth { preferred };
        let (_, body) = said(&ann(flow).with_password(password(), ephemeral()));
        assert_eq!(
            body["AuthParameters"],
            json!({"USERNAME":"ann@example.com","PREFERRED_CHALLENGE":"PASSWORD_SRP","SRP_A":ephemeral().srp_a()})
        );
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_flow_that_begins_with_a_password_asks_for_it_before_anything_is_sent() {
    let with = |preferred| ConfiguredFlow::UserAuth {
        preferred: Some(preferred),
    };
    for (flow, chosen, sent) in [
        (ConfiguredFlow::UserSrp, None, false),
        (ConfiguredFlow::UserPassword, None, true),
        (ConfiguredFlow::Custom { srp_first: true }, None, false),
        (with(FirstFactor::Password), None, true),
        (with(FirstFactor::PasswordSrp), None, false),
        (USER_AUTH, Some(FirstFactor::PasswordSrp), false),
        (USER_AUTH, Some(FirstFactor::Password), true),
    ] {
        let question = step!(Ok(ann(flow).with_username_only(chosen)), Password);
        assert_eq!(question.challenge.is_sent, sent, "{flow:?} {chosen:?}");
        let (operation, body) = said(&question.answer(password(), ephemeral()));
        assert_eq!(operation, "InitiateAuth");
        assert_eq!(body["AuthFlow"], flow.as_str());
        let parameters = &body["AuthParameters"];
        assert_eq!(
            (
                parameters["PASSWORD"].is_string(),
                parameters["SRP_A"].is_string()
            ),
            (sent, !sent),
            "{body}"
        );
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn what_is_offered_is_shown_exactly_and_nothing_that_is_not_known_here() {
    let all = step!(
        offered(&json!([
            "PASSWORD_SRP",
            "FACE_OF_TOMORROW",
            "PASSWORD",
            "EMAIL_OTP",
            "WEB_AUTHN"
        ])),
        ChooseFirstFactor
    );
    assert_eq!(
        all.challenge.offered,
        [
            FirstFactor::PasswordSrp,
            FirstFactor::Password,
            FirstFactor::EmailOtp,
            FirstFactor::WebAuthn,
        ]
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn a_password_is_one_choice_and_is_proved_where_it_can_be() {
    use FirstFactor::{EmailOtp, Password, PasswordSrp};
    let choices = |factors: Value| -> Vec<_> {
        step!(offered(&factors), ChooseFirstFactor)
            .challenge
            .choices()
            .collect()
    };
    assert_eq!(
        choices(json!(["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP"])),
        [PasswordSrp, EmailOtp]
    );
    assert_eq!(
        choices(json!(["PASSWORD", "EMAIL_OTP"])),
        [Password, EmailOtp]
    );
    assert_eq!(choices(json!(["PASSWORD_SRP"])), [PasswordSrp]);

    let only = |factors: Value| {
        step!(offered(&factors), ChooseFirstFactor)
            .challenge
            .only_choice()
    };
    assert_eq!(only(json!(["PASSWORD", "PASSWORD_SRP"])), Some(PasswordSrp));
    assert_eq!(only(json!(["EMAIL_OTP"])), Some(EmailOtp));
    assert_eq!(only(json!(["PASSWORD", "EMAIL_OTP"])), None);

    let flow = ConfiguredFlow::UserAuth {
        preferred: Some(Password),
    };
    let first = ann(flow).with_password(password(), ephemeral());
    let reply = json!({"AvailableChallenges":["PASSWORD_SRP","PASSWORD","EMAIL_OTP"],"ChallengeName":"SELECT_CHALLENGE","Session":"AYAB-1"});
    let choice = step!(answered(first, &reply), ChooseFirstFactor);
    assert_eq!(
        choice.challenge.choices().collect::<Vec<_>>(),
        [Password, EmailOtp]
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn a_choice_of_nothing_that_is_known_is_refused_by_name() {
    for factors in [
        json!([]),
        json!(["FACE_OF_TOMORROW"]),
        json!(null),
        json!("PASSWORD"),
    ] {
        assert_eq!(unknown(offered(&factors)), ChallengeName::SelectChallenge);
    }
}

/// Each row has a chosen factor and the request that answers `SELECT_CHALLENGE`.
#[wasm_bindgen_test(unsupported = test)]
fn each_choice_is_answered_with_what_belongs_to_it() {
    let choose = |factor| {
        let all = json!([
            "PASSWORD_SRP",
            "PASSWORD",
            "EMAIL_OTP",
            "SMS_OTP",
            "WEB_AUTHN"
        ]);
        step!(offered(&all), ChooseFirstFactor).choose(factor)
    };
    for (factor, name) in [
        (FirstFactor::EmailOtp, "EMAIL_OTP"),
        (FirstFactor::SmsOtp, "SMS_OTP"),
        (FirstFactor::WebAuthn, "WEB_AUTHN"),
    ] {
        assert_eq!(
            said(&step!(Ok(choose(factor)), Send)),
            response(
                "SELECT_CHALLENGE",
                "AYAB-1",
                json!({"USERNAME":SUB,"ANSWER":name})
            )
        );
    }
    let typed = |factor| step!(Ok(choose(factor)), Password).answer(password(), ephemeral());
    assert_eq!(
        said(&typed(FirstFactor::Password)),
        response(
            "SELECT_CHALLENGE",
            "AYAB-1",
            json!({"USERNAME":SUB,"ANSWER":"PASSWORD","PASSWORD":"Passw0rd!"})
        )
    );
    assert_eq!(
        said(&typed(FirstFactor::PasswordSrp)),
        response(
            "SELECT_CHALLENGE",
            "AYAB-1",
            json!({"USERNAME":SUB,"ANSWER":"PASSWORD_SRP","SRP_A":ephemeral().srp_a()})
        )
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn who_thinks_better_of_a_password_is_back_at_the_choice() {
    let all = json!(["PASSWORD_SRP", "EMAIL_OTP"]);
    let choice = step!(offered(&all), ChooseFirstFactor);
    let question = step!(Ok(choice.choose(FirstFactor::PasswordSrp)), Password);
    let again = question.back().expect("a choice");
    let chosen = step!(Ok(again.choose(FirstFactor::EmailOtp)), Send);
    assert_eq!(
        said(&chosen),
        response(
            "SELECT_CHALLENGE",
            "AYAB-1",
            json!({"USERNAME":SUB,"ANSWER":"EMAIL_OTP"})
        )
    );
}

/// The service can ask with `PASSWORD_SRP`, and with `PASSWORD` if the operator configured that the app sends
/// passwords.
#[wasm_bindgen_test(unsupported = test)]
fn a_password_that_is_asked_for_is_answered_under_the_same_name() {
    let srp = answered(
        step!(Ok(ann(USER_AUTH).with_username_only(None)), Send),
        &challenge("PASSWORD_SRP", "AYAB-1", json!({"USERNAME":SUB})),
    );
    assert_eq!(
        said(&step!(srp, Password).answer(password(), ephemeral())),
        response(
            "PASSWORD_SRP",
            "AYAB-1",
            json!({"USERNAME":SUB,"SRP_A":ephemeral().srp_a()})
        )
    );
    let plain = ConfiguredFlow::UserAuth {
        preferred: Some(FirstFactor::Password),
    };
    let asked = answered(
        ann(plain).with_password(password(), ephemeral()),
        &challenge("PASSWORD", "AYAB-1", json!({"USERNAME":SUB})),
    );
    assert_eq!(
        said(&step!(asked, Password).answer(password(), ephemeral())),
        response(
            "PASSWORD",
            "AYAB-1",
            json!({"USERNAME":SUB,"PASSWORD":"Passw0rd!"})
        )
    );
}

/// The challenge has no username, so the answer contains the typed one. The code has eight digits.
#[wasm_bindgen_test(unsupported = test)]
fn a_code_by_mail_is_asked_for_and_answered() {
    let first = step!(
        Ok(ann(USER_AUTH).with_username_only(Some(FirstFactor::EmailOtp))),
        Send
    );
    let reply = json!({"ChallengeName":"EMAIL_OTP","Session":"AYAB-1","AvailableChallenges":["EMAIL_OTP"],
        "ChallengeParameters":{"CODE_DELIVERY_DELIVERY_MEDIUM":"EMAIL","CODE_DELIVERY_DESTINATION":"a***@e***"}});
    let question = step!(answered(first, &reply), Code);
    assert_eq!(
        question.challenge,
        OtpChallenge {
            kind: OtpKind::EmailOtp,
            destination: Some("a***@e***".to_owned()),
            device_name: None,
        }
    );
    let round = question.answer(VerificationCode::new("12345678"));
    assert_eq!(
        said(&round),
        response(
            "EMAIL_OTP",
            "AYAB-1",
            json!({"USERNAME":"ann@example.com","EMAIL_OTP_CODE":"12345678"})
        )
    );
    assert_eq!(
        step!(answered(round, &granted()), Completed).result,
        tokens()
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn a_passkey_is_told_what_to_sign_and_its_answer_goes_back_as_a_text() {
    let options = r#"{"challenge":"Zk1","timeout":180000,"rpId":"auth.example.com","allowCredentials":[],"userVerification":"preferred"}"#;
    let question = step!(
        asked("WEB_AUTHN", json!({"CREDENTIAL_REQUEST_OPTIONS":options})),
        Passkey
    );
    assert_eq!(
        question.challenge,
        PasskeyChallenge {
            options: options.to_owned()
        }
    );
    let signed =
        r#"{"id":"xyz","rawId":"xyz","type":"public-key","response":{"signature":"MEUC"}}"#;
    let round = question.answer(PasskeyAssertion::new(signed));
    assert!(!format!("{round:?}").contains("MEUC"));
    assert_eq!(
        said(&round),
        response(
            "WEB_AUTHN",
            "AYAB-1",
            json!({"USERNAME":"ann@example.com","CREDENTIAL":signed})
        )
    );
    assert_eq!(
        step!(answered(round, &granted()), Completed).result,
        tokens()
    );
    assert!(asked("WEB_AUTHN", json!({})).is_err());
}

#[wasm_bindgen_test(unsupported = test)]
fn the_session_of_a_confirmed_registration_signs_in_without_another_question() {
    let round = ann(USER_AUTH).with_sign_up_session(ChallengeSession::new("AYAB-0"));
    assert_eq!(
        said(&round),
        (
            "InitiateAuth",
            json!({"AuthFlow":"USER_AUTH","ClientId":"1example23456789012345678","Session":"AYAB-0",
                "AuthParameters":{"USERNAME":"ann@example.com"}})
        )
    );
    assert_eq!(
        step!(answered(round, &granted()), Completed).result,
        tokens()
    );
}

const CUSTOM: ConfiguredFlow = ConfiguredFlow::Custom { srp_first: false };

#[wasm_bindgen_test(unsupported = test)]
fn a_custom_flow_begins_with_the_name_and_sends_no_password_even_if_one_was_typed() {
    let named = || initiation("CUSTOM_AUTH", json!({"USERNAME":"ann@example.com"}));
    let first = step!(Ok(ann(CUSTOM).with_username_only(None)), Send);
    assert_eq!(said(&first), named());
    let first = ann(CUSTOM).with_password(password(), ephemeral());
    assert_eq!(said(&first), named());
}

/// A wrong answer can lead to another challenge. Its session is the one for the next answer.
#[wasm_bindgen_test(unsupported = test)]
fn the_pools_own_code_asks_as_often_as_it_likes() {
    let first = step!(Ok(ann(CUSTOM).with_username_only(None)), Send);
    let ask = |session, hint| {
        challenge(
            "CUSTOM_CHALLENGE",
            session,
            json!({"USERNAME":"ann","hint":hint}),
        )
    };
    let hinted = |hint: &str| CustomChallenge {
        parameters: vec![("hint".to_owned(), hint.to_owned())],
    };
    let question = step!(answered(first, &ask("AYAB-1", "colour")), Custom);
    assert_eq!(question.challenge, hinted("colour"));
    let round = question.answer(CustomAnswer::new("blue"));
    assert_eq!(
        said(&round),
        response(
            "CUSTOM_CHALLENGE",
            "AYAB-1",
            json!({"USERNAME":"ann","ANSWER":"blue"})
        )
    );
    let question = step!(answered(round, &ask("AYAB-2", "no, the other")), Custom);
    assert_eq!(question.challenge, hinted("no, the other"));
    let round = question.answer(CustomAnswer::new("red"));
    assert_eq!(
        said(&round),
        response(
            "CUSTOM_CHALLENGE",
            "AYAB-2",
            json!({"USERNAME":"ann","ANSWER":"red"})
        )
    );
    assert_eq!(
        step!(answered(round, &granted()), Completed).result,
        tokens()
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn no_step_prints_what_was_answered() {
    let steps: Vec<Step> = vec![
        Step::Send(ann(USER_AUTH).with_sign_up_session(ChallengeSession::new("AYAB-0"))),
        Step::Send(ann(ConfiguredFlow::UserPassword).with_password(password(), ephemeral())),
        asked("CUSTOM_CHALLENGE", json!({})).expect("a step"),
    ];
    for step in steps {
        let printed = format!("{step:?}");
        assert!(
            !printed.contains("AYAB") && !printed.contains("Passw0rd"),
            "{printed}"
        );
    }
}
