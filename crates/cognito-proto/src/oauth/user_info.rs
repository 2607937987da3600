//! The UserInfo endpoint, which returns claims about the user of an access token.
//!
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/userinfo-endpoint.html>

use serde::Deserialize;

use super::token::is_json;
use crate::wire;

/// The path of the UserInfo endpoint on the pool's domain.
pub const PATH: &str = "/oauth2/userInfo";

/// The reason why a UserInfo response is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserInfoError {
    /// The response is about another user (OpenID Connect Core §5.3.4).
    #[error("the UserInfo response is about another user")]
    SubjectMismatch,
    /// The response is not a JSON object with a `sub`.
    #[error("the UserInfo response is malformed")]
    Malformed,
}

/// A UserInfo response (OpenID Connect Core §5.3.2). Only `sub` is checked. The other claims depend on the scopes.
#[derive(Deserialize)]
struct UserInfo {
    sub: String,
}

/// Parses a UserInfo response with status 200. Returns the names and values of its claims, in their order. `subject` is
/// the `sub` of the ID token, and the response must have the same.
pub fn parse_user_info(
    content_type: Option<&str>,
    body: &str,
    subject: &str,
) -> Result<Vec<(String, String)>, UserInfoError> {
    match wire::parse::<UserInfo>(body) {
        Some(user_info) if is_json(content_type) => {
            if user_info.sub != subject {
                return Err(UserInfoError::SubjectMismatch);
            }
        }
        _ => return Err(UserInfoError::Malformed),
    }
    wire::member_texts(body).ok_or(UserInfoError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: Option<&str> = Some("application/json;charset=UTF-8");
    const SUBJECT: &str = "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11";
    /// A response in the form of Cognito's.
    const RESPONSE: &str = r#"{"sub":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11","email_verified":"true","email":"ann@example.com","username":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11","custom:tier":"free"}"#;

    #[test]
    fn user_info_parser_converts_every_claim_to_text() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            parse_user_info(JSON, RESPONSE, SUBJECT),
            Ok(vec![
                pair("sub", SUBJECT),
                pair("email_verified", "true"),
                pair("email", "ann@example.com"),
                pair("username", SUBJECT),
                pair("custom:tier", "free"),
            ])
        );
        assert_eq!(
            parse_user_info(
                JSON,
                r#"{"sub":"a","address":{"formatted":"x"},"n":1}"#,
                "a"
            ),
            Ok(vec![
                pair("sub", "a"),
                pair("address", r#"{"formatted":"x"}"#),
                pair("n", "1"),
            ])
        );
    }

    #[test]
    fn user_info_of_another_user_is_rejected() {
        assert_eq!(
            parse_user_info(JSON, RESPONSE, "another-user"),
            Err(UserInfoError::SubjectMismatch)
        );
    }

    #[test]
    fn malformed_user_info_response_is_rejected() {
        for body in ["", "[]", "{}", "<html>", r#"{"sub":7}"#, r#""sub""#] {
            assert_eq!(
                parse_user_info(JSON, body, SUBJECT),
                Err(UserInfoError::Malformed),
                "{body}"
            );
        }
        for kind in [None, Some("text/html"), Some("application/jwt")] {
            assert_eq!(
                parse_user_info(kind, RESPONSE, SUBJECT),
                Err(UserInfoError::Malformed),
                "{kind:?}"
            );
        }
    }
}
