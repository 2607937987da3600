//! The response headers that a host must send with the built app. They are in the folder's `_headers` file, or in
//! Trunk.toml if `trunk build` alone has made the folder.

use std::fs;
use std::path::Path;

use crate::{Result, paths};

/// The response headers that the host of the app sends: those for every path, and those for single paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostHeaders {
    every: Vec<(String, String)>,
    by_path: Vec<(String, Vec<(String, String)>)>,
}

impl HostHeaders {
    /// Reads the response headers for the folder `dist` with the built app. In the Content-Security-Policy, `origin`
    /// (or several, separated by spaces) replaces the origins of the `config.js` that the folder was built with.
    ///
    /// # Errors
    /// There are no headers, or there is no Content-Security-Policy.
    pub fn read(dist: &Path, origin: &str) -> Result<Self> {
        let built = dist.join("_headers");
        let mut headers = if built.exists() {
            Self::parse_headers_file(&fs::read_to_string(built)?)
        } else {
            Self::parse_trunk_toml(&fs::read_to_string(
                paths::repository_root().join("Trunk.toml"),
            )?)
        };
        let policy = headers
            .every
            .iter_mut()
            .find(|(name, _)| name.eq_ignore_ascii_case("content-security-policy"))
            .ok_or("the built folder has no Content-Security-Policy")?;
        policy.1 = add_connect_src(&policy.1, origin);
        Ok(headers)
    }

    /// Parses a `_headers` file: lines with a path, each followed by indented lines with headers.
    fn parse_headers_file(text: &str) -> Self {
        let mut by_path: Vec<(String, Vec<(String, String)>)> = Vec::new();
        for line in text.lines() {
            if line.starts_with('/') {
                by_path.push((line.to_owned(), Vec::new()));
            } else if let (Some((name, value)), Some((_, headers))) =
                (line.trim().split_once(": "), by_path.last_mut())
            {
                headers.push((name.to_owned(), value.to_owned()));
            }
        }
        let (every, by_path): (Vec<_>, Vec<_>) =
            by_path.into_iter().partition(|(path, _)| path == "/*");
        Self {
            every: every.into_iter().flat_map(|(_, headers)| headers).collect(),
            by_path,
        }
    }

    /// Parses the table `[serve.headers]` of Trunk.toml. Its keys and values are in quotes.
    fn parse_trunk_toml(text: &str) -> Self {
        let table = text
            .split_once("[serve.headers]\n")
            .map_or("", |(_, table)| table);
        let every = table
            .lines()
            .filter_map(|line| line.split_once("\" = \""))
            .map(|(name, value)| {
                (
                    name.trim_matches('"').to_owned(),
                    value.trim_matches('"').to_owned(),
                )
            })
            .collect();
        Self {
            every,
            by_path: Vec::new(),
        }
    }

    /// Returns the headers for `path`. A header for this path replaces the general header of the same name.
    pub fn headers_for_path(&self, path: &str) -> impl Iterator<Item = (&str, &str)> {
        let own: Vec<&(String, String)> = self
            .by_path
            .iter()
            .filter(|(rule, _)| rule == path)
            .flat_map(|(_, headers)| headers)
            .collect();
        let general = self.every.iter().filter({
            let own = own.clone();
            move |(name, _)| !own.iter().any(|(own, _)| own.eq_ignore_ascii_case(name))
        });
        general
            .chain(own)
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Returns the Content-Security-Policy with `connect-src 'self' <origin>`.
fn add_connect_src(policy: &str, origin: &str) -> String {
    let directives = policy.split("; ").map(|directive| {
        if directive.starts_with("connect-src ") {
            format!("connect-src 'self' {origin}")
        } else {
            directive.to_owned()
        }
    });
    directives.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn netlify_headers_file_is_parsed_by_path() {
        let text = "/*\n  Content-Security-Policy: default-src 'none'\n  X-Content-Type-Options: nosniff\n\n/a-1.js\n  Cache-Control: immutable\n";
        let headers = HostHeaders::parse_headers_file(text);
        let every = [
            ("Content-Security-Policy", "default-src 'none'"),
            ("X-Content-Type-Options", "nosniff"),
        ];
        assert_eq!(
            headers.headers_for_path("/register").collect::<Vec<_>>(),
            every
        );
        assert_eq!(
            headers.headers_for_path("/a-1.js").collect::<Vec<_>>(),
            [every[0], every[1], ("Cache-Control", "immutable")]
        );
    }

    #[test]
    fn http_header_of_a_path_replaces_the_general_header() {
        let text = "/*\n  Cache-Control: no-cache\n\n/a-1.js\n  ! Cache-Control\n  Cache-Control: immutable\n";
        let headers = HostHeaders::parse_headers_file(text);
        assert_eq!(
            headers.headers_for_path("/register").collect::<Vec<_>>(),
            [("Cache-Control", "no-cache")]
        );
        assert_eq!(
            headers.headers_for_path("/a-1.js").collect::<Vec<_>>(),
            [("Cache-Control", "immutable")]
        );
    }

    #[test]
    fn http_headers_of_trunk_toml_are_parsed() {
        let text = "[serve]\nport = 8000\n[serve.headers]\n\"Referrer-Policy\" = \"no-referrer\"\n";
        let headers = HostHeaders::parse_trunk_toml(text);
        assert_eq!(
            headers.headers_for_path("/").collect::<Vec<_>>(),
            [("Referrer-Policy", "no-referrer")]
        );
    }

    #[test]
    fn test_server_replaces_only_connect_src_origins_of_the_csp() {
        assert_eq!(
            add_connect_src(
                "default-src 'none'; connect-src 'self' http://localhost:9229; base-uri 'none'",
                "http://localhost:4"
            ),
            "default-src 'none'; connect-src 'self' http://localhost:4; base-uri 'none'"
        );
    }
}
