//! Chooses the text for each error and state. The texts are in the crate [`ui_texts`].
//!
//! Each error has a [`Message`] with a next step. The service's own text is part of the message only if it was written
//! for users, by a Lambda trigger or about a value that the user entered. Otherwise it is one of the details.

mod account;
mod attributes;
mod config_file;
mod hosted;
mod service_errors;
mod session;
mod sign_in;

pub use account::*;
pub use attributes::*;
use cognito_proto::action::CodeDelivery;
use cognito_proto::error::{ErrorKind, ServiceError};
use cognito_proto::jwt::TokenValidationError;
use cognito_proto::password_policy::PasswordRule;
pub use config_file::*;
pub use hosted::*;
use leptos_cognito::ApiError;
use leptos_cognito::browser::fetch::FetchError;
use leptos_cognito::{
    ForgotError, NewPasswordError, RegisterError, RequestError, ResendError, TokenRejectionError,
    VerifyError,
};
pub use session::*;
pub use sign_in::*;
use ui_texts::{Message, errors, forgot, register, sign_in as texts, validation};

/// Returns the text that says where the code for a registration was sent.
pub fn code_sent(delivery: &CodeDelivery) -> String {
    let to = Some(&*delivery.destination);
    if delivery.is_sms {
        texts::code_texted(to)
    } else {
        texts::code_emailed(to)
    }
}

/// Returns the message for tokens that the app does not accept.
fn token_rejection(error: &TokenRejectionError) -> &'static Message {
    match error {
        TokenRejectionError::Invalid(reason) => token_validation_error(*reason),
        TokenRejectionError::NoWebCrypto => &errors::NO_WEB_CRYPTO,
        TokenRejectionError::KeysUnreachable(_) => &errors::KEYS_NOT_FETCHED,
        TokenRejectionError::NoKeys => &errors::NO_KEYS,
        TokenRejectionError::Superseded => &errors::SUPERSEDED,
    }
}

fn token_validation_error(error: TokenValidationError) -> &'static Message {
    match error {
        TokenValidationError::Expired => &errors::TOKEN_EXPIRED,
        TokenValidationError::NotYetValid => &errors::TOKEN_NOT_YET_VALID,
        TokenValidationError::IssuerMismatch => &errors::TOKEN_ISSUER,
        TokenValidationError::AudienceMismatch => &errors::TOKEN_AUDIENCE,
        TokenValidationError::InvalidSignature => &errors::TOKEN_SIGNATURE,
        TokenValidationError::UnknownKey => &errors::TOKEN_UNKNOWN_KEY,
        TokenValidationError::UnsupportedAlgorithm => &errors::TOKEN_ALGORITHM,
        TokenValidationError::NonceMismatch => &errors::TOKEN_NONCE,
        TokenValidationError::AccessTokenHashMismatch | TokenValidationError::SubjectMismatch => {
            &errors::TOKENS_OF_TWO_SIGN_INS
        }
        TokenValidationError::WrongTokenUse => &errors::TOKEN_USE,
        TokenValidationError::MalformedJwt | TokenValidationError::InvalidClaim(_) => {
            &errors::TOKEN_MALFORMED
        }
    }
}

/// Returns the message for a failed registration.
pub fn register_error(error: &RegisterError) -> Message {
    match error {
        RegisterError::UsernameTaken => errors::ACCOUNT_EXISTS.clone(),
        RegisterError::InvalidPassword(message) => rejected_password(message),
        RegisterError::InvalidValue(message) => invalid_input(message.as_deref()),
        RegisterError::RejectedByTrigger(message) => {
            register::sign_up_declined(&short_sentence(message))
        }
        RegisterError::SignUpDisabled => register::BY_INVITATION.clone(),
        RegisterError::Request(error) => request_error(error),
    }
}

/// Returns the message for a verification code that was not accepted.
pub fn verify_error(error: &VerifyError) -> Message {
    match error {
        VerifyError::WrongCode => errors::WRONG_CODE.clone(),
        VerifyError::ExpiredCode => errors::EXPIRED_CODE.clone(),
        VerifyError::AlreadyConfirmed => register::ALREADY_CONFIRMED.clone(),
        VerifyError::AddressTaken => register::ADDRESS_TAKEN.clone(),
        VerifyError::Request(error) => request_error(error),
    }
}

/// Returns the message for a failed request for a new verification code.
pub fn resend_error(error: &ResendError) -> Message {
    match error {
        ResendError::AlreadyConfirmed => register::ALREADY_CONFIRMED.clone(),
        ResendError::NotOffered => register::NO_CODES.clone(),
        ResendError::Request(error) => request_error(error),
    }
}

/// Returns the message for a failed request for a code to reset the password.
pub fn forgot_error(error: &ForgotError) -> Message {
    match error {
        ForgotError::NotOffered => forgot::NOT_OFFERED.clone(),
        ForgotError::Request(error) => request_error(error),
    }
}

/// Returns the message for a new password that could not be set.
pub fn new_password_error(error: &NewPasswordError) -> Message {
    match error {
        NewPasswordError::WrongCode => errors::WRONG_CODE.clone(),
        NewPasswordError::ExpiredCode => errors::EXPIRED_CODE.clone(),
        NewPasswordError::InvalidPassword(message) => rejected_password(message),
        NewPasswordError::PasswordReused => errors::USED_PASSWORD.clone(),
        NewPasswordError::NotOffered => forgot::NOT_OFFERED.clone(),
        NewPasswordError::Request(error) => request_error(error),
    }
}

/// Returns the message for a password that the pool rejected. `message` is the pool's reason. If it names a known rule,
/// the text points to the list of rules. Otherwise it quotes the reason.
fn rejected_password(message: &str) -> Message {
    match PasswordRule::from_error_message(message) {
        Some(_) => validation::PASSWORD_RULES.clone(),
        None => errors::invalid_password(&short_sentence(message)),
    }
}

/// Returns the message for a value that the service does not accept. It quotes the service's `message` if a user can
/// read it.
fn invalid_input(message: Option<&str>) -> Message {
    match message {
        Some(message) => errors::invalid_value(&short_sentence(message)),
        None => errors::INVALID_INPUT.clone(),
    }
}

/// Returns the message for an error that is possible with every call of the user-pool API.
fn request_error(error: &RequestError) -> Message {
    match error {
        RequestError::Fetch(error) => fetch_error(*error),
        RequestError::ClientSecret => &errors::CLIENT_SECRET,
        RequestError::Malformed(_) => &errors::NOT_A_USER_POOL,
        RequestError::Refused(refusal) => return service_error(refusal),
    }
    .clone()
}

/// Returns the message for an error of the service, by its exception type. Where the type says little, the service's
/// message is one of the details, or part of the text if a Lambda trigger wrote it.
fn service_error(refusal: &ServiceError) -> Message {
    let Some(text) = refusal.readable_message() else {
        return service_errors::by_kind(refusal.kind).clone();
    };
    match refusal.kind {
        ErrorKind::UserLambdaValidation => errors::declined_by_trigger(&short_sentence(text)),
        ErrorKind::InvalidParameter | ErrorKind::Unknown => {
            errors::UNKNOWN.and_details(short_sentence(text))
        }
        kind => service_errors::by_kind(kind).clone(),
    }
}

fn fetch_error(error: FetchError) -> &'static Message {
    match error {
        FetchError::Offline => &errors::OFFLINE,
        FetchError::Unreachable => &errors::UNREACHABLE,
        FetchError::TimedOut => &errors::TIMED_OUT,
        FetchError::TooLarge => &errors::RESPONSE_TOO_LARGE,
    }
}

/// Returns the message for a failed request to the to-do API.
pub fn api_error(error: &ApiError) -> Message {
    match error {
        ApiError::NotConfigured => &errors::NO_API,
        ApiError::SignedOut => &errors::SESSION_EXPIRED,
        ApiError::Unauthorized => &errors::API_UNAUTHORIZED,
        ApiError::Forbidden => &errors::API_FORBIDDEN,
        ApiError::NotFound => &errors::API_NOT_FOUND,
        ApiError::RefreshFailed => &errors::NOT_REFRESHED,
        ApiError::Refused { status, message } => {
            let reason = match message.as_str() {
                "" => String::new(),
                message => short_sentence(message),
            };
            return errors::api_refused(*status, &reason);
        }
        ApiError::Malformed => &errors::API_MALFORMED,
        ApiError::Fetch(FetchError::Unreachable) => &errors::API_UNREACHABLE,
        ApiError::Fetch(error) => fetch_error(*error),
    }
    .clone()
}

/// Returns the text of a password rule, as the list of rules shows it.
pub fn password_rule(rule: PasswordRule) -> String {
    match rule {
        PasswordRule::MinimumLength(Some(least)) => return validation::minimum_length(least),
        PasswordRule::MinimumLength(None) => validation::LONGER_PASSWORD,
        PasswordRule::Uppercase => validation::UPPERCASE,
        PasswordRule::Lowercase => validation::LOWERCASE,
        PasswordRule::Number => validation::NUMBER,
        PasswordRule::Symbol => validation::SYMBOL,
    }
    .to_owned()
}

/// Converts a message from a server into one sentence of at most 200 characters.
fn short_sentence(server_message: &str) -> String {
    const LONGEST: usize = 200;
    let flat = server_message
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let short = match flat.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &flat[..end]),
        None => flat,
    };
    if short.ends_with(['.', '!', '?', '…']) {
        short
    } else {
        format!("{short}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_of_the_server_is_cut_to_one_short_sentence() {
        assert_eq!(
            short_sentence("name: The attribute is required\n"),
            "name: The attribute is required."
        );
        assert_eq!(short_sentence("Not allowed."), "Not allowed.");
        assert_eq!(
            short_sentence(&"é".repeat(300)),
            format!("{}…", "é".repeat(200))
        );
    }
}
