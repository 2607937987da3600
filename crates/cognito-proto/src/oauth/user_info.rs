//! What the service says of the person whose access token asks.
//!
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/userinfo-endpoint.html>

use super::token::is_json;
use crate::json::Json;

/// Its path, on the pool's domain.
pub const PATH: &str = "/oauth2/userInfo";

/// Why an answer is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserInfoError {
    /// It speaks of somebody else (OpenID Connect Core §5.3.4).
    Subject,
    /// It is no JSON object with a `sub`.
    Malformed,
}

/// Reads an answer with status 200: its members, each with its value as text, in their order. `subject` is
/// the `sub` of the ID token.
pub fn read(
    content_type: Option<&str>,
    body: &str,
    subject: &str,
) -> Result<Vec<(String, String)>, UserInfoError> {
    let answer = Json::parse(body).unwrap_or(Json::Null);
    match answer.get("sub").as_text() {
        Some(sub) if is_json(content_type) => {
            if sub != subject {
                return Err(UserInfoError::Subject);
            }
        }
        _ => return Err(UserInfoError::Malformed),
    }
    let Json::Object(members) = answer else {
        return Err(UserInfoError::Malformed);
    };
    Ok(members
        .into_iter()
        .map(|(name, value)| match value {
            Json::Text(text) => (name, text),
            other => (name, other.to_string()),
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: Option<&str> = Some("application/json;charset=UTF-8");
    const SUBJECT: &str = "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11";
    /// The wire reference's answer.
    const ANSWER: &str = r#"{"sub":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11","email_verified":"true","email":"ann@example.com","username":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11","custom:tier":"free"}"#;

    #[test]
    fn every_claim_is_read_as_text() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            read(JSON, ANSWER, SUBJECT),
            Ok(vec![
                pair("sub", SUBJECT),
                pair("email_verified", "true"),
                pair("email", "ann@example.com"),
                pair("username", SUBJECT),
                pair("custom:tier", "free"),
            ])
        );
        assert_eq!(
            read(
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
    fn an_answer_about_somebody_else_is_refused() {
        assert_eq!(
            read(JSON, ANSWER, "somebody-else"),
            Err(UserInfoError::Subject)
        );
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for body in ["", "[]", "{}", "<html>", r#"{"sub":7}"#, r#""sub""#] {
            assert_eq!(
                read(JSON, body, SUBJECT),
                Err(UserInfoError::Malformed),
                "{body}"
            );
        }
        for kind in [None, Some("text/html"), Some("application/jwt")] {
            assert_eq!(
                read(kind, ANSWER, SUBJECT),
                Err(UserInfoError::Malformed),
                "{kind:?}"
            );
        }
    }
}
