//! Components that do not depend on sign-in: they read signals and call callbacks.
//!
//! Each returns an [`AnyView`] and reads changing values through a [`Signal`] or [`dynamic`], because every distinct
//! type of view or closure is compiled separately and adds 1 to 2 kB to the download.

mod field;
mod form;
mod hidden_username;
mod links;
mod notice;
mod page;
mod password_checklist;
mod qr_code;

pub use field::{CodeField, FieldError, PasswordField, PasswordUse, TextField};
pub use form::{Choice, Form, LinkButton, link_button};
pub use hidden_username::HiddenUsername;
pub use links::{NavBar, NavLink, Way, Ways, go_link};
pub use notice::{Notice, Tone};
pub use page::Page;
pub use password_checklist::PasswordChecklist;
pub use qr_code::QrCodeImage;

use leptos::prelude::*;

/// A view that is rendered again when a signal that it reads changes.
pub fn dynamic(draw: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let draw: Box<dyn Fn() -> AnyView + Send> = Box::new(draw);
    (move || draw()).into_any()
}
