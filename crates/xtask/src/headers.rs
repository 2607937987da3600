//! What a host must send with the app's files, so that a browser holds the page to what it is meant to do.

use std::fmt::Write as _;

/// For every answer, faults and fallbacks among them. The policy's sources are exact: `connect-src` names the origins
/// of config.js and no other.
pub(crate) fn for_every_answer(origins: &[String]) -> Vec<(&'static str, String)> {
    let connect = [&["'self'".to_owned()], origins].concat().join(" ");
    let policy = [
        "default-src 'none'",
        // Cognito: the proof of the password is made in WebAssembly, which needs leave of its own. Nothing is evaluated.
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

/// The start page and config.js are asked for anew each time; a file with its hash in its name never changes.
pub(crate) const FRESH: &str = "no-cache";
pub(crate) const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The `_headers` file that Netlify, Cloudflare Pages and others read. `hashed` are names like `poolgate-1a2b.js`.
pub(crate) fn as_headers_file(every: &[(&'static str, String)], hashed: &[String]) -> String {
    let mut text = String::from("/*\n");
    for (name, value) in every {
        let _ = writeln!(text, "  {name}: {value}");
    }
    for page in ["/", "/index.html", "/config.js"] {
        let _ = write!(text, "\n{page}\n  Cache-Control: {FRESH}\n");
    }
    for name in hashed {
        let _ = write!(text, "\n/{name}\n  Cache-Control: {FOR_EVER}\n");
        if name.ends_with(".wasm") {
            text.push_str("  Content-Type: application/wasm\n");
        }
    }
    text
}

/// The `customHttp.yml` that AWS Amplify Hosting reads. Later patterns win over earlier ones.
pub(crate) fn as_amplify_file(every: &[(&'static str, String)], hashed: &[String]) -> String {
    let mut text = String::from("customHeaders:\n  - pattern: '**/*'\n    headers:\n");
    let header = |text: &mut String, name: &str, value: &str| {
        let _ = write!(
            text,
            "      - key: '{name}'\n        value: '{}'\n",
            value.replace('\'', "''")
        );
    };
    for (name, value) in every {
        header(&mut text, name, value);
    }
    header(&mut text, "Cache-Control", FRESH);
    for name in hashed {
        let _ = write!(text, "  - pattern: '/{name}'\n    headers:\n");
        header(&mut text, "Cache-Control", FOR_EVER);
        if name.ends_with(".wasm") {
            header(&mut text, "Content-Type", "application/wasm");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place;

    /// A violation must show under `trunk serve`, not on the day of the release.
    #[test]
    fn trunk_serve_sends_the_same_headers_but_for_the_origins_and_https() {
        let trunk = std::fs::read_to_string(place::root().join("Trunk.toml")).unwrap();
        let (_, served) = trunk.split_once("[serve.headers]\n").unwrap();
        let served: Vec<(String, String)> = served
            .lines()
            .filter_map(|line| line.split_once("\" = \""))
            .map(|(name, value)| {
                (
                    name.trim_matches('"').to_owned(),
                    value.trim_matches('"').to_owned(),
                )
            })
            .collect();
        let wide = [
            "http://localhost:9229",
            "https://*.amazonaws.com",
            "https://*.amazoncognito.com",
        ];
        let mut ours: Vec<(String, String)> = for_every_answer(&wide.map(str::to_owned))
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            // Over plain http a browser must ignore it (RFC 6797 section 8.1), so trunk need not send it.
            .filter(|(name, _)| name != "Strict-Transport-Security")
            .collect();
        ours.push(("Cache-Control".to_owned(), FRESH.to_owned()));
        assert_eq!(served, ours);
    }

    #[test]
    fn the_policy_names_the_origins_of_config_js_and_no_other() {
        let every = for_every_answer(&["https://cognito-idp.eu-west-1.amazonaws.com".to_owned()]);
        assert_eq!(
            every[0].1,
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
             connect-src 'self' https://cognito-idp.eu-west-1.amazonaws.com; base-uri 'none'; object-src 'none'; \
             form-action 'none'; frame-ancestors 'none'"
        );
    }
}
