use core::fmt;

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::SrpError;
use super::group::GroupElement;
use super::number::from_hex;

/// The maximum number of hexadecimal digits in a salt. Cognito's salts have 32.
const MAX_SALT_DIGITS: usize = 128;

/// The maximum number of bytes in a decoded secret block. Cognito's secret blocks have about 1,500.
const MAX_SECRET_BLOCK_BYTES: usize = 8192;

/// The SRP challenge of a server: the parsed parameters of `PASSWORD_VERIFIER` or `DEVICE_PASSWORD_VERIFIER`.
pub struct SrpChallenge {
    pub(super) b: GroupElement,
    pub(super) salt: Vec<u8>,
    pub(super) secret_block: Vec<u8>,
    /// The secret block as the server wrote it, in Base64. The response repeats the text unchanged, because different
    /// Base64 texts can decode to the same bytes.
    pub(super) secret_block_base64: String,
}

impl SrpChallenge {
    /// Parses the challenge parameters `SRP_B` and `SALT` (hexadecimal) and `SECRET_BLOCK` (Base64 with padding).
    ///
    /// # Errors
    /// Returns [`SrpError::Malformed`] or [`SrpError::Oversized`] with the parameter's name, and
    /// [`SrpError::ZeroModN`] if `B` is a multiple of `N` (RFC 5054 §2.5.3).
    pub fn parse(srp_b: &str, salt: &str, secret_block: &str) -> Result<Self, SrpError> {
        const SECRET_BLOCK: &str = "SECRET_BLOCK";
        let b = GroupElement::from_hex(srp_b, "SRP_B")?;
        if b.is_zero() {
            return Err(SrpError::ZeroModN);
        }
        let salt = from_hex(salt, MAX_SALT_DIGITS, "SALT")?;
        if secret_block.len() > MAX_SECRET_BLOCK_BYTES.div_ceil(3) * 4 {
            return Err(SrpError::Oversized(SECRET_BLOCK));
        }
        let block = BASE64_STANDARD
            .decode(secret_block)
            .map_err(|_| SrpError::Malformed(SECRET_BLOCK))?;
        if block.is_empty() {
            return Err(SrpError::Malformed(SECRET_BLOCK));
        }
        if block.len() > MAX_SECRET_BLOCK_BYTES {
            return Err(SrpError::Oversized(SECRET_BLOCK));
        }
        Ok(Self {
            b,
            salt,
            secret_block: block,
            secret_block_base64: secret_block.to_owned(),
        })
    }
}

impl fmt::Debug for SrpChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SrpChallenge(…)")
    }
}
