//! Making an account.

use e2e::pages::{HomePage, RegisterPage, Row, TodosPage, VerifyPage};
use e2e::{Person, World, journey};
use serde_json::json;

fn asking_for_a_name() -> World {
    World::workshop().configured(|config| config["cognito"]["signUpAttributes"] = json!(["name"]))
}

/// M5, P8, M9, M26, M28: the whole way, with nothing typed twice.
#[test]
fn a_newcomer_registers_enters_the_code_and_writes_a_to_do() {
    journey(asking_for_a_name(), async |j| {
        let ann = Person::ann();
        HomePage::open(&j.browser).await?.make_an_account().await?;
        RegisterPage::shown(&j.browser)
            .await?
            .register(&ann)
            .await?;

        let verify = VerifyPage::shown(&j.browser).await?;
        assert_eq!(verify.name().await?, ann.email);
        verify.confirm(&j.world.code_for(&ann.email)).await?;

        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        assert_eq!(
            j.world.operations(),
            [
                "SignUp",
                "ConfirmSignUp",
                "InitiateAuth",
                "RespondToAuthChallenge"
            ]
        );

        j.expect_console("currentUser");
        j.browser.follow("To-dos").await?;
        let todos = TodosPage::shown(&j.browser).await?;
        todos.add("Buy milk").await?;
        todos.lists(&[Row::open("Buy milk")]).await
    });
}
