//! By which names the pool may be addressed.
//!
//! A page on another site can make a browser send requests to a loopback address under a name of its own
//! ("DNS rebinding"); such a request carries that name in `Host` and is refused. The name that passed is also
//! what the issuer of tokens is made of.

use std::net::SocketAddr;

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
}

impl Hosts {
    pub(crate) fn new(
        scheme: Scheme,
        port: u16,
        listening: Vec<SocketAddr>,
        public_url: Option<PublicUrl>,
    ) -> Self {
        Self {
            scheme,
            port,
            listening,
            public_url,
        }
    }

    /// The address that tokens and discovery shall name for a request with this `Host`; none if it is not ours.
    pub(crate) fn base_url(&self, host: &str) -> Option<String> {
        let host = host.to_ascii_lowercase();
        let public = self.public_url.as_ref();
        if !self.is_local(&host) && public.is_none_or(|url| url.authority() != host) {
            return None;
        }
        Some(public.map_or_else(|| self.address(&host), |url| url.as_str().to_owned()))
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
        let public = self.public_url.as_ref().map(|url| url.host().to_owned());
        for name in listening.chain(public) {
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
        )
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
        let at = |port| Hosts::new(Scheme::Https, port, Vec::new(), None);
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
    }
}
