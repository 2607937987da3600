//! Secret texts, which `Debug` does not print.

use core::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// A password, code or client secret. `Debug` prints none of it, and its memory is wiped when it is dropped.
///
/// It can be serialized, because encrypted texts, such as sessions, contain secrets.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    /// Makes a secret from its text.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// Returns the text of the secret. Call this only where the text is needed.
    pub(crate) fn expose_secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
