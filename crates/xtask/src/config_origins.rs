//! Finds the origins in config.js. Node runs the file, because it is JavaScript and a browser would run it too.

use std::{path::Path, process::Command};

use anyhow::Result;

use crate::{paths, process};

/// Returns the origins that the app will connect to: the user pool's endpoint, its domain and the API.
pub(crate) fn read_config_origins(file: &Path) -> Result<Vec<String>> {
    let mut command = Command::new("node");
    command
        .arg(paths::repository_root().join("crates/xtask/src/scripts/origins.mjs"))
        .arg(file);
    let text = process::run_and_read_output(&mut command, &format!("reading {}", file.display()))?;
    Ok(text.lines().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allowed_origins_of_the_csp_are_read_from_config_js() {
        const ORIGINAL: &str = "https://cognito-idp.eu-west-1.amazonaws.com";
        const UPDATED: &str = "https://issuer-cognito-idp.eu-west-1.amazonaws.com";
        const PAGES: &str = "https://*.auth.eu-west-1.amazoncognito.com";
        fs_err::create_dir_all(paths::target_folder()).unwrap();
        let file = paths::target_folder().join(format!("origins-{}.js", std::process::id()));
        for (config, expected) in [
            (
                "cognito: { userPoolId: 'eu-west-1_AbCdEf123' }",
                &[ORIGINAL, UPDATED, PAGES][..],
            ),
            (
                "cognito: { userPoolId: 'cn-north-1_AbCdEf123', domain: 'auth.example.cn' }",
                &[
                    "https://cognito-idp.cn-north-1.amazonaws.com.cn",
                    "https://auth.example.cn",
                    "https://issuer-cognito-idp.cn-north-1.amazonaws.com.cn",
                ],
            ),
            (
                "cognito: { userPoolId: 'eu-west-1_AbCdEf123', endpoint: 'https://cognito-idp-fips.eu-west-1.amazonaws.com' }",
                &[
                    "https://cognito-idp-fips.eu-west-1.amazonaws.com",
                    ORIGINAL,
                    UPDATED,
                    PAGES,
                ],
            ),
            (
                "cognito: { userPoolId: 'eu-west-1_AbCdEf123', endpoint: 'http://localhost:9229' }",
                &["http://localhost:9229"],
            ),
            (
                "cognito: { userPoolId: 'eu-west-1_AbCdEf123', endpoint: 'http://localhost:9229', \
                 issuer: 'http://127.0.0.1:9229/eu-west-1_AbCdEf123' }",
                &["http://localhost:9229", "http://127.0.0.1:9229"],
            ),
            (
                "oidc: { OIDC_URL: 'https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123' }",
                &[ORIGINAL, UPDATED, PAGES],
            ),
            (
                "oidc: { OIDC_URL: 'http://localhost:9229/eu-west-1_AbCdEf123/' }",
                &["http://localhost:9229"],
            ),
            (
                "oidc: { OIDC_URL: 'https://id.example.com/eu-west-1_AbCdEf123' }, \
                 cognito: { endpoint: 'https://api.example.com' }",
                &["https://api.example.com", "https://id.example.com"],
            ),
        ] {
            fs_err::write(&file, format!("window._config = {{ {config} }};")).unwrap();
            assert_eq!(read_config_origins(&file).unwrap(), expected, "{config}");
        }
        fs_err::remove_file(&file).unwrap();
    }
}
