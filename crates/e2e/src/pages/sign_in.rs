use crate::{Result, TestUser};

super::page!(
    /// The page `/signin`.
    SignInPage, "/signin", "Sign in"
);

impl SignInPage<'_> {
    /// The label of the username field.
    pub const USERNAME: &'static str = "E-mail or user name";
    /// The label of the password field.
    pub const PASSWORD: &'static str = "Password";
    /// The label of the submit button.
    pub const BUTTON: &'static str = "Sign in";
    /// The label of the button that starts a hosted sign-in.
    pub const HOSTED: &'static str = "Sign in on the hosted page";

    /// Fills in the form and submits it.
    pub async fn sign_in(&self, name: &str, password: &str) -> Result {
        self.0.fill(Self::USERNAME, name).await?;
        self.0.fill(Self::PASSWORD, password).await?;
        self.0.press(Self::BUTTON).await
    }

    /// Signs in a user by the username.
    pub async fn sign_in_as(&self, user: &TestUser) -> Result {
        self.sign_in(&user.username, &user.password).await
    }
}
