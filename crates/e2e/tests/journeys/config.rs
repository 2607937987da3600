//! config.js, the only file that an operator edits.

use e2e::pages::{HomePage, RegisterPage, Row, SignInPage, TodosPage, VerifyPage};
use e2e::site::ConfigFile;
use e2e::{Person, World, journey};
use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID};
use serde_json::{Value, json};
use ui_texts::setup;

use crate::between::{are_read, watch_from_the_start};

/// After a change of config.js, a reload is enough.
#[test]
fn after_config_js_changed_a_reload_is_enough_for_the_next_request_to_go_by_it() {
    let world = World::workshop().with(&Person::ann());
    let other = world.operate(
        "CreateUserPoolClient",
        &json!({ "UserPoolId": DEV_POOL_ID, "ClientName": "another" }),
    );
    let other = other["UserPoolClient"]["ClientId"].clone();
    journey(world, async move |j| {
        j.expect_refusal();
        let sign_in = SignInPage::open(&j.browser).await?;
        sign_in.sign_in("ann@example.com", "Wrong-h0rse").await?;
        j.browser.alert().await?;

        let mut config = j.world.config();
        config["cognito"]["userPoolClientId"] = other.clone();
        j.world.set_config(&config);
        j.browser.reload().await?;
        SignInPage::shown(&j.browser)
            .await?
            .sign_in("ann@example.com", "Wrong-h0rse")
            .await?;
        j.browser.alert().await?;
        let clients = |operation: &str| -> Vec<Value> {
            let calls = j.world.calls();
            let of = calls.iter().filter(|call| call.operation == operation);
            of.map(|call| call.body["ClientId"].clone()).collect()
        };
        assert_eq!(clients("InitiateAuth"), [json!(DEV_CLIENT_ID), other]);
        Ok(())
    });
}

/// The four keys that workshops use are enough. `endpoint` is set too, since the default is Amazon's own URL.
#[test]
fn four_keys_are_enough_to_register_verify_sign_in_and_call_the_api() {
    let world = World::workshop();
    // The pools of the workshops have no domain.
    world.operate(
        "DeleteUserPoolDomain",
        &json!({ "UserPoolId": DEV_POOL_ID, "Domain": "poolgate" }),
    );
    world.set_config(&json!({
        "cognito": {
            "userPoolId": DEV_POOL_ID,
            "userPoolClientId": DEV_CLIENT_ID,
            "region": "us-east-1",
            "endpoint": world.pool().url(),
        },
        "api": { "invokeUrl": format!("{}/api", world.pool().url()) },
    }));
    journey(world, async |j| {
        let ann = Person {
            name: None,
            ..Person::ann()
        };
        RegisterPage::open(&j.browser).await?.register(&ann).await?;
        VerifyPage::shown(&j.browser)
            .await?
            .confirm(&j.world.code_for(&ann.email))
            .await?;
        j.browser
            .shows_page(&HomePage::greeting(&ann.email))
            .await?;
        j.browser.press("Sign out").await?;
        HomePage::shown(&j.browser).await?;

        let discovery = format!("GET /{DEV_POOL_ID}/.well-known/openid-configuration");
        watch_from_the_start(&j, &discovery).await?;
        SignInPage::open(&j.browser).await?;
        are_read(&j, &discovery).await?;
        let buttons = j.browser.texts("main button, main a").await?;
        let hosted = |text: &String| text.to_lowercase().contains("hosted");
        assert!(!buttons.iter().any(hosted), "{buttons:?}");
        SignInPage::shown(&j.browser)
            .await?
            .sign_in_as(&ann)
            .await?;
        j.browser
            .shows_page(&HomePage::greeting(&ann.email))
            .await?;
        j.expect_console("currentUser");
        j.browser.follow("To-dos").await?;
        let todos = TodosPage::shown(&j.browser).await?;
        todos.add("Buy milk").await?;
        todos.lists(&[Row::open("Buy milk")]).await
    });
}

/// The pool can also be configured by an OIDC issuer and a client name.
#[test]
fn an_issuer_and_a_client_name_are_enough_to_sign_in() {
    let world = World::workshop().with(&Person::ann());
    world.set_config(&json!({
        "oidc": {
            "OIDC_URL": format!("{}/{DEV_POOL_ID}", world.pool().url()),
            "OIDC_CLIENT_NAME": DEV_CLIENT_ID,
        },
        "api": { "invokeUrl": "" },
    }));
    journey(world, async |j| {
        SignInPage::open(&j.browser)
            .await?
            .sign_in_as(&Person::ann())
            .await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

/// A faulty configuration, the text that the page must name in addition to `config.js`, and the error on the console.
struct Broken {
    file: ConfigFile,
    names: String,
    console: Option<&'static str>,
}

fn script(config: &Value) -> ConfigFile {
    ConfigFile::Script(format!("window._config = {config};"))
}

/// A faulty config.js is named together with its key, and no request is sent.
#[test]
fn a_broken_config_js_is_named_with_its_key_and_nothing_is_sent() {
    journey(World::workshop(), async |j| {
        let good = j.world.config();
        let with = |section: &str, key: &str, value: Value| {
            let mut config = good.clone();
            config[section][key] = value;
            script(&config)
        };
        let of_keys = |file: ConfigFile, names: &'static str| Broken {
            file,
            names: names.to_owned(),
            console: None,
        };
        let broken = [
            Broken {
                file: ConfigFile::Missing,
                names: setup::config_missing("config.js"),
                console: Some("config.js"),
            },
            Broken {
                file: ConfigFile::StartPage,
                names: setup::config_html("config.js"),
                console: Some("MIME type"),
            },
            Broken {
                file: ConfigFile::Script("<!doctype html>\n<title>Oops</title>".to_owned()),
                names: setup::config_html("config.js"),
                console: Some("SyntaxError"),
            },
            Broken {
                file: ConfigFile::Script(
                    "window._config = {\n  cognito: {\n    region 'x' } };".to_owned(),
                ),
                names: "line 3".to_owned(),
                console: Some("SyntaxError"),
            },
            of_keys(ConfigFile::Script(String::new()), "window._config"),
            of_keys(
                ConfigFile::Script("window._config = 5;".to_owned()),
                "window._config",
            ),
            of_keys(script(&json!({})), "cognito"),
            of_keys(
                with("cognito", "userPoolId", json!("")),
                "cognito.userPoolId",
            ),
            of_keys(
                with("cognito", "userPoolId", json!("YOUR_USER_POOL_ID")),
                "cognito.userPoolId",
            ),
            of_keys(
                with("cognito", "userPoolId", Value::Null),
                "cognito.userPoolId",
            ),
            of_keys(
                with("cognito", "userPoolClientId", json!("<your client id>")),
                "cognito.userPoolClientId",
            ),
            of_keys(
                with("cognito", "region", json!("eu-west-1")),
                "cognito.region",
            ),
            of_keys(
                with("cognito", "endpoint", json!("http://pool.example.com")),
                "cognito.endpoint",
            ),
            of_keys(
                with("cognito", "clientSecret", json!("s3cret")),
                "cognito.clientSecret",
            ),
            of_keys(
                with("api", "invokeUrl", json!("javascript:alert(1)")),
                "api.invokeUrl",
            ),
        ];
        for (case, broken) in broken.into_iter().enumerate() {
            if let Some(words) = broken.console {
                j.expect_console(words);
            }
            j.world.set_config_file(broken.file);
            let address = ["/", "/register", "/todos?x=y"][case % 3];
            j.browser.open(address).await?;
            j.browser.alert().await?;
            let text = j.browser.text().await?;
            assert!(text.contains("config.js"), "{case}: {text}");
            assert!(
                text.contains(&broken.names),
                "{case}: no {} in {text}",
                broken.names
            );
            assert!(!text.contains("s3cret"), "{case}: {text}");
            assert_eq!(j.browser.texts("form").await?, [""; 0], "{case}");
        }
        assert_eq!(j.world.requests(), []);

        j.world.set_config(&good);
        j.browser.reload().await?;
        SignInPage::shown(&j.browser).await?;
        Ok(())
    });
}

/// Git marks a conflict with `<<<<<<<`, which begins like a tag.
#[test]
fn config_js_with_merge_conflicts_is_not_called_html() {
    const CONFLICT: &str =
        "window._config = {\n<<<<<<< HEAD\n  api: {},\n=======\n>>>>>>> main\n};";
    for file in [CONFLICT, "<<<<<<< HEAD\nwindow._config = {};"] {
        journey(World::workshop(), async move |j| {
            j.expect_console("SyntaxError");
            j.world.set_config_file(ConfigFile::Script(file.to_owned()));
            j.browser.open("/").await?;
            j.browser.alert().await?;
            let text = j.browser.text().await?;
            assert!(!text.contains("HTML"), "{text}");
            let line = if file == CONFLICT { "line 2" } else { "line 1" };
            assert!(text.contains(line), "{text}");
            Ok(())
        });
    }
}

/// A sign-in asks the host for the time with a request for an existing file: a 404 would be an error on the console.
#[test]
fn with_js_config_js_alone_a_sign_in_asks_that_file_for_the_time() {
    const ASKED: &str = "return performance.getEntriesByType('resource')
        .filter((entry) => entry.initiatorType === 'fetch').map((entry) => new URL(entry.name).pathname)
        .filter((path) => path.endsWith('config.js'))";
    journey(World::workshop().with(&Person::ann()), async |j| {
        j.world.set_config_file(ConfigFile::Missing);
        j.world.set_config_file_in_js(script(&j.world.config()));
        j.expect_console("/config.js");
        SignInPage::open(&j.browser)
            .await?
            .sign_in_as(&Person::ann())
            .await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        let asked = j.browser.script(ASKED, vec![]).await?;
        // The first request finds out why the browser refused the script. The others ask for the time.
        let asked: Vec<String> = serde_json::from_value(asked)?;
        let (why, times) = asked.split_first().ok_or("no file was asked")?;
        assert_eq!(why, "/config.js");
        assert!(!times.is_empty(), "{asked:?}");
        assert!(
            times.iter().all(|path| path == "/js/config.js"),
            "{asked:?}"
        );
        Ok(())
    });
}

/// `config.js` beside `index.html` has precedence. `js/config.js`, where workshops put it, is read if the former is
/// missing. A start page in place of a file counts as missing.
#[test]
fn js_config_js_is_read_where_config_js_is_missing() {
    const ASKED_FOR_BOTH: &str = "return performance.getEntriesByType('resource')
        .some((entry) => new URL(entry.name).pathname === '/js/config.js')";
    journey(World::workshop(), async |j| {
        let good = || script(&j.world.config());
        let of_another_pool = script(&json!({ "cognito": { "userPoolId": "oops" } }));
        let unrunnable = ConfigFile::Script("window._config = {\n  'x' 'y' };".to_owned());
        let with_secret = script(&json!({ "cognito": { "clientSecret": "s3cret" } }));
        // Both files, whether the second is requested, and what the configuration page names (nothing: the sign-in
        // page is shown).
        let cases: [(_, _, bool, &[&str]); 9] = [
            (good(), of_another_pool.clone(), false, &[]),
            (ConfigFile::Missing, good(), true, &[]),
            (ConfigFile::StartPage, good(), true, &[]),
            (
                ConfigFile::Script("<!doctype html>\n<title>Start</title>".to_owned()),
                good(),
                true,
                &[],
            ),
            // A file that exists and is faulty is not skipped.
            (
                unrunnable.clone(),
                good(),
                false,
                &[&setup::config_syntax("config.js"), "line 2"],
            ),
            (
                ConfigFile::Missing,
                unrunnable,
                true,
                &[&setup::config_syntax("js/config.js"), "line 2"],
            ),
            (
                ConfigFile::Missing,
                with_secret,
                true,
                &[&setup::config_keys("js/config.js"), "cognito.clientSecret"],
            ),
            (
                ConfigFile::Missing,
                ConfigFile::Missing,
                true,
                &[&setup::config_missing("config.js")],
            ),
            (
                ConfigFile::StartPage,
                ConfigFile::StartPage,
                true,
                &[&setup::config_html("config.js")],
            ),
        ];
        for words in ["config.js", "MIME type", "SyntaxError"] {
            j.expect_console(words);
        }
        for (case, (file, in_js, both, names)) in cases.into_iter().enumerate() {
            j.world.set_config_file(file);
            j.world.set_config_file_in_js(in_js);
            j.browser.open("/signin").await?;
            if names.is_empty() {
                SignInPage::shown(&j.browser).await?;
            } else {
                let alert = j.browser.alert().await?;
                let text = j.browser.text().await?;
                for name in names {
                    assert!(text.contains(name), "{case}: no {name} in {text}");
                }
                assert!(!alert.contains("s3cret"), "{case}: {alert}");
            }
            let asked = j.browser.script(ASKED_FOR_BOTH, vec![]).await?;
            assert_eq!(asked, json!(both), "{case}");
        }
        Ok(())
    });
}
