//! The maps `AuthParameters` and `ChallengeResponses`.

use std::collections::HashMap;

use crate::error::ApiError;
use crate::pool::Attributes;

/// A map of strings. The values may be secret, so `Debug` shows only the keys.
#[derive(Clone, Default)]
pub(crate) struct TextMap(pub(super) HashMap<String, String>);

impl core::fmt::Debug for TextMap {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl TextMap {
    /// The value of a key, if it exists and is not empty.
    pub(crate) fn get_non_empty(&self, key: &str) -> Option<&str> {
        self.0
            .get(key)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// The value of a key that the flow requires.
    pub(crate) fn get_required(&self, key: &str) -> Result<&str, ApiError> {
        self.get_non_empty(key)
            .ok_or_else(|| ApiError::missing_parameter(key))
    }

    /// The pairs whose key begins with `prefix`, with the prefix removed.
    pub(crate) fn attributes_with_prefix(&self, prefix: &str) -> Attributes {
        self.0
            .iter()
            .filter_map(|(key, value)| Some((key.strip_prefix(prefix)?.to_owned(), value.clone())))
            .collect()
    }
}
