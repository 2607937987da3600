//! Lambda triggers, as settings that never change: nothing is run here.
//!
//! `LambdaConfig` takes any ARN. Those of functions in this pool's own account 000000000000 whose names begin with
//! `local-pool-` name what is built in; every other is kept and never called. What a function is to do stands behind
//! its name, where an ARN has its version: `…:function:local-pool-verify-challenge:open-sesame`.

use serde_json::{Map, Value, json};

use super::contact::Contact;
use super::settings::PoolSettings;
use crate::error::{ApiError, ErrorKind};
use crate::secret::Secret;

/// The functions that are built in, each with the trigger that it serves.
const FUNCTIONS: [(&str, &str); 4] = [
    ("local-pool-auto-confirm", "PreSignUp"),
    ("local-pool-define-challenge", "DefineAuthChallenge"),
    ("local-pool-create-challenge", "CreateAuthChallenge"),
    ("local-pool-verify-challenge", "VerifyAuthChallengeResponse"),
];

/// How many wrong answers to a challenge end a sign-in, unless `local-pool-define-challenge` is given a number.
const WRONG_ANSWERS: u32 = 3;

/// A built-in function: its name, and what stands behind it.
fn built_in(arn: &str) -> Option<(&str, &str)> {
    let rest = arn.strip_prefix("arn:aws:lambda:")?;
    let (_region, rest) = rest.split_once(':')?;
    let function = rest.strip_prefix("000000000000:function:")?;
    let (name, setting) = function.split_once(':').unwrap_or((function, ""));
    name.starts_with("local-pool-").then_some((name, setting))
}

/// What happens to somebody who signs up, in place of a `PreSignUp` function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AutoConfirm {
    /// The contacts that are taken for verified.
    pub(crate) verified: Vec<Contact>,
}

/// The pool's own challenge, in place of the three functions of `CUSTOM_AUTH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CustomChallenge {
    /// `publicChallengeParameters`.
    pub(crate) public_parameters: Map<String, Value>,
    pub(crate) answer: Secret,
    /// How many wrong answers end the sign-in.
    pub(crate) wrong_answers: u32,
}

/// `email,phone_number`.
fn contacts(setting: &str) -> Option<Vec<Contact>> {
    words(setting).map(Contact::from_name).collect()
}

/// `hint=colour,step=1`.
fn pairs(setting: &str) -> Option<Map<String, Value>> {
    words(setting)
        .map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some((name.to_owned(), json!(value)))
        })
        .collect()
}

fn words(setting: &str) -> impl Iterator<Item = &str> {
    setting.split(',').filter(|word| !word.is_empty())
}

fn wrong_answers(setting: &str) -> Option<u32> {
    if setting.is_empty() {
        return Some(WRONG_ANSWERS);
    }
    setting.parse().ok().filter(|most| *most > 0)
}

impl PoolSettings {
    /// What stands behind the built-in function that serves this trigger.
    fn trigger(&self, trigger: &str) -> Option<&str> {
        let arn = self.kept.get("LambdaConfig")?.get(trigger)?.as_str()?;
        let (name, setting) = built_in(arn)?;
        FUNCTIONS
            .contains(&(name, trigger_name(trigger)?))
            .then_some(setting)
    }

    /// Refuses a built-in function that there is not, that serves another trigger, or that is told nonsense.
    pub(crate) fn check_triggers(&self) -> Result<(), ApiError> {
        let Some(Value::Object(triggers)) = self.kept.get("LambdaConfig") else {
            return Ok(());
        };
        for (trigger, arn) in triggers {
            let Some((name, setting)) = arn.as_str().and_then(built_in) else {
                continue;
            };
            let serves = FUNCTIONS.iter().find(|(known, _)| *known == name);
            let fault = match serves {
                None => Some("there is no such built-in function"),
                Some((_, serves)) if serves != trigger => Some("it serves another trigger"),
                Some(("local-pool-auto-confirm", _)) if contacts(setting).is_none() => {
                    Some("behind its name may stand email, phone_number or both with a comma")
                }
                Some(("local-pool-define-challenge", _)) if wrong_answers(setting).is_none() => {
                    Some("behind its name may stand how many wrong answers end a sign-in")
                }
                Some(("local-pool-create-challenge", _)) if pairs(setting).is_none() => {
                    Some("behind its name may stand parameters, name=value with commas between")
                }
                Some(("local-pool-verify-challenge", _)) if setting.is_empty() => {
                    Some("behind its name stands the answer")
                }
                Some(_) => None,
            };
            if let Some(fault) = fault {
                return Err(ApiError::invalid_parameter(format!(
                    "{trigger} {name}: {fault}."
                )));
            }
        }
        Ok(())
    }

    /// What `PreSignUp` says to everybody.
    pub(crate) fn auto_confirm(&self) -> Option<AutoConfirm> {
        Some(AutoConfirm {
            verified: contacts(self.trigger("PreSignUp")?)?,
        })
    }

    /// The challenge of `CUSTOM_AUTH`.
    ///
    /// # Errors
    /// One of the three triggers is not set, or is a function that is not built in.
    pub(crate) fn custom_challenge(&self) -> Result<CustomChallenge, ApiError> {
        let found = || {
            Some(CustomChallenge {
                wrong_answers: wrong_answers(self.trigger("DefineAuthChallenge")?)?,
                public_parameters: pairs(self.trigger("CreateAuthChallenge")?)?,
                answer: Secret::new(self.trigger("VerifyAuthChallengeResponse")?),
            })
        };
        found().ok_or_else(|| {
            ApiError::new(
                ErrorKind::InvalidUserPoolConfiguration,
                "Custom auth lambda trigger is not configured for the user pool.",
            )
        })
    }
}

/// The trigger's name as [`FUNCTIONS`] has it.
fn trigger_name(trigger: &str) -> Option<&'static str> {
    FUNCTIONS
        .iter()
        .map(|(_, serves)| *serves)
        .find(|serves| *serves == trigger)
}
