//! The HTTP headers that a host must send with the app's files, and the files that list them for hosts. The headers
//! restrict the page to what it needs.

use std::fmt::Write as _;

/// Returns the HTTP headers for every response, including errors and fallbacks. The content security policy has exact
/// sources: `connect-src` names the origins of config.js and no others.
pub fn headers_for_every_response(origins: &[String]) -> Vec<(&'static str, String)> {
    let connect = [&["'self'".to_owned()], origins].concat().join(" ");
    let policy = [
        "default-src 'none'",
        // `wasm-unsafe-eval` allows WebAssembly, which computes the SRP proof. JavaScript's `eval` stays forbidden.
        "script-src 'self' 'wasm-unsafe-eval'",
        "style-src 'self'",
        "img-src 'self'",
        &format!("connect-src {connect}"),
        "base-uri 'none'",
        "object-src 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
    .join("; ");
    vec![
        ("Content-Security-Policy", policy),
        (
            "Strict-Transport-Security",
            "max-age=31536000; includeSubDomains".to_owned(),
        ),
        // The equivalent of `frame-ancestors`, for browsers and proxies that only support this header (RFC 7034).
        ("X-Frame-Options", "DENY".to_owned()),
        ("X-Content-Type-Options", "nosniff".to_owned()),
        ("Referrer-Policy", "no-referrer".to_owned()),
        ("Cross-Origin-Opener-Policy", "same-origin".to_owned()),
        ("Cross-Origin-Resource-Policy", "same-origin".to_owned()),
        (
            "Permissions-Policy",
            "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
                .to_owned(),
        ),
    ]
}

/// The value of `Cache-Control` for every address except files with a hash in their name: browsers must ask the server
/// each time. The host decides which addresses return index.html (any path without a file ending), so this is the
/// default and not a list of pages.
pub const REVALIDATE: &str = "no-cache";
/// The value of `Cache-Control` for files with a hash in their name. Their content never changes.
pub const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Returns the text of the file `_headers`, with which Netlify, Cloudflare Pages and other hosts are configured.
/// `hashed_files` are names like `poolgate-1a2b.js`.
///
/// A response gets the headers of every rule that matches its path. For a header that two rules set, Netlify takes the
/// more specific rule's value. Cloudflare Pages joins both values unless a line `! Name` first removes the general one
/// (<https://developers.cloudflare.com/pages/configuration/headers/#detach-a-header>). Netlify's parser skips that
/// line.
pub fn netlify_headers_file(
    common_headers: &[(&'static str, String)],
    hashed_files: &[String],
) -> String {
    let mut text = String::from("/*\n");
    for (name, value) in common_headers {
        let _ = writeln!(text, "  {name}: {value}");
    }
    let _ = writeln!(text, "  Cache-Control: {REVALIDATE}");
    for name in hashed_files {
        let _ = write!(
            text,
            "\n/{name}\n  ! Cache-Control\n  Cache-Control: {IMMUTABLE}\n"
        );
        if name.ends_with(".wasm") {
            text.push_str("  ! Content-Type\n  Content-Type: application/wasm\n");
        }
    }
    text
}

/// Returns the text of the file `customHttp.yml` for AWS Amplify Hosting. In that file, later patterns override earlier
/// ones.
pub fn amplify_headers_file(
    common_headers: &[(&'static str, String)],
    hashed_files: &[String],
) -> String {
    let mut text = String::from("customHeaders:\n  - pattern: '**/*'\n    headers:\n");
    let header = |text: &mut String, name: &str, value: &str| {
        let _ = write!(
            text,
            "      - key: '{name}'\n        value: '{}'\n",
            value.replace('\'', "''")
        );
    };
    for (name, value) in common_headers {
        header(&mut text, name, value);
    }
    header(&mut text, "Cache-Control", REVALIDATE);
    for name in hashed_files {
        let _ = write!(text, "  - pattern: '/{name}'\n    headers:\n");
        header(&mut text, "Cache-Control", IMMUTABLE);
        if name.ends_with(".wasm") {
            header(&mut text, "Content-Type", "application/wasm");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fs};

    use super::*;
    use crate::{header_rules::HeaderRules, paths};

    /// A violation of the policy must be visible under `trunk serve`, before the release.
    #[test]
    fn trunk_serve_sends_the_headers_of_the_release_except_hsts() {
        let trunk = fs::read_to_string(paths::repository_root().join("Trunk.toml")).unwrap();
        let served = HeaderRules::parse_trunk_toml(&trunk).headers_for_path("/");
        let wide = [
            "http://localhost:9229",
            "https://*.amazonaws.com",
            "https://*.amazoncognito.com",
        ];
        let mut ours: Vec<(String, String)> = headers_for_every_response(&wide.map(str::to_owned))
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            // Browsers ignore this header over plain HTTP (RFC 6797 §8.1), so trunk need not send it.
            .filter(|(name, _)| name != "Strict-Transport-Security")
            .collect();
        ours.push(("Cache-Control".to_owned(), REVALIDATE.to_owned()));
        assert_eq!(served, ours);
    }

    /// The headers of a response, with names in lower case.
    type Headers = BTreeMap<String, String>;

    /// Returns the headers that Cloudflare Pages sends for a path.
    fn sent_by_cloudflare(file: &str, path: &str) -> Headers {
        let headers = HeaderRules::parse_headers_file(file).headers_for_path(path);
        let lower_case = |(name, value): (String, String)| (name.to_ascii_lowercase(), value);
        headers.into_iter().map(lower_case).collect()
    }

    /// Returns the headers that AWS Amplify sends for a path: later patterns replace the values of earlier ones.
    fn sent_by_amplify(file: &str, path: &str) -> Headers {
        let mut headers = Headers::new();
        let mut matches = false;
        let mut key = String::new();
        let quoted = |text: &str| {
            let inner = text
                .strip_prefix('\'')
                .and_then(|rest| rest.strip_suffix('\''));
            inner.unwrap().replace("''", "'")
        };
        for line in file.lines().map(str::trim) {
            if let Some(pattern) = line.strip_prefix("- pattern: ") {
                matches = ["**/*", path].contains(&quoted(pattern).as_str());
            } else if let Some(name) = line.strip_prefix("- key: ") {
                key = quoted(name).to_ascii_lowercase();
            } else if let (true, Some(value)) = (matches, line.strip_prefix("value: ")) {
                headers.insert(key.clone(), quoted(value));
            }
        }
        headers
    }

    #[test]
    fn release_headers_cache_only_hashed_files_and_forbid_framing() {
        let every = headers_for_every_response(&[]);
        let hashed = ["poolgate-1a2b.js", "poolgate-1a2b_bg.wasm"].map(str::to_owned);
        let (headers, amplify) = (
            netlify_headers_file(&every, &hashed),
            amplify_headers_file(&every, &hashed),
        );
        for (path, cache_control, content_type) in [
            ("/", "no-cache", None),
            ("/index.html", "no-cache", None),
            ("/config.js", "no-cache", None),
            ("/js/config.js", "no-cache", None),
            // Pages of the app, a callback path that the operator chose, and an address without a page.
            ("/signin", "no-cache", None),
            ("/signin/", "no-cache", None),
            ("/login", "no-cache", None),
            ("/todos", "no-cache", None),
            ("/callback/of/mine", "no-cache", None),
            ("/nowhere", "no-cache", None),
            (
                "/poolgate-1a2b.js",
                "public, max-age=31536000, immutable",
                None,
            ),
            (
                "/poolgate-1a2b_bg.wasm",
                "public, max-age=31536000, immutable",
                Some("application/wasm"),
            ),
        ] {
            for sent in [
                sent_by_cloudflare(&headers, path),
                sent_by_amplify(&amplify, path),
            ] {
                let header = |name: &str| sent.get(name).map(String::as_str);
                assert_eq!(header("cache-control"), Some(cache_control), "{path}");
                assert_eq!(header("content-type"), content_type, "{path}");
                assert_eq!(header("x-frame-options"), Some("DENY"), "{path}");
                let policy = header("content-security-policy").unwrap();
                assert!(
                    policy.contains("frame-ancestors 'none'"),
                    "{path}: {policy}"
                );
            }
        }
    }

    #[test]
    fn csp_allows_connections_only_to_origins_of_config_js() {
        let every =
            headers_for_every_response(&["https://cognito-idp.eu-west-1.amazonaws.com".to_owned()]);
        assert_eq!(
            every[0].1,
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
             connect-src 'self' https://cognito-idp.eu-west-1.amazonaws.com; base-uri 'none'; object-src 'none'; \
             form-action 'none'; frame-ancestors 'none'"
        );
    }
}
