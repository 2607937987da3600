//! The pages: one file per address, each with the component of its page.

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

pub use account::AccountPage;
pub use callback::CallbackPage;
pub use config_error::ConfigErrorPage;
pub use device_offer::DeviceOffer;
pub use forgot::ForgotPage;
pub use home::HomePage;
pub use not_found::NotFoundPage;
pub use protected::ProtectedPage;
pub use register::RegisterPage;
pub use registration_draft::{RegistrationDraft, use_registration_draft};
pub use signin::SignInPage;
pub use todos::TodosPage;
pub use verify::VerifyPage;
