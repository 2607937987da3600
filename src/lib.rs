//! The sign-in door to an Amazon Cognito user pool, as a single-page app.
//!
//! | module | holds | may use |
//! |---|---|---|
//! | [`app`] | the configuration gate, the contexts, the table of routes | everything |
//! | [`routes`] | every address, once | browser |
//! | [`navigation`] | going from page to page | browser |
//! | [`later`] | what a release fetches only when it is needed | components, words, browser |
//! | [`pages`] | one file per address | everything but app |
//! | [`components`] | parts that know nothing of signing in | browser, for title and focus |
//! | [`auth`] | the session and the conversations with the pool | browser, `cognito_proto` |
//! | [`api`] | calls to the configured API with the token | auth, browser |
//! | [`words`] | reasons and errors as sentences for people | the errors of auth, api and browser |
//! | [`browser`] | the only code that names web-sys, js-sys or gloo | – |
//!
//! Pages and components draw; they never fetch or store. What may be said to a pool, and believed of
//! it, is decided in [`cognito_proto`].

#![allow(
    unreachable_pub,
    reason = "Leptos' component macro writes `pub` for what a private module declares"
)]

pub mod api;
pub mod app;
pub mod auth;
pub mod browser;
pub mod components;
pub mod later;
pub mod navigation;
pub mod pages;
pub mod routes;
pub mod words;

pub use app::App;
