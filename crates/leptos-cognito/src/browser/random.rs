//! Random bytes from the browser's secure generator (Web Cryptography API, `getRandomValues`).

use thiserror::Error;

/// The error for a browser that has no secure random generator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the browser has no secure random generator")]
pub struct SecureRandomError;

/// Returns `N` random bytes, or an error if the browser cannot generate any.
pub fn bytes<const N: usize>() -> Result<[u8; N], SecureRandomError> {
    let mut bytes = [0; N];
    web_sys::window()
        .and_then(|window| window.crypto().ok())
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).ok())
        .ok_or(SecureRandomError)?;
    Ok(bytes)
}
