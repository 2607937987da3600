//! Resending a code: a new sign-in gives the same answers.

use core::time::Duration;

use cognito_proto::config::ConfiguredFlow;
use cognito_proto::factor::{FirstFactor, SecondFactor};
use cognito_proto::ids::AttributeName;
use cognito_proto::secret::{ChallengeSession, CustomAnswer, Password, VerificationCode};
use cognito_proto::sign_in::{AuthRequest, OpenChallenge, OtpChallenge, Step};
use cognito_proto::srp::Ephemeral;
use cognito_proto::time::UnixTime;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::talk::{
    NOW, USER_AUTH, ann, answered, asked, asked_for_sms_code, challenge, ephemeral, granted,
    initiation, offered, password, response, said, step, tokens,
};
use crate::vector::Vector;

/// The default of `AuthSessionValidity`: three minutes.
const SESSION_LIFE: Duration = Duration::from_secs(180);

fn sms(session: &str) -> Value {
    let parameters = json!({"CODE_DELIVERY_DELIVERY_MEDIUM":"SMS","CODE_DELIVERY_DESTINATION":"+********4114","USER_ID_FOR_SRP":"ann"});
    challenge("SMS_MFA", session, parameters)
}

fn mail(session: &str) -> Value {
    let parameters = json!({"CODE_DELIVERY_DELIVERY_MEDIUM":"EMAIL","CODE_DELIVERY_DESTINATION":"a***@e***","USER_ID_FOR_SRP":"ann"});
    challenge("EMAIL_OTP", session, parameters)
}

fn code(round: AuthRequest, reply: &Value) -> OpenChallenge<OtpChallenge> {
    step!(answered(round, reply), Code)
}

/// Requests a new code at the time of the last challenge, and returns the first round of the new sign-in.
fn resent(question: &OpenChallenge<OtpChallenge>) -> AuthRequest {
    assert!(question.can_resend(NOW));
    let round = question.resend(None, ephemeral(), NOW);
    round.expect("a new conversation")
}

/// Enters a code and checks that the request has this session.
fn enter(question: OpenChallenge<OtpChallenge>, challenge: &str, session: &str, member: &str) {
    let round = question.answer(VerificationCode::new("123456"));
    let responses = json!({"USERNAME":"ann",member:"123456"});
    assert_eq!(said(&round), response(challenge, session, responses));
    assert_eq!(
        step!(answered(round, &granted()), Completed).result,
        tokens()
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn a_sent_password_is_sent_again_for_a_new_code() {
    let round = resent(&asked_for_sms_code());
    let parameters = json!({"USERNAME":"ann@example.com","PASSWORD":"Passw0rd!"});
    assert_eq!(said(&round), initiation("USER_PASSWORD_AUTH", parameters));
    let again = code(round, &sms("AYAB-9"));
    // A third code can be requested too.
    let third = code(resent(&again), &sms("AYAB-10"));
    enter(third, "SMS_MFA", "AYAB-10", "SMS_MFA_CODE");
    enter(again, "SMS_MFA", "AYAB-9", "SMS_MFA_CODE");
}

/// The second proof matches the vector of other implementations. It uses its own ephemeral key pair.
#[wasm_bindgen_test(unsupported = test)]
fn a_proved_password_is_proved_again_for_a_new_code() {
    let vector = Vector::basic();
    let proves = |round: AuthRequest, a: &Ephemeral| {
        assert_eq!(
            said(&round),
            initiation(
                "USER_SRP_AUTH",
                json!({"USERNAME":"ann@example.com","SRP_A":a.srp_a()})
            )
        );
        let step = round.on_response(crate::talk::read(&vector.challenge()), vector.now());
        step!(step, Send)
    };
    let sign_in = cognito_proto::sign_in::SignIn::new(
        ConfiguredFlow::UserSrp,
        &vector.pool(),
        crate::recorded::username("ann@example.com"),
        None,
    );
    let first = sign_in.with_password(Password::new(vector.input("password")), ephemeral());
    let proof = proves(first, &ephemeral());
    let question = step!(
        proof.on_response(crate::talk::read(&sms("AYAB-1")), vector.now()),
        Code
    );
    let again = question.resend(None, vector.ephemeral(), vector.now());
    let proof = proves(again.expect("a new conversation"), &vector.ephemeral());
    assert_eq!(said(&proof).1, vector.proof());
}

#[wasm_bindgen_test(unsupported = test)]
fn the_same_second_factor_is_chosen_again_for_a_new_code() {
    let select = |session: &str, factors: &str| {
        let parameters = json!({"MFAS_CAN_CHOOSE":factors,"USER_ID_FOR_SRP":"ann"});
        challenge("SELECT_MFA_TYPE", session, parameters)
    };
    let both = r#"["SMS_MFA","EMAIL_OTP"]"#;
    let parameters = json!({"MFAS_CAN_CHOOSE":both,"USER_ID_FOR_SRP":"ann"});
    let choice = step!(asked("SELECT_MFA_TYPE", parameters), ChooseSecondFactor);
    let question = code(choice.choose(SecondFactor::Email), &mail("AYAB-2"));

    let chosen = step!(answered(resent(&question), &select("AYAB-3", both)), Send);
    let responses = json!({"USERNAME":"ann","ANSWER":"EMAIL_OTP"});
    assert_eq!(
        said(&chosen),
        response("SELECT_MFA_TYPE", "AYAB-3", responses)
    );
    enter(
        code(chosen, &mail("AYAB-4")),
        "EMAIL_OTP",
        "AYAB-4",
        "EMAIL_OTP_CODE",
    );
    // If the service does not offer the factor any more, the user must choose.
    let others = select("AYAB-3", r#"["SMS_MFA","SOFTWARE_TOKEN_MFA"]"#);
    step!(answered(resent(&question), &others), ChooseSecondFactor);
    // The sign-in repeats the choice only once.
    let chosen = step!(answered(resent(&question), &select("AYAB-3", both)), Send);
    step!(
        answered(chosen, &select("AYAB-4", both)),
        ChooseSecondFactor
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn the_same_address_is_set_up_again_for_a_new_code() {
    let parameters = json!({"MFAS_CAN_SETUP":"[\"EMAIL_OTP\"]","USER_ID_FOR_SRP":"ann"});
    let question = step!(asked("MFA_SETUP", parameters.clone()), SetUpSecondFactor);
    let question = code(
        question.with_email("ann@example.com".to_owned()),
        &mail("AYAB-2"),
    );
    let set_up = challenge("MFA_SETUP", "AYAB-3", parameters);
    let again = step!(answered(resent(&question), &set_up), Send);
    let responses = json!({"USERNAME":"ann","EMAIL":"ann@example.com"});
    assert_eq!(said(&again), response("MFA_SETUP", "AYAB-3", responses));
}

/// The temporary password of an invitation is not valid any more.
#[wasm_bindgen_test(unsupported = test)]
fn after_a_new_password_it_is_the_new_one_that_is_shown_again() {
    let question = step!(asked("NEW_PASSWORD_REQUIRED", json!({})), NewPassword);
    let attributes: Vec<(AttributeName, String)> = Vec::new();
    let round = question.answer(Password::new("N3wPassw0rd!"), attributes);
    let round = resent(&code(round, &sms("AYAB-2")));
    let parameters = json!({"USERNAME":"ann@example.com","PASSWORD":"N3wPassw0rd!"});
    assert_eq!(said(&round), initiation("USER_PASSWORD_AUTH", parameters));
}

/// The same request makes the service send another code, regardless of how the user got the first one.
#[wasm_bindgen_test(unsupported = test)]
fn a_code_that_is_the_first_factor_is_asked_for_by_name_at_any_time() {
    let both = json!(["EMAIL_OTP", "SMS_OTP"]);
    let chosen = |factor| {
        let choice = step!(offered(&both), ChooseFirstFactor);
        step!(Ok(choice.choose(factor)), Send)
    };
    let preferred = |factor| step!(Ok(ann(USER_AUTH).with_username_only(Some(factor))), Send);
    let operators = ConfiguredFlow::UserAuth {
        preferred: Some(FirstFactor::EmailOtp),
    };
    let configured = step!(Ok(ann(operators).with_username_only(None)), Send);
    // If there is only one factor, the service uses it without a challenge. This was observed.
    let only = step!(Ok(ann(USER_AUTH).with_username_only(None)), Send);
    for (round, name, factor) in [
        (
            chosen(FirstFactor::EmailOtp),
            "EMAIL_OTP",
            Some("EMAIL_OTP"),
        ),
        (chosen(FirstFactor::SmsOtp), "SMS_OTP", Some("SMS_OTP")),
        (preferred(FirstFactor::SmsOtp), "SMS_OTP", Some("SMS_OTP")),
        (configured, "EMAIL_OTP", Some("EMAIL_OTP")),
        (only, "EMAIL_OTP", None),
    ] {
        let question = code(round, &challenge(name, "AYAB-2", json!({})));
        assert_eq!(question.password_retained_until(), None);
        let later = NOW.plus(Duration::from_secs(3600));
        assert!(question.can_resend(later));
        let again = question.resend(None, ephemeral(), later);
        let mut parameters = json!({"USERNAME":"ann@example.com"});
        if let Some(factor) = factor {
            parameters["PREFERRED_CHALLENGE"] = json!(factor);
        }
        assert_eq!(
            said(&again.expect("a new conversation")),
            initiation("USER_AUTH", parameters)
        );
    }
}

/// A password that the user chose at `SELECT_CHALLENGE` is sent with the first request of the new sign-in.
#[wasm_bindgen_test(unsupported = test)]
fn a_password_that_was_chosen_to_begin_with_is_preferred_the_next_time() {
    let choice = step!(offered(&json!(["PASSWORD"])), ChooseFirstFactor);
    let question = step!(Ok(choice.choose(FirstFactor::Password)), Password);
    let question = code(question.answer(password(), ephemeral()), &sms("AYAB-2"));
    let parameters = json!({"USERNAME":"ann@example.com","PREFERRED_CHALLENGE":"PASSWORD","PASSWORD":"Passw0rd!"});
    assert_eq!(
        said(&resent(&question)),
        initiation("USER_AUTH", parameters)
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn the_password_is_held_for_as_long_as_the_newest_session_lives() {
    let until = NOW.plus(SESSION_LIFE);
    let question = asked_for_sms_code();
    assert_eq!(question.password_retained_until(), Some(until));
    assert!(question.can_resend(until.minus(Duration::from_secs(1))));
    for late in [until, until.plus(Duration::from_secs(1))] {
        assert!(!question.can_resend(late));
        assert!(question.resend(None, ephemeral(), late).is_none());
    }
    // A wrong code does not invalidate the session and brings no new one.
    let later = NOW.plus(Duration::from_secs(60));
    let wrong = question.answer(VerificationCode::new("000000"));
    let question = step!(Ok(wrong.on_no_response().expect("a question")), Code);
    assert_eq!(question.password_retained_until(), Some(until));
    // A new code comes with a new session.
    let round = question.resend(None, ephemeral(), later);
    let round = round.expect("a new conversation");
    let reply = crate::talk::read(&sms("AYAB-9"));
    let question = step!(round.on_response(reply, later), Code);
    assert_eq!(
        question.password_retained_until(),
        Some(later.plus(SESSION_LIFE))
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn a_password_that_was_forgotten_is_not_shown_again() {
    let mut question = asked_for_sms_code();
    question.wipe_password();
    assert_eq!(question.password_retained_until(), None);
    assert!(!question.can_resend(NOW));
    assert!(question.resend(None, ephemeral(), NOW).is_none());
    // The code that was sent is still valid.
    enter(question, "SMS_MFA", "AYAB-1", "SMS_MFA_CODE");
}

fn held(step: Step) -> Option<UnixTime> {
    match step {
        Step::NewPassword(asked) => asked.password_retained_until(),
        Step::Code(asked) => asked.password_retained_until(),
        Step::ChooseSecondFactor(asked) => asked.password_retained_until(),
        Step::SetUpSecondFactor(asked) => asked.password_retained_until(),
        Step::Passkey(asked) => asked.password_retained_until(),
        Step::Custom(asked) => asked.password_retained_until(),
        other => panic!("no question: {other:?}"),
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn the_password_is_held_only_where_a_code_may_be_sent_next() {
    let until = Some(NOW.plus(SESSION_LIFE));
    for (name, parameters, expected) in [
        ("SMS_MFA", json!({}), until),
        ("EMAIL_OTP", json!({}), until),
        (
            "SELECT_MFA_TYPE",
            json!({"MFAS_CAN_CHOOSE":"[\"SMS_MFA\"]"}),
            until,
        ),
        (
            "MFA_SETUP",
            json!({"MFAS_CAN_SETUP":"[\"EMAIL_OTP\"]"}),
            until,
        ),
        ("SOFTWARE_TOKEN_MFA", json!({}), None),
        ("NEW_PASSWORD_REQUIRED", json!({}), None),
        ("CUSTOM_CHALLENGE", json!({}), None),
        (
            "WEB_AUTHN",
            json!({"CREDENTIAL_REQUEST_OPTIONS":"{}"}),
            None,
        ),
    ] {
        let step = asked(name, parameters).expect("a question");
        assert_eq!(held(step), expected, "{name}");
    }
}

/// The service does not send an authenticator app's code. An answer that is valid once cannot be repeated.
#[wasm_bindgen_test(unsupported = test)]
fn there_is_no_new_code_where_the_answers_cannot_be_given_again() {
    let of_app = step!(asked("SOFTWARE_TOKEN_MFA", json!({})), Code);
    let by_name = step!(Ok(ann(USER_AUTH).with_username_only(None)), Send);
    let app = challenge("SOFTWARE_TOKEN_MFA", "AYAB-1", json!({}));
    let session = ChallengeSession::new("AYAB-0");
    let registered = ann(USER_AUTH).with_sign_up_session(session);
    let question = step!(asked("CUSTOM_CHALLENGE", json!({})), Custom);
    let custom = question.answer(CustomAnswer::new("blue"));
    let another = asked_for_sms_code().answer(VerificationCode::new("123456"));
    for question in [
        of_app,
        code(by_name, &app),
        code(registered, &sms("AYAB-1")),
        code(custom, &sms("AYAB-2")),
        code(another, &mail("AYAB-2")),
    ] {
        assert!(!question.can_resend(NOW));
        assert!(question.resend(None, ephemeral(), NOW).is_none());
    }
}
