//! Both sign-in methods, for tests that must hold with either.

use std::time::Duration;

use e2e::pages::{HomePage, HostedLoginPage, SignInPage};
use e2e::{Journey, Outcome, Person, World};
use serde_json::json;

use crate::hosted::TOKEN;

/// The sign-in method of a session. Refresh and sign-out use the same method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    /// Poolgate's own page and the user-pool API.
    Direct,
    /// The pool's hosted pages and the token endpoint.
    Hosted,
}

impl Door {
    pub(crate) const BOTH: [Self; 2] = [Self::Direct, Self::Hosted];

    /// Signs a user in and waits for the greeting.
    pub(crate) async fn sign_in(self, j: &Journey, person: &Person) -> Outcome {
        let page = SignInPage::open(&j.browser).await?;
        match self {
            Self::Direct => page.sign_in_as(person).await?,
            Self::Hosted => {
                j.browser.press(SignInPage::HOSTED).await?;
                let form = HostedLoginPage::shown(&j.browser).await?;
                form.sign_in_as(person).await?;
            }
        }
        let name = person.name.as_deref().unwrap_or(&person.email);
        j.browser.shows_page(&HomePage::greeting(name)).await
    }

    /// The refresh request, in the notation of `between`.
    pub(crate) const fn renewal(self) -> &'static str {
        match self {
            Self::Direct => "GetTokensFromRefreshToken",
            Self::Hosted => "POST /oauth2/token",
        }
    }

    /// The number of refresh requests of this method. Those of the other method do not count.
    pub(crate) fn renewals(self, world: &World) -> usize {
        match self {
            Self::Direct => crate::session::renewals(world),
            Self::Hosted => world
                .requests_to(TOKEN)
                .iter()
                .filter(|request| request.body.contains("grant_type=refresh_token"))
                .count(),
        }
    }

    /// Waits until there were this many refresh requests.
    pub(crate) async fn has_renewed(self, j: &Journey, times: usize) -> Outcome {
        j.browser
            .until(&format!("{times} renewals"), async || {
                Ok(self.renewals(&j.world) == times)
            })
            .await
    }
}

/// A time after which ID and access tokens of five minutes have expired.
pub(crate) const NIGHT: Duration = Duration::from_secs(6 * 60);

/// The development pool with these users, hosted pages, and ID and access tokens of five minutes.
pub(crate) fn with_short_tokens(people: &[Person]) -> World {
    let world = World::workshop();
    world.update_client(crate::session::short_tokens());
    people
        .iter()
        .fold(world, |world, person| world.with(person))
}

/// Ends the user's session on the hosted pages.
pub(crate) async fn forget_hosted_session(j: &Journey) -> Outcome {
    j.browser
        .devtools("Network.clearBrowserCookies", json!({}))
        .await?;
    Ok(())
}

/// Switches to another tab and back.
pub(crate) async fn away_and_back(j: &Journey) -> Outcome {
    let here = j.browser.tab().await?;
    j.browser.open_tab().await?;
    j.browser.look_at(&here).await
}
