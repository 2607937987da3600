//! The issuer in tokens and documents, if it differs from the address of the API.

use local_pool::LocalPool;
use local_pool::settings::{DEV_POOL_ID, LocalPoolSettings};
use serde_json::{Value, json};

use crate::browser::{Browser, authorization_query, decode_claims, redeem_code};
use crate::http::{Answer, Request, call_action};
use crate::users::{register, sign_in};

const ANN: &str = "ann@example.com";

/// Starts a pool with this base URL of issuers.
fn start_pool_with_issuer_url(issuer_url: Option<&str>) -> LocalPool {
    LocalPool::start(LocalPoolSettings {
        issuer_url: issuer_url.map(|url| url.parse().expect("a URL")),
        ..LocalPoolSettings::for_tests()
    })
    .expect("the pool starts")
}

/// Sets the issuer type of the pool.
fn set_issuer_type(pool: &LocalPool, issuer_type: &str) {
    let request = json!({
        "UserPoolId": DEV_POOL_ID,
        "PoolName": "workshop",
        "AutoVerifiedAttributes": ["email"],
        "IssuerConfiguration": { "Type": issuer_type },
    });
    pool.call("UpdateUserPool", &request).expect("an update");
}

/// Requests a document of the pool by its public URL.
fn get_document(pool: &LocalPool, url: &str) -> Answer {
    let (_, rest) = url.split_once("://").expect("an absolute address");
    let (host, path) = rest.split_once('/').expect("a path");
    let path = format!("/{path}");
    Request::new(pool.address(), "GET", &path).host(host).send()
}

/// Returns the ID of the key that signed a token.
fn key_id_of_token(token: &Value) -> Value {
    use base64::Engine as _;
    let header = token.as_str().and_then(|token| token.split('.').next());
    let header = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(header.expect("a header"))
        .expect("base64url");
    serde_json::from_slice::<Value>(&header).expect("JSON")["kid"].clone()
}

/// Amazon's URLs are those of "IssuerConfigurationType" in its API reference.
#[test]
fn tokens_and_oidc_discovery_contain_the_configured_issuer() {
    let amazon = "https://cognito-idp.us-east-1.amazonaws.com";
    for (issuer_url, issuer_type, base) in [
        (None, "ORIGINAL", "http://localhost:{port}"),
        (None, "UPDATED", "http://localhost:{port}/issuer"),
        (
            Some("http://127.0.0.1:0"),
            "ORIGINAL",
            "http://127.0.0.1:{port}",
        ),
        (
            Some("http://127.0.0.1:0"),
            "UPDATED",
            "http://127.0.0.1:{port}/issuer",
        ),
        (Some(amazon), "ORIGINAL", amazon),
        (
            Some(amazon),
            "UPDATED",
            "https://issuer-cognito-idp.us-east-1.amazonaws.com",
        ),
    ] {
        let pool = start_pool_with_issuer_url(issuer_url);
        set_issuer_type(&pool, issuer_type);
        let port = pool.address().port().to_string();
        let issuer = format!("{}/{DEV_POOL_ID}", base.replace("{port}", &port));
        assert_eq!(pool.issuer(DEV_POOL_ID), Ok(Some(issuer.clone())));
        assert_eq!(pool.url(), format!("http://localhost:{port}"));

        // OpenID Connect Discovery 1.0 §4: the document is below the issuer, and names it.
        let document =
            get_document(&pool, &format!("{issuer}/.well-known/openid-configuration")).json();
        assert_eq!(document["issuer"], issuer);
        assert_eq!(
            document["authorization_endpoint"],
            format!("{}/oauth2/authorize", pool.url())
        );
        let keys = get_document(&pool, document["jwks_uri"].as_str().expect("an address")).json();

        register(&pool, ANN);
        let direct = sign_in(&pool, ANN);
        let code = Browser::new(&pool).sign_in_for_code(&authorization_query(&[]), ANN);
        let hosted = redeem_code(&pool, &code, &[]).json();
        for (token, key) in [
            (&direct["IdToken"], 0),
            (&direct["AccessToken"], 1),
            (&hosted["id_token"], 0),
            (&hosted["access_token"], 1),
        ] {
            assert_eq!(decode_claims(token)["iss"], issuer);
            assert_eq!(key_id_of_token(token), keys["keys"][key]["kid"]);
        }

        // The API and the demo API accept these tokens.
        let user = json!({ "AccessToken": direct["AccessToken"] });
        assert_eq!(call_action(pool.address(), "GetUser", &user).status, 200);
        let todos = Request::new(pool.address(), "GET", "/api/todos")
            .header(
                "authorization",
                direct["IdToken"].as_str().expect("a token"),
            )
            .send();
        assert_eq!((todos.status, todos.json()), (200, json!([])));
    }
}

#[test]
fn discovery_at_the_api_url_contains_the_separate_issuer_url() {
    let pool = start_pool_with_issuer_url(Some("http://127.0.0.1:0"));
    let at_api = format!(
        "{}/{DEV_POOL_ID}/.well-known/openid-configuration",
        pool.url()
    );
    let port = pool.address().port();
    assert_eq!(
        get_document(&pool, &at_api).json()["issuer"],
        format!("http://127.0.0.1:{port}/{DEV_POOL_ID}")
    );
}

#[test]
fn demo_api_refuses_old_tokens_after_the_issuer_type_changed() {
    let pool = start_pool_with_issuer_url(None);
    register(&pool, ANN);
    let tokens = sign_in(&pool, ANN);
    set_issuer_type(&pool, "UPDATED");
    let todos = Request::new(pool.address(), "GET", "/api/todos")
        .header(
            "authorization",
            tokens["IdToken"].as_str().expect("a token"),
        )
        .send();
    assert_eq!(
        (todos.status, todos.header("www-authenticate")),
        (
            401,
            Some(
                r#"Bearer scope="" error="invalid_token" error_description="the token has another issuer""#
            )
        )
    );
    let described = pool
        .call("DescribeUserPool", &json!({ "UserPoolId": DEV_POOL_ID }))
        .expect("the pool");
    assert_eq!(
        described["UserPool"]["IssuerConfiguration"],
        json!({ "Type": "UPDATED" })
    );
}
