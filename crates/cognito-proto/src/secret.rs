//! Values that must not be seen: `Debug` shows only their kind, nothing derefs to text, and the
//! memory is wiped when they are dropped.

/// Declares a secret text and the one way to see it. How it is made is said beside it.
macro_rules! opaque {
    ($(#[$doc:meta])* $name:ident $(: $derive:ident)*) => {
        $(#[$doc])*
        #[derive(PartialEq, Eq $(, $derive)*)]
        pub struct $name(::zeroize::Zeroizing<String>);

        impl $name {
            /// The text, for the one place that sends or hashes it.
            pub fn reveal(&self) -> &str {
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

/// Declares a secret text that comes from a person or from the service. A password, code or session
/// answers once and so cannot be cloned; tokens are used for as long as they live and can.
macro_rules! secret {
    ($(#[$doc:meta])* $name:ident $(: $derive:ident)*) => {
        opaque! { $(#[$doc])* $name $(: $derive)* }

        impl $name {
            /// Takes the text exactly as it is: nothing is trimmed or normalised.
            pub fn new(text: impl Into<String>) -> Self {
                Self(::zeroize::Zeroizing::new(text.into()))
            }

            /// Whether nothing was given.
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }
        }
    };
}

secret! {
    /// A password as typed: any characters, up to 256 of them.
    Password
}
secret! {
    /// A code that came by mail or text message. Cognito's are 6 or 8 digits; the length is not promised.
    ConfirmationCode
}
secret! {
    /// The authorization code of a callback (RFC 6749 §4.1.2): answers once, within five minutes.
    AuthorizationCode
}
secret! {
    /// An access token (JWS): opens the pool's own API, and APIs that ask for scopes.
    AccessToken: Clone
}
secret! {
    /// An ID token (JWS): says who signed in.
    IdToken: Clone
}
secret! {
    /// A refresh token: opaque to clients.
    RefreshToken: Clone
}
secret! {
    /// The `Session` of a challenge: opaque, spent by the next answer, kept in memory alone.
    ChallengeSession
}
secret! {
    /// The answer to a `CUSTOM_CHALLENGE`, whatever the pool's own code takes for one.
    CustomAnswer
}
secret! {
    /// What a passkey signed for one challenge: the JSON text of `AuthenticationResponseJSON` (WebAuthn Level 3 §5.1).
    PasskeyAssertion
}
secret! {
    /// The secret that an authenticator app makes its codes from: base32, 52 letters and digits.
    TotpSecret: Clone
}
secret! {
    /// What a remembered device proves instead of a second factor: Base64 text of random bytes, made in this browser.
    DevicePassword
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_kind_and_nothing_else() {
        assert_eq!(format!("{:?}", Password::new("Passw0rd!")), "Password(…)");
        assert_eq!(
            format!("{:?}", RefreshToken::new("eyJj")),
            "RefreshToken(…)"
        );
    }

    #[test]
    fn a_password_is_kept_exactly_as_typed() {
        assert_eq!(Password::new("  pâss\tword ").reveal(), "  pâss\tword ");
    }
}
