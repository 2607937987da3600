//! The record of requests, with which tests check what a client has sent.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// A recorded HTTP request. `Debug` prints neither body nor `Authorization`.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordedRequest {
    /// The method, e.g. `POST` or `OPTIONS`.
    pub method: String,
    /// The path and query of the URL.
    pub path: String,
    /// The name of the action, from the header `X-Amz-Target` without its prefix.
    pub operation: Option<String>,
    /// The body as text.
    pub body: String,
    /// The value of the `Authorization` header.
    pub authorization: Option<String>,
    /// The value of the `Origin` header: the origin of the page that sent the request.
    pub origin: Option<String>,
    /// The status of the response, once it is known.
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

/// The requests that were recorded so far, in the order of arrival. A clone shares the same record.
#[derive(Clone, Debug, Default)]
pub(crate) struct RequestRecorder(Arc<Mutex<Vec<RecordedRequest>>>);

impl RequestRecorder {
    /// Records a request and returns its index.
    pub(crate) fn record_request(&self, request: RecordedRequest) -> usize {
        let mut record = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        record.push(request);
        record.len() - 1
    }

    /// Records the status of the response to the request with this index.
    pub(crate) fn record_status(&self, index: usize, status: u16) {
        let mut record = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(request) = record.get_mut(index) {
            request.status = Some(status);
        }
    }

    /// Returns all requests that were recorded so far.
    pub(crate) fn recorded_requests(&self) -> Vec<RecordedRequest> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
