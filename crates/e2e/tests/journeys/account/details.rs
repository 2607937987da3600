//! Account details: the name, the email address and its verification, other attributes.

use e2e::pages::{AccountPage, HomePage, SignInPage};
use e2e::{Journey, Outcome, Person, World, journey};
use local_pool::settings::DEV_POOL_ID;
use serde_json::json;

use super::{anns_account, held_of_ann, lead, part};
use crate::between::{Instead, answer_as_ever, answer_instead};
use crate::codes::grouped;
use crate::hosted::with_ann;
use crate::session::renewals;

const NAME: &str = "Name";
const NAME_FIELD: &str = "Your name";
const EMAIL: &str = "E-mail";
const NEW_ADDRESS: &str = "ann.lee@example.org";

/// A changed name is in the greeting, on the page and in the tokens at once.
#[test]
fn a_changed_name_greets_one_at_once_and_is_what_the_tokens_say() {
    journey(with_ann(), async |j| {
        let page = anns_account(&j).await?;
        page.says_of(NAME, "Ann Lee").await?;
        page.change(NAME, NAME_FIELD, " Annabella Lee ").await?;
        page.says_of(NAME, "Annabella Lee").await?;
        assert_eq!(j.browser.focused().await?, "Change");
        assert_eq!(
            held_of_ann(&j.world, "name").as_deref(),
            Some("Annabella Lee")
        );
        j.browser.says("Greetings Annabella Lee!").await?;
        let told = part(&j, super::TOKEN_SAYS).await?;
        assert!(
            told.contains(&("name".to_owned(), "Annabella Lee".to_owned())),
            "{told:?}"
        );
        assert_eq!(renewals(&j.world), 1);
        Ok(())
    });
}

/// A user without a name can add one here, and remove it again.
#[test]
fn a_missing_name_can_be_added_and_taken_away_again() {
    let bob = Person::by_email("bob@example.com", None);
    journey(World::workshop().with(&bob), async move |j| {
        SignInPage::open(&j.browser).await?.sign_in_as(&bob).await?;
        let greeting = HomePage::greeting("bob@example.com");
        j.browser.shows_page(&greeting).await?;
        let page = AccountPage::follow(&j.browser).await?;
        page.says_of(NAME, "Not set, or this app may not read it")
            .await?;
        j.browser.press("Add: Name").await?;
        j.browser.fill(NAME_FIELD, "Bob").await?;
        j.browser.press("Save").await?;
        j.browser.says("Greetings Bob!").await?;
        j.browser.press("Change: Name").await?;
        j.browser.press("Remove it").await?;
        page.says_of(NAME, "Not set, or this app may not read it")
            .await?;
        j.browser.says("Greetings bob@example.com!").await
    });
}

#[test]
fn nothing_is_sent_for_an_empty_field_or_for_a_change_that_is_left() {
    journey(with_ann(), async |j| {
        let page = anns_account(&j).await?;
        page.change(NAME, NAME_FIELD, " ").await?;
        assert_eq!(
            j.browser.complaint(NAME_FIELD).await?,
            "Please fill this in."
        );
        assert_eq!(j.browser.focused().await?, NAME_FIELD);
        j.browser.press("Leave it as it is").await?;
        page.says_of(NAME, "Ann Lee").await?;
        let sent = j.world.operations();
        assert!(
            !sent.contains(&"UpdateUserAttributes".to_owned()),
            "{sent:?}"
        );
        Ok(())
    });
}

async fn enter_new_address(j: &Journey, page: &AccountPage<'_>) -> Outcome {
    page.change(EMAIL, EMAIL, NEW_ADDRESS).await?;
    j.browser.says("We sent a code to a***@e***.").await
}

/// The pool sends a code to the new address. In this pool, a user signs in with the new address from then on.
#[test]
fn a_new_address_is_confirmed_by_its_code_and_signs_one_in() {
    journey(with_ann(), async |j| {
        let page = anns_account(&j).await?;
        page.says_of(EMAIL, "ann@example.com · confirmed").await?;
        enter_new_address(&j, &page).await?;
        assert_eq!(
            held_of_ann_by(&j, NEW_ADDRESS, "email_verified").as_deref(),
            Some("false")
        );
        j.expect_refusal();
        page.confirm("000000").await?;
        assert_eq!(
            j.browser.complaint(AccountPage::CODE).await?,
            "That is not the code we sent last. Check it, or have a new one sent."
        );
        page.confirm(&j.world.code_for(NEW_ADDRESS)).await?;
        page.says_of(EMAIL, "ann.lee@example.org · confirmed")
            .await?;
        j.browser.press("Sign out").await?;
        HomePage::shown(&j.browser).await?;
        let sign_in = SignInPage::open(&j.browser).await?;
        sign_in
            .sign_in(NEW_ADDRESS, &Person::ann().password)
            .await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
    });
}

#[test]
fn code_of_an_address_is_read_in_other_digits() {
    journey(with_ann(), async |j| {
        let page = anns_account(&j).await?;
        enter_new_address(&j, &page).await?;
        let code = j.world.code_for(NEW_ADDRESS);
        page.confirm(&grouped(&code, '\u{0660}', " ")).await?;
        page.says_of(EMAIL, "ann.lee@example.org · confirmed").await
    });
}

fn held_of_ann_by(j: &Journey, username: &str, name: &str) -> Option<String> {
    let user = j.world.operate(
        "AdminGetUser",
        &json!({ "UserPoolId": DEV_POOL_ID, "Username": username }),
    );
    let attributes = user["UserAttributes"].as_array()?;
    let attribute = attributes.iter().find(|held| held["Name"] == name)?;
    attribute["Value"].as_str().map(str::to_owned)
}

/// A user who postpones the code sees that the address is unverified, and can request another code.
#[test]
fn an_address_that_is_not_confirmed_says_so_and_can_be_confirmed_later() {
    journey(with_ann(), async |j| {
        let page = anns_account(&j).await?;
        enter_new_address(&j, &page).await?;
        j.browser.press("Do it later").await?;
        let unconfirmed = "ann.lee@example.org · not confirmed yet";
        page.says_of(EMAIL, unconfirmed).await?;
        j.browser.reload().await?;
        page.says_of(EMAIL, unconfirmed).await?;
        let first = j.world.code_for(NEW_ADDRESS);
        j.browser.press("Confirm: E-mail").await?;
        j.browser.field(AccountPage::CODE).await?;
        let second = j.world.code_for(NEW_ADDRESS);
        assert_ne!(first, second);
        page.confirm(&second).await?;
        page.says_of(EMAIL, "ann.lee@example.org · confirmed").await
    });
}

/// Cognito's `AttributesRequireVerificationBeforeUpdate`: the old address stays until the new one is verified.
#[test]
fn where_the_pool_asks_for_the_code_first_the_old_address_stays_until_then() {
    let world = with_ann();
    world.operate(
        "UpdateUserPool",
        &json!({
            "UserPoolId": DEV_POOL_ID,
            "AutoVerifiedAttributes": ["email"],
            "UserAttributeUpdateSettings": { "AttributesRequireVerificationBeforeUpdate": ["email"] },
        }),
    );
    journey(world, async |j| {
        let page = anns_account(&j).await?;
        enter_new_address(&j, &page).await?;
        assert_eq!(
            held_of_ann(&j.world, "email").as_deref(),
            Some("ann@example.com")
        );
        page.confirm(&j.world.code_for(NEW_ADDRESS)).await?;
        page.says_of(EMAIL, "ann.lee@example.org · confirmed").await
    });
}

#[test]
fn an_address_that_another_account_has_is_told_beside_the_field_and_stays_typed() {
    let bob = Person::by_email(NEW_ADDRESS, None);
    journey(with_ann().with(&bob), async |j| {
        let page = anns_account(&j).await?;
        j.expect_refusal();
        page.change(EMAIL, EMAIL, NEW_ADDRESS).await?;
        assert_eq!(
            j.browser.complaint(EMAIL).await?,
            "Another account has this already. Enter another, or sign in to that account."
        );
        assert_eq!(j.browser.value(EMAIL).await?, NEW_ADDRESS);
        assert_eq!(j.browser.focused().await?, EMAIL);
        Ok(())
    });
}

/// Some attributes are immutable in this pool, as in the reference pool `redirect`.
#[test]
fn what_the_pool_lets_nobody_change_says_so() {
    let world = World::workshop();
    let (_, client) = world.move_to_pool(json!({
        "UsernameAttributes": ["email"],
        "AutoVerifiedAttributes": ["email"],
        "Schema": [
            { "Name": "email", "AttributeDataType": "String", "Required": true, "Mutable": false },
        ],
    }));
    world.sign_up_with(&client, &Person::ann(), &[]);
    world.confirm_with(&client, &Person::ann());
    journey(world, async |j| {
        let page = anns_account(&j).await?;
        j.expect_refusal();
        page.change(EMAIL, EMAIL, NEW_ADDRESS).await?;
        assert_eq!(
            j.browser.complaint(EMAIL).await?,
            "The user pool lets nobody change this once it is set. If it is wrong, ask the administrator."
        );
        Ok(())
    });
}

#[test]
fn what_the_app_may_not_write_says_so_and_no_token_is_doubted_for_it() {
    let world = with_ann();
    world.update_client(json!({ "WriteAttributes": ["email"] }));
    journey(world, async |j| {
        let page = anns_account(&j).await?;
        j.expect_refusal();
        page.change(NAME, NAME_FIELD, "Annabella Lee").await?;
        assert_eq!(
            j.browser.complaint(NAME_FIELD).await?,
            "The user pool does not let this app change this. Ask the administrator, who can allow the app client to write it."
        );
        assert_eq!(renewals(&j.world), 0);
        Ok(())
    });
}

#[test]
fn a_phone_number_is_confirmed_by_a_text_message() {
    let world = with_ann();
    world.operate(
        "UpdateUserPool",
        &json!({ "UserPoolId": DEV_POOL_ID, "AutoVerifiedAttributes": ["email", "phone_number"] }),
    );
    journey(world, async |j| {
        let number = "+14325550123";
        let page = anns_account(&j).await?;
        j.browser.press("Add: Phone number").await?;
        let field = "Phone number, such as +14325550100";
        j.browser.fill(field, "0123").await?;
        j.expect_refusal();
        j.browser.press("Save").await?;
        let complaint = j.browser.complaint(field).await?;
        assert!(
            complaint.starts_with("The user pool did not accept this: "),
            "{complaint}"
        );
        j.browser.fill(field, number).await?;
        j.browser.press("Save").await?;
        j.browser
            .says("We sent a code by text message to +********0123.")
            .await?;
        page.confirm(&j.world.code_for(number)).await?;
        page.says_of("Phone number", "+14325550123 · confirmed")
            .await
    });
}

/// A section whose request fails shows an error. The other sections are there, and a retry loads this one.
#[test]
fn details_that_cannot_be_had_say_so_and_are_had_at_the_next_try() {
    journey(with_ann(), async |j| {
        super::sign_in(&j).await?;
        let broken = Instead {
            status: 500,
            kind: "application/x-amz-json-1.1",
            body: r#"{"__type":"InternalErrorException","message":"An internal error has occurred"}"#,
        };
        answer_instead(&j, "GetUser", broken).await?;
        assert_eq!(lead(&j).await?, "Greetings Ann Lee!");
        assert_eq!(
            j.browser.alert().await?,
            "The user pool has a problem of its own. Try again in a moment."
        );
        answer_as_ever(&j, "GetUser").await?;
        j.browser.press("Try again").await?;
        AccountPage::shown(&j.browser)
            .await?
            .says_of(NAME, "Ann Lee")
            .await?;
        assert_eq!(j.browser.texts("main [role=alert]").await?, [""; 0]);
        Ok(())
    });
}

/// The page shows only the attributes that the app client may read.
#[test]
fn only_what_the_client_may_read_is_shown() {
    let world = with_ann();
    world.update_client(json!({ "ReadAttributes": ["email"] }));
    journey(world, async |j| {
        SignInPage::open(&j.browser)
            .await?
            .sign_in_as(&Person::ann())
            .await?;
        let greeting = HomePage::greeting("ann@example.com");
        j.browser.shows_page(&greeting).await?;
        let page = AccountPage::follow(&j.browser).await?;
        page.says_of(EMAIL, "ann@example.com").await?;
        page.says_of(NAME, "Not set, or this app may not read it")
            .await?;
        Ok(())
    });
}

/// An attribute has at most 2,048 characters. A long one must not make the page scroll sideways.
#[test]
fn long_values_fit_a_narrow_page_with_every_part_open() {
    let long = "Wolfeschlegelsteinhausenbergerdorff".repeat(4);
    let ann = Person {
        name: Some(long.clone()),
        ..Person::ann()
    };
    journey(World::workshop().with(&ann), async move |j| {
        SignInPage::open(&j.browser).await?.sign_in_as(&ann).await?;
        j.browser.shows_page(&HomePage::greeting(&long)).await?;
        let page = AccountPage::follow(&j.browser).await?;
        page.says_of(NAME, &long).await?;
        j.expect_refusal();
        for part in [
            AccountPage::PASSWORD_PART,
            AccountPage::FACTORS,
            AccountPage::PASSKEYS,
            AccountPage::DEVICES,
            AccountPage::DELETION,
        ] {
            page.unfold(part).await?;
        }
        j.browser
            .says("This user pool does not remember devices.")
            .await?;
        j.browser.says("You have no passkey here yet.").await?;
        for width in [320, 1440] {
            j.browser.resize(width, 700).await?;
            let sticks_out = "const page = document.documentElement;
                return [innerWidth, page.scrollWidth - page.clientWidth]";
            let sticks_out = j.browser.script(sticks_out, vec![]).await?;
            assert_eq!(sticks_out, json!([width, 0]));
        }
        Ok(())
    });
}
