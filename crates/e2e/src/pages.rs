//! The app's pages as a person sees them. Each is there once its heading is; fields and buttons go by their labels.

mod account;
mod forgot;
mod home;
mod hosted;
mod register;
mod sign_in;
mod todos;
mod verify;

pub use account::AccountPage;
pub use forgot::ForgotPage;
pub use home::HomePage;
pub use hosted::{HostedLoginPage, ProviderPage};
pub use register::RegisterPage;
pub use sign_in::SignInPage;
pub use todos::{Row, TodosPage};
pub use verify::VerifyPage;

/// A page object: its address, its heading, and how to come to it.
macro_rules! page {
    ($(#[$doc:meta])* $name:ident, $address:literal, $title:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'a>(&'a $crate::Browser);

        impl<'a> $name<'a> {
            /// Its address.
            pub const ADDRESS: &'static str = $address;
            /// Its heading.
            pub const TITLE: &'static str = $title;

            /// Types its address into the address bar and waits until it is shown.
            pub async fn open(browser: &'a $crate::Browser) -> $crate::Outcome<Self> {
                browser.open(Self::ADDRESS).await?;
                Self::shown(browser).await
            }

            /// Waits until it is shown.
            pub async fn shown(browser: &'a $crate::Browser) -> $crate::Outcome<Self> {
                browser.shows_page(Self::TITLE).await?;
                Ok(Self(browser))
            }
        }
    };
}
use page;
