//! The texts that users of the app read.
//!
//! The app shows these texts, and the end-to-end tests find fields, buttons and messages by them. So a text is changed
//! in one place. `docs/glossary.md` has the terms. There is one module per part of the app:
//!
//! | module | texts |
//! |---|---|
//! | [`labels`] | labels of fields, buttons and links on several pages |
//! | [`validation`] | messages at a field whose value is missing or malformed |
//! | [`errors`] | messages about failed requests, of the user-pool API and of the to-do API |
//! | [`session`] | the start page, sign-out, and reasons for which a session has ended |
//! | [`sign_in`], [`hosted`], [`register`], [`forgot`], [`account`], [`todos`] | the pages |
//! | [`setup`] | the texts before the app has started or if it cannot start |
//!
//! An error is a [`Message`]: what happened, the [`NextStep`] of the user, and details for the administrator.

pub mod account;
pub mod errors;
pub mod forgot;
pub mod hosted;
pub mod labels;
mod message;
pub mod register;
pub mod session;
pub mod setup;
pub mod sign_in;
pub mod todos;
pub mod validation;

pub use message::{Message, NextStep};
