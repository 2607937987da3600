//! The greeting and the account page: claims of the ID token, and the attributes that the pool returns.

pub(crate) mod authenticator;
mod deletion;
mod details;
mod devices;
mod passkeys;
mod password;
mod second_factor;
mod trouble;

use e2e::pages::{AccountPage, HomePage, SignInPage};
use e2e::{Journey, Outcome, Person, World, journey};
use local_pool::settings::DEV_POOL_ID;
use serde_json::{Value, json};

use crate::between::{Instead, answer_instead_from_the_start};
use crate::hosted::{TOKEN, go_to_hosted_page, sign_in_hosted, with_ann};
use crate::session::sign_in;
use crate::tokens::{claims, member};

const USER_INFO: &str = "/oauth2/userInfo";
const ASK: &str = "GET /oauth2/userInfo";

/// The headings of two sections of the account page.
const TOKEN_SAYS: &str = "Your ID token says";
const POOL_SAYS: &str = "The user pool says (userInfo)";

/// Opens the account page by the app's link.
async fn open_account(j: &Journey) -> Outcome<AccountPage<'_>> {
    AccountPage::follow(&j.browser).await
}

/// Signs Ann in and opens her account page.
async fn anns_account(j: &Journey) -> Outcome<AccountPage<'_>> {
    sign_in(j).await?;
    open_account(j).await
}

/// The value of this attribute of Ann in the pool (Cognito: AdminGetUser).
fn held_of_ann(world: &World, name: &str) -> Option<String> {
    let user = world.operate(
        "AdminGetUser",
        &json!({ "UserPoolId": DEV_POOL_ID, "Username": Person::ann().username }),
    );
    let attributes = user["UserAttributes"].as_array()?;
    let attribute = attributes.iter().find(|held| held["Name"] == name)?;
    attribute["Value"].as_str().map(str::to_owned)
}

/// The rows of the section with this heading: names and values, or sentences with empty values.
async fn part(j: &Journey, heading: &str) -> Outcome<Vec<(String, String)>> {
    const PART: &str = "const part = [...document.querySelectorAll('main section')]
            .find((section) => section.querySelector('h2').innerText === arguments[0]);
        const rows = [...part.querySelectorAll('dt')]
            .map((name) => [name.innerText, name.nextElementSibling.firstChild.textContent]);
        const words = [...part.querySelectorAll('p')].map((line) => [line.innerText, '']);
        return rows.length ? rows : words";
    let settled = async || {
        let part: Vec<(String, String)> =
            serde_json::from_value(j.browser.script(PART, vec![json!(heading)]).await?)?;
        Ok((!part.iter().any(|(name, _)| name == "Asking…")).then_some(part))
    };
    j.browser
        .some(&format!("what stands under “{heading}”"), settled)
        .await
}

/// The only sentence of a section that has no rows.
async fn sentence(j: &Journey, heading: &str) -> Outcome<String> {
    match &part(j, heading).await?[..] {
        [(words, nothing)] if nothing.is_empty() => Ok(words.clone()),
        other => Err(format!("{other:?} is no sentence").into()),
    }
}

fn with_scopes(world: World, scopes: &[&str]) -> World {
    let scopes = json!(scopes);
    world.configured(|config| config["cognito"]["scopes"] = scopes)
}

/// After a hosted sign-in, the account page shows what userInfo returns and what the ID token contains.
#[test]
fn after_a_hosted_sign_in_the_account_page_shows_what_the_pool_itself_says() {
    journey(
        with_scopes(with_ann(), &["openid", "email", "profile"]),
        async |j| {
            sign_in_hosted(&j).await?;
            open_account(&j).await?;
            // Ann's attributes in the pool (Cognito: AdminGetUser), and her username.
            let held = j.world.operate(
                "AdminGetUser",
                &json!({ "UserPoolId": DEV_POOL_ID, "Username": Person::ann().username }),
            );
            let attributes = held["UserAttributes"].as_array().into_iter().flatten();
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let mut expected: Vec<(String, String)> = attributes
                .map(|attribute| (text(&attribute["Name"]), text(&attribute["Value"])))
                .chain([("username".to_owned(), text(&held["Username"]))])
                .collect();
            expected.sort();
            let mut shown = part(&j, POOL_SAYS).await?;
            shown.sort();
            assert_eq!(shown, expected);

            // userInfo was requested once, with the access token.
            let asked = j.world.requests_to(USER_INFO);
            let access =
                member(&j.browser.stored().await?, "accessToken").ok_or("an access token")?;
            let authorizations: Vec<Option<String>> = asked
                .into_iter()
                .map(|request| request.authorization)
                .collect();
            assert_eq!(authorizations, [Some(format!("Bearer {access}"))]);

            // The section of the ID token shows its claims.
            let id = member(&j.browser.stored().await?, "idToken").ok_or("an ID token")?;
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
            let mut shown = part(&j, TOKEN_SAYS).await?;
            shown.sort();
            assert_eq!(shown, expected);
            Ok(())
        },
    );
}

/// userInfo needs the scope `openid`, which a direct sign-in does not have. The page explains that.
#[test]
fn after_a_direct_sign_in_the_account_page_says_why_the_pool_is_not_asked() {
    journey(with_ann(), async |j| {
        sign_in(&j).await?;
        open_account(&j).await?;
        assert_eq!(
            sentence(&j, POOL_SAYS).await?,
            "It only answers for sign-ins on the hosted page that asked for the scope “openid”. You signed in here, so all there is stands above."
        );
        assert_eq!(j.world.requests_to(USER_INFO), []);
        let shown = part(&j, TOKEN_SAYS).await?;
        assert!(
            shown.contains(&("email".to_owned(), "ann@example.com".to_owned())),
            "{shown:?}"
        );
        Ok(())
    });
}

fn answer(status: u16, body: &'static str) -> Instead {
    Instead {
        status,
        kind: "application/json;charset=UTF-8",
        body,
    }
}

/// OIDC Core §5.3.4: a userInfo response with another `sub` must not be used.
#[test]
fn what_userinfo_says_of_somebody_else_is_not_shown() {
    journey(with_ann(), async |j| {
        let of_eve = answer(
            200,
            r#"{"sub":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11","email":"eve@example.org"}"#,
        );
        answer_instead_from_the_start(&j, ASK, of_eve).await?;
        sign_in_hosted(&j).await?;
        open_account(&j).await?;
        assert_eq!(
            sentence(&j, POOL_SAYS).await?,
            "What it answered does not belong to you, or makes no sense, so it is not shown. Tell the administrator."
        );
        assert!(!j.browser.text().await?.contains("eve@"));
        Ok(())
    });
}

/// A 401 from userInfo causes one refresh and one retry.
#[test]
fn a_token_that_userinfo_does_not_take_is_renewed_once() {
    journey(with_ann(), async |j| {
        answer_instead_from_the_start(&j, ASK, answer(401, r#"{"error":"invalid_token"}"#)).await?;
        sign_in_hosted(&j).await?;
        open_account(&j).await?;
        assert_eq!(
            sentence(&j, POOL_SAYS).await?,
            "It did not accept your token (401). Sign out and in again; if it goes on, tell the administrator."
        );
        let asked = format!("return window.between.rules['{ASK}'].come");
        assert_eq!(j.browser.script(&asked, vec![]).await?, json!(2));
        // One request for the authorization code, one refresh.
        assert_eq!(j.world.requests_to(TOKEN).len(), 2);
        Ok(())
    });
}

#[test]
fn a_userinfo_that_cannot_be_reached_says_so_and_the_rest_of_the_page_is_there() {
    journey(with_ann(), async |j| {
        sign_in_hosted(&j).await?;
        j.browser.block("*/oauth2/userInfo").await?;
        open_account(&j).await?;
        let says = sentence(&j, POOL_SAYS).await?;
        assert!(says.contains("could not be reached"), "{says}");
        let shown = part(&j, TOKEN_SAYS).await?;
        assert!(
            shown.contains(&("name".to_owned(), "Ann Lee".to_owned())),
            "{shown:?}"
        );
        Ok(())
    });
}

/// The lead paragraph of the account page, which contains the greeting.
async fn lead(j: &Journey) -> Outcome<String> {
    open_account(j).await?;
    Ok(j.browser.texts("main .lead").await?.concat())
}

const NAME_NOT_ASKED_FOR: &str = "(The ID token has no name: this sign-in on the hosted page did not ask for the scope “profile”. An administrator can add it to “scopes” in config.js.)";
const NO_NAME: &str = "(The ID token has no name: the user pool does not know it, or this app client may not read the attribute “name”.)";

/// A user with a name is greeted by name, and the page gives no explanation.
#[test]
fn who_has_a_name_is_greeted_by_it_and_no_reason_is_needed() {
    journey(with_ann(), async |j| {
        sign_in(&j).await?;
        assert_eq!(lead(&j).await?, "Greetings Ann Lee!");
        Ok(())
    });
}

/// A user without a name is greeted by email address, and the page explains the missing name.
#[test]
fn who_has_no_name_is_greeted_by_their_address_and_told_why() {
    let bob = Person::by_email("bob@example.com", None);
    journey(World::workshop().with(&bob), async move |j| {
        SignInPage::open(&j.browser).await?.sign_in_as(&bob).await?;
        j.browser
            .shows_page(&HomePage::greeting("bob@example.com"))
            .await?;
        assert_eq!(
            lead(&j).await?,
            format!("Greetings bob@example.com! {NO_NAME}")
        );
        Ok(())
    });
}

/// After a hosted sign-in without the scope `profile` the ID token has no name.
#[test]
fn a_name_that_the_scopes_leave_out_is_explained() {
    journey(with_scopes(with_ann(), &["openid", "email"]), async |j| {
        SignInPage::open(&j.browser).await?;
        let form = go_to_hosted_page(&j).await?;
        form.sign_in_as(&Person::ann()).await?;
        j.browser
            .shows_page(&HomePage::greeting("ann@example.com"))
            .await?;
        assert_eq!(
            lead(&j).await?,
            format!("Greetings ann@example.com! {NAME_NOT_ASKED_FOR}")
        );
        Ok(())
    });
}

/// The ID token has no name if the app client may not read the attribute `name`.
#[test]
fn a_name_that_the_client_may_not_read_is_explained() {
    let world = with_ann();
    world.update_client(json!({ "ReadAttributes": ["email", "email_verified"] }));
    journey(world, async |j| {
        SignInPage::open(&j.browser)
            .await?
            .sign_in_as(&Person::ann())
            .await?;
        j.browser
            .shows_page(&HomePage::greeting("ann@example.com"))
            .await?;
        assert_eq!(
            lead(&j).await?,
            format!("Greetings ann@example.com! {NO_NAME}")
        );
        Ok(())
    });
}
