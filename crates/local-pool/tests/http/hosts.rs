//! The host by which a client reaches the pool: it is checked, and it decides the issuer of the tokens.

use local_pool::LocalPool;
use local_pool::settings::{DEV_POOL_ID, LocalPoolSettings};
use serde_json::json;

use crate::http::Request;
use crate::users::{pool, register, sign_in, sign_up_for_token};

#[test]
fn error_for_an_unknown_host_header_names_the_right_url() {
    let pool = pool();
    let port = pool.address().port();
    let other_port = format!("localhost:{}", port ^ 1);
    for host in ["evil.example", "localhost", other_port.as_str(), ""] {
        for path in [
            "/",
            "/inbox.json",
            "/api/todos",
            "/us-east-1_Poolgate1/.well-known/jwks.json",
        ] {
            let answer = Request::new(pool.address(), "GET", path).host(host).send();
            assert_eq!(
                (answer.status, answer.json()),
                (
                    421,
                    json!({ "message": format!(
                        "The Host header of this request is not a name of the local pool, which accepts \
                         http://localhost:{port}. To accept another name, start it with --public-url."
                    ) })
                ),
                "{host} {path}"
            );
        }
    }
}

#[test]
fn pool_refuses_a_request_with_two_host_headers() {
    let pool = pool();
    let answer = Request::new(pool.address(), "GET", "/inbox.json")
        .header("host", format!("localhost:{}", pool.address().port()))
        .send();
    assert_eq!(answer.status, 421);
}

#[test]
fn pool_api_refuses_tokens_of_another_issuer() {
    let pool = pool();
    let port = pool.address().port();
    let access_token = sign_up_for_token(&pool, "ann@example.com", "AccessToken");
    let get_user = |host: &str| {
        Request::new(pool.address(), "POST", "/")
            .host(format!("{host}:{port}"))
            .header("x-amz-target", "AWSCognitoIdentityProviderService.GetUser")
            .body(json!({ "AccessToken": access_token }).to_string())
            .send()
    };
    let todos = |host: &str| {
        Request::new(pool.address(), "GET", "/api/todos")
            .host(format!("{host}:{port}"))
            .header("authorization", &*access_token)
            .send()
    };
    assert_eq!(
        (get_user("localhost").status, todos("localhost").status),
        (200, 200)
    );
    assert_eq!(
        (get_user("127.0.0.1").status, get_user("127.0.0.1").json()),
        (
            400,
            json!({ "__type": "NotAuthorizedException", "message": "Invalid Access Token" })
        )
    );
    assert_eq!(
        (
            todos("127.0.0.1").status,
            todos("127.0.0.1").header("www-authenticate")
        ),
        (
            401,
            Some(
                r#"Bearer scope="" error="invalid_token" error_description="the token has another issuer""#
            )
        )
    );
}

#[test]
fn issuer_is_the_public_url_whichever_host_was_requested() {
    let url = "https://pool.example.com".parse().expect("a URL");
    let pool = LocalPool::start(LocalPoolSettings {
        public_url: Some(url),
        ..LocalPoolSettings::for_tests()
    })
    .expect("the pool starts");
    let path = format!("/{DEV_POOL_ID}/.well-known/openid-configuration");
    for host in [
        "pool.example.com".to_owned(),
        format!("localhost:{}", pool.address().port()),
    ] {
        let answer = Request::new(pool.address(), "GET", &path).host(host).send();
        assert_eq!(
            answer.json()["issuer"],
            format!("https://pool.example.com/{DEV_POOL_ID}")
        );
    }
    assert_eq!(pool.url(), "https://pool.example.com");
    register(&pool, "ann@example.com");
    let tokens = sign_in(&pool, "ann@example.com");
    let answer = Request::new(pool.address(), "GET", "/api/todos")
        .host("pool.example.com")
        .header(
            "authorization",
            tokens["IdToken"].as_str().expect("a token"),
        )
        .send();
    assert_eq!((answer.status, answer.json()), (200, json!([])));
}
