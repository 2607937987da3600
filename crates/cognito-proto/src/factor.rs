//! The ways to prove who one is, as Cognito names them.

/// Declares names that stand for something on the wire, each once.
macro_rules! wire_names {
    ($(#[$doc:meta])* $type:ident { $($(#[$variant:meta])* $name:ident = $wire:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $type {
            $($(#[$variant])* $name,)*
        }

        impl $type {
            /// All there are.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $wire,)*
                }
            }

            /// Reads a name; `None` for one that came after this client was written.
            pub fn from_wire(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == text)
            }
        }
    };
}

wire_names! {
    /// What a sign-in by `USER_AUTH` can begin with: `PREFERRED_CHALLENGE`, `AvailableChallenges`, and the `ANSWER` of `SELECT_CHALLENGE`.
    ///
    /// <https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-selection-sdk.html>
    FirstFactor {
        /// The password, sent to the pool.
        Password = "PASSWORD",
        /// The password, proved and not sent.
        PasswordSrp = "PASSWORD_SRP",
        /// A code by mail.
        EmailOtp = "EMAIL_OTP",
        /// A code by text message.
        SmsOtp = "SMS_OTP",
        /// A passkey.
        WebAuthn = "WEB_AUTHN",
    }
}

wire_names! {
    /// What may be asked for after the first: `UserMFASettingList`, `MFAS_CAN_CHOOSE`, `MFAS_CAN_SETUP`.
    SecondFactor {
        /// A code by text message.
        Sms = "SMS_MFA",
        /// A code of an authenticator app.
        SoftwareToken = "SOFTWARE_TOKEN_MFA",
        /// A code by mail.
        Email = "EMAIL_OTP",
    }
}

impl SecondFactor {
    /// The members of a list that are known here. Mail has two names: the API's model says `EMAIL_MFA` where Amazon's
    /// clients and the service say `EMAIL_OTP`.
    pub(crate) fn read_all<'a>(names: impl Iterator<Item = &'a str>) -> Vec<Self> {
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
    /// What a user has set up to begin a sign-in with: `AuthFactorType`.
    AuthFactor {
        /// A password.
        Password = "PASSWORD",
        /// A code by mail.
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
    fn every_name_on_the_wire_is_read_as_what_it_is_written_for() {
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
    fn mail_is_one_factor_under_both_its_names_and_what_is_new_is_left_out() {
        let read = SecondFactor::read_all(
            ["EMAIL_MFA", "SMS_MFA", "OF_TOMORROW", "EMAIL_OTP"].into_iter(),
        );
        assert_eq!(read, [SecondFactor::Email, SecondFactor::Sms]);
    }
}
