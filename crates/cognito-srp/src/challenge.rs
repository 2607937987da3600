use core::fmt;

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::SrpError;
use super::group::GroupElement;
use super::number::from_hex;

/// Hexadecimal digits of the longest salt that is read; Cognito's have 32.
const MAX_SALT_DIGITS: usize = 128;

/// Bytes of the longest secret block that is read; Cognito's have about 1,500.
const MAX_SECRET_BLOCK_BYTES: usize = 8192;

/// What the server asks with `PASSWORD_VERIFIER` or `DEVICE_PASSWORD_VERIFIER`, read strictly.
pub struct SrpChallenge {
    pub(super) b: GroupElement,
    pub(super) salt: Vec<u8>,
    pub(super) secret_block: Vec<u8>,
    /// Goes back letter by letter: Base64 has more than one spelling of the same bytes.
    pub(super) secret_block_base64: String,
}

impl SrpChallenge {
    /// Reads the challenge parameters `SRP_B` and `SALT` (hexadecimal) and `SECRET_BLOCK` (Base64 with padding).
    ///
    /// # Errors
    /// [`SrpError::Malformed`] and [`SrpError::Oversized`] with the parameter's name, [`SrpError::ZeroModN`] for a
    /// `B` that is a multiple of `N`.
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
