//! Registered and signed-in users of the development pool.

use local_pool::LocalPool;
use local_pool::settings::{DEV_CLIENT_ID, LocalPoolSettings};
use serde_json::{Value, json};

use crate::http::call_action;

pub(crate) const PASSWORD: &str = "Passw0rd!";

/// Starts a pool with the settings for tests.
pub(crate) fn pool() -> LocalPool {
    LocalPool::start(LocalPoolSettings::for_tests()).expect("the pool starts")
}

/// Registers and confirms a user.
pub(crate) fn register(pool: &LocalPool, email: &str) {
    let signed_up = call_action(
        pool.address(),
        "SignUp",
        &json!({
            "ClientId": DEV_CLIENT_ID,
            "Username": email,
            "Password": PASSWORD,
            "UserAttributes": [{ "Name": "email", "Value": email }, { "Name": "name", "Value": "Ann Lee" }],
        }),
    );
    assert_eq!(signed_up.status, 200, "{signed_up:?}");
    let code = pool.messages(Some(email)).expect("the outbox")[0]
        .code
        .clone();
    let confirmed = call_action(
        pool.address(),
        "ConfirmSignUp",
        &json!({ "ClientId": DEV_CLIENT_ID, "Username": email, "ConfirmationCode": code }),
    );
    assert_eq!((confirmed.status, confirmed.body.as_str()), (200, "{}"));
}

/// Signs a user in, and returns the `AuthenticationResult`.
pub(crate) fn sign_in(pool: &LocalPool, email: &str) -> Value {
    let signed_in = call_action(
        pool.address(),
        "InitiateAuth",
        &json!({
            "AuthFlow": "USER_PASSWORD_AUTH",
            "ClientId": DEV_CLIENT_ID,
            "AuthParameters": { "USERNAME": email, "PASSWORD": PASSWORD },
        }),
    );
    assert_eq!(signed_in.status, 200, "{signed_in:?}");
    signed_in.json()["AuthenticationResult"].clone()
}

/// Registers a user, signs the user in, and returns the token of this kind.
pub(crate) fn sign_up_for_token(pool: &LocalPool, email: &str, kind: &str) -> String {
    register(pool, email);
    sign_in(pool, email)[kind]
        .as_str()
        .expect("a token")
        .to_owned()
}
