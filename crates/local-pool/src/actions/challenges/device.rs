//! `DEVICE_SRP_AUTH` and `DEVICE_PASSWORD_VERIFIER`: a remembered device proves the secret that it made up, in place of a
//! second factor.

use cognito_proto::srp::SrpIdentity;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::{IssuedChallenge, NextStep, SignInInterface, SignInRequest, parameters};
use crate::actions::input::TextMap;
use crate::actions::sign_in::wrong_password;
use crate::error::ApiError;
use crate::pool::device::{self, Device, DeviceConfiguration, NewDevice, no_such_device};
use crate::pool::password::StoredVerifier;
use crate::pool::session::{ChallengeName, Identity, Progress, Session};
use crate::pool::token_family::SessionDevice;
use crate::pool::{User, attempts};
use crate::srp::{self, PasswordClaim, SecretBlock, SecretKind, SrpSubject};

/// How devices are treated in this sign-in; none where they are not: the hosted pages know no device keys.
fn device_configuration(sign_in: &SignInRequest<'_>) -> Option<DeviceConfiguration> {
    sign_in
        .pool
        .tracks_devices()
        .filter(|_| sign_in.interface == SignInInterface::Api)
}

/// Refuses a key of no device of this user's. To be asked before anything is used up: clients then forget the key and
/// answer the same challenge without it.
pub(crate) fn check_device(
    sign_in: &SignInRequest<'_>,
    connection: &Connection,
    user: &User,
    progress: &Progress,
) -> Result<(), ApiError> {
    match (&progress.device_key, device_configuration(sign_in)) {
        (Some(key), Some(_)) => Device::load(connection, user, key).map(drop),
        _ => Ok(()),
    }
}

/// The device that somebody signs in on: a known one, whose last use is noted, or a new one.
pub(crate) fn device_of_sign_in(
    sign_in: &SignInRequest<'_>,
    connection: &Connection,
    user: &User,
    progress: &Progress,
) -> Result<Option<SessionDevice>, ApiError> {
    if device_configuration(sign_in).is_none() {
        return Ok(None);
    }
    let Some(key) = &progress.device_key else {
        let new = NewDevice::new(sign_in.service.sealer(), sign_in.pool);
        return Ok(Some(SessionDevice::New(new)));
    };
    let mut device = Device::load(connection, user, key)?;
    device.authenticated_at = sign_in.caller.now;
    device.last_ip = sign_in.caller.ip.to_string();
    device.update(connection)?;
    Ok(Some(SessionDevice::Known(device.key)))
}

/// Asks a remembered device for its secret; none where there is no such device, or where it may not stand in for a second
/// factor that is `required`.
pub(crate) fn issue_device_challenge(
    sign_in: &SignInRequest<'_>,
    connection: &Connection,
    user: &User,
    progress: &Progress,
    required: bool,
) -> Result<Option<NextStep>, ApiError> {
    let (Some(configuration), Some(key)) = (device_configuration(sign_in), &progress.device_key)
    else {
        return Ok(None);
    };
    let device = Device::load(connection, user, key)?;
    if !device.remembered
        || device.verifier.is_none()
        || required && !configuration.replaces_second_factor()
    {
        return Ok(None);
    }
    let step = sign_in.issue_challenge(
        ChallengeName::DeviceSrpAuth,
        Identity::user(user),
        parameters([
            ("DEVICE_KEY", json!(key)),
            ("USERNAME", json!(user.username)),
        ]),
        progress.clone(),
    );
    if let NextStep::Challenge(IssuedChallenge {
        session: Some(session),
        ..
    }) = &step
    {
        let now = sign_in.caller.now;
        let sealed = session.seal(sign_in.service.sealer())?;
        let moments = (now, now.plus(sign_in.client.settings.session_lifetime()));
        device::save_pending_session(connection, key, &sign_in.client.id, &sealed, moments)?;
    }
    Ok(Some(step))
}

/// `DEVICE_SRP_AUTH` is answered with `SRP_A`; the device is challenged in turn.
pub(crate) fn respond_to_srp_auth(
    sign_in: &SignInRequest<'_>,
    session: Option<&str>,
    answers: &TextMap,
) -> Result<NextStep, ApiError> {
    let key = answers.required("DEVICE_KEY")?;
    let srp_a = answers.required("SRP_A")?;
    let store = sign_in.service.store();
    let session_text = match session {
        Some(session) => Some(session.to_owned()),
        None => find_pending_session(sign_in, key, answers.required("USERNAME")?)?,
    };
    let session = sign_in.open_session(
        session_text.as_deref(),
        ChallengeName::DeviceSrpAuth,
        answers,
    )?;
    let verifier = store.read(|connection| {
        let user = session.user(connection)?.ok_or_else(Session::invalid)?;
        verifier_of_device(&Device::load(connection, &user, key)?)
    })?;
    let challenge = srp::challenge_parameters(
        sign_in.service.sealer(),
        sign_in.service.pending_exchanges(),
        sign_in.client,
        &SrpSubject::device(session.identity.clone(), verifier),
        srp_a,
        session.progress.clone(),
        sign_in.caller.now,
    )?;
    let Value::Object(parameters) = challenge else {
        return Err(ApiError::internal("a challenge has no parameters"));
    };
    sign_in.verify_in_transaction(&session, |tx, _| session.mark_used(tx, sign_in.caller.now))?;
    Ok(NextStep::Challenge(IssuedChallenge {
        name: ChallengeName::DevicePasswordVerifier,
        // The answer is recognised by its secret block.
        session: None,
        parameters,
        available: Vec::new(),
    }))
}

/// The session of the sign-in that waits for this device, for clients that send none. A device that this user does not
/// have is told of first: clients forget it by that.
fn find_pending_session(
    sign_in: &SignInRequest<'_>,
    key: &str,
    username: &str,
) -> Result<Option<String>, ApiError> {
    sign_in.service.store().read(|connection| {
        let user = sign_in.pool.user(connection, username)?;
        let user = user.ok_or_else(no_such_device)?;
        Device::load(connection, &user, key)?;
        device::pending_session(connection, key, &sign_in.client.id)
    })
}

/// What a device proves its secret with; one that is not remembered (any more) is as good as none.
fn verifier_of_device(device: &Device) -> Result<StoredVerifier, ApiError> {
    device
        .verifier
        .clone()
        .filter(|_| device.remembered)
        .ok_or_else(no_such_device)
}

/// `DEVICE_PASSWORD_VERIFIER`: judges the proof.
pub(crate) fn verify_device_proof(
    sign_in: &SignInRequest<'_>,
    answers: &TextMap,
) -> Result<NextStep, ApiError> {
    let SignInRequest {
        service,
        pool,
        caller,
        ..
    } = sign_in;
    let username = answers.required("USERNAME")?;
    let key = answers.required("DEVICE_KEY")?;
    let claim = PasswordClaim {
        secret_block: answers.required("PASSWORD_CLAIM_SECRET_BLOCK")?,
        signature: answers.required("PASSWORD_CLAIM_SIGNATURE")?,
        timestamp: answers.required("TIMESTAMP")?,
    };
    let refused = ApiError::incorrect_username_or_password;
    let block = SecretBlock::open(
        service.sealer(),
        claim.secret_block,
        SecretKind::Device,
        sign_in.client,
        caller.now,
    )
    .filter(|block| block.progress().device_key.as_deref() == Some(key))
    .ok_or_else(refused)?;
    let challenged = |connection: &Connection| {
        let user = match &block.identity().sub {
            Some(sub) => User::by_sub(connection, sub)?,
            None => None,
        };
        let user = user.ok_or_else(refused)?;
        let verifier = verifier_of_device(&Device::load(connection, &user, key)?)?;
        Ok::<_, ApiError>((user, verifier))
    };
    let verifier = service.store().read(|connection| {
        if !block
            .identity()
            .matches_username(connection, pool, username)?
        {
            return Err(refused());
        }
        challenged(connection).map(|(_, verifier)| verifier)
    })?;
    let group_key = device::group_key(service.sealer(), pool);
    let identity = SrpIdentity::device(&group_key, key);
    let proved = block.verify(
        &claim,
        service.pending_exchanges(),
        identity,
        &verifier,
        caller.now,
    );
    service.store().write_even_if_refused(|tx| {
        // Meanwhile the user may have been changed or the device forgotten.
        let (user, now_verifier) = challenged(tx)?;
        crate::actions::sign_in::check_user_state(tx, &user, caller)?;
        // One challenge, one answer, right or wrong.
        if !attempts::mark_used(tx, block.id(), block.expires_at(), caller.now)? {
            return Err(refused());
        }
        if proved && now_verifier == verifier {
            sign_in.complete(tx, user, block.progress())
        } else {
            Err(wrong_password(tx, &user.subject(), caller))
        }
    })
}
