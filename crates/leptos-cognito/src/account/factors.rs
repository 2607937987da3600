//! Two-step verification: setting up an authenticator app, and turning second factors on and off.

use cognito_proto::action::{
    AccessTokenOrSession, Action, AssociateSoftwareToken, MfaPreference, MfaSettings,
    SetUserMfaPreference, VerifySoftwareToken, target_header,
};
use cognito_proto::factor::SecondFactor;
use cognito_proto::secret::{AccessToken, TotpSecret, VerificationCode};

use super::errors::AccountRequestError;
use super::{AccountClient, AuthContext, SecondFactorError, parse_response};

impl AuthContext {
    /// Requests a new secret for an authenticator app (`AssociateSoftwareToken`). It takes effect when the user has
    /// verified a code.
    pub async fn associate_authenticator(self) -> Result<TotpSecret, SecondFactorError> {
        let body = |token: &AccessToken| {
            AssociateSoftwareToken {
                authorization: AccessTokenOrSession::AccessToken(token),
            }
            .request_body()
        };
        let account = self.account_client();
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
        let account = self.account_client();
        let response = account
            .request(target_header::<VerifySoftwareToken<'_>>(), &body)
            .await
            .map_err(AccountRequestError::into_error::<SecondFactorError>)?;
        // Cognito may answer a wrong code with a response whose status is `ERROR`.
        VerifySoftwareToken::parse_response(&response).map_err(|_| SecondFactorError::WrongCode)?;
        let app = SecondFactor::SoftwareToken;
        account
            .set_preferences(&preference_changes(
                app,
                FactorChange::TurnOn,
                current_settings,
            ))
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
        self.account_client()
            .set_preferences(&preference_changes(factor, change, current_settings))
            .await
    }
}

/// A change that the user makes to a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorChange {
    /// Turns the factor on from the next sign-in. It becomes the preferred one if there is none.
    TurnOn,
    /// Makes the factor the preferred one. Other factors that are on stay on.
    MakePreferred,
    /// Turns the factor off.
    TurnOff,
}

/// Returns the settings of second factors that have to be sent for a change, each with its factor.
fn preference_changes(
    factor: SecondFactor,
    change: FactorChange,
    current_settings: &MfaSettings,
) -> Vec<(SecondFactor, MfaPreference)> {
    let preference = match change {
        FactorChange::TurnOff => MfaPreference::Off,
        FactorChange::TurnOn
            if current_settings
                .preferred
                .is_some_and(|first| first != factor) =>
        {
            MfaPreference::On
        }
        FactorChange::TurnOn | FactorChange::MakePreferred => MfaPreference::Preferred,
    };
    let others = current_settings
        .active
        .iter()
        .filter(|other| **other != factor);
    // Cognito allows one preferred factor, so the previous one has to be sent too.
    let others = others.filter(|_| change == FactorChange::MakePreferred);
    let others = others.map(|other| (*other, MfaPreference::On));
    others.chain([(factor, preference)]).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    const APP: SecondFactor = SecondFactor::SoftwareToken;
    const EMAIL: SecondFactor = SecondFactor::Email;

    fn current_settings(active: &[SecondFactor], preferred: Option<SecondFactor>) -> MfaSettings {
        MfaSettings {
            active: active.to_vec(),
            preferred,
        }
    }

    #[test]
    fn first_second_factor_turned_on_becomes_the_preferred_one() {
        let first = preference_changes(APP, FactorChange::TurnOn, &current_settings(&[], None));
        assert_eq!(first, [(APP, MfaPreference::Preferred)]);
        let next = preference_changes(
            EMAIL,
            FactorChange::TurnOn,
            &current_settings(&[APP], Some(APP)),
        );
        assert_eq!(next, [(EMAIL, MfaPreference::On)]);
    }

    /// `SetUserMFAPreference` accepts at most one preferred factor.
    #[test]
    fn new_preferred_second_factor_replaces_the_old_one() {
        let changes = preference_changes(
            EMAIL,
            FactorChange::MakePreferred,
            &current_settings(&[APP, EMAIL], Some(APP)),
        );
        assert_eq!(
            changes,
            [(APP, MfaPreference::On), (EMAIL, MfaPreference::Preferred)]
        );
    }

    #[test]
    fn turning_a_second_factor_off_leaves_the_others_unchanged() {
        let off = preference_changes(
            APP,
            FactorChange::TurnOff,
            &current_settings(&[APP, EMAIL], Some(APP)),
        );
        assert_eq!(off, [(APP, MfaPreference::Off)]);
    }
}
