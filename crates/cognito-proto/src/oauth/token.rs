//! The token endpoint, which exchanges a code or a refresh token for tokens.
//!
//! <https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html>

use serde::Deserialize;

use super::urlencoded::encode_form;
use super::{OAuthError, OAuthErrorCode};
use crate::action::{AuthenticationResult, MemberError};
use crate::ids::{ClientId, RedirectUri};
use crate::pkce::CodeVerifier;
use crate::secret::{AccessToken, AuthorizationCode, IdToken, RefreshToken};
use crate::wire::{self, Member, WholeNumber};

/// The path of the token endpoint on the pool's domain.
pub const PATH: &str = "/oauth2/token";

/// The content type of every request to the token endpoint.
pub const CONTENT_TYPE: &str = "application/x-www-form-urlencoded";

/// The token request of the authorization code grant, which exchanges a code for tokens (RFC 6749 §4.1.3, RFC 7636
/// §4.5). It can be sent once.
#[derive(Debug, PartialEq, Eq)]
pub struct CodeExchange {
    /// The app client, which has no secret.
    pub client: ClientId,
    /// The authorization code from the callback.
    pub code: AuthorizationCode,
    /// The redirect URI, which must be the same as in the authorization request.
    pub redirect_uri: RedirectUri,
    /// The code verifier, from which the code challenge was made.
    pub verifier: CodeVerifier,
}

impl CodeExchange {
    /// Returns the body of the token request and consumes it, because a code can be used only once.
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

/// The token request that exchanges a refresh token for new tokens (RFC 6749 §6).
#[derive(Clone, Copy, Debug)]
pub struct RefreshTokenRequest<'a> {
    /// The app client.
    pub client: &'a ClientId,
    /// The refresh token.
    pub refresh_token: &'a RefreshToken,
}

impl RefreshTokenRequest<'_> {
    /// Returns the body of the token request.
    pub fn body(&self) -> String {
        encode_form(&[
            ("grant_type", "refresh_token"),
            ("client_id", self.client.as_str()),
            ("refresh_token", self.refresh_token.expose_secret()),
        ])
    }
}

/// The reason why a token request failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenResponseError {
    /// The service refused the request (RFC 6749 §5.2).
    #[error("the service refused the token request")]
    Refused(#[source] OAuthError),
    /// The service received too many requests. The same request may succeed later.
    #[error("the service received too many requests")]
    Throttled,
    /// The service failed. The same request may succeed later.
    #[error("the service failed")]
    ServiceUnavailable,
    /// The response does not have the format that RFC 6749 requires.
    #[error("the token response is malformed")]
    Malformed(#[source] MemberError),
}

/// Parses a response of the token endpoint. Returns the tokens, or the reason why the request failed. `content_type` is
/// the value of the header `Content-Type`, or `None` if there is none.
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
    let body = wire::parse::<TokenResponse>(body).unwrap_or_default();
    if body.expires_in.checked().is_err() {
        return Err(malformed("expires_in"));
    }
    AuthenticationResult::try_from(body).map_err(TokenResponseError::Malformed)
}

/// Returns true if a `Content-Type` is `application/json`, with any parameters (RFC 9110 §8.3.1).
pub(super) fn is_json(content_type: Option<&str>) -> bool {
    let kind = content_type.and_then(|text| text.split(';').next());
    kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// The wire format of a successful response (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).
#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct TokenResponse<'a> {
    token_type: Member<'a, String>,
    id_token: Member<'a, String>,
    access_token: Member<'a, String>,
    refresh_token: Member<'a, String>,
    expires_in: Member<'a, WholeNumber>,
}

impl TryFrom<TokenResponse<'_>> for AuthenticationResult {
    type Error = MemberError;

    fn try_from(response: TokenResponse<'_>) -> Result<Self, MemberError> {
        let refresh_token = response.refresh_token;
        let tokens = ReceivedTokens {
            token_type: response.token_type.optional(),
            id_token: response.id_token.optional(),
            access_token: response.access_token.optional(),
        };
        Ok(Self {
            refresh_token: if refresh_token.is_missing() {
                None
            } else {
                let token = non_empty(refresh_token.optional(), "refresh_token")?;
                Some(RefreshToken::new(token))
            },
            ..tokens.try_into()?
        })
    }
}

/// The tokens in a response of the token endpoint, or in the URL after an implicit grant (OpenID Connect Core
/// §3.2.2.5).
pub(super) struct ReceivedTokens {
    pub(super) token_type: Option<String>,
    pub(super) id_token: Option<String>,
    pub(super) access_token: Option<String>,
}

impl TryFrom<ReceivedTokens> for AuthenticationResult {
    type Error = MemberError;

    fn try_from(tokens: ReceivedTokens) -> Result<Self, MemberError> {
        // The token type is compared without regard to case (RFC 6749 §5.1).
        let member = "token_type";
        if !non_empty(tokens.token_type, member)?.eq_ignore_ascii_case("bearer") {
            return Err(MemberError { member });
        }
        Ok(Self {
            id_token: IdToken::new(non_empty(tokens.id_token, "id_token")?),
            access_token: AccessToken::new(non_empty(tokens.access_token, "access_token")?),
            refresh_token: None,
            new_device: None,
        })
    }
}

fn non_empty(text: Option<String>, member: &'static str) -> Result<String, MemberError> {
    let text = text.filter(|text| !text.is_empty());
    text.ok_or(MemberError { member })
}

#[cfg(test)]
mod tests;
