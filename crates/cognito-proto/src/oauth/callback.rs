//! What comes back to the redirect URI, believed in one order: one value each, a live record of our own,
//! our issuer, and only then an error, a code or tokens.

use core::fmt;

use super::form::decode;
use super::pending::{Pending, ResponseType};
use super::token::{CodeExchange, tokens};
use super::{Nonce, OAuthError, State};
use crate::action::{AuthenticationResult, Malformed};
use crate::config::Grant;
use crate::json::Json;
use crate::jwt::Expected;
use crate::secret::AuthorizationCode;
use crate::time::UnixTime;

/// The parameters of a response that we know (RFC 6749 §4.1.2, §4.2.2, RFC 9207 §2, OpenID Connect Core
/// §3.2.2.5); all others are passed over.
const KNOWN: [&str; 9] = [
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

/// What a visit to the redirect URI is.
#[derive(Debug, PartialEq, Eq)]
pub enum Arrival {
    /// No response at all: somebody opened the address.
    Nothing,
    /// A parameter appears twice, so that two readers could see two things (RFC 6749 §4.1.2).
    Repeated,
    /// A response without a state that could be ours: nobody here asked for it.
    Stray,
    /// A response, to be settled with the record of its state.
    Response(Response),
}

/// A response of which nothing is believed yet.
#[derive(PartialEq, Eq)]
pub struct Response {
    state: State,
    /// Whether it came in the fragment, as the implicit grant's do, and not in the query.
    in_fragment: bool,
    /// The known parameters that came in the same place as the state, under their names.
    parameters: Json,
}

/// An answer that belongs to an attempt of ours.
#[derive(Debug, PartialEq, Eq)]
pub struct Settled {
    /// What it brings.
    pub answer: Answer,
    /// Must be in the ID token.
    pub nonce: Nonce,
    /// Where the person was headed; see [`Pending::return_path`].
    pub return_path: String,
}

/// What a response brings.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// A code, ready to be redeemed.
    Code(CodeExchange),
    /// Tokens, unchecked: the implicit grant.
    Tokens(AuthenticationResult),
}

/// Why a response changes nothing, or brings nobody in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallbackError {
    /// There is no record of its state: it is forged, already used, or of another browser.
    Stray,
    /// The attempt began too long ago.
    Expired,
    /// The attempt was made for another pool or app client than the one configured now.
    OtherPool,
    /// It comes from another issuer (RFC 9207 §2.4).
    Issuer,
    /// The hosted pages refused, or the person left.
    Refused(OAuthError),
    /// It is ours and holds neither code nor error.
    Empty,
    /// Tokens came, as asked, but not whole: this is missing or wrong.
    Malformed(Malformed),
}

impl fmt::Debug for Response {
    /// A code and tokens may be among the parameters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Response(…)")
    }
}

impl Arrival {
    /// Reads the address that the browser came to: its query and fragment, with or without `?` and `#`.
    pub fn read(query: &str, fragment: &str) -> Self {
        let query = query.strip_prefix('?').unwrap_or(query);
        let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
        let mut seen = Vec::new();
        let mut places = [Vec::new(), Vec::new()];
        for (place, text) in places.iter_mut().zip([query, fragment]) {
            for (name, value) in decode(text) {
                if !KNOWN.contains(&name.as_str()) {
                    continue;
                }
                if seen.contains(&name) {
                    return Self::Repeated;
                }
                seen.push(name.clone());
                // Without a value it might as well not be there (RFC 6749 §3.1).
                if !value.is_empty() {
                    place.push((name, Json::Text(value)));
                }
            }
        }
        let nothing = places.iter().all(Vec::is_empty);
        let [query, fragment] = places.map(Json::Object);
        let in_fragment = *query.get("state") == Json::Null;
        let parameters = if in_fragment { fragment } else { query };
        match parameters.get("state").as_text().and_then(State::parse) {
            _ if nothing => Self::Nothing,
            None => Self::Stray,
            Some(state) => Self::Response(Response {
                state,
                in_fragment,
                parameters,
            }),
        }
    }
}

impl Response {
    /// Names the attempt that it claims to answer. Its record, if there is one, is taken away as it is
    /// read, so that it serves once (RFC 9700 §4.2.4).
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Measures the response by the record. `grant` is the configured one: tokens are believed only if
    /// the record and the configuration both ask for them (RFC 9700 §4.6).
    pub fn settle(
        self,
        pending: Option<Pending>,
        expected: &Expected,
        grant: Grant,
        now: UnixTime,
    ) -> Result<Settled, CallbackError> {
        let pending = pending
            .filter(|pending| pending.state == self.state)
            .ok_or(CallbackError::Stray)?;
        if !pending.is_live(now) {
            return Err(CallbackError::Expired);
        }
        if pending.issuer != expected.issuer || pending.client != expected.client {
            return Err(CallbackError::OtherPool);
        }
        let parameter = |name| self.parameters.get(name).as_text();
        if parameter("iss").is_some_and(|iss| iss != expected.issuer.as_str()) {
            return Err(CallbackError::Issuer);
        }
        let Pending {
            response_type,
            client,
            redirect_uri,
            nonce,
            return_path,
            ..
        } = pending;
        // A code comes in the query alone; what the implicit grant brings, its errors too, may come in both.
        if self.in_fragment && response_type != ResponseType::Token {
            return Err(CallbackError::Empty);
        }
        if let Some(error) = parameter("error") {
            let description = parameter("error_description").unwrap_or_default();
            return Err(CallbackError::Refused(OAuthError::new(error, description)));
        }
        let answer = match (response_type, parameter("code")) {
            (ResponseType::Code(verifier), Some(code)) => Answer::Code(CodeExchange {
                client,
                code: AuthorizationCode::new(code),
                redirect_uri,
                verifier,
            }),
            (ResponseType::Token, _)
                if self.in_fragment
                    && grant == Grant::Implicit
                    && *self.parameters.get("access_token") != Json::Null =>
            {
                Answer::Tokens(tokens(&self.parameters).map_err(CallbackError::Malformed)?)
            }
            _ => return Err(CallbackError::Empty),
        };
        Ok(Settled {
            answer,
            nonce,
            return_path,
        })
    }
}
