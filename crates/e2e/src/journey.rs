//! Runs an end-to-end test with a test environment and a browser, and checks the browser's console at the end.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::fs;
use std::panic::{self, Location};
use std::path::PathBuf;
use std::rc::Rc;

use tokio::sync::Semaphore;
use tokio::task::LocalSet;

use crate::browser::{Browser, ConsoleEntry};
use crate::{Result, TestEnv, paths};

/// The permits for open browsers: two at a time. More browsers make the tests slower.
static BROWSER_PERMITS: Semaphore = Semaphore::const_new(2);

/// The test environment and the browser that an end-to-end test gets.
#[derive(Clone)]
pub struct TestContext {
    /// The user pool, the host of the app and the users.
    pub env: Rc<TestEnv>,
    /// The browser in which the test runs.
    pub browser: Browser,
    expected: Rc<RefCell<Vec<String>>>,
}

impl TestContext {
    /// Says that the test expects an error with this text on the console. Chromium logs each response with a status of
    /// 400 or more, and each failed request. Every error that no test expects fails the test, and so does an expected
    /// error that does not appear.
    pub fn expect_console(&self, text: &str) {
        self.expected.borrow_mut().push(text.to_owned());
    }

    /// Says that the test expects the console error that Chromium logs for an error of the user-pool API (status 400).
    pub fn expect_status_400(&self) {
        self.expect_console("status of 400");
    }

    /// Returns the unexpected errors on the console, and the expected ones that are missing.
    fn find_console_mismatches(&self, console: &[ConsoleEntry]) -> Vec<String> {
        let expected = self.expected.borrow();
        let errors: Vec<&ConsoleEntry> = console
            .iter()
            .filter(|entry| entry.level == "SEVERE")
            .collect();
        let is_expected =
            |entry: &ConsoleEntry| expected.iter().any(|text| entry.message.contains(text));
        let unexpected = errors
            .iter()
            .filter(|entry| !is_expected(entry))
            .map(|entry| format!("the console has an error: {}", entry.message));
        let missing = expected
            .iter()
            .filter(|text| !errors.iter().any(|entry| entry.message.contains(*text)))
            .map(|text| format!("the console has no error “{text}”, which was expected"));
        unexpected.chain(missing).collect()
    }
}

/// Runs an end-to-end test with a test environment and a new browser.
///
/// # Panics
/// A step fails, or the console has unexpected errors or lacks expected ones. The last state is then in
/// `target/journeys/<test name>/`.
#[track_caller]
pub fn run_journey<F>(env: TestEnv, body: F)
where
    F: AsyncFnOnce(TestContext) -> Result + 'static,
{
    let name = test_name(Location::caller());
    let folder = paths::target_folder().join("journeys").join(name);
    // Remove the files of an earlier run.
    let _ = fs::remove_dir_all(&folder);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    LocalSet::new().block_on(&runtime, run_test_in_browser(env, body, folder));
}

/// Starts a browser, runs the test in it and checks the console. If the test fails, saves the last state of the browser
/// in `folder`.
async fn run_test_in_browser<F>(env: TestEnv, body: F, folder: PathBuf)
where
    F: AsyncFnOnce(TestContext) -> Result + 'static,
{
    let _permit = BROWSER_PERMITS.acquire().await.expect("an open semaphore");
    let browser = match Browser::start(env.url()).await {
        Ok(browser) => browser,
        Err(error) => panic!("no browser: {error}"),
    };
    let ctx = TestContext {
        env: Rc::new(env),
        browser: browser.clone(),
        expected: Rc::default(),
    };
    let outcome = tokio::task::spawn_local({
        let ctx = ctx.clone();
        async move { body(ctx).await }
    })
    .await;
    let console = browser.take_console_entries().await;
    let mut errors = match &console {
        Ok(console) => ctx.find_console_mismatches(console),
        Err(error) => vec![format!("the console cannot be read: {error}")],
    };
    let panicked = match outcome {
        Ok(Ok(())) => None,
        Ok(Err(error)) => {
            errors.insert(0, error.to_string());
            None
        }
        Err(join_error) => Some(join_error),
    };
    let failed = panicked.is_some() || !errors.is_empty();
    if failed
        && let Err(error) =
            save_last_browser_state(&folder, &browser, &console.unwrap_or_default(), &errors).await
    {
        errors.push(format!("the last state could not be saved: {error}"));
    }
    if let Err(error) = browser.quit().await {
        errors.push(format!("the browser had already ended: {error}"));
    }
    if let Some(join_error) = panicked {
        eprintln!("{}\nsaved in {}", errors.join("\n"), folder.display());
        panic::resume_unwind(join_error.into_panic());
    }
    assert!(
        errors.is_empty(),
        "{}\nsaved in {}",
        errors.join("\n"),
        folder.display()
    );
}

/// Saves a screenshot, the page's HTML and the console entries in a folder.
async fn save_last_browser_state(
    folder: &PathBuf,
    browser: &Browser,
    console: &[ConsoleEntry],
    errors: &[String],
) -> Result {
    fs::create_dir_all(folder)?;
    let mut text = errors.join("\n");
    for entry in console {
        let _ = write!(text, "\n{}: {}", entry.level, entry.message);
    }
    fs::write(folder.join("console.txt"), text)?;
    fs::write(folder.join("page.html"), browser.driver().source().await?)?;
    fs::write(
        folder.join("screenshot.png"),
        browser.driver().screenshot_as_png().await?,
    )?;
    Ok(())
}

/// Returns the name of the current test, which is the name of its thread. With a single test thread there is no such
/// name, so the source location is used.
fn test_name(caller: &Location<'_>) -> String {
    let thread_name = std::thread::current()
        .name()
        .filter(|name| *name != "main")
        .map(str::to_owned);
    let name = thread_name.unwrap_or_else(|| format!("{}-{}", caller.file(), caller.line()));
    name.replace("::", "-").replace(['/', '\\'], "-")
}
