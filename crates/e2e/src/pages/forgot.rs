use crate::Outcome;

super::page!(
    /// `/forgot`.
    ForgotPage, "/forgot", "Set a new password"
);

impl ForgotPage<'_> {
    /// The label of the name.
    pub const NAME: &'static str = "E-mail or user name";
    /// What stands on the button of the first half.
    pub const BUTTON: &'static str = "Send a code";
    /// The label of the code.
    pub const CODE: &'static str = "Code";
    /// The label of the password to be.
    pub const PASSWORD: &'static str = "New password";
    /// What stands on the button of the second half.
    pub const SET: &'static str = "Set the new password";

    /// Asks for a code.
    pub async fn ask(&self, name: &str) -> Outcome {
        self.0.fill(Self::NAME, name).await?;
        self.0.press(Self::BUTTON).await
    }

    /// Enters the code and the new password.
    pub async fn set(&self, code: &str, password: &str) -> Outcome {
        self.0.fill(Self::CODE, code).await?;
        self.0.fill(Self::PASSWORD, password).await?;
        self.0.press(Self::SET).await
    }
}
