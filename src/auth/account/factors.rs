//! Two-step verification: setting up an authenticator app, and turning second factors on and off.

use cognito_proto::action::{
    Action, AssociateSoftwareToken, MfaPreference, MfaSettings, SetUserMfaPreference, Standing,
    VerifySoftwareToken, target,
};
use cognito_proto::factor::SecondFactor;
use cognito_proto::secret::{AccessToken, ConfirmationCode, TotpSecret};

use super::errors::Unanswered;
use super::{Account, Auth, SecondFactorError, read};

impl Auth {
    /// Requests a new authenticator secret (`AssociateSoftwareToken`). It takes effect when a code of it is verified.
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

    /// Verifies the code (`VerifySoftwareToken`) and turns the factor on (`SetUserMFAPreference`), without which
    /// Cognito never asks for it. It becomes the preferred factor unless there is one already.
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
        // Cognito may answer a wrong code with a response whose status is `ERROR`.
        VerifySoftwareToken::read(&answer).map_err(|_| SecondFactorError::WrongCode)?;
        let app = SecondFactor::SoftwareToken;
        account
            .prefer(&wishes(app, FactorChange::TurnOn, now))
            .await
    }

    /// Changes how a second factor is used. `now` holds the current settings of all factors.
    pub async fn change_factor(
        self,
        factor: SecondFactor,
        change: FactorChange,
        now: &MfaSettings,
    ) -> Result<(), SecondFactorError> {
        self.account().prefer(&wishes(factor, change, now)).await
    }
}

/// A change to a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorChange {
    /// Turns the factor on from the next sign-in. It becomes the preferred one if there is none.
    TurnOn,
    /// Makes the factor the preferred one. Other active factors stay on.
    AskFirst,
    /// Turns the factor off.
    TurnOff,
}

/// The preferences that [`Account::prefer`] has to send for a change.
fn wishes(
    factor: SecondFactor,
    change: FactorChange,
    now: &MfaSettings,
) -> Vec<(SecondFactor, MfaPreference)> {
    let preference = match change {
        FactorChange::TurnOff => MfaPreference::Off,
        FactorChange::TurnOn if now.preferred.is_some_and(|first| first != factor) => {
            MfaPreference::On
        }
        FactorChange::TurnOn | FactorChange::AskFirst => MfaPreference::Preferred,
    };
    let others = now.active.iter().filter(|other| **other != factor);
    // Cognito allows one preferred factor, so the previous one has to be sent too.
    let others = others.filter(|_| change == FactorChange::AskFirst);
    let others = others.map(|other| (*other, MfaPreference::On));
    others.chain([(factor, preference)]).collect()
}

impl Account {
    /// Sends `SetUserMFAPreference`. Factors that are not in the list stay as they are.
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

#[cfg(test)]
mod tests {
    use super::*;

    const APP: SecondFactor = SecondFactor::SoftwareToken;
    const MAIL: SecondFactor = SecondFactor::Email;

    fn now(active: &[SecondFactor], preferred: Option<SecondFactor>) -> MfaSettings {
        MfaSettings {
            active: active.to_vec(),
            preferred,
        }
    }

    #[test]
    fn the_first_that_is_turned_on_is_asked_for_first_and_the_next_is_not() {
        let first = wishes(APP, FactorChange::TurnOn, &now(&[], None));
        assert_eq!(first, [(APP, MfaPreference::Preferred)]);
        let next = wishes(MAIL, FactorChange::TurnOn, &now(&[APP], Some(APP)));
        assert_eq!(next, [(MAIL, MfaPreference::On)]);
    }

    /// `SetUserMFAPreference` accepts at most one preferred factor.
    #[test]
    fn when_one_is_asked_for_first_no_other_is() {
        let asked = wishes(MAIL, FactorChange::AskFirst, &now(&[APP, MAIL], Some(APP)));
        assert_eq!(
            asked,
            [(APP, MfaPreference::On), (MAIL, MfaPreference::Preferred)]
        );
    }

    #[test]
    fn turning_one_off_says_nothing_of_the_others() {
        let off = wishes(APP, FactorChange::TurnOff, &now(&[APP, MAIL], Some(APP)));
        assert_eq!(off, [(APP, MfaPreference::Off)]);
    }
}
