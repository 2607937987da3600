use core::fmt;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use zeroize::Zeroizing;

use super::group::{self, GroupElement};
use super::key::{ScramblingParameter, derive_private_key, derive_signing_key, multiply_by_k};
use super::number::{multiply_add, strip_leading_zeros};
use super::{SrpChallenge, SrpError, SrpIdentity};

/// The client's pair `a`, `A`, drawn for one challenge and used up by its proof.
///
/// It depends on no user, so it can be made while the form is being filled in.
pub struct Ephemeral {
    exponent: Zeroizing<Vec<u8>>,
    /// Boxed, since a pair waits inside other states until the form is sent.
    a: Box<GroupElement>,
}

impl Ephemeral {
    /// Makes `A` from 256 random bits, the least that RFC 5054 §2.5.4 asks for; the server cannot tell more from less.
    ///
    /// # Errors
    /// [`SrpError::Malformed`] for 32 zero bytes: whoever handed them in has no chance to draw from.
    pub fn from_bytes(a: [u8; 32]) -> Result<Self, SrpError> {
        Self::from_exponent(&a)
    }

    /// Makes `A` from an exponent of any length up to that of `N` (other clients draw 128 bytes). How long it takes
    /// follows from the number of bytes.
    ///
    /// # Errors
    /// [`SrpError::Malformed`] for an exponent of zero, [`SrpError::Oversized`] above 384 bytes.
    pub fn from_exponent(a: &[u8]) -> Result<Self, SrpError> {
        if strip_leading_zeros(a).is_empty() {
            return Err(SrpError::Malformed("a"));
        }
        if a.len() > group::BYTES {
            return Err(SrpError::Oversized("a"));
        }
        Ok(Self {
            exponent: Zeroizing::new(a.to_vec()),
            a: Box::new(GroupElement::generator_pow(a)),
        })
    }

    /// `SRP_A`: `A` in lower-case hexadecimal without leading zeros.
    pub fn srp_a(&self) -> String {
        self.a.to_hex()
    }

    /// Answers the challenge. `timestamp` is the text that is sent and signed, `Thu Nov 19 07:08:09 UTC 2026` in form.
    ///
    /// # Errors
    /// [`SrpError::ZeroScramblingParameter`], against which no honest server has to be defended.
    pub fn prove_password(
        self,
        identity: SrpIdentity<'_>,
        password: &str,
        challenge: &SrpChallenge,
        timestamp: &str,
    ) -> Result<PasswordClaim, SrpError> {
        let u = ScramblingParameter::from_public_values(&self.a, &challenge.b)?;
        let x = derive_private_key(identity, password, &challenge.salt);
        let base = challenge
            .b
            .subtract(&multiply_by_k(&GroupElement::generator_pow(&*x)));
        let exponent = Zeroizing::new(multiply_add(&self.exponent, u.as_bytes(), &x));
        let s = base.pow(&exponent);
        let signature = identity.sign_claim(
            derive_signing_key(&s, &u),
            &challenge.secret_block,
            timestamp,
        );
        Ok(PasswordClaim {
            secret_block: challenge.secret_block_base64.clone(),
            signature: BASE64_STANDARD.encode(signature),
            timestamp: timestamp.to_owned(),
        })
    }
}

impl fmt::Debug for Ephemeral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ephemeral(…)")
    }
}

/// The proof, as it goes into `ChallengeResponses`.
pub struct PasswordClaim {
    /// `PASSWORD_CLAIM_SECRET_BLOCK`: the challenge's `SECRET_BLOCK`, letter by letter.
    pub secret_block: String,
    /// `PASSWORD_CLAIM_SIGNATURE`, Base64.
    pub signature: String,
    /// `TIMESTAMP`, the one that was signed.
    pub timestamp: String,
}

impl fmt::Debug for PasswordClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordClaim(…)")
    }
}
