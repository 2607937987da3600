//! Authentication factors, by their names in Cognito's API.

/// Declares an enum whose variants each have a name in the API.
///
/// The enums of which the app matches all variants are not `non_exhaustive`, so that the compiler finds a factor
/// without a text for users.
macro_rules! wire_names {
    ($(#[$doc:meta])* $type:ident { $($(#[$variant:meta])* $name:ident = $wire:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $type {
            $($(#[$variant])* $name,)*
        }

        impl $type {
            /// All variants of this enum.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Returns the factor's name in the API.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $wire,)*
                }
            }

            /// Parses a factor's name in the API. Returns `None` for a name that this client does not know.
            pub fn from_wire(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == text)
            }
        }
    };
}

wire_names! {
    /// A first factor in the flow `USER_AUTH`, as in `PREFERRED_CHALLENGE`, `AvailableChallenges` and the `ANSWER` of
    /// `SELECT_CHALLENGE`.
    ///
    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-selection-sdk.html>
    FirstFactor {
        /// The password, sent to the pool.
        Password = "PASSWORD",
        /// The password, proved with SRP and not sent.
        PasswordSrp = "PASSWORD_SRP",
        /// A code by email.
        EmailOtp = "EMAIL_OTP",
        /// A code by text message.
        SmsOtp = "SMS_OTP",
        /// A passkey.
        WebAuthn = "WEB_AUTHN",
    }
}

wire_names! {
    /// A second factor: a proof after the first one, as in `UserMFASettingList`, `MFAS_CAN_CHOOSE` and
    /// `MFAS_CAN_SETUP`.
    SecondFactor {
        /// A code by text message.
        Sms = "SMS_MFA",
        /// A code of an authenticator app.
        SoftwareToken = "SOFTWARE_TOKEN_MFA",
        /// A code by email.
        Email = "EMAIL_OTP",
    }
}

impl SecondFactor {
    /// Parses a list of second factors by their names in the API and skips unknown names. Each factor appears once. The
    /// factor "email" has two names: `EMAIL_MFA` in the API's model, and `EMAIL_OTP` in Amazon's clients and in the
    /// service.
    pub(crate) fn parse_all<'a>(names: impl Iterator<Item = &'a str>) -> Vec<Self> {
        let mut known = Vec::new();
        for name in names {
            let name = if name == "EMAIL_MFA" {
                "EMAIL_OTP"
            } else {
                name
            };
            if let Some(factor) = Self::from_wire(name)
                && !known.contains(&factor)
            {
                known.push(factor);
            }
        }
        known
    }
}

wire_names! {
    /// A factor that a user has set up: `AuthFactorType` in Amazon's API reference.
    #[non_exhaustive]
    AuthFactor {
        /// A password.
        Password = "PASSWORD",
        /// A code by email.
        EmailOtp = "EMAIL_OTP",
        /// A code by text message.
        SmsOtp = "SMS_OTP",
        /// A passkey.
        WebAuthn = "WEB_AUTHN",
        /// A code of an authenticator app.
        SoftwareToken = "SOFTWARE_TOKEN",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_authentication_factor_is_parsed_from_its_cognito_name() {
        for factor in FirstFactor::ALL {
            assert_eq!(FirstFactor::from_wire(factor.as_str()), Some(*factor));
        }
        for factor in SecondFactor::ALL {
            assert_eq!(SecondFactor::from_wire(factor.as_str()), Some(*factor));
        }
        for factor in AuthFactor::ALL {
            assert_eq!(AuthFactor::from_wire(factor.as_str()), Some(*factor));
        }
        for unknown in ["", "password", "FACE", "SMS"] {
            assert_eq!(FirstFactor::from_wire(unknown), None, "{unknown}");
            assert_eq!(SecondFactor::from_wire(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn unknown_second_factors_are_skipped() {
        let read = SecondFactor::parse_all(
            ["EMAIL_MFA", "SMS_MFA", "OF_TOMORROW", "EMAIL_OTP"].into_iter(),
        );
        assert_eq!(read, [SecondFactor::Email, SecondFactor::Sms]);
    }
}
