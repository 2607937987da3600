//! One file per address.

mod attempt;
mod config_problem;
mod forgot;
mod home;
mod login;
mod new_password;
mod not_found;
mod protected;
mod register;
mod signin;
mod todos;
mod verify;

pub use config_problem::ConfigProblemPage;
pub use forgot::ForgotPage;
pub use home::HomePage;
pub use login::LoginPage;
pub use not_found::NotFoundPage;
pub use register::RegisterPage;
pub use signin::SignInPage;
pub use todos::TodosPage;
pub use verify::VerifyPage;
