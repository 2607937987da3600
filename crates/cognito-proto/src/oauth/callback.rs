//! The authorization response, which arrives in the URL of the callback page.
//!
//! The response is checked in this order: each parameter appears once, the pending authorization exists and is still
//! valid, the issuer is the expected one. Only then an error, a code or tokens are read.

use core::fmt;

use super::pending::{PendingAuthorization, ResponseType};
use super::token::{CodeExchange, ReceivedTokens};
use super::urlencoded::decode_form;
use super::{CsrfState, Nonce, OAuthError};
use crate::action::{AuthenticationResult, MemberError};
use crate::config::GrantType;
use crate::jwt::ExpectedClaims;
use crate::secret::AuthorizationCode;
use crate::time::UnixTime;

/// The parameters of an authorization response that the app reads (RFC 6749 §4.1.2, §4.2.2, RFC 9207 §2, OpenID Connect
/// Core §3.2.2.5). All others are ignored.
const KNOWN_PARAMETERS: [&str; 9] = [
    "state",
    "iss",
    "error",
    "error_description",
    "code",
    "id_token",
    "access_token",
    "token_type",
    "expires_in",
];

/// The maximum length of an authorization code that is accepted, in bytes. Cognito's codes have 36 bytes.
const MAX_CODE_BYTES: usize = 4_096;

/// The content of the URL with which the browser opened the callback page.
#[derive(Debug, PartialEq, Eq)]
pub enum CallbackParams {
    /// The URL contains no authorization response, because the user opened the page.
    Empty,
    /// A parameter appears twice, so that two parsers could read different values (RFC 6749 §4.1.2).
    DuplicateParameter,
    /// The URL contains an authorization response whose `state` is missing or has a format that this app never sends.
    InvalidState,
    /// The URL contains an authorization response, which has to be checked against the record of its `state`.
    Response(AuthorizationResponse),
}

/// An authorization response that has not been checked yet.
#[derive(PartialEq, Eq)]
pub struct AuthorizationResponse {
    state: CsrfState,
    /// True if the response came in the URL's fragment, as with the implicit grant, and false if it came in the query.
    in_fragment: bool,
    /// The known parameters from the part of the URL that contains `state`.
    parameters: Parameters,
}

/// The known parameters of the URL's query or fragment that have a value.
#[derive(PartialEq, Eq)]
struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn get(&self, name: &str) -> Option<&str> {
        let mut parameters = self.0.iter();
        parameters.find_map(|(other, value)| (other == name).then_some(value.as_str()))
    }
}

/// An authorization response that passed the checks and answers a request of this browser.
#[derive(Debug, PartialEq, Eq)]
pub struct VerifiedResponse {
    /// The authorization code or the tokens that the response contains.
    pub code_or_tokens: CodeOrTokens,
    /// The nonce that the ID token must have.
    pub nonce: Nonce,
    /// The page to which the user returns after the sign-in; see [`PendingAuthorization::return_to`].
    pub return_to: String,
}

/// The content of a successful authorization response: a code or tokens.
#[derive(Debug, PartialEq, Eq)]
pub enum CodeOrTokens {
    /// An authorization code, as a token request that can be sent.
    Code(CodeExchange),
    /// Tokens of the implicit grant, not validated yet.
    Tokens(AuthenticationResult),
}

/// The reason why an authorization response does not sign the user in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    /// No authorization request is stored for the response's `state`: the response is forged, was used before, or
    /// belongs to another browser.
    #[error("no authorization request of this browser has the state of the response")]
    UnknownState,
    /// The user took too long: the authorization request is older than ten minutes.
    #[error("the authorization request is too old")]
    Expired,
    /// The authorization request was made for another pool or app client than the configured one.
    #[error("the authorization request was made for another pool or app client")]
    ConfigChanged,
    /// The response comes from another issuer (RFC 9207 §2.4).
    #[error("the response comes from another issuer")]
    IssuerMismatch,
    /// The hosted pages answered with an error, or the user cancelled.
    #[error("the authorization request was refused")]
    Refused(#[source] OAuthError),
    /// The response answers our request but has neither a code nor an error.
    #[error("the response has neither a code nor an error")]
    MissingCode,
    /// A parameter of the response, which is named here, is missing, too long or malformed.
    #[error("the response is malformed")]
    Malformed(#[source] MemberError),
}

impl fmt::Debug for AuthorizationResponse {
    /// Writes a placeholder in place of the parameters, because a code and tokens may be among them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Response(…)")
    }
}

impl CallbackParams {
    /// Parses the query and the fragment of the callback page's URL. Each may begin with its `?` or `#`.
    pub fn parse(query: &str, fragment: &str) -> Self {
        let query = query.strip_prefix('?').unwrap_or(query);
        let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
        let mut names = Vec::new();
        let mut parts = [Vec::new(), Vec::new()];
        for (part, text) in parts.iter_mut().zip([query, fragment]) {
            for (name, value) in decode_form(text) {
                if !KNOWN_PARAMETERS.contains(&name.as_str()) {
                    continue;
                }
                if names.contains(&name) {
                    return Self::DuplicateParameter;
                }
                names.push(name.clone());
                // A parameter without a value counts as omitted (RFC 6749 §3.1).
                if !value.is_empty() {
                    part.push((name, value));
                }
            }
        }
        let is_empty_url = parts.iter().all(Vec::is_empty);
        let [query, fragment] = parts.map(Parameters);
        let in_fragment = query.get("state").is_none();
        let parameters = if in_fragment { fragment } else { query };
        match parameters.get("state").and_then(CsrfState::parse) {
            _ if is_empty_url => Self::Empty,
            None => Self::InvalidState,
            Some(state) => Self::Response(AuthorizationResponse {
                state,
                in_fragment,
                parameters,
            }),
        }
    }
}

/// Returns true unless [`CallbackParams::parse`] returns [`CallbackParams::Empty`] for this query and fragment. An app can
/// call it at its start, and load the rest of the protocol later.
pub fn has_response_parameters(query: &str, fragment: &str) -> bool {
    let mut names = Vec::new();
    for (text, mark) in [(query, '?'), (fragment, '#')] {
        for (name, value) in decode_form(text.strip_prefix(mark).unwrap_or(text)) {
            if KNOWN_PARAMETERS.contains(&name.as_str()) {
                if !value.is_empty() || names.contains(&name) {
                    return true;
                }
                names.push(name);
            }
        }
    }
    false
}

impl AuthorizationResponse {
    /// Returns the `state` of the response, by which the caller finds the pending authorization. The caller must remove
    /// that record when it reads it, so that it is used once (RFC 9700 §4.2.4).
    pub fn state(&self) -> &CsrfState {
        &self.state
    }

    /// Checks the response against `pending`, the stored record of the request. Returns the code or the tokens, or the
    /// reason why the response does not sign the user in.
    ///
    /// `grant` is the configured grant type. Tokens are accepted only if the record and the configuration both ask
    /// for them (RFC 9700 §4.6).
    pub fn verify(
        self,
        pending: Option<PendingAuthorization>,
        expected: &ExpectedClaims,
        grant: GrantType,
        now: UnixTime,
    ) -> Result<VerifiedResponse, CallbackError> {
        let pending = pending
            .filter(|pending| pending.state == self.state)
            .ok_or(CallbackError::UnknownState)?;
        if !pending.is_valid_at(now) {
            return Err(CallbackError::Expired);
        }
        let is_ours = expected.issuers.find(pending.issuer.as_str()).is_some();
        if !is_ours || pending.client != expected.client {
            return Err(CallbackError::ConfigChanged);
        }
        let parameter = |name| self.parameters.get(name);
        if parameter("iss").is_some_and(|iss| expected.issuers.find(iss).is_none()) {
            return Err(CallbackError::IssuerMismatch);
        }
        let PendingAuthorization {
            response_type,
            client,
            redirect_uri,
            nonce,
            return_to,
            ..
        } = pending;
        // A code must come in the query. Answers of the implicit grant, including its errors, may come in both parts.
        if self.in_fragment && response_type != ResponseType::Token {
            return Err(CallbackError::MissingCode);
        }
        if let Some(error) = parameter("error") {
            let description = parameter("error_description").unwrap_or_default();
            return Err(CallbackError::Refused(OAuthError::new(error, description)));
        }
        let answer = match (response_type, parameter("code")) {
            (ResponseType::Code(_), Some(code)) if code.len() > MAX_CODE_BYTES => {
                return Err(CallbackError::Malformed(MemberError { member: "code" }));
            }
            (ResponseType::Code(verifier), Some(code)) => CodeOrTokens::Code(CodeExchange {
                client,
                code: AuthorizationCode::new(code),
                redirect_uri,
                verifier,
            }),
            (ResponseType::Token, _) if self.in_fragment && grant == GrantType::Implicit => {
                let member = |name| parameter(name).map(str::to_owned);
                let tokens = ReceivedTokens {
                    token_type: member("token_type"),
                    id_token: member("id_token"),
                    access_token: member("access_token"),
                };
                CodeOrTokens::Tokens(tokens.try_into().map_err(CallbackError::Malformed)?)
            }
            _ => return Err(CallbackError::MissingCode),
        };
        Ok(VerifiedResponse {
            code_or_tokens: answer,
            nonce,
            return_to,
        })
    }
}

#[cfg(test)]
mod tests;
