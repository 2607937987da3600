//! Tests of the accepted host names.

use super::*;

/// Makes the host names of a pool that listens on this address.
fn hosts_listening_on(listening: &str, public_url: Option<&str>) -> PoolHosts {
    let address: SocketAddr = listening.parse().expect("an address");
    PoolHosts::new(
        UrlScheme::Http,
        address.port(),
        vec![address],
        public_url.map(|url| url.parse().expect("a public URL")),
        None,
    )
}

/// Makes the host names of a pool whose issuers have this base address.
fn hosts_with_issuer_url(public_url: Option<&str>, issuer_url: &str) -> PoolHosts {
    PoolHosts {
        issuer_url: Some(issuer_url.parse().expect("an issuer URL")),
        ..hosts_listening_on("127.0.0.1:9229", public_url)
    }
}

#[test]
fn base_url_of_the_pool_has_the_host_of_the_request() {
    let hosts = hosts_listening_on("127.0.0.1:9229", None);
    for (host, base_url) in [
        ("localhost:9229", "http://localhost:9229"),
        ("LocalHost:9229", "http://localhost:9229"),
        ("127.0.0.1:9229", "http://127.0.0.1:9229"),
        ("[::1]:9229", "http://[::1]:9229"),
    ] {
        assert_eq!(hosts.base_url_for_host(host).as_deref(), Some(base_url));
    }
}

#[test]
fn pool_rejects_requests_with_an_unknown_host_or_port() {
    let hosts = hosts_listening_on("0.0.0.0:9229", None);
    for host in [
        "",
        "localhost",
        "localhost:80",
        "localhost:92290",
        "localhost.evil.example:9229",
        "evil.example:9229",
        "evil.example@localhost:9229",
        "0.0.0.0:9229",
        "127.0.0.1.:9229",
        "192.168.1.9:9229",
    ] {
        assert_eq!(hosts.base_url_for_host(host), None, "{host}");
    }
}

#[test]
fn pool_accepts_its_listening_address_in_the_host_header() {
    let hosts = hosts_listening_on("192.168.1.9:9229", None);
    assert_eq!(
        hosts.base_url_for_host("192.168.1.9:9229").as_deref(),
        Some("http://192.168.1.9:9229")
    );
}

#[test]
fn base_url_is_the_public_url_whichever_host_was_requested() {
    let hosts = hosts_listening_on("127.0.0.1:9229", Some("https://pool.example.com"));
    for host in ["pool.example.com", "localhost:9229"] {
        assert_eq!(
            hosts.base_url_for_host(host).as_deref(),
            Some("https://pool.example.com")
        );
    }
    assert_eq!(hosts.base_url_for_host("pool.example.com:9229"), None);
    assert_eq!(hosts.own_base_url(), "https://pool.example.com");
}

#[test]
fn separate_issuer_url_setting_does_not_change_the_api_url() {
    let issuer = "https://cognito-idp.us-east-1.amazonaws.com";
    let hosts = hosts_with_issuer_url(None, issuer);
    for (host, base_url) in [
        ("localhost:9229", Some("http://localhost:9229")),
        ("127.0.0.1:9229", Some("http://127.0.0.1:9229")),
        (
            "cognito-idp.us-east-1.amazonaws.com",
            Some("http://localhost:9229"),
        ),
        (
            "issuer-cognito-idp.us-east-1.amazonaws.com",
            Some("http://localhost:9229"),
        ),
        ("cognito-idp.eu-west-1.amazonaws.com", None),
    ] {
        assert_eq!(hosts.base_url_for_host(host).as_deref(), base_url, "{host}");
        assert_eq!(hosts.issuer_base("http://localhost:9229"), issuer);
    }
}

#[test]
fn discovery_at_a_separate_issuer_url_contains_the_api_url() {
    let hosts = hosts_with_issuer_url(None, "http://127.0.0.1:9229");
    for (reached, endpoints) in [
        ("http://127.0.0.1:9229", "http://localhost:9229"),
        ("http://localhost:9229", "http://localhost:9229"),
        ("http://[::1]:9229", "http://[::1]:9229"),
    ] {
        assert_eq!(hosts.endpoint_base(reached), endpoints);
    }
    let hosts = hosts_with_issuer_url(Some("https://pool.example.com"), "https://id.example.com");
    for host in ["pool.example.com", "id.example.com", "localhost:9229"] {
        assert_eq!(
            hosts.base_url_for_host(host).as_deref(),
            Some("https://pool.example.com")
        );
    }
}

#[test]
fn http_base_url_omits_port_80() {
    let hosts = hosts_listening_on("127.0.0.1:80", None);
    assert_eq!(
        hosts.base_url_for_host("localhost").as_deref(),
        Some("http://localhost")
    );
    assert_eq!(hosts.base_url_for_host("evil.example"), None);
}

#[test]
fn https_base_url_omits_port_443() {
    let at = |port| PoolHosts::new(UrlScheme::Https, port, Vec::new(), None, None);
    assert_eq!(
        at(9229).base_url_for_host("127.0.0.1:9229").as_deref(),
        Some("https://127.0.0.1:9229")
    );
    assert_eq!(at(9229).own_base_url(), "https://localhost:9229");
    assert_eq!(
        at(443).base_url_for_host("localhost").as_deref(),
        Some("https://localhost")
    );
    assert_eq!(at(443).base_url_for_host("localhost:80"), None);
}

#[test]
fn tls_certificate_contains_each_host_once_without_port() {
    assert_eq!(
        hosts_listening_on("192.168.1.9:9229", Some("https://[::1]:8443")).certificate_names(),
        ["localhost", "127.0.0.1", "::1", "192.168.1.9"]
    );
    assert_eq!(
        hosts_listening_on("0.0.0.0:9229", Some("https://pool.example.com")).certificate_names(),
        ["localhost", "127.0.0.1", "::1", "pool.example.com"]
    );
    assert_eq!(
        hosts_with_issuer_url(None, "https://cognito-idp.us-east-1.amazonaws.com")
            .certificate_names(),
        [
            "localhost",
            "127.0.0.1",
            "::1",
            "cognito-idp.us-east-1.amazonaws.com",
            "issuer-cognito-idp.us-east-1.amazonaws.com"
        ]
    );
}
