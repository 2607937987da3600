//! Signing in through the pool's hosted pages: what is asked there, and what comes of it.

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

/// Where authorization requests go.
pub(crate) const AUTHORIZE: &str = "/oauth2/authorize";
/// Where codes are redeemed.
pub(crate) const TOKEN: &str = "/oauth2/token";

/// The same as `between` names it.
pub(crate) const REDEEM: &str = "POST /oauth2/token";

/// Presses the button and comes to the pool's form.
pub(crate) async fn go_to_hosted_page(j: &Journey) -> Outcome<HostedLoginPage<'_>> {
    j.browser.press(SignInPage::HOSTED).await?;
    HostedLoginPage::shown(&j.browser).await
}

/// Signs Ann in through the hosted page.
pub(crate) async fn sign_in_hosted(j: &Journey) -> Outcome {
    SignInPage::open(&j.browser).await?;
    go_to_hosted_page(j)
        .await?
        .sign_in_as(&Person::ann())
        .await?;
    j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
}

/// Takes the session away as somebody does who clears this site's data; the pool's own page still knows who was there.
pub(crate) async fn forget_session(j: &Journey) -> Outcome {
    j.browser.script("localStorage.clear()", vec![]).await?;
    Ok(())
}

/// The addresses in this tab's history, as they are and as they were typed.
pub(crate) async fn history(j: &Journey) -> Outcome<String> {
    let history = j
        .browser
        .devtools("Page.getNavigationHistory", json!({}))
        .await?;
    Ok(history["entries"].to_string())
}

/// The records of sign-ins that this tab has begun and that have not come back.
pub(crate) async fn under_way(j: &Journey) -> Outcome<Vec<Value>> {
    const RECORDS: &str = "return Object.entries(sessionStorage)
        .filter(([key]) => key.startsWith('poolgate.pending.'))
        .map(([, record]) => JSON.parse(record))";
    let records = j.browser.script(RECORDS, vec![]).await?;
    Ok(serde_json::from_value(records)?)
}

/// The newest authorization request, as the pool had it.
#[track_caller]
pub(crate) fn asked(world: &World) -> RecordedRequest {
    let mut requests = world.requests_to(AUTHORIZE);
    requests.pop().expect("an authorization request")
}

pub(crate) fn with_ann() -> World {
    World::workshop().with_hosted_pages().with(&Person::ann())
}

/// Text of the letters of base64url (RFC 4648 section 5) that stands for this many bytes.
fn is_base64url(text: &str, bytes: usize) -> bool {
    URL_SAFE_NO_PAD
        .decode(text)
        .is_ok_and(|decoded| decoded.len() == bytes)
}

/// M20
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
            // RFC 7636 §4.2: a SHA-256. RFC 6749 §10.10: 128 bits that nobody guesses, and nothing else in them.
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
            // What the challenge is made of stays here, in this tab alone.
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

/// M20: to the letter in both requests, with or without a slash, on a path of its own, and where it is the start page.
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
                // The pool's page knows her by now, and sends her back at once.
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

/// M2, M20
#[test]
fn without_a_domain_nothing_hosted_is_offered() {
    journey(with_ann(), async |j| {
        let discovery = format!("/{DEV_POOL_ID}/.well-known/openid-configuration");
        let read = format!("GET {discovery}");
        watch_from_the_start(&j, &read).await?;
        SignInPage::open(&j.browser).await?;
        are_read(&j, &read).await?;
        assert_eq!(
            j.browser.texts(".other-door button").await?,
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
        // The door that there is opens.
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

/// The domain is where the browser goes, whatever the pool's own document says.
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

/// P9
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
            j.browser.texts(".other-door button").await?,
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

/// P9: by the names that people know them by, in the order of the config.
#[test]
fn every_provider_of_the_config_has_its_button() {
    let providers = json!(["CorpSAML", "LoginWithAmazon", "SignInWithApple", "Facebook"]);
    let world = with_ann().configured(|config| config["cognito"]["identityProviders"] = providers);
    journey(world, async |j| {
        SignInPage::open(&j.browser).await?;
        j.browser.button(SignInPage::HOSTED).await?;
        assert_eq!(
            j.browser.texts(".other-door button").await?,
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

/// Where the way back would lead elsewhere, nobody is sent away.
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

/// Without secure random numbers state, nonce and verifier could be guessed.
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

/// P10
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
        // The pool's page knows her, and asks for the password all the same: that is what prompt=login means.
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

/// M21, from the button to the to-dos.
#[test]
fn who_signs_in_on_the_hosted_page_comes_back_signed_in_and_can_work() {
    journey(with_ann(), async |j| {
        sign_in_hosted(&j).await?;
        j.browser.is_at("/").await?;

        // One code was redeemed, once, with the verifier that the challenge was made of (RFC 7636 §4.6).
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

        // What is kept is what it takes to stay signed in, and no more; nothing of the way is.
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
