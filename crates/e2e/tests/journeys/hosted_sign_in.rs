//! Sign-in through the pool's hosted pages: the authorization request, and its result.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use e2e::pages::{HomePage, HostedLoginPage, ProviderPage, SignInPage, TodoRow, TodosPage};
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use local_pool::RecordedRequest;
use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::network_stub::{count_in_new_documents, wait_until_read};
use crate::tokens::{claims, stored_member};
use crate::url_parameters::Parameters;

/// The path to which authorization requests are sent.
pub(crate) const AUTHORIZE: &str = "/oauth2/authorize";
/// The path to which token requests are sent.
pub(crate) const TOKEN: &str = "/oauth2/token";

/// The name of the token request, in the notation of `network_stub`.
pub(crate) const TOKEN_REQUEST: &str = "POST /oauth2/token";

/// Presses the button for the hosted pages, and waits for the pool's form.
pub(crate) async fn open_hosted_page(ctx: &TestContext) -> Result<HostedLoginPage<'_>> {
    ctx.browser.press(SignInPage::HOSTED).await?;
    HostedLoginPage::expect(&ctx.browser).await
}

/// Signs Ann in through the hosted pages.
pub(crate) async fn sign_in_hosted(ctx: &TestContext) -> Result {
    SignInPage::open(&ctx.browser).await?;
    open_hosted_page(ctx)
        .await?
        .sign_in_as(&TestUser::ann())
        .await?;
    ctx.browser
        .expect_heading(&HomePage::greeting("Ann Lee"))
        .await
}

/// Removes the stored session, as clearing the site's data does. The hosted pages keep their session.
pub(crate) async fn clear_stored_session(ctx: &TestContext) -> Result {
    ctx.browser
        .run_script("localStorage.clear()", vec![])
        .await?;
    Ok(())
}

/// Returns the URLs in this tab's history.
pub(crate) async fn history_urls(ctx: &TestContext) -> Result<String> {
    let history = ctx
        .browser
        .send_devtools_command("Page.getNavigationHistory", json!({}))
        .await?;
    Ok(history["entries"].to_string())
}

/// Returns the pending authorizations that this tab has stored.
pub(crate) async fn pending_authorizations(ctx: &TestContext) -> Result<Vec<Value>> {
    const RECORDS: &str = "return Object.entries(sessionStorage)
        .filter(([key]) => key.startsWith('poolgate.pending.'))
        .map(([, record]) => JSON.parse(record))";
    let records = ctx.browser.run_script(RECORDS, vec![]).await?;
    Ok(serde_json::from_value(records)?)
}

/// Returns the latest authorization request that the pool received.
#[track_caller]
pub(crate) fn authorization_request(env: &TestEnv) -> RecordedRequest {
    let mut requests = env.requests_to(AUTHORIZE);
    requests.pop().expect("an authorization request")
}

pub(crate) fn with_ann() -> TestEnv {
    TestEnv::workshop()
        .with_hosted_pages()
        .with_user(&TestUser::ann())
}

/// Returns true if the text is base64url (RFC 4648 §5) of this many bytes.
fn is_base64url(text: &str, bytes: usize) -> bool {
    URL_SAFE_NO_PAD
        .decode(text)
        .is_ok_and(|decoded| decoded.len() == bytes)
}

/// The authorization request asks for a code with an S256 code challenge, and has a new state, nonce and code
/// verifier each time.
#[test]
fn each_authorize_request_has_new_state_nonce_and_pkce_values() {
    run_journey(with_ann(), async |ctx| {
        let mut seen: Vec<String> = Vec::new();
        for _ in 0..2 {
            SignInPage::open(&ctx.browser).await?;
            open_hosted_page(&ctx).await?;
            let request = authorization_request(&ctx.env);
            let parameters = Parameters::from_query(&request);
            assert_eq!(
                parameters.names(),
                [
                    "response_type",
                    "client_id",
                    "redirect_uri",
                    "scope",
                    "state",
                    "nonce",
                    "code_challenge",
                    "code_challenge_method"
                ]
            );
            for (name, value) in [
                ("response_type", "code"),
                ("client_id", DEV_CLIENT_ID),
                ("redirect_uri", &format!("{}/login/", ctx.env.url())),
                ("scope", "openid"),
                ("code_challenge_method", "S256"),
            ] {
                assert_eq!(parameters.get(name), value, "{name}");
            }
            // RFC 7636 §4.2: the code challenge is a SHA-256 hash. RFC 6749 §10.10: 128 random bits, and nothing
            // else.
            assert!(is_base64url(parameters.get("code_challenge"), 32));
            for name in ["state", "nonce", "code_challenge"] {
                let value = parameters.get(name).to_owned();
                assert!(
                    is_base64url(&value, if name == "code_challenge" { 32 } else { 16 }),
                    "{name}"
                );
                assert!(!seen.contains(&value), "{name} was used before");
                seen.push(value);
            }
            // The code verifier is stored in this tab only.
            SignInPage::open(&ctx.browser).await?;
            let records = pending_authorizations(&ctx).await?;
            let ours = records
                .iter()
                .find(|record| record["state"] == parameters.get("state"))
                .ok_or("the tab has no pending authorization")?;
            let verifier = ours["verifier"].as_str().ok_or("a verifier")?;
            assert_eq!(
                parameters.get("code_challenge"),
                URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
            );
            assert!(is_base64url(verifier, 32), "256 bits: RFC 7636 §7.1");
            assert!(!request.path.contains(verifier));
            let lasting = ctx
                .browser
                .run_script("return localStorage.length", vec![])
                .await?;
            assert_eq!(lasting, json!(0));
        }
        Ok(())
    });
}

/// Both requests have the configured redirect URI unchanged: with or without a slash, with a path of its own, or the
/// start page.
#[test]
fn authorize_and_token_request_have_the_same_redirect_uri() {
    run_journey(with_ann(), async |ctx| {
        for (time, path) in ["/login/", "/login", "/oauth/cognito", "/", ""]
            .into_iter()
            .enumerate()
        {
            let uri = format!("{}{path}", ctx.env.url());
            let mut config = ctx.env.config();
            config["cognito"]["redirectSignIn"] = json!(uri);
            ctx.env.set_config(&config);
            SignInPage::open(&ctx.browser).await?;
            if time == 0 {
                open_hosted_page(&ctx)
                    .await?
                    .sign_in_as(&TestUser::ann())
                    .await?;
            } else {
                // The pool has a session of Ann, and redirects at once.
                ctx.browser.press(SignInPage::HOSTED).await?;
            }
            ctx.browser
                .expect_heading(&HomePage::greeting("Ann Lee"))
                .await?;
            ctx.browser.expect_address("/").await?;

            let encoded = format!(
                "&redirect_uri={}&",
                uri.replace(':', "%3A").replace('/', "%2F")
            );
            let requested = authorization_request(&ctx.env).path;
            assert!(requested.contains(&encoded), "no {encoded} in {requested}");
            let redeemed = ctx.env.requests_to(TOKEN);
            assert_eq!(redeemed.len(), time + 1);
            assert!(
                redeemed[time].body.contains(&encoded),
                "no {encoded} in the form"
            );
            clear_stored_session(&ctx).await?;
        }
        Ok(())
    });
}

/// Without a domain, the page offers no hosted sign-in.
#[test]
fn app_offers_no_hosted_sign_in_if_the_pool_has_no_domain() {
    run_journey(with_ann(), async |ctx| {
        let discovery = format!("/{DEV_POOL_ID}/.well-known/openid-configuration");
        let read = format!("GET {discovery}");
        count_in_new_documents(&ctx, &read).await?;
        SignInPage::open(&ctx.browser).await?;
        wait_until_read(&ctx, &read).await?;
        assert_eq!(
            ctx.browser.visible_texts(".alternative button").await?,
            [SignInPage::HOSTED]
        );

        let domain = json!({ "UserPoolId": DEV_POOL_ID, "Domain": "poolgate" });
        ctx.env.call_as_operator("DeleteUserPoolDomain", &domain);
        ctx.browser.reload().await?;
        SignInPage::expect(&ctx.browser).await?;
        wait_until_read(&ctx, &read).await?;
        assert_eq!(
            ctx.browser.visible_texts("main button").await?,
            [texts::labels::SHOW, SignInPage::BUTTON]
        );
        assert!(!ctx.browser.page_text().await?.contains(SignInPage::HOSTED));
        assert_eq!(ctx.env.requests_to(&discovery).len(), 2);
        // A direct sign-in works.
        let sign_in = SignInPage::expect(&ctx.browser).await?;
        sign_in.sign_in_as(&TestUser::ann()).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

#[test]
fn hosted_ui_domain_in_config_js_needs_no_discovery_request() {
    let env = with_ann();
    let domain = env.pool().url();
    let env = env.with_config(|config| config["cognito"]["domain"] = json!(domain));
    run_journey(env, async |ctx| {
        sign_in_hosted(&ctx).await?;
        let discovery = format!("/{DEV_POOL_ID}/.well-known/openid-configuration");
        assert_eq!(ctx.env.requests_to(&discovery), []);
        assert_eq!(ctx.env.requests_to(TOKEN).len(), 1);
        Ok(())
    });
}

/// The browser goes to the configured domain, also if the discovery document names another.
#[test]
fn hosted_ui_domain_in_config_js_overrides_the_discovered_one() {
    let env = with_ann();
    let domain = env.pool().url().replace("localhost", "127.0.0.1");
    let named = domain.clone();
    let env = env.with_config(|config| config["cognito"]["domain"] = json!(named));
    run_journey(env, async move |ctx| {
        SignInPage::open(&ctx.browser).await?;
        open_hosted_page(&ctx).await?;
        let address = ctx.browser.address().await?;
        assert!(
            address.starts_with(&format!("{domain}/login?")),
            "{address}"
        );
        Ok(())
    });
}

/// Each configured identity provider has a button that leads to it directly.
#[test]
fn identity_provider_button_leads_directly_to_the_provider() {
    let env = TestEnv::workshop()
        .with_hosted_pages()
        .with_config(|config| config["cognito"]["identityProviders"] = json!(["Google"]));
    run_journey(env, async |ctx| {
        let gina = TestUser::with_email("gina@example.org", Some("Gina Ray"));
        SignInPage::open(&ctx.browser).await?;
        ctx.browser.button(SignInPage::HOSTED).await?;
        assert_eq!(
            ctx.browser.visible_texts(".alternative button").await?,
            [&texts::hosted::continue_with("Google"), SignInPage::HOSTED]
        );
        ctx.browser
            .press(&texts::hosted::continue_with("Google"))
            .await?;
        ProviderPage::expect(&ctx.browser)
            .await?
            .sign_in_as(&gina)
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Gina Ray"))
            .await?;

        let requested = Parameters::from_query(&authorization_request(&ctx.env));
        assert_eq!(requested.get("identity_provider"), "Google");
        let id =
            stored_member(&ctx.browser.stored_items().await?, "idToken").ok_or("an ID token")?;
        let claims = claims(&id);
        assert_eq!(claims["email"], gina.email);
        assert_eq!(claims["identities"][0]["providerName"], "Google");
        Ok(())
    });
}

/// The buttons have the names by which users know the providers, in the order of the configuration.
#[test]
fn each_identity_provider_in_config_js_has_a_button() {
    let providers = json!(["CorpSAML", "LoginWithAmazon", "SignInWithApple", "Facebook"]);
    let env = with_ann().with_config(|config| config["cognito"]["identityProviders"] = providers);
    run_journey(env, async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        ctx.browser.button(SignInPage::HOSTED).await?;
        assert_eq!(
            ctx.browser.visible_texts(".alternative button").await?,
            [
                &*texts::hosted::continue_with("CorpSAML"),
                &*texts::hosted::continue_with("Amazon"),
                &*texts::hosted::continue_with("Apple"),
                &*texts::hosted::continue_with("Facebook"),
                SignInPage::HOSTED
            ]
        );
        Ok(())
    });
}

/// If the redirect URI is on another origin, no request is started.
#[test]
fn app_explains_a_redirect_uri_of_another_origin() {
    let env = with_ann().with_config(|config| {
        config["cognito"]["redirectSignIn"] = json!("https://app.example.com/login/");
    });
    run_journey(env, async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        ctx.browser.press(SignInPage::HOSTED).await?;
        assert_eq!(
            ctx.browser.alert_text().await?,
            texts::hosted::redirect_to_other_origin("https://app.example.com").full_text()
        );
        assert_eq!(ctx.env.requests_to(AUTHORIZE), []);
        assert_eq!(ctx.browser.stored_items().await?, json!({}));
        Ok(())
    });
}

/// Without secure random numbers, state, nonce and code verifier could be guessed.
#[test]
fn hosted_sign_in_needs_the_browsers_random_number_generator() {
    run_journey(with_ann(), async |ctx| {
        ctx.browser
            .add_init_script("delete Crypto.prototype.getRandomValues")
            .await?;
        let page = SignInPage::open(&ctx.browser).await?;
        ctx.browser.press(SignInPage::HOSTED).await?;
        assert_eq!(
            ctx.browser.alert_text().await?,
            texts::errors::NO_SECURE_RANDOM.full_text()
        );
        assert_eq!(ctx.env.requests_to(AUTHORIZE), []);
        assert_eq!(ctx.browser.stored_items().await?, json!({}));

        ctx.browser.reload().await?;
        page.sign_in_as(&TestUser::ann()).await?;
        assert_eq!(
            ctx.browser.alert_text().await?,
            texts::errors::NO_SECURE_RANDOM.full_text()
        );
        assert_eq!(ctx.env.actions(), [""; 0]);
        Ok(())
    });
}

/// Hints of config.js are sent to the hosted pages. A username that the user typed has precedence over `loginHint`.
#[test]
fn typed_username_overrides_the_login_hint_of_config_js() {
    let env = with_ann().with_config(|config| {
        config["cognito"]["loginHint"] = json!("other@example.com");
        config["cognito"]["lang"] = json!("pt-BR");
        config["cognito"]["prompt"] = json!("login");
    });
    run_journey(env, async |ctx| {
        let shown_text = |ctx: &TestContext| {
            let requested = Parameters::from_query(&authorization_request(&ctx.env));
            ["login_hint", "lang", "prompt"].map(|name| requested.get(name).to_owned())
        };
        sign_in_hosted(&ctx).await?;
        assert_eq!(shown_text(&ctx), ["other@example.com", "pt-BR", "login"]);
        clear_stored_session(&ctx).await?;

        SignInPage::open(&ctx.browser).await?;
        ctx.browser
            .fill(SignInPage::USERNAME, "ann@example.com")
            .await?;
        // `prompt=login`: the hosted pages ask for the password although they have a session of Ann.
        open_hosted_page(&ctx).await?;
        assert_eq!(shown_text(&ctx), ["ann@example.com", "pt-BR", "login"]);
        assert_eq!(
            ctx.browser.field_value(HostedLoginPage::USERNAME).await?,
            "ann@example.com"
        );
        Ok(())
    });
}

#[test]
fn double_click_starts_only_one_hosted_sign_in() {
    run_journey(with_ann(), async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        let button = ctx.browser.button(SignInPage::HOSTED).await?;
        let clicks = ctx.browser.driver().action_chain();
        clicks.double_click_element(&button).perform().await?;
        HostedLoginPage::expect(&ctx.browser).await?;
        assert_eq!(ctx.env.requests_to(AUTHORIZE).len(), 1);
        Ok(())
    });
}

/// The whole hosted sign-in, from the button to the to-dos.
#[test]
fn hosted_sign_in_gives_the_user_a_working_session() {
    run_journey(with_ann(), async |ctx| {
        sign_in_hosted(&ctx).await?;
        ctx.browser.expect_address("/").await?;

        // One code was redeemed once, with the verifier of its code challenge (RFC 7636 §4.6).
        let requested = Parameters::from_query(&authorization_request(&ctx.env));
        let redeemed = ctx.env.requests_to(TOKEN);
        assert_eq!(redeemed.len(), 1);
        let form = Parameters::from_form(&redeemed[0]);
        let (code, verifier) = (form.get("code"), form.get("code_verifier"));
        assert_eq!(
            Parameters::parse(&format!(
                "grant_type=authorization_code&client_id={DEV_CLIENT_ID}&code={code}&redirect_uri={}%2Flogin%2F&code_verifier={verifier}",
                ctx.env.url().replace(':', "%3A").replace('/', "%2F"),
            )),
            form
        );
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        assert_eq!(requested.get("code_challenge"), challenge);

        // Only the session is stored, and nothing of the authorization is left.
        let stored = ctx.browser.stored_items().await?;
        let keys: Vec<&String> = stored
            .as_object()
            .into_iter()
            .flat_map(|all| all.keys())
            .collect();
        assert_eq!(keys, ["poolgate.session"]);
        let record: Value =
            serde_json::from_str(stored["poolgate.session"].as_str().ok_or("a text")?)?;
        let mut members: Vec<&String> = record
            .as_object()
            .into_iter()
            .flat_map(|all| all.keys())
            .collect();
        members.sort();
        assert_eq!(
            members,
            [
                "accessToken",
                "clientId",
                "door",
                "expiresAt",
                "idToken",
                "issuer",
                "refreshToken",
                "version"
            ]
        );
        for passing in [
            code,
            verifier,
            requested.get("nonce"),
            requested.get("state"),
        ] {
            assert!(!record.to_string().contains(passing), "{passing} is stored");
        }
        let history = history_urls(&ctx).await?;
        assert!(!history.contains("code="), "{history}");

        ctx.expect_console("currentUser");
        ctx.browser.follow_link(texts::labels::TODOS).await?;
        let todos = TodosPage::expect(&ctx.browser).await?;
        todos.add_todo("Water the plants").await?;
        todos
            .expect_rows(&[TodoRow::unchecked("Water the plants")])
            .await
    });
}
