//! The greeting and the account page: claims of the ID token, and the attributes that the pool returns.

pub(crate) mod authenticator;
mod delete_account;
mod details;
mod devices;
mod passkeys;
mod password;
mod request_errors;
mod second_factor;

use e2e::pages::{AccountPage, HomePage, SignInPage};
use e2e::{Result, TestContext, TestEnv, TestUser, run_journey, texts};
use local_pool::settings::DEV_POOL_ID;
use serde_json::{Value, json};

use crate::hosted_sign_in::{TOKEN, open_hosted_page, sign_in_hosted, with_ann};
use crate::network_stub::{StubResponse, stub_response_in_new_documents};
use crate::session::sign_in;
use crate::tokens::{claims, stored_member};

const USER_INFO: &str = "/oauth2/userInfo";
const USER_INFO_REQUEST: &str = "GET /oauth2/userInfo";

/// The heading of the section with the claims of the ID token.
const TOKEN_SECTION: &str = texts::account::ID_TOKEN;
const USER_INFO_SECTION: &str = texts::account::USER_INFO;

/// Opens the account page by the app's link.
async fn open_account(ctx: &TestContext) -> Result<AccountPage<'_>> {
    AccountPage::open_by_link(&ctx.browser).await
}

/// Signs Ann in and opens her account page.
async fn open_account_of_ann(ctx: &TestContext) -> Result<AccountPage<'_>> {
    sign_in(ctx).await?;
    open_account(ctx).await
}

/// Returns the text of the row for a verified email address or phone number.
fn verified(address: &str) -> String {
    format!("{address} · {}", texts::account::VERIFIED)
}

/// Returns the value of one attribute of Ann in the pool, as an operator sees it (Cognito: AdminGetUser).
fn attribute_of_ann(env: &TestEnv, name: &str) -> Option<String> {
    let user = env.call_as_operator(
        "AdminGetUser",
        &json!({ "UserPoolId": DEV_POOL_ID, "Username": TestUser::ann().username }),
    );
    let attributes = user["UserAttributes"].as_array()?;
    let attribute = attributes.iter().find(|found| found["Name"] == name)?;
    attribute["Value"].as_str().map(str::to_owned)
}

/// Returns the rows of the section with this heading: names and values, or sentences with empty values.
async fn section_rows(ctx: &TestContext, heading: &str) -> Result<Vec<(String, String)>> {
    const PART: &str = "const part = [...document.querySelectorAll('main section')]
            .find((section) => section.querySelector('h2').innerText === arguments[0]);
        const rows = [...part.querySelectorAll('dt')]
            .map((name) => [name.innerText, name.nextElementSibling.firstChild.textContent]);
        const words = [...part.querySelectorAll('p:not(details p)')].map((line) => [line.innerText, '']);
        return rows.length ? rows : words";
    let settled = async || {
        let rows: Vec<(String, String)> =
            serde_json::from_value(ctx.browser.run_script(PART, vec![json!(heading)]).await?)?;
        Ok((!rows.iter().any(|(name, _)| name == texts::labels::LOADING)).then_some(rows))
    };
    ctx.browser
        .wait_for(&format!("the content under “{heading}”"), settled)
        .await
}

/// Returns the only sentence of a section that has no rows.
async fn section_text(ctx: &TestContext, heading: &str) -> Result<String> {
    match &section_rows(ctx, heading).await?[..] {
        [(text, nothing)] if nothing.is_empty() => Ok(text.clone()),
        other => Err(format!("{other:?} is not a text").into()),
    }
}

fn with_scopes(env: TestEnv, scopes: &[&str]) -> TestEnv {
    let scopes = json!(scopes);
    env.with_config(|config| config["cognito"]["scopes"] = scopes)
}

/// After a hosted sign-in, the account page shows what userInfo returns and what the ID token contains.
#[test]
fn hosted_sign_in_shows_user_info_on_the_account_page() {
    run_journey(
        with_scopes(with_ann(), &["openid", "email", "profile"]),
        async |ctx| {
            sign_in_hosted(&ctx).await?;
            open_account(&ctx).await?;
            // Ann's attributes in the pool (Cognito: AdminGetUser), and her username.
            let found = ctx.env.call_as_operator(
                "AdminGetUser",
                &json!({ "UserPoolId": DEV_POOL_ID, "Username": TestUser::ann().username }),
            );
            let attributes = found["UserAttributes"].as_array().into_iter().flatten();
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let mut expected: Vec<(String, String)> = attributes
                .map(|attribute| (text(&attribute["Name"]), text(&attribute["Value"])))
                .chain([("username".to_owned(), text(&found["Username"]))])
                .collect();
            expected.sort();
            let mut shown = section_rows(&ctx, USER_INFO_SECTION).await?;
            shown.sort();
            assert_eq!(shown, expected);

            // userInfo was requested once, with the access token.
            let requested = ctx.env.requests_to(USER_INFO);
            let access = stored_member(&ctx.browser.stored_items().await?, "accessToken")
                .ok_or("an access token")?;
            let authorizations: Vec<Option<String>> = requested
                .into_iter()
                .map(|request| request.authorization)
                .collect();
            assert_eq!(authorizations, [Some(format!("Bearer {access}"))]);

            // The section of the ID token shows its claims.
            let id = stored_member(&ctx.browser.stored_items().await?, "idToken")
                .ok_or("an ID token")?;
            let claims = claims(&id);
            let mut expected: Vec<(String, String)> = claims
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, value)| match value {
                    Value::String(text) => (name.clone(), text.clone()),
                    other => (name.clone(), other.to_string()),
                })
                .collect();
            expected.sort();
            let mut shown = section_rows(&ctx, TOKEN_SECTION).await?;
            shown.sort();
            assert_eq!(shown, expected);
            Ok(())
        },
    );
}

/// userInfo needs the scope `openid`, which a direct sign-in does not have. The page explains that.
#[test]
fn account_page_explains_missing_user_info_after_direct_sign_in() {
    run_journey(with_ann(), async |ctx| {
        sign_in(&ctx).await?;
        open_account(&ctx).await?;
        assert_eq!(
            section_text(&ctx, USER_INFO_SECTION).await?,
            texts::account::USER_INFO_NO_SCOPE.full_text()
        );
        assert_eq!(ctx.env.requests_to(USER_INFO), []);
        let shown = section_rows(&ctx, TOKEN_SECTION).await?;
        assert!(
            shown.contains(&("email".to_owned(), "ann@example.com".to_owned())),
            "{shown:?}"
        );
        Ok(())
    });
}

fn json_response(status: u16, body: &'static str) -> StubResponse {
    StubResponse {
        status,
        content_type: "application/json;charset=UTF-8",
        body,
    }
}

/// OIDC Core §5.3.4: a userInfo response with another `sub` must not be used.
#[test]
fn account_page_does_not_show_user_info_of_another_user() {
    run_journey(with_ann(), async |ctx| {
        let of_eve = json_response(
            200,
            r#"{"sub":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11","email":"eve@example.org"}"#,
        );
        stub_response_in_new_documents(&ctx, USER_INFO_REQUEST, of_eve).await?;
        sign_in_hosted(&ctx).await?;
        open_account(&ctx).await?;
        assert_eq!(
            section_text(&ctx, USER_INFO_SECTION).await?,
            texts::account::USER_INFO_INVALID.full_text()
        );
        assert!(!ctx.browser.page_text().await?.contains("eve@"));
        Ok(())
    });
}

/// A 401 from userInfo causes one refresh and one retry.
#[test]
fn token_rejected_by_the_user_info_endpoint_is_refreshed_once() {
    run_journey(with_ann(), async |ctx| {
        stub_response_in_new_documents(
            &ctx,
            USER_INFO_REQUEST,
            json_response(401, r#"{"error":"invalid_token"}"#),
        )
        .await?;
        sign_in_hosted(&ctx).await?;
        open_account(&ctx).await?;
        assert_eq!(
            section_text(&ctx, USER_INFO_SECTION).await?,
            texts::account::user_info_refused(401).full_text()
        );
        let requested = format!("return window.networkStub.rules['{USER_INFO_REQUEST}'].received");
        assert_eq!(ctx.browser.run_script(&requested, vec![]).await?, json!(2));
        // One request for the authorization code, one refresh.
        assert_eq!(ctx.env.requests_to(TOKEN).len(), 2);
        Ok(())
    });
}

#[test]
fn account_page_works_if_the_user_info_endpoint_is_unreachable() {
    run_journey(with_ann(), async |ctx| {
        sign_in_hosted(&ctx).await?;
        ctx.browser.block_requests("*/oauth2/userInfo").await?;
        open_account(&ctx).await?;
        let text = section_text(&ctx, USER_INFO_SECTION).await?;
        assert_eq!(text, texts::errors::UNREACHABLE.full_text());
        let shown = section_rows(&ctx, TOKEN_SECTION).await?;
        assert!(
            shown.contains(&("name".to_owned(), "Ann Lee".to_owned())),
            "{shown:?}"
        );
        Ok(())
    });
}

/// Returns the lead paragraph of the account page, which contains the greeting.
async fn greeting_paragraph(ctx: &TestContext) -> Result<String> {
    open_account(ctx).await?;
    Ok(ctx.browser.visible_texts("main .lead").await?.concat())
}

/// Checks the greeting on the account page. If the user has no name, also checks the reason in the details for the
/// administrator.
async fn shows_greeting(ctx: &TestContext, name: &str, reason: Option<&str>) -> Result {
    const REASONS: [&str; 2] = [texts::account::NO_NAME, texts::account::NAME_NOT_REQUESTED];
    assert_eq!(greeting_paragraph(ctx).await?, HomePage::greeting(name));
    let mut details = ctx.browser.administrator_details().await?;
    details.retain(|text| REASONS.contains(&text.as_str()));
    let expected: Vec<&str> = reason.into_iter().collect();
    assert_eq!(details, expected);
    Ok(())
}

/// A user with a name is greeted by name, and the page gives no explanation.
#[test]
fn user_with_a_name_is_greeted_by_name() {
    run_journey(with_ann(), async |ctx| {
        sign_in(&ctx).await?;
        shows_greeting(&ctx, "Ann Lee", None).await
    });
}

/// A user without a name is greeted by email address, and the page explains the missing name.
#[test]
fn user_without_name_is_greeted_by_email_and_told_why() {
    let bob = TestUser::with_email("bob@example.com", None);
    run_journey(TestEnv::workshop().with_user(&bob), async move |ctx| {
        SignInPage::open(&ctx.browser)
            .await?
            .sign_in_as(&bob)
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("bob@example.com"))
            .await?;
        let reason = Some(texts::account::NO_NAME);
        shows_greeting(&ctx, "bob@example.com", reason).await
    });
}

/// After a hosted sign-in without the scope `profile` the ID token has no name.
#[test]
fn account_page_explains_that_a_missing_scope_hides_the_name() {
    run_journey(with_scopes(with_ann(), &["openid", "email"]), async |ctx| {
        SignInPage::open(&ctx.browser).await?;
        let form = open_hosted_page(&ctx).await?;
        form.sign_in_as(&TestUser::ann()).await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("ann@example.com"))
            .await?;
        let reason = Some(texts::account::NAME_NOT_REQUESTED);
        shows_greeting(&ctx, "ann@example.com", reason).await
    });
}

/// The ID token has no name if the app client may not read the attribute `name`.
#[test]
fn account_page_explains_that_app_client_cannot_read_the_name() {
    let env = with_ann();
    env.update_workshop_client(json!({ "ReadAttributes": ["email", "email_verified"] }));
    run_journey(env, async |ctx| {
        SignInPage::open(&ctx.browser)
            .await?
            .sign_in_as(&TestUser::ann())
            .await?;
        ctx.browser
            .expect_heading(&HomePage::greeting("ann@example.com"))
            .await?;
        let reason = Some(texts::account::NO_NAME);
        shows_greeting(&ctx, "ann@example.com", reason).await
    });
}
