//! `PASSWORD_VERIFIER`: the password, proved by SRP.

use cognito_proto::srp::SrpIdentity;
use serde_json::Value;

use super::{Posed, Step, Turn, device};
use crate::actions::input::TextMap;
use crate::actions::sign_in::{check_state, wrong_password};
use crate::error::ApiError;
use crate::pool::password::StoredVerifier;
use crate::pool::session::{Began, ChallengeName, Progress, Session};
use crate::pool::{User, attempts};
use crate::srp::{self, Challenged, Claim, SecretBlock, SecretOf};

/// Challenges the user of that name, or nobody in the same way, to prove the password.
pub(crate) fn pose(
    turn: &Turn<'_>,
    username: &str,
    srp_a: &str,
    progress: Progress,
) -> Result<Step, ApiError> {
    let sealer = turn.service.sealer();
    let challenged = match turn.candidate(username)? {
        Some(user) => Challenged::user(sealer, turn.pool, &user, username),
        None => Challenged::nobody(sealer, turn.pool, username),
    };
    let posed = srp::pose(
        sealer,
        turn.service.outstanding(),
        turn.client,
        &challenged,
        srp_a,
        progress.clone(),
        turn.caller.now,
    )?;
    let Value::Object(parameters) = posed else {
        return Err(ApiError::internal("a challenge has no parameters"));
    };
    let name = ChallengeName::PasswordVerifier;
    // The answer is recognised by its secret block; a Session goes along where the flow has one throughout.
    let session = (progress.began != Began::Password)
        .then(|| Session::waiting(turn.client, challenged.who, name, progress, turn.caller.now));
    Ok(Step::Challenge(Posed {
        name,
        session,
        parameters,
        available: Vec::new(),
    }))
}

/// Judges the proof.
pub(crate) fn answer(turn: &Turn<'_>, answers: &TextMap) -> Result<Step, ApiError> {
    let Turn {
        service,
        pool,
        caller,
        ..
    } = turn;
    let username = answers.required("USERNAME")?;
    let claim = Claim {
        secret_block: answers.required("PASSWORD_CLAIM_SECRET_BLOCK")?,
        signature: answers.required("PASSWORD_CLAIM_SIGNATURE")?,
        timestamp: answers.required("TIMESTAMP")?,
    };
    // From here on every failure looks the same.
    let refused = ApiError::incorrect_username_or_password;
    let block = SecretBlock::open(
        service.sealer(),
        claim.secret_block,
        SecretOf::User,
        turn.client,
        caller.now,
    )
    .ok_or_else(refused)?;
    let user = service.store().with(|connection| {
        if !block.who().is_named(connection, pool, username)? {
            return Err(refused());
        }
        match &block.who().sub {
            Some(sub) => User::by_sub(connection, sub),
            None => Ok(None),
        }
    })?;
    let typed = &block.who().typed;
    let verifier: StoredVerifier = match &user {
        Some(User {
            verifier: Some(verifier),
            ..
        }) => verifier.clone(),
        _ => Challenged::nobody(service.sealer(), pool, typed).verifier,
    };
    let identity = SrpIdentity::user(pool.srp_name(), &block.who().name);
    let proved = block.is_proved_by(
        &claim,
        service.outstanding(),
        identity,
        &verifier,
        caller.now,
    );
    let mut progress = block.progress().clone();
    // A client that has forgotten its device since the first round says so by sending no key.
    progress.device_key = answers.get("DEVICE_KEY").map(str::to_owned);
    service.store().decide(|tx| {
        let now_user = match &user {
            Some(user) => User::by_id(tx, user.id)?,
            None => None,
        };
        if let Some(now_user) = &now_user {
            check_state(tx, now_user, caller)?;
        }
        let right = |user: &User| proved && user.verifier.as_ref() == Some(&verifier);
        if let Some(now_user) = now_user.as_ref().filter(|user| right(user))
            && !attempts::is_spent(tx, block.id())?
        {
            // Before the challenge is used up: the client forgets that device, and answers once more.
            device::check_known(turn, tx, now_user, &progress)?;
        }
        // One challenge, one answer, right or wrong.
        if !attempts::spend(tx, block.id(), block.expires_at(), caller.now)? {
            return Err(refused());
        }
        match now_user {
            Some(now_user) if right(&now_user) => turn.after_password(tx, now_user, progress),
            Some(now_user) => Err(wrong_password(tx, &now_user.subject(), caller)),
            None => Err(wrong_password(tx, &pool.subject_of_nobody(typed), caller)),
        }
    })
}
