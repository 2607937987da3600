//! The password proof, and challenges that are never answered.

use cognito_proto::action::{ChallengeName, MemberError};
use cognito_proto::config::ConfiguredFlow;
use cognito_proto::factor::FirstFactor;
use cognito_proto::secret::{CustomAnswer, Password, VerificationCode};
use cognito_proto::sign_in::{AuthRequest, ProtocolError, SignIn, Step};
use cognito_proto::srp::SrpError;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::recorded::username;
use crate::support::{
    challenge_json, initiate_auth, parse_response, request_of, step, tokens, tokens_response,
    unknown_challenge,
};
use crate::vector::Vector;

/// Returns the first request. The user types an email address, and the pool's user ID is the vector's.
fn start(vector: &Vector, flow: ConfiguredFlow) -> AuthRequest {
    SignIn::new(flow, &vector.pool(), username("ann@example.com"), None)
        .with_password(Password::new(vector.input("password")), vector.ephemeral())
}

/// Returns the step of `flow` after this response.
fn step_after(
    vector: &Vector,
    flow: ConfiguredFlow,
    response: &Value,
) -> Result<Step, ProtocolError> {
    start(vector, flow).on_response(parse_response(response), vector.now())
}

/// Returns the body of the next request, which contains the proof.
fn proof_body(step: Result<Step, ProtocolError>) -> Value {
    request_of(&step!(step, Send)).1
}

#[wasm_bindgen_test(unsupported = test)]
fn srp_requests_equal_those_of_amazons_clients() {
    for vector in Vector::all() {
        let request = start(&vector, ConfiguredFlow::UserSrp);
        assert_eq!(
            request_of(&request),
            initiate_auth(
                "USER_SRP_AUTH",
                json!({"USERNAME":"ann@example.com","SRP_A":vector.wire("SRP_A")})
            )
        );
        let step = request.on_response(parse_response(&vector.verifier_challenge()), vector.now());
        assert_eq!(proof_body(step), vector.proof(), "{}", vector.name());
    }
}

/// Amazon's JavaScript client starts `CUSTOM_AUTH` in this way. The Lambda trigger's challenges come after the proof.
#[wasm_bindgen_test(unsupported = test)]
fn app_proves_password_by_srp_before_custom_auth_if_configured() {
    let vector = Vector::basic();
    let request = start(&vector, ConfiguredFlow::Custom { srp_first: true });
    assert_eq!(
        request_of(&request),
        initiate_auth(
            "CUSTOM_AUTH",
            json!({"USERNAME":"ann@example.com","CHALLENGE_NAME":"SRP_A","SRP_A":vector.wire("SRP_A")})
        )
    );
    let step = request.on_response(parse_response(&vector.verifier_challenge()), vector.now());
    assert_eq!(proof_body(step), vector.proof());
}

#[wasm_bindgen_test(unsupported = test)]
fn user_auth_flow_sends_the_same_srp_proof_as_user_srp_auth() {
    let vector = Vector::basic();
    let flow = ConfiguredFlow::UserAuth { preferred: None };
    let (mut challenge_json, mut expected) = (vector.verifier_challenge(), vector.proof());
    challenge_json["Session"] = json!("AYABeExample");
    expected["Session"] = json!("AYABeExample");
    let request = start(&vector, flow);
    assert_eq!(
        request_of(&request),
        initiate_auth(
            "USER_AUTH",
            json!({"USERNAME":"ann@example.com","PREFERRED_CHALLENGE":"PASSWORD_SRP","SRP_A":vector.wire("SRP_A")})
        )
    );
    let step = request.on_response(parse_response(&challenge_json), vector.now());
    assert_eq!(proof_body(step), expected);
}

#[wasm_bindgen_test(unsupported = test)]
fn srp_proof_is_sent_with_the_session_of_its_challenge() {
    let vector = Vector::basic();
    let (mut challenge_json, mut expected) = (vector.verifier_challenge(), vector.proof());
    challenge_json["Session"] = json!("AYABeExample");
    expected["Session"] = json!("AYABeExample");
    assert_eq!(
        proof_body(step_after(
            &vector,
            ConfiguredFlow::UserSrp,
            &challenge_json
        )),
        expected
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn user_password_auth_sends_username_and_password_once() {
    let vector = Vector::basic();
    let request = start(&vector, ConfiguredFlow::UserPassword);
    assert_eq!(
        request_of(&request),
        initiate_auth(
            "USER_PASSWORD_AUTH",
            json!({"USERNAME":"ann@example.com","PASSWORD":"Passw0rd!"})
        )
    );
    let step = request.on_response(parse_response(&tokens_response()), vector.now());
    assert_eq!(step!(step, Completed).result, tokens());
}

/// The flows that prove a password: the flows of the table in `sign_in::first_proof` that send `SRP_A`.
const PROVING: [ConfiguredFlow; 4] = [
    ConfiguredFlow::UserSrp,
    ConfiguredFlow::Custom { srp_first: true },
    ConfiguredFlow::UserAuth { preferred: None },
    ConfiguredFlow::UserAuth {
        preferred: Some(FirstFactor::PasswordSrp),
    },
];

#[wasm_bindgen_test(unsupported = test)]
fn app_rejects_tokens_that_arrive_before_the_srp_proof() {
    let vector = Vector::basic();
    for flow in PROVING {
        let at_once = step_after(&vector, flow, &tokens_response());
        assert_eq!(
            at_once.err(),
            Some(ProtocolError::TokensBeforeProof),
            "{flow:?}"
        );
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn app_accepts_tokens_directly_after_the_srp_proof() {
    let vector = Vector::basic();
    for flow in PROVING {
        let proof = step!(
            step_after(&vector, flow, &vector.verifier_challenge()),
            Send
        );
        let after_proof = proof.on_response(parse_response(&tokens_response()), vector.now());
        assert_eq!(step!(after_proof, Completed).result, tokens(), "{flow:?}");
    }
}

/// A challenge without a password does not replace the password proof.
#[wasm_bindgen_test(unsupported = test)]
fn app_rejects_tokens_after_an_sms_code_without_an_srp_proof() {
    let vector = Vector::basic();
    for flow in [
        ConfiguredFlow::UserSrp,
        ConfiguredFlow::Custom { srp_first: true },
    ] {
        let code = challenge_json("SMS_MFA", "AYAB-1", json!({"USER_ID_FOR_SRP":"ann"}));
        let open = step!(step_after(&vector, flow, &code), Code);
        let respond = open
            .answer(VerificationCode::new("123456"))
            .on_response(parse_response(&tokens_response()), vector.now());
        assert_eq!(
            respond.err(),
            Some(ProtocolError::TokensBeforeProof),
            "{flow:?}"
        );

        let own = challenge_json("CUSTOM_CHALLENGE", "AYAB-1", json!({"hint":"colour"}));
        let open = step!(step_after(&vector, flow, &own), Custom);
        let respond = open
            .answer(CustomAnswer::new("blue"))
            .on_response(parse_response(&tokens_response()), vector.now());
        assert_eq!(
            respond.err(),
            Some(ProtocolError::TokensBeforeProof),
            "{flow:?}"
        );
    }
}

/// Covers the other rows of the table in `sign_in::first_proof`. Another test above covers the flows with `SRP_A`.
/// Codes, passkeys and the session of a registration are in `first_factors.rs`.
#[wasm_bindgen_test(unsupported = test)]
fn flows_without_srp_accept_tokens_in_the_first_response() {
    let vector = Vector::basic();
    for flow in [
        ConfiguredFlow::UserPassword,
        ConfiguredFlow::UserAuth {
            preferred: Some(FirstFactor::Password),
        },
        ConfiguredFlow::Custom { srp_first: false },
    ] {
        let at_once = step_after(&vector, flow, &tokens_response());
        assert_eq!(step!(at_once, Completed).result, tokens(), "{flow:?}");
    }
    for preferred in [
        None,
        Some(FirstFactor::EmailOtp),
        Some(FirstFactor::WebAuthn),
    ] {
        let flow = ConfiguredFlow::UserAuth { preferred };
        let named = SignIn::new(flow, &vector.pool(), username("ann@example.com"), None);
        let request = step!(Ok(named.with_username_only(None)), Send);
        let at_once = request.on_response(parse_response(&tokens_response()), vector.now());
        assert_eq!(
            at_once.err(),
            Some(ProtocolError::TokensBeforeProof),
            "{preferred:?}"
        );
    }
}

/// The password was proved for the vector's `USER_ID_FOR_SRP`. A later challenge with another name does not change
/// that.
#[wasm_bindgen_test(unsupported = test)]
fn sign_in_returns_the_user_id_of_the_srp_proof() {
    let vector = Vector::basic();
    let user_id = Some(vector.input("user_id_for_srp").to_owned());
    let proof = step!(
        step_after(
            &vector,
            ConfiguredFlow::UserSrp,
            &vector.verifier_challenge()
        ),
        Send
    );
    let at_once = proof.on_response(parse_response(&tokens_response()), vector.now());
    assert_eq!(step!(at_once, Completed).user_id, user_id);

    let proof = step!(
        step_after(
            &vector,
            ConfiguredFlow::UserSrp,
            &vector.verifier_challenge()
        ),
        Send
    );
    let code = challenge_json(
        "SMS_MFA",
        "AYAB-1",
        json!({"USER_ID_FOR_SRP":"another-user"}),
    );
    let open = step!(proof.on_response(parse_response(&code), vector.now()), Code);
    let after_code = open
        .answer(VerificationCode::new("123456"))
        .on_response(parse_response(&tokens_response()), vector.now());
    assert_eq!(step!(after_code, Completed).user_id, user_id);

    // An earlier challenge with another name does not change it either.
    let named = SignIn::new(
        ConfiguredFlow::UserAuth { preferred: None },
        &vector.pool(),
        username("ann@example.com"),
        None,
    );
    let mut choice = challenge_json(
        "SELECT_CHALLENGE",
        "AYAB-1",
        json!({"USER_ID_FOR_SRP":"another-user"}),
    );
    choice["AvailableChallenges"] = json!(["PASSWORD_SRP", "EMAIL_OTP"]);
    let request = step!(Ok(named.with_username_only(None)), Send);
    let open = step!(
        request.on_response(parse_response(&choice), vector.now()),
        ChooseFirstFactor
    );
    let open = step!(Ok(open.choose(FirstFactor::PasswordSrp)), Password);
    let proof = open
        .answer(Password::new(vector.input("password")), vector.ephemeral())
        .on_response(parse_response(&vector.verifier_challenge()), vector.now());
    let at_once = step!(proof, Send).on_response(parse_response(&tokens_response()), vector.now());
    assert_eq!(step!(at_once, Completed).user_id, user_id);

    // If the app sends the password, the first challenge that names the user counts, if there is one.
    let code = challenge_json("SMS_MFA", "AYAB-1", json!({"USER_ID_FOR_SRP":"ann"}));
    let open = step!(
        step_after(&vector, ConfiguredFlow::UserPassword, &code),
        Code
    );
    let after_code = open
        .answer(VerificationCode::new("123456"))
        .on_response(parse_response(&tokens_response()), vector.now());
    assert_eq!(step!(after_code, Completed).user_id.as_deref(), Some("ann"));
    let at_once = step_after(&vector, ConfiguredFlow::UserPassword, &tokens_response());
    assert_eq!(step!(at_once, Completed).user_id, None);
}

/// These challenges do not follow from any request of the sign-in. `PASSWORD` is the most important: an answer would
/// send a password that the operator configured to stay in the browser. The device challenges are unexpected because no
/// request named a device.
#[wasm_bindgen_test(unsupported = test)]
fn app_does_not_answer_an_unexpected_challenge() {
    let vector = Vector::basic();
    let named = |name: &str, session: &str| {
        let mut challenge = vector.verifier_challenge();
        challenge["ChallengeName"] = json!(name);
        challenge["Session"] = json!(session);
        challenge["AvailableChallenges"] = json!(["PASSWORD"]);
        challenge
    };
    let always = [
        (
            "DEVICE_PASSWORD_VERIFIER",
            ChallengeName::DevicePasswordVerifier,
        ),
        ("DEVICE_SRP_AUTH", ChallengeName::DeviceSrpAuth),
        ("PASSWORD", ChallengeName::Password),
        (
            "OF_TOMORROW",
            ChallengeName::Unknown("OF_TOMORROW".to_owned()),
        ),
        // The list of factors is missing or has no known factor.
        ("SELECT_MFA_TYPE", ChallengeName::SelectMfaType),
    ];
    let by_choice_alone = [
        ("PASSWORD_SRP", ChallengeName::PasswordSrp),
        ("SELECT_CHALLENGE", ChallengeName::SelectChallenge),
    ];
    let plain = FirstFactor::Password;
    for (flow, challenge_step) in [
        (ConfiguredFlow::UserSrp, &by_choice_alone[..]),
        (ConfiguredFlow::UserPassword, &by_choice_alone[..]),
        (
            ConfiguredFlow::Custom { srp_first: true },
            &by_choice_alone[..],
        ),
        (ConfiguredFlow::UserAuth { preferred: None }, &[]),
        (
            ConfiguredFlow::UserAuth {
                preferred: Some(FirstFactor::PasswordSrp),
            },
            &[],
        ),
    ] {
        for (wire, name) in always.iter().chain(challenge_step) {
            let response = named(wire, "AYABeExample");
            assert_eq!(
                unknown_challenge(step_after(&vector, flow, &response)),
                *name,
                "{flow:?} {wire}"
            );
        }
    }
    // The only exception: the operator configured that the app sends passwords.
    let flow = ConfiguredFlow::UserAuth {
        preferred: Some(plain),
    };
    let response = named("PASSWORD", "AYABeExample");
    assert!(
        step!(step_after(&vector, flow, &response), Password)
            .challenge
            .is_sent
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn srp_flows_never_send_or_print_the_password() {
    let vector = Vector::basic();
    let password = vector.input("password");
    for flow in [
        ConfiguredFlow::UserSrp,
        ConfiguredFlow::Custom { srp_first: true },
        ConfiguredFlow::UserAuth { preferred: None },
    ] {
        let request = start(&vector, flow);
        let printed = format!("{request:?}");
        let first = request_of(&request).1.to_string();
        let step = request.on_response(parse_response(&vector.verifier_challenge()), vector.now());
        let next = format!("{step:?}");
        let second = proof_body(step).to_string();
        for text in [printed, first, next, second] {
            assert!(!text.contains(password), "{text}");
        }
    }
}

/// The pool could compare a second proof of the same password with the first one.
#[wasm_bindgen_test(unsupported = test)]
fn app_sends_only_one_srp_proof_and_only_after_srp_a() {
    let vector = Vector::basic();
    for flow in [
        ConfiguredFlow::UserPassword,
        ConfiguredFlow::Custom { srp_first: false },
        ConfiguredFlow::UserAuth {
            preferred: Some(FirstFactor::Password),
        },
    ] {
        assert_eq!(
            unknown_challenge(step_after(&vector, flow, &vector.verifier_challenge())),
            ChallengeName::PasswordVerifier,
            "{flow:?}"
        );
    }
    let proof = step!(
        step_after(
            &vector,
            ConfiguredFlow::UserSrp,
            &vector.verifier_challenge()
        ),
        Send
    );
    let again = proof.on_response(parse_response(&vector.verifier_challenge()), vector.now());
    assert_eq!(unknown_challenge(again), ChallengeName::PasswordVerifier);
}

#[wasm_bindgen_test(unsupported = test)]
fn error_names_the_missing_srp_parameter() {
    let vector = Vector::basic();
    let fault = |response: &Value| step_after(&vector, ConfiguredFlow::UserSrp, response).err();
    for member in ["USER_ID_FOR_SRP", "SRP_B", "SALT", "SECRET_BLOCK"] {
        for wrong in [Value::Null, json!(7), json!(["7"]), json!({})] {
            let mut challenge = vector.verifier_challenge();
            challenge["ChallengeParameters"][member] = wrong;
            assert_eq!(
                fault(&challenge),
                Some(ProtocolError::Malformed(MemberError { member })),
                "{challenge}"
            );
        }
    }
    for parameters in [Value::Null, json!({}), json!([]), json!("SALT")] {
        let mut challenge = vector.verifier_challenge();
        challenge["ChallengeParameters"] = parameters;
        let member = "USER_ID_FOR_SRP";
        assert_eq!(
            fault(&challenge),
            Some(ProtocolError::Malformed(MemberError { member })),
            "{challenge}"
        );
    }
}

/// RFC 5054 §2.5.4: if `B` is a multiple of `N`, the session key does not depend on the password.
#[wasm_bindgen_test(unsupported = test)]
fn invalid_srp_challenge_parameters_are_rejected() {
    let vector = Vector::basic();
    let file = Vector::file();
    let n = file["constants"]["N_hex"].as_str().expect("N");
    let long = "7".repeat(11_000);
    for (member, value, fault) in [
        ("SRP_B", "0", SrpError::ZeroModN),
        ("SRP_B", n, SrpError::ZeroModN),
        ("SRP_B", "", SrpError::Malformed("SRP_B")),
        ("SRP_B", "0x1f", SrpError::Malformed("SRP_B")),
        ("SRP_B", &long, SrpError::Oversized("SRP_B")),
        ("SALT", "", SrpError::Malformed("SALT")),
        ("SALT", "salt", SrpError::Malformed("SALT")),
        ("SALT", &long, SrpError::Oversized("SALT")),
        ("SECRET_BLOCK", "", SrpError::Malformed("SECRET_BLOCK")),
        (
            "SECRET_BLOCK",
            "I7E6-_",
            SrpError::Malformed("SECRET_BLOCK"),
        ),
        ("SECRET_BLOCK", &long, SrpError::Oversized("SECRET_BLOCK")),
    ] {
        let mut challenge = vector.verifier_challenge();
        challenge["ChallengeParameters"][member] = json!(value);
        assert_eq!(
            step_after(&vector, ConfiguredFlow::UserSrp, &challenge).err(),
            Some(ProtocolError::Srp(fault)),
            "{member} {value}"
        );
    }
}
