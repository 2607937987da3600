//! The texts of the account page.

mod changes;

pub use changes::*;

use cognito_proto::jwt::IdClaims;
use cognito_proto::time::UnixTime;

use super::{fetch_error, request_error};
use crate::auth::{GlobalSignOutError, UserInfoRequestError};

/// Shown until the userInfo endpoint responds.
pub const ASKING: &str = "Asking…";
/// Shown if the ID token has no name.
pub const NO_NAME: &str = "(The ID token has no name: the user pool does not know it, or this app client may not read the attribute “name”.)";
/// Shown if the ID token has no name because the scope `profile` was not requested.
pub const NAME_NOT_ASKED_FOR: &str = "(The ID token has no name: this sign-in on the hosted page did not ask for the scope “profile”. An administrator can add it to “scopes” in config.js.)";
/// Explains "Sign out of all devices".
pub const EVERYWHERE: &str = "Ends your sessions on all devices: none of them can be renewed any more. What was issued already may be accepted by APIs until it expires, within the hour as a rule.";

/// The text for a failed userInfo request.
pub fn user_info_error(fault: &UserInfoRequestError) -> String {
    match fault {
        UserInfoRequestError::MissingScope => {
            "It only answers for sign-ins on the hosted page that asked for the scope “openid”. You signed in here, so all there is stands above."
        }
        UserInfoRequestError::TokenUnavailable(_) => {
            "Your session could not be renewed just now, so it was not asked. Try again in a moment."
        }
        UserInfoRequestError::NoDomain => "It could not be found just now. Try again in a moment.",
        UserInfoRequestError::Fetch(error) => fetch_error(*error),
        UserInfoRequestError::ErrorStatus(status) => {
            return format!(
                "It did not accept your token ({status}). Sign out and in again; if it goes on, tell the administrator."
            );
        }
        UserInfoRequestError::InvalidResponse(_) => {
            "What it answered does not belong to you, or makes no sense, so it is not shown. Tell the administrator."
        }
    }
    .to_owned()
}

/// The text for a failed sign-out of all devices.
pub fn global_sign_out_error(error: &GlobalSignOutError) -> String {
    match error {
        GlobalSignOutError::RefreshFailed => {
            "Your session could not be renewed just now, so the user pool was not asked. Try again in a moment."
                .to_owned()
        }
        GlobalSignOutError::MissingScope => {
            "Your sign-in does not allow this: it lacks the scope aws.cognito.signin.user.admin. Sign in with your password on our own page and try again, or have the scope added in config.js."
                .to_owned()
        }
        GlobalSignOutError::Request(trouble) => request_error(trouble),
    }
}

/// The greeting for a user. It falls back to the email address or username, since the ID token may have no name.
pub fn greeting(claims: &IdClaims) -> String {
    let named = [&claims.name, &claims.email]
        .into_iter()
        .flatten()
        .find(|name| !name.trim().is_empty());
    format!("Greetings {}!", named.unwrap_or(&claims.username))
}

/// A claim that is a time, in readable form.
pub fn readable_time(name: &str, value: &str) -> Option<String> {
    let is_time = matches!(name, "auth_time" | "exp" | "iat" | "nbf");
    let seconds = value.parse().ok().filter(|_| is_time)?;
    Some(format!(" · {}", UnixTime::from_secs(seconds).format_utc()))
}
