//! Texts that may not be printed.

use core::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// A password, code or client secret on its way through: `Debug` shows nothing, memory is wiped behind it.
///
/// It can be written as JSON for the sake of what is sealed, where nobody reads it.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself, for the one place that needs it.
    pub(crate) fn expose_secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
