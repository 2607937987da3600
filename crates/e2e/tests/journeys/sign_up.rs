//! Creating an account.

use e2e::pages::{HomePage, RegisterPage, TodoRow, TodosPage, VerifyPage};
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use local_pool::settings::DEV_CLIENT_ID;
use serde_json::json;

fn with_required_name() -> TestEnv {
    TestEnv::workshop()
        .with_config(|config| config["cognito"]["signUpAttributes"] = json!(["name"]))
}

/// The whole registration. Nothing has to be entered twice.
#[test]
fn new_user_confirms_the_account_and_adds_a_todo() {
    run_journey(with_required_name(), async |ctx| {
        let ann = TestUser::ann();
        HomePage::open(&ctx.browser)
            .await?
            .follow_create_account_link()
            .await?;
        RegisterPage::expect(&ctx.browser)
            .await?
            .register(&ann)
            .await?;

        let verify = VerifyPage::expect(&ctx.browser).await?;
        assert_eq!(verify.username_value().await?, ann.email);
        verify
            .confirm_account(&ctx.env.latest_code(&ann.email))
            .await?;

        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await?;
        assert_eq!(
            ctx.env.actions(),
            [
                "SignUp",
                "ConfirmSignUp",
                "InitiateAuth",
                "RespondToAuthChallenge"
            ]
        );

        ctx.expect_console("currentUser");
        ctx.browser.follow_link(texts::labels::TODOS).await?;
        let todos = TodosPage::expect(&ctx.browser).await?;
        todos.add_todo("Buy milk").await?;
        todos.expect_rows(&[TodoRow::unchecked("Buy milk")]).await
    });
}

/// The form asks for the attributes that config.js names, and sends them.
#[test]
fn sign_up_form_asks_for_and_sends_attributes_of_config_js() {
    let env = TestEnv::workshop().with_config(|config| {
        config["cognito"]["signUpAttributes"] = json!(["name", "nickname", "phone_number"]);
    });
    run_journey(env, async |ctx| {
        RegisterPage::open(&ctx.browser).await?;
        ctx.browser
            .fill(RegisterPage::EMAIL, "ann@example.com")
            .await?;
        ctx.browser.fill(RegisterPage::NAME, "Ann Lee").await?;
        ctx.browser.fill(texts::account::NICKNAME, "Annie").await?;
        ctx.browser
            .fill(RegisterPage::PASSWORD, "Correct-h0rse")
            .await?;
        ctx.browser.press(RegisterPage::BUTTON).await?;

        let phone = texts::account::PHONE_NUMBER_EXAMPLE;
        ctx.browser.field_error(phone).await?;
        assert_eq!(ctx.browser.focused_label().await?, phone);
        assert_eq!(ctx.env.requests_that_may_contain_user_data(), []);

        ctx.browser.fill(phone, "+14325550100").await?;
        ctx.browser.press(RegisterPage::BUTTON).await?;
        VerifyPage::expect(&ctx.browser).await?;
        let calls = ctx.env.pool_calls();
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
fn sign_up_with_a_taken_username_shows_a_field_error() {
    run_journey(
        TestEnv::workshop().with_user(&TestUser::ann()),
        async |ctx| {
            ctx.expect_status_400();
            let register = RegisterPage::open(&ctx.browser).await?;
            register
                .register(&TestUser {
                    name: None,
                    ..TestUser::ann()
                })
                .await?;
            let field_error = ctx.browser.field_error(RegisterPage::EMAIL).await?;
            assert_eq!(field_error, texts::errors::ACCOUNT_EXISTS.full_text());
            ctx.browser.expect_address("/register").await
        },
    );
}

#[test]
fn sign_up_form_with_an_empty_field_sends_no_request() {
    run_journey(TestEnv::workshop(), async |ctx| {
        RegisterPage::open(&ctx.browser).await?;
        ctx.browser.press(RegisterPage::BUTTON).await?;
        ctx.browser.field_error(RegisterPage::EMAIL).await?;
        assert_eq!(ctx.browser.focused_label().await?, RegisterPage::EMAIL);
        ctx.browser.fill(RegisterPage::EMAIL, "ann").await?;
        ctx.browser.press(RegisterPage::BUTTON).await?;
        ctx.browser.field_error(RegisterPage::EMAIL).await?;
        ctx.browser
            .fill(RegisterPage::EMAIL, "ann@example.com")
            .await?;
        ctx.browser.press(RegisterPage::BUTTON).await?;
        ctx.browser.field_error(RegisterPage::PASSWORD).await?;
        assert_eq!(ctx.browser.focused_label().await?, RegisterPage::PASSWORD);
        assert_eq!(ctx.env.requests_that_may_contain_user_data(), []);
        Ok(())
    });
}

#[test]
fn sign_up_form_checks_password_rules_while_the_user_types() {
    let env = TestEnv::workshop().with_config(|config| {
        config["cognito"]["passwordPolicy"] =
            json!({ "minimumLength": 8, "requireLowercase": true, "requireNumbers": true });
    });
    run_journey(env, async |ctx| {
        let register = RegisterPage::open(&ctx.browser).await?;
        let met = async |typed: &str| -> e2e::Result<Vec<bool>> {
            ctx.browser
                .field(RegisterPage::PASSWORD)
                .await?
                .send_keys(typed)
                .await?;
            Ok(register
                .password_rules()
                .await?
                .into_iter()
                .map(|(_, met)| met)
                .collect())
        };
        let length = &texts::validation::minimum_length(8);
        let rules: Vec<String> = register
            .password_rules()
            .await?
            .into_iter()
            .map(|(rule, _)| rule)
            .collect();
        assert_eq!(rules.len(), 3);
        assert!(rules.iter().any(|rule| rule == length), "{rules:?}");
        let place = |rule_text: &str| {
            rules
                .iter()
                .position(|rule| rule.contains(rule_text))
                .expect("the rule")
        };
        let (length, letter, digit) = (
            place(length),
            place(texts::validation::LOWERCASE),
            place(texts::validation::NUMBER),
        );

        let after = met("A").await?;
        assert_eq!(
            [after[length], after[letter], after[digit]],
            [false, false, false]
        );
        let after = met("b").await?;
        assert_eq!(
            [after[length], after[letter], after[digit]],
            [false, true, false]
        );
        let after = met("34").await?;
        assert_eq!(
            [after[length], after[letter], after[digit]],
            [false, true, true]
        );
        let after = met("5678").await?;
        assert_eq!(
            [after[length], after[letter], after[digit]],
            [true, true, true]
        );
        Ok(())
    });
}

#[test]
fn password_rejected_by_the_pool_shows_the_rule_and_keeps_input() {
    run_journey(TestEnv::workshop(), async |ctx| {
        ctx.expect_status_400();
        let register = RegisterPage::open(&ctx.browser).await?;
        assert_eq!(register.password_rules().await?, []);
        ctx.browser
            .fill(RegisterPage::EMAIL, "ann@example.com")
            .await?;
        ctx.browser
            .fill(RegisterPage::PASSWORD, "no-digit-Here")
            .await?;
        ctx.browser.press(RegisterPage::BUTTON).await?;
        ctx.browser.field_error(RegisterPage::PASSWORD).await?;
        let rules = register.password_rules().await?;
        assert!(
            matches!(&rules[..], [(rule, false)] if rule == texts::validation::NUMBER),
            "{rules:?}"
        );
        assert_eq!(
            ctx.browser.field_value(RegisterPage::EMAIL).await?,
            "ann@example.com"
        );
        assert_eq!(
            ctx.browser.field_value(RegisterPage::PASSWORD).await?,
            "no-digit-Here"
        );

        ctx.browser
            .field(RegisterPage::PASSWORD)
            .await?
            .send_keys("7")
            .await?;
        ctx.browser.press(RegisterPage::BUTTON).await?;
        VerifyPage::expect(&ctx.browser).await?;
        Ok(())
    });
}

/// Registers Ann and waits for the page for the code.
async fn register_ann(ctx: &TestContext) -> Result {
    RegisterPage::open(&ctx.browser)
        .await?
        .register(&TestUser::ann())
        .await?;
    VerifyPage::expect(&ctx.browser).await?;
    Ok(())
}

/// Checks that the form has the values that Ann sent, without the password.
async fn expect_form_unchanged(ctx: &TestContext) -> Result {
    RegisterPage::expect(&ctx.browser).await?;
    for (label, value) in [
        (RegisterPage::EMAIL, "ann@example.com"),
        (RegisterPage::NAME, "Ann Lee"),
        (RegisterPage::PASSWORD, ""),
    ] {
        assert_eq!(ctx.browser.field_value(label).await?, value, "{label}");
    }
    Ok(())
}

#[test]
fn back_from_the_code_page_restores_the_sign_up_form() {
    run_journey(with_required_name(), async |ctx| {
        ctx.expect_status_400();
        register_ann(&ctx).await?;
        ctx.browser.driver().back().await?;
        expect_form_unchanged(&ctx).await?;
        assert_eq!(ctx.browser.stored_items().await?, json!({}));
        // The account exists already, so going back has not changed anything.
        let password = TestUser::ann().password;
        ctx.browser.fill(RegisterPage::PASSWORD, &password).await?;
        ctx.browser.press(RegisterPage::BUTTON).await?;
        let field_error = ctx.browser.field_error(RegisterPage::EMAIL).await?;
        assert_eq!(field_error, texts::register::JUST_CREATED.full_text());
        Ok(())
    });
}

#[test]
fn user_can_correct_a_mistyped_email_from_the_code_page() {
    run_journey(with_required_name(), async |ctx| {
        register_ann(&ctx).await?;
        ctx.browser
            .follow_link(texts::register::CHANGE_ADDRESS)
            .await?;
        expect_form_unchanged(&ctx).await?;
        let right = "ann@example.org";
        ctx.browser.fill(RegisterPage::EMAIL, right).await?;
        let password = TestUser::ann().password;
        ctx.browser.fill(RegisterPage::PASSWORD, &password).await?;
        ctx.browser.press(RegisterPage::BUTTON).await?;
        let verify = VerifyPage::expect(&ctx.browser).await?;
        assert_eq!(verify.username_value().await?, right);
        verify.confirm_account(&ctx.env.latest_code(right)).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

/// The next user of this page must not see the form's values.
#[test]
fn sign_up_form_is_cleared_when_the_user_leaves_the_page() {
    run_journey(with_required_name(), async |ctx| {
        register_ann(&ctx).await?;
        ctx.browser.follow_link("Poolgate").await?;
        HomePage::expect(&ctx.browser).await?;
        ctx.browser
            .follow_link(texts::labels::CREATE_ACCOUNT)
            .await?;
        RegisterPage::expect(&ctx.browser).await?;
        for label in [RegisterPage::EMAIL, RegisterPage::NAME] {
            assert_eq!(ctx.browser.field_value(label).await?, "", "{label}");
        }
        Ok(())
    });
}

/// The page explains in plain words that this pool has no registration.
#[test]
fn sign_up_page_explains_that_the_pool_allows_no_sign_up() {
    let env = TestEnv::workshop();
    env.use_new_pool(json!({
        "UsernameAttributes": ["email"],
        "AdminCreateUserConfig": { "AllowAdminCreateUserOnly": true },
    }));
    run_journey(env, async |ctx| {
        ctx.expect_status_400();
        let register = RegisterPage::open(&ctx.browser).await?;
        register
            .register(&TestUser {
                name: None,
                ..TestUser::ann()
            })
            .await?;
        ctx.browser
            .expect_error(&texts::register::BY_INVITATION)
            .await
    });
}

/// The user reads the code in the demo inbox in another tab, whose list updates by itself.
#[test]
fn sign_up_code_is_visible_in_the_inbox_of_the_local_pool() {
    run_journey(TestEnv::workshop(), async |ctx| {
        let ann = TestUser {
            name: None,
            ..TestUser::ann()
        };
        let driver = ctx.browser.driver();
        let app = driver.window().await?;
        let inbox = driver.new_tab().await?;
        driver.switch_to_window(inbox.clone()).await?;
        driver
            .goto(format!("{}/inbox", ctx.env.pool().url()))
            .await?;
        ctx.browser.expect_text("No messages yet").await?;

        driver.switch_to_window(app.clone()).await?;
        RegisterPage::open(&ctx.browser)
            .await?
            .register(&ann)
            .await?;
        VerifyPage::expect(&ctx.browser).await?;

        driver.switch_to_window(inbox).await?;
        ctx.browser
            .expect_text(&ctx.env.latest_code(&ann.email))
            .await?;
        let code = ctx.browser.visible_texts("article .code").await?.join("");

        driver.switch_to_window(app).await?;
        VerifyPage::expect(&ctx.browser)
            .await?
            .confirm_account(&code)
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting(&ann.email))
            .await
    });
}
