//! The token endpoint, which exchanges a code or a refresh token for tokens.
//!
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html>

use super::urlencoded::encode_form;
use super::{OAuthError, OAuthErrorCode};
use crate::action::{AuthenticationResult, MemberError};
use crate::ids::{ClientId, RedirectUri};
use crate::json::Json;
use crate::pkce::CodeVerifier;
use crate::secret::{AccessToken, AuthorizationCode, IdToken, RefreshToken};

/// The path of the endpoint on the pool's domain.
pub const PATH: &str = "/oauth2/token";

/// The content type of every request.
pub const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

/// The token request of the authorization code grant (RFC 6749 §4.1.3, RFC 7636 §4.5). It can be sent once.
#[derive(Debug, PartialEq, Eq)]
pub struct CodeExchange {
    /// The app client, which has no secret.
    pub client: ClientId,
    /// The code of the callback.
    pub code: AuthorizationCode,
    /// The redirect URI, unchanged from the authorization request.
    pub redirect_uri: RedirectUri,
    /// The code verifier, from which the code challenge was made.
    pub verifier: CodeVerifier,
}

impl CodeExchange {
    /// Returns the body of the request and consumes it, because a code can be used only once.
    pub fn into_body(self) -> String {
        encode_form(&[
            ("grant_type", "authorization_code"),
            ("client_id", self.client.as_str()),
            ("code", self.code.expose_secret()),
            ("redirect_uri", self.redirect_uri.as_str()),
            ("code_verifier", self.verifier.expose_secret()),
        ])
    }
}

/// The token request with a refresh token (RFC 6749 §6).
#[derive(Clone, Copy, Debug)]
pub struct RefreshTokenRequest<'a> {
    /// The app client.
    pub client: &'a ClientId,
    /// The refresh token.
    pub refresh_token: &'a RefreshToken,
}

impl RefreshTokenRequest<'_> {
    /// Returns the body of the request.
    pub fn body(&self) -> String {
        encode_form(&[
            ("grant_type", "refresh_token"),
            ("client_id", self.client.as_str()),
            ("refresh_token", self.refresh_token.expose_secret()),
        ])
    }
}

/// The reason why a token request failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenResponseError {
    /// The service refused the request (RFC 6749 §5.2).
    Refused(OAuthError),
    /// The service received too many requests. The same request may succeed later.
    Throttled,
    /// The service failed. The same request may succeed later.
    ServiceUnavailable,
    /// The response is not as RFC 6749 requires.
    Malformed(MemberError),
}

/// Parses a response of the token endpoint. `content_type` is the value of that header, if there is one.
pub fn parse_token_response(
    status: u16,
    content_type: Option<&str>,
    body: &str,
) -> Result<AuthenticationResult, TokenResponseError> {
    let malformed = |member| TokenResponseError::Malformed(MemberError { member });
    match status {
        200 => {}
        429 => return Err(TokenResponseError::Throttled),
        500.. => return Err(TokenResponseError::ServiceUnavailable),
        _ => {
            let error = OAuthError::from_json(body).ok_or(malformed("error"))?;
            return Err(match error.code {
                OAuthErrorCode::ServerError | OAuthErrorCode::TemporarilyUnavailable => {
                    TokenResponseError::ServiceUnavailable
                }
                _ => TokenResponseError::Refused(error),
            });
        }
    }
    if !is_json(content_type) {
        return Err(malformed("Content-Type"));
    }
    let body = Json::parse(body).unwrap_or(Json::Null);
    let lifetime = body.get("expires_in");
    if *lifetime != Json::Null && lifetime.as_u64().is_none() {
        return Err(malformed("expires_in"));
    }
    parse_tokens(&body).map_err(TokenResponseError::Malformed)
}

/// Whether a `Content-Type` is `application/json`, with any parameters (RFC 9110 §8.3.1).
pub(super) fn is_json(content_type: Option<&str>) -> bool {
    let kind = content_type.and_then(|text| text.split(';').next());
    kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// Reads tokens from the members of a successful response (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3), or from the
/// parameters of an implicit one (OpenID Connect Core §3.2.2.5).
pub(super) fn parse_tokens(answer: &Json) -> Result<AuthenticationResult, MemberError> {
    let text = |member| match answer.get(member).as_str() {
        Some(text) if !text.is_empty() => Ok(text),
        _ => Err(MemberError { member }),
    };
    // The token type is compared without regard to case (RFC 6749 §5.1).
    if !text("token_type")?.eq_ignore_ascii_case("bearer") {
        return Err(MemberError {
            member: "token_type",
        });
    }
    Ok(AuthenticationResult {
        id_token: IdToken::new(text("id_token")?),
        access_token: AccessToken::new(text("access_token")?),
        refresh_token: match answer.get("refresh_token") {
            Json::Null => None,
            _ => Some(RefreshToken::new(text("refresh_token")?)),
        },
        new_device: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: Option<&str> = Some("application/json;charset=UTF-8");
    /// A successful response in the form of Cognito's.
    const ANSWER: &str = r#"{"id_token":"eyJpZA","access_token":"eyJhYw","refresh_token":"eyJjdHki","expires_in":3600,"token_type":"Bearer"}"#;

    fn client() -> ClientId {
        ClientId::parse("1example23456789012345678").expect("a client id")
    }

    fn granted(refresh: Option<&str>) -> Result<AuthenticationResult, TokenResponseError> {
        Ok(AuthenticationResult {
            id_token: IdToken::new("eyJpZA"),
            access_token: AccessToken::new("eyJhYw"),
            refresh_token: refresh.map(RefreshToken::new),
            new_device: None,
        })
    }

    fn malformed(member: &'static str) -> Result<AuthenticationResult, TokenResponseError> {
        Err(TokenResponseError::Malformed(MemberError { member }))
    }

    /// The code verifier is that of RFC 7636, appendix B.
    #[test]
    fn a_code_is_redeemed_with_its_verifier_and_the_same_redirect_uri() {
        let verifier = CodeVerifier::parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        let exchange = CodeExchange {
            client: client(),
            code: AuthorizationCode::new("5a8c5a3e-1111-4222-8333-9a0b1c2d3e4f"),
            redirect_uri: RedirectUri::parse("https://app.example.com/cb").expect("an address"),
            verifier: verifier.expect("a verifier"),
        };
        assert_eq!(
            exchange.into_body(),
            "grant_type=authorization_code&client_id=1example23456789012345678\
             &code=5a8c5a3e-1111-4222-8333-9a0b1c2d3e4f&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb\
             &code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        );
    }

    #[test]
    fn a_renewal_names_client_and_token() {
        let renewal = RefreshTokenRequest {
            client: &client(),
            refresh_token: &RefreshToken::new("eyJjdHki.a-b_c=="),
        };
        assert_eq!(
            renewal.body(),
            "grant_type=refresh_token&client_id=1example23456789012345678&refresh_token=eyJjdHki.a-b_c%3D%3D"
        );
    }

    #[test]
    fn a_good_answer_brings_tokens() {
        for kind in [
            "application/json",
            "application/json;charset=UTF-8",
            "Application/JSON ; charset=utf-8",
        ] {
            assert_eq!(
                parse_token_response(200, Some(kind), ANSWER),
                granted(Some("eyJjdHki")),
                "{kind}"
            );
        }
        for (whole, other) in [
            ("\"Bearer\"", "\"bearer\""),
            ("\"expires_in\":3600,", ""),
            ("\"expires_in\"", "\"scope\":\"openid\",\"expires_in\""),
        ] {
            let answer = ANSWER.replace(whole, other);
            assert_ne!(answer, ANSWER, "{whole} is not there");
            assert_eq!(
                parse_token_response(200, JSON, &answer),
                granted(Some("eyJjdHki")),
                "{other}"
            );
        }
    }

    #[test]
    fn a_renewal_without_rotation_brings_no_refresh_token() {
        for none in ["", "\"refresh_token\":null,"] {
            let answer = ANSWER.replace("\"refresh_token\":\"eyJjdHki\",", none);
            assert_ne!(answer, ANSWER);
            assert_eq!(parse_token_response(200, JSON, &answer), granted(None));
        }
    }

    #[test]
    fn an_answer_that_is_not_what_the_standard_promises_is_refused() {
        for (whole, other, member) in [
            ("\"Bearer\"", "\"mac\"", "token_type"),
            ("\"Bearer\"", "7", "token_type"),
            ("token_type", "type", "token_type"),
            ("\"id_token\"", "\"id\"", "id_token"),
            ("\"eyJpZA\"", "null", "id_token"),
            ("\"eyJpZA\"", "\"\"", "id_token"),
            ("\"access_token\"", "\"access\"", "access_token"),
            ("\"eyJhYw\"", "[]", "access_token"),
            ("\"eyJjdHki\"", "true", "refresh_token"),
            ("\"eyJjdHki\"", "\"\"", "refresh_token"),
            ("3600", "\"3600\"", "expires_in"),
            ("3600", "-1", "expires_in"),
            ("}", "", "token_type"),
        ] {
            let answer = ANSWER.replacen(whole, other, 1);
            assert_ne!(answer, ANSWER, "{whole} is not there");
            assert_eq!(
                parse_token_response(200, JSON, &answer),
                malformed(member),
                "{other}"
            );
        }
        for kind in [None, Some("text/html"), Some("application/jsonp")] {
            assert_eq!(
                parse_token_response(200, kind, ANSWER),
                malformed("Content-Type"),
                "{kind:?}"
            );
        }
        for status in [201, 204, 302] {
            assert_eq!(
                parse_token_response(status, JSON, ANSWER),
                malformed("error"),
                "{status}"
            );
        }
    }

    #[test]
    fn a_refusal_is_told_by_its_code() {
        for (status, body, code, description) in [
            (
                400,
                r#"{"error":"invalid_grant"}"#,
                OAuthErrorCode::InvalidGrant,
                "",
            ),
            (
                400,
                r#"{"error":"invalid_client","error_description":"invalid_client_secret"}"#,
                OAuthErrorCode::InvalidClientSecret,
                "invalid_client_secret",
            ),
            (
                401,
                r#"{"error":"invalid_client"}"#,
                OAuthErrorCode::InvalidClient,
                "",
            ),
            (
                400,
                r#"{"error":"unauthorized_client","error_description":"invalid_redirect"}"#,
                OAuthErrorCode::InvalidRedirect,
                "invalid_redirect",
            ),
            (
                400,
                r#"{"error":"of_tomorrow"}"#,
                OAuthErrorCode::Unknown,
                "",
            ),
        ] {
            assert_eq!(
                parse_token_response(status, JSON, body),
                Err(TokenResponseError::Refused(OAuthError {
                    code,
                    description: description.to_owned()
                })),
                "{body}"
            );
        }
    }

    #[test]
    fn what_may_be_asked_again_later_is_no_refusal() {
        for (status, body, error) in [
            (429, "", TokenResponseError::Throttled),
            (
                429,
                r#"{"error":"invalid_grant"}"#,
                TokenResponseError::Throttled,
            ),
            (
                500,
                r#"{"error":"invalid_grant"}"#,
                TokenResponseError::ServiceUnavailable,
            ),
            (503, "<html>", TokenResponseError::ServiceUnavailable),
            (
                400,
                r#"{"error":"server_error"}"#,
                TokenResponseError::ServiceUnavailable,
            ),
            (
                400,
                r#"{"error":"temporarily_unavailable"}"#,
                TokenResponseError::ServiceUnavailable,
            ),
            (
                403,
                "<html>blocked</html>",
                TokenResponseError::Malformed(MemberError { member: "error" }),
            ),
        ] {
            assert_eq!(
                parse_token_response(status, JSON, body),
                Err(error),
                "{status} {body}"
            );
        }
    }
}
