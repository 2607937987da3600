//! Tools for the end-to-end tests in `tests/journeys`: a test environment, a browser, and page objects.
//!
//! | module | content |
//! |---|---|
//! | [`test_env`] | a user pool and a host for the built app, both in the test's own process, and test users |
//! | [`static_host`] | the host: start page as fallback, 404, headers, and faults on request |
//! | [`headers`] | the response headers that the built folder requires |
//! | [`browser`] | ChromeDriver, sessions, user actions and the content of the page |
//! | [`pages`] | page objects: fields and buttons by their labels |
//! | [`journey`] | the runner of an end-to-end test; after a failure it saves a screenshot, the console and the page |
//! | [`wait`] | waiting for a condition |
//!
//! An end-to-end test fails when the browser's console has an error that the test did not expect.
//!
//! ```no_run
//! // It needs a browser and the built app, so the documentation's tests only compile it.
//! use e2e::pages::{HomePage, SignInPage};
//! use e2e::{TestEnv, TestUser, run_journey};
//!
//! run_journey(TestEnv::workshop().with_user(&TestUser::ann()), async |ctx| {
//!     let sign_in = SignInPage::open(&ctx.browser).await?;
//!     sign_in.sign_in_as(&TestUser::ann()).await?;
//!     ctx.browser.expect_heading(&HomePage::greeting("Ann Lee")).await
//! });
//! ```

pub mod browser;
pub mod headers;
pub mod journey;
pub mod pages;
mod paths;
pub mod static_host;
pub mod test_env;
pub mod wait;

pub use browser::{Browser, Tab};
pub use journey::{TestContext, run_journey};
pub use test_env::{TestEnv, TestUser};
pub use ui_texts as texts;

/// The error that ends an end-to-end test.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// The result of one step of an end-to-end test.
pub type Result<T = (), E = Error> = std::result::Result<T, E>;

/// Returns the folder in which the tests save the pictures for the README.
pub fn screenshots_folder() -> std::path::PathBuf {
    paths::target_folder().join("pictures")
}
