//! Account details: the name, the email address and its verification, other attributes.

use e2e::pages::{AccountPage, HomePage, SignInPage};
use e2e::texts::labels::label_in_row;
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use local_pool::settings::DEV_POOL_ID;
use serde_json::json;

use super::{attribute_of_ann, greeting_paragraph, open_account_of_ann, section_rows, verified};
use crate::hosted_sign_in::with_ann;
use crate::network_stub::{StubResponse, remove_stub, stub_response};
use crate::session::refresh_count;
use crate::verification_codes::group_digits;

const NAME: &str = texts::labels::NAME;
const NAME_FIELD: &str = texts::labels::NAME;
const EMAIL: &str = texts::labels::EMAIL;
const NEW_EMAIL: &str = "ann.lee@example.org";

/// A changed name is in the greeting, on the page and in the tokens at once.
#[test]
fn changed_name_appears_in_the_greeting_and_in_the_tokens() {
    run_journey(with_ann(), async |ctx| {
        let page = open_account_of_ann(&ctx).await?;
        page.expect_row(NAME, "Ann Lee").await?;
        page.change_attribute(NAME, NAME_FIELD, " Annabella Lee ")
            .await?;
        page.expect_row(NAME, "Annabella Lee").await?;
        assert_eq!(ctx.browser.focused_label().await?, texts::labels::EDIT);
        assert_eq!(
            attribute_of_ann(&ctx.env, "name").as_deref(),
            Some("Annabella Lee")
        );
        ctx.browser
            .expect_text(&HomePage::greeting("Annabella Lee"))
            .await?;
        let shown_text = section_rows(&ctx, super::TOKEN_SECTION).await?;
        assert!(
            shown_text.contains(&("name".to_owned(), "Annabella Lee".to_owned())),
            "{shown_text:?}"
        );
        assert_eq!(refresh_count(&ctx.env), 1);
        Ok(())
    });
}

/// A user without a name can add one here, and remove it again.
#[test]
fn user_can_add_and_remove_a_name_on_the_account_page() {
    let bob = TestUser::with_email("bob@example.com", None);
    run_journey(TestEnv::workshop().with_user(&bob), async move |ctx| {
        SignInPage::open(&ctx.browser)
            .await?
            .sign_in_as(&bob)
            .await?;
        let greeting = HomePage::greeting("bob@example.com");
        ctx.browser.expect_heading(&greeting).await?;
        let page = AccountPage::open_by_link(&ctx.browser).await?;
        page.expect_row(NAME, texts::account::NOT_SET).await?;
        ctx.browser
            .press(&label_in_row(texts::labels::ADD, NAME))
            .await?;
        ctx.browser.fill(NAME_FIELD, "Bob").await?;
        ctx.browser.press(texts::labels::SAVE).await?;
        ctx.browser.expect_text(&HomePage::greeting("Bob")).await?;
        ctx.browser
            .press(&label_in_row(texts::labels::EDIT, NAME))
            .await?;
        ctx.browser.press(texts::labels::REMOVE).await?;
        page.expect_row(NAME, texts::account::NOT_SET).await?;
        ctx.browser
            .expect_text(&HomePage::greeting("bob@example.com"))
            .await
    });
}

#[test]
fn empty_or_cancelled_attribute_change_sends_no_request() {
    run_journey(with_ann(), async |ctx| {
        let page = open_account_of_ann(&ctx).await?;
        page.change_attribute(NAME, NAME_FIELD, " ").await?;
        assert_eq!(
            ctx.browser.field_error(NAME_FIELD).await?,
            texts::validation::REQUIRED.full_text()
        );
        assert_eq!(ctx.browser.focused_label().await?, NAME_FIELD);
        ctx.browser.press(texts::labels::CANCEL).await?;
        page.expect_row(NAME, "Ann Lee").await?;
        let sent = ctx.env.actions();
        assert!(
            !sent.contains(&"UpdateUserAttributes".to_owned()),
            "{sent:?}"
        );
        Ok(())
    });
}

async fn enter_new_email(ctx: &TestContext, page: &AccountPage<'_>) -> Result {
    page.change_attribute(EMAIL, EMAIL, NEW_EMAIL).await?;
    ctx.browser
        .expect_text(&texts::sign_in::code_emailed(Some("a***@e***")))
        .await
}

/// The pool sends a code to the new address. In this pool, a user signs in with the new address from then on.
#[test]
fn user_can_sign_in_by_a_changed_email_after_its_verification() {
    run_journey(with_ann(), async |ctx| {
        let page = open_account_of_ann(&ctx).await?;
        page.expect_row(EMAIL, &verified("ann@example.com")).await?;
        enter_new_email(&ctx, &page).await?;
        assert_eq!(
            attribute_of_user(&ctx, NEW_EMAIL, "email_verified").as_deref(),
            Some("false")
        );
        ctx.expect_status_400();
        page.enter_code("000000").await?;
        assert_eq!(
            ctx.browser.field_error(AccountPage::CODE).await?,
            texts::errors::WRONG_CODE.full_text()
        );
        page.enter_code(&ctx.env.latest_code(NEW_EMAIL)).await?;
        page.expect_row(EMAIL, &verified("ann.lee@example.org"))
            .await?;
        ctx.browser.press(texts::labels::SIGN_OUT).await?;
        HomePage::expect(&ctx.browser).await?;
        let sign_in = SignInPage::open(&ctx.browser).await?;
        sign_in
            .sign_in(NEW_EMAIL, &TestUser::ann().password)
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("Ann Lee"))
            .await
    });
}

#[test]
fn account_page_accepts_a_code_in_arabic_indic_digits() {
    run_journey(with_ann(), async |ctx| {
        let page = open_account_of_ann(&ctx).await?;
        enter_new_email(&ctx, &page).await?;
        let code = ctx.env.latest_code(NEW_EMAIL);
        page.enter_code(&group_digits(&code, '\u{0660}', " "))
            .await?;
        page.expect_row(EMAIL, &verified("ann.lee@example.org"))
            .await
    });
}

fn attribute_of_user(ctx: &TestContext, username: &str, name: &str) -> Option<String> {
    let user = ctx.env.call_as_operator(
        "AdminGetUser",
        &json!({ "UserPoolId": DEV_POOL_ID, "Username": username }),
    );
    let attributes = user["UserAttributes"].as_array()?;
    let attribute = attributes.iter().find(|found| found["Name"] == name)?;
    attribute["Value"].as_str().map(str::to_owned)
}

/// A user who postpones the code sees that the address is unverified, and can request another code.
#[test]
fn user_can_postpone_the_verification_of_a_changed_email() {
    run_journey(with_ann(), async |ctx| {
        let page = open_account_of_ann(&ctx).await?;
        enter_new_email(&ctx, &page).await?;
        ctx.browser.press(texts::labels::LATER).await?;
        let unconfirmed = &format!("{NEW_EMAIL} · {}", texts::account::UNVERIFIED);
        page.expect_row(EMAIL, unconfirmed).await?;
        ctx.browser.reload().await?;
        page.expect_row(EMAIL, unconfirmed).await?;
        let first = ctx.env.latest_code(NEW_EMAIL);
        ctx.browser
            .press(&label_in_row(texts::account::VERIFY, EMAIL))
            .await?;
        ctx.browser.field(AccountPage::CODE).await?;
        let second = ctx.env.latest_code(NEW_EMAIL);
        assert_ne!(first, second);
        page.enter_code(&second).await?;
        page.expect_row(EMAIL, &verified("ann.lee@example.org"))
            .await
    });
}

/// Cognito's `AttributesRequireVerificationBeforeUpdate`: the old address stays until the new one is verified.
#[test]
fn account_page_shows_the_old_email_until_the_new_is_verified() {
    let env = with_ann();
    env.call_as_operator(
        "UpdateUserPool",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "AutoVerifiedAttributes": ["email"],
            "UserAttributeUpdateSettings": { "AttributesRequireVerificationBeforeUpdate": ["email"] },
        }),
    );
    run_journey(env, async |ctx| {
        let page = open_account_of_ann(&ctx).await?;
        enter_new_email(&ctx, &page).await?;
        assert_eq!(
            attribute_of_ann(&ctx.env, "email").as_deref(),
            Some("ann@example.com")
        );
        page.enter_code(&ctx.env.latest_code(NEW_EMAIL)).await?;
        page.expect_row(EMAIL, &verified("ann.lee@example.org"))
            .await
    });
}

#[test]
fn change_to_the_email_of_another_account_shows_a_field_error() {
    let bob = TestUser::with_email(NEW_EMAIL, None);
    run_journey(with_ann().with_user(&bob), async |ctx| {
        let page = open_account_of_ann(&ctx).await?;
        ctx.expect_status_400();
        page.change_attribute(EMAIL, EMAIL, NEW_EMAIL).await?;
        assert_eq!(
            ctx.browser.field_error(EMAIL).await?,
            texts::account::TAKEN.full_text()
        );
        assert_eq!(ctx.browser.field_value(EMAIL).await?, NEW_EMAIL);
        assert_eq!(ctx.browser.focused_label().await?, EMAIL);
        Ok(())
    });
}

/// Some attributes are immutable in this pool, as in the reference pool `redirect`.
#[test]
fn account_page_explains_that_an_attribute_is_immutable() {
    let env = TestEnv::workshop();
    let (_, client) = env.use_new_pool(json!({
        "UsernameAttributes": ["email"],
        "AutoVerifiedAttributes": ["email"],
        "Schema": [
            { "Name": "email", "AttributeDataType": "String", "Required": true, "Mutable": false },
        ],
    }));
    env.sign_up_by_client(&client, &TestUser::ann(), &[]);
    env.confirm_sign_up(&client, &TestUser::ann());
    run_journey(env, async |ctx| {
        let page = open_account_of_ann(&ctx).await?;
        ctx.expect_status_400();
        page.change_attribute(EMAIL, EMAIL, NEW_EMAIL).await?;
        ctx.browser.expect_error(&texts::account::IMMUTABLE).await
    });
}

#[test]
fn account_page_explains_an_attribute_the_client_cannot_write() {
    let env = with_ann();
    env.update_workshop_client(json!({ "WriteAttributes": ["email"] }));
    run_journey(env, async |ctx| {
        let page = open_account_of_ann(&ctx).await?;
        ctx.expect_status_400();
        page.change_attribute(NAME, NAME_FIELD, "Annabella Lee")
            .await?;
        ctx.browser
            .expect_error(&texts::account::NOT_WRITABLE)
            .await?;
        assert_eq!(refresh_count(&ctx.env), 0);
        Ok(())
    });
}

#[test]
fn user_verifies_a_new_phone_number_by_text_message_code() {
    let env = with_ann();
    env.call_as_operator(
        "UpdateUserPool",
        &json!({ "UserPoolId": DEV_POOL_ID, "AutoVerifiedAttributes": ["email", "phone_number"] }),
    );
    run_journey(env, async |ctx| {
        let number = "+14325550123";
        let page = open_account_of_ann(&ctx).await?;
        ctx.browser
            .press(&label_in_row(
                texts::labels::ADD,
                texts::account::PHONE_NUMBER,
            ))
            .await?;
        let field = texts::account::PHONE_NUMBER_EXAMPLE;
        ctx.browser.fill(field, "0123").await?;
        ctx.expect_status_400();
        ctx.browser.press(texts::labels::SAVE).await?;
        let field_error = ctx.browser.field_error(field).await?;
        assert!(
            field_error.starts_with(&*texts::errors::invalid_value("").text),
            "{field_error}"
        );
        ctx.browser.fill(field, number).await?;
        ctx.browser.press(texts::labels::SAVE).await?;
        ctx.browser
            .expect_text(&texts::sign_in::code_texted(Some("+********0123")))
            .await?;
        page.enter_code(&ctx.env.latest_code(number)).await?;
        page.expect_row(texts::account::PHONE_NUMBER, &verified("+14325550123"))
            .await
    });
}

/// A section whose request fails shows an error. The other sections are there, and a retry loads this one.
#[test]
fn user_can_reload_account_details_that_failed_to_load() {
    run_journey(with_ann(), async |ctx| {
        super::sign_in(&ctx).await?;
        let broken = StubResponse {
            status: 500,
            content_type: "application/x-amz-json-1.1",
            body: r#"{"__type":"InternalErrorException","message":"An internal error has occurred"}"#,
        };
        stub_response(&ctx, "GetUser", broken).await?;
        assert_eq!(
            greeting_paragraph(&ctx).await?,
            HomePage::greeting("Ann Lee")
        );
        assert_eq!(
            ctx.browser.alert_text().await?,
            texts::errors::SERVICE_FAILED.full_text()
        );
        remove_stub(&ctx, "GetUser").await?;
        ctx.browser.press(texts::labels::TRY_AGAIN).await?;
        AccountPage::expect(&ctx.browser)
            .await?
            .expect_row(NAME, "Ann Lee")
            .await?;
        assert_eq!(
            ctx.browser.visible_texts("main [role=alert]").await?,
            [""; 0]
        );
        Ok(())
    });
}

/// The page shows only the attributes that the app client may read.
#[test]
fn account_page_shows_only_attributes_the_client_can_read() {
    let env = with_ann();
    env.update_workshop_client(json!({ "ReadAttributes": ["email"] }));
    run_journey(env, async |ctx| {
        SignInPage::open(&ctx.browser)
            .await?
            .sign_in_as(&TestUser::ann())
            .await?;
        let greeting = HomePage::greeting("ann@example.com");
        ctx.browser.expect_heading(&greeting).await?;
        let page = AccountPage::open_by_link(&ctx.browser).await?;
        page.expect_row(EMAIL, "ann@example.com").await?;
        page.expect_row(NAME, texts::account::NOT_SET).await?;
        Ok(())
    });
}

/// An attribute has at most 2,048 characters. A long one must not make the page scroll sideways.
#[test]
fn account_page_with_long_values_does_not_scroll_sideways() {
    let long = "Wolfeschlegelsteinhausenbergerdorff".repeat(4);
    let ann = TestUser {
        name: Some(long.clone()),
        ..TestUser::ann()
    };
    run_journey(TestEnv::workshop().with_user(&ann), async move |ctx| {
        SignInPage::open(&ctx.browser)
            .await?
            .sign_in_as(&ann)
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting(&long))
            .await?;
        let page = AccountPage::open_by_link(&ctx.browser).await?;
        page.expect_row(NAME, &long).await?;
        ctx.expect_status_400();
        for section in [
            AccountPage::PASSWORD_SECTION,
            AccountPage::FACTORS,
            AccountPage::PASSKEYS,
            AccountPage::DEVICES,
            AccountPage::DELETION,
        ] {
            page.expand_section(section).await?;
        }
        ctx.browser
            .expect_text(&texts::account::NO_DEVICE_TRACKING.full_text())
            .await?;
        ctx.browser.expect_text(texts::account::NO_PASSKEYS).await?;
        for width in [320, 1440] {
            ctx.browser.resize(width, 700).await?;
            let sticks_out = "const page = document.documentElement;
                return [innerWidth, page.scrollWidth - page.clientWidth]";
            let sticks_out = ctx.browser.run_script(sticks_out, vec![]).await?;
            assert_eq!(sticks_out, json!([width, 0]));
        }
        Ok(())
    });
}
