//! The rule that tokens are accepted only after the first factor was given.

use super::otp::OtpKind;
use super::proof::PasswordMethod;
use super::request::SentAnswer;
use crate::config::ConfiguredFlow;

/// Returns true if `answer` gives the first factor of a sign-in with `flow`. The app accepts tokens in the response to
/// `answer` and in later responses. It refuses earlier tokens, because the user has not proved anything.
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
pub(super) fn provides_first_factor(flow: ConfiguredFlow, answer: &SentAnswer) -> bool {
    match (flow, answer) {
        (_, SentAnswer::PasswordProof(_) | SentAnswer::SignUpSession(_)) => true,
        (ConfiguredFlow::UserSrp | ConfiguredFlow::Custom { srp_first: true }, _) => false,
        (ConfiguredFlow::Custom { srp_first: false }, _) => true,
        (
            ConfiguredFlow::UserPassword | ConfiguredFlow::UserAuth { .. },
            SentAnswer::Start(_, PasswordMethod::Plaintext(_))
            | SentAnswer::Password(_, PasswordMethod::Plaintext(_)),
        ) => true,
        (ConfiguredFlow::UserAuth { .. }, SentAnswer::Code(otp, _)) => {
            matches!(otp.kind, OtpKind::EmailOtp | OtpKind::SmsOtp)
        }
        (ConfiguredFlow::UserAuth { .. }, SentAnswer::Passkey(..)) => true,
        (ConfiguredFlow::UserPassword | ConfiguredFlow::UserAuth { .. }, _) => false,
    }
}
