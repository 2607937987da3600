//! A map of strings in a request: `AuthParameters` or `ChallengeResponses`.

use std::collections::HashMap;

use crate::error::ApiError;
use crate::pool::Attributes;

/// A map of strings in a request. The values may be secret, so `Debug` shows only the keys.
#[derive(Clone, Default)]
pub(crate) struct TextMap(pub(super) HashMap<String, String>);

impl core::fmt::Debug for TextMap {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl TextMap {
    /// Returns the value of the key, or `None` if the key is missing or its value is empty.
    pub(crate) fn get_non_empty(&self, key: &str) -> Option<&str> {
        self.0
            .get(key)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// Returns the value of the key, or an error that names the key if it is missing or its value is empty.
    pub(crate) fn get_required(&self, key: &str) -> Result<&str, ApiError> {
        self.get_non_empty(key)
            .ok_or_else(|| ApiError::missing_parameter(key))
    }

    /// Returns the entries whose key begins with `prefix` as attributes. Their names are the keys without the prefix.
    pub(crate) fn attributes_with_prefix(&self, prefix: &str) -> Attributes {
        self.0
            .iter()
            .filter_map(|(key, value)| Some((key.strip_prefix(prefix)?.to_owned(), value.clone())))
            .collect()
    }
}
