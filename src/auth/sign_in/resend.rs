//! Sends a new code during a sign-in, without asking for the password again.

use cognito_proto::sign_in::{Asked, CodeAsked, CodeChallenge, Step};
use cognito_proto::time::UnixTime;

use super::super::AuthContext;
use super::super::errors::SignInError;
use super::{Answered, Open, Progress, Question, Stopped, Talk, with_timeout};

/// Calls one method of the challenges that may hold a password.
macro_rules! of_question {
    ($question:expr, $method:ident($($argument:expr)?), $otherwise:expr) => {
        match $question {
            Question::Code(asked) => asked.$method($($argument)?),
            Question::ChooseSecondFactor(asked) => asked.$method($($argument)?),
            Question::SetUp(asked) => asked.$method($($argument)?),
            _ => $otherwise,
        }
    };
}

impl Open {
    /// When the password that is held for a new code has to be wiped, if one is held.
    pub fn password_held_until(&self) -> Option<UnixTime> {
        of_question!(&self.question, password_held_until(), None)
    }

    /// Wipes the password that is held for a new code.
    pub fn forget_password(&mut self) {
        of_question!(&mut self.question, forget_password(), ());
    }

    /// Whether a new code can be sent without asking the user for anything.
    pub fn can_resend(&self, now: UnixTime) -> bool {
        matches!(&self.question, Question::Code(asked) if asked.can_resend(now))
    }

    /// The kind of code that the challenge asks for, if it asks for one.
    pub fn code_challenge(&self) -> Option<CodeChallenge> {
        match &self.question {
            Question::Code(asked) => Some(asked.question.challenge),
            _ => None,
        }
    }
}

impl AuthContext {
    /// The current time: the server's if it is known, otherwise this device's.
    pub fn now(self) -> UnixTime {
        self.clock_reading().best()
    }

    /// Starts the sign-in again with the same answers, so that the pool sends a new code. If that fails, the user can
    /// still enter the earlier code.
    pub fn send_new_code(self, talk: Talk, asked: Asked<CodeAsked>) -> Answered {
        Box::pin(async move {
            let outcome = with_timeout(async {
                let outcome = self.repeat_answers(&talk, &asked).await;
                if self.is_clock_suspect(&outcome, talk.turn) {
                    let by_device = self.repeat_answers(&talk, &asked);
                    return self.with_device_clock(by_device).await;
                }
                outcome
            })
            .await;
            self.prefetch();
            match outcome {
                Err(Stopped {
                    why:
                        why @ (SignInError::WrongPassword
                        | SignInError::NotConfirmed
                        | SignInError::ResetRequired),
                    open,
                }) => Err(Stopped { why, open }),
                Err(Stopped { why, open: None }) => Err(Stopped {
                    why,
                    open: Some(talk.ask(Question::Code(asked))),
                }),
                outcome => outcome,
            }
        })
    }

    /// Repeats the answers that led to this challenge, with the password that is held.
    async fn repeat_answers(
        self,
        talk: &Talk,
        asked: &Asked<CodeAsked>,
    ) -> Result<Progress, Stopped> {
        let pair = self.take_ephemeral().ok_or(SignInError::NoSecureRandom)?;
        let device = self.remembered_device(&talk.username);
        let round = asked
            .resend(device, pair, self.now())
            .ok_or(SignInError::PasswordNotHeld)?;
        self.run(talk.clone(), Step::Send(round)).await
    }
}
