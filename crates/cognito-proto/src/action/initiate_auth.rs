use serde::{Serialize, Serializer};

use super::{Action, AuthResponse, MemberError};
use crate::factor::FirstFactor;
use crate::ids::{ClientId, DeviceKey, Username};
use crate::secret::{ChallengeSession, Password, RefreshToken};

/// Starts a sign-in or refreshes tokens.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html>
#[derive(Debug)]
pub struct InitiateAuth<'a> {
    /// The app client.
    pub client: &'a ClientId,
    /// The key of the remembered device, if this browser has one.
    pub device_key: Option<&'a DeviceKey>,
    /// The authentication flow with its parameters.
    pub flow: AuthFlow<'a>,
}

/// The authentication flow (`AuthFlow`) and its parameters (`AuthParameters`). The app client's `ExplicitAuthFlows`
/// must allow the flow.
#[derive(Debug)]
pub enum AuthFlow<'a> {
    /// `USER_SRP_AUTH`: the app proves the password and does not send it.
    UserSrp {
        /// The user who signs in.
        username: &'a Username,
        /// The public value A of the app's SRP key pair, in lower-case hex.
        srp_a: &'a str,
    },
    /// `USER_PASSWORD_AUTH`: the app sends the password to the pool.
    UserPassword {
        /// The user who signs in.
        username: &'a Username,
        /// The password, exactly as typed.
        password: &'a Password,
    },
    /// `USER_AUTH`: the pool offers several first factors, or continues at once with the preferred one.
    UserAuth {
        /// The user who signs in.
        username: &'a Username,
        /// The first factor to use without asking, and its data.
        preferred: Option<FirstFactorAnswer<'a>>,
    },
    /// `USER_AUTH` right after a registration, with the authentication session from the response of
    /// [`ConfirmSignUp`](super::ConfirmSignUp). The pool asks for no other proof.
    SignUpSession {
        /// The user who has just confirmed the registration.
        username: &'a Username,
        /// The authentication session from the response of `ConfirmSignUp`.
        session: &'a ChallengeSession,
    },
    /// `CUSTOM_AUTH`: the pool's Lambda triggers choose the challenges.
    Custom {
        /// The user who signs in.
        username: &'a Username,
        /// The public value A of the app's SRP key pair, in lower-case hex, if the flow begins with the password proof.
        srp_a: Option<&'a str>,
    },
    /// `REFRESH_TOKEN_AUTH`: requests new ID and access tokens with this refresh token. The response has no new refresh
    /// token.
    RefreshToken(&'a RefreshToken),
}

/// A first factor and its data. It is sent as `PREFERRED_CHALLENGE` when a sign-in starts, or as the `ANSWER` to
/// `SELECT_CHALLENGE`.
#[derive(Debug)]
pub enum FirstFactorAnswer<'a> {
    /// `PASSWORD`, with the password exactly as typed.
    Password(&'a Password),
    /// `PASSWORD_SRP`, with the public value A of the app's SRP key pair in lower-case hex.
    PasswordSrp(&'a str),
    /// Only the factor's name, without data. For a password, the service then sends a challenge.
    NameOnly(FirstFactor),
}

impl<'a> FirstFactorAnswer<'a> {
    /// Returns the factor's name in the API.
    pub(super) fn factor_name(&self) -> &'static str {
        match self {
            Self::Password(_) => FirstFactor::Password.as_str(),
            Self::PasswordSrp(_) => FirstFactor::PasswordSrp.as_str(),
            Self::NameOnly(factor) => factor.as_str(),
        }
    }

    /// Returns the password, or `None` if the answer sends none.
    pub(super) fn password(&self) -> Option<&'a Password> {
        match self {
            Self::Password(password) => Some(password),
            Self::PasswordSrp(_) | Self::NameOnly(_) => None,
        }
    }

    /// Returns the public SRP value A, or `None` if the answer has none.
    pub(super) fn srp_a(&self) -> Option<&'a str> {
        match self {
            Self::PasswordSrp(srp_a) => Some(srp_a),
            Self::Password(_) | Self::NameOnly(_) => None,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RequestBody<'a> {
    auth_flow: &'static str,
    client_id: &'a ClientId,
    auth_parameters: AuthParameters<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<&'a ChallengeSession>,
}

/// The members of `AuthParameters` in a request. Each flow sends some of them.
#[derive(Default, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct AuthParameters<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<&'a Username>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<&'a Password>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_challenge: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    srp_a: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a RefreshToken>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device_key: Option<&'a DeviceKey>,
}

impl<'a> AuthFlow<'a> {
    fn name(&self) -> &'static str {
        match self {
            Self::UserSrp { .. } => "USER_SRP_AUTH",
            Self::UserPassword { .. } => "USER_PASSWORD_AUTH",
            Self::UserAuth { .. } | Self::SignUpSession { .. } => "USER_AUTH",
            Self::Custom { .. } => "CUSTOM_AUTH",
            Self::RefreshToken(_) => "REFRESH_TOKEN_AUTH",
        }
    }

    fn parameters(&self) -> AuthParameters<'a> {
        let of_user = |username| AuthParameters {
            username: Some(username),
            ..AuthParameters::default()
        };
        match self {
            Self::UserSrp { username, srp_a } => AuthParameters {
                srp_a: Some(srp_a),
                ..of_user(username)
            },
            Self::UserPassword { username, password } => AuthParameters {
                password: Some(password),
                ..of_user(username)
            },
            Self::UserAuth {
                username,
                preferred,
            } => AuthParameters {
                password: preferred.as_ref().and_then(FirstFactorAnswer::password),
                preferred_challenge: preferred.as_ref().map(FirstFactorAnswer::factor_name),
                srp_a: preferred.as_ref().and_then(FirstFactorAnswer::srp_a),
                ..of_user(username)
            },
            Self::SignUpSession { username, .. } => of_user(username),
            Self::Custom { username, srp_a } => AuthParameters {
                challenge_name: srp_a.map(|_| "SRP_A"),
                srp_a: *srp_a,
                ..of_user(username)
            },
            Self::RefreshToken(refresh_token) => AuthParameters {
                refresh_token: Some(refresh_token),
                ..AuthParameters::default()
            },
        }
    }
}

impl Serialize for InitiateAuth<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RequestBody {
            auth_flow: self.flow.name(),
            client_id: self.client,
            auth_parameters: AuthParameters {
                device_key: self.device_key,
                ..self.flow.parameters()
            },
            session: match self.flow {
                AuthFlow::SignUpSession { session, .. } => Some(session),
                _ => None,
            },
        }
        .serialize(serializer)
    }
}

impl Action for InitiateAuth<'_> {
    const OPERATION: &'static str = "InitiateAuth";
    type Response = AuthResponse;

    fn parse_response(body: &str) -> Result<AuthResponse, MemberError> {
        AuthResponse::parse(body)
    }
}
