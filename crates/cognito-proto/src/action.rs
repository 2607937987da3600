//! The user-pool API, one request per file: `POST /` with `X-Amz-Target`, AWS JSON 1.1.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_Operations.html>

mod associate_software_token;
mod authentication;
mod change_password;
mod complete_web_authn_registration;
mod confirm_device;
mod confirm_forgot_password;
mod confirm_sign_up;
mod delete_user;
mod delete_web_authn_credential;
mod forget_device;
mod forgot_password;
mod get_tokens_from_refresh_token;
mod get_user;
mod get_user_attribute_verification_code;
mod get_user_auth_factors;
mod global_sign_out;
mod initiate_auth;
mod list_devices;
mod list_web_authn_credentials;
mod resend_confirmation_code;
mod respond_to_auth_challenge;
mod revoke_token;
mod set_user_mfa_preference;
mod sign_up;
mod start_web_authn_registration;
mod update_device_status;
mod update_user_attributes;
mod verify_software_token;
mod verify_user_attribute;

pub use associate_software_token::{AssociateSoftwareToken, SoftwareToken, Standing};
pub use authentication::{AuthReply, AuthenticationResult, Challenge, ChallengeName};
pub use change_password::ChangePassword;
pub use complete_web_authn_registration::CompleteWebAuthnRegistration;
pub use confirm_device::ConfirmDevice;
pub use confirm_forgot_password::ConfirmForgotPassword;
pub use confirm_sign_up::ConfirmSignUp;
pub use delete_user::DeleteUser;
pub use delete_web_authn_credential::DeleteWebAuthnCredential;
pub use forget_device::ForgetDevice;
pub use forgot_password::ForgotPassword;
pub use get_tokens_from_refresh_token::GetTokensFromRefreshToken;
pub use get_user::{GetUser, MfaSettings, User};
pub use get_user_attribute_verification_code::GetUserAttributeVerificationCode;
pub use get_user_auth_factors::{GetUserAuthFactors, UserAuthFactors};
pub use global_sign_out::GlobalSignOut;
pub use initiate_auth::{AuthFlow, FirstFactorAnswer, InitiateAuth};
pub use list_devices::{Device, Devices, ListDevices};
pub use list_web_authn_credentials::{
    ListWebAuthnCredentials, WebAuthnCredential, WebAuthnCredentials,
};
pub use resend_confirmation_code::ResendConfirmationCode;
pub use respond_to_auth_challenge::{ChallengeAnswer, RespondToAuthChallenge};
pub use revoke_token::RevokeToken;
pub use set_user_mfa_preference::{MfaPreference, SetUserMfaPreference};
pub use sign_up::{SignUp, SignedUp};
pub use start_web_authn_registration::StartWebAuthnRegistration;
pub use update_device_status::UpdateDeviceStatus;
pub use update_user_attributes::UpdateUserAttributes;
pub use verify_software_token::VerifySoftwareToken;
pub use verify_user_attribute::VerifyUserAttribute;

use crate::error::ServiceError;
use crate::ids::AttributeName;
use crate::json::Json;
use crate::secret::ChallengeSession;
use crate::time::UnixTime;

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
    /// What it is a code for, where the service says: `email` or `phone_number`.
    pub attribute: Option<AttributeName>,
}

impl CodeDelivery {
    /// Reads the member where it is there; a user confirmed at once is sent nothing.
    fn read(answer: &Json) -> Option<Self> {
        Self::from_details(answer.get("CodeDeliveryDetails"))
    }

    fn from_details(details: &Json) -> Option<Self> {
        let attribute = details.get("AttributeName").as_text();
        Some(Self {
            destination: details.get("Destination").as_text()?.to_owned(),
            by_sms: details.get("DeliveryMedium").as_text() == Some("SMS"),
            attribute: attribute.and_then(AttributeName::parse),
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

/// The session that takes the place of the one before, where one was sent.
fn session(answer: &Json) -> Option<ChallengeSession> {
    answer.get("Session").as_text().map(ChallengeSession::new)
}

/// A moment, where it is told: seconds since the epoch, whose fraction is dropped.
fn moment(answer: &Json, member: &str) -> Option<UnixTime> {
    answer.get(member).as_whole().map(UnixTime::from_secs)
}

/// An object of texts; what is not there stays out. Most requests are nothing else, so this is written once.
fn texts(members: &[(&str, Option<&str>)]) -> Json {
    Json::Object(
        members
            .iter()
            .filter_map(|(name, value)| Some(((*name).to_owned(), Json::from((*value)?))))
            .collect(),
    )
}

/// A user's attributes as the API lists them: `[{"Name":…,"Value":…}]`.
fn attribute_list(attributes: &[(AttributeName, String)]) -> Json {
    Json::Array(
        attributes
            .iter()
            .map(|(name, value)| texts(&[("Name", Some(name.as_str())), ("Value", Some(value))]))
            .collect(),
    )
}
