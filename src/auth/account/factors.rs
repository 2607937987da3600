//! Second factors: an authenticator app, and which of them are asked for.

use cognito_proto::action::{
    Action, AssociateSoftwareToken, MfaPreference, MfaSettings, SetUserMfaPreference, Standing,
    VerifySoftwareToken, target,
};
use cognito_proto::factor::SecondFactor;
use cognito_proto::secret::{AccessToken, ConfirmationCode, TotpSecret};

use super::errors::Unanswered;
use super::{Account, Auth, SecondFactorError, read};

impl Auth {
    /// `AssociateSoftwareToken`: a new secret for an authenticator app. Nothing changes until a code of it is shown.
    pub async fn new_authenticator(self) -> Result<TotpSecret, SecondFactorError> {
        let body = |token: &AccessToken| {
            AssociateSoftwareToken {
                by: Standing::SignedIn(token),
            }
            .body()
        };
        let account = self.account();
        let answer = account
            .ask(target::<AssociateSoftwareToken<'_>>(), &body)
            .await
            .map_err(Unanswered::into_error::<SecondFactorError>)?;
        Ok(read::<AssociateSoftwareToken<'_>>(&answer)?.secret)
    }

    /// `VerifySoftwareToken`, and then `SetUserMFAPreference`, without which the app would never be asked for. It is
    /// preferred unless another factor is.
    pub async fn turn_on_authenticator(
        self,
        code: &ConfirmationCode,
        now: &MfaSettings,
    ) -> Result<(), SecondFactorError> {
        let body = |token: &AccessToken| {
            VerifySoftwareToken {
                by: Standing::SignedIn(token),
                code,
                friendly_name: None,
            }
            .body()
        };
        let account = self.account();
        let answer = account
            .ask(target::<VerifySoftwareToken<'_>>(), &body)
            .await
            .map_err(Unanswered::into_error::<SecondFactorError>)?;
        // The status `ERROR` is the answer to a wrong code as well.
        VerifySoftwareToken::read(&answer).map_err(|_| SecondFactorError::WrongCode)?;
        account.switch_on(SecondFactor::SoftwareToken, now).await
    }

    /// Asks for a code by mail or text message from the next sign-in on.
    pub async fn turn_on_factor(
        self,
        factor: SecondFactor,
        now: &MfaSettings,
    ) -> Result<(), SecondFactorError> {
        self.account().switch_on(factor, now).await
    }

    /// Asks for this one first; the others that are on stay on.
    pub async fn prefer_factor(
        self,
        factor: SecondFactor,
        now: &MfaSettings,
    ) -> Result<(), SecondFactorError> {
        let on = |other: &SecondFactor| (*other, MfaPreference::On);
        let mut wished: Vec<_> = now.active.iter().map(on).collect();
        wished.retain(|(other, _)| *other != factor);
        wished.push((factor, MfaPreference::Preferred));
        self.account().prefer(&wished).await
    }

    /// Does not ask for this one any more.
    pub async fn turn_off_factor(self, factor: SecondFactor) -> Result<(), SecondFactorError> {
        self.account().prefer(&[(factor, MfaPreference::Off)]).await
    }
}

impl Account {
    async fn switch_on(
        &self,
        factor: SecondFactor,
        now: &MfaSettings,
    ) -> Result<(), SecondFactorError> {
        let preference = match now.preferred {
            Some(other) if other != factor => MfaPreference::On,
            _ => MfaPreference::Preferred,
        };
        self.prefer(&[(factor, preference)]).await
    }

    /// `SetUserMFAPreference`; what is not named stays as it is.
    async fn prefer(
        &self,
        wished: &[(SecondFactor, MfaPreference)],
    ) -> Result<(), SecondFactorError> {
        let of = |factor| {
            let wish = wished.iter().find(|(wished, _)| *wished == factor);
            wish.map(|(_, preference)| *preference)
        };
        let body = |access_token: &AccessToken| {
            SetUserMfaPreference {
                access_token,
                sms: of(SecondFactor::Sms),
                software_token: of(SecondFactor::SoftwareToken),
                email: of(SecondFactor::Email),
                web_authn: None,
            }
            .body()
        };
        self.tell(target::<SetUserMfaPreference<'_>>(), &body).await
    }
}
