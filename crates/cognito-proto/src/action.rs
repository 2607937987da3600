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
pub use authentication::{
    AuthResponse, AuthenticationResult, Challenge, ChallengeName, ChallengeParameters, NewDevice,
};
pub use change_password::ChangePassword;
pub use complete_web_authn_registration::{CompleteWebAuthnRegistration, RegistrationResponse};
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

use serde::{Deserialize, Serialize, Serializer};

use crate::error::ServiceError;
use crate::ids::AttributeName;
use crate::wire::{self, Member};

pub use crate::wire::MemberError;

/// The content type of every request to the user-pool API.
pub const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// One operation of the user-pool API: the format of its request and of its response. The implementing type is the
/// request, and its `Serialize` writes the request's JSON.
pub trait Action: Serialize {
    /// The operation's name in Amazon's API reference.
    const OPERATION: &'static str;
    /// The data that a successful response of this operation contains.
    type Response;

    /// Returns the JSON text of the request.
    fn request_body(&self) -> String {
        wire::to_json(self)
    }

    /// Parses the body of a response with status 200. The service may answer an operation without output with an empty
    /// body or with `{}`.
    fn parse_response(body: &str) -> Result<Self::Response, MemberError>;
}

/// Returns the value of the header `X-Amz-Target`, which names the operation `A` in a request.
pub fn target_header<A: Action>() -> String {
    format!("AWSCognitoIdentityProviderService.{}", A::OPERATION)
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
    A::parse_response(body).map_err(ResponseError::Malformed)
}

/// Parses the members of a successful response. An empty body counts as an object without members. If the body is not a
/// JSON object, the error names the member `body`.
fn parse_body<'a, T: Deserialize<'a>>(body: &'a str) -> Result<T, MemberError> {
    let json = if body.is_empty() { "{}" } else { body };
    wire::parse(json).ok_or(MemberError { member: "body" })
}

/// Checks the response of an operation that returns no data. It must be empty or a JSON object.
fn parse_empty(body: &str) -> Result<(), MemberError> {
    #[derive(Deserialize)]
    struct ResponseBody {}

    let ResponseBody {} = parse_body(body)?;
    Ok(())
}

/// The destination of a verification code that the service has sent (`CodeDeliveryDetails`). The service masks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeDelivery {
    /// The masked email address or phone number, for example `a***@e***` or `+********4114`. Amazon does not promise a
    /// format.
    pub destination: String,
    /// True for a text message, false for an email.
    pub is_sms: bool,
    /// The attribute that the code verifies, if the service names it: `email` or `phone_number`.
    pub attribute: Option<AttributeName>,
}

/// The wire format of [`CodeDelivery`]: `CodeDeliveryDetailsType` in Amazon's API reference.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase", bound(deserialize = "'de: 'a"))]
struct CodeDeliveryDetails<'a> {
    attribute_name: Member<'a, AttributeName>,
    delivery_medium: Member<'a, String>,
    destination: Member<'a, String>,
}

impl CodeDelivery {
    /// Parses the destination of a verification code. Returns `None` if the service names none, because it sends no
    /// code to a user that it confirms at once.
    fn parse(details: Member<'_, CodeDeliveryDetails<'_>>) -> Option<Self> {
        let details = details.optional()?;
        Some(Self {
            destination: details.destination.optional()?,
            is_sms: details.delivery_medium.optional().as_deref() == Some("SMS"),
            attribute: details.attribute_name.optional(),
        })
    }
}

/// Parses the response of an operation that sends a verification code. Returns the destination of the code.
fn parse_code_delivery(body: &str) -> Result<Option<CodeDelivery>, MemberError> {
    #[derive(Default, Deserialize)]
    #[serde(default, rename_all = "PascalCase")]
    #[serde(bound(deserialize = "'de: 'a"))]
    struct ResponseBody<'a> {
        code_delivery_details: Member<'a, CodeDeliveryDetails<'a>>,
    }

    let body: ResponseBody = parse_body(body)?;
    Ok(CodeDelivery::parse(body.code_delivery_details))
}

/// Serializes user attributes as Amazon's API wants them: a list of objects with `Name` and `Value` (`AttributeType`).
fn serialize_attributes<S: Serializer>(
    attributes: &[(AttributeName, String)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    #[serde(rename_all = "PascalCase")]
    struct Attribute<'a> {
        name: &'a AttributeName,
        value: &'a str,
    }

    serializer.collect_seq(
        attributes
            .iter()
            .map(|(name, value)| Attribute { name, value }),
    )
}
