//! Discovery: the published documents of a pool.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::http::{Answer, Request, call_action};
use crate::users::{pool, sign_in, sign_up_for_token};

/// Requests a document of the development pool.
fn get_document(pool: &local_pool::LocalPool, path: &str) -> Answer {
    Request::new(pool.address(), "GET", path).send()
}

/// Returns the members of the discovery document that do not depend on hosted pages.
fn discovery_without_endpoints(issuer: &str) -> Value {
    json!({
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "response_types_supported": ["code", "token"],
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    })
}

#[test]
fn oidc_discovery_has_oauth_endpoints_only_if_a_domain_exists() {
    let pool = pool();
    let path = "/us-east-1_Poolgate1/.well-known/openid-configuration";
    let (url, issuer) = (pool.url(), format!("{}/us-east-1_Poolgate1", pool.url()));
    let answer = get_document(&pool, path);
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("application/json"))
    );
    let mut expected = discovery_without_endpoints(&issuer);
    for (name, endpoint) in [
        ("authorization_endpoint", "/oauth2/authorize"),
        ("end_session_endpoint", "/logout"),
        ("revocation_endpoint", "/oauth2/revoke"),
        ("token_endpoint", "/oauth2/token"),
        ("userinfo_endpoint", "/oauth2/userInfo"),
    ] {
        expected[name] = json!(format!("{url}{endpoint}"));
    }
    assert_eq!(answer.json(), expected);

    pool.call(
        "DeleteUserPoolDomain",
        &json!({"Domain": "poolgate", "UserPoolId": "us-east-1_Poolgate1"}),
    )
    .expect("the domain is taken away");
    assert_eq!(
        get_document(&pool, path).json(),
        discovery_without_endpoints(&issuer)
    );
}

#[test]
fn jwks_contains_two_rsa_keys_with_different_key_ids() {
    let pool = pool();
    let answer = get_document(&pool, "/us-east-1_Poolgate1/.well-known/jwks.json");
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("application/json"))
    );
    let keys = answer.json()["keys"]
        .as_array()
        .cloned()
        .expect("a key set");
    assert_eq!(keys.len(), 2);
    for key in &keys {
        let mut form = key.clone();
        form["kid"] = Value::Null;
        form["n"] = Value::Null;
        assert_eq!(
            form,
            json!({ "alg": "RS256", "e": "AQAB", "kid": null, "kty": "RSA", "n": null, "use": "sig" })
        );
        assert_eq!(key["kid"].as_str().map(str::len), Some(44));
    }
    assert_ne!(keys[0]["kid"], keys[1]["kid"]);
    assert_ne!(keys[0]["n"], keys[1]["n"]);
}

#[test]
fn jwks_lists_new_keys_before_old_ones_after_a_key_rotation() {
    let pool = pool();
    let published =
        || get_document(&pool, "/us-east-1_Poolgate1/.well-known/jwks.json").json()["keys"].clone();
    let kid = |token: &str| {
        let header = token.split('.').next().expect("a header");
        let header = URL_SAFE_NO_PAD.decode(header).expect("base64url");
        let header: Value = serde_json::from_slice(&header).expect("JSON");
        header["kid"].clone()
    };
    let before = published();
    let old = sign_up_for_token(&pool, "ann@example.com", "AccessToken");
    assert_eq!(kid(&old), before[1]["kid"]);

    pool.rotate_keys().expect("new keys");
    let after = published();
    assert_eq!(after.as_array().map(Vec::len), Some(4));
    assert_eq!((&after[2], &after[3]), (&before[0], &before[1]));
    let new = sign_in(&pool, "ann@example.com");
    assert_eq!(
        kid(new["IdToken"].as_str().expect("a token")),
        after[0]["kid"]
    );
    assert_eq!(
        kid(new["AccessToken"].as_str().expect("a token")),
        after[1]["kid"]
    );
    for token in [json!(old), new["AccessToken"].clone()] {
        let user = call_action(pool.address(), "GetUser", &json!({ "AccessToken": token }));
        assert_eq!(user.status, 200, "{user:?}");
    }
}

#[test]
fn unknown_pool_has_no_oidc_discovery_and_no_jwks() {
    let pool = pool();
    for document in ["openid-configuration", "jwks.json"] {
        let answer = get_document(&pool, &format!("/us-east-1_Unknown/.well-known/{document}"));
        assert_eq!(
            (answer.status, answer.json()),
            (
                404,
                json!({ "message": "User pool us-east-1_Unknown does not exist." })
            )
        );
    }
}
