//! The record of requests that tests look into ("the password is in no request").

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// One request, as it came in. `Debug` shows neither body nor `Authorization`.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordedRequest {
    /// `POST`, `OPTIONS` …
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The action named in `X-Amz-Target`, without its prefix.
    pub operation: Option<String>,
    /// The body as text.
    pub body: String,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// The `Origin` header: the page that sent it.
    pub origin: Option<String>,
    /// The status of the answer, once it is on its way.
    pub status: Option<u16>,
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordedRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("operation", &self.operation)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// Remembers requests in the order in which they came; a clone is another handle on the same record.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorder(Arc<Mutex<Vec<RecordedRequest>>>);

impl Recorder {
    /// Remembers a request and gives its place.
    pub(crate) fn record_request(&self, request: RecordedRequest) -> usize {
        let mut record = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        record.push(request);
        record.len() - 1
    }

    /// Notes the status of the answer to the request at `place`.
    pub(crate) fn record_status(&self, place: usize, status: u16) {
        let mut record = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(request) = record.get_mut(place) {
            request.status = Some(status);
        }
    }

    /// All requests so far.
    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
