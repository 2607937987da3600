//! Components of the user interface that do not depend on sign-in: they read signals and call callbacks.
//!
//! Their props are [`Signal`] and [`Callback`], and not type parameters, because a component with a type parameter is
//! compiled again for each type. Leptos compiles a closure in `view!` once for each type of its result. So the text that
//! these components change is a `Signal<String>`, and a closure that renders views returns an `AnyView`, here and in all
//! that the first render of the sign-in page needs. With closures that return `&'static str`, `Option` and `Either`, the
//! first load of that page was 3 kB (brotli) larger.
//!
//! [`Signal`]: leptos::prelude::Signal
//! [`Callback`]: leptos::prelude::Callback

mod field;
mod form;
mod hidden_username;
mod links;
mod notice;
mod page;
mod password_checklist;
mod qr_code;

pub use field::{CodeField, ErrorSignal, PasswordField, PasswordUse, TextField};
pub use form::{Form, LinkButton, SecondaryButton};
pub use hidden_username::HiddenUsername;
pub use links::{FormLink, FormLinks, LinkAsButton, NavBar, NavLink};
pub use notice::{AdministratorDetails, ErrorNotice, MessageText, Notice};
pub use page::Page;
pub use password_checklist::PasswordChecklist;
pub use qr_code::QrCodeImage;
