//! `DEVICE_SRP_AUTH` and `DEVICE_PASSWORD_VERIFIER`: a remembered device proves the secret that it made up, in place of a
//! second factor.

use cognito_proto::srp::SrpIdentity;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::{Entrance, Posed, Step, Turn, parameters};
use crate::actions::input::TextMap;
use crate::actions::sign_in::wrong_password;
use crate::error::ApiError;
use crate::pool::device::{self, Device, DeviceConfiguration, NewDevice, no_such_device};
use crate::pool::family::OnDevice;
use crate::pool::password::StoredVerifier;
use crate::pool::session::{ChallengeName, Progress, Session, Who};
use crate::pool::{User, attempts};
use crate::srp::{self, Challenged, Claim, SecretBlock, SecretOf};

/// How devices are treated in this sign-in; none where they are not: the hosted pages know no device keys.
fn tracked(turn: &Turn<'_>) -> Option<DeviceConfiguration> {
    turn.pool
        .tracks_devices()
        .filter(|_| turn.entrance == Entrance::Api)
}

/// Refuses a key of no device of this user's. To be asked before anything is used up: clients then forget the key and
/// answer the same challenge without it.
pub(crate) fn check_known(
    turn: &Turn<'_>,
    connection: &Connection,
    user: &User,
    progress: &Progress,
) -> Result<(), ApiError> {
    match (&progress.device_key, tracked(turn)) {
        (Some(key), Some(_)) => Device::load(connection, user, key).map(drop),
        _ => Ok(()),
    }
}

/// The device that somebody signs in on: a known one, whose last use is noted, or a new one.
pub(crate) fn at_sign_in(
    turn: &Turn<'_>,
    connection: &Connection,
    user: &User,
    progress: &Progress,
) -> Result<Option<OnDevice>, ApiError> {
    if tracked(turn).is_none() {
        return Ok(None);
    }
    let Some(key) = &progress.device_key else {
        let new = NewDevice::new(turn.service.sealer(), turn.pool);
        return Ok(Some(OnDevice::New(new)));
    };
    let mut device = Device::load(connection, user, key)?;
    device.authenticated_at = turn.caller.now;
    device.last_ip = turn.caller.ip.to_string();
    device.update(connection)?;
    Ok(Some(OnDevice::Known(device.key)))
}

/// Asks a remembered device for its secret; none where there is no such device, or where it may not stand in for a second
/// factor that is `demanded`.
pub(crate) fn instead_of_second_factor(
    turn: &Turn<'_>,
    connection: &Connection,
    user: &User,
    progress: &Progress,
    demanded: bool,
) -> Result<Option<Step>, ApiError> {
    let (Some(configuration), Some(key)) = (tracked(turn), &progress.device_key) else {
        return Ok(None);
    };
    let device = Device::load(connection, user, key)?;
    if !device.remembered
        || device.verifier.is_none()
        || demanded && !configuration.replaces_second_factor()
    {
        return Ok(None);
    }
    let step = turn.pose(
        ChallengeName::DeviceSrpAuth,
        Who::user(user),
        parameters([
            ("DEVICE_KEY", json!(key)),
            ("USERNAME", json!(user.username)),
        ]),
        progress.clone(),
    );
    if let Step::Challenge(Posed {
        session: Some(session),
        ..
    }) = &step
    {
        let now = turn.caller.now;
        let sealed = session.seal(turn.service.sealer())?;
        let moments = (now, now.plus(turn.client.settings.session_life()));
        device::keep_round(connection, key, &turn.client.id, &sealed, moments)?;
    }
    Ok(Some(step))
}

/// `DEVICE_SRP_AUTH` is answered with `SRP_A`; the device is challenged in turn.
pub(crate) fn answer_srp(
    turn: &Turn<'_>,
    session: Option<&str>,
    answers: &TextMap,
) -> Result<Step, ApiError> {
    let key = answers.required("DEVICE_KEY")?;
    let srp_a = answers.required("SRP_A")?;
    let store = turn.service.store();
    let kept = match session {
        Some(session) => Some(session.to_owned()),
        None => round_of(turn, key, answers.required("USERNAME")?)?,
    };
    let session = turn.session(kept.as_deref(), ChallengeName::DeviceSrpAuth, answers)?;
    let verifier = store.with(|connection| {
        let user = session.user(connection)?.ok_or_else(Session::invalid)?;
        verifier_of(&Device::load(connection, &user, key)?)
    })?;
    let posed = srp::pose(
        turn.service.sealer(),
        turn.service.outstanding(),
        turn.client,
        &Challenged::device(session.who.clone(), verifier),
        srp_a,
        session.progress.clone(),
        turn.caller.now,
    )?;
    let Value::Object(parameters) = posed else {
        return Err(ApiError::internal("a challenge has no parameters"));
    };
    turn.decide(&session, |tx, _| session.spend(tx, turn.caller.now))?;
    Ok(Step::Challenge(Posed {
        name: ChallengeName::DevicePasswordVerifier,
        // The answer is recognised by its secret block.
        session: None,
        parameters,
        available: Vec::new(),
    }))
}

/// The session of the sign-in that waits for this device, for clients that send none. A device that this user does not
/// have is told of first: clients forget it by that.
fn round_of(turn: &Turn<'_>, key: &str, username: &str) -> Result<Option<String>, ApiError> {
    turn.service.store().with(|connection| {
        let user = turn.pool.user(connection, username)?;
        let user = user.ok_or_else(no_such_device)?;
        Device::load(connection, &user, key)?;
        device::round(connection, key, &turn.client.id)
    })
}

/// What a device proves its secret with; one that is not remembered (any more) is as good as none.
fn verifier_of(device: &Device) -> Result<StoredVerifier, ApiError> {
    device
        .verifier
        .clone()
        .filter(|_| device.remembered)
        .ok_or_else(no_such_device)
}

/// `DEVICE_PASSWORD_VERIFIER`: judges the proof.
pub(crate) fn answer_proof(turn: &Turn<'_>, answers: &TextMap) -> Result<Step, ApiError> {
    let Turn {
        service,
        pool,
        caller,
        ..
    } = turn;
    let username = answers.required("USERNAME")?;
    let key = answers.required("DEVICE_KEY")?;
    let claim = Claim {
        secret_block: answers.required("PASSWORD_CLAIM_SECRET_BLOCK")?,
        signature: answers.required("PASSWORD_CLAIM_SIGNATURE")?,
        timestamp: answers.required("TIMESTAMP")?,
    };
    let refused = ApiError::incorrect_username_or_password;
    let block = SecretBlock::open(
        service.sealer(),
        claim.secret_block,
        SecretOf::Device,
        turn.client,
        caller.now,
    )
    .filter(|block| block.progress().device_key.as_deref() == Some(key))
    .ok_or_else(refused)?;
    let challenged = |connection: &Connection| {
        let user = match &block.who().sub {
            Some(sub) => User::by_sub(connection, sub)?,
            None => None,
        };
        let user = user.ok_or_else(refused)?;
        let verifier = verifier_of(&Device::load(connection, &user, key)?)?;
        Ok::<_, ApiError>((user, verifier))
    };
    let verifier = service.store().with(|connection| {
        if !block.who().is_named(connection, pool, username)? {
            return Err(refused());
        }
        challenged(connection).map(|(_, verifier)| verifier)
    })?;
    let group_key = device::group_key(service.sealer(), pool);
    let identity = SrpIdentity::device(&group_key, key);
    let proved = block.is_proved_by(
        &claim,
        service.outstanding(),
        identity,
        &verifier,
        caller.now,
    );
    service.store().decide(|tx| {
        // Meanwhile the user may have been changed or the device forgotten.
        let (user, now_verifier) = challenged(tx)?;
        crate::actions::sign_in::check_state(tx, &user, caller)?;
        // One challenge, one answer, right or wrong.
        if !attempts::spend(tx, block.id(), block.expires_at(), caller.now)? {
            return Err(refused());
        }
        if proved && now_verifier == verifier {
            turn.finish(tx, user, block.progress())
        } else {
            Err(wrong_password(tx, &user.subject(), caller))
        }
    })
}
