//! Example values and functions for the tests of requests and of sign-ins.

use cognito_proto::action::Action;
use cognito_proto::ids::{ClientId, Username};
use serde_json::Value;

/// Returns the app client of Amazon's examples.
pub(crate) fn client() -> ClientId {
    ClientId::parse("1example23456789012345678").expect("a client id")
}

/// Returns a username as the user typed it.
pub(crate) fn username(text: &str) -> Username {
    Username::parse(text).expect("a user name")
}

/// Parses the body of a request.
pub(crate) fn body<A: Action>(action: &A) -> Value {
    serde_json::from_str(&action.request_body()).expect("the body is JSON")
}
