//! The `PASSWORD_VERIFIER` challenge: the user proves the password by SRP.

use cognito_proto::srp::SrpIdentity;
use serde_json::Value;

use super::{IssuedChallenge, NextSignInStep, SignInRequest, device};
use crate::actions::input::TextMap;
use crate::actions::sign_in::{check_user_state, count_wrong_password};
use crate::error::ApiError;
use crate::pool::password::StoredVerifier;
use crate::pool::session::{ChallengeName, SignInFlowKind, SignInProgress, SignInSession};
use crate::pool::{User, attempts};
use crate::srp::{self, PasswordClaim, SecretBlock, SrpSecretKind, SrpSubject};

/// Issues `PASSWORD_VERIFIER` for the user with this name. An unknown user gets the same challenge as a known
/// one.
pub(crate) fn issue_password_verifier_challenge(
    sign_in: &SignInRequest<'_>,
    username: &str,
    srp_a: &str,
    progress: SignInProgress,
) -> Result<NextSignInStep, ApiError> {
    let sealer = sign_in.service.sealer();
    let subject = match sign_in.find_user_for_sign_in(username)? {
        Some(user) => SrpSubject::srp_subject_of_user(sealer, sign_in.pool, &user, username),
        None => SrpSubject::srp_subject_of_unknown_user(sealer, sign_in.pool, username),
    };
    let challenge = srp::create_srp_challenge(
        sealer,
        sign_in.service.pending_exchanges(),
        sign_in.client,
        &subject,
        srp_a,
        progress.clone(),
        sign_in.caller.now,
    )?;
    let Value::Object(parameters) = challenge else {
        return Err(ApiError::internal("a challenge has no parameters"));
    };
    let name = ChallengeName::PasswordVerifier;
    // The response is identified by its secret block. A session is added in the flows that carry one in every step.
    let session = (progress.flow != SignInFlowKind::Password).then(|| {
        SignInSession::new(
            sign_in.client,
            subject.identity,
            name,
            progress,
            sign_in.caller.now,
        )
    });
    Ok(NextSignInStep::Challenge(IssuedChallenge {
        name,
        session,
        parameters,
        available: Vec::new(),
    }))
}

/// Verifies the SRP proof in the response to `PASSWORD_VERIFIER`, and returns the next step, or the error for a
/// wrong password.
pub(crate) fn verify_srp_response(
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
    let claim = PasswordClaim {
        secret_block: responses.get_required("PASSWORD_CLAIM_SECRET_BLOCK")?,
        signature: responses.get_required("PASSWORD_CLAIM_SIGNATURE")?,
        timestamp: responses.get_required("TIMESTAMP")?,
    };
    // All failures after this line but an expired challenge have the same error, so that a caller cannot tell them apart.
    let refused = ApiError::incorrect_username_or_password;
    let block = SecretBlock::open_secret_block(
        service.sealer(),
        claim.secret_block,
        SrpSecretKind::User,
        sign_in.client,
        caller.now,
    )?;
    let user = service.store().run_query(|connection| {
        if !block
            .identity()
            .matches_username(connection, pool, username)?
        {
            return Err(refused());
        }
        match &block.identity().sub {
            Some(sub) => User::find_user_by_sub(connection, sub),
            None => Ok(None),
        }
    })?;
    let entered_username = &block.identity().entered_username;
    let verifier: StoredVerifier = match &user {
        Some(User {
            verifier: Some(verifier),
            ..
        }) => verifier.clone(),
        _ => {
            SrpSubject::srp_subject_of_unknown_user(service.sealer(), pool, entered_username)
                .verifier
        }
    };
    let identity = SrpIdentity::user(pool.srp_pool_name(), &block.identity().user_id_for_srp);
    let is_proof_valid = block.is_valid_password_claim(
        &claim,
        service.pending_exchanges(),
        identity,
        &verifier,
        caller.now,
    );
    let mut progress = block.progress().clone();
    // A client that has deleted its device key since the first request omits the key here.
    progress.device_key = responses.get_non_empty("DEVICE_KEY").map(str::to_owned);
    service.store().commit_even_if_refused(|tx| {
        let current_user = match &user {
            Some(user) => User::find_user_by_id(tx, user.id)?,
            None => None,
        };
        if let Some(current_user) = &current_user {
            check_user_state(tx, current_user, caller)?;
        }
        let is_valid = |user: &User| is_proof_valid && user.verifier.as_ref() == Some(&verifier);
        if let Some(current_user) = current_user.as_ref().filter(|user| is_valid(user))
            && !attempts::is_one_time_id_used(tx, block.block_id())?
        {
            // This comes before the challenge is marked as used: the client deletes the device key and responds once
            // more.
            device::check_device_key(sign_in, tx, current_user, &progress)?;
        }
        // A challenge accepts one response, whether it is right or wrong.
        if !attempts::mark_one_time_id_used(tx, block.block_id(), block.expires_at(), caller.now)? {
            return Err(refused());
        }
        match current_user {
            Some(current_user) if is_valid(&current_user) => {
                sign_in.continue_sign_in_after_password(tx, current_user, progress)
            }
            Some(current_user) => Err(count_wrong_password(
                tx,
                &current_user.codes_and_attempts_key(),
                caller,
            )),
            None => Err(count_wrong_password(
                tx,
                &pool.rate_limit_subject_of_unknown_user(entered_username),
                caller,
            )),
        }
    })
}
