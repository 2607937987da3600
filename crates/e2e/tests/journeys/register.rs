//! Creating an account.

use e2e::pages::{HomePage, RegisterPage, Row, TodosPage, VerifyPage};
use e2e::{Journey, Outcome, Person, World, journey};
use local_pool::settings::DEV_CLIENT_ID;
use serde_json::json;

fn asking_for_a_name() -> World {
    World::workshop().configured(|config| config["cognito"]["signUpAttributes"] = json!(["name"]))
}

/// The whole registration. Nothing has to be entered twice.
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

/// The form asks for the attributes that config.js names, and sends them.
#[test]
fn the_attributes_that_config_js_names_are_asked_for_and_sent() {
    let world = World::workshop().configured(|config| {
        config["cognito"]["signUpAttributes"] = json!(["name", "nickname", "phone_number"]);
    });
    journey(world, async |j| {
        RegisterPage::open(&j.browser).await?;
        j.browser
            .fill(RegisterPage::EMAIL, "ann@example.com")
            .await?;
        j.browser.fill(RegisterPage::NAME, "Ann Lee").await?;
        j.browser.fill("Nickname", "Annie").await?;
        j.browser
            .fill(RegisterPage::PASSWORD, "Correct-h0rse")
            .await?;
        j.browser.press(RegisterPage::BUTTON).await?;

        let phone = "Phone number, such as +14325550100";
        j.browser.complaint(phone).await?;
        assert_eq!(j.browser.focused().await?, phone);
        assert_eq!(j.world.telling_requests(), []);

        j.browser.fill(phone, "+14325550100").await?;
        j.browser.press(RegisterPage::BUTTON).await?;
        VerifyPage::shown(&j.browser).await?;
        let calls = j.world.calls();
        assert_eq!(
            calls[0].body,
            json!({
                "ClientId": DEV_CLIENT_ID,
                "Username": "ann@example.com",
                "Password": "Correct-h0rse",
                "UserAttributes": [
                    { "Name": "email", "Value": "ann@example.com" },
                    { "Name": "name", "Value": "Ann Lee" },
                    { "Name": "nickname", "Value": "Annie" },
                    { "Name": "phone_number", "Value": "+14325550100" },
                ],
            })
        );
        Ok(())
    });
}

#[test]
fn a_name_that_is_taken_is_said_beside_its_field() {
    journey(World::workshop().with(&Person::ann()), async |j| {
        j.expect_refusal();
        let register = RegisterPage::open(&j.browser).await?;
        register
            .register(&Person {
                name: None,
                ..Person::ann()
            })
            .await?;
        let complaint = j.browser.complaint(RegisterPage::EMAIL).await?;
        assert!(complaint.contains("already"), "{complaint}");
        j.browser.is_at("/register").await
    });
}

#[test]
fn nothing_is_sent_while_a_field_is_empty() {
    journey(World::workshop(), async |j| {
        RegisterPage::open(&j.browser).await?;
        j.browser.press(RegisterPage::BUTTON).await?;
        j.browser.complaint(RegisterPage::EMAIL).await?;
        assert_eq!(j.browser.focused().await?, RegisterPage::EMAIL);
        j.browser.fill(RegisterPage::EMAIL, "ann").await?;
        j.browser.press(RegisterPage::BUTTON).await?;
        j.browser.complaint(RegisterPage::EMAIL).await?;
        j.browser
            .fill(RegisterPage::EMAIL, "ann@example.com")
            .await?;
        j.browser.press(RegisterPage::BUTTON).await?;
        j.browser.complaint(RegisterPage::PASSWORD).await?;
        assert_eq!(j.browser.focused().await?, RegisterPage::PASSWORD);
        assert_eq!(j.world.telling_requests(), []);
        Ok(())
    });
}

#[test]
fn each_password_rule_is_ticked_off_while_one_types() {
    let world = World::workshop().configured(|config| {
        config["cognito"]["passwordPolicy"] =
            json!({ "minimumLength": 8, "requireLowercase": true, "requireNumbers": true });
    });
    journey(world, async |j| {
        let register = RegisterPage::open(&j.browser).await?;
        let kept = async |typed: &str| -> e2e::Outcome<Vec<bool>> {
            j.browser
                .field(RegisterPage::PASSWORD)
                .await?
                .send_keys(typed)
                .await?;
            Ok(register
                .rules()
                .await?
                .into_iter()
                .map(|(_, kept)| kept)
                .collect())
        };
        let length = "At least 8 characters";
        let rules: Vec<String> = register
            .rules()
            .await?
            .into_iter()
            .map(|(rule, _)| rule)
            .collect();
        assert_eq!(rules.len(), 3);
        assert!(rules.iter().any(|rule| rule == length), "{rules:?}");
        let place = |part: &str| {
            rules
                .iter()
                .position(|rule| rule.contains(part))
                .expect("the rule")
        };
        let (length, letter, digit) = (place(length), place("small letter"), place("digit"));

        let after = kept("A").await?;
        assert_eq!(
            [after[length], after[letter], after[digit]],
            [false, false, false]
        );
        let after = kept("b").await?;
        assert_eq!(
            [after[length], after[letter], after[digit]],
            [false, true, false]
        );
        let after = kept("34").await?;
        assert_eq!(
            [after[length], after[letter], after[digit]],
            [false, true, true]
        );
        let after = kept("5678").await?;
        assert_eq!(
            [after[length], after[letter], after[digit]],
            [true, true, true]
        );
        Ok(())
    });
}

#[test]
fn a_password_that_the_pool_refuses_shows_the_rule_and_keeps_what_was_typed() {
    journey(World::workshop(), async |j| {
        j.expect_refusal();
        let register = RegisterPage::open(&j.browser).await?;
        assert_eq!(register.rules().await?, []);
        j.browser
            .fill(RegisterPage::EMAIL, "ann@example.com")
            .await?;
        j.browser
            .fill(RegisterPage::PASSWORD, "no-digit-Here")
            .await?;
        j.browser.press(RegisterPage::BUTTON).await?;
        j.browser.complaint(RegisterPage::PASSWORD).await?;
        let rules = register.rules().await?;
        assert!(
            matches!(&rules[..], [(rule, false)] if rule.contains("digit")),
            "{rules:?}"
        );
        assert_eq!(
            j.browser.value(RegisterPage::EMAIL).await?,
            "ann@example.com"
        );
        assert_eq!(
            j.browser.value(RegisterPage::PASSWORD).await?,
            "no-digit-Here"
        );

        j.browser
            .field(RegisterPage::PASSWORD)
            .await?
            .send_keys("7")
            .await?;
        j.browser.press(RegisterPage::BUTTON).await?;
        VerifyPage::shown(&j.browser).await?;
        Ok(())
    });
}

/// Registers Ann and waits for the page for the code.
async fn registered(j: &Journey) -> Outcome {
    RegisterPage::open(&j.browser)
        .await?
        .register(&Person::ann())
        .await?;
    VerifyPage::shown(&j.browser).await?;
    Ok(())
}

/// Checks that the form has the values that Ann sent, without the password.
async fn is_as_it_was(j: &Journey) -> Outcome {
    RegisterPage::shown(&j.browser).await?;
    for (label, value) in [
        (RegisterPage::EMAIL, "ann@example.com"),
        (RegisterPage::NAME, "Ann Lee"),
        (RegisterPage::PASSWORD, ""),
    ] {
        assert_eq!(j.browser.value(label).await?, value, "{label}");
    }
    Ok(())
}

#[test]
fn back_from_the_code_finds_the_form_as_it_was() {
    journey(asking_for_a_name(), async |j| {
        j.expect_refusal();
        registered(&j).await?;
        j.browser.driver().back().await?;
        is_as_it_was(&j).await?;
        assert_eq!(j.browser.stored().await?, json!({}));
        // The account exists already, so going back has not changed anything.
        let password = Person::ann().password;
        j.browser.fill(RegisterPage::PASSWORD, &password).await?;
        j.browser.press(RegisterPage::BUTTON).await?;
        let complaint = j.browser.complaint(RegisterPage::EMAIL).await?;
        assert!(complaint.contains("just registered"), "{complaint}");
        Ok(())
    });
}

#[test]
fn a_wrong_address_is_changed_from_the_page_for_the_code() {
    journey(asking_for_a_name(), async |j| {
        registered(&j).await?;
        j.browser.follow("Change it").await?;
        is_as_it_was(&j).await?;
        let right = "ann@example.org";
        j.browser.fill(RegisterPage::EMAIL, right).await?;
        let password = Person::ann().password;
        j.browser.fill(RegisterPage::PASSWORD, &password).await?;
        j.browser.press(RegisterPage::BUTTON).await?;
        let verify = VerifyPage::shown(&j.browser).await?;
        assert_eq!(verify.name().await?, right);
        verify.confirm(&j.world.code_for(right)).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

/// The next user of this page must not see the form's values.
#[test]
fn the_form_is_forgotten_when_registration_is_left() {
    journey(asking_for_a_name(), async |j| {
        registered(&j).await?;
        j.browser.follow("Poolgate").await?;
        HomePage::shown(&j.browser).await?;
        j.browser.follow("Register").await?;
        RegisterPage::shown(&j.browser).await?;
        for label in [RegisterPage::EMAIL, RegisterPage::NAME] {
            assert_eq!(j.browser.value(label).await?, "", "{label}");
        }
        Ok(())
    });
}

/// The page explains in plain words that this pool has no registration.
#[test]
fn a_pool_that_takes_no_registrations_says_so_in_a_plain_sentence() {
    let world = World::workshop();
    world.move_to_pool(json!({
        "UsernameAttributes": ["email"],
        "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true },
    }));
    journey(world, async |j| {
        j.expect_refusal();
        let register = RegisterPage::open(&j.browser).await?;
        register
            .register(&Person {
                name: None,
                ..Person::ann()
            })
            .await?;
        let alert = j.browser.alert().await?;
        assert!(alert.contains("administrator"), "{alert}");
        assert!(
            !alert.contains("Exception") && !alert.contains("SignUp"),
            "{alert}"
        );
        Ok(())
    });
}

/// The user reads the code in the demo inbox in another tab, whose list updates by itself.
#[test]
fn the_code_is_found_in_the_demo_inbox() {
    journey(World::workshop(), async |j| {
        let ann = Person {
            name: None,
            ..Person::ann()
        };
        let driver = j.browser.driver();
        let app = driver.window().await?;
        let inbox = driver.new_tab().await?;
        driver.switch_to_window(inbox.clone()).await?;
        driver
            .goto(format!("{}/inbox", j.world.pool().url()))
            .await?;
        j.browser.says("No messages yet").await?;

        driver.switch_to_window(app.clone()).await?;
        RegisterPage::open(&j.browser).await?.register(&ann).await?;
        VerifyPage::shown(&j.browser).await?;

        driver.switch_to_window(inbox).await?;
        j.browser.says(&j.world.code_for(&ann.email)).await?;
        let code = j.browser.texts("article .code").await?.join("");

        driver.switch_to_window(app).await?;
        VerifyPage::shown(&j.browser).await?.confirm(&code).await?;
        j.browser.shows_page(&HomePage::greeting(&ann.email)).await
    });
}
