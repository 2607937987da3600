use cognito_proto::action::{
    Action, AuthResponse, AuthenticationResult, ChallengeName, InitiateAuth, parse_http_response,
    target_header,
};
use cognito_proto::config::ConfiguredFlow;
use cognito_proto::error::ServiceError;
use cognito_proto::ids::{EmailAddress, UserPoolId};
use cognito_proto::secret::{AccessToken, IdToken, Password, RefreshToken};
use cognito_proto::sign_in::{
    AuthAction, AuthRequest, OpenChallenge, OtpChallenge, ProtocolError, SignIn, Step,
};
use cognito_proto::srp::ClientEphemeral;
use cognito_proto::time::UnixTime;
use serde_json::{Value, json};

use crate::recorded::{body, client, username};

/// `USER_AUTH` without a preferred first factor in the configuration.
pub(crate) const USER_AUTH: ConfiguredFlow = ConfiguredFlow::UserAuth { preferred: None };

pub(crate) const NOW: UnixTime = UnixTime::from_secs(1_795_072_089);

/// Returns a sign-in of Ann, who typed her email address.
pub(crate) fn ann(flow: ConfiguredFlow) -> SignIn {
    let pool = UserPoolId::parse("us-east-1_AbCdEfGhI").expect("a pool id");
    SignIn::new(flow, &pool, username("ann@example.com"), None)
}

pub(crate) fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("an email address")
}

pub(crate) fn password() -> Password {
    Password::new("Passw0rd!")
}

pub(crate) fn ephemeral() -> ClientEphemeral {
    ClientEphemeral::from_bytes([7; 32]).expect("a valid exponent")
}

/// Returns the operation and the body of a request.
pub(crate) fn request_of(request: &AuthRequest) -> (&'static str, Value) {
    fn operation_and_body<A: Action>(action: &A) -> (&'static str, Value) {
        assert!(target_header::<A>().ends_with(A::OPERATION));
        (A::OPERATION, body(action))
    }
    match request.action(&client()) {
        AuthAction::Initiate(action) => operation_and_body(&action),
        AuthAction::Respond(action) => operation_and_body(&action),
    }
}

/// Returns the `RespondToAuthChallenge` request of Amazon's example client.
pub(crate) fn challenge_response(
    challenge_json: &str,
    session: &str,
    responses: Value,
) -> (&'static str, Value) {
    (
        "RespondToAuthChallenge",
        json!({"ChallengeName":challenge_json,"ClientId":"1example23456789012345678","Session":session,"ChallengeResponses":responses}),
    )
}

/// Returns the `InitiateAuth` request of Amazon's example client.
pub(crate) fn initiate_auth(flow: &str, parameters: Value) -> (&'static str, Value) {
    (
        "InitiateAuth",
        json!({"AuthFlow":flow,"ClientId":"1example23456789012345678","AuthParameters":parameters}),
    )
}

pub(crate) fn parse_response(response: &Value) -> AuthResponse {
    parse_http_response::<InitiateAuth<'_>>(200, None, &response.to_string())
        .expect("a good answer")
}

pub(crate) fn respond(request: AuthRequest, response: &Value) -> Result<Step, ProtocolError> {
    request.on_response(parse_response(response), NOW)
}

/// Returns an error with this type and text.
pub(crate) fn service_error(kind: &str, message: &str) -> ServiceError {
    let body = json!({"__type":kind,"message":message}).to_string();
    ServiceError::from_response(400, None, &body)
}

/// Returns the `AuthenticationResult` of Amazon's API reference.
pub(crate) fn tokens_response() -> Value {
    json!({"AuthenticationResult":{"AccessToken":"eyJraWQi.access","ExpiresIn":3600,"IdToken":"eyJraWQi.id","RefreshToken":"eyJjdHki","TokenType":"Bearer"},
        "ChallengeParameters":{}})
}

pub(crate) fn tokens() -> AuthenticationResult {
    AuthenticationResult {
        id_token: IdToken::new("eyJraWQi.id"),
        access_token: AccessToken::new("eyJraWQi.access"),
        refresh_token: Some(RefreshToken::new("eyJjdHki")),
        new_device: None,
    }
}

pub(crate) fn challenge_json(name: &str, session: &str, parameters: Value) -> Value {
    json!({"ChallengeName":name,"Session":session,"ChallengeParameters":parameters})
}

/// Returns the content of a step, or panics if the step is of another kind.
macro_rules! step {
    ($step:expr, $kind:ident) => {
        match Result::<_, cognito_proto::sign_in::ProtocolError>::from($step) {
            Ok(cognito_proto::sign_in::Step::$kind(inside)) => inside,
            other => panic!(concat!("not ", stringify!($kind), ": {:?}"), other),
        }
    };
}
pub(crate) use step;

/// Returns the name of a challenge that is not answered.
pub(crate) fn unknown_challenge(step: Result<Step, ProtocolError>) -> ChallengeName {
    step!(step, Unknown)
}

/// Returns the step for a challenge after the password. The challenge does not depend on Ann's last request.
pub(crate) fn challenge_step(name: &str, parameters: Value) -> Result<Step, ProtocolError> {
    let request = ann(ConfiguredFlow::UserPassword).with_password(password(), ephemeral());
    respond(request, &challenge_json(name, "AYAB-1", parameters))
}

/// Returns the challenge of the `SMS_MFA` in Amazon's API reference.
pub(crate) fn open_sms_challenge() -> OpenChallenge<OtpChallenge> {
    let parameters = json!({"CODE_DELIVERY_DELIVERY_MEDIUM":"SMS","CODE_DELIVERY_DESTINATION":"+********4114","USER_ID_FOR_SRP":"ann"});
    step!(challenge_step("SMS_MFA", parameters), Code)
}

/// Returns the step for the `SELECT_CHALLENGE` in Amazon's API reference, with these factors.
pub(crate) fn select_challenge(factors: &Value) -> Result<Step, ProtocolError> {
    let first = step!(Ok(ann(USER_AUTH).with_username_only(None)), Send);
    respond(
        first,
        &json!({"AvailableChallenges":factors,"ChallengeName":"SELECT_CHALLENGE",
            "ChallengeParameters":{"USERNAME":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11"},"Session":"AYAB-1"}),
    )
}
