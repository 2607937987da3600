//! The pool's own pages, as far as a journey through them needs: not the app's, so each is told by its address too.

use crate::{Browser, Outcome, Person};

/// Declares a page of the pool's by its path and its heading.
macro_rules! hosted_page {
    ($(#[$doc:meta])* $name:ident, $path:literal, $title:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'a>(&'a Browser);

        impl<'a> $name<'a> {
            /// Waits until it is shown.
            pub async fn shown(browser: &'a Browser) -> Outcome<Self> {
                is_on(browser, $path).await?;
                browser.shows_page($title).await?;
                Ok(Self(browser))
            }
        }
    };
}

hosted_page!(
    /// `/login`: a form for name and password, and a link for each provider.
    HostedLoginPage, "/login", "Sign in"
);

hosted_page!(
    /// `/provider`, the stand-in for Google.
    ProviderPage, "/provider", "Sign in with Google"
);

/// Waits until the browser is at this path of another origin than the app's.
async fn is_on(browser: &Browser, path: &str) -> Outcome {
    let what = format!("the pool's page {path}");
    browser
        .until(&what, async || {
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
    /// The label of the name where it is an e-mail address.
    pub const NAME: &'static str = "Email";
    /// The label of the password.
    pub const PASSWORD: &'static str = "Password";
    /// What stands on the button.
    pub const BUTTON: &'static str = "Sign in";

    /// Fills the form in and sends it.
    pub async fn sign_in(&self, name: &str, password: &str) -> Outcome {
        self.0.fill(Self::NAME, name).await?;
        self.0.fill(Self::PASSWORD, password).await?;
        self.0.press(Self::BUTTON).await
    }

    /// Signs somebody in by their user name.
    pub async fn sign_in_as(&self, person: &Person) -> Outcome {
        self.sign_in(&person.username, &person.password).await
    }
}

impl ProviderPage<'_> {
    /// The label of the address by which one is known there.
    pub const EMAIL: &'static str = "Email";
    /// The label of the name.
    pub const NAME: &'static str = "Name (optional)";

    /// Is somebody there.
    pub async fn sign_in_as(&self, person: &Person) -> Outcome {
        self.0.fill(Self::EMAIL, &person.email).await?;
        if let Some(name) = &person.name {
            self.0.fill(Self::NAME, name).await?;
        }
        self.0.press("Sign in").await
    }

    /// Changes one's mind.
    pub async fn cancel(&self) -> Outcome {
        self.0.press("Cancel").await
    }
}
