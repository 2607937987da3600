//! The password policy, and the SRP verifiers that are stored instead of passwords.

use core::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use cognito_proto::srp::{SrpIdentity, Verifier};
use cognito_proto::time::UnixTime;

use super::UserPool;
use super::settings::PasswordPolicy;
use crate::error::{ApiError, ErrorKind};
use crate::random;
use crate::secret::Secret;

/// The symbols that satisfy a password policy, from Amazon's list. A space inside the password counts too.
const SYMBOLS: &str = "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+=";

/// A salt and an SRP verifier, stored instead of a password. `Debug` prints neither.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct StoredVerifier {
    pub(crate) salt: Vec<u8>,
    pub(crate) verifier: Vec<u8>,
}

impl core::fmt::Debug for StoredVerifier {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("StoredVerifier(…)")
    }
}

/// Returns a salt made from these random bytes. Its first byte is never zero, because clients disagree about
/// leading zeros.
pub(crate) fn salt_from_bytes(mut bytes: [u8; 16]) -> [u8; 16] {
    if let Some(first) = bytes.first_mut().filter(|first| **first == 0) {
        *first = 1;
    }
    bytes
}

impl StoredVerifier {
    /// Creates the salt and verifier of a new password. The computation is slow (a modular exponentiation), so call
    /// this function outside a transaction.
    pub(crate) fn new(pool: &UserPool, username: &str, password: &Secret) -> Self {
        let salt = salt_from_bytes(random::generate_bytes());
        let verifier = Verifier::new(
            SrpIdentity::user(pool.srp_pool_name(), username),
            password.expose_secret(),
            &salt,
        );
        Self {
            salt: salt.to_vec(),
            verifier: verifier.verifier_bytes(),
        }
    }

    /// Returns true if the password matches the verifier. The time does not depend on the result. The computation is
    /// slow (a modular exponentiation), so call this function outside a transaction.
    pub(crate) fn matches_password(
        &self,
        pool: &UserPool,
        username: &str,
        password: &Secret,
    ) -> bool {
        let identity = SrpIdentity::user(pool.srp_pool_name(), username);
        let claimed = Verifier::new(identity, password.expose_secret(), &self.salt);
        verify_slices_are_equal(&claimed.verifier_bytes(), &self.verifier).is_ok()
    }

    /// Returns the verifier in the type that the SRP computation uses, or an error if the stored bytes are not a
    /// verifier.
    pub(crate) fn to_srp_verifier(&self) -> Result<Verifier, ApiError> {
        Verifier::from_parts(&self.salt, &self.verifier).map_err(ApiError::internal)
    }
}

impl PasswordPolicy {
    /// Returns an error if the password breaks a rule of the policy. The error names the first such rule.
    pub(crate) fn check_password(&self, password: &Secret) -> Result<(), ApiError> {
        let password = password.expose_secret();
        let inner_space = password.trim_matches(' ').contains(' ');
        let broken = if password.chars().count() < self.minimum_length {
            "Password not long enough"
        } else if self.require_uppercase && !password.bytes().any(|byte| byte.is_ascii_uppercase())
        {
            "Password must have uppercase characters"
        } else if self.require_lowercase && !password.bytes().any(|byte| byte.is_ascii_lowercase())
        {
            "Password must have lowercase characters"
        } else if self.require_numbers && !password.bytes().any(|byte| byte.is_ascii_digit()) {
            "Password must have numeric characters"
        } else if self.require_symbols
            && !inner_space
            && !password.chars().any(|letter| SYMBOLS.contains(letter))
        {
            "Password must have symbol characters"
        } else {
            return Ok(());
        };
        Err(ApiError::new(
            ErrorKind::InvalidPassword,
            format!("Password did not conform with policy: {broken}"),
        ))
    }

    /// Returns the time at which a temporary password that was set at `set_at` expires.
    pub(crate) fn temporary_password_expiry(&self, set_at: UnixTime) -> UnixTime {
        set_at.plus(Duration::from_secs(
            86_400 * self.temporary_password_validity_days,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the error text for the first rule that the password breaks, or `None` if it breaks no rule.
    fn broken_rule(password: &str) -> Option<String> {
        PasswordPolicy::default()
            .check_password(&Secret::new(password))
            .err()
            .and_then(|error| error.message)
    }

    #[test]
    fn error_names_the_first_password_rule_that_is_broken() {
        let policy_error =
            |rule: &str| Some(format!("Password did not conform with policy: {rule}"));
        assert_eq!(
            broken_rule("short"),
            policy_error("Password not long enough")
        );
        assert_eq!(
            broken_rule("longenough"),
            policy_error("Password must have uppercase characters")
        );
        assert_eq!(
            broken_rule("LONGENOUGH"),
            policy_error("Password must have lowercase characters")
        );
        assert_eq!(
            broken_rule("LongEnough"),
            policy_error("Password must have numeric characters")
        );
        assert_eq!(
            broken_rule("LongEnough1"),
            policy_error("Password must have symbol characters")
        );
        assert_eq!(broken_rule("LongEnough1!"), None);
    }

    #[test]
    fn space_at_the_end_of_a_password_does_not_count_as_a_symbol() {
        assert_eq!(broken_rule("Long Enough1"), None);
        assert_eq!(
            broken_rule("LongEnough1 "),
            Some(
                "Password did not conform with policy: Password must have symbol characters"
                    .to_owned()
            )
        );
    }

    #[test]
    fn password_letters_outside_ascii_count_only_for_its_length() {
        assert_eq!(
            broken_rule("ÄÖÜäöüßé"),
            Some(
                "Password did not conform with policy: Password must have uppercase characters"
                    .to_owned()
            )
        );
    }
}
