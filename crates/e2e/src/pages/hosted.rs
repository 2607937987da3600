//! Page objects of the pool's hosted pages. They do not belong to the app, so each is recognized by its address too.

use crate::{Browser, Result, TestUser};

/// Declares the page object for one hosted page: its path and its heading.
macro_rules! hosted_page {
    ($(#[$doc:meta])* $name:ident, $path:literal, $title:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'a>(&'a Browser);

        impl<'a> $name<'a> {
            /// Waits until the hosted page is shown.
            pub async fn expect(browser: &'a Browser) -> Result<Self> {
                expect_hosted_path(browser, $path).await?;
                browser.expect_heading($title).await?;
                Ok(Self(browser))
            }
        }
    };
}

hosted_page!(
    /// The page object of the hosted page `/login`, with a form for username and password and a link for each identity
    /// provider.
    HostedLoginPage, "/login", "Sign in"
);

hosted_page!(
    /// The page object of `/provider`, which stands for Google's sign-in page in the local pool.
    ProviderPage, "/provider", "Sign in with Google"
);

/// Waits until the browser has left the app and is at this path of another origin.
async fn expect_hosted_path(browser: &Browser, path: &str) -> Result {
    let what = format!("the pool's page {path}");
    browser
        .wait_until(&what, async || {
            let address = browser.address().await?;
            let elsewhere = address.split_once("://").and_then(|(_, rest)| {
                let rest = &rest[rest.find('/')?..];
                rest.split(['?', '#']).next()
            });
            Ok(elsewhere == Some(path))
        })
        .await
}

impl HostedLoginPage<'_> {
    /// The label of the username field in a pool whose usernames are email addresses.
    pub const USERNAME: &'static str = "Email";
    /// The label of the password field.
    pub const PASSWORD: &'static str = "Password";
    /// The label of the submit button.
    pub const BUTTON: &'static str = "Sign in";

    /// Fills in the sign-in form of the hosted page and submits it.
    pub async fn sign_in(&self, username: &str, password: &str) -> Result {
        self.0.fill(Self::USERNAME, username).await?;
        self.0.fill(Self::PASSWORD, password).await?;
        self.0.press(Self::BUTTON).await
    }

    /// Signs the user in with username and password.
    pub async fn sign_in_as(&self, user: &TestUser) -> Result {
        self.sign_in(&user.username, &user.password).await
    }
}

impl ProviderPage<'_> {
    /// The label of the email field.
    pub const EMAIL: &'static str = "Email";
    /// The label of the name field.
    pub const NAME: &'static str = "Name (optional)";

    /// Signs in at the identity provider with this user's email address and name.
    pub async fn sign_in_as(&self, user: &TestUser) -> Result {
        self.0.fill(Self::EMAIL, &user.email).await?;
        if let Some(name) = &user.name {
            self.0.fill(Self::NAME, name).await?;
        }
        self.0.press("Sign in").await
    }

    /// Presses the button that cancels the sign-in at the identity provider.
    pub async fn cancel_sign_in(&self) -> Result {
        self.0.press("Cancel").await
    }
}
