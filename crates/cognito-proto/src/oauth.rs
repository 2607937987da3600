//! Sign-in through the pool's hosted pages: OAuth 2.0 (RFC 6749) with PKCE, and OpenID Connect, for a single-page
//! app.
//!
//! The app stores a [`PendingAuthorization`] record, redirects the browser to the URL of an [`AuthorizationRequest`],
//! parses the response with [`CallbackParams::parse`] and checks it against the record with
//! [`AuthorizationResponse::verify`].

mod authorize;
mod callback;
pub mod discovery;
mod error;
pub mod logout;
mod pending;
pub mod token;
mod urlencoded;
pub mod user_info;

pub use crate::config::AuthorizationHints;
pub use authorize::AuthorizationRequest;
pub use callback::{
    AuthorizationResponse, CallbackError, CallbackParams, CodeOrTokens, VerifiedResponse,
    has_response_parameters,
};
pub use error::{OAuthError, OAuthErrorCode};
pub use pending::{PendingAuthorization, Redemption, ResponseType};
pub use token::{CodeExchange, RefreshTokenRequest, TokenResponseError};
pub use urlencoded::encode_form;

use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use crate::wire::deserialize_by_parse;

/// The number of random bytes in `state` and `nonce`. RFC 6749 §10.10 requires 128 bits, which make 22 characters of
/// base64url.
const RANDOM_LENGTH: usize = 16;

/// Declares a type for a random value that ties an authorization response to its request. URLs contain the value, so it
/// is no long-term secret, but it should not appear in logs.
macro_rules! random_token {
    ($(#[$doc:meta])* $name:ident $(: $derive:ident)?) => {
        $(#[$doc])*
        #[derive(PartialEq, Eq, Serialize $(, $derive)?)]
        pub struct $name(String);

        impl $name {
            /// Makes a value from bytes of the browser's secure random generator.
            pub fn from_random(bytes: &[u8; RANDOM_LENGTH]) -> Self {
                Self(URL_SAFE_NO_PAD.encode(bytes))
            }

            /// Parses a value that this type may have made, or returns `None` for any other text.
            pub fn parse(text: &str) -> Option<Self> {
                let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
                (bytes.len() == RANDOM_LENGTH).then(|| Self(text.to_owned()))
            }

            /// Returns the random value as text.
            pub fn expose_secret(&self) -> &str {
                &self.0
            }
        }

        deserialize_by_parse!($name);

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

random_token! {
    /// `state`: identifies an authorization request and ties the response to this browser (RFC 6749 §10.12). It carries
    /// no other data.
    CsrfState
}

random_token! {
    /// `nonce`: ties the ID token to the authorization request (OpenID Connect Core §3.1.2.1).
    Nonce: Clone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn oauth_state_and_nonce_have_128_random_bits() {
        // The expected value is Python's `base64.urlsafe_b64encode(bytes(range(240, 256)))`, because RFC 4648 §10 has
        // no vector of this length.
        let bytes = core::array::from_fn(|index| 240 + index as u8);
        let text = "8PHy8_T19vf4-fr7_P3-_w";
        assert_eq!(CsrfState::from_random(&bytes).expose_secret(), text);
        assert_eq!(Nonce::from_random(&bytes).expose_secret(), text);
        assert_eq!(CsrfState::parse(text), Some(CsrfState::from_random(&bytes)));
        assert_eq!(Nonce::parse(text), Some(Nonce::from_random(&bytes)));
    }

    #[test]
    fn malformed_oauth_state_or_nonce_is_rejected() {
        for text in [
            "",
            "abc",
            "8PHy8_T19vf4-fr7_P3-_",
            "8PHy8_T19vf4-fr7_P3-_w==",
            "8PHy8/T19vf4+fr7/P3+/w",
            "8PHy8_T19vf4-fr7_P3-_wAA",
            "../../poolgate.session",
        ] {
            assert_eq!(CsrfState::parse(text), None, "{text}");
            assert_eq!(Nonce::parse(text), None, "{text}");
        }
    }

    #[test]
    fn debug_output_hides_oauth_state_and_nonce() {
        assert_eq!(
            format!("{:?}", CsrfState::from_random(&[7; 16])),
            "CsrfState(…)"
        );
        assert_eq!(format!("{:?}", Nonce::from_random(&[7; 16])), "Nonce(…)");
    }
}
