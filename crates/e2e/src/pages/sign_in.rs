use crate::{Outcome, Person};

super::page!(
    /// `/signin`.
    SignInPage, "/signin", "Sign in"
);

impl SignInPage<'_> {
    /// The label of the name.
    pub const NAME: &'static str = "E-mail or user name";
    /// The label of the password.
    pub const PASSWORD: &'static str = "Password";
    /// What stands on the button.
    pub const BUTTON: &'static str = "Sign in";
    /// What stands on the button that leaves for the pool's hosted pages.
    pub const HOSTED: &'static str = "Sign in on the hosted page";

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
