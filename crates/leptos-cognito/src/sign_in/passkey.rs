//! Sign-in with a passkey, and the offer of a passkey to a user who has signed in with one before.

use core::time::Duration;

use cognito_proto::factor::FirstFactor;
use cognito_proto::ids::Username;
use cognito_proto::secret::PasskeyAssertion;
use cognito_proto::sign_in::{OpenChallenge, PasskeyChallenge, Step};

use super::{
    SignInAttempt, SignInClient, SignInFailure, SignInFuture, SignInProgress, UserChallenge,
};
use crate::browser::passkey::{self, WebAuthnError};
use crate::browser::{LocalBoxFuture, storage, timer};
use crate::errors::SignInError;

/// How long the app offers a passkey in a field with one challenge. It is shorter than the three minutes for which
/// Cognito's authentication session is valid by default.
const OFFER: Duration = Duration::from_secs(150);

impl SignInClient {
    /// Returns the username that last signed in with a passkey in this browser, or `None` if there is none. The app can
    /// offer this user the passkey again.
    pub fn passkey_username(self) -> Option<Username> {
        Username::parse(&storage::read_passkey_username()?)
    }

    /// Removes the stored username of the last passkey sign-in, because the passkey is gone or the pool offers other
    /// factors.
    pub fn forget_passkey_username(self) {
        storage::remove_passkey_username();
    }

    /// Starts a sign-in that only requests a passkey challenge, for a user who has signed in with a passkey before.
    pub fn offer_passkey(self, username: Username) -> SignInFuture {
        Box::pin(async move {
            // The page starts this attempt, not the user. Any attempt that the user starts later supersedes it.
            let latest = self.attempts.latest();
            let (mut attempt, sign_in) = self.start_sign_in(username, latest)?;
            attempt.is_passkey_offer = true;
            let passkey = Some(FirstFactor::WebAuthn);
            self.run_steps(attempt, sign_in.with_username_only(passkey))
                .await
        })
    }

    /// Answers the pool's passkey challenge with the signature of a passkey.
    pub fn sign_with_passkey(
        self,
        attempt: SignInAttempt,
        open: OpenChallenge<PasskeyChallenge>,
        in_field: bool,
    ) -> SignInFuture {
        let options = &open.challenge.options;
        let signed: LocalBoxFuture<Result<String, WebAuthnError>> = if in_field {
            let offered = timer::timeout(OFFER, passkey::get_conditional_assertion(options));
            Box::pin(async move { offered.await.unwrap_or(Err(WebAuthnError::Expired)) })
        } else {
            passkey::get_assertion(options)
        };
        Box::pin(async move {
            match signed.await {
                Ok(assertion) => {
                    let request = open.answer(PasskeyAssertion::new(assertion));
                    let name = attempt.username.clone();
                    let result = self.run_steps(attempt, Step::Send(request)).await;
                    if let Ok(SignInProgress::Done) = result {
                        storage::write_passkey_username(name.as_str());
                    }
                    result
                }
                Err(error) => Err(SignInFailure {
                    error: SignInError::Passkey(error),
                    pending: Some(attempt.with_challenge(UserChallenge::Passkey(open))),
                }),
            }
        })
    }
}
