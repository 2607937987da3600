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
use crate::talk::{challenge, granted, initiation, read, said, step, tokens, unknown};
use crate::vector::Vector;

/// Returns the first round. The user types an email address, and the pool's user ID is the vector's.
fn start(vector: &Vector, flow: ConfiguredFlow) -> AuthRequest {
    SignIn::new(flow, &vector.pool(), username("ann@example.com"), None)
        .with_password(Password::new(vector.input("password")), vector.ephemeral())
}

/// Returns the step of `flow` after this response.
fn after(vector: &Vector, flow: ConfiguredFlow, reply: &Value) -> Result<Step, ProtocolError> {
    start(vector, flow).on_response(read(reply), vector.now())
}

/// Returns the body of the next request, which contains the proof.
fn proved(step: Result<Step, ProtocolError>) -> Value {
    said(&step!(step, Send)).1
}

#[wasm_bindgen_test(unsupported = test)]
fn srp_sends_what_amazons_clients_send_at_every_step() {
    for vector in Vector::all() {
        let round = start(&vector, ConfiguredFlow::UserSrp);
        assert_eq!(
            said(&round),
            initiation(
                "USER_SRP_AUTH",
                json!({"USERNAME":"ann@example.com","SRP_A":vector.wire("SRP_A")})
            )
        );
        let step = round.on_response(read(&vector.challenge()), vector.now());
        assert_eq!(proved(step), vector.proof(), "{}", vector.name());
    }
}

/// Amazon's JavaScript client starts `CUSTOM_AUTH` in this way. The Lambda trigger's challenges come after the proof.
#[wasm_bindgen_test(unsupported = test)]
fn the_same_proof_goes_before_a_custom_challenge_where_the_operator_says_so() {
    let vector = Vector::basic();
    let round = start(&vector, ConfiguredFlow::Custom { srp_first: true });
    assert_eq!(
        said(&round),
        initiation(
            "CUSTOM_AUTH",
            json!({"USERNAME":"ann@example.com","CHALLENGE_NAME":"SRP_A","SRP_A":vector.wire("SRP_A")})
        )
    );
    let step = round.on_response(read(&vector.challenge()), vector.now());
    assert_eq!(proved(step), vector.proof());
}

#[wasm_bindgen_test(unsupported = test)]
fn the_same_proof_is_given_where_a_way_to_begin_is_chosen() {
    let vector = Vector::basic();
    let flow = ConfiguredFlow::UserAuth { preferred: None };
    let (mut challenge, mut expected) = (vector.challenge(), vector.proof());
    challenge["Session"] = json!("AYABeExample");
    expected["Session"] = json!("AYABeExample");
    let round = start(&vector, flow);
    assert_eq!(
        said(&round),
        initiation(
            "USER_AUTH",
            json!({"USERNAME":"ann@example.com","PREFERRED_CHALLENGE":"PASSWORD_SRP","SRP_A":vector.wire("SRP_A")})
        )
    );
    let step = round.on_response(read(&challenge), vector.now());
    assert_eq!(proved(step), expected);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_session_goes_back_with_the_proof_where_the_challenge_had_one() {
    let vector = Vector::basic();
    let (mut challenge, mut expected) = (vector.challenge(), vector.proof());
    challenge["Session"] = json!("AYABeExample");
    expected["Session"] = json!("AYABeExample");
    assert_eq!(
        proved(after(&vector, ConfiguredFlow::UserSrp, &challenge)),
        expected
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn the_password_flow_sends_name_and_password_once() {
    let vector = Vector::basic();
    let round = start(&vector, ConfiguredFlow::UserPassword);
    assert_eq!(
        said(&round),
        initiation(
            "USER_PASSWORD_AUTH",
            json!({"USERNAME":"ann@example.com","PASSWORD":"Passw0rd!"})
        )
    );
    let step = round.on_response(read(&granted()), vector.now());
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
fn tokens_before_the_password_proof_are_refused() {
    let vector = Vector::basic();
    for flow in PROVING {
        let at_once = after(&vector, flow, &granted());
        assert_eq!(
            at_once.err(),
            Some(ProtocolError::TokensBeforeProof),
            "{flow:?}"
        );
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn tokens_after_the_password_proof_are_taken() {
    let vector = Vector::basic();
    for flow in PROVING {
        let proof = step!(after(&vector, flow, &vector.challenge()), Send);
        let after_proof = proof.on_response(read(&granted()), vector.now());
        assert_eq!(step!(after_proof, Completed).result, tokens(), "{flow:?}");
    }
}

/// A challenge without a password does not replace the password proof.
#[wasm_bindgen_test(unsupported = test)]
fn another_challenge_does_not_replace_the_password_proof() {
    let vector = Vector::basic();
    for flow in [
        ConfiguredFlow::UserSrp,
        ConfiguredFlow::Custom { srp_first: true },
    ] {
        let code = challenge("SMS_MFA", "AYAB-1", json!({"USER_ID_FOR_SRP":"ann"}));
        let asked = step!(after(&vector, flow, &code), Code);
        let answered = asked
            .answer(VerificationCode::new("123456"))
            .on_response(read(&granted()), vector.now());
        assert_eq!(
            answered.err(),
            Some(ProtocolError::TokensBeforeProof),
            "{flow:?}"
        );

        let own = challenge("CUSTOM_CHALLENGE", "AYAB-1", json!({"hint":"colour"}));
        let asked = step!(after(&vector, flow, &own), Custom);
        let answered = asked
            .answer(CustomAnswer::new("blue"))
            .on_response(read(&granted()), vector.now());
        assert_eq!(
            answered.err(),
            Some(ProtocolError::TokensBeforeProof),
            "{flow:?}"
        );
    }
}

/// Covers the other rows of the table in `sign_in::first_proof`. Another test above covers the flows with `SRP_A`.
/// Codes, passkeys and the session of a registration are in `first_factors.rs`.
#[wasm_bindgen_test(unsupported = test)]
fn tokens_at_once_are_taken_where_amazon_sends_them() {
    let vector = Vector::basic();
    for flow in [
        ConfiguredFlow::UserPassword,
        ConfiguredFlow::UserAuth {
            preferred: Some(FirstFactor::Password),
        },
        ConfiguredFlow::Custom { srp_first: false },
    ] {
        let at_once = after(&vector, flow, &granted());
        assert_eq!(step!(at_once, Completed).result, tokens(), "{flow:?}");
    }
    for preferred in [
        None,
        Some(FirstFactor::EmailOtp),
        Some(FirstFactor::WebAuthn),
    ] {
        let flow = ConfiguredFlow::UserAuth { preferred };
        let named = SignIn::new(flow, &vector.pool(), username("ann@example.com"), None);
        let round = step!(Ok(named.with_username_only(None)), Send);
        let at_once = round.on_response(read(&granted()), vector.now());
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
fn a_sign_in_ends_with_the_user_whose_password_was_proved() {
    let vector = Vector::basic();
    let user_id = Some(vector.input("user_id_for_srp").to_owned());
    let proof = step!(
        after(&vector, ConfiguredFlow::UserSrp, &vector.challenge()),
        Send
    );
    let at_once = proof.on_response(read(&granted()), vector.now());
    assert_eq!(step!(at_once, Completed).user_id, user_id);

    let proof = step!(
        after(&vector, ConfiguredFlow::UserSrp, &vector.challenge()),
        Send
    );
    let code = challenge("SMS_MFA", "AYAB-1", json!({"USER_ID_FOR_SRP":"other-user"}));
    let asked = step!(proof.on_response(read(&code), vector.now()), Code);
    let after_code = asked
        .answer(VerificationCode::new("123456"))
        .on_response(read(&granted()), vector.now());
    assert_eq!(step!(after_code, Completed).user_id, user_id);

    // An earlier challenge with another name does not change it either.
    let named = SignIn::new(
        ConfiguredFlow::UserAuth { preferred: None },
        &vector.pool(),
        username("ann@example.com"),
        None,
    );
    let mut choice = challenge(
        "SELECT_CHALLENGE",
        "AYAB-1",
        json!({"USER_ID_FOR_SRP":"other-user"}),
    );
    choice["AvailableChallenges"] = json!(["PASSWORD_SRP", "EMAIL_OTP"]);
    let round = step!(Ok(named.with_username_only(None)), Send);
    let asked = step!(
        round.on_response(read(&choice), vector.now()),
        ChooseFirstFactor
    );
    let asked = step!(Ok(asked.choose(FirstFactor::PasswordSrp)), Password);
    let proof = asked
        .answer(Password::new(vector.input("password")), vector.ephemeral())
        .on_response(read(&vector.challenge()), vector.now());
    let at_once = step!(proof, Send).on_response(read(&granted()), vector.now());
    assert_eq!(step!(at_once, Completed).user_id, user_id);

    // If the app sends the password, the first challenge that names the user counts, if there is one.
    let code = challenge("SMS_MFA", "AYAB-1", json!({"USER_ID_FOR_SRP":"ann"}));
    let asked = step!(after(&vector, ConfiguredFlow::UserPassword, &code), Code);
    let after_code = asked
        .answer(VerificationCode::new("123456"))
        .on_response(read(&granted()), vector.now());
    assert_eq!(step!(after_code, Completed).user_id.as_deref(), Some("ann"));
    let at_once = after(&vector, ConfiguredFlow::UserPassword, &granted());
    assert_eq!(step!(at_once, Completed).user_id, None);
}

/// These challenges do not follow from any request of the sign-in. `PASSWORD` is the most important: an answer would
/// send a password that the operator configured to stay in the browser. The device challenges are unexpected because no
/// request named a device.
#[wasm_bindgen_test(unsupported = test)]
fn what_nothing_we_said_calls_for_is_given_no_answer() {
    let vector = Vector::basic();
    let named = |name: &str, session: &str| {
        let mut challenge = vector.challenge();
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
    for (flow, asked) in [
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
        for (wire, name) in always.iter().chain(asked) {
            let reply = named(wire, "AYABeExample");
            assert_eq!(
                unknown(after(&vector, flow, &reply)),
                *name,
                "{flow:?} {wire}"
            );
        }
    }
    // The only exception: the operator configured that the app sends passwords.
    let flow = ConfiguredFlow::UserAuth {
        preferred: Some(plain),
    };
    let reply = named("PASSWORD", "AYABeExample");
    assert!(
        step!(after(&vector, flow, &reply), Password)
            .challenge
            .is_sent
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn srp_never_sends_the_password_and_prints_it_nowhere() {
    let vector = Vector::basic();
    let password = vector.input("password");
    for flow in [
        ConfiguredFlow::UserSrp,
        ConfiguredFlow::Custom { srp_first: true },
        ConfiguredFlow::UserAuth { preferred: None },
    ] {
        let round = start(&vector, flow);
        let printed = format!("{round:?}");
        let first = said(&round).1.to_string();
        let step = round.on_response(read(&vector.challenge()), vector.now());
        let next = format!("{step:?}");
        let second = proved(step).to_string();
        for text in [printed, first, next, second] {
            assert!(!text.contains(password), "{text}");
        }
    }
}

/// The pool could compare a second proof of the same password with the first one.
#[wasm_bindgen_test(unsupported = test)]
fn a_proof_is_given_once_and_to_those_alone_who_were_promised_one() {
    let vector = Vector::basic();
    for flow in [
        ConfiguredFlow::UserPassword,
        ConfiguredFlow::Custom { srp_first: false },
        ConfiguredFlow::UserAuth {
            preferred: Some(FirstFactor::Password),
        },
    ] {
        assert_eq!(
            unknown(after(&vector, flow, &vector.challenge())),
            ChallengeName::PasswordVerifier,
            "{flow:?}"
        );
    }
    let proof = step!(
        after(&vector, ConfiguredFlow::UserSrp, &vector.challenge()),
        Send
    );
    let again = proof.on_response(read(&vector.challenge()), vector.now());
    assert_eq!(unknown(again), ChallengeName::PasswordVerifier);
}

#[wasm_bindgen_test(unsupported = test)]
fn a_challenge_without_a_parameter_is_refused_by_its_name() {
    let vector = Vector::basic();
    let fault = |reply: &Value| after(&vector, ConfiguredFlow::UserSrp, reply).err();
    for member in ["USER_ID_FOR_SRP", "SRP_B", "SALT", "SECRET_BLOCK"] {
        for wrong in [Value::Null, json!(7), json!(["7"]), json!({})] {
            let mut challenge = vector.challenge();
            challenge["ChallengeParameters"][member] = wrong;
            assert_eq!(
                fault(&challenge),
                Some(ProtocolError::Malformed(MemberError { member })),
                "{challenge}"
            );
        }
    }
    for parameters in [Value::Null, json!({}), json!([]), json!("SALT")] {
        let mut challenge = vector.challenge();
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
fn numbers_that_would_give_the_password_away_are_refused() {
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
        let mut challenge = vector.challenge();
        challenge["ChallengeParameters"][member] = json!(value);
        assert_eq!(
            after(&vector, ConfiguredFlow::UserSrp, &challenge).err(),
            Some(ProtocolError::Srp(fault)),
            "{member} {value}"
        );
    }
}
