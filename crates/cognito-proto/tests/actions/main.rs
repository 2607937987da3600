//! Requests and responses of the API operations, compared with the examples in Amazon's API reference. This file has
//! what all operations have in common.
//!
//! - [`sign_up`]: registration, verification codes and password reset
//! - [`sign_in`]: sign-in and tokens
//! - [`responses`]: successful responses without content, and errors
//! - [`account`]: operations on the user's own account
//! - [`factors`]: second factors
//! - [`passkeys`], [`devices`]: passkeys and remembered devices

mod account;
mod devices;
mod factors;
mod passkeys;
#[path = "../recorded/mod.rs"]
mod recorded;
mod responses;
mod sign_in;
mod sign_up;

use cognito_proto::action::{
    Action, AuthFlow, AuthResponse, AuthenticationResult, CONTENT_TYPE, Challenge, ChallengeAnswer,
    ChallengeName, ChallengeParameters, CodeDelivery, ConfirmForgotPassword, ConfirmSignUp,
    ForgotPassword, GetTokensFromRefreshToken, GetUser, GlobalSignOut, InitiateAuth, MemberError,
    MfaSettings, ResendConfirmationCode, RespondToAuthChallenge, ResponseError, RevokeToken,
    SignUp, SignUpResult, User, parse_http_response, target_header,
};
use cognito_proto::error::{ErrorKind, ServiceError};
use cognito_proto::factor::SecondFactor;
use cognito_proto::ids::{AttributeName, Username};
use cognito_proto::secret::{
    AccessToken, ChallengeSession, IdToken, Password, RefreshToken, VerificationCode,
};
use cognito_proto::srp::PasswordClaim;
use recorded::{body, client, username};
use serde_json::{Value, json};

/// Returns the target and the body of a request.
fn sent_by<A: Action>(action: &A) -> (String, Value) {
    (target_header::<A>(), body(action))
}

fn request(operation: &str, body: Value) -> (String, Value) {
    (
        format!("AWSCognitoIdentityProviderService.{operation}"),
        body,
    )
}

fn parse<A: Action>(body: &Value) -> Result<A::Response, ResponseError> {
    parse_http_response::<A>(200, None, &body.to_string())
}

fn missing_member<T>(member: &'static str) -> Result<T, ResponseError> {
    Err(ResponseError::Malformed(MemberError { member }))
}

fn ann() -> Username {
    username("ann@example.com")
}

fn code() -> VerificationCode {
    VerificationCode::new("123456")
}

fn access_token() -> AccessToken {
    AccessToken::new("eyJraWQ")
}

/// Returns the password claim of the example in Amazon's API reference.
fn claim() -> PasswordClaim {
    PasswordClaim {
        secret_block: "I7E6SkjLCo6nUMGQ".to_owned(),
        signature: "haTUX+jfMpUE49STXwEO9mqxlOlO45yWDQ1Sxj/NXuY=".to_owned(),
        timestamp: "Thu Nov 19 07:08:09 UTC 2026".to_owned(),
    }
}

fn attribute(name: &str) -> AttributeName {
    AttributeName::parse(name).expect("an attribute's name")
}

fn email_delivery() -> CodeDelivery {
    CodeDelivery {
        destination: "a***@e***".to_owned(),
        is_sms: false,
        attribute: Some(attribute("email")),
    }
}

fn tokens(refresh: Option<&str>) -> AuthenticationResult {
    AuthenticationResult {
        id_token: IdToken::new("eyJraWQi.id"),
        access_token: AccessToken::new("eyJraWQi.access"),
        refresh_token: refresh.map(RefreshToken::new),
        new_device: None,
    }
}

/// Returns a recorded `AuthenticationResult` with `changes` to its members.
fn authentication_result(changes: &[(&str, Value)]) -> Value {
    let mut result = json!({"AccessToken":"eyJraWQi.access","ExpiresIn":3600,"IdToken":"eyJraWQi.id","RefreshToken":"eyJjdHki","TokenType":"Bearer"});
    for (member, value) in changes {
        result[*member] = value.clone();
    }
    result
}

// Requests.

#[test]
fn requests_have_the_aws_json_1_1_content_type() {
    assert_eq!(CONTENT_TYPE, "application/x-amz-json-1.1");
}

#[test]
fn debug_output_of_requests_hides_secrets() {
    let (client, ann, code) = (client(), ann(), code());
    let (password, refresh) = (Password::new("Passw0rd!"), RefreshToken::new("eyJjdHki"));
    let access = access_token();
    let printed = [
        format!(
            "{:?}",
            SignUp {
                client: &client,
                username: &ann,
                password: Some(&password),
                attributes: &[]
            }
        ),
        format!(
            "{:?}",
            ConfirmForgotPassword {
                client: &client,
                username: &ann,
                code: &code,
                password: &password
            }
        ),
        format!(
            "{:?}",
            ConfirmSignUp {
                client: &client,
                username: &ann,
                code: &code,
                session: None,
            }
        ),
        format!(
            "{:?}",
            InitiateAuth {
                client: &client,
                device_key: None,
                flow: AuthFlow::UserPassword {
                    username: &ann,
                    password: &password
                }
            }
        ),
        format!(
            "{:?}",
            RevokeToken {
                client: &client,
                refresh_token: &refresh
            }
        ),
        format!(
            "{:?}",
            GetUser {
                access_token: &access
            }
        ),
        format!(
            "{:?}",
            AuthResponse::Authenticated(tokens(Some("eyJjdHki")))
        ),
    ];
    for text in printed {
        for secret in ["Passw0rd", "123456\"", "eyJ"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

// Responses.

#[test]
fn get_user_parses_every_user_attribute() {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        parse::<GetUser>(&json!({
            "UserAttributes":[{"Name":"email","Value":"ann@example.com"},{"Name":"email_verified","Value":"true"},
                {"Name":"custom:tier","Value":"free"},{"Name":"sub","Value":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11"}],
            "UserMFASettingList":["SOFTWARE_TOKEN_MFA"],"PreferredMfaSetting":"SOFTWARE_TOKEN_MFA",
            "Username":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11"})),
        Ok(User {
            username: "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11".to_owned(),
            attributes: vec![
                pair("email", "ann@example.com"),
                pair("email_verified", "true"),
                pair("custom:tier", "free"),
                pair("sub", "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11"),
            ],
            mfa: MfaSettings {
                active: vec![SecondFactor::SoftwareToken],
                preferred: Some(SecondFactor::SoftwareToken),
            },
        })
    );
    assert_eq!(
        parse::<GetUser>(
            &json!({"Username":"ann","UserAttributes":[{"Name":"nickname","Value":null},{"Name":"website"}]})
        ),
        Ok(User {
            username: "ann".to_owned(),
            attributes: vec![pair("nickname", ""), pair("website", "")],
            mfa: MfaSettings::default(),
        })
    );
    assert_eq!(
        parse::<GetUser>(&json!({"UserAttributes":[]})),
        missing_member("Username")
    );
    assert_eq!(
        parse::<GetUser>(&json!({"Username":"ann","UserAttributes":[{"Value":"x"}]})),
        missing_member("Name")
    );
}
