//! The check of a token's signature. This crate splits the tokens and decides which key must have signed them. The
//! caller supplies the keys ([`SigningKeys`]) and the arithmetic ([`SignatureVerifier`]).
//!
//! A browser app implements [`SignatureVerifier`] with the Web Cryptography API. The feature `native-verifier` adds
//! `NativeVerifier` for native programs:
//!
//! ```rust
//! # #[cfg(feature = "native-verifier")]
//! # mod example {
//! use cognito_proto::action::AuthenticationResult;
//! use cognito_proto::jwks::Jwks;
//! use cognito_proto::jwt::ExpectedClaims;
//! use cognito_proto::signature::{IssuerKeys, NativeVerifier};
//! use cognito_proto::time::ClockReading;
//! use cognito_proto::tokens::{Tokens, UnverifiedTokens};
//!
//! /// `result` comes from a direct sign-in, and `keys` from the URL that `jwks::jwks_url` returns.
//! async fn verify(
//!     result: AuthenticationResult,
//!     keys: Jwks,
//!     expected: &ExpectedClaims,
//!     clock: ClockReading,
//! ) -> Result<Tokens, Box<dyn std::error::Error>> {
//!     let tokens = UnverifiedTokens::validate_direct(result, expected, clock)?;
//!     let issuer = tokens.issuer().clone();
//!     Ok(tokens.verify(&IssuerKeys { issuer, keys }, &NativeVerifier).await?)
//! }
//! # }
//! ```

#[cfg(feature = "native-verifier")]
mod native;

use core::convert::Infallible;
use core::error::Error;

#[cfg(feature = "native-verifier")]
pub use native::NativeVerifier;

use crate::ids::Issuer;
use crate::jwks::{Jwks, RsaKey};
use crate::jwt::TokenValidationError;

/// Verifies signatures with the algorithm RS256: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3).
pub trait SignatureVerifier {
    /// The error if no signature can be verified, for example because the browser lacks the API for it.
    type Error: Error + 'static;

    /// Returns true if `signature` is a valid signature of `input` for the public key `key`. The result is false for a
    /// key that cannot be used. An error says nothing about the signature.
    ///
    /// Implementations can write this method as `async fn`.
    fn verify_rs256(
        &self,
        key: &RsaKey,
        input: &[u8],
        signature: &[u8],
    ) -> impl Future<Output = Result<bool, Self::Error>>;
}

/// A source of the public keys with which issuers sign their tokens.
pub trait SigningKeys {
    /// The error if the keys of an issuer are not known, for example because they could not be fetched.
    type Error: Error + 'static;

    /// Returns the key of this issuer that a token names in its header (see [`Jwks::find`]), or `None` if the issuer
    /// has no such key. The key must come from the issuer's own key set ([`jwks_url`](crate::jwks::jwks_url)).
    ///
    /// Implementations can write this method as `async fn`.
    fn find_key(
        &self,
        issuer: &Issuer,
        key_id: Option<&str>,
    ) -> impl Future<Output = Result<Option<RsaKey>, Self::Error>>;
}

/// The key set of one issuer. A token of another issuer finds no key in it.
#[derive(Clone, Debug)]
pub struct IssuerKeys {
    /// The issuer that publishes the keys.
    pub issuer: Issuer,
    /// The public keys of the issuer.
    pub keys: Jwks,
}

impl SigningKeys for IssuerKeys {
    type Error = Infallible;

    async fn find_key(
        &self,
        issuer: &Issuer,
        key_id: Option<&str>,
    ) -> Result<Option<RsaKey>, Self::Error> {
        let keys = (*issuer == self.issuer).then_some(&self.keys);
        Ok(keys.and_then(|keys| keys.find(key_id)).cloned())
    }
}

/// The reason why the signatures of tokens were not verified. `K` is the error type of the [`SigningKeys`], and `V`
/// that of the [`SignatureVerifier`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerificationError<K: Error + 'static, V: Error + 'static> {
    /// A token is malformed, names a key that its issuer does not have, or has an invalid signature.
    #[error("a token is not signed by its issuer")]
    Invalid(#[source] TokenValidationError),
    /// The keys of the issuer are not known. The tokens may be valid.
    #[error("the keys of the issuer are not known")]
    Keys(#[source] K),
    /// The signature cannot be verified in this environment. The tokens may be valid.
    #[error("the signature cannot be verified here")]
    Verifier(#[source] V),
}

#[cfg(test)]
mod tests;
