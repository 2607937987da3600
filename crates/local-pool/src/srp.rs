//! The server half of a sign-in by SRP: poses the challenge, judges the answer.
//!
//! Everything needed to judge is sealed into `SECRET_BLOCK`, so that a challenge nobody answers leaves nothing
//! behind. The mathematics are `cognito_proto::srp::server`.

use core::fmt;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cognito_proto::srp::server::{ServerEphemeral, expected_signature, parse_srp_a};
use cognito_proto::srp::{SrpError, SrpIdentity, Verifier};
use cognito_proto::time::UnixTime;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::pool::password::{StoredVerifier, salt_of};
use crate::pool::session::{Progress, Who};
use crate::pool::{AppClient, User, UserPool};
use crate::random;
use crate::sealed::{Kind, Sealer};

mod timestamp;

/// Who is challenged: a user, or a name that nobody has, which must look the same.
pub(crate) struct Challenged {
    pub(crate) who: Who,
    pub(crate) verifier: StoredVerifier,
    pub(crate) secret: SecretOf,
}

/// Whose secret is proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecretOf {
    /// The user's password.
    User,
    /// The secret of a device, whose key the sign-in has come with.
    Device,
}

impl SecretOf {
    /// Neither's challenge passes as the other's.
    const fn block(self) -> Kind {
        match self {
            Self::User => Kind::SecretBlock,
            Self::Device => Kind::DeviceSecretBlock,
        }
    }
}

impl Challenged {
    /// A user who has a password; one without is challenged like nobody.
    pub(crate) fn user(sealer: &Sealer, pool: &UserPool, user: &User, typed: &str) -> Self {
        let nobody = Self::nobody(sealer, pool, typed);
        let (sub, verifier) = match &user.verifier {
            Some(verifier) => (Some(user.sub.clone()), verifier.clone()),
            None => (None, nobody.verifier),
        };
        let who = Who {
            sub,
            name: user.username.clone(),
            typed: typed.to_owned(),
        };
        Self {
            who,
            verifier,
            secret: SecretOf::User,
        }
    }

    /// A user's device.
    pub(crate) fn device(who: Who, verifier: StoredVerifier) -> Self {
        Self {
            who,
            verifier,
            secret: SecretOf::Device,
        }
    }

    /// The same id and salt whenever this name is tried in this pool.
    pub(crate) fn nobody(sealer: &Sealer, pool: &UserPool, typed: &str) -> Self {
        let drawn = sealer.derive("nobody", &[&pool.id, &pool.fold(typed)]);
        let (mut id, mut salt) = ([0; 16], [0; 16]);
        id.copy_from_slice(&drawn[..16]);
        salt.copy_from_slice(&drawn[16..]);
        Self {
            who: Who {
                sub: None,
                name: random::uuid_of(id),
                typed: typed.to_owned(),
            },
            // No password has this verifier: nobody knows its logarithm.
            verifier: StoredVerifier {
                salt: salt_of(salt).to_vec(),
                verifier: sealer
                    .derive("nobody's verifier", &[&pool.id, typed])
                    .to_vec(),
            },
            secret: SecretOf::User,
        }
    }
}

/// What a `SECRET_BLOCK` holds. `Debug` shows nothing of it.
#[derive(Serialize, Deserialize)]
pub(crate) struct SecretBlock {
    id: String,
    client_id: String,
    who: Who,
    progress: Progress,
    srp_a: String,
    b: String,
    expires_at: u64,
}

impl fmt::Debug for SecretBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretBlock(…)")
    }
}

/// Pairs `b`, `B` whose challenge is out, so that an answer need not make `B` again. Nothing depends on their
/// being here: a pair that is not, such as after a restart, is made from the secret block.
#[derive(Debug, Default)]
pub(crate) struct Outstanding(Mutex<HashMap<String, ServerEphemeral>>);

impl Outstanding {
    /// Half a kilobyte each.
    const MOST: usize = 4_096;

    fn pairs(&self) -> MutexGuard<'_, HashMap<String, ServerEphemeral>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, id: &str, ephemeral: ServerEphemeral) {
        let mut pairs = self.pairs();
        if pairs.len() >= Self::MOST {
            pairs.clear();
        }
        pairs.insert(id.to_owned(), ephemeral);
    }

    fn take(&self, id: &str) -> Option<ServerEphemeral> {
        self.pairs().remove(id)
    }
}

/// `ChallengeParameters` of `PASSWORD_VERIFIER` and `DEVICE_PASSWORD_VERIFIER`. Costs a modular power: not inside a transaction.
///
/// # Errors
/// `SRP_A` is no number of the group.
pub(crate) fn pose(
    sealer: &Sealer,
    outstanding: &Outstanding,
    client: &AppClient,
    challenged: &Challenged,
    srp_a: &str,
    progress: Progress,
    now: UnixTime,
) -> Result<Value, ApiError> {
    let a = parse_srp_a(srp_a).map_err(|_| ApiError::invalid_parameter("Invalid SRP_A value."))?;
    let verifier = challenged.verifier.for_srp()?;
    let ephemeral = draw(&verifier)?;
    let block = SecretBlock {
        id: random::uuid(),
        client_id: client.id.clone(),
        who: challenged.who.clone(),
        progress,
        srp_a: a.to_hex(),
        b: STANDARD.encode(ephemeral.exponent()),
        expires_at: now.plus(client.settings.session_life()).as_secs(),
    };
    let srp_b = ephemeral.srp_b();
    outstanding.keep(&block.id, ephemeral);
    let mut parameters = json!({
        "SALT": verifier.salt_hex(),
        "SECRET_BLOCK": sealer.seal(challenged.secret.block(), &block)?,
        "SRP_B": srp_b,
        "USERNAME": challenged.who.name,
    });
    match challenged.secret {
        SecretOf::User => parameters["USER_ID_FOR_SRP"] = json!(challenged.who.name),
        SecretOf::Device => parameters["DEVICE_KEY"] = json!(block.progress.device_key),
    }
    Ok(parameters)
}

fn draw(verifier: &Verifier) -> Result<ServerEphemeral, ApiError> {
    loop {
        match ServerEphemeral::new(&random::bytes::<32>(), verifier) {
            Ok(ephemeral) => return Ok(ephemeral),
            // One in 2^3072.
            Err(SrpError::ZeroModN) => {}
            Err(error) => return Err(ApiError::internal(error)),
        }
    }
}

impl SecretBlock {
    /// Reads a block that this pool made for this client and such a secret, and that is still fresh.
    pub(crate) fn open(
        sealer: &Sealer,
        sealed: &str,
        secret: SecretOf,
        client: &AppClient,
        now: UnixTime,
    ) -> Option<Self> {
        let block: Self = sealer.open(secret.block(), sealed)?;
        (block.client_id == client.id && now < block.expires_at()).then_some(block)
    }

    pub(crate) fn expires_at(&self) -> UnixTime {
        UnixTime::from_secs(self.expires_at)
    }

    /// Under what its use is noted.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Who was challenged.
    pub(crate) fn who(&self) -> &Who {
        &self.who
    }

    /// What the sign-in had come to before.
    pub(crate) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Whether the claim proves knowledge of the secret. Costs modular powers: not inside a transaction.
    pub(crate) fn is_proved_by(
        &self,
        claim: &Claim<'_>,
        outstanding: &Outstanding,
        identity: SrpIdentity<'_>,
        verifier: &StoredVerifier,
        now: UnixTime,
    ) -> bool {
        let Some(expected) = self.expected(claim, outstanding, identity, verifier) else {
            return false;
        };
        let given = STANDARD.decode(claim.signature).unwrap_or_default();
        verify_slices_are_equal(&expected, &given).is_ok()
            && timestamp::is_near(claim.timestamp, now)
    }

    fn expected(
        &self,
        claim: &Claim<'_>,
        outstanding: &Outstanding,
        identity: SrpIdentity<'_>,
        verifier: &StoredVerifier,
    ) -> Option<[u8; 32]> {
        let verifier = verifier.for_srp().ok()?;
        let a = parse_srp_a(&self.srp_a).ok()?;
        let ephemeral = match outstanding.take(&self.id) {
            Some(ephemeral) => ephemeral,
            None => ServerEphemeral::new(&STANDARD.decode(&self.b).ok()?, &verifier).ok()?,
        };
        let block = STANDARD.decode(claim.secret_block).ok()?;
        expected_signature(identity, &verifier, &a, &ephemeral, &block, claim.timestamp).ok()
    }
}

/// The three `ChallengeResponses` that make the proof, as they came.
#[derive(Clone, Copy)]
pub(crate) struct Claim<'a> {
    pub(crate) secret_block: &'a str,
    pub(crate) signature: &'a str,
    pub(crate) timestamp: &'a str,
}

impl fmt::Debug for Claim<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim")
            .field("timestamp", &self.timestamp)
            .finish_non_exhaustive()
    }
}
