//! Signing out of all devices.

use e2e::pages::{HomePage, SignInPage};
use e2e::{Browser, Person, journey};
use serde_json::json;

use crate::doors::{Door, NIGHT, with_short_tokens};
use crate::session::{ended, kept};
use crate::sign_out::{GOODBYE, SIGN_OUT, home_says, world};

const EVERYWHERE: &str = "Sign out on every device";

#[test]
fn signing_out_everywhere_ends_the_sessions_of_other_browsers_too() {
    for door in Door::BOTH {
        let world = with_short_tokens(&[Person::ann()]).configured(|config| {
            config["cognito"]["scopes"] = json!(["openid", "aws.cognito.signin.user.admin"]);
        });
        journey(world, async move |j| {
            let other = Browser::start(j.world.url()).await?;
            let page = SignInPage::open(&other).await?;
            page.sign_in_as(&Person::ann()).await?;
            other.shows_page(&HomePage::greeting("Ann Lee")).await?;

            door.sign_in(&j, &Person::ann()).await?;
            j.browser.follow("Account").await?;
            j.browser
                .says("may be accepted by APIs until it expires")
                .await?;
            j.browser.press(EVERYWHERE).await?;
            home_says(&j, GOODBYE).await?;
            assert_eq!(j.browser.stored().await?, json!({}));
            assert!(j.world.operations().contains(&"GlobalSignOut".to_owned()));
            if door == Door::Hosted {
                assert_eq!(j.world.requests_to("/logout").len(), 1);
            }

            j.world.let_time_pass(NIGHT);
            other.move_clock(NIGHT).await?;
            other.reload().await?;
            HomePage::shown(&other).await?;
            assert_eq!(
                other.status().await?,
                "Your session has ended. Sign in to go on."
            );
            assert_eq!(other.stored().await?, ended("expired"));
            other.quit().await
        });
    }
}

/// After a hosted sign-in, this needs the scope `aws.cognito.signin.user.admin`.
#[test]
fn without_the_scope_signing_out_everywhere_says_what_is_missing() {
    let world = world().configured(|config| config["cognito"]["scopes"] = json!(["openid"]));
    journey(world, async |j| {
        Door::Hosted.sign_in(&j, &Person::ann()).await?;
        j.browser.open("/account").await?;
        j.browser.press(EVERYWHERE).await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("aws.cognito.signin.user.admin"), "{alert}");
        assert!(!j.world.operations().contains(&"GlobalSignOut".to_owned()));
        kept(&j, "refreshToken").await?;
        j.browser.button(SIGN_OUT).await?;
        Ok(())
    });
}
