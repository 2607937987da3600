//! The example against a running local pool.

use cognito_proto::ids::{ClientId, SecureUrl, UserPoolId, Username};
use cognito_proto::jwt::TokenValidationError;
use cognito_proto::secret::Password;
use cognito_proto::tokens::Tokens;
use local_pool::LocalPool;
use local_pool::presets::PoolPreset;
use local_pool::settings::LocalPoolSettings;
use native_sign_in::{SignInError, UserPool, sign_in};
use serde_json::json;

const USERNAME: &str = "ann@example.com";
const PASSWORD: &str = "Correct-h0rse";

/// Starts a pool with one confirmed user.
fn start_pool(username: &str) -> LocalPool {
    let pool = LocalPool::start(LocalPoolSettings::for_tests()).expect("a running pool");
    let id = PoolPreset::Workshop.pool_id();
    for (operation, request) in [
        (
            "AdminCreateUser",
            json!({
                "UserPoolId": id,
                "Username": username,
                "UserAttributes": [{ "Name": "email", "Value": username }],
                "MessageAction": "SUPPRESS",
            }),
        ),
        (
            "AdminSetUserPassword",
            json!({
                "UserPoolId": id,
                "Username": username,
                "Password": PASSWORD,
                "Permanent": true,
            }),
        ),
    ] {
        pool.call(operation, &request).expect(operation);
    }
    pool
}

fn sign_in_to(pool: &LocalPool, username: &str, password: &str) -> Result<Tokens, SignInError> {
    let user_pool = UserPool {
        id: UserPoolId::parse(PoolPreset::Workshop.pool_id()).expect("a pool ID"),
        client: ClientId::parse(PoolPreset::Workshop.client_id()).expect("a client ID"),
        endpoint: SecureUrl::parse(&pool.url()).expect("a URL"),
    };
    let username = Username::parse(username).expect("a username");
    sign_in(&user_pool, username, Password::new(password))
}

#[test]
fn native_sign_in_returns_verified_tokens_of_the_user() {
    let pool = start_pool(USERNAME);
    let tokens = sign_in_to(&pool, USERNAME, PASSWORD).expect("a sign-in");
    assert_eq!(tokens.claims().email.as_deref(), Some(USERNAME));
}

#[test]
fn native_sign_in_reports_a_wrong_password() {
    let pool = start_pool(USERNAME);
    let error = sign_in_to(&pool, USERNAME, "Wrong-h0rse").expect_err("a wrong password");
    assert!(matches!(error, SignInError::WrongPassword), "{error:?}");
}

/// The local pool issues such tokens to these users (its README lists them).
#[test]
fn native_sign_in_rejects_tokens_with_invalid_signatures() {
    for (username, expected) in [
        (
            "sentinel-token-forged@example.com",
            TokenValidationError::InvalidSignature,
        ),
        (
            "sentinel-token-unknown-key@example.com",
            TokenValidationError::UnknownKey,
        ),
        (
            "sentinel-token-unsigned@example.com",
            TokenValidationError::UnsupportedAlgorithm,
        ),
    ] {
        let pool = start_pool(username);
        let error = sign_in_to(&pool, username, PASSWORD).expect_err(username);
        let SignInError::Invalid(error) = error else {
            panic!("{username}: {error:?}");
        };
        assert_eq!(error, expected, "{username}");
    }
}
