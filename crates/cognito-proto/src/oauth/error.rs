//! What the hosted pages and the token endpoint refuse, by code.

use crate::json::Json;

/// How much of a description is kept, in characters.
const LONGEST_DESCRIPTION: usize = 200;

/// Declares the codes once, each with its name on the wire.
macro_rules! codes {
    ($($(#[$doc:meta])* $kind:ident = $wire:literal),* $(,)?) => {
        /// `error`: what was refused.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum OAuthErrorCode {
            $($(#[$doc])* $kind,)*
            /// A code this client has never heard of.
            Unknown,
        }

        impl OAuthErrorCode {
            /// Every code with a name on the wire, and that name.
            pub const ALL: &[(Self, &'static str)] = &[$((Self::$kind, $wire)),*];
        }
    };
}

codes! {
    /// The person or the pool said no; cancelling is this too (RFC 6749 §4.1.2.1).
    AccessDenied = "access_denied",
    /// An account must be chosen, and `prompt=none` forbade to ask (OpenID Connect Core §3.1.2.6).
    AccountSelectionRequired = "account_selection_required",
    /// Consent must be given, and `prompt=none` forbade to ask (OpenID Connect Core §3.1.2.6).
    ConsentRequired = "consent_required",
    /// Something must be asked, and `prompt=none` forbade it (OpenID Connect Core §3.1.2.6).
    InteractionRequired = "interaction_required",
    /// The app client is unknown, or its proof is missing or wrong (RFC 6749 §5.2).
    InvalidClient = "invalid_client",
    /// The app client has a secret, which no browser can keep (Cognito: described so under `invalid_client`).
    InvalidClientSecret = "invalid_client_secret",
    /// The code or refresh token is spent, expired, revoked, or another's (RFC 6749 §5.2).
    InvalidGrant = "invalid_grant",
    /// The redirect URI is not the one of the authorization request (Cognito: described so under `unauthorized_client`).
    InvalidRedirect = "invalid_redirect",
    /// Something is missing, doubled or not understood (RFC 6749 §4.1.2.1); Cognito also hands on what a
    /// provider or a trigger said.
    InvalidRequest = "invalid_request",
    /// A scope that the app client may not ask for (RFC 6749 §4.1.2.1; Cognito: described so under `invalid_request`).
    InvalidScope = "invalid_scope",
    /// Nobody is signed in there, and `prompt=none` forbade to ask (OpenID Connect Core §3.1.2.6).
    LoginRequired = "login_required",
    /// The redirect URI is not registered with the app client (Cognito).
    RedirectMismatch = "redirect_mismatch",
    /// The service failed (RFC 6749 §4.1.2.1).
    ServerError = "server_error",
    /// The service is busy or being mended (RFC 6749 §4.1.2.1).
    TemporarilyUnavailable = "temporarily_unavailable",
    /// The app client may not use this flow (RFC 6749 §4.1.2.1).
    UnauthorizedClient = "unauthorized_client",
    /// The token endpoint does not know this grant (RFC 6749 §5.2).
    UnsupportedGrantType = "unsupported_grant_type",
    /// The authorization endpoint does not know this response type (RFC 6749 §4.1.2.1).
    UnsupportedResponseType = "unsupported_response_type",
    /// Only refresh tokens can be revoked (RFC 7009 §2.2.1).
    UnsupportedTokenType = "unsupported_token_type",
}

impl OAuthErrorCode {
    fn from_wire(text: &str) -> Self {
        Self::ALL
            .iter()
            .find(|(_, wire)| *wire == text)
            .map_or(Self::Unknown, |(code, _)| *code)
    }

    /// What Cognito says only in the description, where the code is a wider one.
    fn narrowed(self, description: &str) -> Self {
        match (self, Self::from_wire(description)) {
            (Self::InvalidRequest, narrow @ Self::InvalidScope)
            | (Self::UnauthorizedClient, narrow @ Self::InvalidRedirect)
            | (Self::InvalidClient, narrow @ Self::InvalidClientSecret) => narrow,
            // Who cancels at a provider's page: "Google Error - 403 access_denied".
            (Self::InvalidRequest, _) if description.ends_with("access_denied") => {
                Self::AccessDenied
            }
            _ => self,
        }
    }
}

/// A refusal by the hosted pages or the token endpoint. `error_uri` is not read: it is never a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuthError {
    /// What it is, to decide by.
    pub code: OAuthErrorCode,
    /// `error_description`: untrusted, to show as text at the most; at most 200 characters, none of
    /// which steers how the others are drawn.
    pub description: String,
}

impl OAuthError {
    /// From the values of `error` and `error_description`, as a redirect brings them.
    pub fn new(error: &str, description: &str) -> Self {
        Self {
            code: OAuthErrorCode::from_wire(error).narrowed(description),
            description: description
                .chars()
                .filter(|&c| !steers(c))
                .take(LONGEST_DESCRIPTION)
                .collect(),
        }
    }

    /// Reads the JSON body of a refused request; `None` if it names no error (RFC 6749 §5.2).
    pub fn from_json(body: &str) -> Option<Self> {
        let body = Json::parse(body).ok()?;
        let description = body.get("error_description").as_text().unwrap_or_default();
        Some(Self::new(body.get("error").as_text()?, description))
    }
}

/// Control characters, and the invisible ones that turn the direction of writing.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: OAuthErrorCode, description: &str) -> Option<OAuthError> {
        let description = description.to_owned();
        Some(OAuthError { code, description })
    }

    #[test]
    fn every_code_is_known_by_its_own_name_in_redirect_and_body() {
        for (code, wire) in OAuthErrorCode::ALL {
            assert_eq!(Some(OAuthError::new(wire, "")), error(*code, ""));
            assert_eq!(
                OAuthError::from_json(&format!(r#"{{"error":"{wire}"}}"#)),
                error(*code, "")
            );
        }
        for unknown in ["Invalid_Grant", "", "oops", "invalid_grant "] {
            assert_eq!(
                OAuthError::from_json(&format!(r#"{{"error":"{unknown}"}}"#)),
                error(OAuthErrorCode::Unknown, "")
            );
        }
    }

    /// The replies of the wire reference: authorize, token and an external provider.
    #[test]
    fn what_cognito_says_in_the_description_alone_is_told_apart() {
        for (wire, description, code) in [
            (
                "invalid_request",
                "invalid_scope",
                OAuthErrorCode::InvalidScope,
            ),
            (
                "unauthorized_client",
                "invalid_redirect",
                OAuthErrorCode::InvalidRedirect,
            ),
            (
                "invalid_request",
                "PreSignUp failed with error Not allowed.",
                OAuthErrorCode::InvalidRequest,
            ),
            (
                "invalid_request",
                "Google Error - 403 access_denied",
                OAuthErrorCode::AccessDenied,
            ),
            (
                "access_denied",
                "invalid_scope",
                OAuthErrorCode::AccessDenied,
            ),
            (
                "unauthorized_client",
                "access_denied",
                OAuthErrorCode::UnauthorizedClient,
            ),
        ] {
            assert_eq!(
                Some(OAuthError::new(wire, description)),
                error(code, description)
            );
        }
        assert_eq!(
            OAuthError::from_json(
                r#"{"error":"invalid_client","error_description":"invalid_client_secret"}"#
            ),
            error(OAuthErrorCode::InvalidClientSecret, "invalid_client_secret")
        );
    }

    #[test]
    fn a_description_is_short_and_steers_nothing() {
        let described = |text: &str| OAuthError::new("access_denied", text).description;
        assert_eq!(described(&"é".repeat(999)), "é".repeat(200));
        assert_eq!(
            described("a\u{1b}[31m\r\nb\u{202e}c\u{2066}d\u{feff}"),
            "a[31mbcd"
        );
        assert_eq!(
            described("<b>bold</b> & plain"),
            "<b>bold</b> & plain",
            "text stays text"
        );
    }

    #[test]
    fn what_names_no_error_is_none() {
        for body in [
            "",
            "<html>",
            "{}",
            "[]",
            r#"{"error":7}"#,
            r#"{"message":"x"}"#,
        ] {
            assert_eq!(OAuthError::from_json(body), None, "{body}");
        }
    }
}
