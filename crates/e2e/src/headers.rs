//! The response headers that a host must send with the built app. They are in the folder's `_headers` file, or in
//! Trunk.toml if `trunk build` alone has made the folder.

use std::fs;
use std::path::Path;

use built_app::header_rules::HeaderRules;

use crate::{Result, paths};

/// Reads the response headers for the folder `dist` with the built app. In the Content-Security-Policy, `origin` (or
/// several, separated by spaces) replaces the origins of the `config.js` that the folder was built with.
///
/// # Errors
/// There are no headers, or there is no Content-Security-Policy.
pub fn read_header_rules(dist: &Path, origin: &str) -> Result<HeaderRules> {
    let built = dist.join("_headers");
    let mut rules = if built.exists() {
        HeaderRules::parse_headers_file(&fs::read_to_string(built)?)
    } else {
        let trunk = paths::repository_root().join("Trunk.toml");
        HeaderRules::parse_trunk_toml(&fs::read_to_string(trunk)?)
    };
    let add_origin = |policy: &str| add_connect_src(policy, origin);
    if !rules.change_values("Content-Security-Policy", add_origin) {
        return Err("the built folder has no Content-Security-Policy".into());
    }
    Ok(rules)
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
