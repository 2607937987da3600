//! What the journeys of `tests/journeys` stand on: a world, a browser in it, and the app's pages as a person sees them.
//!
//! | module | holds |
//! |---|---|
//! | [`world`] | a user pool and a host for the built app, both in the test's own process; people to meet |
//! | [`site`] | that host: fallback, 404, headers, and faults on request |
//! | [`headers`] | what the built folder asks a host to send |
//! | [`browser`] | Chromium's driver, sessions, and what can be seen and done in one |
//! | [`pages`] | page objects: fields and buttons by their labels |
//! | [`mod@journey`] | runs a journey; keeps picture, console and page when it fails |
//! | [`wait`] | waiting for the thing itself |
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

/// Why a journey cannot go on, in words.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

/// What a step of a journey comes to.
pub type Outcome<T = ()> = Result<T, Fault>;

/// Where the journeys leave the README's pictures.
pub fn pictures() -> std::path::PathBuf {
    place::target().join("pictures")
}
