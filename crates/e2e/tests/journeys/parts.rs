//! Chunks: WebAssembly that is fetched when it is needed, and what the app shows if a chunk cannot be loaded.

use e2e::pages::{HomePage, RegisterPage, SignInPage};
use e2e::site::BuiltFile;
use e2e::{Journey, Outcome, Person, World, journey};

use crate::challenges::{CODE, ENTER_CODE, GO_ON, PHONE, with_phone};

/// The heading of a page whose chunk cannot be loaded.
const INCOMPLETE: &str = "Not loaded completely";

fn with_ann() -> World {
    World::workshop().with(&Person::ann())
}

/// The WebAssembly files that were requested so far.
fn fetched(j: &Journey) -> Vec<String> {
    let mut files = j.world.files();
    files.retain(|name| name.ends_with(".wasm"));
    files
}

/// The number of requests for files with this text in their name.
fn times_fetched(j: &Journey, named: &str) -> usize {
    let files = fetched(j);
    files.iter().filter(|name| name.contains(named)).count()
}

/// Waits until all files of a chunk are there. The script that loads chunks lists them.
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

/// Expects the messages of the browser and the page on the console about a file that cannot be loaded.
fn expect_a_missing_file(j: &Journey) {
    j.expect_console(".wasm");
    j.expect_console("/chunk-loader-");
}

/// A sign-in with a password waits for no chunk. After it, the app fetches the chunk that the user needs next.
#[test]
fn signing_in_by_a_password_fetches_no_part_and_being_in_what_comes_next() {
    journey(with_ann(), async |j| {
        let page = SignInPage::open(&j.browser).await?;
        page.sign_in_as(&Person::ann()).await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        has(&j, "account_chunk").await?;
        let fetched = fetched(&j);
        assert!(fetched[0].starts_with("poolgate-"), "{fetched:?}");
        for part in ["split_challenge_chunk", "split_sign_up_chunk"] {
            assert_eq!(times_fetched(&j, part), 0, "{fetched:?}");
        }
        Ok(())
    });
}

/// The start page fetches the chunk for new users before they need it, also if they came from another page.
#[test]
fn the_start_page_fetches_what_newcomers_need() {
    journey(World::workshop(), async |j| {
        SignInPage::open(&j.browser).await?;
        assert_eq!(fetched(&j).len(), 1);
        j.browser.follow("Poolgate").await?;
        HomePage::shown(&j.browser).await?;
        has(&j, "sign_up_chunk").await
    });
}

/// A chunk that cannot be loaded has a page that says so, and another attempt loads it. The faults are a missing file,
/// a missing file whose 404 the browser caches, and a file that was changed on the way. In the last case only a file
/// that several chunks share is missing.
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
                // The files that were loaded are not fetched again.
                assert_eq!(times_fetched(&j, "split_sign_up_chunk"), 1);
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
        // A user who goes to another page stays there when the chunk arrives.
        j.browser.follow("Sign in").await?;
        SignInPage::shown(&j.browser).await?;
        j.world.set_wasm(BuiltFile::Whole);
        has(&j, "sign_up_chunk").await?;
        SignInPage::shown(&j.browser).await?;
        j.browser.follow("Register").await?;
        RegisterPage::shown(&j.browser).await?;
        assert_eq!(times_fetched(&j, "split_sign_up_chunk"), 1);
        Ok(())
    });
}

/// The challenge stays open until its chunk is there.
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

/// The pages for a signed-in user are fetched before the network is lost.
#[test]
fn without_a_network_the_pages_of_who_is_signed_in_are_there() {
    journey(with_ann(), async |j| {
        j.expect_console("ERR_INTERNET_DISCONNECTED");
        SignInPage::open(&j.browser)
            .await?
            .sign_in_as(&Person::ann())
            .await?;
        j.browser.shows_page(&HomePage::greeting("Ann Lee")).await?;
        has(&j, "account_chunk").await?;
        j.browser.set_offline(true).await?;
        j.browser.follow("Account").await?;
        j.browser.shows_page("Your account").await
    });
}
