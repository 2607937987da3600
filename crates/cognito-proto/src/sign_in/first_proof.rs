//! Which sign-ins may end in tokens: those whose first factor was given.

use super::code::CodeChallenge;
use super::proof::Knowledge;
use super::round::Said;
use crate::config::ConfiguredFlow;

/// Whether `said` gives the first factor of a sign-in by `flow`. Tokens are taken from the answer to it and from later
/// answers; before it they are refused, since nobody has proved anything.
///
/// | flow | the first factor |
/// |---|---|
/// | `USER_SRP_AUTH` | `PASSWORD_VERIFIER`: the password proof |
/// | `CUSTOM_AUTH` that begins with `SRP_A` | the same |
/// | `CUSTOM_AUTH` | every request: the pool's Lambda trigger decides, even at `InitiateAuth` |
/// | `USER_PASSWORD_AUTH` | `InitiateAuth`, which holds the password |
/// | `USER_AUTH` | the session of `ConfirmSignUp`, the password, the password proof, `EMAIL_OTP`, `SMS_OTP`, `WEB_AUTHN` |
///
/// Second factors and remembered devices come after it and give none. Refresh tokens are no part of a sign-in:
/// `REFRESH_TOKEN_AUTH` and `GetTokensFromRefreshToken` answer with tokens at once.
///
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html>
pub(super) fn gives_first_factor(flow: ConfiguredFlow, said: &Said) -> bool {
    match (flow, said) {
        (_, Said::Proof(_) | Said::SignedUp(_)) => true,
        (ConfiguredFlow::UserSrp | ConfiguredFlow::Custom { srp_first: true }, _) => false,
        (ConfiguredFlow::Custom { srp_first: false }, _) => true,
        (
            ConfiguredFlow::UserPassword | ConfiguredFlow::UserAuth { .. },
            Said::Start(_, Knowledge::Plain(_)) | Said::Password(_, Knowledge::Plain(_)),
        ) => true,
        (ConfiguredFlow::UserAuth { .. }, Said::Code(asked, _)) => {
            matches!(
                asked.challenge,
                CodeChallenge::EmailOtp | CodeChallenge::SmsOtp
            )
        }
        (ConfiguredFlow::UserAuth { .. }, Said::Passkey(..)) => true,
        (ConfiguredFlow::UserPassword | ConfiguredFlow::UserAuth { .. }, _) => false,
    }
}
