//! The user-pool API, one request per file: `POST /` with `X-Amz-Target`, AWS JSON 1.1.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_Operations.html>

mod authentication;
mod confirm_forgot_password;
mod confirm_sign_up;
mod forgot_password;
mod get_tokens_from_refresh_token;
mod get_user;
mod global_sign_out;
mod initiate_auth;
mod resend_confirmation_code;
mod respond_to_auth_challenge;
mod revoke_token;
mod sign_up;

pub use authentication::{AuthReply, AuthenticationResult, Challenge, ChallengeName};
pub use confirm_forgot_password::ConfirmForgotPassword;
pub use confirm_sign_up::ConfirmSignUp;
pub use forgot_password::ForgotPassword;
pub use get_tokens_from_refresh_token::GetTokensFromRefreshToken;
pub use get_user::{GetUser, User};
pub use global_sign_out::GlobalSignOut;
pub use initiate_auth::{AuthFlow, InitiateAuth};
pub use resend_confirmation_code::ResendConfirmationCode;
pub use respond_to_auth_challenge::{ChallengeAnswer, RespondToAuthChallenge};
pub use revoke_token::RevokeToken;
pub use sign_up::{SignUp, SignedUp};

use crate::error::ServiceError;
use crate::ids::AttributeName;
use crate::json::Json;

/// The content type of every request.
pub const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// One operation: how its request is spelled and what its answer means.
pub trait Action {
    /// The operation's name, as the reference spells it.
    const OPERATION: &'static str;
    /// What it answers when all is well.
    type Answer;

    /// The request's members.
    fn body(&self) -> Json;

    /// Reads the members of an answer with status 200. An operation without output may answer an
    /// empty body as well as `{}`; both arrive here as an object without members.
    fn read(answer: &Json) -> Result<Self::Answer, Malformed>;
}

/// The `X-Amz-Target` of an operation.
pub fn target<A: Action>() -> String {
    format!("AWSCognitoIdentityProviderService.{}", A::OPERATION)
}

/// An answer lacks a member, or it has the wrong type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The member's name on the wire.
    pub member: &'static str,
}

/// An answer that is no success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplyError {
    /// The service refused.
    Refused(ServiceError),
    /// The answer is not what the reference promises.
    Malformed(Malformed),
}

/// Reads what came back for `A`. `error_type` is the header `x-amzn-ErrorType`, where it can be seen.
pub fn read_reply<A: Action>(
    status: u16,
    error_type: Option<&str>,
    body: &str,
) -> Result<A::Answer, ReplyError> {
    if status != 200 {
        return Err(ReplyError::Refused(ServiceError::read(
            status, error_type, body,
        )));
    }
    let answer = match body {
        "" => Json::object([]),
        text => Json::parse(text).unwrap_or(Json::Null),
    };
    if !matches!(answer, Json::Object(_)) {
        return Err(ReplyError::Malformed(Malformed { member: "body" }));
    }
    A::read(&answer).map_err(ReplyError::Malformed)
}

/// Where a code went: `CodeDeliveryDetails`. The destination is masked by the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeDelivery {
    /// `a***@e***` or `+********4114`; its form is not promised.
    pub destination: String,
    /// Whether it went by text message rather than by mail.
    pub by_sms: bool,
}

impl CodeDelivery {
    /// Reads the member where it is there; a user confirmed at once is sent nothing.
    fn read(answer: &Json) -> Option<Self> {
        let details = answer.get("CodeDeliveryDetails");
        Some(Self {
            destination: details.get("Destination").as_text()?.to_owned(),
            by_sms: details.get("DeliveryMedium").as_text() == Some("SMS"),
        })
    }
}

/// A member that must be a text.
fn text(answer: &Json, member: &'static str) -> Result<String, Malformed> {
    answer
        .get(member)
        .as_text()
        .map(str::to_owned)
        .ok_or(Malformed { member })
}

/// A user's attributes as the API lists them: `[{"Name":…,"Value":…}]`.
fn attribute_list(attributes: &[(AttributeName, String)]) -> Json {
    Json::Array(
        attributes
            .iter()
            .map(|(name, value)| {
                Json::object([
                    ("Name", name.as_str().into()),
                    ("Value", value.as_str().into()),
                ])
            })
            .collect(),
    )
}
