use serde::{Deserialize, Serialize};

use super::{
    Action, CodeDelivery, CodeDeliveryDetails, MemberError, parse_body, serialize_attributes,
};
use crate::ids::{AttributeName, ClientId, Username};
use crate::secret::{ChallengeSession, Password};
use crate::wire::Member;

/// Registers a user. The user stays `UNCONFIRMED` until the app sends the verification code.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html>
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SignUp<'a> {
    /// The app client.
    #[serde(rename = "ClientId")]
    pub client: &'a ClientId,
    /// The requested username, which is the email address in pools that use it as the username.
    pub username: &'a Username,
    /// The password, exactly as typed. `None` in pools that offer a first factor without a password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<&'a Password>,
    /// The user's attributes: `email`, `name` and the others that the pool requires.
    #[serde(rename = "UserAttributes", serialize_with = "serialize_attributes")]
    pub attributes: &'a [(AttributeName, String)],
}

/// The response to [`SignUp`].
#[derive(Debug, PartialEq, Eq)]
pub struct SignUpResult {
    /// The permanent ID that the pool assigned to the user (`sub`).
    pub sub: String,
    /// True if the user may sign in at once, without a code.
    pub confirmed: bool,
    /// The destination of the verification code, if the service sent one.
    pub delivery: Option<CodeDelivery>,
    /// The authentication session for [`ConfirmSignUp`](super::ConfirmSignUp). The service sends it if the app client
    /// allows `USER_AUTH`.
    pub session: Option<ChallengeSession>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
struct ResponseBody<'a> {
    user_sub: Member<'a, String>,
    user_confirmed: Member<'a, bool>,
    code_delivery_details: Member<'a, CodeDeliveryDetails<'a>>,
    session: Member<'a, ChallengeSession>,
}

impl Action for SignUp<'_> {
    const OPERATION: &'static str = "SignUp";
    type Response = SignUpResult;

    fn parse_response(body: &str) -> Result<SignUpResult, MemberError> {
        let body: ResponseBody = parse_body(body)?;
        Ok(SignUpResult {
            sub: body.user_sub.required("UserSub")?,
            confirmed: body.user_confirmed.required("UserConfirmed")?,
            delivery: CodeDelivery::parse(body.code_delivery_details),
            session: body.session.optional(),
        })
    }
}
