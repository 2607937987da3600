//! The runner of a journey: it provides a world and a browser, and checks the console at the end.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::fs;
use std::panic::{self, Location};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::{Condvar, Mutex, PoisonError};

use tokio::task::LocalSet;

use crate::browser::{Browser, ConsoleEntry};
use crate::{Outcome, World, place};

/// The maximum number of browsers that are open at the same time.
const AT_ONCE: usize = 2;

/// The world and the browser of a journey.
#[derive(Clone)]
pub struct Journey {
    /// The pool, the host and the users.
    pub world: Rc<World>,
    /// The browser.
    pub browser: Browser,
    expected: Rc<RefCell<Vec<String>>>,
}

impl Journey {
    /// Announces that the console will have an error that contains this text. Chromium logs each response with a
    /// status of 400 or more, and each failed request. A journey announces those that it causes. An announced error
    /// that does not appear fails the journey too.
    pub fn expect_console(&self, words: &str) {
        self.expected.borrow_mut().push(words.to_owned());
    }

    /// Announces the console error for a refusal by the user pool (status 400).
    pub fn expect_refusal(&self) {
        self.expect_console("status of 400");
    }

    /// Returns the unexpected and the missing errors of the journey's console.
    fn faults_of(&self, console: &[ConsoleEntry]) -> Vec<String> {
        let expected = self.expected.borrow();
        let errors: Vec<&ConsoleEntry> = console
            .iter()
            .filter(|entry| entry.level == "SEVERE")
            .collect();
        let is_expected =
            |entry: &ConsoleEntry| expected.iter().any(|words| entry.message.contains(words));
        let unannounced = errors
            .iter()
            .filter(|entry| !is_expected(entry))
            .map(|entry| format!("the console has an error: {}", entry.message));
        let missing = expected
            .iter()
            .filter(|words| !errors.iter().any(|entry| entry.message.contains(*words)))
            .map(|words| format!("the console has no error “{words}”, which was announced"));
        unannounced.chain(missing).collect()
    }
}

/// Runs a journey with a world and a new browser.
///
/// # Panics
/// A step fails, or the console has unexpected errors or lacks announced ones. The last state is then in
/// `target/journeys/<test name>/`.
#[track_caller]
pub fn journey<F>(world: World, body: F)
where
    F: AsyncFnOnce(Journey) -> Outcome + 'static,
{
    let name = name(Location::caller());
    let folder = place::target().join("journeys").join(name);
    // Remove the files of an earlier run.
    let _ = fs::remove_dir_all(&folder);
    let _turn = Turn::take();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    LocalSet::new().block_on(&runtime, run(world, body, folder));
}

async fn run<F>(world: World, body: F, folder: PathBuf)
where
    F: AsyncFnOnce(Journey) -> Outcome + 'static,
{
    let browser = match Browser::start(world.url()).await {
        Ok(browser) => browser,
        Err(fault) => panic!("no browser: {fault}"),
    };
    let journey = Journey {
        world: Rc::new(world),
        browser: browser.clone(),
        expected: Rc::default(),
    };
    let walked = tokio::task::spawn_local({
        let journey = journey.clone();
        async move { body(journey).await }
    })
    .await;
    let console = browser.console().await;
    let mut faults = match &console {
        Ok(console) => journey.faults_of(console),
        Err(fault) => vec![format!("the console cannot be read: {fault}")],
    };
    let panicked = match walked {
        Ok(Ok(())) => None,
        Ok(Err(fault)) => {
            faults.insert(0, fault.to_string());
            None
        }
        Err(broken) => Some(broken),
    };
    let failed = panicked.is_some() || !faults.is_empty();
    if failed
        && let Err(fault) = keep(&folder, &browser, &console.unwrap_or_default(), &faults).await
    {
        faults.push(format!("what was seen could not be kept: {fault}"));
    }
    if let Err(fault) = browser.quit().await {
        faults.push(format!("the browser had ended: {fault}"));
    }
    if let Some(broken) = panicked {
        eprintln!("{}\nkept in {}", faults.join("\n"), folder.display());
        panic::resume_unwind(broken.into_panic());
    }
    assert!(
        faults.is_empty(),
        "{}\nkept in {}",
        faults.join("\n"),
        folder.display()
    );
}

/// Saves a screenshot, the page's HTML and the console.
async fn keep(
    folder: &PathBuf,
    browser: &Browser,
    console: &[ConsoleEntry],
    faults: &[String],
) -> Outcome {
    fs::create_dir_all(folder)?;
    let mut said = faults.join("\n");
    for entry in console {
        let _ = write!(said, "\n{}: {}", entry.level, entry.message);
    }
    fs::write(folder.join("console.txt"), said)?;
    fs::write(folder.join("page.html"), browser.driver().source().await?)?;
    fs::write(
        folder.join("picture.png"),
        browser.driver().screenshot_as_png().await?,
    )?;
    Ok(())
}

/// Returns the name of the test, which is the name of its thread. With a single test thread there is no such name, so
/// the source location is used.
fn name(caller: &Location<'_>) -> String {
    let of_thread = std::thread::current()
        .name()
        .filter(|name| *name != "main")
        .map(str::to_owned);
    let name = of_thread.unwrap_or_else(|| format!("{}-{}", caller.file(), caller.line()));
    name.replace("::", "-").replace(['/', '\\'], "-")
}

/// A permit to have a browser open. More than [`AT_ONCE`] browsers at the same time make the tests slower.
struct Turn;

static OPEN: Mutex<usize> = Mutex::new(0);
static CLOSED: Condvar = Condvar::new();

impl Turn {
    fn take() -> Self {
        let open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        let mut open = CLOSED
            .wait_while(open, |open| *open >= AT_ONCE)
            .unwrap_or_else(PoisonError::into_inner);
        *open += 1;
        Self
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *OPEN.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        CLOSED.notify_one();
    }
}
