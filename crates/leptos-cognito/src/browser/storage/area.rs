//! localStorage and sessionStorage, with operations that can fail.
//!
//! gloo-storage opens the two storages. Its `get`, `set` and `delete` are not used, because they cannot do the following:
//!
//! - Return an error if the browser denies access or if the storage is damaged. They panic, and so does
//!   [`Storage::raw`] if access is denied. A user must be able to sign in and out in such a browser.
//! - Store a text unchanged. They write each value as JSON, but the username of the last passkey and the note about a
//!   sign-out are plain text, and the record of the session is compared with the stored text.
//! - Find the records whose keys begin with a prefix. `get_all` fails at the first record that is not JSON, and other
//!   programs of this origin may store such records.

use cognito_proto::config::Storage as StorageArea;
use gloo_storage::{LocalStorage, SessionStorage, Storage};

use super::StorageError;

/// A storage that the browser provides.
pub(super) struct Area(web_sys::Storage);

impl Area {
    /// Opens a storage. Returns `None` if the browser denies access, and always for [`StorageArea::Memory`].
    pub(super) fn open(area: StorageArea) -> Option<Self> {
        let window = web_sys::window()?;
        match area {
            StorageArea::Local => {
                matches!(window.local_storage(), Ok(Some(_))).then(|| Self(LocalStorage::raw()))
            }
            StorageArea::Session => {
                matches!(window.session_storage(), Ok(Some(_))).then(|| Self(SessionStorage::raw()))
            }
            StorageArea::Memory => None,
        }
    }

    /// Reads a record. Returns `None` if there is none, or if the storage is damaged.
    pub(super) fn get(&self, key: &str) -> Option<String> {
        self.0.get_item(key).ok()?
    }

    /// Writes a record, in place of an older one with this key.
    pub(super) fn set(&self, key: &str, record: &str) -> Result<(), StorageError> {
        self.0.set_item(key, record).map_err(|_| StorageError)
    }

    /// Removes a record. A damaged storage refuses that.
    pub(super) fn remove(&self, key: &str) -> Result<(), StorageError> {
        self.0.remove_item(key).map_err(|_| StorageError)
    }

    /// Reads all records whose keys begin with `prefix`. Returns them with the rest of their keys.
    pub(super) fn with_prefix(&self, prefix: &str) -> Vec<(String, String)> {
        (0..self.0.length().unwrap_or(0))
            .filter_map(|index| self.0.key(index).ok()?)
            .filter_map(|key| {
                let name = key.strip_prefix(prefix)?.to_owned();
                Some((name, self.get(&key)?))
            })
            .collect()
    }
}
