//! Parts of the app that are fetched when they are needed, and what happens where they do not come.

use e2e::pages::{HomePage, RegisterPage, SignInPage};
use e2e::site::BuiltFile;
use e2e::{Journey, Outcome, Person, World, journey};

use crate::challenges::{CODE, ENTER_CODE, GO_ON, PHONE, with_phone};

/// In place of a page that lacks its part.
const INCOMPLETE: &str = "Not loaded completely";

fn with_ann() -> World {
    World::workshop().with(&Person::ann())
}

/// The WebAssembly that was asked for so far.
fn fetched(j: &Journey) -> Vec<String> {
    let mut files = j.world.files();
    files.retain(|name| name.ends_with(".wasm"));
    files
}

/// How often a file with this in its name was asked for.
fn times_fetched(j: &Journey, named: &str) -> usize {
    let files = fetched(j);
    files.iter().filter(|name| name.contains(named)).count()
}

/// Waits until all of a part is there: the script for the parts says which files that are.
pub(crate) async fn has(j: &Journey, part: &str) -> Outcome {
    const FILES: &str = "const [part] = arguments;
        const script = document.querySelectorAll('link[rel=modulepreload]')[1].href;
        return fetch(script).then((answer) => answer.text()).then((text) => {
            const [line] = text.split('\\n').filter((line) => line.includes(`_load_${part} =`));
            const here = performance.getEntriesByType('resource').map(({ name }) => name.split('/').pop());
            return line.match(/[^']+\\.wasm/g).every((file) => here.includes(file));
        })";
    let is_here = async || {
        let all = j.browser.script(FILES, vec![part.into()]).await?;
        Ok(all == true)
    };
    j.browser.until(&format!("the part {part}"), is_here).await
}

/// What the browser and the page say on the console of a file that did not come.
fn expect_a_missing_file(j: &Journey) {
    j.expect_console(".wasm");
    j.expect_console("/chunk-loader-");
}

/// B16: what most people never see costs nobody the time to sign in.
#[test]
fn signing_in_by_a_password_fetches_no_part_and_being_in_what_comes_next() {
    journey(with_ann(), async |j| {
        let page = SignInPage::open(&j.browser).await?;
        page.sign_in_as(&Person::ann()).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        has(&j, "own").await?;
        let fetched = fetched(&j);
        assert!(fetched[0].starts_with("poolgate-"), "{fetched:?}");
        for part in ["split_challenges", "split_newcomers"] {
            assert_eq!(times_fetched(&j, part), 0, "{fetched:?}");
        }
        Ok(())
    });
}

/// A page before it was pressed for, whichever way one came to the start page.
#[test]
fn the_start_page_fetches_what_newcomers_need() {
    journey(World::workshop(), async |j| {
        SignInPage::open(&j.browser).await?;
        assert_eq!(fetched(&j).len(), 1);
        j.browser.follow("Poolgate").await?;
        HomePage::shown(&j.browser).await?;
        has(&j, "newcomers").await
    });
}

/// A host that lacks a file or keeps its absence, a deployment that has taken it away, one who changed it on the way; and
/// the same of what a part shares with others alone.
#[test]
fn a_page_whose_part_does_not_come_says_so_and_comes_when_it_is_tried_again() {
    for (named, fault) in [
        (".wasm", BuiltFile::Missing),
        (".wasm", BuiltFile::MissingForAYear),
        (".wasm", BuiltFile::Damaged),
        ("chunk_", BuiltFile::Missing),
    ] {
        journey(World::workshop(), async move |j| {
            expect_a_missing_file(&j);
            SignInPage::open(&j.browser).await?;
            j.world.set_built(named, fault);
            j.browser.follow("Make an account").await?;
            j.browser.shows_page(INCOMPLETE).await?;
            j.browser
                .says("A part of this page did not come. Try again")
                .await?;
            j.browser.press("Try again").await?;
            j.browser.shows_page(INCOMPLETE).await?;
            j.world.set_wasm(BuiltFile::Whole);
            j.browser.press("Try again").await?;
            RegisterPage::shown(&j.browser).await?;
            if named == "chunk_" {
                // What came whole is not fetched again.
                assert_eq!(times_fetched(&j, "split_newcomers"), 1);
            }
            Ok(())
        });
    }
}

#[test]
fn a_part_that_takes_its_time_is_waited_for() {
    journey(World::workshop(), async |j| {
        SignInPage::open(&j.browser).await?;
        j.world.set_wasm(BuiltFile::Half);
        j.browser.follow("Make an account").await?;
        j.browser.says("This page is on its way.").await?;
        j.browser.shows_page("One moment…").await?;
        // Whoever goes elsewhere meanwhile stays there.
        j.browser.follow("Sign in").await?;
        SignInPage::shown(&j.browser).await?;
        j.world.set_wasm(BuiltFile::Whole);
        has(&j, "newcomers").await?;
        SignInPage::shown(&j.browser).await?;
        j.browser.follow("Register").await?;
        RegisterPage::shown(&j.browser).await?;
        assert_eq!(times_fetched(&j, "split_newcomers"), 1);
        Ok(())
    });
}

/// B3: the pool's question stays open meanwhile.
#[test]
fn a_question_whose_part_does_not_come_is_answered_when_it_does() {
    journey(with_phone(), async |j| {
        expect_a_missing_file(&j);
        let page = SignInPage::open(&j.browser).await?;
        j.world.set_wasm(BuiltFile::Missing);
        page.sign_in_as(&Person::ann()).await?;
        j.browser.shows_page(INCOMPLETE).await?;
        j.world.set_wasm(BuiltFile::Whole);
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
        has(&j, "own").await?;
        j.browser.set_offline(true).await?;
        j.browser.follow("Account").await?;
        j.browser.shows_page("Your account").await
    });
}
