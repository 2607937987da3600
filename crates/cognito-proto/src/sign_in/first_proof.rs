//! The rule that tokens are accepted only after the first factor was given.

use super::code::CodeChallenge;
use super::proof::Knowledge;
use super::round::Said;
use crate::config::ConfiguredFlow;

/// Returns true if `said` gives the first factor of a sign-in with `flow`. The app accepts tokens in the response to
/// `said` and in later responses. It refuses earlier tokens, because the user has not proved anything.
///
/// | flow | the first factor |
/// |---|---|
/// | `USER_SRP_AUTH` | `PASSWORD_VERIFIER`: the password proof |
/// | `CUSTOM_AUTH` with `SRP_A` | `PASSWORD_VERIFIER`: the password proof |
/// | `CUSTOM_AUTH` | every request: the pool's Lambda trigger decides, even at `InitiateAuth` |
/// | `USER_PASSWORD_AUTH` | `InitiateAuth`, which holds the password |
/// | `USER_AUTH` | the session of `ConfirmSignUp`, the password or its proof, `EMAIL_OTP`, `SMS_OTP`, `WEB_AUTHN` |
///
/// Second factors and remembered devices come later and give no first factor. Refresh tokens are not part of a sign-in:
/// `REFRESH_TOKEN_AUTH` and `GetTokensFromRefreshToken` return tokens at once.
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
