//! The progress of a sign-in: challenges for the user, and the results of its steps.

use cognito_proto::ids::Username;
use cognito_proto::sign_in::{
    CustomChallenge, FirstFactorChoice, MfaSetupChallenge, NewPasswordChallenge, OpenChallenge,
    OtpChallenge, PasskeyChallenge, PasswordChallenge, SecondFactorChoice, TotpSetup,
};

use crate::attempts::{Attempt, Superseded};
use crate::browser::LocalBoxFuture;
use crate::errors::{SignInError, TokenRejectionError};

/// A challenge that the user has to answer.
#[derive(Debug)]
pub enum UserChallenge {
    /// The user has to set a new password in place of the temporary one.
    NewPassword(OpenChallenge<NewPasswordChallenge>),
    /// The user has to enter a code from a message or from an authenticator app.
    Code(OpenChallenge<OtpChallenge>),
    /// The user has to choose a second factor.
    ChooseSecondFactor(OpenChallenge<SecondFactorChoice>),
    /// The user has to choose a second factor to set up.
    MfaSetup(OpenChallenge<MfaSetupChallenge>),
    /// The user has to enter the first code of an authenticator app that is being set up.
    TotpSetup(OpenChallenge<TotpSetup>),
    /// The user has to choose a first factor.
    ChooseFirstFactor(OpenChallenge<FirstFactorChoice>),
    /// The user has to enter the password.
    Password(OpenChallenge<PasswordChallenge>),
    /// The user has to confirm with a passkey.
    Passkey(OpenChallenge<PasskeyChallenge>),
    /// The user has to answer the challenge of the pool's custom authentication trigger.
    Custom(OpenChallenge<CustomChallenge>),
}

/// A sign-in that waits for the user: the challenge and its [`SignInAttempt`].
#[derive(Debug)]
pub struct PendingChallenge {
    /// The challenge that the user has to answer.
    pub challenge: UserChallenge,
    attempt: SignInAttempt,
}

/// A sign-in: the username that was entered, and whether a later sign-in has superseded it.
#[derive(Clone, Debug)]
pub struct SignInAttempt {
    pub(super) username: Username,
    pub(super) attempt: Attempt,
    /// True if the page has started the attempt to offer a passkey, and not the user. Then only the passkey challenge
    /// may be answered.
    pub(super) is_passkey_offer: bool,
}

/// The result of a sign-in step that succeeded.
#[derive(Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "one lives at a time, for a moment"
)]
pub enum SignInProgress {
    /// The user is signed in.
    Done,
    /// The user has to answer this challenge.
    ChallengeRequired(PendingChallenge),
}

/// The result of a sign-in step that failed: the error, and the challenge if the user can still answer it.
#[derive(Debug)]
pub struct SignInFailure {
    /// The reason why the step failed.
    pub error: SignInError,
    /// The challenge, if the user can answer it again.
    pub pending: Option<PendingChallenge>,
}

impl From<Superseded> for SignInFailure {
    fn from(Superseded(()): Superseded) -> Self {
        SignInError::TokensRejected(TokenRejectionError::Superseded).into()
    }
}

impl From<SignInError> for SignInFailure {
    fn from(error: SignInError) -> Self {
        Self {
            error,
            pending: None,
        }
    }
}

/// The future of one step of a sign-in.
pub type SignInFuture = LocalBoxFuture<Result<SignInProgress, SignInFailure>>;

impl PendingChallenge {
    /// Returns the username that was entered for this sign-in.
    pub fn username(&self) -> &Username {
        &self.attempt.username
    }

    /// Splits the value into the challenge and the [`SignInAttempt`] that [`SignInClient::respond`] needs with the
    /// answer.
    ///
    /// [`SignInClient::respond`]: crate::SignInClient::respond
    pub fn into_parts(self) -> (UserChallenge, SignInAttempt) {
        (self.challenge, self.attempt)
    }
}

impl SignInAttempt {
    /// Returns the pending challenge that consists of `challenge` and this sign-in attempt.
    pub fn with_challenge(self, challenge: UserChallenge) -> PendingChallenge {
        PendingChallenge {
            challenge,
            attempt: self,
        }
    }
}
