//! `USER_AUTH`: the factor that is chosen, and the challenges that ask for the choice (`SELECT_CHALLENGE`) or for what goes
//! with it (`PASSWORD`, `PASSWORD_SRP`).

use rusqlite::Connection;
use serde_json::json;

use super::first_factor::FirstFactor;
use super::{Step, Turn, device, first_code, parameters, password_verifier, web_authn};
use crate::actions::input::TextMap;
use crate::actions::sign_in::check_state;
use crate::error::{ApiError, ErrorKind};
use crate::pool::device::no_such_device;
use crate::pool::session::{Began, ChallengeName, Progress, Session, Who};
use crate::pool::sign_up_session::{SignUpSession, Stage};
use crate::pool::{User, attempts};
use crate::secret::Secret;
use crate::srp::Challenged;

/// Somebody who signs in by choice, and what they may choose from.
struct Chooser {
    who: Who,
    user: Option<User>,
    factors: Vec<FirstFactor>,
}

impl Chooser {
    fn offers(&self, factor: FirstFactor) -> bool {
        self.factors.contains(&factor)
    }
}

/// `InitiateAuth` with `USER_AUTH`.
pub(crate) fn begin(
    turn: &Turn<'_>,
    session: Option<&str>,
    parameters: &TextMap,
    progress: Progress,
) -> Result<Step, ApiError> {
    let username = parameters.required("USERNAME")?;
    if turn
        .pool
        .settings
        .kept
        .get("UserPoolTier")
        .is_some_and(|tier| tier == "LITE")
    {
        return Err(ApiError::new(
            ErrorKind::FeatureUnavailableInTier,
            "USER_AUTH is not available in the tier LITE of user pools.",
        ));
    }
    check_no_step_up(parameters)?;
    if let Some(sealed) = session {
        return after_sign_up(turn, sealed, username, progress);
    }
    let preferred = match parameters.get("PREFERRED_CHALLENGE") {
        None => None,
        Some(name) => Some(FirstFactor::read(name).ok_or_else(|| {
            ApiError::invalid_parameter(format!("Invalid PREFERRED_CHALLENGE: {name}"))
        })?),
    };
    let user = turn.candidate(username)?;
    let chooser = turn.service.store().with(|connection| {
        Ok::<_, ApiError>(match user {
            Some(user) => {
                device::check_known(turn, connection, &user, &progress)?;
                Chooser {
                    who: Who {
                        typed: username.to_owned(),
                        ..Who::user(&user)
                    },
                    factors: turn.first_factors(connection, &user)?,
                    user: Some(user),
                }
            }
            // Nobody's device is not known either: the answer must not tell.
            None if progress.device_key.is_some() && turn.pool.tracks_devices().is_some() => {
                return Err(no_such_device());
            }
            None => Chooser {
                who: Challenged::nobody(turn.service.sealer(), turn.pool, username).who,
                factors: turn.first_factors_of_nobody(username),
                user: None,
            },
        })
    })?;
    let only = match chooser.factors.as_slice() {
        [] => return Err(ApiError::incorrect_username_or_password()),
        [only] => Some(*only),
        _ => None,
    };
    match preferred.filter(|factor| chooser.offers(*factor)).or(only) {
        Some(factor) => chosen(turn, &chooser, factor, None, parameters, progress),
        None => {
            let parameters = super::parameters([("USERNAME", json!(chooser.who.name))]);
            let step = turn.pose(
                ChallengeName::SelectChallenge,
                chooser.who.clone(),
                parameters,
                progress,
            );
            Ok(offering(step, &chooser))
        }
    }
}

/// A step-up is for who is signed in already, and asks for a level (`acr`) of the new tokens. Not emulated; what asked for
/// one must not take an ordinary sign-in for it.
fn check_no_step_up(parameters: &TextMap) -> Result<(), ApiError> {
    if parameters.get("TARGET_ACR_VALUES").is_some() {
        return Err(ApiError::invalid_parameter(
            "The local pool does not emulate TARGET_ACR_VALUES.",
        ));
    }
    match parameters.get("ACCESS_TOKEN") {
        Some(_) => Err(ApiError::missing_parameter("TARGET_ACR_VALUES")),
        None => Ok(()),
    }
}

/// A challenge, with the list of what could be chosen.
fn offering(step: Step, chooser: &Chooser) -> Step {
    match step {
        Step::Challenge(posed) => Step::Challenge(super::Posed {
            available: chooser
                .factors
                .iter()
                .map(|factor| factor.wire_name())
                .collect(),
            ..posed
        }),
        other => other,
    }
}

/// Goes on with a factor. What it needs may be there already, or is asked for. A session that the choice answers is used
/// up once the choice has led somewhere.
fn chosen(
    turn: &Turn<'_>,
    chooser: &Chooser,
    factor: FirstFactor,
    session: Option<&Session>,
    given: &TextMap,
    progress: Progress,
) -> Result<Step, ApiError> {
    let (typed, now) = (&chooser.who.typed, turn.caller.now);
    let spend = |tx: &Connection| session.map_or(Ok(()), |session| session.spend(tx, now));
    let ask = |name: ChallengeName| {
        let step = turn.pose(
            name,
            chooser.who.clone(),
            parameters([("USERNAME", json!(chooser.who.name))]),
            progress.clone(),
        );
        turn.service.store().decide(|tx| spend(tx))?;
        Ok(offering(step, chooser))
    };
    match factor {
        FirstFactor::Password => match given.get("PASSWORD") {
            None => ask(ChallengeName::Password),
            Some(password) => {
                let password = Secret::new(password);
                turn.with_password(typed, &password, |tx, user| {
                    spend(tx)?;
                    turn.after_password(tx, user, progress.clone())
                })
            }
        },
        FirstFactor::PasswordSrp => match given.get("SRP_A") {
            None => ask(ChallengeName::PasswordSrp),
            Some(srp_a) => {
                let step = password_verifier::pose(turn, typed, srp_a, progress.clone())?;
                turn.service.store().decide(|tx| spend(tx))?;
                Ok(offering(step, chooser))
            }
        },
        FirstFactor::EmailOtp | FirstFactor::SmsOtp => turn.service.store().decide(|tx| {
            spend(tx)?;
            let destination = match &chooser.user {
                Some(user) => turn
                    .destination(tx, user, factor)?
                    .ok_or_else(Session::invalid)?,
                None => {
                    let made_up = turn
                        .service
                        .sealer()
                        .derive("nobody's address", &[&turn.pool.id, &turn.pool.fold(typed)]);
                    turn.pool.settings.simulated_destination(typed, made_up)
                }
            };
            let name = match factor {
                FirstFactor::SmsOtp => ChallengeName::SmsOtp,
                _ => ChallengeName::EmailOtp,
            };
            let sent = first_code::pose(
                turn,
                tx,
                (name, &destination),
                (chooser.user.as_ref(), chooser.who.clone()),
                progress.clone(),
            )?;
            Ok(offering(sent, chooser))
        }),
        FirstFactor::WebAuthn => turn.service.store().decide(|tx| {
            spend(tx)?;
            let user = chooser.user.as_ref().ok_or_else(Session::invalid)?;
            web_authn::pose(turn, tx, user, chooser.who.clone(), progress.clone())?
                .map(|step| offering(step, chooser))
                .ok_or_else(Session::invalid)
        }),
    }
}

/// Who answers a session of this flow, as things are now.
fn chooser_of(turn: &Turn<'_>, session: &Session) -> Result<Chooser, ApiError> {
    turn.service.store().with(|connection| {
        let user = session.user(connection)?;
        if user.is_none() && session.who.sub.is_some() {
            return Err(ApiError::no_such_user());
        }
        let factors = match &user {
            Some(user) => {
                check_state(connection, user, turn.caller)?;
                turn.first_factors(connection, user)?
            }
            None => turn.first_factors_of_nobody(&session.who.typed),
        };
        Ok(Chooser {
            who: session.who.clone(),
            user,
            factors,
        })
    })
}

/// The answer to `SELECT_CHALLENGE`.
pub(crate) fn answer_choice(
    turn: &Turn<'_>,
    session: Option<&str>,
    answers: &TextMap,
) -> Result<Step, ApiError> {
    let session = turn.session(session, ChallengeName::SelectChallenge, answers)?;
    let name = answers.required("ANSWER")?;
    let chooser = chooser_of(turn, &session)?;
    let factor = FirstFactor::read(name)
        .filter(|factor| chooser.offers(*factor))
        .ok_or_else(|| {
            ApiError::invalid_parameter(format!("{name} is not one of the available challenges."))
        })?;
    let progress = session.progress.clone();
    chosen(turn, &chooser, factor, Some(&session), answers, progress)
}

/// The answer to `PASSWORD` or `PASSWORD_SRP`.
pub(crate) fn answer_password(
    turn: &Turn<'_>,
    challenge: ChallengeName,
    session: Option<&str>,
    answers: &TextMap,
) -> Result<Step, ApiError> {
    let session = turn.session(session, challenge, answers)?;
    let factor = if challenge == ChallengeName::PasswordSrp {
        answers.required("SRP_A")?;
        FirstFactor::PasswordSrp
    } else {
        answers.required("PASSWORD")?;
        FirstFactor::Password
    };
    let chooser = chooser_of(turn, &session)?;
    let progress = session.progress.clone();
    chosen(turn, &chooser, factor, Some(&session), answers, progress)
}

/// Somebody who has just confirmed their sign-up: the code that they typed is their first factor.
fn after_sign_up(
    turn: &Turn<'_>,
    sealed: &str,
    username: &str,
    progress: Progress,
) -> Result<Step, ApiError> {
    let now = turn.caller.now;
    let sealer = turn.service.sealer();
    let session = SignUpSession::open(sealer, sealed, turn.client, Stage::Confirmed, now)?;
    turn.service.store().decide(|tx| {
        let user = turn
            .pool
            .user(tx, username)?
            .filter(|user| user.sub == session.sub())
            .ok_or_else(Session::invalid)?;
        check_state(tx, &user, turn.caller)?;
        session.spend(tx, now)?;
        attempts::note_success(tx, &user.subject())?;
        turn.second_factor(
            tx,
            user,
            Progress {
                began: Began::Choice,
                ..progress
            },
        )
    })
}
