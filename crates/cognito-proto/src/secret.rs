//! Secret texts, such as passwords and tokens. `Debug` shows only their type, they do not deref to `str`, and their
//! memory is wiped when they are dropped.

/// Declares a type for a secret text, with one method to read the text. Each type declares separately how it is made.
macro_rules! opaque {
    ($(#[$doc:meta])* $name:ident $(: $($derive:ident),+)?) => {
        $(#[$doc])*
        #[derive(PartialEq, Eq $($(, $derive)+)?)]
        pub struct $name(::zeroize::Zeroizing<String>);

        impl $name {
            /// Returns the secret text. Only the code that sends or hashes the secret may call this method.
            pub fn expose_secret(&self) -> &str {
                &self.0
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}
pub(crate) use opaque;
use serde::{Deserialize, Serialize};

/// Declares a type for a secret text that a user or the service supplies. A password, code or authentication session is
/// used once and is not `Clone`. Tokens are used until they expire, so they are `Clone`. A type has `Serialize` if
/// requests or stored records contain it, and `Deserialize` if responses or stored records do.
macro_rules! secret {
    ($(#[$doc:meta])* $name:ident $(: $($derive:ident),+)?) => {
        opaque! { $(#[$doc])* $name $(: $($derive),+)? }

        impl $name {
            /// Wraps the text unchanged, without trimming or normalizing it.
            pub fn new(text: impl Into<String>) -> Self {
                Self(::zeroize::Zeroizing::new(text.into()))
            }

            /// Returns true if the text is empty.
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }
        }
    };
}

secret! {
    /// A password as the user typed it: up to 256 characters of any kind.
    Password: Serialize
}
secret! {
    /// A verification code from an email, a text message or an authenticator app. Cognito's codes have 6 or 8 digits,
    /// but the length is not specified.
    VerificationCode: Serialize
}
secret! {
    /// An authorization code, which the hosted pages send to the callback page (RFC 6749 §4.1.2). It can be used once,
    /// within five minutes.
    AuthorizationCode
}
secret! {
    /// An access token (JWS), for the user-pool API and for APIs that check scopes.
    AccessToken: Clone, Serialize, Deserialize
}
secret! {
    /// An ID token (JWS), which identifies the user.
    IdToken: Clone, Serialize, Deserialize
}
secret! {
    /// A refresh token, with which new tokens are requested. Its content is opaque to clients.
    RefreshToken: Clone, Serialize, Deserialize
}
secret! {
    /// An authentication session: the opaque `Session` of a challenge. The next answer uses it up. It is kept in
    /// memory only.
    ChallengeSession: Serialize, Deserialize
}
secret! {
    /// The user's answer to a `CUSTOM_CHALLENGE`. The pool's Lambda triggers decide what it contains.
    CustomAnswer
}
secret! {
    /// A passkey's answer to a challenge: the JSON text of `AuthenticationResponseJSON` (WebAuthn Level 3 §5.1).
    PasskeyAssertion
}
secret! {
    /// The secret from which an authenticator app computes its codes: base32, 52 letters and digits.
    TotpSecret: Clone, Deserialize
}
secret! {
    /// The password of a remembered device, with which this browser replaces the second factor: random bytes in Base64.
    DevicePassword: Serialize, Deserialize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_of_a_secret_shows_only_its_type() {
        assert_eq!(format!("{:?}", Password::new("Passw0rd!")), "Password(…)");
        assert_eq!(
            format!("{:?}", RefreshToken::new("eyJj")),
            "RefreshToken(…)"
        );
    }

    #[test]
    fn password_is_kept_exactly_as_typed() {
        assert_eq!(
            Password::new("  pâss\tword ").expose_secret(),
            "  pâss\tword "
        );
    }
}
