//! The reference pool `workshop`: the email address is the username, codes come by email, four keys are enough.

use e2e::pages::{ForgotPage, HomePage, RegisterPage, SignInPage, VerifyPage};
use e2e::{Person, World, journey};
use local_pool::presets::PoolPreset;

use crate::doors::Door;
use crate::session::kept;
use crate::sign_out::leave;
use crate::todos::{finds_todo, first_todos};

const NEW: &str = "Battery-5taple";

/// All flows of a user, with both sign-in methods: registration, to-dos, sign-out, a new password.
#[test]
fn a_guest_registers_works_forgets_the_password_and_comes_again_by_either_door() {
    let world = World::of(PoolPreset::Workshop);
    let config = world.config();
    let mut keys: Vec<&String> = config["cognito"]
        .as_object()
        .map(|members| members.keys().collect())
        .unwrap_or_default();
    keys.sort();
    // The keys of the workshops without `invokeUrl`, which is in another section, and the URL of the local pool.
    assert_eq!(
        keys,
        ["endpoint", "region", "userPoolClientId", "userPoolId"]
    );
    journey(world, async |j| {
        let ann = Person::by_email("ann@example.com", None);
        let page = RegisterPage::open(&j.browser).await?;
        page.register(&ann).await?;
        let verify = VerifyPage::shown(&j.browser).await?;
        verify.confirm(&j.world.code_for(&ann.email)).await?;
        j.browser
            .shows_page(&HomePage::greeting(&ann.email))
            .await?;

        first_todos(&j, &["Buy milk"]).await?;
        // The unchanged ID token, which a JWT authorizer without scopes accepts.
        let id = kept(&j, "idToken").await?;
        let requests = j.world.requests();
        let api = requests
            .iter()
            .filter(|request| request.path.starts_with("/api/"));
        let sent: Vec<_> = api.map(|request| request.authorization.clone()).collect();
        assert_eq!(sent, vec![Some(id); 4]);
        leave(&j).await?;

        let forgot = ForgotPage::open(&j.browser).await?;
        forgot.ask(&ann.email).await?;
        j.browser.field(ForgotPage::CODE).await?;
        forgot.set(&j.world.code_for(&ann.email), NEW).await?;
        let sign_in = SignInPage::shown(&j.browser).await?;
        j.expect_refusal();
        sign_in.sign_in_as(&ann).await?;
        j.browser.alert().await?;

        let ann = Person {
            password: NEW.to_owned(),
            ..ann
        };
        for door in Door::BOTH {
            door.sign_in(&j, &ann).await?;
            finds_todo(&j, "Buy milk").await?;
            leave(&j).await?;
        }
        Ok(())
    });
}
