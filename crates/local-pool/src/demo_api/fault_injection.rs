//! Fault injection by titles of to-dos: `fail:503` gets this status and is not stored, `fail:503-once` only the
//! first time, and `slow:3` gets its response after three seconds. `id:..` is stored, and returned with the ID
//! `..`.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use serde_json::Value;

/// The longest delay that a to-do's title may request, in seconds.
const MAX_DELAY: u64 = 30;

/// The maximum number of remembered faults that occur once. When it is reached, all are forgotten.
const MAX_REMEMBERED: usize = 10_000;

/// The faults with `-once` that have already occurred, by user and title of the to-do.
#[derive(Debug, Default)]
pub(crate) struct OneTimeFaults(Mutex<HashSet<(String, String)>>);

impl OneTimeFaults {
    /// Returns the error status that a to-do's title requests. Returns `None` if the title requests no error, or a
    /// `-once` error that has already occurred.
    pub(super) fn requested_fault_status(&self, sub: &str, title: &str) -> Option<StatusCode> {
        let requested = title.trim().strip_prefix("fail:")?;
        let (status, once) = match requested.strip_suffix("-once") {
            Some(status) => (status, true),
            None => (requested, false),
        };
        let status = StatusCode::from_bytes(status.as_bytes()).ok()?;
        if !(status.is_client_error() || status.is_server_error()) {
            return None;
        }
        if once {
            let mut occurred = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if occurred.len() >= MAX_REMEMBERED {
                occurred.clear();
            }
            if !occurred.insert((sub.to_owned(), title.to_owned())) {
                return None;
            }
        }
        Some(status)
    }
}

/// Returns how long a response is delayed. The title of the to-do in the request's body can request a delay. Returns
/// `None` if it requests none.
pub(super) fn requested_response_delay(body: &[u8]) -> Option<Duration> {
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

/// Returns the ID that a to-do's title requests for the to-do in responses, or `None` if it requests no ID.
pub(super) fn requested_fault_id(title: &str) -> Option<&str> {
    title.trim().strip_prefix("id:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demo_api_fails_always_or_once_if_the_todo_title_says_so() {
        let faults = OneTimeFaults::default();
        assert_eq!(
            faults.requested_fault_status("ann", "fail:429"),
            Some(StatusCode::TOO_MANY_REQUESTS)
        );
        assert_eq!(
            faults.requested_fault_status("ann", "fail:429"),
            Some(StatusCode::TOO_MANY_REQUESTS)
        );
        assert_eq!(
            faults.requested_fault_status("ann", "fail:401-once"),
            Some(StatusCode::UNAUTHORIZED)
        );
        assert_eq!(faults.requested_fault_status("ann", "fail:401-once"), None);
        assert_eq!(
            faults.requested_fault_status("bob", "fail:401-once"),
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
            assert_eq!(faults.requested_fault_status("ann", title), None, "{title}");
        }
    }

    #[test]
    fn demo_api_waits_up_to_30_seconds_if_the_todo_title_says_so() {
        for (body, wait) in [
            (r#"{"title":"slow:3"}"#, Some(Duration::from_secs(3))),
            (r#"{"title":"slow:30"}"#, Some(Duration::from_secs(30))),
            (r#"{"title":"slow:31"}"#, None),
            (r#"{"title":"slow:0"}"#, None),
            (r#"{"title":3}"#, None),
            ("no JSON", None),
        ] {
            assert_eq!(requested_response_delay(body.as_bytes()), wait, "{body}");
        }
    }
}
