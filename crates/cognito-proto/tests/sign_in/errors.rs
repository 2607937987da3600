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

use crate::support::{
    USER_AUTH, ann, challenge_response, challenge_step, email, ephemeral, open_sms_challenge,
    password, request_of, select_challenge, service_error, step,
};
use crate::vector::Vector;

/// All values of [`RequestKind`], the type of the refused request.
const REQUEST_KINDS: [RequestKind; 11] = [
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

fn recovery(exception: &str, text: &str, kind: RequestKind) -> Recovery {
    Recovery::for_error(&service_error(exception, text), kind)
}

#[wasm_bindgen_test(unsupported = test)]
fn every_sign_in_request_handles_user_not_confirmed_errors() {
    for kind in REQUEST_KINDS {
        let unconfirmed = recovery("UserNotConfirmedException", "User is not confirmed.", kind);
        assert_eq!(unconfirmed, Recovery::ConfirmSignUp, "{kind:?}");
        let reset = recovery(
            "PasswordResetRequiredException",
            "Password reset required for the user",
            kind,
        );
        assert_eq!(reset, Recovery::ResetPassword, "{kind:?}");
    }
}

/// The service sends `NotAuthorizedException` for a wrong password and also for an expired session.
#[wasm_bindgen_test(unsupported = test)]
fn not_authorized_error_is_interpreted_by_the_kind_of_request() {
    for (kind, expected) in [
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
            recovery("NotAuthorizedException", wrong, kind),
            expected,
            "{kind:?}"
        );
    }
    // An app client that does not hide unknown users sends another error. The next action is the same.
    assert_eq!(
        recovery(
            "UserNotFoundException",
            "User does not exist.",
            RequestKind::Password
        ),
        Recovery::WrongPassword
    );
}

/// Cognito's texts for an invalid session. The password can be correct.
#[wasm_bindgen_test(unsupported = test)]
fn invalid_session_error_is_not_reported_as_wrong_password() {
    let expired = "Invalid session for the user, session is expired.";
    for text in [
        expired,
        "Invalid session for the user, session can only be used once.",
        "Invalid session for the user.",
    ] {
        for kind in [
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
                recovery("NotAuthorizedException", text, kind),
                Recovery::StartOver,
                "{text} {kind:?}"
            );
        }
    }
    // A late proof does not make the device invalid. Its record stays.
    assert_eq!(
        recovery("NotAuthorizedException", expired, RequestKind::Device),
        Recovery::StartOver
    );
}

/// The password can be correct, so typing it again would not help.
#[wasm_bindgen_test(unsupported = test)]
fn not_authorized_error_with_unknown_message_ends_the_sign_in() {
    for text in [
        "Client 1example23456789012345678 is configured with secret but SECRET_HASH was not received",
        "Password attempts exceeded",
        "Temporary password has expired and must be reset by an administrator.",
    ] {
        assert_eq!(
            recovery("NotAuthorizedException", text, RequestKind::Password),
            Recovery::Fatal,
            "{text}"
        );
    }
}

/// The errors for wrong answers and the temporary errors, as Amazon's API reference describes them.
#[wasm_bindgen_test(unsupported = test)]
fn error_that_the_user_can_correct_keeps_the_challenge_open() {
    use Recovery::{Fatal, RetryAnswer, StartOver};
    let answers = [
        RequestKind::NewPassword,
        RequestKind::SentCode,
        RequestKind::TotpCode,
        RequestKind::MfaSetup,
        RequestKind::Custom,
    ];
    for kind in answers {
        for exception in ["CodeMismatchException", "InvalidParameterException"] {
            assert_eq!(
                recovery(exception, "", kind),
                RetryAnswer,
                "{exception} {kind:?}"
            );
        }
    }
    for (exception, kind, expected) in [
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
        assert_eq!(
            recovery(exception, "", kind),
            expected,
            "{exception} {kind:?}"
        );
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn temporary_service_error_keeps_the_challenge_open() {
    for exception in [
        "TooManyRequestsException",
        "LimitExceededException",
        "TooManyFailedAttemptsException",
        "InternalErrorException",
        "CodeDeliveryFailureException",
        "ConcurrentModificationException",
        "UnexpectedLambdaException",
        "InvalidLambdaResponseException",
    ] {
        for kind in REQUEST_KINDS {
            let expected = match kind {
                RequestKind::Username | RequestKind::SignUpSession | RequestKind::Device => {
                    Recovery::Fatal
                }
                _ => Recovery::RetryAnswer,
            };
            assert_eq!(
                recovery(exception, "", kind),
                expected,
                "{exception} {kind:?}"
            );
        }
    }
}

/// Covers every exception. All but these mean that the pool will never accept the device's proof.
#[wasm_bindgen_test(unsupported = test)]
fn temporary_error_keeps_the_remembered_device() {
    for (exception, wire) in ErrorKind::ALL {
        let given_up = recovery(wire, "", RequestKind::Device) == Recovery::StartOverWithoutDevice;
        let kept = matches!(
            exception,
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

/// Returns the challenge after `request` was refused because of a wrong code.
fn reopened(request: AuthRequest) -> Step {
    match request.on_error(&service_error(
        "CodeMismatchException",
        "Invalid code or auth state for the user.",
    )) {
        AfterError::RetryAnswer(step) => step,
        other => panic!("the challenge is closed: {other:?}"),
    }
}

/// It was observed that six wrong codes in a row with one session each get the same error.
#[wasm_bindgen_test(unsupported = test)]
fn user_can_retry_a_wrong_code_with_the_same_session() {
    let mut open = open_sms_challenge();
    let expected = open.challenge.clone();
    for code in ["000000", "000001", "000002", "000003", "000004", "000005"] {
        let request = open.answer(VerificationCode::new(code));
        assert_eq!(
            request_of(&request),
            challenge_response(
                "SMS_MFA",
                "AYAB-1",
                json!({"USERNAME":"ann","SMS_MFA_CODE":code})
            )
        );
        open = step!(Ok(reopened(request)), Code);
        assert_eq!(open.challenge, expected);
    }
}

/// Each challenge is returned unchanged, for every type of answer.
#[wasm_bindgen_test(unsupported = test)]
fn user_can_answer_every_challenge_again_after_an_error() {
    let ann_is = |mut parameters: Value| {
        parameters["USER_ID_FOR_SRP"] = json!("ann");
        parameters
    };
    let open = step!(
        challenge_step("NEW_PASSWORD_REQUIRED", ann_is(json!({}))),
        NewPassword
    );
    let before = open.challenge.clone();
    let request = open.answer(Password::new("short"), Vec::new());
    assert_eq!(step!(Ok(reopened(request)), NewPassword).challenge, before);

    let choice = ann_is(json!({"MFAS_CAN_CHOOSE":"[\"SMS_MFA\",\"EMAIL_OTP\"]"}));
    let open = step!(
        challenge_step("SELECT_MFA_TYPE", choice),
        ChooseSecondFactor
    );
    let before = open.challenge.clone();
    let request = open.choose(SecondFactor::Sms);
    assert_eq!(
        step!(Ok(reopened(request)), ChooseSecondFactor).challenge,
        before
    );

    let mfa_setup = ann_is(json!({"MFAS_CAN_SETUP":"[\"EMAIL_OTP\"]"}));
    let open = step!(challenge_step("MFA_SETUP", mfa_setup), SetUpSecondFactor);
    let before = open.challenge.clone();
    let request = open.with_email(email("ann@invalid"));
    assert_eq!(
        step!(Ok(reopened(request)), SetUpSecondFactor).challenge,
        before
    );

    let all = json!(["PASSWORD_SRP", "EMAIL_OTP"]);
    let open = step!(select_challenge(&all), ChooseFirstFactor);
    let before = open.challenge.clone();
    let request = step!(Ok(open.choose(FirstFactor::EmailOtp)), Send);
    let open = step!(Ok(reopened(request)), ChooseFirstFactor);
    assert_eq!(open.challenge, before);
    let open = step!(Ok(open.choose(FirstFactor::PasswordSrp)), Password);
    let before = open.challenge.clone();
    let request = open.answer(password(), ephemeral());
    assert_eq!(step!(Ok(reopened(request)), Password).challenge, before);

    let passkey = json!({"CREDENTIAL_REQUEST_OPTIONS":"{}"});
    let open = step!(challenge_step("WEB_AUTHN", passkey), Passkey);
    let before = open.challenge.clone();
    let request = open.answer(PasskeyAssertion::new("{}"));
    assert_eq!(step!(Ok(reopened(request)), Passkey).challenge, before);

    let open = step!(
        challenge_step("CUSTOM_CHALLENGE", json!({"hint":"x"})),
        Custom
    );
    let before = open.challenge.clone();
    let request = open.answer(CustomAnswer::new("?"));
    assert_eq!(step!(Ok(reopened(request)), Custom).challenge, before);
}

/// The service may not have received a request that got no response.
#[wasm_bindgen_test(unsupported = test)]
fn user_can_change_the_code_after_a_request_without_response() {
    let request = open_sms_challenge().answer(VerificationCode::new("123456"));
    assert_eq!(request_of(&request), request_of(&request));
    let open = step!(
        Ok(request.on_no_response().expect("an open challenge")),
        Code
    );
    let request = open.answer(VerificationCode::new("654321"));
    assert_eq!(
        request_of(&request),
        challenge_response(
            "SMS_MFA",
            "AYAB-1",
            json!({"USERNAME":"ann","SMS_MFA_CODE":"654321"})
        )
    );
}

/// A password, a proof and the session of a registration start a sign-in again. They do not leave an open challenge.
#[wasm_bindgen_test(unsupported = test)]
fn error_of_the_first_request_leaves_no_open_challenge() {
    let busy = service_error("TooManyRequestsException", "Rate exceeded");
    let wrong = service_error("NotAuthorizedException", "Incorrect username or password.");
    let start = || ann(ConfiguredFlow::UserSrp).with_password(password(), ephemeral());
    assert!(matches!(start().on_error(&busy), AfterError::Fatal));
    assert!(matches!(
        start().on_error(&wrong),
        AfterError::WrongPassword
    ));
    assert!(start().on_no_response().is_none());

    let vector = Vector::basic();
    let proof = || {
        let request = ann(ConfiguredFlow::UserSrp)
            .with_password(Password::new(vector.input("password")), vector.ephemeral());
        let response = crate::support::parse_response(&vector.verifier_challenge());
        step!(request.on_response(response, vector.now()), Send)
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
fn wrong_password_and_expired_session_are_different_errors() {
    let lost = service_error(
        "NotAuthorizedException",
        "Invalid session for the user, session is expired.",
    );
    let request = open_sms_challenge().answer(VerificationCode::new("123456"));
    assert!(matches!(request.on_error(&lost), AfterError::StartOver));

    let open = step!(
        select_challenge(&json!(["PASSWORD_SRP"])),
        ChooseFirstFactor
    );
    let typed = step!(Ok(open.choose(FirstFactor::PasswordSrp)), Password);
    let request = typed.answer(password(), ephemeral());
    let wrong = service_error("NotAuthorizedException", "Incorrect username or password.");
    assert!(matches!(
        request.on_error(&wrong),
        AfterError::WrongPassword
    ));
}
