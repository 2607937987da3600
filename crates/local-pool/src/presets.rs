//! The five reference pools (presets) as data: each has pool settings, an app client, and a matching `config.js` for an
//! app.
//!
//! The app client contains the app's URL. The URL is an argument, so that a test can serve the app on a free
//! port. [`PoolPreset::app_url`] is the preset's default.

mod enterprise;
mod playground;
mod pool_preset;
mod quickstart;
mod redirect;
mod workshop;

use serde_json::{Value, json};

pub use pool_preset::PoolPreset;

/// The data of a reference pool: the requests that create the pool and its app client, and its `config.js`.
struct PresetDefinition {
    /// The domain prefix of the hosted pages.
    domain_prefix: &'static str,
    /// The function that returns the members of `CreateUserPool`.
    create_pool_request: fn() -> Value,
    /// The function that returns the members of `CreateUserPoolClient` for an app at this URL.
    create_client_request: fn(app_url: &str) -> Value,
    /// The function that returns the admin actions that follow the creation of the pool, with their members except for
    /// the pool ID.
    setup_calls: fn() -> Vec<(&'static str, Value)>,
    /// The function that returns the content of `config.js` for a pool at `endpoint` and an app at `app_url`.
    app_config: fn(endpoint: &str, app_url: &str) -> Value,
}

impl PoolPreset {
    /// Returns the data of the reference pool.
    const fn definition(self) -> &'static PresetDefinition {
        match self {
            Self::Workshop => &workshop::DEFINITION,
            Self::Redirect => &redirect::DEFINITION,
            Self::Playground => &playground::DEFINITION,
            Self::Quickstart => &quickstart::DEFINITION,
            Self::Enterprise => &enterprise::DEFINITION,
        }
    }

    /// Returns the domain prefix of the pool's hosted pages.
    pub const fn domain_prefix(self) -> &'static str {
        self.definition().domain_prefix
    }

    /// Returns the members of the `CreateUserPool` request that creates this reference pool.
    pub fn create_pool_request(self) -> Value {
        (self.definition().create_pool_request)()
    }

    /// Returns the members of the `CreateUserPoolClient` request for an app at `app_url` (an origin).
    pub fn create_client_request(self, app_url: &str) -> Value {
        (self.definition().create_client_request)(app_url)
    }

    /// Returns the admin actions that complete the new pool, each with its members except for the pool ID.
    pub(crate) fn setup_calls(self) -> Vec<(&'static str, Value)> {
        (self.definition().setup_calls)()
    }

    /// Returns `window._config` for an app at `app_url` (an origin), with the local pool at `endpoint`.
    pub fn app_config(self, endpoint: &str, app_url: &str) -> Value {
        (self.definition().app_config)(endpoint, app_url)
    }

    /// Returns the text of the file `config.js` for an app at `app_url`. `issuer_base` is the address with which
    /// issuers begin, if it is not the endpoint.
    pub fn config_js(self, endpoint: &str, issuer_base: Option<&str>, app_url: &str) -> String {
        let mut config = self.app_config(endpoint, app_url);
        if let Some(base) = issuer_base {
            let issuer = json!(format!("{base}/{}", self.pool_id()));
            match config.get_mut("oidc") {
                Some(oidc) => {
                    oidc["OIDC_URL"] = issuer;
                    config["cognito"]["endpoint"] = json!(endpoint);
                }
                None => config["cognito"]["issuer"] = issuer,
            }
        }
        // Every JSON text is a JavaScript expression (ECMA-262, since its 10th edition).
        format!(
            "// For the reference pool “{self}” of a local pool at {endpoint}.\nwindow._config = {config:#};\n"
        )
    }
}

/// Returns the member `api` of `config.js`, which names the demo API of a local pool at `endpoint`.
fn demo_api_config(endpoint: &str) -> Value {
    json!({ "invokeUrl": format!("{endpoint}/api") })
}

#[cfg(test)]
mod tests {
    use cognito_proto::config::{Config, ConfigValue};
    use cognito_proto::ids::{ClientId, SecureUrl, UserPoolId};

    use super::*;

    const ENDPOINT: &str = "http://localhost:9229";

    /// The app's own parser reads each `config.js`. It rejects keys and values that it does not know.
    #[test]
    fn config_js_of_each_reference_pool_has_its_pool_and_client_id() {
        for preset in PoolPreset::ALL {
            let config = preset.app_config(ENDPOINT, &preset.app_url());
            let config: ConfigValue = serde_json::from_value(config).expect("a value");
            let config =
                Config::parse(&config).unwrap_or_else(|errors| panic!("{preset}: {errors:?}"));
            assert_eq!(
                Some(&config.pool),
                UserPoolId::parse(preset.pool_id()).as_ref()
            );
            assert_eq!(
                Some(&config.client),
                ClientId::parse(preset.client_id()).as_ref()
            );
            assert_eq!(Some(&config.endpoint), SecureUrl::parse(ENDPOINT).as_ref());
        }
    }

    /// Cognito compares these URLs exactly.
    #[test]
    fn app_client_of_each_reference_pool_allows_its_redirect_urls() {
        for preset in PoolPreset::ALL {
            let app = preset.app_url();
            let (config, client) = (
                preset.app_config(ENDPOINT, &app),
                preset.create_client_request(&app),
            );
            for (key, default, list) in [
                ("redirectSignIn", format!("{app}/login/"), "CallbackURLs"),
                ("redirectSignOut", app.clone(), "LogoutURLs"),
            ] {
                let used = config["cognito"][key].as_str().unwrap_or(&default);
                let registered = client[list].as_array().expect("a list");
                assert!(registered.contains(&json!(used)), "{preset}: {used}");
            }
        }
    }

    #[test]
    fn readme_has_the_ids_and_the_app_url_of_each_reference_pool() {
        let readme = include_str!("../README.md");
        for preset in PoolPreset::ALL {
            let row = readme
                .lines()
                .find(|line| line.starts_with(&format!("| `{preset}` | ")))
                .unwrap_or_else(|| panic!("a row for {preset}"));
            let (pool, client, app) = (preset.pool_id(), preset.client_id(), preset.app_url());
            let end = format!(" | `{pool}` | `{client}` | `{app}` |");
            assert!(row.ends_with(&end), "{row}");
        }
    }

    /// The repository's `config.js` is the one of `workshop`, with comments.
    #[test]
    fn config_js_of_the_repository_is_for_the_workshop_pool() {
        let file = include_str!("../../../config.js");
        for named in [
            PoolPreset::Workshop.pool_id(),
            PoolPreset::Workshop.client_id(),
            ENDPOINT,
        ] {
            assert!(file.contains(&format!("'{named}")), "{named}");
        }
    }
}
