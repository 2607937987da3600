//! The pages: one file per address, each with a function that renders the page.

mod account;
mod attribute_fields;
mod authenticator;
mod auto_sign_in;
mod callback;
mod config_error;
pub(crate) mod device_offer;
mod forgot;
mod home;
pub(crate) mod hosted_ui;
mod new_password;
mod not_found;
mod protected;
mod register;
mod registration_draft;
mod resend;
mod retry;
pub(crate) mod signin;
pub(crate) mod submission;
mod todos;
mod verify;

pub use account::account_page;
pub use callback::callback_page;
pub use config_error::config_error_page;
pub use device_offer::device_offer;
pub use forgot::forgot_page;
pub use home::home_page;
pub use not_found::not_found_page;
pub use register::register_page;
pub use registration_draft::{RegistrationDraft, use_registration_draft};
pub use signin::sign_in_page;
pub use todos::todos_page;
pub use verify::verify_page;
