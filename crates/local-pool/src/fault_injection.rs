//! Fault injection by username, so that a developer can see how an app handles an error.
//!
//! `sentinel-throttled@example.com` is throttled in every action that names it. With `-on-` and an action's
//! name, such as `sentinel-throttled-on-forgotpassword@example.com`, it is throttled in that action only. No
//! real user has such a name.
//!
//! If a request does not name the user, as in a refresh, the username and the email address of its user count:
//!
//! | `-on-` | request |
//! |---|---|
//! | `login` | the form of `/login` |
//! | `code` | an authorization code at `/oauth2/token` |
//! | `refresh` | a refresh token at `/oauth2/token` |
//! | `renewal` | a refresh token in the user-pool API |

pub(crate) mod invalid_tokens;

use std::time::Duration;

use serde_json::Value;

use crate::error::{ApiError, ErrorKind};
use crate::pool::{Attributes, User};

/// The prefix of usernames that make the pool answer with an error or a delay.
const PREFIX: &str = "sentinel-";

/// How long a delayed response takes, if a username requests a delay.
const DELAY: Duration = Duration::from_secs(3);

/// The error or delay that a username requests (fault injection).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum InjectedFault {
    /// The action returns this error and does nothing else.
    Error(ApiError),
    /// The action waits for this time, and then continues as usual.
    Delay(Duration),
}

/// Returns the fault that the username in an API request asks for, or `None` if it asks for none.
///
/// The username is in the members that actions use: `Username`, and `USERNAME` among the parameters of a
/// sign-in.
pub(crate) fn find_fault_in_request(operation: &str, body: &[u8]) -> Option<InjectedFault> {
    // Almost no request contains the prefix. The others are not parsed a second time.
    if !body
        .windows(PREFIX.len())
        .any(|part| part.eq_ignore_ascii_case(PREFIX.as_bytes()))
    {
        return None;
    }
    let body: Value = serde_json::from_slice(body).ok()?;
    let places = [
        &body["Username"],
        &body["AuthParameters"]["USERNAME"],
        &body["ChallengeResponses"]["USERNAME"],
    ];
    places
        .into_iter()
        .filter_map(Value::as_str)
        .find_map(|name| find_fault_in_username(operation, name))
}

/// Returns the fault that this username asks for in an action, or `None` if it asks for none.
pub(crate) fn find_fault_in_username(operation: &str, name: &str) -> Option<InjectedFault> {
    let name = lower_case_local_part(name);
    let requested = name.strip_prefix(PREFIX)?;
    let faults = [
        (
            "throttled",
            InjectedFault::Error(ApiError::new(ErrorKind::TooManyRequests, "Rate exceeded")),
        ),
        (
            "limit-exceeded",
            InjectedFault::Error(ApiError::new(
                ErrorKind::LimitExceeded,
                "Attempt limit exceeded, please try after some time.",
            )),
        ),
        (
            "internal-error",
            InjectedFault::Error(ApiError::new(
                ErrorKind::InternalError,
                "Something went wrong",
            )),
        ),
        ("slow", InjectedFault::Delay(DELAY)),
    ];
    faults.into_iter().find_map(|(word, fault)| {
        let rest = requested.strip_prefix(word)?;
        let applies = match rest.strip_prefix("-on-") {
            None => true,
            Some(rest) => {
                let end = rest
                    .find(|character: char| !character.is_ascii_alphanumeric())
                    .unwrap_or(rest.len());
                rest[..end] == operation.to_ascii_lowercase()
            }
        };
        applies.then_some(fault)
    })
}

/// Returns the part of a name before its `@`, in lower case.
fn lower_case_local_part(name: &str) -> String {
    let mut name = name.to_ascii_lowercase();
    if let Some(at) = name.find('@') {
        name.truncate(at);
    }
    name
}

/// Returns the names of a user that can ask for a fault: the username and the email address.
fn names_of_user<'a>(user: &'a User, attributes: &'a Attributes) -> impl Iterator<Item = &'a str> {
    [Some(&user.username), attributes.get("email")]
        .into_iter()
        .flatten()
        .map(String::as_str)
}

/// Applies the fault that the user's names ask for: waits (on a blocking thread) or returns an error.
///
/// # Errors
/// Returns the requested error.
pub(crate) fn inject_user_fault(
    operation: &str,
    user: &User,
    attributes: &Attributes,
) -> Result<(), ApiError> {
    let fault =
        names_of_user(user, attributes).find_map(|name| find_fault_in_username(operation, name));
    apply_fault(fault)
}

/// Applies the fault that an entered username asks for: waits (on a blocking thread) or returns an error.
///
/// # Errors
/// Returns the requested error.
pub(crate) fn inject_fault_by_name(operation: &str, name: &str) -> Result<(), ApiError> {
    apply_fault(find_fault_in_username(operation, name))
}

/// Waits, or returns the error of the fault. If `fault` is `None`, does nothing.
fn apply_fault(fault: Option<InjectedFault>) -> Result<(), ApiError> {
    match fault {
        None => Ok(()),
        Some(InjectedFault::Delay(length)) => {
            std::thread::sleep(length);
            Ok(())
        }
        Some(InjectedFault::Error(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Returns the fault that this request asks for.
    fn requested_fault(operation: &str, body: &Value) -> Option<InjectedFault> {
        find_fault_in_request(operation, body.to_string().as_bytes())
    }

    #[test]
    fn every_action_returns_the_error_named_in_the_username() {
        let throttled = Some(InjectedFault::Error(ApiError::new(
            ErrorKind::TooManyRequests,
            "Rate exceeded",
        )));
        let name = "Sentinel-Throttled+1@example.com";
        assert_eq!(
            requested_fault("SignUp", &json!({ "Username": name })),
            throttled
        );
        assert_eq!(
            requested_fault(
                "InitiateAuth",
                &json!({ "AuthParameters": { "USERNAME": name } })
            ),
            throttled
        );
        assert_eq!(
            requested_fault(
                "RespondToAuthChallenge",
                &json!({ "ChallengeResponses": { "USERNAME": "sentinel-throttled" } })
            ),
            throttled
        );
    }

    #[test]
    fn pool_delays_only_the_action_that_is_named_in_the_username() {
        let body = json!({ "Username": "sentinel-slow-on-forgotpassword.2@example.com" });
        assert_eq!(
            requested_fault("ForgotPassword", &body),
            Some(InjectedFault::Delay(Duration::from_secs(3)))
        );
        assert_eq!(requested_fault("SignUp", &body), None);
    }

    #[test]
    fn username_without_a_fault_name_gets_no_injected_error() {
        for name in [
            "throttled@example.com",
            "ann+sentinel-slow@example.com",
            "sentinel-",
            "sentinel-cat@example.com",
            "",
        ] {
            assert_eq!(
                requested_fault(
                    "SignUp",
                    &json!({ "Username": name, "Password": "sentinel-slow" })
                ),
                None,
                "{name}"
            );
        }
        assert_eq!(
            find_fault_in_request("SignUp", b"sentinel-slow, and not JSON"),
            None
        );
        assert_eq!(
            find_fault_in_request("SignUp", b"[\"sentinel-slow\"]"),
            None
        );
    }
}
