//! Lambda triggers. This program runs no functions, but has a few built-in ones with fixed results.
//!
//! `LambdaConfig` accepts any ARN. An ARN of a function in account 000000000000 whose name begins with
//! `local-pool-` selects a built-in function. All other ARNs are stored and never called. The argument of a
//! built-in function follows its name, in the place of a version:
//! `…:function:local-pool-verify-challenge:open-sesame`.

use serde_json::{Map, Value, json};

use super::contact::ContactKind;
use super::settings::PoolSettings;
use crate::error::{ApiError, ErrorKind};
use crate::secret::Secret;

/// The number of wrong answers to a custom challenge that end a sign-in, unless `local-pool-define-challenge` has an
/// argument.
const DEFAULT_WRONG_ANSWERS: u32 = 3;

/// A built-in function that a pool can name as a trigger, and its argument.
#[derive(Clone, Debug, PartialEq, Eq)]
enum TriggerFunction {
    /// `local-pool-auto-confirm`: new users are confirmed at once, and the contacts in the list count as verified.
    AutoConfirm(Vec<ContactKind>),
    /// `local-pool-define-challenge`: the sign-in has one challenge. The number of wrong answers that end the sign-in.
    DefineChallenge(u32),
    /// `local-pool-create-challenge`: the challenge's public parameters (`publicChallengeParameters`).
    CreateChallenge(Map<String, Value>),
    /// `local-pool-verify-challenge`: the correct answer to the challenge.
    VerifyChallenge(Secret),
}

impl TriggerFunction {
    /// Returns the name of the trigger for which the function can be used.
    const fn trigger_name(&self) -> &'static str {
        match self {
            Self::AutoConfirm(_) => "PreSignUp",
            Self::DefineChallenge(_) => "DefineAuthChallenge",
            Self::CreateChallenge(_) => "CreateAuthChallenge",
            Self::VerifyChallenge(_) => "VerifyAuthChallengeResponse",
        }
    }

    /// Returns the built-in function with this name and argument, or the reason why there is none.
    fn parse_trigger_function(name: &str, argument: &str) -> Result<Self, &'static str> {
        match name {
            "local-pool-auto-confirm" => split_at_commas(argument)
                .map(ContactKind::from_attribute_name)
                .collect::<Option<_>>()
                .map(Self::AutoConfirm)
                .ok_or("the argument must be email, phone_number or both, separated by a comma"),
            "local-pool-define-challenge" if argument.is_empty() => {
                Ok(Self::DefineChallenge(DEFAULT_WRONG_ANSWERS))
            }
            "local-pool-define-challenge" => argument
                .parse()
                .ok()
                .filter(|count| *count > 0)
                .map(Self::DefineChallenge)
                .ok_or("the argument must be the number of wrong answers that end a sign-in"),
            "local-pool-create-challenge" => split_at_commas(argument)
                .map(|pair| {
                    let (name, value) = pair.split_once('=')?;
                    Some((name.to_owned(), json!(value)))
                })
                .collect::<Option<_>>()
                .map(Self::CreateChallenge)
                .ok_or("the argument must be a list of name=value, separated by commas"),
            "local-pool-verify-challenge" if argument.is_empty() => {
                Err("the argument must be the correct answer")
            }
            "local-pool-verify-challenge" => Ok(Self::VerifyChallenge(Secret::new(argument))),
            _ => Err("the built-in function does not exist"),
        }
    }

    /// Returns the name of the built-in function in an ARN, and the function or the reason why there is none.
    /// Returns `None` for ARNs of other functions.
    fn parse_trigger_function_arn(arn: &str) -> Option<(&str, Result<Self, &'static str>)> {
        let rest = arn.strip_prefix("arn:aws:lambda:")?;
        let (_region, rest) = rest.split_once(':')?;
        let function = rest.strip_prefix("000000000000:function:")?;
        let (name, argument) = function.split_once(':').unwrap_or((function, ""));
        name.starts_with("local-pool-")
            .then(|| (name, Self::parse_trigger_function(name, argument)))
    }
}

/// Returns the items of a trigger function's argument, which are separated by commas.
fn split_at_commas(argument: &str) -> impl Iterator<Item = &str> {
    argument.split(',').filter(|word| !word.is_empty())
}

/// The custom challenge that a pool's trigger functions define.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CustomChallenge {
    /// The challenge's public parameters (`publicChallengeParameters`), which the client receives.
    pub(crate) public_parameters: Map<String, Value>,
    pub(crate) answer: Secret,
    /// The number of wrong answers that end the sign-in.
    pub(crate) wrong_answers: u32,
}

impl PoolSettings {
    /// Returns the built-in function that is configured for this trigger, or `None` if there is none.
    fn configured_trigger_function(&self, trigger: &str) -> Option<TriggerFunction> {
        let arn = self
            .stored_members
            .get("LambdaConfig")?
            .get(trigger)?
            .as_str()?;
        let (_, function) = TriggerFunction::parse_trigger_function_arn(arn)?;
        function
            .ok()
            .filter(|function| function.trigger_name() == trigger)
    }

    /// Returns an error if a trigger names a built-in function that does not exist, belongs to another trigger,
    /// or has an invalid argument.
    pub(crate) fn check_triggers(&self) -> Result<(), ApiError> {
        let Some(Value::Object(triggers)) = self.stored_members.get("LambdaConfig") else {
            return Ok(());
        };
        for (trigger, arn) in triggers {
            let Some((name, function)) = arn
                .as_str()
                .and_then(TriggerFunction::parse_trigger_function_arn)
            else {
                continue;
            };
            let problem = match function {
                Ok(function) if function.trigger_name() == trigger => continue,
                Ok(_) => "the function belongs to another trigger",
                Err(problem) => problem,
            };
            return Err(ApiError::invalid_parameter(format!(
                "{trigger} {name}: {problem}."
            )));
        }
        Ok(())
    }

    /// Returns the contacts that count as verified if new users are confirmed immediately, or `None` if users
    /// are not confirmed immediately.
    pub(crate) fn auto_confirmed_contacts(&self) -> Option<Vec<ContactKind>> {
        match self.configured_trigger_function("PreSignUp") {
            Some(TriggerFunction::AutoConfirm(verified)) => Some(verified),
            _ => None,
        }
    }

    /// Returns the custom challenge of `CUSTOM_AUTH`.
    ///
    /// # Errors
    /// One of the three triggers is not set, or is not a built-in function.
    pub(crate) fn custom_challenge(&self) -> Result<CustomChallenge, ApiError> {
        let functions = (
            self.configured_trigger_function("DefineAuthChallenge"),
            self.configured_trigger_function("CreateAuthChallenge"),
            self.configured_trigger_function("VerifyAuthChallengeResponse"),
        );
        match functions {
            (
                Some(TriggerFunction::DefineChallenge(wrong_answers)),
                Some(TriggerFunction::CreateChallenge(public_parameters)),
                Some(TriggerFunction::VerifyChallenge(answer)),
            ) => Ok(CustomChallenge {
                public_parameters,
                answer,
                wrong_answers,
            }),
            _ => Err(ApiError::new(
                ErrorKind::InvalidUserPoolConfiguration,
                "Custom auth lambda trigger is not configured for the user pool.",
            )),
        }
    }
}
