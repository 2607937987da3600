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
        let app = SecondFactor::SoftwareToken;
        account
            .prefer(&wishes(app, FactorChange::TurnOn, now))
            .await
    }

    /// Changes how a second factor is used; `now` is how all of them are.
    pub async fn change_factor(
        self,
        factor: SecondFactor,
        change: FactorChange,
        now: &MfaSettings,
    ) -> Result<(), SecondFactorError> {
        self.account().prefer(&wishes(factor, change, now)).await
    }
}

/// What shall become of a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorChange {
    /// It is asked for from the next sign-in on: first, unless another is.
    TurnOn,
    /// It is asked for first; the others that are on stay on.
    AskFirst,
    /// It is not asked for any more.
    TurnOff,
}

/// What to say to the pool for it.
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
    // One at most may be preferred, so that the one before must be told.
    let others = others.filter(|_| change == FactorChange::AskFirst);
    let others = others.map(|other| (*other, MfaPreference::On));
    others.chain([(factor, preference)]).collect()
}

impl Account {
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

    /// Cognito: `SetUserMFAPreference` takes one preferred factor at most.
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
