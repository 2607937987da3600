use crate::{Result, TestUser, texts};

super::page!(
    /// The page object of the sign-in page `/signin`.
    SignInPage, "/signin", texts::sign_in::TITLE
);

impl SignInPage<'_> {
    /// The label of the username field.
    pub const USERNAME: &'static str = texts::labels::EMAIL_OR_USERNAME;
    /// The label of the password field.
    pub const PASSWORD: &'static str = texts::labels::PASSWORD;
    /// The label of the submit button.
    pub const BUTTON: &'static str = texts::labels::SIGN_IN;
    /// The label of the button that starts a sign-in on the hosted pages.
    pub const HOSTED: &'static str = texts::hosted::SINGLE_SIGN_ON;

    /// Fills in the sign-in form and submits it.
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
