//! The test kit of the journeys in `tests/journeys`: a world, a browser, and page objects.
//!
//! | module | content |
//! |---|---|
//! | [`world`] | a user pool and a host for the built app, both in the test's own process, and test users |
//! | [`site`] | the host: start page as fallback, 404, headers, and faults on request |
//! | [`headers`] | the response headers that the built folder requires |
//! | [`browser`] | ChromeDriver, sessions, user actions and the content of the page |
//! | [`pages`] | page objects: fields and buttons by their labels |
//! | [`mod@journey`] | the runner of a journey; after a failure it saves a screenshot, the console and the page |
//! | [`wait`] | waiting for a condition |
//!
//! A journey fails when the browser's console has an error that the journey did not announce.
//!
//! ```no_run
//! // It needs a browser and the built app, so the documentation's tests only compile it.
//! use e2e::pages::{HomePage, SignInPage};
//! use e2e::{Person, World, journey};
//!
//! journey(World::workshop().with(&Person::ann()), async |j| {
//!     let sign_in = SignInPage::open(&j.browser).await?;
//!     sign_in.sign_in_as(&Person::ann()).await?;
//!     j.browser.shows_page(&HomePage::greeting("Ann Lee")).await
//! });
//! ```

pub mod browser;
pub mod headers;
pub mod journey;
pub mod pages;
mod place;
pub mod site;
pub mod wait;
pub mod world;

pub use browser::{Browser, Tab};
pub use journey::{Journey, journey};
pub use world::{Person, World};

/// The error that ends a journey.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

/// The result of a step of a journey.
pub type Outcome<T = ()> = Result<T, Fault>;

/// The folder for the README's screenshots.
pub fn pictures() -> std::path::PathBuf {
    place::target().join("pictures")
}
