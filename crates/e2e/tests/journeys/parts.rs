//! Parts of the app that are fetched when they are first needed, and what happens where they do not come.

use e2e::pages::{HomePage, RegisterPage, SignInPage};
use e2e::site::WasmFile;
use e2e::{Journey, Outcome, Person, World, journey};

use crate::challenges::{CODE, ENTER_CODE, GO_ON, PHONE, with_phone};

/// In place of a page that lacks its part.
const INCOMPLETE: &str = "Not loaded completely";

fn with_ann() -> World {
    World::workshop().with(&Person::ann())
}

/// The parts that this document has fetched, by their names.
async fn fetched(j: &Journey) -> Outcome<Vec<String>> {
    const FETCHED: &str = "return performance.getEntriesByType('resource')
        .map(({ name }) => /split_([a-z]+)-/.exec(name)?.[1]).filter(Boolean).sort()";
    let parts = j.browser.script(FETCHED, vec![]).await?;
    Ok(serde_json::from_value(parts)?)
}

/// What the browser and the page say on the console of a file that did not come.
fn expect_a_missing_file(j: &Journey) {
    j.expect_console(".wasm");
    j.expect_console("/parts-");
}

/// B16: what most people never see costs nobody the time to sign in.
#[test]
fn the_sign_in_page_fetches_no_part_and_signing_in_what_comes_next() {
    journey(with_ann(), async |j| {
        let page = SignInPage::open(&j.browser).await?;
        assert_eq!(fetched(&j).await?, [""; 0]);
        page.sign_in_as(&Person::ann()).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        let both = async || Ok(fetched(&j).await? == ["challenges", "own"]);
        j.browser.until("the parts for who signs in", both).await
    });
}

/// A network that is away, a host that keeps the absence of a file, a deployment that has taken the file away, and one
/// who changed it on the way.
#[test]
fn a_page_whose_part_does_not_come_says_so_and_comes_when_it_is_tried_again() {
    for fault in [
        WasmFile::Missing,
        WasmFile::MissingForAYear,
        WasmFile::Damaged,
    ] {
        journey(World::workshop(), async move |j| {
            expect_a_missing_file(&j);
            SignInPage::open(&j.browser).await?;
            j.world.set_wasm(fault);
            j.browser.follow("Make an account").await?;
            j.browser.shows_page(INCOMPLETE).await?;
            j.browser
                .says("Check your connection, then try again")
                .await?;
            j.browser.press("Try again").await?;
            j.browser.shows_page(INCOMPLETE).await?;
            j.world.set_wasm(WasmFile::Whole);
            j.browser.press("Try again").await?;
            RegisterPage::shown(&j.browser).await?;
            Ok(())
        });
    }
}

#[test]
fn a_part_that_takes_its_time_is_waited_for() {
    journey(World::workshop(), async |j| {
        SignInPage::open(&j.browser).await?;
        j.world.set_wasm(WasmFile::Half);
        j.browser.follow("Make an account").await?;
        j.browser.says("One moment…").await?;
        j.world.set_wasm(WasmFile::Whole);
        RegisterPage::shown(&j.browser).await?;
        Ok(())
    });
}

/// B3: the pool's question stays open meanwhile.
#[test]
fn a_question_whose_part_does_not_come_is_answered_when_it_does() {
    journey(with_phone(), async |j| {
        expect_a_missing_file(&j);
        let page = SignInPage::open(&j.browser).await?;
        j.world.set_wasm(WasmFile::Missing);
        page.sign_in_as(&Person::ann()).await?;
        j.browser.shows_page(INCOMPLETE).await?;
        j.world.set_wasm(WasmFile::Whole);
        j.browser.press("Try again").await?;
        j.browser.shows_page(ENTER_CODE).await?;
        j.browser.fill(CODE, &j.world.code_for(PHONE)).await?;
        j.browser.press(GO_ON).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        let begun = j.world.operations();
        let begun = begun.iter().filter(|name| *name == "InitiateAuth");
        assert_eq!(begun.count(), 1);
        Ok(())
    });
}

/// B13: the pages of who is here are there before the network goes.
#[test]
fn without_a_network_the_pages_of_who_is_signed_in_are_there() {
    journey(with_ann(), async |j| {
        j.expect_console("ERR_INTERNET_DISCONNECTED");
        SignInPage::open(&j.browser)
            .await?
            .sign_in_as(&Person::ann())
            .await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        let own = async || Ok(fetched(&j).await?.contains(&"own".to_owned()));
        j.browser.until("the part for who is here", own).await?;
        j.browser.set_offline(true).await?;
        j.browser.follow("Account").await?;
        j.browser.shows_page("Your account").await
    });
}
