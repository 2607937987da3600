//! A single-page app for sign-in with an Amazon Cognito user pool.
//!
//! | module | contains | may use |
//! |---|---|---|
//! | [`app`] | the configuration check, the contexts, the router and its routes | everything |
//! | [`routes`] | the addresses of all pages, and navigation between them | browser |
//! | [`lazy`] | lazily loaded chunks | components, engine, messages, browser |
//! | [`engine`] | the chunk that signs users in, and the interface to it | pages, lazy |
//! | [`pages`] | one file per page | everything but app |
//! | [`components`] | components that do not depend on sign-in | browser, for title and focus |
//! | [`api`] | the to-do API | – |
//! | [`messages`] | which text belongs to which error or state | – |
//! | [`browser`] | the document, the history and the clipboard: the only code that uses web-sys or js-sys | – |
//!
//! The session and the operations of sign-in and account are in [`leptos_cognito`], which every module may use. The
//! texts are in [`ui_texts`]. Pages and components render; they never fetch or store. [`cognito_proto`] decides what is
//! sent to a pool and which responses are valid.

#![allow(
    unreachable_pub,
    reason = "Leptos' component macro writes `pub` for what a private module declares"
)]

pub mod api;
pub mod app;
pub mod browser;
pub mod components;
pub mod engine;
pub mod lazy;
pub mod messages;
pub mod pages;
pub mod routes;

pub use app::App;
