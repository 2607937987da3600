//! Both sign-in methods, for tests that must hold with either.

use std::time::Duration;

use e2e::pages::{HomePage, HostedLoginPage, SignInPage};
use e2e::{Result, TestContext, TestEnv, TestUser};
use serde_json::json;

use crate::hosted_sign_in::TOKEN;

/// The sign-in method of a session. Refresh and sign-out use the same method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignInMethod {
    /// The user signs in on Poolgate's own page, with the user-pool API.
    Direct,
    /// The user signs in on the pool's hosted pages, with the token endpoint.
    Hosted,
}

impl SignInMethod {
    pub(crate) const ALL: [Self; 2] = [Self::Direct, Self::Hosted];

    /// Signs a user in and waits for the greeting.
    pub(crate) async fn sign_in(self, ctx: &TestContext, user: &TestUser) -> Result {
        let page = SignInPage::open(&ctx.browser).await?;
        match self {
            Self::Direct => page.sign_in_as(user).await?,
            Self::Hosted => {
                ctx.browser.press(SignInPage::HOSTED).await?;
                let form = HostedLoginPage::expect(&ctx.browser).await?;
                form.sign_in_as(user).await?;
            }
        }
        let name = user.name.as_deref().unwrap_or(&user.email);
        ctx.browser.expect_heading(&HomePage::greeting(name)).await
    }

    /// Returns the name of the refresh request, in the notation of `network_stub`.
    pub(crate) const fn refresh_request(self) -> &'static str {
        match self {
            Self::Direct => "GetTokensFromRefreshToken",
            Self::Hosted => "POST /oauth2/token",
        }
    }

    /// Returns the number of refresh requests of this method. Those of the other method do not count.
    pub(crate) fn refresh_count(self, env: &TestEnv) -> usize {
        match self {
            Self::Direct => crate::session::refresh_count(env),
            Self::Hosted => env
                .requests_to(TOKEN)
                .iter()
                .filter(|request| request.body.contains("grant_type=refresh_token"))
                .count(),
        }
    }

    /// Waits until there were this many refresh requests.
    pub(crate) async fn wait_for_refreshes(self, ctx: &TestContext, times: usize) -> Result {
        ctx.browser
            .wait_until(&format!("{times} refreshes"), async || {
                Ok(self.refresh_count(&ctx.env) == times)
            })
            .await
    }
}

/// A time after which ID and access tokens of five minutes have expired.
pub(crate) const AFTER_EXPIRY: Duration = Duration::from_secs(6 * 60);

/// Starts the development pool with these users, hosted pages, and ID and access tokens of five minutes.
pub(crate) fn with_short_tokens(users: &[TestUser]) -> TestEnv {
    let env = TestEnv::workshop();
    env.update_workshop_client(crate::session::short_tokens());
    users.iter().fold(env, |env, user| env.with_user(user))
}

/// Ends the user's session on the hosted pages.
pub(crate) async fn clear_hosted_session(ctx: &TestContext) -> Result {
    ctx.browser
        .send_devtools_command("Network.clearBrowserCookies", json!({}))
        .await?;
    Ok(())
}

/// Switches to another tab and back.
pub(crate) async fn switch_tabs_and_back(ctx: &TestContext) -> Result {
    let here = ctx.browser.current_tab().await?;
    ctx.browser.open_tab().await?;
    ctx.browser.switch_to(&here).await
}
