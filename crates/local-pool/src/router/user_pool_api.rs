//! `POST /`: the user-pool API as AWS JSON 1.1, with the action in `X-Amz-Target`.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Extension, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response as HttpResponse, StatusCode};
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::{BaseUrl, ServerState};
use crate::actions::{ActionCaller, ActionResponse};
use crate::error::{ApiError, ErrorKind};
use crate::fault_injection::{self, InjectedFault};
use crate::log;

/// The name of the service, with which the value of `X-Amz-Target` begins.
const TARGET_PREFIX: &str = "AWSCognitoIdentityProviderService.";

/// The content type of the user-pool API: AWS JSON 1.1.
const CONTENT: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");
const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const ERROR_MESSAGE: HeaderName = HeaderName::from_static("x-amzn-errormessage");

/// Returns the action of a request, without the service's prefix, or `None` if the `X-Amz-Target` header names
/// none.
pub(super) fn requested_operation(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(TARGET)?
        .to_str()
        .ok()?
        .strip_prefix(TARGET_PREFIX)
}

/// Calls the action that a request names, and returns the response. Signatures (SigV4) are accepted without a check.
pub(super) async fn handle_user_pool_request(
    State(app): State<Arc<ServerState>>,
    Extension(base_url): Extension<BaseUrl>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(operation) = requested_operation(&headers).map(str::to_owned) else {
        return api_error_response(
            &app,
            "without a name",
            &ApiError::without_message(ErrorKind::UnknownOperation),
        );
    };
    match fault_injection::find_fault_in_request(&operation, &body) {
        Some(InjectedFault::Delay(length)) => tokio::time::sleep(length).await,
        Some(InjectedFault::Error(error)) => return api_error_response(&app, &operation, &error),
        None => {}
    }
    match run_action(&app, &operation, body, &base_url, peer.ip()).await {
        Ok(ActionResponse::Json(value)) => json_response(StatusCode::OK, value.to_string()),
        Ok(ActionResponse::EmptyBody) => json_response(StatusCode::OK, Body::empty()),
        Err(error) => api_error_response(&app, &operation, &error),
    }
}

/// Runs an action on a blocking thread, because it computes and accesses the database, and returns its result.
async fn run_action(
    app: &Arc<ServerState>,
    operation: &str,
    body: Bytes,
    base_url: &BaseUrl,
    client_ip: IpAddr,
) -> Result<ActionResponse, ApiError> {
    let (app, base_url, operation) = (Arc::clone(app), base_url.clone(), operation.to_owned());
    let done = tokio::task::spawn_blocking(move || {
        let caller = ActionCaller {
            base_url: &base_url.0,
            issuer_base: app.hosts.issuer_base(&base_url.0),
            now: app.clock.now(),
            ip: client_ip,
        };
        app.service.call_action(&operation, &body, &caller)
    });
    done.await
        .unwrap_or_else(|error| Err(ApiError::internal(error)))
}

/// Returns the response for an error, and logs internal errors and unsupported actions.
fn api_error_response(app: &ServerState, operation: &str, error: &ApiError) -> Response {
    let named = log::sanitize_name(operation);
    match error.kind {
        ErrorKind::UnknownOperation => {
            app.console.log_line(format_args!(
                "{named}: this action is not supported, returned UnknownOperationException"
            ));
        }
        ErrorKind::InternalError => {
            let cause = error
                .cause
                .as_deref()
                .unwrap_or("requested by fault injection");
            app.console
                .log_line(format_args!("{named}: internal error: {cause}"));
        }
        _ => {}
    }
    let status = StatusCode::from_u16(error.kind.http_status()).unwrap_or(StatusCode::BAD_REQUEST);
    user_pool_error_response(status, error.kind.wire_name(), error.message.as_deref())
}

/// Returns the response for an exception of the user-pool API. Clients read its name from the header, which ends with a
/// colon, or from the body.
pub(super) fn user_pool_error_response(
    status: StatusCode,
    wire_name: &str,
    message: Option<&str>,
) -> Response {
    let mut body = Map::from_iter([("__type".to_owned(), json!(wire_name))]);
    if let Some(message) = message {
        body.insert("message".to_owned(), json!(message));
    }
    let mut response = json_response(status, Value::Object(body).to_string());
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&format!("{wire_name}:")) {
        headers.insert(ERROR_TYPE, value);
    }
    if let Some(value) = message.and_then(message_to_header_value) {
        headers.insert(ERROR_MESSAGE, value);
    }
    response
}

/// The maximum length of an error text in a header, in bytes, because proxies and clients limit the size of the head.
const HEADER_TEXT_LIMIT: usize = 1024;

/// Converts an error text to a header value: one line of ASCII, at most [`HEADER_TEXT_LIMIT`] bytes. (Schema messages
/// end with a newline.)
fn message_to_header_value(message: &str) -> Option<HeaderValue> {
    let text: String = message
        .trim_end()
        .chars()
        .take(HEADER_TEXT_LIMIT)
        .map(|character| match character {
            ' '..='~' => character,
            _ if character.is_whitespace() => ' ',
            _ => '?',
        })
        .collect();
    HeaderValue::from_str(&text).ok()
}

/// Returns a response with a request ID and the content type of AWS JSON 1.1.
fn json_response(status: StatusCode, body: impl Into<Body>) -> Response {
    let mut response = HttpResponse::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, CONTENT);
    if let Ok(id) = HeaderValue::from_str(&generate_request_id()) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

/// Generates a random UUID for the `x-amzn-RequestId` header (RFC 9562 §5.4).
fn generate_request_id() -> String {
    let mut bytes = [0_u8; 16];
    // The ID only names the request, so a failure of the generator does not matter.
    let _ = aws_lc_rs::rand::fill(&mut bytes);
    let number =
        u128::from_be_bytes(bytes) & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{number:032x}");
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn action_name_is_parsed_from_the_x_amz_target_header() {
        let named = |target: &'static str| {
            let headers = HeaderMap::from_iter([(TARGET, HeaderValue::from_static(target))]);
            requested_operation(&headers).map(str::to_owned)
        };
        assert_eq!(
            named("AWSCognitoIdentityProviderService.SignUp").as_deref(),
            Some("SignUp")
        );
        assert_eq!(named("SignUp"), None);
        assert_eq!(named("AWSCognitoIdentityService.GetId"), None);
        assert_eq!(requested_operation(&HeaderMap::new()), None);
    }

    #[test]
    fn error_header_contains_a_multi_line_message_in_one_line() {
        assert_eq!(
            message_to_header_value(
                "Attributes did not conform to the schema: a: é\nb: The attribute is required\n"
            ),
            Some(HeaderValue::from_static(
                "Attributes did not conform to the schema: a: ? b: The attribute is required"
            ))
        );
    }

    #[test]
    fn error_header_contains_at_most_1024_characters_of_a_message() {
        for (length, expected) in [(1023, 1023), (1024, 1024), (1025, 1024), (100_000, 1024)] {
            let text = message_to_header_value(&"é".repeat(length)).expect("a header");
            assert_eq!(text.len(), expected);
        }
    }

    #[test]
    fn request_id_of_a_response_is_a_random_uuid() {
        let id = generate_request_id();
        let groups: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12]);
        assert_eq!(&id[14..15], "4");
        assert!("89ab".contains(&id[19..20]));
        assert_ne!(id, generate_request_id());
    }
}
