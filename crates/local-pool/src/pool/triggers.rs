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

/// How many wrong answers to a challenge end a sign-in, unless `local-pool-define-challenge` is given a number.
const DEFAULT_WRONG_ANSWERS: u32 = 3;

/// A built-in function and what it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Function {
    /// `local-pool-auto-confirm`: whoever signs up is confirmed, and these contacts are taken for verified.
    AutoConfirm(Vec<Contact>),
    /// `local-pool-define-challenge`: one challenge, which as many wrong answers end.
    DefineChallenge(u32),
    /// `local-pool-create-challenge`: its `publicChallengeParameters`.
    CreateChallenge(Map<String, Value>),
    /// `local-pool-verify-challenge`: its answer.
    VerifyChallenge(Secret),
}

impl Function {
    /// The trigger that it serves.
    const fn trigger(&self) -> &'static str {
        match self {
            Self::AutoConfirm(_) => "PreSignUp",
            Self::DefineChallenge(_) => "DefineAuthChallenge",
            Self::CreateChallenge(_) => "CreateAuthChallenge",
            Self::VerifyChallenge(_) => "VerifyAuthChallengeResponse",
        }
    }

    /// The function of this name, told this; or what is wrong with either.
    fn parse(name: &str, argument: &str) -> Result<Self, &'static str> {
        match name {
            "local-pool-auto-confirm" => comma_separated(argument)
                .map(Contact::from_name)
                .collect::<Option<_>>()
                .map(Self::AutoConfirm)
                .ok_or("behind its name may stand email, phone_number or both with a comma"),
            "local-pool-define-challenge" if argument.is_empty() => {
                Ok(Self::DefineChallenge(DEFAULT_WRONG_ANSWERS))
            }
            "local-pool-define-challenge" => argument
                .parse()
                .ok()
                .filter(|count| *count > 0)
                .map(Self::DefineChallenge)
                .ok_or("behind its name may stand how many wrong answers end a sign-in"),
            "local-pool-create-challenge" => comma_separated(argument)
                .map(|pair| {
                    let (name, value) = pair.split_once('=')?;
                    Some((name.to_owned(), json!(value)))
                })
                .collect::<Option<_>>()
                .map(Self::CreateChallenge)
                .ok_or("behind its name may stand parameters, name=value with commas between"),
            "local-pool-verify-challenge" if argument.is_empty() => {
                Err("behind its name stands the answer")
            }
            "local-pool-verify-challenge" => Ok(Self::VerifyChallenge(Secret::new(argument))),
            _ => Err("there is no such built-in function"),
        }
    }

    /// The name of the built-in function that an ARN names, and the function; none for one of somebody's own.
    fn from_arn(arn: &str) -> Option<(&str, Result<Self, &'static str>)> {
        let rest = arn.strip_prefix("arn:aws:lambda:")?;
        let (_region, rest) = rest.split_once(':')?;
        let function = rest.strip_prefix("000000000000:function:")?;
        let (name, argument) = function.split_once(':').unwrap_or((function, ""));
        name.starts_with("local-pool-")
            .then(|| (name, Self::parse(name, argument)))
    }
}

fn comma_separated(argument: &str) -> impl Iterator<Item = &str> {
    argument.split(',').filter(|word| !word.is_empty())
}

/// The pool's own challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CustomChallenge {
    /// `publicChallengeParameters`.
    pub(crate) public_parameters: Map<String, Value>,
    pub(crate) answer: Secret,
    /// How many wrong answers end the sign-in.
    pub(crate) wrong_answers: u32,
}

impl PoolSettings {
    /// The built-in function that serves this trigger.
    fn function(&self, trigger: &str) -> Option<Function> {
        let arn = self.kept.get("LambdaConfig")?.get(trigger)?.as_str()?;
        let (_, function) = Function::from_arn(arn)?;
        function
            .ok()
            .filter(|function| function.trigger() == trigger)
    }

    /// Refuses a built-in function that there is not, that serves another trigger, or that is told nonsense.
    pub(crate) fn check_triggers(&self) -> Result<(), ApiError> {
        let Some(Value::Object(triggers)) = self.kept.get("LambdaConfig") else {
            return Ok(());
        };
        for (trigger, arn) in triggers {
            let Some((name, function)) = arn.as_str().and_then(Function::from_arn) else {
                continue;
            };
            let problem = match function {
                Ok(function) if function.trigger() == trigger => continue,
                Ok(_) => "it serves another trigger",
                Err(problem) => problem,
            };
            return Err(ApiError::invalid_parameter(format!(
                "{trigger} {name}: {problem}."
            )));
        }
        Ok(())
    }

    /// The contacts that are taken for verified where whoever signs up is confirmed at once; none where nobody is.
    pub(crate) fn auto_confirms(&self) -> Option<Vec<Contact>> {
        match self.function("PreSignUp") {
            Some(Function::AutoConfirm(verified)) => Some(verified),
            _ => None,
        }
    }

    /// The challenge of `CUSTOM_AUTH`.
    ///
    /// # Errors
    /// One of the three triggers is not set, or is a function that is not built in.
    pub(crate) fn custom_challenge(&self) -> Result<CustomChallenge, ApiError> {
        let functions = (
            self.function("DefineAuthChallenge"),
            self.function("CreateAuthChallenge"),
            self.function("VerifyAuthChallengeResponse"),
        );
        match functions {
            (
                Some(Function::DefineChallenge(wrong_answers)),
                Some(Function::CreateChallenge(public_parameters)),
                Some(Function::VerifyChallenge(answer)),
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
