//! The user-pool API, one request per file: `POST /` with `X-Amz-Target`, in AWS JSON 1.1.
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

pub use associate_software_token::{AccessTokenOrSession, AssociateSoftwareToken, SoftwareToken};
pub use authentication::{AuthResponse, AuthenticationResult, Challenge, ChallengeName};
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
pub use sign_up::{SignUp, SignUpResult};
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

/// One operation of the API: the format of its request and of its response.
pub trait Action {
    /// The operation's name in Amazon's API reference.
    const OPERATION: &'static str;
    /// The content of a successful response.
    type Response;

    /// Builds the JSON object of the request.
    fn request_body(&self) -> Json;

    /// Reads the members of a response with status 200. The service may answer an operation without output with an
    /// empty body or with `{}`. This function gets an object without members in both cases.
    fn parse_response(response: &Json) -> Result<Self::Response, MemberError>;
}

/// Returns the `X-Amz-Target` header of an operation.
pub fn target_header<A: Action>() -> String {
    format!("AWSCognitoIdentityProviderService.{}", A::OPERATION)
}

/// The error for a response that lacks a required member, or whose member has the wrong type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the member {member} is missing or has a wrong value")]
pub struct MemberError {
    /// The member's name in the response.
    pub member: &'static str,
}

/// The reason why the response to a request is not a success: the service refused the request, or the response is
/// malformed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResponseError {
    /// The service refused the request.
    #[error("the service refused the request")]
    Refused(#[source] ServiceError),
    /// The response differs from Amazon's API reference.
    #[error("the response is malformed")]
    Malformed(#[source] MemberError),
}

/// Parses the HTTP response to the operation `A`. Returns its content if the status is 200, or else the service's
/// error. `error_type` is the header `x-amzn-ErrorType`, or `None` if the caller cannot read it.
pub fn parse_http_response<A: Action>(
    status: u16,
    error_type: Option<&str>,
    body: &str,
) -> Result<A::Response, ResponseError> {
    if status != 200 {
        return Err(ResponseError::Refused(ServiceError::from_response(
            status, error_type, body,
        )));
    }
    let response = match body {
        "" => Json::object([]),
        text => Json::parse(text).unwrap_or(Json::Null),
    };
    if !matches!(response, Json::Object(_)) {
        return Err(ResponseError::Malformed(MemberError { member: "body" }));
    }
    A::parse_response(&response).map_err(ResponseError::Malformed)
}

/// `CodeDeliveryDetails`: the destination of a verification code. The service masks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeDelivery {
    /// For example `a***@e***` or `+********4114`. Amazon does not promise a format.
    pub destination: String,
    /// True for a text message, false for an email.
    pub is_sms: bool,
    /// The attribute that the code verifies, if the service names it: `email` or `phone_number`.
    pub attribute: Option<AttributeName>,
}

impl CodeDelivery {
    /// Parses the member `CodeDeliveryDetails` of a response. Returns `None` if the response lacks it, because the
    /// service sends no code to a user that it confirms at once.
    fn parse(response: &Json) -> Option<Self> {
        Self::parse_details(response.get("CodeDeliveryDetails"))
    }

    fn parse_details(details: &Json) -> Option<Self> {
        let attribute = details.get("AttributeName").as_str();
        Some(Self {
            destination: details.get("Destination").as_str()?.to_owned(),
            is_sms: details.get("DeliveryMedium").as_str() == Some("SMS"),
            attribute: attribute.and_then(AttributeName::parse),
        })
    }
}

/// Returns the string in the member `member` of a response. If the member is missing or not a string, the error names
/// it.
fn required_string(response: &Json, member: &'static str) -> Result<String, MemberError> {
    response
        .get(member)
        .as_str()
        .map(str::to_owned)
        .ok_or(MemberError { member })
}

/// Returns the authentication session that replaces the previous one, or `None` if the response has none.
fn optional_session(response: &Json) -> Option<ChallengeSession> {
    response.get("Session").as_str().map(ChallengeSession::new)
}

/// Returns the time in the member `member` of a response, without fractions of a second, or `None` if the response
/// lacks it.
fn optional_time(response: &Json, member: &str) -> Option<UnixTime> {
    response.get(member).as_u64().map(UnixTime::from_secs)
}

/// Builds an object of strings and leaves out members without a value. Most requests consist of such an object only.
fn string_object(members: &[(&str, Option<&str>)]) -> Json {
    Json::Object(
        members
            .iter()
            .filter_map(|(name, value)| Some(((*name).to_owned(), Json::from((*value)?))))
            .collect(),
    )
}

/// Builds the API's JSON for a list of user attributes: `[{"Name":…,"Value":…}]`.
fn attribute_list(attributes: &[(AttributeName, String)]) -> Json {
    Json::Array(
        attributes
            .iter()
            .map(|(name, value)| {
                string_object(&[("Name", Some(name.as_str())), ("Value", Some(value))])
            })
            .collect(),
    )
}
