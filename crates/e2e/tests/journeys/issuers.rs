//! Pools whose issuer is not the URL of their API: Amazon's newer form, a proxy in front of the API, an issuer that
//! config.js names.

use e2e::pages::{HomePage, SignInPage};
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use local_pool::settings::{DEV_CLIENT_ID, DEV_POOL_ID};
use serde_json::{Value, json};

use crate::session::{advance_all_clocks, session_member, short_tokens};
use crate::sign_in_methods::{SignInMethod, clear_hosted_session};
use crate::tokens::claims;

/// The base URL of Amazon's original issuers (API reference: `IssuerConfigurationType`).
const ORIGINAL: &str = "https://cognito-idp.us-east-1.amazonaws.com";
const UPDATED: &str = "https://issuer-cognito-idp.us-east-1.amazonaws.com";

/// Starts a pool whose tokens have an issuer below this URL, with Ann, hosted pages, and tokens of five minutes.
fn with_issuer(base: &str) -> TestEnv {
    let env = TestEnv::with_issuer_at(base);
    env.update_workshop_client(short_tokens());
    env.with_user(&TestUser::ann())
}

/// Switches the pool to the newer form of issuer.
fn use_updated_issuer(env: TestEnv) -> TestEnv {
    env.call_as_operator(
        "UpdateUserPool",
        &json!({ "UserPoolId": DEV_POOL_ID, "IssuerConfiguration": { "Type": "UPDATED" } }),
    );
    env
}

/// Signs in with both methods, reloads and refreshes. Checks that all tokens have this issuer.
async fn expect_working_session(ctx: &TestContext, issuer: &str) -> Result {
    for method in SignInMethod::ALL {
        method.sign_in(ctx, &TestUser::ann()).await?;
        let first = session_member(ctx, "idToken").await?;
        assert_eq!(claims(&first)["iss"], json!(issuer), "{method:?}");
        ctx.browser.reload().await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        assert_eq!(session_member(ctx, "idToken").await?, first, "{method:?}");
        advance_all_clocks(ctx, std::time::Duration::from_secs(4 * 60)).await?;
        ctx.browser.reload().await?;
        let is_new = async || Ok(session_member(ctx, "idToken").await? != first);
        ctx.browser.wait_until("new tokens", is_new).await?;
        assert_eq!(
            claims(&session_member(ctx, "idToken").await?)["iss"],
            json!(issuer)
        );
        ctx.browser
            .run_script("localStorage.clear()", vec![])
            .await?;
        clear_hosted_session(ctx).await?;
    }
    Ok(())
}

#[test]
fn app_accepts_tokens_of_both_amazon_issuer_urls() {
    for (env, base) in [
        (with_issuer(ORIGINAL), ORIGINAL),
        (use_updated_issuer(with_issuer(ORIGINAL)), UPDATED),
    ] {
        assert_eq!(env.config()["cognito"].get("issuer"), None);
        run_journey(env, async move |ctx| {
            expect_working_session(&ctx, &format!("{base}/{DEV_POOL_ID}")).await
        });
    }
}

/// A change of `config.js` that depends on the issuer.
type Change = fn(&mut Value, &str);

#[test]
fn app_accepts_tokens_of_the_issuer_in_config_js() {
    let by_key: Change = |config, issuer| config["cognito"]["issuer"] = json!(issuer);
    let by_oidc_url: Change = |config, issuer| {
        let endpoint = config["cognito"]["endpoint"].clone();
        config["cognito"] = json!({ "endpoint": endpoint });
        config["oidc"] = json!({ "OIDC_URL": issuer, "OIDC_CLIENT_NAME": DEV_CLIENT_ID });
    };
    for (env, change) in [
        (with_issuer("http://127.0.0.1:0"), by_key),
        (with_issuer("http://127.0.0.1:0"), by_oidc_url),
        (
            use_updated_issuer(with_issuer("http://127.0.0.1:0")),
            by_key,
        ),
        (use_updated_issuer(with_issuer(ORIGINAL)), by_oidc_url),
    ] {
        let issuer = env.issuer();
        let env = env.with_config(|config| change(config, &issuer));
        run_journey(env, async move |ctx| {
            expect_working_session(&ctx, &issuer).await
        });
    }
}

#[test]
fn app_rejects_tokens_of_an_unknown_issuer() {
    run_journey(with_issuer("http://127.0.0.1:0"), async |ctx| {
        let page = SignInPage::open(&ctx.browser).await?;
        page.sign_in_as(&TestUser::ann()).await?;
        ctx.browser
            .expect_error(&texts::errors::TOKEN_ISSUER)
            .await?;
        assert_eq!(ctx.browser.stored_items().await?, json!({}));
        Ok(())
    });
}

/// A proxy in front of the API may forward POST only. The issuer itself has the discovery document too.
#[test]
fn hosted_ui_discovery_asks_the_issuer_if_the_endpoint_fails() {
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
    let env = with_issuer(ORIGINAL);
    let env = env.with_config(|config| config["cognito"]["issuer"] = json!(issuer));
    run_journey(env, async move |ctx| {
        let authorize = format!("{}/oauth2/authorize", ctx.env.pool().url());
        let document = json!({ "issuer": issuer, "authorization_endpoint": authorize });
        let script = INSTEAD.replace("DOCUMENT", &document.to_string());
        ctx.browser.add_init_script(&script).await?;
        SignInMethod::Hosted.sign_in(&ctx, &TestUser::ann()).await
    });
}
