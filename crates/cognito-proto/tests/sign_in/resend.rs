//! Resending a code: a new sign-in gives the same answers.

use core::time::Duration;

use cognito_proto::config::ConfiguredFlow;
use cognito_proto::factor::{FirstFactor, SecondFactor};
use cognito_proto::ids::AttributeName;
use cognito_proto::secret::{ChallengeSession, CustomAnswer, Password, VerificationCode};
use cognito_proto::sign_in::{AuthRequest, OpenChallenge, OtpChallenge, Step};
use cognito_proto::srp::ClientEphemeral;
use cognito_proto::time::UnixTime;
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    NOW, USER_AUTH, ann, challenge_json, challenge_response, challenge_step, email, ephemeral,
    initiate_auth, open_sms_challenge, password, request_of, respond, select_challenge, step,
    tokens, tokens_response,
};
use crate::vector::Vector;

/// The default of `AuthSessionValidity`: three minutes.
const SESSION_LIFETIME: Duration = Duration::from_secs(180);

fn sms_mfa(session: &str) -> Value {
    let parameters = json!({"CODE_DELIVERY_DELIVERY_MEDIUM":"SMS","CODE_DELIVERY_DESTINATION":"+********4114","USER_ID_FOR_SRP":"ann"});
    challenge_json("SMS_MFA", session, parameters)
}

fn email_otp(session: &str) -> Value {
    let parameters = json!({"CODE_DELIVERY_DELIVERY_MEDIUM":"EMAIL","CODE_DELIVERY_DESTINATION":"a***@e***","USER_ID_FOR_SRP":"ann"});
    challenge_json("EMAIL_OTP", session, parameters)
}

fn otp_challenge(request: AuthRequest, response: &Value) -> OpenChallenge<OtpChallenge> {
    step!(respond(request, response), Code)
}

/// Requests a new code at the time of the last challenge, and returns the first request of the new sign-in.
fn resend(open: &OpenChallenge<OtpChallenge>) -> AuthRequest {
    assert!(open.can_resend(NOW));
    let request = open.resend(None, ephemeral(), NOW);
    request.expect("a new sign-in")
}

/// Enters a code and checks that the request has this session.
fn answer_with_code(
    open: OpenChallenge<OtpChallenge>,
    challenge_name: &str,
    session: &str,
    member: &str,
) {
    let request = open.answer(VerificationCode::new("123456"));
    let responses = json!({"USERNAME":"ann",member:"123456"});
    assert_eq!(
        request_of(&request),
        challenge_response(challenge_name, session, responses)
    );
    assert_eq!(
        step!(respond(request, &tokens_response()), Completed).result,
        tokens()
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn code_resend_sends_the_password_again() {
    let request = resend(&open_sms_challenge());
    let parameters = json!({"USERNAME":"ann@example.com","PASSWORD":"Passw0rd!"});
    assert_eq!(
        request_of(&request),
        initiate_auth("USER_PASSWORD_AUTH", parameters)
    );
    let again = otp_challenge(request, &sms_mfa("AYAB-9"));
    // A third code can be requested too.
    let third = otp_challenge(resend(&again), &sms_mfa("AYAB-10"));
    answer_with_code(third, "SMS_MFA", "AYAB-10", "SMS_MFA_CODE");
    answer_with_code(again, "SMS_MFA", "AYAB-9", "SMS_MFA_CODE");
}

/// The second proof matches the vector of other implementations. It uses its own ephemeral key pair.
#[wasm_bindgen_test(unsupported = test)]
fn code_resend_proves_the_password_again_by_srp() {
    let vector = Vector::basic();
    let proves = |request: AuthRequest, a: &ClientEphemeral| {
        assert_eq!(
            request_of(&request),
            initiate_auth(
                "USER_SRP_AUTH",
                json!({"USERNAME":"ann@example.com","SRP_A":a.srp_a()})
            )
        );
        let step = request.on_response(
            crate::support::parse_response(&vector.verifier_challenge()),
            vector.now(),
        );
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
    let open = step!(
        proof.on_response(
            crate::support::parse_response(&sms_mfa("AYAB-1")),
            vector.now()
        ),
        Code
    );
    let again = open.resend(None, vector.ephemeral(), vector.now());
    let proof = proves(again.expect("a new sign-in"), &vector.ephemeral());
    assert_eq!(request_of(&proof).1, vector.proof());
}

#[wasm_bindgen_test(unsupported = test)]
fn code_resend_keeps_the_second_factor_that_the_user_chose() {
    let select = |session: &str, factors: &str| {
        let parameters = json!({"MFAS_CAN_CHOOSE":factors,"USER_ID_FOR_SRP":"ann"});
        challenge_json("SELECT_MFA_TYPE", session, parameters)
    };
    let both = r#"["SMS_MFA","EMAIL_OTP"]"#;
    let parameters = json!({"MFAS_CAN_CHOOSE":both,"USER_ID_FOR_SRP":"ann"});
    let choice = step!(
        challenge_step("SELECT_MFA_TYPE", parameters),
        ChooseSecondFactor
    );
    let open = otp_challenge(choice.choose(SecondFactor::Email), &email_otp("AYAB-2"));

    let chosen = step!(respond(resend(&open), &select("AYAB-3", both)), Send);
    let responses = json!({"USERNAME":"ann","ANSWER":"EMAIL_OTP"});
    assert_eq!(
        request_of(&chosen),
        challenge_response("SELECT_MFA_TYPE", "AYAB-3", responses)
    );
    answer_with_code(
        otp_challenge(chosen, &email_otp("AYAB-4")),
        "EMAIL_OTP",
        "AYAB-4",
        "EMAIL_OTP_CODE",
    );
    // If the service does not offer the factor any more, the user must choose.
    let others = select("AYAB-3", r#"["SMS_MFA","SOFTWARE_TOKEN_MFA"]"#);
    step!(respond(resend(&open), &others), ChooseSecondFactor);
    // The sign-in repeats the choice only once.
    let chosen = step!(respond(resend(&open), &select("AYAB-3", both)), Send);
    step!(respond(chosen, &select("AYAB-4", both)), ChooseSecondFactor);
}

#[wasm_bindgen_test(unsupported = test)]
fn code_resend_keeps_the_email_address_that_the_user_entered() {
    let parameters = json!({"MFAS_CAN_SETUP":"[\"EMAIL_OTP\"]","USER_ID_FOR_SRP":"ann"});
    let open = step!(
        challenge_step("MFA_SETUP", parameters.clone()),
        SetUpSecondFactor
    );
    let open = otp_challenge(
        open.with_email(email("ann@example.com")),
        &email_otp("AYAB-2"),
    );
    let mfa_setup = challenge_json("MFA_SETUP", "AYAB-3", parameters);
    let again = step!(respond(resend(&open), &mfa_setup), Send);
    let responses = json!({"USERNAME":"ann","EMAIL":"ann@example.com"});
    assert_eq!(
        request_of(&again),
        challenge_response("MFA_SETUP", "AYAB-3", responses)
    );
}

/// The temporary password of an invitation is not valid any more.
#[wasm_bindgen_test(unsupported = test)]
fn code_resend_uses_the_password_that_the_invited_user_chose() {
    let open = step!(
        challenge_step("NEW_PASSWORD_REQUIRED", json!({})),
        NewPassword
    );
    let attributes: Vec<(AttributeName, String)> = Vec::new();
    let request = open.answer(Password::new("N3wPassw0rd!"), attributes);
    let request = resend(&otp_challenge(request, &sms_mfa("AYAB-2")));
    let parameters = json!({"USERNAME":"ann@example.com","PASSWORD":"N3wPassw0rd!"});
    assert_eq!(
        request_of(&request),
        initiate_auth("USER_PASSWORD_AUTH", parameters)
    );
}

/// A repeated request makes the service send another code, regardless of how the user got the first one.
#[wasm_bindgen_test(unsupported = test)]
fn app_can_resend_the_code_of_every_first_factor() {
    let both = json!(["EMAIL_OTP", "SMS_OTP"]);
    let chosen = |factor| {
        let choice = step!(select_challenge(&both), ChooseFirstFactor);
        step!(Ok(choice.choose(factor)), Send)
    };
    let preferred = |factor| step!(Ok(ann(USER_AUTH).with_username_only(Some(factor))), Send);
    let operators = ConfiguredFlow::UserAuth {
        preferred: Some(FirstFactor::EmailOtp),
    };
    let configured = step!(Ok(ann(operators).with_username_only(None)), Send);
    // If there is only one factor, the service uses it without a challenge. This was observed.
    let only = step!(Ok(ann(USER_AUTH).with_username_only(None)), Send);
    for (request, name, factor) in [
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
        let open = otp_challenge(request, &challenge_json(name, "AYAB-2", json!({})));
        assert_eq!(open.password_retained_until(), None);
        let later = NOW.plus(Duration::from_secs(3600));
        assert!(open.can_resend(later));
        let again = open.resend(None, ephemeral(), later);
        let mut parameters = json!({"USERNAME":"ann@example.com"});
        if let Some(factor) = factor {
            parameters["PREFERRED_CHALLENGE"] = json!(factor);
        }
        assert_eq!(
            request_of(&again.expect("a new sign-in")),
            initiate_auth("USER_AUTH", parameters)
        );
    }
}

/// A password that the user chose at `SELECT_CHALLENGE` is sent with the first request of the new sign-in.
#[wasm_bindgen_test(unsupported = test)]
fn code_resend_prefers_the_password_if_the_user_chose_it() {
    let choice = step!(select_challenge(&json!(["PASSWORD"])), ChooseFirstFactor);
    let open = step!(Ok(choice.choose(FirstFactor::Password)), Password);
    let open = otp_challenge(open.answer(password(), ephemeral()), &sms_mfa("AYAB-2"));
    let parameters = json!({"USERNAME":"ann@example.com","PREFERRED_CHALLENGE":"PASSWORD","PASSWORD":"Passw0rd!"});
    assert_eq!(
        request_of(&resend(&open)),
        initiate_auth("USER_AUTH", parameters)
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn app_keeps_the_password_for_a_resend_until_session_expiry() {
    let until = NOW.plus(SESSION_LIFETIME);
    let open = open_sms_challenge();
    assert_eq!(open.password_retained_until(), Some(until));
    assert!(open.can_resend(until.minus(Duration::from_secs(1))));
    for late in [until, until.plus(Duration::from_secs(1))] {
        assert!(!open.can_resend(late));
        assert!(open.resend(None, ephemeral(), late).is_none());
    }
    // A wrong code does not invalidate the session and brings no new one.
    let later = NOW.plus(Duration::from_secs(60));
    let wrong = open.answer(VerificationCode::new("000000"));
    let open = step!(Ok(wrong.on_no_response().expect("an open challenge")), Code);
    assert_eq!(open.password_retained_until(), Some(until));
    // A new code comes with a new session.
    let request = open.resend(None, ephemeral(), later);
    let request = request.expect("a new sign-in");
    let response = crate::support::parse_response(&sms_mfa("AYAB-9"));
    let open = step!(request.on_response(response, later), Code);
    assert_eq!(
        open.password_retained_until(),
        Some(later.plus(SESSION_LIFETIME))
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn code_resend_is_impossible_after_the_password_was_wiped() {
    let mut open = open_sms_challenge();
    open.wipe_password();
    assert_eq!(open.password_retained_until(), None);
    assert!(!open.can_resend(NOW));
    assert!(open.resend(None, ephemeral(), NOW).is_none());
    // The code that was sent is still valid.
    answer_with_code(open, "SMS_MFA", "AYAB-1", "SMS_MFA_CODE");
}

fn retained_until(step: Step) -> Option<UnixTime> {
    match step {
        Step::NewPassword(challenge_step) => challenge_step.password_retained_until(),
        Step::Code(challenge_step) => challenge_step.password_retained_until(),
        Step::ChooseSecondFactor(challenge_step) => challenge_step.password_retained_until(),
        Step::SetUpSecondFactor(challenge_step) => challenge_step.password_retained_until(),
        Step::Passkey(challenge_step) => challenge_step.password_retained_until(),
        Step::Custom(challenge_step) => challenge_step.password_retained_until(),
        other => panic!("no open challenge: {other:?}"),
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn app_keeps_the_password_only_if_it_can_resend_a_code() {
    let until = Some(NOW.plus(SESSION_LIFETIME));
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
        let step = challenge_step(name, parameters).expect("an open challenge");
        assert_eq!(retained_until(step), expected, "{name}");
    }
}

/// The service does not send an authenticator app's code. An answer that is valid once cannot be repeated.
#[wasm_bindgen_test(unsupported = test)]
fn app_offers_no_code_resend_after_an_answer_that_is_valid_once() {
    let totp = step!(challenge_step("SOFTWARE_TOKEN_MFA", json!({})), Code);
    let by_name = step!(Ok(ann(USER_AUTH).with_username_only(None)), Send);
    let app = challenge_json("SOFTWARE_TOKEN_MFA", "AYAB-1", json!({}));
    let session = ChallengeSession::new("AYAB-0");
    let registered = ann(USER_AUTH).with_sign_up_session(session);
    let open = step!(challenge_step("CUSTOM_CHALLENGE", json!({})), Custom);
    let custom = open.answer(CustomAnswer::new("blue"));
    let another = open_sms_challenge().answer(VerificationCode::new("123456"));
    for open in [
        totp,
        otp_challenge(by_name, &app),
        otp_challenge(registered, &sms_mfa("AYAB-1")),
        otp_challenge(custom, &sms_mfa("AYAB-2")),
        otp_challenge(another, &email_otp("AYAB-2")),
    ] {
        assert!(!open.can_resend(NOW));
        assert!(open.resend(None, ephemeral(), NOW).is_none());
    }
}
