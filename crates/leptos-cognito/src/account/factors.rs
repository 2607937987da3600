//! Two-step verification: setting up an authenticator app, and turning second factors on and off.

use cognito_proto::action::{
    AccessTokenOrSession, Action, AssociateSoftwareToken, MfaPreference, MfaSettings,
    SetUserMfaPreference, VerifySoftwareToken, target_header,
};
use cognito_proto::factor::SecondFactor;
use cognito_proto::factor_change::FactorChange;
use cognito_proto::secret::{AccessToken, TotpSecret, VerificationCode};

use super::errors::AccountRequestError;
use super::{Account, AccountClient, SecondFactorError, parse_response};

impl Account {
    /// Requests a new secret for an authenticator app (`AssociateSoftwareToken`). It takes effect when the user has
    /// verified a code.
    pub async fn associate_authenticator(self) -> Result<TotpSecret, SecondFactorError> {
        let body = |token: &AccessToken| {
            AssociateSoftwareToken {
                authorization: AccessTokenOrSession::AccessToken(token),
            }
            .request_body()
        };
        let account = self.client();
        let response = account
            .request(target_header::<AssociateSoftwareToken<'_>>(), &body)
            .await
            .map_err(AccountRequestError::into_error::<SecondFactorError>)?;
        Ok(parse_response::<AssociateSoftwareToken<'_>>(&response)?.secret)
    }

    /// Verifies the authenticator app's code (`VerifySoftwareToken`) and turns the factor on (`SetUserMFAPreference`),
    /// without which Cognito never asks for it. It becomes the preferred factor unless there is one already.
    pub async fn enable_authenticator(
        self,
        code: &VerificationCode,
        current_settings: &MfaSettings,
    ) -> Result<(), SecondFactorError> {
        let body = |token: &AccessToken| {
            VerifySoftwareToken {
                authorization: AccessTokenOrSession::AccessToken(token),
                code,
                friendly_name: None,
            }
            .request_body()
        };
        let account = self.client();
        let response = account
            .request(target_header::<VerifySoftwareToken<'_>>(), &body)
            .await
            .map_err(AccountRequestError::into_error::<SecondFactorError>)?;
        // Cognito may answer a wrong code with a response whose status is `ERROR`.
        VerifySoftwareToken::parse_response(&response).map_err(|_| SecondFactorError::WrongCode)?;
        let app = SecondFactor::SoftwareToken;
        account
            .set_preferences(&FactorChange::TurnOn.preferences(app, current_settings))
            .await
    }

    /// Turns a second factor on or off, or makes it the preferred one. `current_settings` holds the current settings of
    /// all second factors.
    pub async fn change_factor(
        self,
        factor: SecondFactor,
        change: FactorChange,
        current_settings: &MfaSettings,
    ) -> Result<(), SecondFactorError> {
        self.client()
            .set_preferences(&change.preferences(factor, current_settings))
            .await
    }
}

impl AccountClient {
    /// Sends settings of second factors to the pool (`SetUserMFAPreference`). Factors that are not in the list stay as
    /// they are.
    async fn set_preferences(
        &self,
        changes: &[(SecondFactor, MfaPreference)],
    ) -> Result<(), SecondFactorError> {
        let preference_of = |factor| {
            let change = changes.iter().find(|(changed, _)| *changed == factor);
            change.map(|(_, preference)| *preference)
        };
        let body = |access_token: &AccessToken| {
            SetUserMfaPreference {
                access_token,
                sms: preference_of(SecondFactor::Sms),
                software_token: preference_of(SecondFactor::SoftwareToken),
                email: preference_of(SecondFactor::Email),
                web_authn: None,
            }
            .request_body()
        };
        self.execute(target_header::<SetUserMfaPreference<'_>>(), &body)
            .await
    }
}
