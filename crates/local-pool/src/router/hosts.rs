//! By which names the pool may be addressed.
//!
//! A page on another site can make a browser send requests to a loopback address under a name of its own
//! ("DNS rebinding"); such a request carries that name in `Host` and is refused. The name that passed is also
//! what the issuer of tokens is made of.

use std::net::SocketAddr;

use crate::pool::issuer::updated_base;
use crate::settings::PublicUrl;

/// How the pool is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    const fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port that addresses leave out.
    const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// The names by which one running pool may be addressed.
#[derive(Clone, Debug)]
pub(crate) struct Hosts {
    scheme: Scheme,
    port: u16,
    listening: Vec<SocketAddr>,
    public_url: Option<PublicUrl>,
    issuer_url: Option<PublicUrl>,
}

impl Hosts {
    pub(crate) fn new(
        scheme: Scheme,
        port: u16,
        listening: Vec<SocketAddr>,
        public_url: Option<PublicUrl>,
        issuer_url: Option<PublicUrl>,
    ) -> Self {
        Self {
            scheme,
            port,
            listening,
            public_url,
            issuer_url,
        }
    }

    /// The address of the API for a request with this `Host`; none if the name is not ours.
    pub(crate) fn base_url(&self, host: &str) -> Option<String> {
        let host = host.to_ascii_lowercase();
        if !self.is_local(&host) && !self.is_named(&host) {
            return None;
        }
        Some(match &self.public_url {
            None if self.is_local(&host) => self.address(&host),
            _ => self.own_base_url(),
        })
    }

    /// The base address of issuers for a request that reached the API at `base_url`.
    pub(crate) fn issuer_base<'a>(&'a self, base_url: &'a str) -> &'a str {
        self.issuer_url.as_ref().map_or(base_url, PublicUrl::as_str)
    }

    /// Where the OAuth endpoints are for a request to `base_url`; a request to the issuer's address finds them at the
    /// address of the API.
    pub(crate) fn endpoint_base(&self, base_url: &str) -> String {
        match &self.issuer_url {
            Some(issuer) if issuer.as_str() == base_url => self.own_base_url(),
            _ => base_url.to_owned(),
        }
    }

    /// The address for calls that come over no network.
    pub(crate) fn own_base_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.as_str().to_owned(),
            None => self.address(&self.with_port("localhost")),
        }
    }

    /// What to say to a request under another name.
    pub(crate) fn refusal(&self) -> String {
        let mut names = self.address(&self.with_port("localhost"));
        if let Some(url) = &self.public_url {
            names.push_str(" or ");
            names.push_str(url.as_str());
        }
        format!(
            "The local pool answers to {names}, not to the name in this request's Host header. \
             To reach it under another name, start it with --public-url."
        )
    }

    /// Whether the public URL or the issuers' address has this host.
    fn is_named(&self, host: &str) -> bool {
        self.named_urls().any(|url| url.authority() == host)
    }

    /// The public URL, the issuers' base address, and the base addresses of their `UPDATED` form.
    fn named_urls(&self) -> impl Iterator<Item = PublicUrl> {
        let named = self.public_url.iter().chain(&self.issuer_url);
        named.flat_map(|url| {
            // A base address with a path is no public URL, and has a host that is named already.
            let updated = updated_base(url.as_str()).parse().ok();
            [Some(url.clone()), updated].into_iter().flatten()
        })
    }

    fn is_local(&self, host: &str) -> bool {
        ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| host == self.with_port(name))
            // An address in figures is nobody else's name, so the one we were told to listen on is safe too.
            || self.listening.iter().any(|address| !address.ip().is_unspecified() && host == address.to_string())
    }

    fn address(&self, host: &str) -> String {
        format!("{}://{host}", self.scheme.name())
    }

    /// A `Host` leaves out the port 80 of http and the port 443 of https.
    fn with_port(&self, name: &str) -> String {
        if self.port == self.scheme.default_port() {
            name.to_owned()
        } else {
            format!("{name}:{}", self.port)
        }
    }

    /// The names for the certificate: those without a port.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
        let listening = self
            .listening
            .iter()
            .filter(|address| !address.ip().is_unspecified())
            .map(|address| address.ip().to_string());
        let named = self.named_urls().map(|url| url.host().to_owned());
        for name in listening.chain(named) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts(listening: &str, public_url: Option<&str>) -> Hosts {
        let address: SocketAddr = listening.parse().expect("an address");
        Hosts::new(
            Scheme::Http,
            address.port(),
            vec![address],
            public_url.map(|url| url.parse().expect("a public URL")),
            None,
        )
    }

    fn with_issuer(public_url: Option<&str>, issuer_url: &str) -> Hosts {
        Hosts {
            issuer_url: Some(issuer_url.parse().expect("an issuer URL")),
            ..hosts("127.0.0.1:9229", public_url)
        }
    }

    #[test]
    fn the_issuer_is_the_name_by_which_the_pool_was_reached() {
        let hosts = hosts("127.0.0.1:9229", None);
        for (host, base_url) in [
            ("localhost:9229", "http://localhost:9229"),
            ("LocalHost:9229", "http://localhost:9229"),
            ("127.0.0.1:9229", "http://127.0.0.1:9229"),
            ("[::1]:9229", "http://[::1]:9229"),
        ] {
            assert_eq!(hosts.base_url(host).as_deref(), Some(base_url));
        }
    }

    #[test]
    fn another_name_or_port_is_not_ours() {
        let hosts = hosts("0.0.0.0:9229", None);
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
            assert_eq!(hosts.base_url(host), None, "{host}");
        }
    }

    #[test]
    fn an_address_it_was_told_to_listen_on_is_its_name_too() {
        let hosts = hosts("192.168.1.9:9229", None);
        assert_eq!(
            hosts.base_url("192.168.1.9:9229").as_deref(),
            Some("http://192.168.1.9:9229")
        );
    }

    #[test]
    fn a_public_url_is_the_issuer_by_whatever_name_the_pool_is_reached() {
        let hosts = hosts("127.0.0.1:9229", Some("https://pool.example.com"));
        for host in ["pool.example.com", "localhost:9229"] {
            assert_eq!(
                hosts.base_url(host).as_deref(),
                Some("https://pool.example.com")
            );
        }
        assert_eq!(hosts.base_url("pool.example.com:9229"), None);
        assert_eq!(hosts.own_base_url(), "https://pool.example.com");
    }

    #[test]
    fn an_issuer_elsewhere_leaves_the_api_where_it_is() {
        let issuer = "https://cognito-idp.us-east-1.amazonaws.com";
        let hosts = with_issuer(None, issuer);
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
            assert_eq!(hosts.base_url(host).as_deref(), base_url, "{host}");
            assert_eq!(hosts.issuer_base("http://localhost:9229"), issuer);
        }
    }

    #[test]
    fn discovery_at_the_issuer_names_the_apis_endpoints() {
        let hosts = with_issuer(None, "http://127.0.0.1:9229");
        for (reached, endpoints) in [
            ("http://127.0.0.1:9229", "http://localhost:9229"),
            ("http://localhost:9229", "http://localhost:9229"),
            ("http://[::1]:9229", "http://[::1]:9229"),
        ] {
            assert_eq!(hosts.endpoint_base(reached), endpoints);
        }
        let hosts = with_issuer(Some("https://pool.example.com"), "https://id.example.com");
        for host in ["pool.example.com", "id.example.com", "localhost:9229"] {
            assert_eq!(
                hosts.base_url(host).as_deref(),
                Some("https://pool.example.com")
            );
        }
    }

    #[test]
    fn on_the_port_of_http_a_host_has_no_port() {
        let hosts = hosts("127.0.0.1:80", None);
        assert_eq!(
            hosts.base_url("localhost").as_deref(),
            Some("http://localhost")
        );
        assert_eq!(hosts.base_url("evil.example"), None);
    }

    #[test]
    fn over_https_every_address_says_so_and_443_is_left_out() {
        let at = |port| Hosts::new(Scheme::Https, port, Vec::new(), None, None);
        assert_eq!(
            at(9229).base_url("127.0.0.1:9229").as_deref(),
            Some("https://127.0.0.1:9229")
        );
        assert_eq!(at(9229).own_base_url(), "https://localhost:9229");
        assert_eq!(
            at(443).base_url("localhost").as_deref(),
            Some("https://localhost")
        );
        assert_eq!(at(443).base_url("localhost:80"), None);
    }

    #[test]
    fn a_certificate_names_every_host_once_and_no_port() {
        assert_eq!(
            hosts("192.168.1.9:9229", Some("https://[::1]:8443")).names(),
            ["localhost", "127.0.0.1", "::1", "192.168.1.9"]
        );
        assert_eq!(
            hosts("0.0.0.0:9229", Some("https://pool.example.com")).names(),
            ["localhost", "127.0.0.1", "::1", "pool.example.com"]
        );
        assert_eq!(
            with_issuer(None, "https://cognito-idp.us-east-1.amazonaws.com").names(),
            [
                "localhost",
                "127.0.0.1",
                "::1",
                "cognito-idp.us-east-1.amazonaws.com",
                "issuer-cognito-idp.us-east-1.amazonaws.com"
            ]
        );
    }
}
