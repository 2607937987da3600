use super::{Action, AuthReply, Malformed};
use crate::ids::{ClientId, Username};
use crate::json::Json;
use crate::secret::{Password, RefreshToken};

/// Begins a sign-in, or renews tokens.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html>
#[derive(Debug)]
pub struct InitiateAuth<'a> {
    /// The app client.
    pub client: &'a ClientId,
    /// The flow with what it needs.
    pub flow: AuthFlow<'a>,
}

/// `AuthFlow` and its `AuthParameters`; each must be allowed by the app client's `ExplicitAuthFlows`.
#[derive(Debug)]
pub enum AuthFlow<'a> {
    /// `USER_SRP_AUTH`: the password stays here.
    UserSrp {
        /// Who signs in.
        username: &'a Username,
        /// A in lower-case hex.
        srp_a: &'a str,
    },
    /// `USER_PASSWORD_AUTH`: the password goes to the pool.
    UserPassword {
        /// Who signs in.
        username: &'a Username,
        /// The password, exactly as typed.
        password: &'a Password,
    },
    /// `REFRESH_TOKEN_AUTH`; the answer holds no new refresh token.
    RefreshToken(&'a RefreshToken),
}

impl Action for InitiateAuth<'_> {
    const OPERATION: &'static str = "InitiateAuth";
    type Answer = AuthReply;

    fn body(&self) -> Json {
        let (flow, parameters) = match &self.flow {
            AuthFlow::UserSrp { username, srp_a } => (
                "USER_SRP_AUTH",
                Json::object([
                    ("USERNAME", username.as_str().into()),
                    ("SRP_A", (*srp_a).into()),
                ]),
            ),
            AuthFlow::UserPassword { username, password } => (
                "USER_PASSWORD_AUTH",
                Json::object([
                    ("USERNAME", username.as_str().into()),
                    ("PASSWORD", password.reveal().into()),
                ]),
            ),
            AuthFlow::RefreshToken(token) => (
                "REFRESH_TOKEN_AUTH",
                Json::object([("REFRESH_TOKEN", token.reveal().into())]),
            ),
        };
        Json::object([
            ("AuthFlow", flow.into()),
            ("ClientId", self.client.as_str().into()),
            ("AuthParameters", parameters),
        ])
    }

    fn read(answer: &Json) -> Result<AuthReply, Malformed> {
        AuthReply::read(answer)
    }
}
