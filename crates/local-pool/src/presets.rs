//! Five reference pools, as data: the pool, its app client, and the `config.js` of an app that fits, all from here.
//!
//! An app signs people in at one address. Where a client names it, the address is an argument, so that a test may serve
//! the app on a free port; [`PoolPreset::app_url`] is the one that the preset itself names.

mod enterprise;
mod playground;
mod pool_preset;
mod quickstart;
mod redirect;
mod workshop;

use serde_json::{Value, json};

pub use pool_preset::PoolPreset;

/// What a preset is made of.
struct PresetDefinition {
    /// The prefix of the domain of its hosted pages.
    domain: &'static str,
    /// Members of `CreateUserPool`.
    pool: fn() -> Value,
    /// Members of `CreateUserPoolClient` for an app at this address.
    client: fn(app_url: &str) -> Value,
    /// What an operator does once the pool is there: actions and their members, but for the pool's id.
    setup_calls: fn() -> Vec<(&'static str, Value)>,
    /// What stands in `config.js` for a pool at `endpoint` and an app at `app_url`.
    config: fn(endpoint: &str, app_url: &str) -> Value,
}

impl PoolPreset {
    const fn definition(self) -> &'static PresetDefinition {
        match self {
            Self::Workshop => &workshop::DEFINITION,
            Self::Redirect => &redirect::DEFINITION,
            Self::Playground => &playground::DEFINITION,
            Self::Quickstart => &quickstart::DEFINITION,
            Self::Enterprise => &enterprise::DEFINITION,
        }
    }

    /// The prefix of the domain of its hosted pages.
    pub const fn domain(self) -> &'static str {
        self.definition().domain
    }

    /// The members of `CreateUserPool` that make it.
    pub fn pool(self) -> Value {
        (self.definition().pool)()
    }

    /// The members of `CreateUserPoolClient` that make its app client, for an app at `app_url` (an origin).
    pub fn client(self, app_url: &str) -> Value {
        (self.definition().client)(app_url)
    }

    /// What an operator does once the pool is there: each action with its members, but for the pool's id.
    pub(crate) fn setup_calls(self) -> Vec<(&'static str, Value)> {
        (self.definition().setup_calls)()
    }

    /// `window._config` of an app at `app_url` (an origin), with the local pool at `endpoint`.
    pub fn config(self, endpoint: &str, app_url: &str) -> Value {
        (self.definition().config)(endpoint, app_url)
    }

    /// The same as a file: the `config.js` to put beside the app. An `issuer_base` is the base address of issuers, when it is
    /// not the endpoint.
    pub fn config_file(self, endpoint: &str, issuer_base: Option<&str>, app_url: &str) -> String {
        let mut config = self.config(endpoint, app_url);
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
        // JSON is JavaScript (ECMA-262, since its 10th edition).
        format!(
            "// For the reference pool “{self}” of a local pool at {endpoint}.\nwindow._config = {config:#};\n"
        )
    }
}

/// The demo API of a local pool.
fn demo_api(endpoint: &str) -> Value {
    json!({ "invokeUrl": format!("{endpoint}/api") })
}

#[cfg(test)]
mod tests {
    use cognito_proto::config::Config;
    use cognito_proto::ids::{ClientId, HttpUrl, UserPoolId};
    use cognito_proto::json::Json;

    use super::*;

    const ENDPOINT: &str = "http://localhost:9229";

    /// The app's own reader, which refuses what it does not understand.
    #[test]
    fn every_config_is_one_that_the_app_understands_and_names_the_shapes_own_pool_and_client() {
        for preset in PoolPreset::ALL {
            let text = preset.config(ENDPOINT, &preset.app_url()).to_string();
            let config = Config::parse(&Json::parse(&text).expect("JSON"))
                .unwrap_or_else(|faults| panic!("{preset}: {faults:?}"));
            assert_eq!(
                Some(&config.pool),
                UserPoolId::parse(preset.pool_id()).as_ref()
            );
            assert_eq!(
                Some(&config.client),
                ClientId::parse(preset.client_id()).as_ref()
            );
            assert_eq!(Some(&config.endpoint), HttpUrl::parse(ENDPOINT).as_ref());
        }
    }

    /// Cognito compares them letter by letter.
    #[test]
    fn the_addresses_in_every_config_are_registered_with_the_client() {
        for preset in PoolPreset::ALL {
            let app = preset.app_url();
            let (config, client) = (preset.config(ENDPOINT, &app), preset.client(&app));
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
    fn the_readme_tells_the_ids_and_the_apps_address_of_each() {
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

    /// The file of the repository is the workshop's, with more said in it.
    #[test]
    fn the_repositorys_config_js_names_the_workshop() {
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
