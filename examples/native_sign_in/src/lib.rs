//! Signs a user in to a user pool by SRP, without a browser, and verifies the signatures of the tokens.

use std::time::SystemTime;

use cognito_proto::action::{
    Action, CONTENT_TYPE, ResponseError, parse_http_response, target_header,
};
use cognito_proto::config::ConfiguredFlow;
use cognito_proto::ids::{ClientId, Issuer, SecureUrl, UserPoolId, Username};
use cognito_proto::issuers::Issuers;
use cognito_proto::jwks::{Jwks, jwks_url};
use cognito_proto::jwt::{ExpectedClaims, TokenValidationError};
use cognito_proto::secret::Password;
use cognito_proto::sign_in::{AfterError, AuthAction, ProtocolError, SignIn, Step};
use cognito_proto::signature::{IssuerKeys, NativeVerifier, VerificationError};
use cognito_proto::srp::{ClientEphemeral, SrpError};
use cognito_proto::time::{ClockReading, UnixTime};
use cognito_proto::tokens::{Tokens, UnverifiedTokens};

/// A user pool and one of its app clients.
#[derive(Clone, Debug)]
pub struct UserPool {
    /// The ID of the user pool.
    pub id: UserPoolId,
    /// The ID of the app client. It has no secret.
    pub client: ClientId,
    /// The URL at which the user-pool API answers.
    pub endpoint: SecureUrl,
}

/// The reason why a sign-in failed.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "the texts of the errors describe them")]
pub enum SignInError {
    #[error("incorrect username or password")]
    WrongPassword,
    #[error("the sign-in needs a step that this example does not have")]
    OtherStep,
    #[error("the pool did not answer")]
    Http(#[from] ureq::Error),
    #[error("the pool refused the request, or its response is malformed")]
    Response(#[from] ResponseError),
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
    #[error("the key set of {0} contains no keys")]
    NoKeys(Issuer),
    #[error("the tokens are invalid")]
    Invalid(#[from] TokenValidationError),
    #[error("the system has no secure random numbers")]
    NoSecureRandom(#[from] getrandom::Error),
    #[error("the random numbers are not usable")]
    KeyPair(#[from] SrpError),
}

/// Signs the user in and returns tokens that passed every check. The password does not leave this process.
pub fn sign_in(
    pool: &UserPool,
    username: Username,
    password: Password,
) -> Result<Tokens, SignInError> {
    let mut random = [0; 32];
    getrandom::fill(&mut random)?;
    let mut request = SignIn::new(ConfiguredFlow::UserSrp, &pool.id, username, None)
        .with_password(password, ClientEphemeral::from_bytes(random)?);
    let completed = loop {
        let response = match request.action(&pool.client) {
            AuthAction::Initiate(action) => send(pool, &action)?,
            AuthAction::Respond(action) => send(pool, &action)?,
        };
        let response = match response {
            Ok(response) => response,
            Err(ResponseError::Refused(error)) => {
                return Err(match request.on_error(&error) {
                    AfterError::WrongPassword => SignInError::WrongPassword,
                    _ => ResponseError::Refused(error).into(),
                });
            }
            Err(error) => return Err(error.into()),
        };
        match request.on_response(response, now())? {
            Step::Send(next) => request = next,
            Step::Completed(completed) => break completed,
            _ => return Err(SignInError::OtherStep),
        }
    };
    let expected = ExpectedClaims {
        issuers: Issuers::for_pool(&pool.id, &pool.endpoint, None),
        client: pool.client.clone(),
    };
    let clock = ClockReading {
        device: now(),
        server: None,
    };
    let tokens = UnverifiedTokens::validate_direct(completed.result, &expected, clock)?
        .require_user(completed.user_id.as_deref())?;
    let keys = fetch_keys(&expected.issuers, tokens.issuer())?;
    pollster::block_on(tokens.verify(&keys, &NativeVerifier)).map_err(|error| match error {
        VerificationError::Invalid(error) => SignInError::Invalid(error),
        VerificationError::Keys(never) | VerificationError::Verifier(never) => match never {},
    })
}

/// Sends one request to the user-pool API.
fn send<A: Action>(
    pool: &UserPool,
    action: &A,
) -> Result<Result<A::Response, ResponseError>, SignInError> {
    let mut response = ureq::post(pool.endpoint.as_str())
        .config()
        .http_status_as_error(false)
        .build()
        .header("content-type", CONTENT_TYPE)
        .header("x-amz-target", target_header::<A>())
        .send(action.request_body())?;
    let body = response.body_mut().read_to_string()?;
    let error_type = response.headers().get("x-amzn-errortype");
    let error_type = error_type.and_then(|value| value.to_str().ok());
    Ok(parse_http_response::<A>(
        response.status().as_u16(),
        error_type,
        &body,
    ))
}

/// Fetches the key set of the issuer.
fn fetch_keys(issuers: &Issuers, issuer: &Issuer) -> Result<IssuerKeys, SignInError> {
    for base in issuers.base_urls(issuer) {
        let body = ureq::get(jwks_url(base))
            .call()?
            .body_mut()
            .read_to_string()?;
        if let Some(keys) = Jwks::parse(&body) {
            let issuer = issuer.clone();
            return Ok(IssuerKeys { issuer, keys });
        }
    }
    Err(SignInError::NoKeys(issuer.clone()))
}

/// Returns the time of the system's clock. For a clock that shows a time before 1970, no token is valid.
fn now() -> UnixTime {
    let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    UnixTime::from_secs(since_1970.map_or(0, |time| time.as_secs()))
}
