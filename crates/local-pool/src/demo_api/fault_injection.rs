//! Titles that bring about a fault: `fail:503` is answered with that status and not kept, `fail:503-once` the first
//! time alone, `slow:3` after three seconds; `id:..` is kept, and told under the id `..`.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use serde_json::Value;

/// The longest wait that a title may ask for, in seconds.
const MAX_DELAY: u64 = 30;

/// How many `-once` faults are remembered before all are forgotten.
const MAX_REMEMBERED: usize = 10_000;

/// Which `-once` faults have been had: whose, and the title.
#[derive(Debug, Default)]
pub(crate) struct OneTimeFaults(Mutex<HashSet<(String, String)>>);

impl OneTimeFaults {
    /// The status that `title` asks for, if it does and has not had its fault yet.
    pub(super) fn requested_status(&self, sub: &str, title: &str) -> Option<StatusCode> {
        let asked = title.trim().strip_prefix("fail:")?;
        let (status, once) = match asked.strip_suffix("-once") {
            Some(status) => (status, true),
            None => (asked, false),
        };
        let status = StatusCode::from_bytes(status.as_bytes()).ok()?;
        if !(status.is_client_error() || status.is_server_error()) {
            return None;
        }
        if once {
            let mut had = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if had.len() >= MAX_REMEMBERED {
                had.clear();
            }
            if !had.insert((sub.to_owned(), title.to_owned())) {
                return None;
            }
        }
        Some(status)
    }
}

/// How long the title in a request's body asks to wait.
pub(super) fn requested_delay(body: &[u8]) -> Option<Duration> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let seconds = body["title"]
        .as_str()?
        .trim()
        .strip_prefix("slow:")?
        .parse()
        .ok()?;
    (1..=MAX_DELAY)
        .contains(&seconds)
        .then(|| Duration::from_secs(seconds))
}

/// The id under which a to-do of this title is told.
pub(super) fn id_asked_for(title: &str) -> Option<&str> {
    title.trim().strip_prefix("id:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_asks_for_its_fault_each_time_or_once() {
        let faults = OneTimeFaults::default();
        assert_eq!(
            faults.requested_status("ann", "fail:429"),
            Some(StatusCode::TOO_MANY_REQUESTS)
        );
        assert_eq!(
            faults.requested_status("ann", "fail:429"),
            Some(StatusCode::TOO_MANY_REQUESTS)
        );
        assert_eq!(
            faults.requested_status("ann", "fail:401-once"),
            Some(StatusCode::UNAUTHORIZED)
        );
        assert_eq!(faults.requested_status("ann", "fail:401-once"), None);
        assert_eq!(
            faults.requested_status("bob", "fail:401-once"),
            Some(StatusCode::UNAUTHORIZED)
        );
        for title in [
            "Buy milk",
            "fail:",
            "fail:200",
            "fail:abc",
            "fail:99999",
            "do not fail:500",
        ] {
            assert_eq!(faults.requested_status("ann", title), None, "{title}");
        }
    }

    #[test]
    fn a_title_asks_for_a_bounded_wait() {
        for (body, wait) in [
            (r#"{"title":"slow:3"}"#, Some(Duration::from_secs(3))),
            (r#"{"title":"slow:30"}"#, Some(Duration::from_secs(30))),
            (r#"{"title":"slow:31"}"#, None),
            (r#"{"title":"slow:0"}"#, None),
            (r#"{"title":3}"#, None),
            ("no JSON", None),
        ] {
            assert_eq!(requested_delay(body.as_bytes()), wait, "{body}");
        }
    }
}
