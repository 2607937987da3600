//! Components of the user interface that do not depend on sign-in: they read signals and call callbacks.
//!
//! Each returns an [`AnyView`] and reads changing values through a [`Signal`] or [`reactive`], because every distinct
//! type of view or closure is compiled separately and adds 1 to 2 kB to the download.

mod field;
mod form;
mod hidden_username;
mod links;
mod notice;
mod page;
mod password_checklist;
mod qr_code;

pub use field::{CodeField, ErrorSignal, PasswordField, PasswordUse, TextField};
pub use form::{Form, LinkButton, SecondaryButton, link_button};
pub use hidden_username::HiddenUsername;
pub use links::{FormLink, FormLinks, NavBar, NavLink, link_as_button};
pub use notice::{ErrorNotice, Notice, administrator_details, message_text};
pub use page::Page;
pub use password_checklist::PasswordChecklist;
pub use qr_code::QrCodeImage;

use leptos::prelude::*;

/// Returns a view that is rendered again when a signal changes that `render` has read.
pub fn reactive(render: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let render: Box<dyn Fn() -> AnyView + Send> = Box::new(render);
    (move || render()).into_any()
}
