//! Page objects: types with which a test uses the app's pages. Fields and buttons are found by their labels. A page
//! counts as shown when its heading is visible.

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
pub use todos::{TodoRow, TodosPage};
pub use verify::VerifyPage;

/// Declares the page object for one page of the app: its path, its heading, and how to open it.
macro_rules! page {
    ($(#[$doc:meta])* $name:ident, $address:literal, $title:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'a>(&'a $crate::Browser);

        impl<'a> $name<'a> {
            /// The path of the page.
            pub const ADDRESS: &'static str = $address;
            /// The heading of the page.
            pub const TITLE: &'static str = $title;

            /// Opens the page by its path and waits until it is shown.
            pub async fn open(browser: &'a $crate::Browser) -> $crate::Result<Self> {
                browser.open(Self::ADDRESS).await?;
                Self::expect(browser).await
            }

            /// Waits until the page is shown, without opening it.
            pub async fn expect(browser: &'a $crate::Browser) -> $crate::Result<Self> {
                browser.expect_heading(Self::TITLE).await?;
                Ok(Self(browser))
            }
        }
    };
}
use page;
