//! config.js, the only file that an operator edits.

use e2e::pages::{HomePage, RegisterPage, SignInPage, TodoRow, TodosPage, VerifyPage};
use e2e::static_host::ConfigFile;
use e2e::{TestEnv, TestUser, run_journey, texts};
use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID};
use serde_json::{Value, json};

use crate::network_stub::{count_in_new_documents, wait_until_read};

/// After a change of config.js, a reload is enough.
#[test]
fn app_uses_a_changed_config_js_after_a_reload() {
    let env = TestEnv::workshop().with_user(&TestUser::ann());
    let other = env.call_as_operator(
        "CreateUserPoolClient",
        &json!({ "UserPoolId": DEV_POOL_ID, "ClientName": "another" }),
    );
    let other = other["UserPoolClient"]["ClientId"].clone();
    run_journey(env, async move |ctx| {
        ctx.expect_status_400();
        let sign_in = SignInPage::open(&ctx.browser).await?;
        sign_in.sign_in("ann@example.com", "Wrong-h0rse").await?;
        ctx.browser.alert_text().await?;

        let mut config = ctx.env.config();
        config["cognito"]["userPoolClientId"] = other.clone();
        ctx.env.set_config(&config);
        ctx.browser.reload().await?;
        SignInPage::expect(&ctx.browser)
            .await?
            .sign_in("ann@example.com", "Wrong-h0rse")
            .await?;
        ctx.browser.alert_text().await?;
        let clients = |operation: &str| -> Vec<Value> {
            let calls = ctx.env.pool_calls();
            let of = calls.iter().filter(|call| call.operation == operation);
            of.map(|call| call.body["ClientId"].clone()).collect()
        };
        assert_eq!(clients("InitiateAuth"), [json!(DEV_CLIENT_ID), other]);
        Ok(())
    });
}

/// The four keys that workshops use are enough. `endpoint` is set too, since the default is Amazon's own URL.
#[test]
fn user_signs_in_if_config_js_has_only_the_required_keys() {
    let env = TestEnv::workshop();
    // The pools of the workshops have no domain.
    env.call_as_operator(
        "DeleteUserPoolDomain",
        &json!({ "UserPoolId": DEV_POOL_ID, "Domain": "poolgate" }),
    );
    env.set_config(&json!({
        "cognito": {
            "userPoolId": DEV_POOL_ID,
            "userPoolClientId": DEV_CLIENT_ID,
            "region": "us-east-1",
            "endpoint": env.pool().url(),
        },
        "api": { "invokeUrl": format!("{}/api", env.pool().url()) },
    }));
    run_journey(env, async |ctx| {
        let ann = TestUser {
            name: None,
            ..TestUser::ann()
        };
        RegisterPage::open(&ctx.browser)
            .await?
            .register(&ann)
            .await?;
        VerifyPage::expect(&ctx.browser)
            .await?
            .confirm_account(&ctx.env.latest_code(&ann.email))
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting(&ann.email))
            .await?;
        ctx.browser.press(texts::labels::SIGN_OUT).await?;
        HomePage::expect(&ctx.browser).await?;

        let discovery = format!("GET /{DEV_POOL_ID}/.well-known/openid-configuration");
        count_in_new_documents(&ctx, &discovery).await?;
        SignInPage::open(&ctx.browser).await?;
        wait_until_read(&ctx, &discovery).await?;
        let buttons = ctx.browser.visible_texts("main button, main a").await?;
        let hosted = SignInPage::HOSTED.to_owned();
        assert!(!buttons.contains(&hosted), "{buttons:?}");
        SignInPage::expect(&ctx.browser)
            .await?
            .sign_in_as(&ann)
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting(&ann.email))
            .await?;
        ctx.expect_console("currentUser");
        ctx.browser.follow_link(texts::labels::TODOS).await?;
        let todos = TodosPage::expect(&ctx.browser).await?;
        todos.add_todo("Buy milk").await?;
        todos.expect_rows(&[TodoRow::unchecked("Buy milk")]).await
    });
}

/// The pool can also be configured by an OIDC issuer and a client name.
#[test]
fn sign_in_works_with_only_issuer_and_client_id_in_config_js() {
    let env = TestEnv::workshop().with_user(&TestUser::ann());
    env.set_config(&json!({
        "oidc": {
            "OIDC_URL": format!("{}/{DEV_POOL_ID}", env.pool().url()),
            "OIDC_CLIENT_NAME": DEV_CLIENT_ID,
        },
        "api": { "invokeUrl": "" },
    }));
    run_journey(env, async |ctx| {
        SignInPage::open(&ctx.browser)
            .await?
            .sign_in_as(&TestUser::ann())
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

/// A faulty `config.js`: its text, the text that the page must show, and the error on the console.
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
fn page_names_the_wrong_key_of_config_js_and_sends_no_request() {
    run_journey(TestEnv::workshop(), async |ctx| {
        let good = ctx.env.config();
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
                names: texts::setup::config_missing("config.js"),
                console: Some("config.js"),
            },
            Broken {
                file: ConfigFile::StartPage,
                names: texts::setup::config_html("config.js"),
                console: Some("MIME type"),
            },
            Broken {
                file: ConfigFile::Script("<!doctype html>\n<title>Oops</title>".to_owned()),
                names: texts::setup::config_html("config.js"),
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
            if let Some(console_text) = broken.console {
                ctx.expect_console(console_text);
            }
            ctx.env.set_config_file(broken.file);
            let address = ["/", "/register", "/todos?x=y"][case % 3];
            ctx.browser.open(address).await?;
            ctx.browser.alert_text().await?;
            let text = ctx.browser.page_text().await?;
            assert!(text.contains("config.js"), "{case}: {text}");
            assert!(
                text.contains(&broken.names),
                "{case}: no {} in {text}",
                broken.names
            );
            assert!(!text.contains("s3cret"), "{case}: {text}");
            assert_eq!(ctx.browser.visible_texts("form").await?, [""; 0], "{case}");
        }
        assert_eq!(ctx.env.requests(), []);

        ctx.env.set_config(&good);
        ctx.browser.reload().await?;
        SignInPage::expect(&ctx.browser).await?;
        Ok(())
    });
}

/// Git marks a conflict with `<<<<<<<`, which begins like a tag.
#[test]
fn git_conflict_in_config_js_is_not_reported_as_html() {
    const CONFLICT: &str =
        "window._config = {\n<<<<<<< HEAD\n  api: {},\n=======\n>>>>>>> main\n};";
    for file in [CONFLICT, "<<<<<<< HEAD\nwindow._config = {};"] {
        run_journey(TestEnv::workshop(), async move |ctx| {
            ctx.expect_console("SyntaxError");
            ctx.env.set_config_file(ConfigFile::Script(file.to_owned()));
            ctx.browser.open("/").await?;
            ctx.browser.alert_text().await?;
            let text = ctx.browser.page_text().await?;
            assert!(!text.contains("HTML"), "{text}");
            let line = if file == CONFLICT { "line 2" } else { "line 1" };
            assert!(text.contains(line), "{text}");
            Ok(())
        });
    }
}

/// A sign-in asks the host for the time with a request for an existing file: a 404 would be an error on the console.
#[test]
fn app_requests_the_server_time_with_the_config_file_in_use() {
    const ASKED: &str = "return performance.getEntriesByType('resource')
        .filter((entry) => entry.initiatorType === 'fetch').map((entry) => new URL(entry.name).pathname)
        .filter((path) => path.endsWith('config.js'))";
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            ctx.env.set_config_file(ConfigFile::Missing);
            ctx.env.set_js_config_file(script(&ctx.env.config()));
            ctx.expect_console("/config.js");
            SignInPage::open(&ctx.browser)
                .await?
                .sign_in_as(&TestUser::ann())
                .await?;
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            let requested = ctx.browser.run_script(ASKED, vec![]).await?;
            // The first request finds out why the browser refused the script. The others ask for the time.
            let requested: Vec<String> = serde_json::from_value(requested)?;
            let (reason, times) = requested.split_first().ok_or("no file was asked")?;
            assert_eq!(reason, "/config.js");
            assert!(!times.is_empty(), "{requested:?}");
            assert!(
                times.iter().all(|path| path == "/js/config.js"),
                "{requested:?}"
            );
            Ok(())
        },
    );
}

/// `config.js` beside `index.html` has precedence. `js/config.js`, where workshops put it, is read if the former is
/// missing. A start page in place of a file counts as missing.
#[test]
fn app_reads_js_config_js_only_if_config_js_is_missing() {
    const ASKED_FOR_BOTH: &str = "return performance.getEntriesByType('resource')
        .some((entry) => new URL(entry.name).pathname === '/js/config.js')";
    run_journey(TestEnv::workshop(), async |ctx| {
        let good = || script(&ctx.env.config());
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
                &[&texts::setup::config_syntax("config.js"), "line 2"],
            ),
            (
                ConfigFile::Missing,
                unrunnable,
                true,
                &[&texts::setup::config_syntax("js/config.js"), "line 2"],
            ),
            (
                ConfigFile::Missing,
                with_secret,
                true,
                &[
                    &texts::setup::config_keys("js/config.js"),
                    "cognito.clientSecret",
                ],
            ),
            (
                ConfigFile::Missing,
                ConfigFile::Missing,
                true,
                &[&texts::setup::config_missing("config.js")],
            ),
            (
                ConfigFile::StartPage,
                ConfigFile::StartPage,
                true,
                &[&texts::setup::config_html("config.js")],
            ),
        ];
        for console_text in ["config.js", "MIME type", "SyntaxError"] {
            ctx.expect_console(console_text);
        }
        for (case, (file, in_js, both, names)) in cases.into_iter().enumerate() {
            ctx.env.set_config_file(file);
            ctx.env.set_js_config_file(in_js);
            ctx.browser.open("/signin").await?;
            if names.is_empty() {
                SignInPage::expect(&ctx.browser).await?;
            } else {
                let alert = ctx.browser.alert_text().await?;
                let text = ctx.browser.page_text().await?;
                for name in names {
                    assert!(text.contains(name), "{case}: no {name} in {text}");
                }
                assert!(!alert.contains("s3cret"), "{case}: {alert}");
            }
            let requested = ctx.browser.run_script(ASKED_FOR_BOTH, vec![]).await?;
            assert_eq!(requested, json!(both), "{case}");
        }
        Ok(())
    });
}
