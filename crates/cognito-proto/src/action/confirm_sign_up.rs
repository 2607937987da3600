use super::{Action, Malformed};
use crate::ids::{ClientId, Username};
use crate::json::Json;
use crate::secret::ConfirmationCode;

/// Hands in the code of a registration: `UNCONFIRMED` becomes `CONFIRMED`.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html>
#[derive(Debug)]
pub struct ConfirmSignUp<'a> {
    /// The app client.
    pub client: &'a ClientId,
    /// Who registered.
    pub username: &'a Username,
    /// The code that came.
    pub code: &'a ConfirmationCode,
}

impl Action for ConfirmSignUp<'_> {
    const OPERATION: &'static str = "ConfirmSignUp";
    type Answer = ();

    fn body(&self) -> Json {
        Json::object([
            ("ClientId", self.client.as_str().into()),
            ("Username", self.username.as_str().into()),
            ("ConfirmationCode", self.code.reveal().into()),
        ])
    }

    fn read(_: &Json) -> Result<(), Malformed> {
        Ok(())
    }
}
