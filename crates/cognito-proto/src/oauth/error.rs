//! Errors of the hosted pages and of the token endpoint.

use serde::Deserialize;

use crate::wire::{self, Member};

/// The maximum length of an error description, in characters. Longer ones are cut.
const MAX_DESCRIPTION_CHARS: usize = 200;

/// Declares the enum [`OAuthErrorCode`] from a list of codes with their values in OAuth.
macro_rules! codes {
    ($($(#[$doc:meta])* $kind:ident = $wire:literal),* $(,)?) => {
        /// An error code of OAuth: the value of `error` in a response.
        // Not `non_exhaustive`: the app matches all codes, so that the compiler finds a code without a text for users.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum OAuthErrorCode {
            $($(#[$doc])* $kind,)*
            /// A code that this client does not know.
            Unknown,
        }

        impl OAuthErrorCode {
            /// All known codes, with their values in OAuth.
            pub const ALL: &[(Self, &'static str)] = &[$((Self::$kind, $wire)),*];
        }
    };
}

codes! {
    /// The user or the pool denied the request. Cancelling counts as this too (RFC 6749 §4.1.2.1).
    AccessDenied = "access_denied",
    /// The user must select an account, and `prompt=none` forbids it (OpenID Connect Core §3.1.2.6).
    AccountSelectionRequired = "account_selection_required",
    /// The user must consent, and `prompt=none` forbids it (OpenID Connect Core §3.1.2.6).
    ConsentRequired = "consent_required",
    /// The user must interact with the page, and `prompt=none` forbids it (OpenID Connect Core §3.1.2.6).
    InteractionRequired = "interaction_required",
    /// The app client is unknown, or its authentication is missing or wrong (RFC 6749 §5.2).
    InvalidClient = "invalid_client",
    /// The app client has a secret, which a browser cannot keep (Cognito: the description of `invalid_client`).
    InvalidClientSecret = "invalid_client_secret",
    /// The code or refresh token was used, has expired, was revoked, or belongs to another client (RFC 6749 §5.2).
    InvalidGrant = "invalid_grant",
    /// The redirect URI differs from that of the authorization request (Cognito: the description of
    /// `unauthorized_client`).
    InvalidRedirect = "invalid_redirect",
    /// A parameter is missing, appears twice or is not understood (RFC 6749 §4.1.2.1). Cognito also uses this code
    /// for errors of an identity provider or a trigger.
    InvalidRequest = "invalid_request",
    /// The app client may not request a scope (RFC 6749 §4.1.2.1; Cognito: the description of `invalid_request`).
    InvalidScope = "invalid_scope",
    /// No user is signed in on the hosted pages, and `prompt=none` forbids a sign-in (OpenID Connect Core §3.1.2.6).
    LoginRequired = "login_required",
    /// The redirect URI is not registered with the app client (Cognito).
    RedirectMismatch = "redirect_mismatch",
    /// The service failed (RFC 6749 §4.1.2.1).
    ServerError = "server_error",
    /// The service is overloaded or under maintenance (RFC 6749 §4.1.2.1).
    TemporarilyUnavailable = "temporarily_unavailable",
    /// The app client may not use this flow (RFC 6749 §4.1.2.1).
    UnauthorizedClient = "unauthorized_client",
    /// The token endpoint does not support the grant type (RFC 6749 §5.2).
    UnsupportedGrantType = "unsupported_grant_type",
    /// The authorization endpoint does not support the response type (RFC 6749 §4.1.2.1).
    UnsupportedResponseType = "unsupported_response_type",
    /// The token to revoke is not a refresh token. Only refresh tokens can be revoked (RFC 7009 §2.2.1).
    UnsupportedTokenType = "unsupported_token_type",
}

impl OAuthErrorCode {
    fn from_wire(text: &str) -> Self {
        Self::ALL
            .iter()
            .find(|(_, wire)| *wire == text)
            .map_or(Self::Unknown, |(code, _)| *code)
    }

    /// Returns the more specific code that `description` shows in Cognito's errors, or this code if it shows none.
    fn refine_by_description(self, description: &str) -> Self {
        match (self, Self::from_wire(description)) {
            (Self::InvalidRequest, narrow @ Self::InvalidScope)
            | (Self::UnauthorizedClient, narrow @ Self::InvalidRedirect)
            | (Self::InvalidClient, narrow @ Self::InvalidClientSecret) => narrow,
            // The user cancelled on the identity provider's page: "Google Error - 403 access_denied".
            (Self::InvalidRequest, _) if description.ends_with("access_denied") => {
                Self::AccessDenied
            }
            _ => self,
        }
    }
}

/// An error of the hosted pages or the token endpoint. `error_uri` is not read, because it must never become a link.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code:?}: {description}")]
pub struct OAuthError {
    /// The error code. The app decides by it what to do next.
    pub code: OAuthErrorCode,
    /// `error_description`, with at most 200 characters and without control characters. It is untrusted and must only
    /// be shown as text.
    pub description: String,
}

/// The wire format of an error response (RFC 6749 §5.2).
#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct ErrorBody<'a> {
    error: Member<'a, String>,
    error_description: Member<'a, String>,
}

impl OAuthError {
    /// Makes an error from the values of `error` and `error_description` in a redirect.
    pub fn new(error: &str, description: &str) -> Self {
        Self {
            code: OAuthErrorCode::from_wire(error).refine_by_description(description),
            description: description
                .chars()
                .filter(|&c| !is_control_or_bidi(c))
                .take(MAX_DESCRIPTION_CHARS)
                .collect(),
        }
    }

    /// Parses the JSON body of an error response. Returns `None` if the body has no member `error` (RFC 6749 §5.2).
    pub fn from_json(body: &str) -> Option<Self> {
        let body: ErrorBody = wire::parse(body)?;
        let description = body.error_description.optional().unwrap_or_default();
        Some(Self::new(&body.error.optional()?, &description))
    }
}

/// Returns true if a character is a control character, or an invisible one that changes the direction of text.
fn is_control_or_bidi(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests;
