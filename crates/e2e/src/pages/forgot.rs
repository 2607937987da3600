use crate::{Result, texts};

super::page!(
    /// The page object of `/forgot`, on which users reset the password.
    ForgotPage, "/forgot", texts::forgot::TITLE
);

impl ForgotPage<'_> {
    /// The label of the username field.
    pub const USERNAME: &'static str = texts::labels::EMAIL_OR_USERNAME;
    /// The label of the button that requests a verification code.
    pub const BUTTON: &'static str = texts::forgot::SEND_CODE;
    /// The label of the field for the verification code.
    pub const CODE: &'static str = texts::labels::VERIFICATION_CODE;
    /// The label of the field for the new password.
    pub const PASSWORD: &'static str = texts::labels::NEW_PASSWORD;
    /// The label of the button that sets the new password.
    pub const SET: &'static str = texts::forgot::SUBMIT;

    /// Fills in the username and requests a code.
    pub async fn request_code(&self, username: &str) -> Result {
        self.0.fill(Self::USERNAME, username).await?;
        self.0.press(Self::BUTTON).await
    }

    /// Enters the code and the new password, and submits the form.
    pub async fn set_password(&self, code: &str, password: &str) -> Result {
        self.0.fill(Self::CODE, code).await?;
        self.0.fill(Self::PASSWORD, password).await?;
        self.0.press(Self::SET).await
    }
}
