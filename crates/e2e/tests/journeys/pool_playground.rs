//! The reference pool `playground`: passwords of six characters, the custom flow, the code and implicit grants, and
//! callback URLs on paths of their own.

use e2e::pages::{ForgotPage, HomePage, RegisterPage, SignInPage, VerifyPage};
use e2e::{Journey, Outcome, Person, World, journey};
use local_pool::presets::PoolPreset;
use serde_json::json;

use crate::hosted::{TOKEN, asked, go_to_hosted_page, history};
use crate::parameters::Parameters;
use crate::session::kept;
use crate::sign_out::{leave, leave_hosted};
use crate::todos::{finds_todo, first_todos};
use crate::tokens::claims;

/// Six letters, which the other reference pools refuse.
const PASSWORD: &str = "secret";
const NEW: &str = "654321";

fn ann() -> Person {
    Person {
        password: PASSWORD.to_owned(),
        ..Person::by_email("ann@example.com", None)
    }
}

/// Signs out after a hosted sign-in, by way of the app's own sign-out path.
async fn leave_there(j: &Journey) -> Outcome {
    const PATH: &str = "/oauth/cognito/logout";
    leave_hosted(j, &format!("{}{PATH}", j.world.url())).await?;
    j.browser.is_at(PATH).await
}

/// All flows of a user of this pool, with both sign-in methods: registration, to-dos, sign-out, a new password.
#[test]
fn a_player_needs_six_letters_and_comes_back_on_the_apps_own_path() {
    journey(World::of(PoolPreset::Playground), async |j| {
        let page = RegisterPage::open(&j.browser).await?;
        assert_eq!(
            page.rules().await?,
            [("At least 6 characters".to_owned(), false)]
        );
        let hasty = Person {
            password: "short".to_owned(),
            ..ann()
        };
        page.register(&hasty).await?;
        j.browser.complaint(RegisterPage::PASSWORD).await?;
        assert_eq!(j.world.operations(), [""; 0]);
        page.register(&ann()).await?;
        let verify = VerifyPage::shown(&j.browser).await?;
        verify.confirm(&j.world.code_for("ann@example.com")).await?;
        j.browser
            .shows_page(&HomePage::greeting("ann@example.com"))
            .await?;
        // Cognito: one hour, given in minutes.
        for token in ["idToken", "accessToken"] {
            let claims = claims(&kept(&j, token).await?);
            let moment = |name: &str| claims[name].as_u64().ok_or("a moment");
            assert_eq!(moment("exp")? - moment("iat")?, 3_600, "{token}");
        }

        first_todos(&j, &["Play"]).await?;
        leave(&j).await?;

        let forgot = ForgotPage::open(&j.browser).await?;
        forgot.ask("ann@example.com").await?;
        j.browser.field(ForgotPage::CODE).await?;
        forgot
            .set(&j.world.code_for("ann@example.com"), NEW)
            .await?;
        let sign_in = SignInPage::shown(&j.browser).await?;
        sign_in.sign_in("ann@example.com", NEW).await?;
        j.browser
            .shows_page(&HomePage::greeting("ann@example.com"))
            .await?;
        leave(&j).await?;

        SignInPage::open(&j.browser).await?;
        let form = go_to_hosted_page(&j).await?;
        let asked = asked(&j.world);
        let asked = Parameters::of_query(&asked);
        assert_eq!(asked.one("response_type"), "code");
        assert_eq!(
            asked.one("redirect_uri"),
            format!("{}/oauth/cognito", j.world.url())
        );
        let mut scopes: Vec<&str> = asked.one("scope").split(' ').collect();
        scopes.sort_unstable();
        assert_eq!(scopes, ["email", "openid"]);
        form.sign_in("ann@example.com", NEW).await?;
        j.browser
            .shows_page(&HomePage::greeting("ann@example.com"))
            .await?;
        finds_todo(&j, "Play").await?;
        leave_there(&j).await
    });
}

/// The pool allows the implicit grant, and only config.js turns it on.
#[test]
fn the_implicit_grant_works_when_config_js_says_so_and_warns() {
    let world = World::of(PoolPreset::Playground).with(&ann());
    let world = world.configured(|config| config["cognito"]["responseType"] = json!("token"));
    journey(world, async |j| {
        SignInPage::open(&j.browser).await?;
        let warning = j.browser.alert().await?;
        assert!(warning.contains("implicit grant"), "{warning}");
        let form = go_to_hosted_page(&j).await?;
        assert_eq!(
            Parameters::of_query(&asked(&j.world)).one("response_type"),
            "token"
        );
        form.sign_in_as(&ann()).await?;
        j.browser
            .shows_page(&HomePage::greeting("ann@example.com"))
            .await?;
        let history = history(&j).await?;
        assert!(!history.contains("_token="), "{history}");
        assert_eq!(j.world.requests_to(TOKEN), []);
        leave_there(&j).await
    });
}

/// `CUSTOM_AUTH`, which this pool allows: the pool's own challenge replaces the password.
#[test]
fn the_custom_flow_asks_the_pools_own_question() {
    let world = World::of(PoolPreset::Playground).with(&ann());
    let world = world.configured(|config| config["cognito"]["authFlow"] = json!("CUSTOM_AUTH"));
    journey(world, async |j| {
        SignInPage::open(&j.browser).await?;
        j.browser.fill(SignInPage::NAME, "ann@example.com").await?;
        j.browser.press("Continue").await?;
        j.browser.shows_page("One more question").await?;
        j.browser.says("sky").await?;
        j.browser.fill("Your answer", "blue").await?;
        j.browser.press("Continue").await?;
        j.browser
            .shows_page(&HomePage::greeting("ann@example.com"))
            .await?;
        assert_eq!(j.world.calls()[0].body["AuthFlow"], "CUSTOM_AUTH");
        Ok(())
    });
}

/// This app client does not allow the password flow.
#[test]
fn the_password_flow_is_off_here() {
    let world = World::of(PoolPreset::Playground).with(&ann());
    let world =
        world.configured(|config| config["cognito"]["authFlow"] = json!("USER_PASSWORD_AUTH"));
    journey(world, async |j| {
        j.expect_refusal();
        SignInPage::open(&j.browser)
            .await?
            .sign_in_as(&ann())
            .await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("ALLOW_USER_PASSWORD_AUTH is off"), "{alert}");
        Ok(())
    });
}
