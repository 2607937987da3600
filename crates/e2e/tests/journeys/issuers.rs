//! Pools whose issuer is not the URL of their API: Amazon's newer form, a proxy in front of the API, an issuer that
//! config.js names.

use e2e::pages::{HomePage, SignInPage};
use e2e::{Journey, Outcome, Person, World, journey};
use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID};
use serde_json::{Value, json};

use crate::doors::{Door, forget_hosted_session};
use crate::session::{kept, let_time_pass, short_tokens};
use crate::tokens::claims;

/// Both URLs are in the API reference, at `IssuerConfigurationType`.
const ORIGINAL: &str = "https://cognito-idp.us-east-1.amazonaws.com";
const UPDATED: &str = "https://issuer-cognito-idp.us-east-1.amazonaws.com";
const OTHER_POOL: &str =
    "The answer came from another user pool than config.js names. Tell the administrator.";

/// A pool that issues tokens below this URL, with Ann, hosted pages, and tokens of five minutes.
fn issuing_at(base: &str) -> World {
    let world = World::with_issuer_at(base);
    world.update_client(short_tokens());
    world.with(&Person::ann())
}

/// Switches the pool to the newer form of issuer.
fn updated(world: World) -> World {
    world.operate(
        "UpdateUserPool",
        &json!({ "UserPoolId": DEV_POOL_ID, "IssuerConfiguration": { "Type": "UPDATED" } }),
    );
    world
}

/// Signs in with both methods, reloads and refreshes. All tokens are of this issuer.
async fn works(j: &Journey, issuer: &str) -> Outcome {
    for door in Door::BOTH {
        door.sign_in(j, &Person::ann()).await?;
        let first = kept(j, "idToken").await?;
        assert_eq!(claims(&first)["iss"], json!(issuer), "{door:?}");
        j.browser.reload().await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        assert_eq!(kept(j, "idToken").await?, first, "{door:?}");
        let_time_pass(j, std::time::Duration::from_secs(4 * 60)).await?;
        j.browser.reload().await?;
        let is_new = async || Ok(kept(j, "idToken").await? != first);
        j.browser.until("new tokens", is_new).await?;
        assert_eq!(claims(&kept(j, "idToken").await?)["iss"], json!(issuer));
        j.browser.script("localStorage.clear()", vec![]).await?;
        forget_hosted_session(j).await?;
    }
    Ok(())
}

#[test]
fn amazons_two_forms_of_issuer_are_accepted() {
    for (world, base) in [
        (issuing_at(ORIGINAL), ORIGINAL),
        (updated(issuing_at(ORIGINAL)), UPDATED),
    ] {
        assert_eq!(world.config()["cognito"].get("issuer"), None);
        journey(world, async move |j| {
            works(&j, &format!("{base}/{DEV_POOL_ID}")).await
        });
    }
}

/// A change of the configuration that depends on the issuer.
type Change = fn(&mut Value, &str);

#[test]
fn an_issuer_that_config_js_names_is_accepted() {
    let by_key: Change = |config, issuer| config["cognito"]["issuer"] = json!(issuer);
    let by_oidc_url: Change = |config, issuer| {
        let endpoint = config["cognito"]["endpoint"].clone();
        config["cognito"] = json!({ "endpoint": endpoint });
        config["oidc"] = json!({ "OIDC_URL": issuer, "OIDC_CLIENT_NAME": DEV_CLIENT_ID });
    };
    for (world, change) in [
        (issuing_at("http://127.0.0.1:0"), by_key),
        (issuing_at("http://127.0.0.1:0"), by_oidc_url),
        (updated(issuing_at("http://127.0.0.1:0")), by_key),
        (updated(issuing_at(ORIGINAL)), by_oidc_url),
    ] {
        let issuer = world.issuer();
        let world = world.configured(|config| change(config, &issuer));
        journey(world, async move |j| works(&j, &issuer).await);
    }
}

#[test]
fn an_issuer_that_nobody_named_is_refused() {
    journey(issuing_at("http://127.0.0.1:0"), async |j| {
        let page = SignInPage::open(&j.browser).await?;
        page.sign_in_as(&Person::ann()).await?;
        assert_eq!(j.browser.alert().await?, OTHER_POOL);
        assert_eq!(j.browser.stored().await?, json!({}));
        Ok(())
    });
}

/// A proxy in front of the API may forward POST only. The issuer itself has the discovery document too.
#[test]
fn discovery_goes_on_where_the_endpoint_does_not_answer() {
    const INSTEAD: &str = "{
        const fetch = window.fetch;
        window.fetch = async (request, ...more) => {
            const { host, pathname } = new URL(request.url ?? request, location.href);
            if (!pathname.endsWith('/openid-configuration')) return fetch(request, ...more);
            if (host.startsWith('localhost:')) throw new TypeError('Failed to fetch');
            return new Response(JSON.stringify(DOCUMENT));
        };
    }";
    let issuer = format!("{ORIGINAL}/{DEV_POOL_ID}");
    let world = issuing_at(ORIGINAL);
    let world = world.configured(|config| config["cognito"]["issuer"] = json!(issuer));
    journey(world, async move |j| {
        let authorize = format!("{}/oauth2/authorize", j.world.pool().url());
        let document = json!({ "issuer": issuer, "authorization_endpoint": authorize });
        let script = INSTEAD.replace("DOCUMENT", &document.to_string());
        j.browser.before_each_document(&script).await?;
        Door::Hosted.sign_in(&j, &Person::ann()).await
    });
}
