//! Sends a new code during a sign-in, without asking for the password again.

use cognito_proto::sign_in::{OpenChallenge, OtpChallenge, OtpKind, Step};
use cognito_proto::time::UnixTime;

use super::{
    PendingChallenge, SignInAttempt, SignInClient, SignInFailure, SignInFuture, SignInProgress,
    UserChallenge, with_timeout,
};
use crate::errors::SignInError;

/// Calls a method of the pending challenge, for each kind of challenge that may hold a password.
macro_rules! on_code_challenge {
    ($challenge:expr, $method:ident($($argument:expr)?), $otherwise:expr) => {
        match $challenge {
            UserChallenge::Code(open) => open.$method($($argument)?),
            UserChallenge::ChooseSecondFactor(open) => open.$method($($argument)?),
            UserChallenge::MfaSetup(open) => open.$method($($argument)?),
            _ => $otherwise,
        }
    };
}

impl PendingChallenge {
    /// Returns the time at which the password has to be wiped that the challenge holds to request a new code. Returns
    /// `None` if it holds no password.
    pub fn password_held_until(&self) -> Option<UnixTime> {
        on_code_challenge!(&self.challenge, password_retained_until(), None)
    }

    /// Wipes the password that the challenge holds to request a new code.
    pub fn forget_password(&mut self) {
        on_code_challenge!(&mut self.challenge, wipe_password(), ());
    }

    /// Returns true if a new code can be sent at `now` without asking the user for the password again. The challenge
    /// holds the password only for a few minutes.
    pub fn can_resend(&self, now: UnixTime) -> bool {
        matches!(&self.challenge, UserChallenge::Code(open) if open.can_resend(now))
    }

    /// Returns the kind of code that the challenge asks for, or `None` if it asks for something else.
    pub fn otp_kind(&self) -> Option<OtpKind> {
        match &self.challenge {
            UserChallenge::Code(open) => Some(open.challenge.kind),
            _ => None,
        }
    }
}

impl SignInClient {
    /// Starts the sign-in again with the same answers, so that the pool sends a new code. If that fails, the user can
    /// still enter the earlier code.
    pub fn send_new_code(
        self,
        attempt: SignInAttempt,
        open: OpenChallenge<OtpChallenge>,
    ) -> SignInFuture {
        Box::pin(async move {
            let result = with_timeout(async {
                let result = self.repeat_answers(&attempt, &open).await;
                if self.is_clock_suspect(&result, &attempt.attempt) {
                    let with_device_time = self.repeat_answers(&attempt, &open);
                    return self.with_device_clock(with_device_time).await;
                }
                result
            })
            .await;
            self.preparation.start();
            match result {
                Err(SignInFailure {
                    error:
                        error @ (SignInError::WrongPassword
                        | SignInError::NotConfirmed
                        | SignInError::ResetRequired),
                    pending,
                }) => Err(SignInFailure { error, pending }),
                Err(SignInFailure {
                    error,
                    pending: None,
                }) => Err(SignInFailure {
                    error,
                    pending: Some(attempt.with_challenge(UserChallenge::Code(open))),
                }),
                result => result,
            }
        })
    }

    /// Starts a new sign-in that repeats the user's answers so far, with the password that the challenge holds.
    async fn repeat_answers(
        self,
        attempt: &SignInAttempt,
        open: &OpenChallenge<OtpChallenge>,
    ) -> Result<SignInProgress, SignInFailure> {
        let key_pair = self.key_pair()?;
        let device = self.devices.load(&attempt.username);
        let request = open
            .resend(device, key_pair, self.now())
            .ok_or(SignInError::PasswordNotHeld)?;
        self.run_steps(attempt.clone(), Step::Send(request)).await
    }
}
