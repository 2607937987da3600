use crate::Result;

super::page!(
    /// The page `/verify`.
    VerifyPage, "/verify", "Confirm your account"
);

impl VerifyPage<'_> {
    /// The label of the username field.
    pub const USERNAME: &'static str = "E-mail or user name";
    /// The label of the field for the code.
    pub const CODE: &'static str = "Code";
    /// The label of the submit button.
    pub const BUTTON: &'static str = "Confirm";
    /// The label of the button that requests another code.
    pub const NEW_CODE: &'static str = "Send a new code";

    /// Enters a code and submits the form.
    pub async fn confirm(&self, code: &str) -> Result {
        self.0.fill(Self::CODE, code).await?;
        self.0.press(Self::BUTTON).await
    }

    /// Returns the value of the username field.
    pub async fn name(&self) -> Result<String> {
        self.0.field_value(Self::USERNAME).await
    }
}
