//! Names and shapes that the tests of requests and conversations share.

use cognito_proto::action::Action;
use cognito_proto::ids::{ClientId, Username};
use serde_json::Value;

/// The app client of Amazon's examples.
pub(crate) fn client() -> ClientId {
    ClientId::parse("1example23456789012345678").expect("a client id")
}

/// What a person typed as their name.
pub(crate) fn username(text: &str) -> Username {
    Username::parse(text).expect("a user name")
}

/// A request's whole body, read by another JSON reader than ours.
pub(crate) fn body<A: Action>(action: &A) -> Value {
    serde_json::from_str(&action.body().to_string()).expect("the body is JSON")
}
