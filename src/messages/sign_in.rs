//! The texts of the sign-in page.

use cognito_proto::config::ConfiguredFlow;
use cognito_proto::factor::{FirstFactor, SecondFactor};
use cognito_proto::sign_in::{OtpChallenge, OtpKind};
use leptos_cognito::SignInError;
use leptos_cognito::browser::passkey::WebAuthnError;
use ui_texts::{Message, errors, sign_in as texts, validation};

use super::{invalid_input, rejected_password, request_error, token_rejection};

/// Returns the label of a first factor in the list of choices.
pub fn first_factor_label(factor: FirstFactor) -> &'static str {
    match factor {
        FirstFactor::Password | FirstFactor::PasswordSrp => texts::BY_PASSWORD,
        FirstFactor::EmailOtp => texts::BY_EMAIL,
        FirstFactor::SmsOtp => texts::BY_SMS,
        FirstFactor::WebAuthn => texts::BY_PASSKEY,
    }
}

/// Returns the label of a second factor in the list of choices.
pub fn second_factor_label(factor: SecondFactor) -> &'static str {
    match factor {
        SecondFactor::Sms => texts::BY_SMS,
        SecondFactor::SoftwareToken => texts::BY_AUTHENTICATOR,
        SecondFactor::Email => texts::BY_EMAIL,
    }
}

/// Returns the text that says where the user finds the code: in a text message, in an email or in the authenticator
/// app.
pub fn code_prompt(challenge: &OtpChallenge) -> String {
    let to = challenge.destination.as_deref();
    match challenge.kind {
        OtpKind::SoftwareTokenMfa => texts::authenticator_prompt(challenge.device_name.as_deref()),
        OtpKind::EmailOtp => texts::code_emailed(to),
        OtpKind::SmsMfa | OtpKind::SmsOtp => texts::code_texted(to),
    }
}

/// Returns the text that says where a new code was sent.
pub fn new_code_sent(challenge: &OtpChallenge) -> String {
    let to = challenge.destination.as_deref();
    match challenge.kind {
        OtpKind::EmailOtp => texts::new_code_emailed(to),
        _ => texts::new_code_texted(to),
    }
}

/// Returns the error message for an empty code field.
pub const fn code_needed(kind: OtpKind) -> &'static Message {
    match kind {
        OtpKind::SoftwareTokenMfa => &validation::AUTHENTICATOR_CODE,
        OtpKind::SmsMfa | OtpKind::SmsOtp | OtpKind::EmailOtp => &validation::CODE,
    }
}

/// Returns the message for a failed sign-in.
pub fn sign_in_error(error: &SignInError) -> Message {
    match error {
        SignInError::WrongPassword => &texts::WRONG_PASSWORD,
        SignInError::MethodUnavailable => &texts::METHOD_NOT_AVAILABLE,
        SignInError::LockedOut => &texts::LOCKED_OUT,
        SignInError::InvitationExpired => &texts::INVITATION_EXPIRED,
        SignInError::NotConfirmed => &texts::NOT_CONFIRMED,
        SignInError::ResetRequired => &texts::RESET_REQUIRED,
        SignInError::ChallengeExpired => &texts::TIMED_OUT,
        SignInError::SessionExpired => &texts::SESSION_EXPIRED,
        SignInError::WrongCode => &texts::WRONG_CODE,
        SignInError::CodeAlreadyUsed => &errors::USED_CODE,
        SignInError::PasswordNotHeld => &texts::PASSWORD_NEEDED_AGAIN,
        SignInError::ExpiredCode => &texts::EXPIRED_CODE,
        SignInError::InvalidPassword(message) => return rejected_password(message),
        SignInError::PasswordReused => &errors::USED_PASSWORD,
        SignInError::InvalidValue(message) => return invalid_input(message.as_deref()),
        SignInError::Passkey(why) => passkey_sign_in_error(*why),
        SignInError::FlowNotEnabled(flow) => return texts::flow_not_enabled(flow_name(*flow)),
        SignInError::UnsupportedChallenge(challenge) => {
            return texts::challenge_not_supported(challenge.as_str());
        }
        SignInError::InvalidChallenge(_) => &errors::SRP_CHALLENGE,
        SignInError::TokensRejected(why) => token_rejection(why),
        SignInError::NoSecureRandom => &errors::NO_SECURE_RANDOM,
        SignInError::Request(error) => return request_error(error),
    }
    .clone()
}

/// Returns the message for a passkey that could not be used.
const fn passkey_sign_in_error(error: WebAuthnError) -> &'static Message {
    match error {
        WebAuthnError::Unsupported => &texts::PASSKEYS_UNSUPPORTED,
        WebAuthnError::Declined | WebAuthnError::Expired => &texts::NO_PASSKEY,
        WebAuthnError::RelyingPartyMismatch => &errors::OTHER_RELYING_PARTY,
        // A browser reports a known passkey only when it adds one.
        WebAuthnError::AlreadyRegistered | WebAuthnError::Failed => &texts::PASSKEY_FAILED,
    }
}

/// Returns the value of the app client's setting `ExplicitAuthFlows` that allows this flow.
const fn flow_name(flow: ConfiguredFlow) -> &'static str {
    match flow {
        ConfiguredFlow::UserSrp => "ALLOW_USER_SRP_AUTH",
        ConfiguredFlow::UserPassword => "ALLOW_USER_PASSWORD_AUTH",
        ConfiguredFlow::UserAuth { .. } => "ALLOW_USER_AUTH",
        ConfiguredFlow::Custom { .. } => "ALLOW_CUSTOM_AUTH",
    }
}
