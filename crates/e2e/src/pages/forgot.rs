use crate::Result;

super::page!(
    /// The page `/forgot`.
    ForgotPage, "/forgot", "Set a new password"
);

impl ForgotPage<'_> {
    /// The label of the username field.
    pub const USERNAME: &'static str = "E-mail or user name";
    /// The label of the button that requests a code.
    pub const BUTTON: &'static str = "Send a code";
    /// The label of the field for the code.
    pub const CODE: &'static str = "Code";
    /// The label of the field for the new password.
    pub const PASSWORD: &'static str = "New password";
    /// The label of the button that sets the new password.
    pub const SET: &'static str = "Set the new password";

    /// Requests a code.
    pub async fn request_code(&self, name: &str) -> Result {
        self.0.fill(Self::USERNAME, name).await?;
        self.0.press(Self::BUTTON).await
    }

    /// Enters the code and the new password.
    pub async fn set_password(&self, code: &str, password: &str) -> Result {
        self.0.fill(Self::CODE, code).await?;
        self.0.fill(Self::PASSWORD, password).await?;
        self.0.press(Self::SET).await
    }
}
