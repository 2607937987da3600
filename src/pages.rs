//! The pages: one file per address, each with a function that renders the page.

mod account;
mod asked_attributes;
mod attempt;
mod authenticator;
mod config_problem;
mod device_offer;
mod forgot;
mod home;
mod hosted;
mod login;
mod new_password;
mod newcomer;
mod not_found;
mod protected;
mod recovery;
mod register;
mod registration_draft;
mod resend;
mod signin;
mod todos;
mod verify;

pub use account::account_page;
pub use config_problem::config_problem_page;
pub use device_offer::device_offer;
pub use forgot::forgot_page;
pub use home::home_page;
pub use login::login_page;
pub use not_found::not_found_page;
pub use register::register_page;
pub use registration_draft::RegistrationDraft;
pub use signin::sign_in_page;
pub use todos::todos_page;
pub use verify::verify_page;
