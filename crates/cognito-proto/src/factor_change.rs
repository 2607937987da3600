//! The change of a user's second factors, and the preferences that it needs.

use crate::action::{MfaPreference, MfaSettings};
use crate::factor::SecondFactor;

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

impl FactorChange {
    /// Returns the preferences that [`SetUserMfaPreference`](crate::action::SetUserMfaPreference) has to send for this
    /// change of `factor`. Factors that are not in the list stay as they are.
    pub fn preferences(
        self,
        factor: SecondFactor,
        current_settings: &MfaSettings,
    ) -> Vec<(SecondFactor, MfaPreference)> {
        let preference = match self {
            Self::TurnOff => MfaPreference::Off,
            Self::TurnOn
                if current_settings
                    .preferred
                    .is_some_and(|first| first != factor) =>
            {
                MfaPreference::On
            }
            Self::TurnOn | Self::MakePreferred => MfaPreference::Preferred,
        };
        let others = current_settings
            .active
            .iter()
            .filter(|other| **other != factor);
        // Cognito allows one preferred factor, so the previous one has to be sent too.
        let others = others.filter(|_| self == Self::MakePreferred);
        let others = others.map(|other| (*other, MfaPreference::On));
        others.chain([(factor, preference)]).collect()
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
    fn second_factor_enabled_first_becomes_the_preferred_one() {
        let first = FactorChange::TurnOn.preferences(APP, &current_settings(&[], None));
        assert_eq!(first, [(APP, MfaPreference::Preferred)]);
        let next = FactorChange::TurnOn.preferences(EMAIL, &current_settings(&[APP], Some(APP)));
        assert_eq!(next, [(EMAIL, MfaPreference::On)]);
    }

    /// `SetUserMFAPreference` accepts at most one preferred factor.
    #[test]
    fn user_has_only_one_preferred_second_factor() {
        let changes = FactorChange::MakePreferred
            .preferences(EMAIL, &current_settings(&[APP, EMAIL], Some(APP)));
        assert_eq!(
            changes,
            [(APP, MfaPreference::On), (EMAIL, MfaPreference::Preferred)]
        );
    }

    #[test]
    fn turning_a_second_factor_off_leaves_the_others_unchanged() {
        let off =
            FactorChange::TurnOff.preferences(APP, &current_settings(&[APP, EMAIL], Some(APP)));
        assert_eq!(off, [(APP, MfaPreference::Off)]);
    }
}
