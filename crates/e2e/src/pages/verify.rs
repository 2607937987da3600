use crate::{Result, texts};

super::page!(
    /// The page object of `/verify`, on which users confirm an account with a code.
    VerifyPage, "/verify", texts::register::CONFIRM_TITLE
);

impl VerifyPage<'_> {
    /// The label of the username field.
    pub const USERNAME: &'static str = texts::labels::EMAIL_OR_USERNAME;
    /// The label of the field for the verification code.
    pub const CODE: &'static str = texts::labels::VERIFICATION_CODE;
    /// The label of the submit button.
    pub const BUTTON: &'static str = texts::labels::CONFIRM;
    /// The label of the button that requests another verification code.
    pub const NEW_CODE: &'static str = texts::labels::RESEND_CODE;

    /// Enters a code and submits the form.
    pub async fn confirm_account(&self, code: &str) -> Result {
        self.0.fill(Self::CODE, code).await?;
        self.0.press(Self::BUTTON).await
    }

    /// Returns the value of the username field.
    pub async fn username_value(&self) -> Result<String> {
        self.0.field_value(Self::USERNAME).await
    }
}
