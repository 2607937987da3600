use crate::Outcome;

super::page!(
    /// `/verify`.
    VerifyPage, "/verify", "Confirm your account"
);

impl VerifyPage<'_> {
    /// The label of the name.
    pub const NAME: &'static str = "E-mail or user name";
    /// The label of the code.
    pub const CODE: &'static str = "Code";
    /// What stands on the button.
    pub const BUTTON: &'static str = "Confirm";
    /// What stands on the button for another code.
    pub const NEW_CODE: &'static str = "Send a new code";

    /// Enters a code and sends it.
    pub async fn confirm(&self, code: &str) -> Outcome {
        self.0.fill(Self::CODE, code).await?;
        self.0.press(Self::BUTTON).await
    }

    /// The name that the page knows already.
    pub async fn name(&self) -> Outcome<String> {
        self.0.value(Self::NAME).await
    }
}
