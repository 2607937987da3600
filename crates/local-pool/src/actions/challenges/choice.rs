//! The `USER_AUTH` flow: the chosen factor, and the challenges that ask for the choice (`SELECT_CHALLENGE`) or for a
//! password (`PASSWORD`, `PASSWORD_SRP`).

use rusqlite::Connection;
use serde_json::json;

use super::first_factor::FirstFactor;
use super::{
    NextSignInStep, SignInRequest, challenge_parameters, device, first_code, password_verifier,
    web_authn,
};
use crate::actions::input::TextMap;
use crate::actions::sign_in::check_user_state;
use crate::error::{ApiError, ErrorKind};
use crate::pool::device::unknown_device_error;
use crate::pool::session::{
    ChallengeName, SignInFlowKind, SignInIdentity, SignInProgress, SignInSession,
};
use crate::pool::sign_up_session::{SignUpSession, SignUpStage};
use crate::pool::{User, attempts};
use crate::secret::Secret;
use crate::srp::SrpSubject;

/// The user of a `USER_AUTH` sign-in, and the first factors that the user can choose from. `user` is `None` for an
/// unknown username.
struct FirstFactorSelection {
    identity: SignInIdentity,
    user: Option<User>,
    factors: Vec<FirstFactor>,
}

impl FirstFactorSelection {
    /// Returns true if the user can choose this first factor.
    fn offers_first_factor(&self, factor: FirstFactor) -> bool {
        self.factors.contains(&factor)
    }
}

/// Starts a `USER_AUTH` sign-in for an `InitiateAuth` request, and returns the first step.
pub(crate) fn start_user_auth(
    sign_in: &SignInRequest<'_>,
    session: Option<&str>,
    parameters: &TextMap,
    progress: SignInProgress,
) -> Result<NextSignInStep, ApiError> {
    let username = parameters.get_required("USERNAME")?;
    if sign_in
        .pool
        .settings
        .stored_members
        .get("UserPoolTier")
        .is_some_and(|tier| tier == "LITE")
    {
        return Err(ApiError::new(
            ErrorKind::FeatureUnavailableInTier,
            "USER_AUTH is not available in the tier LITE of user pools.",
        ));
    }
    reject_step_up_sign_in(parameters)?;
    if let Some(sealed) = session {
        return continue_sign_in_after_sign_up(sign_in, sealed, username, progress);
    }
    let preferred = match parameters.get_non_empty("PREFERRED_CHALLENGE") {
        None => None,
        Some(name) => Some(FirstFactor::from_wire_name(name).ok_or_else(|| {
            ApiError::invalid_parameter(format!("Invalid PREFERRED_CHALLENGE: {name}"))
        })?),
    };
    let user = sign_in.find_user_for_sign_in(username)?;
    let selection = sign_in.service.store().run_query(|connection| {
        Ok::<_, ApiError>(match user {
            Some(user) => {
                device::check_device_key(sign_in, connection, &user, &progress)?;
                FirstFactorSelection {
                    identity: SignInIdentity {
                        entered_username: username.to_owned(),
                        ..SignInIdentity::from_user(&user)
                    },
                    factors: sign_in.load_first_factors(connection, &user)?,
                    user: Some(user),
                }
            }
            // An unknown user has no devices, so the response is the same as for a known user with an unknown device.
            None if progress.device_key.is_some()
                && sign_in.pool.device_configuration().is_some() =>
            {
                return Err(unknown_device_error());
            }
            None => FirstFactorSelection {
                identity: SrpSubject::srp_subject_of_unknown_user(
                    sign_in.service.sealer(),
                    sign_in.pool,
                    username,
                )
                .identity,
                factors: sign_in.first_factors_of_unknown_user(username),
                user: None,
            },
        })
    })?;
    let only = match selection.factors.as_slice() {
        [] => return Err(ApiError::incorrect_username_or_password()),
        [only] => Some(*only),
        _ => None,
    };
    match preferred
        .filter(|factor| selection.offers_first_factor(*factor))
        .or(only)
    {
        Some(factor) => {
            continue_with_first_factor(sign_in, &selection, factor, None, parameters, progress)
        }
        None => {
            let parameters = super::challenge_parameters([(
                "USERNAME",
                json!(selection.identity.user_id_for_srp),
            )]);
            let step = sign_in.issue_challenge(
                ChallengeName::SelectChallenge,
                selection.identity.clone(),
                parameters,
                progress,
            );
            Ok(with_available_challenges(step, &selection))
        }
    }
}

/// Returns an error if the request asks for a step-up: tokens with another authentication level (`acr`) for a user who
/// is already signed in. The local pool does not emulate a step-up, and a caller must not mistake an ordinary sign-in
/// for one.
fn reject_step_up_sign_in(parameters: &TextMap) -> Result<(), ApiError> {
    if parameters.get_non_empty("TARGET_ACR_VALUES").is_some() {
        return Err(ApiError::invalid_parameter(
            "The local pool does not emulate TARGET_ACR_VALUES.",
        ));
    }
    match parameters.get_non_empty("ACCESS_TOKEN") {
        Some(_) => Err(ApiError::missing_parameter("TARGET_ACR_VALUES")),
        None => Ok(()),
    }
}

/// Adds the list of the first factors to choose from to `step`, if the step is a challenge, and returns the step.
fn with_available_challenges(
    step: NextSignInStep,
    selection: &FirstFactorSelection,
) -> NextSignInStep {
    match step {
        NextSignInStep::Challenge(challenge) => NextSignInStep::Challenge(super::IssuedChallenge {
            available: selection
                .factors
                .iter()
                .map(|factor| factor.wire_name())
                .collect(),
            ..challenge
        }),
        other => other,
    }
}

/// Continues the sign-in with this first factor: verifies the proof if the request already contains it, or else issues
/// the challenge for it. It marks the session as used only if the user can choose this factor.
fn continue_with_first_factor(
    sign_in: &SignInRequest<'_>,
    selection: &FirstFactorSelection,
    factor: FirstFactor,
    session: Option<&SignInSession>,
    given_parameters: &TextMap,
    progress: SignInProgress,
) -> Result<NextSignInStep, ApiError> {
    let (entered_username, now) = (&selection.identity.entered_username, sign_in.caller.now);
    let mark_used =
        |tx: &Connection| session.map_or(Ok(()), |session| session.mark_session_used(tx, now));
    let issue = |name: ChallengeName| {
        let step = sign_in.issue_challenge(
            name,
            selection.identity.clone(),
            challenge_parameters([("USERNAME", json!(selection.identity.user_id_for_srp))]),
            progress.clone(),
        );
        sign_in
            .service
            .store()
            .commit_even_if_refused(|tx| mark_used(tx))?;
        Ok(with_available_challenges(step, selection))
    };
    match factor {
        FirstFactor::Password => match given_parameters.get_non_empty("PASSWORD") {
            None => issue(ChallengeName::Password),
            Some(password) => {
                let password = Secret::new(password);
                sign_in.verify_password(entered_username, &password, |tx, user| {
                    mark_used(tx)?;
                    sign_in.continue_sign_in_after_password(tx, user, progress.clone())
                })
            }
        },
        FirstFactor::PasswordSrp => match given_parameters.get_non_empty("SRP_A") {
            None => issue(ChallengeName::PasswordSrp),
            Some(srp_a) => {
                let step = password_verifier::issue_password_verifier_challenge(
                    sign_in,
                    entered_username,
                    srp_a,
                    progress.clone(),
                )?;
                sign_in
                    .service
                    .store()
                    .commit_even_if_refused(|tx| mark_used(tx))?;
                Ok(with_available_challenges(step, selection))
            }
        },
        FirstFactor::EmailOtp | FirstFactor::SmsOtp => {
            sign_in.service.store().commit_even_if_refused(|tx| {
                mark_used(tx)?;
                let destination = match &selection.user {
                    Some(user) => sign_in
                        .find_code_destination(tx, user, factor)?
                        .ok_or_else(SignInSession::invalid_session_error)?,
                    None => {
                        let made_up = sign_in.service.sealer().derive_bytes(
                            "unknown user's address",
                            &[
                                &sign_in.pool.id,
                                &sign_in.pool.normalize_username(entered_username),
                            ],
                        );
                        sign_in
                            .pool
                            .settings
                            .simulated_destination_of_unknown_user(entered_username, made_up)
                    }
                };
                let name = match factor {
                    FirstFactor::SmsOtp => ChallengeName::SmsOtp,
                    _ => ChallengeName::EmailOtp,
                };
                let sent = first_code::issue_first_code_challenge(
                    sign_in,
                    tx,
                    (name, &destination),
                    (selection.user.as_ref(), selection.identity.clone()),
                    progress.clone(),
                )?;
                Ok(with_available_challenges(sent, selection))
            })
        }
        FirstFactor::WebAuthn => sign_in.service.store().commit_even_if_refused(|tx| {
            mark_used(tx)?;
            let user = selection
                .user
                .as_ref()
                .ok_or_else(SignInSession::invalid_session_error)?;
            web_authn::issue_passkey_challenge(
                sign_in,
                tx,
                user,
                selection.identity.clone(),
                progress.clone(),
            )?
            .map(|step| with_available_challenges(step, selection))
            .ok_or_else(SignInSession::invalid_session_error)
        }),
    }
}

/// Loads the user of a `USER_AUTH` session, and the first factors that the user currently has.
fn load_factor_selection(
    sign_in: &SignInRequest<'_>,
    session: &SignInSession,
) -> Result<FirstFactorSelection, ApiError> {
    sign_in.service.store().run_query(|connection| {
        let user = session.load_user(connection)?;
        if user.is_none() && session.identity.sub.is_some() {
            return Err(ApiError::no_such_user());
        }
        let factors = match &user {
            Some(user) => {
                check_user_state(connection, user, sign_in.caller)?;
                sign_in.load_first_factors(connection, user)?
            }
            None => sign_in.first_factors_of_unknown_user(&session.identity.entered_username),
        };
        Ok(FirstFactorSelection {
            identity: session.identity.clone(),
            user,
            factors,
        })
    })
}

/// Verifies the response to `SELECT_CHALLENGE`, and returns the next step with the chosen factor.
pub(crate) fn verify_factor_choice(
    sign_in: &SignInRequest<'_>,
    session: Option<&str>,
    responses: &TextMap,
) -> Result<NextSignInStep, ApiError> {
    let session =
        sign_in.open_challenge_session(session, ChallengeName::SelectChallenge, responses)?;
    let name = responses.get_required("ANSWER")?;
    let selection = load_factor_selection(sign_in, &session)?;
    let factor = FirstFactor::from_wire_name(name)
        .filter(|factor| selection.offers_first_factor(*factor))
        .ok_or_else(|| {
            ApiError::invalid_parameter(format!("{name} is not one of the available challenges."))
        })?;
    let progress = session.progress.clone();
    continue_with_first_factor(
        sign_in,
        &selection,
        factor,
        Some(&session),
        responses,
        progress,
    )
}

/// Verifies the response to `PASSWORD` or `PASSWORD_SRP`, and returns the next step.
pub(crate) fn verify_password_response(
    sign_in: &SignInRequest<'_>,
    challenge: ChallengeName,
    session: Option<&str>,
    responses: &TextMap,
) -> Result<NextSignInStep, ApiError> {
    let session = sign_in.open_challenge_session(session, challenge, responses)?;
    let factor = if challenge == ChallengeName::PasswordSrp {
        responses.get_required("SRP_A")?;
        FirstFactor::PasswordSrp
    } else {
        responses.get_required("PASSWORD")?;
        FirstFactor::Password
    };
    let selection = load_factor_selection(sign_in, &session)?;
    let progress = session.progress.clone();
    continue_with_first_factor(
        sign_in,
        &selection,
        factor,
        Some(&session),
        responses,
        progress,
    )
}

/// Signs in a user who has just confirmed a new account, without another factor: the confirmation code counts as the
/// first factor.
fn continue_sign_in_after_sign_up(
    sign_in: &SignInRequest<'_>,
    sealed_session: &str,
    username: &str,
    progress: SignInProgress,
) -> Result<NextSignInStep, ApiError> {
    let now = sign_in.caller.now;
    let sealer = sign_in.service.sealer();
    let session = SignUpSession::open_sign_up_session(
        sealer,
        sealed_session,
        sign_in.client,
        SignUpStage::Confirmed,
        now,
    )?;
    sign_in.service.store().commit_even_if_refused(|tx| {
        let user = sign_in
            .pool
            .find_user_by_name(tx, username)?
            .filter(|user| user.sub == session.sub())
            .ok_or_else(SignInSession::invalid_session_error)?;
        check_user_state(tx, &user, sign_in.caller)?;
        session.mark_session_used(tx, now)?;
        attempts::record_correct_password(tx, &user.codes_and_attempts_key())?;
        sign_in.require_second_factor(
            tx,
            user,
            SignInProgress {
                flow: SignInFlowKind::Choice,
                ..progress
            },
        )
    })
}
