//! The first factor of `USER_AUTH` with its choices, and the challenges of `CUSTOM_AUTH`.

use cognito_proto::action::ChallengeName;
use cognito_proto::config::ConfiguredFlow;
use cognito_proto::factor::FirstFactor;
use cognito_proto::secret::{ChallengeSession, CustomAnswer, PasskeyAssertion, VerificationCode};
use cognito_proto::sign_in::{CustomChallenge, OtpChallenge, OtpKind, PasskeyChallenge, Step};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    USER_AUTH, ann, challenge_json, challenge_response, challenge_step, ephemeral, initiate_auth,
    password, request_of, respond, select_challenge, step, tokens, tokens_response,
    unknown_challenge,
};

/// The pool's name for the user, which differs from the typed username.
const SUB: &str = "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11";

#[wasm_bindgen_test(unsupported = test)]
fn user_auth_flow_can_start_with_only_a_username() {
    let first = step!(Ok(ann(USER_AUTH).with_username_only(None)), Send);
    assert_eq!(
        request_of(&first),
        initiate_auth("USER_AUTH", json!({"USERNAME":"ann@example.com"}))
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn first_factor_chosen_by_the_user_overrides_that_of_config_js() {
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
            request_of(&first),
            initiate_auth(
                "USER_AUTH",
                json!({"USERNAME":"ann@example.com","PREFERRED_CHALLENGE":sent})
            )
        );
    }
}

/// The app sends a typed password only if the operator configured it.
#[wasm_bindgen_test(unsupported = test)]
fn user_auth_flow_uses_srp_unless_config_prefers_password() {
    let plain = ConfiguredFlow::UserAuth {
        preferred: Some(FirstFactor::Password),
    };
    assert_eq!(
        request_of(&ann(plain).with_password(password(), ephemeral())),
        initiate_auth(
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
        let (_, body) = request_of(&ann(flow).with_password(password(), ephemeral()));
        assert_eq!(
            body["AuthParameters"],
            json!({"USERNAME":"ann@example.com","PREFERRED_CHALLENGE":"PASSWORD_SRP","SRP_A":ephemeral().srp_a()})
        );
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn app_asks_for_the_password_before_the_first_request() {
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
        let open = step!(Ok(ann(flow).with_username_only(chosen)), Password);
        assert_eq!(open.challenge.is_sent, sent, "{flow:?} {chosen:?}");
        let (operation, body) = request_of(&open.answer(password(), ephemeral()));
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
fn sign_in_offers_only_known_first_factors() {
    let all = step!(
        select_challenge(&json!([
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
fn two_password_factors_are_offered_as_one_and_srp_is_used() {
    use FirstFactor::{EmailOtp, Password, PasswordSrp};
    let choices = |factors: Value| -> Vec<_> {
        step!(select_challenge(&factors), ChooseFirstFactor)
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
        step!(select_challenge(&factors), ChooseFirstFactor)
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
    let response = json!({"AvailableChallenges":["PASSWORD_SRP","PASSWORD","EMAIL_OTP"],"ChallengeName":"SELECT_CHALLENGE","Session":"AYAB-1"});
    let choice = step!(respond(first, &response), ChooseFirstFactor);
    assert_eq!(
        choice.challenge.choices().collect::<Vec<_>>(),
        [Password, EmailOtp]
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn challenge_that_offers_only_unknown_factors_is_unsupported() {
    for factors in [
        json!([]),
        json!(["FACE_OF_TOMORROW"]),
        json!(null),
        json!("PASSWORD"),
    ] {
        assert_eq!(
            unknown_challenge(select_challenge(&factors)),
            ChallengeName::SelectChallenge
        );
    }
}

/// Each row has a chosen factor and the request that answers `SELECT_CHALLENGE`.
#[wasm_bindgen_test(unsupported = test)]
fn app_sends_the_auth_parameters_of_the_chosen_first_factor() {
    let choose = |factor| {
        let all = json!([
            "PASSWORD_SRP",
            "PASSWORD",
            "EMAIL_OTP",
            "SMS_OTP",
            "WEB_AUTHN"
        ]);
        step!(select_challenge(&all), ChooseFirstFactor).choose(factor)
    };
    for (factor, name) in [
        (FirstFactor::EmailOtp, "EMAIL_OTP"),
        (FirstFactor::SmsOtp, "SMS_OTP"),
        (FirstFactor::WebAuthn, "WEB_AUTHN"),
    ] {
        assert_eq!(
            request_of(&step!(Ok(choose(factor)), Send)),
            challenge_response(
                "SELECT_CHALLENGE",
                "AYAB-1",
                json!({"USERNAME":SUB,"ANSWER":name})
            )
        );
    }
    let typed = |factor| step!(Ok(choose(factor)), Password).answer(password(), ephemeral());
    assert_eq!(
        request_of(&typed(FirstFactor::Password)),
        challenge_response(
            "SELECT_CHALLENGE",
            "AYAB-1",
            json!({"USERNAME":SUB,"ANSWER":"PASSWORD","PASSWORD":"Passw0rd!"})
        )
    );
    assert_eq!(
        request_of(&typed(FirstFactor::PasswordSrp)),
        challenge_response(
            "SELECT_CHALLENGE",
            "AYAB-1",
            json!({"USERNAME":SUB,"ANSWER":"PASSWORD_SRP","SRP_A":ephemeral().srp_a()})
        )
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn user_can_go_back_from_the_password_form_to_the_factor_choice() {
    let all = json!(["PASSWORD_SRP", "EMAIL_OTP"]);
    let choice = step!(select_challenge(&all), ChooseFirstFactor);
    let open = step!(Ok(choice.choose(FirstFactor::PasswordSrp)), Password);
    let again = open.back().expect("a choice");
    let chosen = step!(Ok(again.choose(FirstFactor::EmailOtp)), Send);
    assert_eq!(
        request_of(&chosen),
        challenge_response(
            "SELECT_CHALLENGE",
            "AYAB-1",
            json!({"USERNAME":SUB,"ANSWER":"EMAIL_OTP"})
        )
    );
}

/// The service can ask with `PASSWORD_SRP`, and with `PASSWORD` if the operator configured that the app sends
/// passwords.
#[wasm_bindgen_test(unsupported = test)]
fn password_and_password_srp_challenges_accept_the_password() {
    let srp = respond(
        step!(Ok(ann(USER_AUTH).with_username_only(None)), Send),
        &challenge_json("PASSWORD_SRP", "AYAB-1", json!({"USERNAME":SUB})),
    );
    assert_eq!(
        request_of(&step!(srp, Password).answer(password(), ephemeral())),
        challenge_response(
            "PASSWORD_SRP",
            "AYAB-1",
            json!({"USERNAME":SUB,"SRP_A":ephemeral().srp_a()})
        )
    );
    let plain = ConfiguredFlow::UserAuth {
        preferred: Some(FirstFactor::Password),
    };
    let step = respond(
        ann(plain).with_password(password(), ephemeral()),
        &challenge_json("PASSWORD", "AYAB-1", json!({"USERNAME":SUB})),
    );
    assert_eq!(
        request_of(&step!(step, Password).answer(password(), ephemeral())),
        challenge_response(
            "PASSWORD",
            "AYAB-1",
            json!({"USERNAME":SUB,"PASSWORD":"Passw0rd!"})
        )
    );
}

/// The challenge has no username, so the answer contains the typed one. The code has eight digits.
#[wasm_bindgen_test(unsupported = test)]
fn email_otp_challenge_is_parsed_and_its_code_is_sent() {
    let first = step!(
        Ok(ann(USER_AUTH).with_username_only(Some(FirstFactor::EmailOtp))),
        Send
    );
    let response = json!({"ChallengeName":"EMAIL_OTP","Session":"AYAB-1","AvailableChallenges":["EMAIL_OTP"],
        "ChallengeParameters":{"CODE_DELIVERY_DELIVERY_MEDIUM":"EMAIL","CODE_DELIVERY_DESTINATION":"a***@e***"}});
    let open = step!(respond(first, &response), Code);
    assert_eq!(
        open.challenge,
        OtpChallenge {
            kind: OtpKind::EmailOtp,
            destination: Some("a***@e***".to_owned()),
            device_name: None,
        }
    );
    let request = open.answer(VerificationCode::new("12345678"));
    assert_eq!(
        request_of(&request),
        challenge_response(
            "EMAIL_OTP",
            "AYAB-1",
            json!({"USERNAME":"ann@example.com","EMAIL_OTP_CODE":"12345678"})
        )
    );
    assert_eq!(
        step!(respond(request, &tokens_response()), Completed).result,
        tokens()
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn passkey_options_and_assertion_are_sent_as_json_strings() {
    let options = r#"{"challenge":"Zk1","timeout":180000,"rpId":"auth.example.com","allowCredentials":[],"userVerification":"preferred"}"#;
    let open = step!(
        challenge_step("WEB_AUTHN", json!({"CREDENTIAL_REQUEST_OPTIONS":options})),
        Passkey
    );
    assert_eq!(
        open.challenge,
        PasskeyChallenge {
            options: options.to_owned()
        }
    );
    let signed =
        r#"{"id":"xyz","rawId":"xyz","type":"public-key","response":{"signature":"MEUC"}}"#;
    let request = open.answer(PasskeyAssertion::new(signed));
    assert!(!format!("{request:?}").contains("MEUC"));
    assert_eq!(
        request_of(&request),
        challenge_response(
            "WEB_AUTHN",
            "AYAB-1",
            json!({"USERNAME":"ann@example.com","CREDENTIAL":signed})
        )
    );
    assert_eq!(
        step!(respond(request, &tokens_response()), Completed).result,
        tokens()
    );
    assert!(challenge_step("WEB_AUTHN", json!({})).is_err());
}

#[wasm_bindgen_test(unsupported = test)]
fn user_signs_in_with_the_session_of_a_sign_up() {
    let request = ann(USER_AUTH).with_sign_up_session(ChallengeSession::new("AYAB-0"));
    assert_eq!(
        request_of(&request),
        (
            "InitiateAuth",
            json!({"AuthFlow":"USER_AUTH","ClientId":"1example23456789012345678","Session":"AYAB-0",
                "AuthParameters":{"USERNAME":"ann@example.com"}})
        )
    );
    assert_eq!(
        step!(respond(request, &tokens_response()), Completed).result,
        tokens()
    );
}

const CUSTOM: ConfiguredFlow = ConfiguredFlow::Custom { srp_first: false };

#[wasm_bindgen_test(unsupported = test)]
fn custom_auth_sends_the_username_without_a_password() {
    let named = || initiate_auth("CUSTOM_AUTH", json!({"USERNAME":"ann@example.com"}));
    let first = step!(Ok(ann(CUSTOM).with_username_only(None)), Send);
    assert_eq!(request_of(&first), named());
    let first = ann(CUSTOM).with_password(password(), ephemeral());
    assert_eq!(request_of(&first), named());
}

/// A wrong answer can lead to another challenge. Its session is the one for the next answer.
#[wasm_bindgen_test(unsupported = test)]
fn custom_challenge_can_follow_a_custom_challenge() {
    let first = step!(Ok(ann(CUSTOM).with_username_only(None)), Send);
    let ask = |session, hint| {
        challenge_json(
            "CUSTOM_CHALLENGE",
            session,
            json!({"USERNAME":"ann","hint":hint}),
        )
    };
    let hinted = |hint: &str| CustomChallenge {
        parameters: vec![("hint".to_owned(), hint.to_owned())],
    };
    let open = step!(respond(first, &ask("AYAB-1", "colour")), Custom);
    assert_eq!(open.challenge, hinted("colour"));
    let request = open.answer(CustomAnswer::new("blue"));
    assert_eq!(
        request_of(&request),
        challenge_response(
            "CUSTOM_CHALLENGE",
            "AYAB-1",
            json!({"USERNAME":"ann","ANSWER":"blue"})
        )
    );
    let open = step!(respond(request, &ask("AYAB-2", "no, the other")), Custom);
    assert_eq!(open.challenge, hinted("no, the other"));
    let request = open.answer(CustomAnswer::new("red"));
    assert_eq!(
        request_of(&request),
        challenge_response(
            "CUSTOM_CHALLENGE",
            "AYAB-2",
            json!({"USERNAME":"ann","ANSWER":"red"})
        )
    );
    assert_eq!(
        step!(respond(request, &tokens_response()), Completed).result,
        tokens()
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn debug_output_of_sign_in_steps_hides_secrets() {
    let steps: Vec<Step> = vec![
        Step::Send(ann(USER_AUTH).with_sign_up_session(ChallengeSession::new("AYAB-0"))),
        Step::Send(ann(ConfiguredFlow::UserPassword).with_password(password(), ephemeral())),
        challenge_step("CUSTOM_CHALLENGE", json!({})).expect("a step"),
    ];
    for step in steps {
        let printed = format!("{step:?}");
        assert!(
            !printed.contains("AYAB") && !printed.contains("Passw0rd"),
            "{printed}"
        );
    }
}
