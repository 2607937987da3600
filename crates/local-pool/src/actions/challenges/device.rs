//! The `DEVICE_SRP_AUTH` and `DEVICE_PASSWORD_VERIFIER` challenges: a remembered device proves its secret by SRP,
//! instead of a second factor.

use cognito_proto::srp::SrpIdentity;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::{
    IssuedChallenge, NextSignInStep, SignInInterface, SignInRequest, challenge_parameters,
};
use crate::actions::input::TextMap;
use crate::actions::sign_in::count_wrong_password;
use crate::error::ApiError;
use crate::pool::device::{self, Device, DeviceConfiguration, NewDevice, unknown_device_error};
use crate::pool::password::StoredVerifier;
use crate::pool::session::{ChallengeName, SignInIdentity, SignInProgress, SignInSession};
use crate::pool::token_family::SignInDevice;
use crate::pool::{User, attempts};
use crate::srp::{self, PasswordClaim, SecretBlock, SrpSecretKind, SrpSubject};

/// Returns the pool's device configuration if this sign-in uses devices. Returns `None` if the pool does not
/// track devices, and on the hosted pages, which do not use device keys.
fn device_configuration_of_sign_in(sign_in: &SignInRequest<'_>) -> Option<DeviceConfiguration> {
    sign_in
        .pool
        .device_configuration()
        .filter(|_| sign_in.interface == SignInInterface::Api)
}

/// Returns an error if the device key in the request does not belong to the user. Call this function before anything is
/// marked as used: after this error, clients delete the key and respond to the same challenge without it.
pub(crate) fn check_device_key(
    sign_in: &SignInRequest<'_>,
    connection: &Connection,
    user: &User,
    progress: &SignInProgress,
) -> Result<(), ApiError> {
    match (
        &progress.device_key,
        device_configuration_of_sign_in(sign_in),
    ) {
        (Some(key), Some(_)) => Device::load_device(connection, user, key).map(drop),
        _ => Ok(()),
    }
}

/// Returns the device on which the user signs in: a known device, whose last use is recorded, or a new one. Returns
/// `None` if the pool does not track devices.
pub(crate) fn find_device_of_sign_in(
    sign_in: &SignInRequest<'_>,
    connection: &Connection,
    user: &User,
    progress: &SignInProgress,
) -> Result<Option<SignInDevice>, ApiError> {
    if device_configuration_of_sign_in(sign_in).is_none() {
        return Ok(None);
    }
    let Some(key) = &progress.device_key else {
        let new = NewDevice::new(sign_in.service.sealer(), sign_in.pool);
        return Ok(Some(SignInDevice::New(new)));
    };
    let mut device = Device::load_device(connection, user, key)?;
    device.authenticated_at = sign_in.caller.now;
    device.last_ip = sign_in.caller.ip.to_string();
    device.update_device(connection)?;
    Ok(Some(SignInDevice::Known(device.key)))
}

/// Issues `DEVICE_SRP_AUTH` for a remembered device. Returns `None` if the user has no such device, or if a
/// second factor is required that the device may not replace.
pub(crate) fn issue_device_challenge(
    sign_in: &SignInRequest<'_>,
    connection: &Connection,
    user: &User,
    progress: &SignInProgress,
    second_factor_required: bool,
) -> Result<Option<NextSignInStep>, ApiError> {
    let (Some(configuration), Some(key)) = (
        device_configuration_of_sign_in(sign_in),
        &progress.device_key,
    ) else {
        return Ok(None);
    };
    let device = Device::load_device(connection, user, key)?;
    if !device.remembered
        || device.verifier.is_none()
        || second_factor_required && !configuration.replaces_second_factor()
    {
        return Ok(None);
    }
    let step = sign_in.issue_challenge(
        ChallengeName::DeviceSrpAuth,
        SignInIdentity::from_user(user),
        challenge_parameters([
            ("DEVICE_KEY", json!(key)),
            ("USERNAME", json!(user.username)),
        ]),
        progress.clone(),
    );
    if let NextSignInStep::Challenge(IssuedChallenge {
        session: Some(session),
        ..
    }) = &step
    {
        let now = sign_in.caller.now;
        let sealed = session.seal_session(sign_in.service.sealer())?;
        let moments = (now, now.plus(sign_in.client.settings.session_lifetime()));
        device::save_pending_device_session(connection, key, &sign_in.client.id, &sealed, moments)?;
    }
    Ok(Some(step))
}

/// Checks the response to `DEVICE_SRP_AUTH`, which contains the client's public value `SRP_A`, and issues
/// `DEVICE_PASSWORD_VERIFIER`.
pub(crate) fn respond_to_device_srp_auth(
    sign_in: &SignInRequest<'_>,
    session: Option<&str>,
    responses: &TextMap,
) -> Result<NextSignInStep, ApiError> {
    let key = responses.get_required("DEVICE_KEY")?;
    let srp_a = responses.get_required("SRP_A")?;
    let store = sign_in.service.store();
    let session_text = match session {
        Some(session) => Some(session.to_owned()),
        None => find_pending_device_session(sign_in, key, responses.get_required("USERNAME")?)?,
    };
    let session = sign_in.open_challenge_session(
        session_text.as_deref(),
        ChallengeName::DeviceSrpAuth,
        responses,
    )?;
    let verifier = store.run_query(|connection| {
        let user = session
            .load_user(connection)?
            .ok_or_else(SignInSession::invalid_session_error)?;
        verifier_or_unknown_device(&Device::load_device(connection, &user, key)?)
    })?;
    let challenge = srp::create_srp_challenge(
        sign_in.service.sealer(),
        sign_in.service.pending_exchanges(),
        sign_in.client,
        &SrpSubject::srp_subject_of_device(session.identity.clone(), verifier),
        srp_a,
        session.progress.clone(),
        sign_in.caller.now,
    )?;
    let Value::Object(parameters) = challenge else {
        return Err(ApiError::internal("a challenge has no parameters"));
    };
    sign_in.verify_in_transaction(&session, |tx, _| {
        session.mark_session_used(tx, sign_in.caller.now)
    })?;
    Ok(NextSignInStep::Challenge(IssuedChallenge {
        name: ChallengeName::DevicePasswordVerifier,
        // The response is identified by its secret block.
        session: None,
        parameters,
        available: Vec::new(),
    }))
}

/// Returns the session of a sign-in that waits for this device's proof, for clients that send no session. If the device
/// key does not belong to the user, this error comes before any other, because clients then delete the key.
fn find_pending_device_session(
    sign_in: &SignInRequest<'_>,
    device_key: &str,
    username: &str,
) -> Result<Option<String>, ApiError> {
    sign_in.service.store().run_query(|connection| {
        let user = sign_in.pool.find_user_by_name(connection, username)?;
        let user = user.ok_or_else(unknown_device_error)?;
        Device::load_device(connection, &user, device_key)?;
        device::load_pending_device_session(connection, device_key, &sign_in.client.id)
    })
}

/// Returns the SRP verifier of a device. Returns the error for an unknown device if the device is not remembered (any
/// more).
fn verifier_or_unknown_device(device: &Device) -> Result<StoredVerifier, ApiError> {
    device
        .verifier
        .clone()
        .filter(|_| device.remembered)
        .ok_or_else(unknown_device_error)
}

/// Verifies the device's SRP proof in the response to `DEVICE_PASSWORD_VERIFIER`, and completes the sign-in.
pub(crate) fn verify_device_proof(
    sign_in: &SignInRequest<'_>,
    responses: &TextMap,
) -> Result<NextSignInStep, ApiError> {
    let SignInRequest {
        service,
        pool,
        caller,
        ..
    } = sign_in;
    let username = responses.get_required("USERNAME")?;
    let key = responses.get_required("DEVICE_KEY")?;
    let claim = PasswordClaim {
        secret_block: responses.get_required("PASSWORD_CLAIM_SECRET_BLOCK")?,
        signature: responses.get_required("PASSWORD_CLAIM_SIGNATURE")?,
        timestamp: responses.get_required("TIMESTAMP")?,
    };
    let refused = ApiError::incorrect_username_or_password;
    let block = SecretBlock::open_secret_block(
        service.sealer(),
        claim.secret_block,
        SrpSecretKind::Device,
        sign_in.client,
        caller.now,
    )?;
    if block.progress().device_key.as_deref() != Some(key) {
        return Err(refused());
    }
    let load_user_and_verifier = |connection: &Connection| {
        let user = match &block.identity().sub {
            Some(sub) => User::find_user_by_sub(connection, sub)?,
            None => None,
        };
        let user = user.ok_or_else(refused)?;
        let verifier = verifier_or_unknown_device(&Device::load_device(connection, &user, key)?)?;
        Ok::<_, ApiError>((user, verifier))
    };
    let verifier = service.store().run_query(|connection| {
        if !block
            .identity()
            .matches_username(connection, pool, username)?
        {
            return Err(refused());
        }
        load_user_and_verifier(connection).map(|(_, verifier)| verifier)
    })?;
    let group_key = device::device_group_key(service.sealer(), pool);
    let identity = SrpIdentity::device(&group_key, key);
    let is_proof_valid = block.is_valid_password_claim(
        &claim,
        service.pending_exchanges(),
        identity,
        &verifier,
        caller.now,
    );
    service.store().commit_even_if_refused(|tx| {
        // The user or the device may have changed since the proof was verified.
        let (user, current_verifier) = load_user_and_verifier(tx)?;
        crate::actions::sign_in::check_user_state(tx, &user, caller)?;
        // A challenge accepts one response, whether it is right or wrong.
        if !attempts::mark_one_time_id_used(tx, block.block_id(), block.expires_at(), caller.now)? {
            return Err(refused());
        }
        if is_proof_valid && current_verifier == verifier {
            sign_in.complete_sign_in(tx, user, block.progress())
        } else {
            Err(count_wrong_password(
                tx,
                &user.codes_and_attempts_key(),
                caller,
            ))
        }
    })
}
