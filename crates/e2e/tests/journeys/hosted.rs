//! Sign-in through the pool's hosted pages: the authorization request, and its result.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use e2e::pages::{HomePage, HostedLoginPage, ProviderPage, Row, SignInPage, TodosPage};
use e2e::{Journey, Outcome, Person, World, journey};
use local_pool::RecordedRequest;
use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::between::{are_read, watch_from_the_start};
use crate::parameters::Parameters;
use crate::tokens::{claims, member};

/// The path of authorization requests.
pub(crate) const AUTHORIZE: &str = "/oauth2/authorize";
/// The path of token requests.
pub(crate) const TOKEN: &str = "/oauth2/token";

/// The token request, in the notation of `between`.
pub(crate) const REDEEM: &str = "POST /oauth2/token";

/// Presses the button and waits for the pool's form.
pub(crate) async fn go_to_hosted_page(j: &Journey) -> Outcome<HostedLoginPage<'_>> {
    j.browser.press(SignInPage::HOSTED).await?;
    HostedLoginPage::shown(&j.browser).await
}

/// Signs Ann in through the hosted pages.
pub(crate) async fn sign_in_hosted(j: &Journey) -> Outcome {
    SignInPage::open(&j.browser).await?;
    go_to_hosted_page(j)
        .await?
        .sign_in_as(&Person::ann())
        .await?;
    j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
}

/// Removes the stored session, as clearing the site's data does. The hosted pages keep their session.
pub(crate) async fn forget_session(j: &Journey) -> Outcome {
    j.browser.script("localStorage.clear()", vec![]).await?;
    Ok(())
}

/// The URLs in this tab's history.
pub(crate) async fn history(j: &Journey) -> Outcome<String> {
    let history = j
        .browser
        .devtools("Page.getNavigationHistory", json!({}))
        .await?;
    Ok(history["entries"].to_string())
}

/// This tab's pending authorizations.
pub(crate) async fn under_way(j: &Journey) -> Outcome<Vec<Value>> {
    const RECORDS: &str = "return Object.entries(sessionStorage)
        .filter(([key]) => key.startsWith('poolgate.pending.'))
        .map(([, record]) => JSON.parse(record))";
    let records = j.browser.script(RECORDS, vec![]).await?;
    Ok(serde_json::from_value(records)?)
}

/// The latest authorization request that the pool received.
#[track_caller]
pub(crate) fn asked(world: &World) -> RecordedRequest {
    let mut requests = world.requests_to(AUTHORIZE);
    requests.pop().expect("an authorization request")
}

pub(crate) fn with_ann() -> World {
    World::workshop().with_hosted_pages().with(&Person::ann())
}

/// True if the text is base64url (RFC 4648 §5) of this many bytes.
fn is_base64url(text: &str, bytes: usize) -> bool {
    URL_SAFE_NO_PAD
        .decode(text)
        .is_ok_and(|decoded| decoded.len() == bytes)
}

/// The authorization request asks for a code with an S256 code challenge, and has a new state, nonce and code
/// verifier each time.
#[test]
fn the_request_asks_for_a_code_with_s256_and_is_bound_to_this_browser_anew_each_time() {
    journey(with_ann(), async |j| {
        let mut seen: Vec<String> = Vec::new();
        for _ in 0..2 {
            SignInPage::open(&j.browser).await?;
            go_to_hosted_page(&j).await?;
            let request = asked(&j.world);
            let parameters = Parameters::of_query(&request);
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
                ("redirect_uri", &format!("{}/login/", j.world.url())),
                ("scope", "openid"),
                ("code_challenge_method", "S256"),
            ] {
                assert_eq!(parameters.one(name), value, "{name}");
            }
            // RFC 7636 §4.2: the code challenge is a SHA-256 hash. RFC 6749 §10.10: 128 random bits, and nothing
            // else.
            assert!(is_base64url(parameters.one("code_challenge"), 32));
            for name in ["state", "nonce", "code_challenge"] {
                let value = parameters.one(name).to_owned();
                assert!(
                    is_base64url(&value, if name == "code_challenge" { 32 } else { 16 }),
                    "{name}"
                );
                assert!(!seen.contains(&value), "{name} came before");
                seen.push(value);
            }
            // The code verifier is stored in this tab only.
            SignInPage::open(&j.browser).await?;
            let records = under_way(&j).await?;
            let ours = records
                .iter()
                .find(|record| record["state"] == parameters.one("state"))
                .ok_or("the tab keeps no record of its own request")?;
            let verifier = ours["verifier"].as_str().ok_or("a verifier")?;
            assert_eq!(
                parameters.one("code_challenge"),
                URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
            );
            assert!(is_base64url(verifier, 32), "256 bits: RFC 7636 §7.1");
            assert!(!request.path.contains(verifier));
            let lasting = j
                .browser
                .script("return localStorage.length", vec![])
                .await?;
            assert_eq!(lasting, json!(0));
        }
        Ok(())
    });
}

/// Both requests have the configured redirect URI unchanged: with or without a slash, with a path of its own, or the
/// start page.
#[test]
fn the_redirect_uri_is_the_configured_text_in_both_requests() {
    journey(with_ann(), async |j| {
        for (time, path) in ["/login/", "/login", "/oauth/cognito", "/", ""]
            .into_iter()
            .enumerate()
        {
            let uri = format!("{}{path}", j.world.url());
            let mut config = j.world.config();
            config["cognito"]["redirectSignIn"] = json!(uri);
            j.world.set_config(&config);
            SignInPage::open(&j.browser).await?;
            if time == 0 {
                go_to_hosted_page(&j)
                    .await?
                    .sign_in_as(&Person::ann())
                    .await?;
            } else {
                // The pool has a session of Ann, and redirects at once.
                j.browser.press(SignInPage::HOSTED).await?;
            }
            j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
            j.browser.is_at("/").await?;

            let encoded = format!(
                "&redirect_uri={}&",
                uri.replace(':', "%3A").replace('/', "%2F")
            );
            let asked = asked(&j.world).path;
            assert!(asked.contains(&encoded), "no {encoded} in {asked}");
            let redeemed = j.world.requests_to(TOKEN);
            assert_eq!(redeemed.len(), time + 1);
            assert!(
                redeemed[time].body.contains(&encoded),
                "no {encoded} in the form"
            );
            forget_session(&j).await?;
        }
        Ok(())
    });
}

/// Without a domain, the page offers no hosted sign-in.
#[test]
fn without_a_domain_nothing_hosted_is_offered() {
    journey(with_ann(), async |j| {
        let discovery = format!("/{DEV_POOL_ID}/.well-known/openid-configuration");
        let read = format!("GET {discovery}");
        watch_from_the_start(&j, &read).await?;
        SignInPage::open(&j.browser).await?;
        are_read(&j, &read).await?;
        assert_eq!(
            j.browser.texts(".alternative button").await?,
            [SignInPage::HOSTED]
        );

        let domain = json!({ "UserPoolId": DEV_POOL_ID, "Domain": "poolgate" });
        j.world.operate("DeleteUserPoolDomain", &domain);
        j.browser.reload().await?;
        SignInPage::shown(&j.browser).await?;
        are_read(&j, &read).await?;
        assert_eq!(
            j.browser.texts("main button").await?,
            ["Show", SignInPage::BUTTON]
        );
        assert!(!j.browser.text().await?.contains("hosted"));
        assert_eq!(j.world.requests_to(&discovery).len(), 2);
        // A direct sign-in works.
        let sign_in = SignInPage::shown(&j.browser).await?;
        sign_in.sign_in_as(&Person::ann()).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

#[test]
fn where_config_js_names_the_domain_nobody_else_is_asked_for_it() {
    let world = with_ann();
    let domain = world.pool().url();
    let world = world.configured(|config| config["cognito"]["domain"] = json!(domain));
    journey(world, async |j| {
        sign_in_hosted(&j).await?;
        let discovery = format!("/{DEV_POOL_ID}/.well-known/openid-configuration");
        assert_eq!(j.world.requests_to(&discovery), []);
        assert_eq!(j.world.requests_to(TOKEN).len(), 1);
        Ok(())
    });
}

/// The browser goes to the configured domain, also if the discovery document names another.
#[test]
fn the_configured_domain_comes_before_the_discovered_one() {
    let world = with_ann();
    let domain = world.pool().url().replace("localhost", "127.0.0.1");
    let named = domain.clone();
    let world = world.configured(|config| config["cognito"]["domain"] = json!(named));
    journey(world, async move |j| {
        SignInPage::open(&j.browser).await?;
        go_to_hosted_page(&j).await?;
        let address = j.browser.address().await?;
        assert!(
            address.starts_with(&format!("{domain}/login?")),
            "{address}"
        );
        Ok(())
    });
}

/// Each configured identity provider has a button that leads to it directly.
#[test]
fn a_provider_of_the_config_has_a_button_that_leads_straight_to_it() {
    let world = World::workshop()
        .with_hosted_pages()
        .configured(|config| config["cognito"]["identityProviders"] = json!(["Google"]));
    journey(world, async |j| {
        let gina = Person::by_email("gina@example.org", Some("Gina Ray"));
        SignInPage::open(&j.browser).await?;
        j.browser.button(SignInPage::HOSTED).await?;
        assert_eq!(
            j.browser.texts(".alternative button").await?,
            ["Continue with Google", SignInPage::HOSTED]
        );
        j.browser.press("Continue with Google").await?;
        ProviderPage::shown(&j.browser)
            .await?
            .sign_in_as(&gina)
            .await?;
        j.browser
            .shows_page(&HomePage::greeting("Gina Ray"))
            .await?;

        let asked = Parameters::of_query(&asked(&j.world));
        assert_eq!(asked.one("identity_provider"), "Google");
        let id = member(&j.browser.stored().await?, "idToken").ok_or("an ID token")?;
        let claims = claims(&id);
        assert_eq!(claims["email"], gina.email);
        assert_eq!(claims["identities"][0]["providerName"], "Google");
        Ok(())
    });
}

/// The buttons have the names by which users know the providers, in the order of the configuration.
#[test]
fn every_provider_of_the_config_has_its_button() {
    let providers = json!(["CorpSAML", "LoginWithAmazon", "SignInWithApple", "Facebook"]);
    let world = with_ann().configured(|config| config["cognito"]["identityProviders"] = providers);
    journey(world, async |j| {
        SignInPage::open(&j.browser).await?;
        j.browser.button(SignInPage::HOSTED).await?;
        assert_eq!(
            j.browser.texts(".alternative button").await?,
            [
                "Continue with CorpSAML",
                "Continue with Amazon",
                "Continue with Apple",
                "Continue with Facebook",
                SignInPage::HOSTED
            ]
        );
        Ok(())
    });
}

/// If the redirect URI is on another origin, no request is started.
#[test]
fn a_redirect_uri_of_another_origin_is_named_and_nothing_is_begun() {
    let world = with_ann().configured(|config| {
        config["cognito"]["redirectSignIn"] = json!("https://app.example.com/login/");
    });
    journey(world, async |j| {
        SignInPage::open(&j.browser).await?;
        j.browser.press(SignInPage::HOSTED).await?;
        assert_eq!(
            j.browser.alert().await?,
            "The hosted page would send you back to another address than this one. Open this site at https://app.example.com and sign in there, or have redirectSignIn in config.js changed."
        );
        assert_eq!(j.world.requests_to(AUTHORIZE), []);
        assert_eq!(j.browser.stored().await?, json!({}));
        Ok(())
    });
}

/// Without secure random numbers, state, nonce and code verifier could be guessed.
#[test]
fn without_secure_random_numbers_nothing_is_begun_and_the_reason_is_said() {
    journey(with_ann(), async |j| {
        j.browser
            .before_each_document("delete Crypto.prototype.getRandomValues")
            .await?;
        let page = SignInPage::open(&j.browser).await?;
        j.browser.press(SignInPage::HOSTED).await?;
        const SAYS: &str = "This browser offers no secure random numbers, so signing in would not be safe. Please use a current browser.";
        assert_eq!(j.browser.alert().await?, SAYS);
        assert_eq!(j.world.requests_to(AUTHORIZE), []);
        assert_eq!(j.browser.stored().await?, json!({}));

        j.browser.reload().await?;
        page.sign_in_as(&Person::ann()).await?;
        assert_eq!(j.browser.alert().await?, SAYS);
        assert_eq!(j.world.operations(), [""; 0]);
        Ok(())
    });
}

/// Hints of config.js are sent to the hosted pages. A username that the user typed has precedence over `loginHint`.
#[test]
fn what_config_js_tells_the_hosted_page_is_told_and_a_typed_name_comes_first() {
    let world = with_ann().configured(|config| {
        config["cognito"]["loginHint"] = json!("somebody@example.com");
        config["cognito"]["lang"] = json!("pt-BR");
        config["cognito"]["prompt"] = json!("login");
    });
    journey(world, async |j| {
        let told = |j: &Journey| {
            let asked = Parameters::of_query(&asked(&j.world));
            ["login_hint", "lang", "prompt"].map(|name| asked.one(name).to_owned())
        };
        sign_in_hosted(&j).await?;
        assert_eq!(told(&j), ["somebody@example.com", "pt-BR", "login"]);
        forget_session(&j).await?;

        SignInPage::open(&j.browser).await?;
        j.browser.fill(SignInPage::NAME, "ann@example.com").await?;
        // `prompt=login`: the hosted pages ask for the password although they have a session of Ann.
        go_to_hosted_page(&j).await?;
        assert_eq!(told(&j), ["ann@example.com", "pt-BR", "login"]);
        assert_eq!(
            j.browser.value(HostedLoginPage::NAME).await?,
            "ann@example.com"
        );
        Ok(())
    });
}

#[test]
fn two_presses_are_one_departure() {
    journey(with_ann(), async |j| {
        SignInPage::open(&j.browser).await?;
        let button = j.browser.button(SignInPage::HOSTED).await?;
        let presses = j.browser.driver().action_chain();
        presses.double_click_element(&button).perform().await?;
        HostedLoginPage::shown(&j.browser).await?;
        assert_eq!(j.world.requests_to(AUTHORIZE).len(), 1);
        Ok(())
    });
}

/// The whole hosted sign-in, from the button to the to-dos.
#[test]
fn who_signs_in_on_the_hosted_page_comes_back_signed_in_and_can_work() {
    journey(with_ann(), async |j| {
        sign_in_hosted(&j).await?;
        j.browser.is_at("/").await?;

        // One code was redeemed once, with the verifier of its code challenge (RFC 7636 §4.6).
        let asked = Parameters::of_query(&asked(&j.world));
        let redeemed = j.world.requests_to(TOKEN);
        assert_eq!(redeemed.len(), 1);
        let form = Parameters::of_form(&redeemed[0]);
        let (code, verifier) = (form.one("code"), form.one("code_verifier"));
        assert_eq!(
            Parameters::read(&format!(
                "grant_type=authorization_code&client_id={DEV_CLIENT_ID}&code={code}&redirect_uri={}%2Flogin%2F&code_verifier={verifier}",
                j.world.url().replace(':', "%3A").replace('/', "%2F"),
            )),
            form
        );
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        assert_eq!(asked.one("code_challenge"), challenge);

        // Only the session is stored, and nothing of the authorization is left.
        let stored = j.browser.stored().await?;
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
        for passing in [code, verifier, asked.one("nonce"), asked.one("state")] {
            assert!(!record.to_string().contains(passing), "{passing} is kept");
        }
        let history = history(&j).await?;
        assert!(!history.contains("code="), "{history}");

        j.expect_console("currentUser");
        j.browser.follow("To-dos").await?;
        let todos = TodosPage::shown(&j.browser).await?;
        todos.add("Water the plants").await?;
        todos.lists(&[Row::open("Water the plants")]).await
    });
}
