//! The server half of a sign-in by SRP: issues the challenge and verifies the response.
//!
//! Everything that the verification needs is sealed into `SECRET_BLOCK`, so that an unanswered challenge leaves
//! no data behind. The computations are in `cognito_proto::srp::server`.

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
use crate::pool::password::{StoredVerifier, salt_from_bytes};
use crate::pool::session::{SignInIdentity, SignInProgress, SignInSession};
use crate::pool::{AppClient, User, UserPool};
use crate::random;
use crate::sealed::{SealedTextKind, TextSealer};

mod timestamp;

/// The user or device that an SRP challenge is for. An unknown username has a subject too, so that the challenge does
/// not reveal whether the user exists.
pub(crate) struct SrpSubject {
    pub(crate) identity: SignInIdentity,
    pub(crate) verifier: StoredVerifier,
    pub(crate) secret: SrpSecretKind,
}

/// The kind of secret that an SRP proof is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SrpSecretKind {
    /// The user's password.
    User,
    /// The secret of the device that the sign-in named.
    Device,
}

impl SrpSecretKind {
    /// Returns the kind of encrypted text for secret blocks about this secret. The kinds differ, so that a block for
    /// one secret is not accepted for the other.
    const fn sealed_kind(self) -> SealedTextKind {
        match self {
            Self::User => SealedTextKind::SecretBlock,
            Self::Device => SealedTextKind::DeviceSecretBlock,
        }
    }
}

impl SrpSubject {
    /// Makes the subject of an SRP challenge for a user. Without a password, the challenge is indistinguishable from
    /// one for an unknown user.
    pub(crate) fn srp_subject_of_user(
        sealer: &TextSealer,
        pool: &UserPool,
        user: &User,
        entered_username: &str,
    ) -> Self {
        let dummy = Self::srp_subject_of_unknown_user(sealer, pool, entered_username);
        let (sub, verifier) = match &user.verifier {
            Some(verifier) => (Some(user.sub.clone()), verifier.clone()),
            None => (None, dummy.verifier),
        };
        let identity = SignInIdentity {
            sub,
            user_id_for_srp: user.username.clone(),
            entered_username: entered_username.to_owned(),
        };
        Self {
            identity,
            verifier,
            secret: SrpSecretKind::User,
        }
    }

    /// Makes the subject of an SRP challenge for a user's device.
    pub(crate) fn srp_subject_of_device(
        identity: SignInIdentity,
        verifier: StoredVerifier,
    ) -> Self {
        Self {
            identity,
            verifier,
            secret: SrpSecretKind::Device,
        }
    }

    /// Makes the subject of an SRP challenge for an unknown username. ID and salt are the same whenever this name is
    /// tried in this pool.
    pub(crate) fn srp_subject_of_unknown_user(
        sealer: &TextSealer,
        pool: &UserPool,
        entered_username: &str,
    ) -> Self {
        let drawn = sealer.derive_bytes(
            "unknown user",
            &[&pool.id, &pool.normalize_username(entered_username)],
        );
        let (mut id, mut salt) = ([0; 16], [0; 16]);
        id.copy_from_slice(&drawn[..16]);
        salt.copy_from_slice(&drawn[16..]);
        Self {
            identity: SignInIdentity {
                sub: None,
                user_id_for_srp: random::uuid_from_bits(id),
                entered_username: entered_username.to_owned(),
            },
            // No password has this verifier, because its discrete logarithm is unknown.
            verifier: StoredVerifier {
                salt: salt_from_bytes(salt).to_vec(),
                verifier: sealer
                    .derive_bytes("unknown user's verifier", &[&pool.id, entered_username])
                    .to_vec(),
            },
            secret: SrpSecretKind::User,
        }
    }
}

/// The content of the `SECRET_BLOCK` in an SRP challenge. `Debug` prints none of it.
#[derive(Serialize, Deserialize)]
pub(crate) struct SecretBlock {
    id: String,
    client_id: String,
    identity: SignInIdentity,
    progress: SignInProgress,
    srp_a: String,
    b: String,
    expires_at: u64,
}

impl fmt::Debug for SecretBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretBlock(…)")
    }
}

/// A cache of the SRP key pairs (`b`, `B`) of issued challenges, so that a response does not have to compute `B` again.
/// A missing pair, for example after a restart, is computed from the secret block.
#[derive(Debug, Default)]
pub(crate) struct PendingSrpExchanges(Mutex<HashMap<String, ServerEphemeral>>);

impl PendingSrpExchanges {
    /// The maximum number of cached key pairs, half a kilobyte each.
    const CAPACITY: usize = 4_096;

    /// Locks the cache of SRP key pairs.
    fn lock_ephemerals(&self) -> MutexGuard<'_, HashMap<String, ServerEphemeral>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds the SRP key pair of a challenge to the cache. `block_id` identifies the challenge.
    fn insert_ephemeral(&self, block_id: &str, ephemeral: ServerEphemeral) {
        let mut ephemerals = self.lock_ephemerals();
        if ephemerals.len() >= Self::CAPACITY {
            ephemerals.clear();
        }
        ephemerals.insert(block_id.to_owned(), ephemeral);
    }

    /// Removes the SRP key pair of a challenge from the cache and returns it, or returns `None` if it is not in the
    /// cache.
    fn take_ephemeral(&self, block_id: &str) -> Option<ServerEphemeral> {
        self.lock_ephemerals().remove(block_id)
    }
}

/// Creates an SRP challenge and returns its `ChallengeParameters`, for `PASSWORD_VERIFIER` and
/// `DEVICE_PASSWORD_VERIFIER`.
///
/// The computation is expensive (a modular exponentiation), so call this outside a transaction.
///
/// # Errors
/// Returns an error if `SRP_A` is not an element of the group.
pub(crate) fn create_srp_challenge(
    sealer: &TextSealer,
    pending_exchanges: &PendingSrpExchanges,
    client: &AppClient,
    subject: &SrpSubject,
    srp_a: &str,
    progress: SignInProgress,
    now: UnixTime,
) -> Result<Value, ApiError> {
    let a = parse_srp_a(srp_a).map_err(|_| ApiError::invalid_parameter("Invalid SRP_A value."))?;
    let verifier = subject.verifier.to_srp_verifier()?;
    let ephemeral = generate_ephemeral(&verifier)?;
    let block = SecretBlock {
        id: random::generate_uuid(),
        client_id: client.id.clone(),
        identity: subject.identity.clone(),
        progress,
        srp_a: a.to_hex(),
        b: STANDARD.encode(ephemeral.exponent()),
        expires_at: now.plus(client.settings.session_lifetime()).as_secs(),
    };
    let srp_b = ephemeral.srp_b();
    pending_exchanges.insert_ephemeral(&block.id, ephemeral);
    let mut parameters = json!({
        "SALT": verifier.salt_hex(),
        "SECRET_BLOCK": sealer.seal_state(subject.secret.sealed_kind(), &block)?,
        "SRP_B": srp_b,
        "USERNAME": subject.identity.user_id_for_srp,
    });
    match subject.secret {
        SrpSecretKind::User => {
            parameters["USER_ID_FOR_SRP"] = json!(subject.identity.user_id_for_srp);
        }
        SrpSecretKind::Device => parameters["DEVICE_KEY"] = json!(block.progress.device_key),
    }
    Ok(parameters)
}

/// Generates a random SRP key pair (`b`, `B`) for a verifier.
fn generate_ephemeral(verifier: &Verifier) -> Result<ServerEphemeral, ApiError> {
    loop {
        match ServerEphemeral::new(&random::generate_bytes::<32>(), verifier) {
            Ok(ephemeral) => return Ok(ephemeral),
            // The probability is 1 in 2^3072.
            Err(SrpError::ZeroModN) => {}
            Err(error) => return Err(ApiError::internal(error)),
        }
    }
}

impl SecretBlock {
    /// Decrypts the secret block in a response. It must be of this pool, this app client and this kind of secret.
    ///
    /// # Errors
    /// Returns an error if the challenge has expired or the block is invalid. The error for an invalid block is
    /// the same as for a wrong password.
    pub(crate) fn open_secret_block(
        sealer: &TextSealer,
        sealed: &str,
        secret: SrpSecretKind,
        client: &AppClient,
        now: UnixTime,
    ) -> Result<Self, ApiError> {
        let block = sealer
            .open_sealed_text(secret.sealed_kind(), sealed)
            .filter(|block: &Self| block.client_id == client.id)
            .ok_or_else(ApiError::incorrect_username_or_password)?;
        if block.expires_at() <= now {
            return Err(SignInSession::expired_session_error());
        }
        Ok(block)
    }

    /// Returns the time at which the SRP challenge expires.
    pub(crate) fn expires_at(&self) -> UnixTime {
        UnixTime::from_secs(self.expires_at)
    }

    /// Returns the ID under which the use of the secret block is recorded.
    pub(crate) fn block_id(&self) -> &str {
        &self.id
    }

    /// Returns the user whose password the SRP challenge is about.
    pub(crate) fn identity(&self) -> &SignInIdentity {
        &self.identity
    }

    /// Returns the data that the sign-in carried before the SRP challenge.
    pub(crate) fn progress(&self) -> &SignInProgress {
        &self.progress
    }

    /// Returns true if the password claim proves that the client knows the secret. The computation is slow (modular
    /// exponentiations), so call this outside a transaction.
    pub(crate) fn is_valid_password_claim(
        &self,
        claim: &PasswordClaim<'_>,
        pending_exchanges: &PendingSrpExchanges,
        identity: SrpIdentity<'_>,
        verifier: &StoredVerifier,
        now: UnixTime,
    ) -> bool {
        let Some(expected) =
            self.compute_expected_signature(claim, pending_exchanges, identity, verifier)
        else {
            return false;
        };
        let given = STANDARD.decode(claim.signature).unwrap_or_default();
        verify_slices_are_equal(&expected, &given).is_ok()
            && timestamp::is_current_timestamp(claim.timestamp, now)
    }

    /// Computes the signature that a client with the right secret sends. Returns `None` if a stored or sent value is
    /// invalid.
    fn compute_expected_signature(
        &self,
        claim: &PasswordClaim<'_>,
        pending_exchanges: &PendingSrpExchanges,
        identity: SrpIdentity<'_>,
        verifier: &StoredVerifier,
    ) -> Option<[u8; 32]> {
        let verifier = verifier.to_srp_verifier().ok()?;
        let a = parse_srp_a(&self.srp_a).ok()?;
        let ephemeral = match pending_exchanges.take_ephemeral(&self.id) {
            Some(ephemeral) => ephemeral,
            None => ServerEphemeral::new(&STANDARD.decode(&self.b).ok()?, &verifier).ok()?,
        };
        let block = STANDARD.decode(claim.secret_block).ok()?;
        expected_signature(identity, &verifier, &a, &ephemeral, &block, claim.timestamp).ok()
    }
}

/// The members of `ChallengeResponses` with which a client proves that it knows the secret, as the client
/// sent them.
#[derive(Clone, Copy)]
pub(crate) struct PasswordClaim<'a> {
    pub(crate) secret_block: &'a str,
    pub(crate) signature: &'a str,
    pub(crate) timestamp: &'a str,
}

impl fmt::Debug for PasswordClaim<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordClaim")
            .field("timestamp", &self.timestamp)
            .finish_non_exhaustive()
    }
}
