//! The token endpoint: a code or a refresh token goes there, tokens or a refusal come back.
//!
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html>

use super::form::encode;
use super::{OAuthError, OAuthErrorCode};
use crate::action::{AuthenticationResult, Malformed};
use crate::ids::{ClientId, RedirectUri};
use crate::json::Json;
use crate::pkce::CodeVerifier;
use crate::secret::{AccessToken, AuthorizationCode, IdToken, RefreshToken};

/// Its path, on the pool's domain.
pub const PATH: &str = "/oauth2/token";

/// The content type of every request.
pub const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

/// `grant_type=authorization_code` (RFC 6749 §4.1.3, RFC 7636 §4.5): a code and its verifier, sent once.
#[derive(Debug, PartialEq, Eq)]
pub struct CodeExchange {
    /// Our app client, which has no secret.
    pub client: ClientId,
    /// What the callback brought.
    pub code: AuthorizationCode,
    /// As in the authorization request, to the letter.
    pub redirect_uri: RedirectUri,
    /// What the challenge was made of.
    pub verifier: CodeVerifier,
}

impl CodeExchange {
    /// The body of the request; there is no second one.
    pub fn into_body(self) -> String {
        encode(&[
            ("grant_type", "authorization_code"),
            ("client_id", self.client.as_str()),
            ("code", self.code.reveal()),
            ("redirect_uri", self.redirect_uri.as_str()),
            ("code_verifier", self.verifier.reveal()),
        ])
    }
}

/// `grant_type=refresh_token` (RFC 6749 §6).
#[derive(Clone, Copy, Debug)]
pub struct Refresh<'a> {
    /// Our app client.
    pub client: &'a ClientId,
    /// The token to renew by.
    pub refresh_token: &'a RefreshToken,
}

impl Refresh<'_> {
    /// The body of the request.
    pub fn body(&self) -> String {
        encode(&[
            ("grant_type", "refresh_token"),
            ("client_id", self.client.as_str()),
            ("refresh_token", self.refresh_token.reveal()),
        ])
    }
}

/// An answer that is no success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenError {
    /// A definite no (RFC 6749 §5.2).
    Refused(OAuthError),
    /// Too much was asked of the service: the same may be asked again later.
    Throttled,
    /// The service failed: likewise.
    ServiceFault,
    /// The answer is not what the standard promises.
    Malformed(Malformed),
}

/// Reads what came back from the token endpoint. `content_type` is the header's value, if there was one.
pub fn read_token_reply(
    status: u16,
    content_type: Option<&str>,
    body: &str,
) -> Result<AuthenticationResult, TokenError> {
    let malformed = |member| TokenError::Malformed(Malformed { member });
    match status {
        200 => {}
        429 => return Err(TokenError::Throttled),
        500.. => return Err(TokenError::ServiceFault),
        _ => {
            let error = OAuthError::from_json(body).ok_or(malformed("error"))?;
            return Err(match error.code {
                OAuthErrorCode::ServerError | OAuthErrorCode::TemporarilyUnavailable => {
                    TokenError::ServiceFault
                }
                _ => TokenError::Refused(error),
            });
        }
    }
    if !is_json(content_type) {
        return Err(malformed("Content-Type"));
    }
    let body = Json::parse(body).unwrap_or(Json::Null);
    tokens(&body).map_err(TokenError::Malformed)
}

/// Whether a `Content-Type` is `application/json`, whatever its parameters (RFC 9110 §8.3.1).
pub(super) fn is_json(content_type: Option<&str>) -> bool {
    let kind = content_type.and_then(|text| text.split(';').next());
    kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// The members of a successful answer (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3), or the parameters of an
/// implicit one (§3.2.2.5).
pub(super) fn tokens(answer: &Json) -> Result<AuthenticationResult, Malformed> {
    let text = |member| match answer.get(member).as_text() {
        Some(text) if !text.is_empty() => Ok(text),
        _ => Err(Malformed { member }),
    };
    // The token type is compared without regard to case.
    if !text("token_type")?.eq_ignore_ascii_case("bearer") {
        return Err(Malformed {
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
    })
}
