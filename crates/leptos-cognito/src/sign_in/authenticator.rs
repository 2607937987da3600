//! The setup of an authenticator app during a sign-in.

use cognito_proto::action::MemberError;
use cognito_proto::error::{ErrorDetail, ErrorKind, ServiceError};
use cognito_proto::secret::VerificationCode;
use cognito_proto::sign_in::{MfaSetupChallenge, OpenChallenge, Recovery, Step, TotpSetup};

use leptos::prelude::*;

use super::{
    SignInAttempt, SignInClient, SignInFailure, SignInFuture, SignInProgress, UserChallenge,
};
use crate::errors::{CallError, RequestError, SignInError};
use crate::user_pool;

impl SignInClient {
    /// Requests the secret for an authenticator app that the user sets up during the sign-in.
    pub fn start_authenticator_setup(
        self,
        attempt: SignInAttempt,
        open: OpenChallenge<MfaSetupChallenge>,
    ) -> SignInFuture {
        Box::pin(async move {
            let associate = open.associate_request().map_err(malformed)?;
            match user_pool::send_action(&self.config.get_value(), &associate).await {
                Ok(token) => {
                    let challenge = UserChallenge::TotpSetup(open.on_associated(token));
                    Ok(SignInProgress::ChallengeRequired(
                        attempt.with_challenge(challenge),
                    ))
                }
                Err(error) => {
                    let is_open = can_retry(&error, |refusal| open.on_error(refusal));
                    Err(SignInFailure {
                        error: setup_error(error),
                        pending: is_open
                            .then(|| attempt.with_challenge(UserChallenge::MfaSetup(open))),
                    })
                }
            }
        })
    }

    /// Sends the first code of an authenticator app that the user sets up during the sign-in.
    pub fn verify_authenticator(
        self,
        attempt: SignInAttempt,
        open: OpenChallenge<TotpSetup>,
        code: VerificationCode,
    ) -> SignInFuture {
        Box::pin(async move {
            let verify = open.verify_request(&code, None).map_err(malformed)?;
            match user_pool::send_action(&self.config.get_value(), &verify).await {
                Ok(session) => {
                    self.run_steps(attempt, Step::Send(open.on_verified(session)))
                        .await
                }
                // Cognito may answer a wrong code with a response whose status is `ERROR`.
                Err(CallError::Malformed(_)) => Err(SignInFailure {
                    error: SignInError::WrongCode,
                    pending: Some(attempt.with_challenge(UserChallenge::TotpSetup(open))),
                }),
                Err(error) => {
                    let is_open = can_retry(&error, |refusal| open.on_error(refusal));
                    Err(SignInFailure {
                        error: setup_error(error),
                        pending: is_open
                            .then(|| attempt.with_challenge(UserChallenge::TotpSetup(open))),
                    })
                }
            }
        })
    }
}

/// Returns true if the user can answer a challenge again after a failed request: if no response came, or if `rule`
/// allows it for the refusal.
fn can_retry(error: &CallError, rule: impl Fn(&ServiceError) -> Recovery) -> bool {
    match error {
        CallError::Refused(refusal) => rule(refusal) == Recovery::RetryAnswer,
        CallError::Fetch(_) => true,
        CallError::Malformed(_) => false,
    }
}

/// Converts the error of a request that sets up an authenticator app.
fn setup_error(error: CallError) -> SignInError {
    match error {
        CallError::Refused(ServiceError {
            kind: ErrorKind::CodeMismatch | ErrorKind::EnableSoftwareTokenMfa,
            ..
        }) => SignInError::WrongCode,
        CallError::Refused(ServiceError {
            kind: ErrorKind::ExpiredCode,
            ..
        }) => SignInError::CodeAlreadyUsed,
        CallError::Refused(refusal) if refusal.kind == ErrorKind::InvalidParameter => {
            SignInError::InvalidValue(refusal.readable_message().map(str::to_owned))
        }
        CallError::Refused(refusal) if refusal.detail() == Some(ErrorDetail::ExpiredSession) => {
            SignInError::ChallengeExpired
        }
        CallError::Refused(ServiceError {
            kind: ErrorKind::NotAuthorized,
            ..
        }) => SignInError::SessionExpired,
        error => SignInError::Request(error.into()),
    }
}

fn malformed(malformed: MemberError) -> SignInError {
    SignInError::Request(RequestError::Malformed(malformed))
}
