//! The next action after an error, by the error's type and by the refused request.

use cognito_proto::config::ConfiguredFlow;
use cognito_proto::error::ErrorKind;
use cognito_proto::factor::{FirstFactor, SecondFactor};
use cognito_proto::secret::{
    ChallengeSession, CustomAnswer, PasskeyAssertion, Password, VerificationCode,
};
use cognito_proto::sign_in::{AfterError, AuthRequest, Recovery, RequestKind, Step};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::talk::{
    USER_AUTH, ann, asked, asked_for_sms_code, ephemeral, offered, password, refusal, response,
    said, step,
};
use crate::vector::Vector;

/// All values of `Place`, the type of the refused request.
const PLACES: [RequestKind; 11] = [
    RequestKind::Password,
    RequestKind::Username,
    RequestKind::SignUpSession,
    RequestKind::NewPassword,
    RequestKind::SentCode,
    RequestKind::TotpCode,
    RequestKind::FactorChoice,
    RequestKind::MfaSetup,
    RequestKind::Passkey,
    RequestKind::Custom,
    RequestKind::Device,
];

fn after(kind: &str, text: &str, place: RequestKind) -> Recovery {
    Recovery::for_error(&refusal(kind, text), place)
}

#[wasm_bindgen_test(unsupported = test)]
fn who_is_not_confirmed_or_must_reset_their_password_is_told_so_wherever_it_comes() {
    for place in PLACES {
        let unconfirmed = after("UserNotConfirmedException", "User is not confirmed.", place);
        assert_eq!(unconfirmed, Recovery::ConfirmSignUp, "{place:?}");
        let reset = after(
            "PasswordResetRequiredException",
            "Password reset required for the user",
            place,
        );
        assert_eq!(reset, Recovery::ResetPassword, "{place:?}");
    }
}

/// The service sends `NotAuthorizedException` for a wrong password and also for an expired session.
#[wasm_bindgen_test(unsupported = test)]
fn not_authorized_means_a_wrong_password_where_one_was_shown_and_else_a_lost_session() {
    for (place, expected) in [
        (RequestKind::Password, Recovery::WrongPassword),
        (RequestKind::Username, Recovery::Fatal),
        (RequestKind::SignUpSession, Recovery::StartOver),
        (RequestKind::NewPassword, Recovery::StartOver),
        (RequestKind::SentCode, Recovery::StartOver),
        (RequestKind::TotpCode, Recovery::StartOver),
        (RequestKind::FactorChoice, Recovery::StartOver),
        (RequestKind::MfaSetup, Recovery::StartOver),
        (RequestKind::Passkey, Recovery::StartOver),
        (RequestKind::Custom, Recovery::StartOver),
        (RequestKind::Device, Recovery::StartOverWithoutDevice),
    ] {
        let wrong = "Incorrect username or password.";
        assert_eq!(
            after("NotAuthorizedException", wrong, place),
            expected,
            "{place:?}"
        );
    }
    // An app client that does not hide unknown users sends another error. The next action is the same.
    assert_eq!(
        after(
            "UserNotFoundException",
            "User does not exist.",
            RequestKind::Password
        ),
        Recovery::WrongPassword
    );
}

/// Cognito's texts for an invalid session. The password can be correct.
#[wasm_bindgen_test(unsupported = test)]
fn a_lost_session_is_never_called_a_wrong_password() {
    let expired = "Invalid session for the user, session is expired.";
    for text in [
        expired,
        "Invalid session for the user, session can only be used once.",
        "Invalid session for the user.",
    ] {
        for place in [
            RequestKind::Password,
            RequestKind::SignUpSession,
            RequestKind::NewPassword,
            RequestKind::SentCode,
            RequestKind::TotpCode,
            RequestKind::FactorChoice,
            RequestKind::MfaSetup,
            RequestKind::Passkey,
            RequestKind::Custom,
        ] {
            assert_eq!(
                after("NotAuthorizedException", text, place),
                Recovery::StartOver,
                "{text} {place:?}"
            );
        }
    }
    // A late proof does not make the device invalid. Its record stays.
    assert_eq!(
        after("NotAuthorizedException", expired, RequestKind::Device),
        Recovery::StartOver
    );
}

/// The password can be correct, so typing it again would not help.
#[wasm_bindgen_test(unsupported = test)]
fn a_refusal_that_says_it_is_not_about_the_password_is_not_called_a_wrong_one() {
    for text in [
        "Client 1example23456789012345678 is configured with secret but SECRET_HASH was not received",
        "Password attempts exceeded",
        "Temporary password has expired and must be reset by an administrator.",
    ] {
        assert_eq!(
            after("NotAuthorizedException", text, RequestKind::Password),
            Recovery::Fatal,
            "{text}"
        );
    }
}

/// The errors for wrong answers and the temporary errors, as Amazon's API reference describes them.
#[wasm_bindgen_test(unsupported = test)]
fn what_can_be_put_right_keeps_the_question_open() {
    use Recovery::{Fatal, RetryAnswer, StartOver};
    let answers = [
        RequestKind::NewPassword,
        RequestKind::SentCode,
        RequestKind::TotpCode,
        RequestKind::MfaSetup,
        RequestKind::Custom,
    ];
    for place in answers {
        for kind in ["CodeMismatchException", "InvalidParameterException"] {
            assert_eq!(after(kind, "", place), RetryAnswer, "{kind} {place:?}");
        }
    }
    for (kind, place, expected) in [
        (
            "InvalidPasswordException",
            RequestKind::NewPassword,
            RetryAnswer,
        ),
        (
            "PasswordHistoryPolicyViolationException",
            RequestKind::NewPassword,
            RetryAnswer,
        ),
        (
            "AliasExistsException",
            RequestKind::NewPassword,
            RetryAnswer,
        ),
        ("InvalidPasswordException", RequestKind::SentCode, Fatal),
        // “Your software token has already been used once.” The next code of the app is valid.
        ("ExpiredCodeException", RequestKind::TotpCode, RetryAnswer),
        // A code that the pool sent is valid for as long as its session.
        ("ExpiredCodeException", RequestKind::SentCode, StartOver),
        (
            "EnableSoftwareTokenMFAException",
            RequestKind::MfaSetup,
            RetryAnswer,
        ),
        (
            "SoftwareTokenMFANotFoundException",
            RequestKind::MfaSetup,
            RetryAnswer,
        ),
        (
            "MFAMethodNotFoundException",
            RequestKind::FactorChoice,
            RetryAnswer,
        ),
        ("MFAMethodNotFoundException", RequestKind::SentCode, Fatal),
        (
            "InvalidParameterException",
            RequestKind::FactorChoice,
            RetryAnswer,
        ),
        // The app client does not allow the flow of the first request.
        ("InvalidParameterException", RequestKind::Password, Fatal),
        ("InvalidParameterException", RequestKind::Username, Fatal),
        ("InvalidParameterException", RequestKind::Passkey, Fatal),
        (
            "UserLambdaValidationException",
            RequestKind::SentCode,
            Fatal,
        ),
        ("ForbiddenException", RequestKind::SentCode, Fatal),
        ("ExceptionOfTomorrow", RequestKind::SentCode, Fatal),
    ] {
        assert_eq!(after(kind, "", place), expected, "{kind} {place:?}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn what_passes_by_itself_spends_no_session() {
    for kind in [
        "TooManyRequestsException",
        "LimitExceededException",
        "TooManyFailedAttemptsException",
        "InternalErrorException",
        "CodeDeliveryFailureException",
        "ConcurrentModificationException",
        "UnexpectedLambdaException",
        "InvalidLambdaResponseException",
    ] {
        for place in PLACES {
            let expected = match place {
                RequestKind::Username | RequestKind::SignUpSession | RequestKind::Device => {
                    Recovery::Fatal
                }
                _ => Recovery::RetryAnswer,
            };
            assert_eq!(after(kind, "", place), expected, "{kind} {place:?}");
        }
    }
}

/// Covers every exception. All but these mean that the pool will never accept the device's proof.
#[wasm_bindgen_test(unsupported = test)]
fn a_device_is_given_up_for_nothing_that_passes_by_itself() {
    for (kind, wire) in ErrorKind::ALL {
        let given_up = after(wire, "", RequestKind::Device) == Recovery::StartOverWithoutDevice;
        let kept = matches!(
            kind,
            ErrorKind::CodeDeliveryFailure
                | ErrorKind::ConcurrentModification
                | ErrorKind::InternalError
                | ErrorKind::InvalidLambdaResponse
                | ErrorKind::LimitExceeded
                | ErrorKind::PasswordResetRequired
                | ErrorKind::TooManyFailedAttempts
                | ErrorKind::TooManyRequests
                | ErrorKind::UnexpectedLambda
                | ErrorKind::UserNotConfirmed
        );
        assert_eq!(given_up, !kept, "{wire}");
    }
}

/// Returns the question after `round` was refused because of a wrong code.
fn again(round: AuthRequest) -> Step {
    match round.on_error(&refusal(
        "CodeMismatchException",
        "Invalid code or auth state for the user.",
    )) {
        AfterError::RetryAnswer(step) => step,
        other => panic!("the question is closed: {other:?}"),
    }
}

/// It was observed that six wrong codes in a row with one session each get the same error.
#[wasm_bindgen_test(unsupported = test)]
fn a_wrong_code_may_be_followed_by_another_on_the_same_session() {
    let mut asked = asked_for_sms_code();
    let question = asked.challenge.clone();
    for code in ["000000", "000001", "000002", "000003", "000004", "000005"] {
        let round = asked.answer(VerificationCode::new(code));
        assert_eq!(
            said(&round),
            response(
                "SMS_MFA",
                "AYAB-1",
                json!({"USERNAME":"ann","SMS_MFA_CODE":code})
            )
        );
        asked = step!(Ok(again(round)), Code);
        assert_eq!(asked.challenge, question);
    }
}

/// Each question is returned unchanged, for every type of answer.
#[wasm_bindgen_test(unsupported = test)]
fn every_question_can_be_answered_a_second_time() {
    let ann_is = |mut parameters: Value| {
        parameters["USER_ID_FOR_SRP"] = json!("ann");
        parameters
    };
    let question = step!(
        asked("NEW_PASSWORD_REQUIRED", ann_is(json!({}))),
        NewPassword
    );
    let before = question.challenge.clone();
    let round = question.answer(Password::new("short"), Vec::new());
    assert_eq!(step!(Ok(again(round)), NewPassword).challenge, before);

    let choice = ann_is(json!({"MFAS_CAN_CHOOSE":"[\"SMS_MFA\",\"EMAIL_OTP\"]"}));
    let question = step!(asked("SELECT_MFA_TYPE", choice), ChooseSecondFactor);
    let before = question.challenge.clone();
    let round = question.choose(SecondFactor::Sms);
    assert_eq!(
        step!(Ok(again(round)), ChooseSecondFactor).challenge,
        before
    );

    let set_up = ann_is(json!({"MFAS_CAN_SETUP":"[\"EMAIL_OTP\"]"}));
    let question = step!(asked("MFA_SETUP", set_up), SetUpSecondFactor);
    let before = question.challenge.clone();
    let round = question.with_email("unknown".to_owned());
    assert_eq!(step!(Ok(again(round)), SetUpSecondFactor).challenge, before);

    let all = json!(["PASSWORD_SRP", "EMAIL_OTP"]);
    let question = step!(offered(&all), ChooseFirstFactor);
    let before = question.challenge.clone();
    let round = step!(Ok(question.choose(FirstFactor::EmailOtp)), Send);
    let question = step!(Ok(again(round)), ChooseFirstFactor);
    assert_eq!(question.challenge, before);
    let question = step!(Ok(question.choose(FirstFactor::PasswordSrp)), Password);
    let before = question.challenge.clone();
    let round = question.answer(password(), ephemeral());
    assert_eq!(step!(Ok(again(round)), Password).challenge, before);

    let passkey = json!({"CREDENTIAL_REQUEST_OPTIONS":"{}"});
    let question = step!(asked("WEB_AUTHN", passkey), Passkey);
    let before = question.challenge.clone();
    let round = question.answer(PasskeyAssertion::new("{}"));
    assert_eq!(step!(Ok(again(round)), Passkey).challenge, before);

    let question = step!(asked("CUSTOM_CHALLENGE", json!({"hint":"x"})), Custom);
    let before = question.challenge.clone();
    let round = question.answer(CustomAnswer::new("?"));
    assert_eq!(step!(Ok(again(round)), Custom).challenge, before);
}

/// The service may not have received a request that got no response.
#[wasm_bindgen_test(unsupported = test)]
fn what_was_not_answered_at_all_may_be_said_again_or_answered_otherwise() {
    let round = asked_for_sms_code().answer(VerificationCode::new("123456"));
    assert_eq!(said(&round), said(&round));
    let question = step!(Ok(round.on_no_response().expect("a question")), Code);
    let round = question.answer(VerificationCode::new("654321"));
    assert_eq!(
        said(&round),
        response(
            "SMS_MFA",
            "AYAB-1",
            json!({"USERNAME":"ann","SMS_MFA_CODE":"654321"})
        )
    );
}

/// A password, a proof and the session of a registration start a sign-in again. They do not leave an open question.
#[wasm_bindgen_test(unsupported = test)]
fn what_begins_a_conversation_leaves_no_question() {
    let busy = refusal("TooManyRequestsException", "Rate exceeded");
    let wrong = refusal("NotAuthorizedException", "Incorrect username or password.");
    let start = || ann(ConfiguredFlow::UserSrp).with_password(password(), ephemeral());
    assert!(matches!(start().on_error(&busy), AfterError::Fatal));
    assert!(matches!(
        start().on_error(&wrong),
        AfterError::WrongPassword
    ));
    assert!(start().on_no_response().is_none());

    let vector = Vector::basic();
    let proof = || {
        let round = ann(ConfiguredFlow::UserSrp)
            .with_password(Password::new(vector.input("password")), vector.ephemeral());
        let reply = crate::talk::read(&vector.challenge());
        step!(round.on_response(reply, vector.now()), Send)
    };
    assert!(matches!(
        proof().on_error(&wrong),
        AfterError::WrongPassword
    ));
    assert!(proof().on_no_response().is_none());

    let signed_up = || ann(USER_AUTH).with_sign_up_session(ChallengeSession::new("AYAB-0"));
    assert!(matches!(
        signed_up().on_error(&wrong),
        AfterError::StartOver
    ));

    let named = step!(Ok(ann(USER_AUTH).with_username_only(None)), Send);
    assert!(matches!(named.on_error(&wrong), AfterError::Fatal));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_lost_session_starts_over_and_a_wrong_password_at_the_choice_is_one() {
    let lost = refusal(
        "NotAuthorizedException",
        "Invalid session for the user, session is expired.",
    );
    let round = asked_for_sms_code().answer(VerificationCode::new("123456"));
    assert!(matches!(round.on_error(&lost), AfterError::StartOver));

    let question = step!(offered(&json!(["PASSWORD_SRP"])), ChooseFirstFactor);
    let typed = step!(Ok(question.choose(FirstFactor::PasswordSrp)), Password);
    let round = typed.answer(password(), ephemeral());
    let wrong = refusal("NotAuthorizedException", "Incorrect username or password.");
    assert!(matches!(round.on_error(&wrong), AfterError::WrongPassword));
}
