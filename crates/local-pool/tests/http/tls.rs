//! The pool over HTTPS: clients that trust its certificate, clients that do not, and clients that speak plain HTTP.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use local_pool::LocalPool;
use local_pool::settings::LocalPoolSettings;
use serde_json::json;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::browser::authorization_query;
use crate::http::{Answer, Request, parse_answer};

/// Starts a pool over HTTPS.
fn pool() -> LocalPool {
    let settings = LocalPoolSettings {
        tls: true,
        ..LocalPoolSettings::for_tests()
    };
    LocalPool::start(settings).expect("the pool starts")
}

/// Returns the TLS configuration of a client that trusts only these certificates.
fn client_config_trusting(pem: &[&str]) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    for pem in pem {
        let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).expect("a certificate");
        roots
            .add(certificate)
            .expect("the certificate can be a root");
    }
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}

/// Requests a path over HTTPS. Returns an error if the connection fails.
fn get_over_tls(
    pool: &LocalPool,
    trust: &Arc<ClientConfig>,
    name: &str,
    path: &str,
) -> std::io::Result<Answer> {
    let name = ServerName::try_from(name.to_owned()).expect("a name");
    let connection =
        ClientConnection::new(Arc::clone(trust), name).expect("the client can start a connection");
    let stream = TcpStream::connect(pool.address())?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    let mut stream = StreamOwned::new(connection, stream);
    let port = pool.address().port();
    let head =
        format!("GET {path} HTTP/1.1\r\nhost: localhost:{port}\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(parse_answer(&answer).expect("an answer"))
}

#[test]
fn pool_with_tls_uses_https_urls_and_secure_cookies() {
    let pool = pool();
    let base_url = format!("https://localhost:{}", pool.address().port());
    assert_eq!(pool.url(), base_url);
    let trust = client_config_trusting(&[pool.certificate_pem().expect("a certificate")]);
    let discovery = "/us-east-1_Poolgate1/.well-known/openid-configuration";
    let issuer = format!("{base_url}/us-east-1_Poolgate1");
    assert_eq!(
        get_over_tls(&pool, &trust, "localhost", discovery)
            .expect("an answer")
            .json(),
        json!({
            "authorization_endpoint": format!("{base_url}/oauth2/authorize"),
            "end_session_endpoint": format!("{base_url}/logout"),
            "id_token_signing_alg_values_supported": ["RS256"],
            "issuer": issuer,
            "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
            "response_types_supported": ["code", "token"],
            "revocation_endpoint": format!("{base_url}/oauth2/revoke"),
            "scopes_supported": ["openid", "email", "phone", "profile"],
            "subject_types_supported": ["public"],
            "token_endpoint": format!("{base_url}/oauth2/token"),
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "userinfo_endpoint": format!("{base_url}/oauth2/userInfo"),
        })
    );
    let page = get_over_tls(
        &pool,
        &trust,
        "localhost",
        &format!("/login?{}", authorization_query(&[])),
    );
    let page = page.expect("an answer");
    let cookie = page.header("set-cookie").expect("a cookie");
    assert!(cookie.ends_with("; Secure"), "{cookie}");
}

#[test]
fn tls_certificate_is_valid_only_for_the_host_names_of_the_pool() {
    let pool = pool();
    let trust = client_config_trusting(&[pool.certificate_pem().expect("a certificate")]);
    for name in ["localhost", "127.0.0.1", "::1"] {
        assert_eq!(
            get_over_tls(&pool, &trust, name, "/")
                .expect("an answer")
                .status,
            200,
            "{name}"
        );
    }
    let refused = get_over_tls(&pool, &trust, "evil.example", "/")
        .expect_err("the certificate is not for this name");
    assert!(
        refused.to_string().contains("not valid for name"),
        "{refused}"
    );
}

#[test]
fn client_that_does_not_trust_the_certificate_cannot_connect() {
    let pool = pool();
    let another = self::pool();
    let others = another.certificate_pem().expect("a certificate");
    for trust in [
        client_config_trusting(&[]),
        client_config_trusting(&[others]),
    ] {
        let refused = get_over_tls(&pool, &trust, "localhost", "/")
            .expect_err("the certificate is not trusted");
        assert!(
            refused.to_string().starts_with("invalid peer certificate"),
            "{refused}"
        );
    }
}

#[test]
fn pool_with_tls_answers_plain_http_with_its_https_address() {
    let pool = pool();
    let answer = Request::new(pool.address(), "GET", "/").send();
    assert_eq!(
        (answer.status, answer.body),
        (
            400,
            format!("This local pool accepts HTTPS only: {}\n", pool.url())
        )
    );
}

#[test]
fn idle_connections_to_the_pool_do_not_delay_others() {
    let pool = pool();
    let idle: Vec<TcpStream> = (0..100)
        .map(|_| TcpStream::connect(pool.address()).expect("a connection"))
        .collect();
    let trust = client_config_trusting(&[pool.certificate_pem().expect("a certificate")]);
    assert_eq!(
        get_over_tls(&pool, &trust, "localhost", "/")
            .expect("an answer")
            .status,
        200
    );
    drop(idle);
}

#[test]
fn pool_without_tls_has_no_certificate() {
    let pool = crate::users::pool();
    assert_eq!(
        (pool.certificate_pem(), pool.certificate_file()),
        (None, None)
    );
}
