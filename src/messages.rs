//! The texts for users: messages and errors as sentences, each with a next step.

mod account;
mod attributes;
mod hosted;
mod service_errors;
mod session;
mod sign_in;

pub use account::*;
pub use attributes::*;
pub use hosted::*;
pub use session::*;
pub use sign_in::*;

use cognito_proto::action::CodeDelivery;
use cognito_proto::error::{ErrorKind, ServiceError};
use cognito_proto::jwt::TokenValidationError;
use cognito_proto::password_policy::PasswordRule;

use crate::api::ApiError;
use crate::auth::{
    ForgotError, NewPasswordError, RegisterError, RequestError, ResendError, TokenRejectionError,
    VerifyError,
};
use crate::browser::fetch::FetchError;

/// Shown if the username is missing or contains white space.
pub const NAME_NEEDED: &str = "Enter the name you sign in with, without spaces inside.";
/// Shown if the email address is missing or malformed.
pub const EMAIL_NEEDED: &str = "Enter your e-mail address, such as ann@example.com.";
/// Shown if the password is missing.
pub const PASSWORD_NEEDED: &str = "Enter your password.";
/// Shown if the new password is missing.
pub const NEW_PASSWORD_NEEDED: &str = "Choose a password.";
/// Shown if the new password breaks a rule of the list next to the field.
pub const PASSWORD_RULES: &str = "This password does not keep all the rules yet. See the list.";
/// Shown after a code was requested for a username. It does not reveal whether the account exists, so it does not name
/// the destination either.
pub const CODE_ON_ITS_WAY: &str =
    "If there is an account with that name, a code is on its way. Look in the spam folder too.";
/// Shown if the verification code is missing.
pub const CODE_NEEDED: &str = "Enter the code from the message we sent you.";
/// Shown if a required value is missing.
pub const VALUE_NEEDED: &str = "Please fill this in.";
/// Shown if the verification code is wrong.
pub const WRONG_CODE: &str = "That is not the code we sent last. Check it, or have a new one sent.";
/// Shown if the verification code has expired.
pub const EXPIRED_CODE: &str = "That code has expired. Have a new one sent.";
/// Shown if the user has just created an account with this name on this page.
pub const REGISTERED_BEFORE: &str =
    "You have just registered this name. Enter the code we sent you, or choose another name.";
/// Shown if the account is already confirmed.
pub const ALREADY_CONFIRMED: &str = "This account is confirmed already. You can sign in.";
/// Shown on the sign-in page after the account was confirmed.
pub const CONFIRMED: &str = "Your account is confirmed. Sign in with your password.";
/// Shown on the sign-in page after the password was reset.
pub const PASSWORD_CHANGED: &str = "Your new password is set. Sign in with it.";
/// Shown on the page for the code if a sign-in led there.
pub const CONFIRM_FIRST: &str = "Before you can sign in, enter the code we sent you when you registered, or have a new one sent.";
/// Shown after a registration for which the pool sent no code.
pub const NO_CODE_SENT: &str = "Your account is made. This user pool sends no codes: an administrator confirms new accounts, and then you can sign in.";
/// Shown on the page for a new password if a sign-in led there.
pub const RESET_FIRST: &str = "Your password has to be set anew before you can sign in. Enter the code we sent you, or have a new one sent.";
/// Shown on the page for a new password if the user already has a code.
pub const HAVE_CODE: &str = "Enter the code from our last message, and choose a new password.";
/// Shown if a new password begins or ends with a space, which Cognito refuses.
pub const PASSWORD_EDGES: &str = "A password cannot begin or end with a space.";
/// Shown if a new password is too long.
pub const PASSWORD_TOO_LONG: &str = "A password has at most 256 characters.";

/// Shown until the API responds.
pub const LOADING_TODOS: &str = "Loading your to-dos…";
/// Announced after a to-do was deleted.
pub const TODO_DELETED: &str = "Deleted.";
/// Shown if the list is empty.
pub const NO_TODOS: &str = "Nothing to do. Add the first thing above.";
/// Shown if the service refuses the form of a value.
const INVALID: &str =
    "Something you entered is not in a form the user pool takes. Check every field and try again.";
/// Shown for an unknown error without a message.
const UNKNOWN_REFUSAL: &str = "That did not work, and the user pool did not say why. Try again; if it goes on, tell the administrator.";
/// Shown if the text of a new to-do is missing.
pub const TODO_NEEDED: &str = "Write what is to be done.";
/// Shown after the token was copied to the clipboard.
pub const TOKEN_COPIED: &str =
    "Copied. Whoever has this token is you until it expires, so paste it with care.";
/// Shown if the browser did not allow copying.
pub const TOKEN_NOT_COPIED: &str =
    "The browser did not allow copying. Select the text and copy it by hand.";

/// The label of a button while a code is requested.
pub const SENDING: &str = "Sending…";
/// Shown if a link has filled in the username and the code.
pub const CODE_FILLED: &str = "Your link has filled in the code. Press Confirm to go on.";

/// The label of the button for a new code, which is disabled for so many seconds.
pub fn resend_code(seconds: u64) -> String {
    match seconds {
        0 => "Send a new code".to_owned(),
        seconds => format!("Send a new code (in {seconds} s)"),
    }
}

/// Shows where the code for a registration was sent.
pub fn code_sent(delivery: &CodeDelivery) -> String {
    let CodeDelivery {
        destination,
        is_sms,
        ..
    } = delivery;
    if *is_sms {
        format!("We sent a code by text message to {destination}.")
    } else {
        format!("We sent a code to {destination}. Look in the spam folder too.")
    }
}

const NO_SECURE_RANDOM: &str = "This browser offers no secure random numbers, so signing in would not be safe. Please use a current browser.";
const NO_WEB_CRYPTO: &str = "This browser cannot check signatures here, so signing in would not be safe. Open this page over https, in a current browser.";

/// The text for each reason for which tokens are not accepted.
fn token_rejection(why: &TokenRejectionError) -> &'static str {
    match why {
        TokenRejectionError::Invalid(fault) => token_validation_error(*fault),
        TokenRejectionError::NoWebCrypto => NO_WEB_CRYPTO,
        TokenRejectionError::KeysUnreachable(_) => {
            "The user pool's keys could not be fetched, so its answer could not be checked and you were not signed in. Try again in a moment."
        }
        TokenRejectionError::NoKeys => {
            "The user pool shows no keys to check its answer by, so you were not signed in. Tell the administrator."
        }
        TokenRejectionError::Superseded => {
            "Another sign-in was begun after this one, and that one counts."
        }
    }
}

fn token_validation_error(fault: TokenValidationError) -> &'static str {
    match fault {
        TokenValidationError::Expired => {
            "The user pool's answer had expired when it came. Set your device's date and time if they are wrong, then sign in again."
        }
        TokenValidationError::NotYetValid => {
            "The user pool's answer is dated in the future. Set your device's date and time if they are wrong, then sign in again."
        }
        TokenValidationError::IssuerMismatch => {
            "The answer came from another user pool than config.js names. Tell the administrator."
        }
        TokenValidationError::AudienceMismatch => {
            "The answer was meant for another app client than config.js names. Tell the administrator."
        }
        TokenValidationError::InvalidSignature => {
            "The answer is not signed by this user pool, so it may be forged and you were not signed in. Try again; if it goes on, tell the administrator."
        }
        TokenValidationError::UnknownKey => {
            "The answer is signed with a key that this user pool does not publish, so you were not signed in. Try again; if it goes on, tell the administrator."
        }
        TokenValidationError::UnsupportedAlgorithm => {
            "The answer is not signed in the one way that is accepted here, so you were not signed in. Tell the administrator."
        }
        TokenValidationError::NonceMismatch => {
            "The answer belongs to another sign-in than the one you began, so you were not signed in. Begin again."
        }
        TokenValidationError::AccessTokenHashMismatch | TokenValidationError::SubjectMismatch => {
            "The parts of the answer do not belong together, so you were not signed in. Try again; if it goes on, tell the administrator."
        }
        TokenValidationError::WrongTokenUse => {
            "The answer holds a token of the wrong kind, so you were not signed in. Tell the administrator."
        }
        TokenValidationError::MalformedJwt | TokenValidationError::InvalidClaim(_) => {
            "The user pool's answer is not whole, so you were not signed in. Try again; if it goes on, tell the administrator."
        }
    }
}

/// The text for a failed registration.
pub fn register_error(error: &RegisterError) -> String {
    match error {
        RegisterError::UsernameTaken => {
            "There is an account with that name already. Sign in, or choose another name."
                .to_owned()
        }
        RegisterError::InvalidPassword(message) => rejected_password(message),
        // The service's own validation errors contain regular expressions, which do not help a user.
        RegisterError::InvalidValue(message) if message.contains("validation error") => {
            INVALID.to_owned()
        }
        RegisterError::InvalidValue(message) => {
            format!(
                "The user pool did not accept this: {} Change it and try again.",
                sentence(message)
            )
        }
        RegisterError::RejectedByTrigger(message) => {
            format!(
                "The user pool declined this registration: {}",
                sentence(message)
            )
        }
        RegisterError::SignUpDisabled => {
            "Nobody can register here by themselves. Ask the administrator for an invitation."
                .to_owned()
        }
        RegisterError::Request(trouble) => request_error(trouble),
    }
}

/// The text for a verification code that was not accepted.
pub fn verify_error(error: &VerifyError) -> String {
    match error {
        VerifyError::WrongCode => WRONG_CODE.to_owned(),
        VerifyError::ExpiredCode => EXPIRED_CODE.to_owned(),
        VerifyError::AlreadyConfirmed => ALREADY_CONFIRMED.to_owned(),
        VerifyError::AddressTaken => {
            "This address belongs to another account by now. Sign in to that one, or register with another address.".to_owned()
        }
        VerifyError::Request(trouble) => request_error(trouble),
    }
}

/// The text for a failed request for a new code.
pub fn resend_error(error: &ResendError) -> String {
    match error {
        ResendError::AlreadyConfirmed => ALREADY_CONFIRMED.to_owned(),
        ResendError::NotOffered => {
            "This user pool sends no codes. Ask the administrator to confirm your account."
                .to_owned()
        }
        ResendError::Request(trouble) => request_error(trouble),
    }
}

/// The text for a failed request for a code to reset the password.
pub fn forgot_error(error: &ForgotError) -> String {
    match error {
        ForgotError::NotOffered => {
            "This account's password cannot be set anew here. Ask the administrator to reset it."
                .to_owned()
        }
        ForgotError::Request(trouble) => request_error(trouble),
    }
}

/// The text for a new password that was not set.
pub fn new_password_error(error: &NewPasswordError) -> String {
    match error {
        NewPasswordError::WrongCode => WRONG_CODE.to_owned(),
        NewPasswordError::ExpiredCode => EXPIRED_CODE.to_owned(),
        NewPasswordError::InvalidPassword(message) => rejected_password(message),
        NewPasswordError::PasswordReused => {
            "You have used that password before. Choose another.".to_owned()
        }
        NewPasswordError::NotOffered => forgot_error(&ForgotError::NotOffered),
        NewPasswordError::Request(trouble) => request_error(trouble),
    }
}

/// The text for a refused password. For a known rule it points to the list, otherwise it quotes the service.
fn rejected_password(message: &str) -> String {
    match PasswordRule::from_error_message(message) {
        Some(_) => PASSWORD_RULES.to_owned(),
        None => format!(
            "The user pool did not accept this password: {} Choose another.",
            sentence(message)
        ),
    }
}

/// The text for the errors that are possible with every call.
fn request_error(trouble: &RequestError) -> String {
    match trouble {
        RequestError::Fetch(error) => fetch_error(*error),
        RequestError::ClientSecret => {
            "This app client has a secret, which no web page can keep. An administrator should make one without: in the Cognito console, App clients, Create, Single-page application; or with “aws cognito-idp create-user-pool-client … --no-generate-secret”; and put its id into config.js."
        }
        RequestError::Malformed(_) => {
            "What answered does not speak like a user pool. An administrator should check “endpoint” in config.js."
        }
        RequestError::Refused(refusal) => return service_error(refusal),
    }
    .to_owned()
}

/// The text for a refusal by its exception type. It quotes the service only if the message says more than the type.
fn service_error(refusal: &ServiceError) -> String {
    let says_more = matches!(
        refusal.kind,
        ErrorKind::InvalidParameter | ErrorKind::UserLambdaValidation | ErrorKind::Unknown
    );
    let text = &refusal.message;
    if says_more && !text.is_empty() && !text.contains("validation error") {
        return format!(
            "That did not work. The user pool says: {} If it goes on, tell the administrator.",
            sentence(text)
        );
    }
    service_errors::service_error_text(refusal.kind)
        .unwrap_or(UNKNOWN_REFUSAL)
        .to_owned()
}

fn fetch_error(error: FetchError) -> &'static str {
    match error {
        FetchError::Offline => {
            "You are offline. Check your connection and try again; nothing you typed is lost."
        }
        FetchError::Unreachable => {
            "The service could not be reached. Try again in a moment; nothing you typed is lost."
        }
        FetchError::TimedOut => {
            "The service takes too long to answer. Try again in a moment; nothing you typed is lost."
        }
        FetchError::TooLarge => {
            "The service answered with far more than we asked for. Tell the administrator."
        }
    }
}

/// The text for a failed API request.
pub fn api_error(error: &ApiError) -> String {
    match error {
        ApiError::ConfigFileError => "The API is not configured yet. Set api.invokeUrl in config.js.",
        ApiError::SignedOut => SESSION_EXPIRED,
        ApiError::Unauthorized => {
            "The API did not accept your token. Sign out and in again; if it goes on, api.token in config.js may name the wrong one."
        }
        ApiError::Forbidden => "The API knows you, but does not allow this. Ask its administrator.",
        ApiError::NotFound => "The API has no such thing. It may have been removed; reload the list.",
        ApiError::RefreshFailed => {
            "Your session could not be renewed just now, so nothing was sent. You are still signed in: try again in a moment."
        }
        ApiError::Refused { status, message } => {
            let text = match message.as_str() {
                "" => String::new(),
                message => format!(" It says: {}", sentence(message)),
            };
            // A client error repeats unless the user changes the input.
            let next = match status {
                429 | 500.. => "Try again in a moment.",
                _ => "Change it and try again.",
            };
            return format!("The API answered with an error ({status}).{text} {next}");
        }
        ApiError::Malformed => "The API's answer made no sense to this page. Check api.invokeUrl in config.js.",
        ApiError::Fetch(FetchError::Unreachable) => {
            "The API could not be reached, or it does not allow requests from this page (CORS). Try again in a moment."
        }
        ApiError::Fetch(error) => fetch_error(*error),
    }
    .to_owned()
}

/// A password rule as an entry of a list.
pub fn password_rule(rule: PasswordRule) -> String {
    match rule {
        PasswordRule::MinimumLength(Some(least)) => format!("At least {least} characters"),
        PasswordRule::MinimumLength(None) => "More characters than that".to_owned(),
        PasswordRule::Uppercase => "A capital letter".to_owned(),
        PasswordRule::Lowercase => "A small letter".to_owned(),
        PasswordRule::Number => "A digit".to_owned(),
        PasswordRule::Symbol => "A symbol, such as ! ? - or @".to_owned(),
    }
}

/// Converts a message from a server into one short sentence.
fn sentence(text: &str) -> String {
    const LONGEST: usize = 200;
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
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
    fn a_text_from_outside_is_one_short_sentence() {
        assert_eq!(
            sentence("name: The attribute is required\n"),
            "name: The attribute is required."
        );
        assert_eq!(sentence("Not allowed."), "Not allowed.");
        assert_eq!(sentence(&"é".repeat(300)), format!("{}…", "é".repeat(200)));
    }
}
