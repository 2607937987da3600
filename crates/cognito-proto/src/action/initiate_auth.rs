use super::{Action, AuthResponse, MemberError, string_object};
use crate::factor::FirstFactor;
use crate::ids::{ClientId, DeviceKey, Username};
use crate::json::Json;
use crate::secret::{ChallengeSession, Password, RefreshToken};

/// Starts a sign-in or refreshes tokens.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html>
#[derive(Debug)]
pub struct InitiateAuth<'a> {
    /// The app client.
    pub client: &'a ClientId,
    /// The remembered device that this browser has, if there is one.
    pub device_key: Option<&'a DeviceKey>,
    /// The authentication flow with its parameters.
    pub flow: AuthFlow<'a>,
}

/// `AuthFlow` and its `AuthParameters`. The app client's `ExplicitAuthFlows` must allow the flow.
#[derive(Debug)]
pub enum AuthFlow<'a> {
    /// `USER_SRP_AUTH`: the app proves the password and does not send it.
    UserSrp {
        /// The user who signs in.
        username: &'a Username,
        /// The public SRP value A in lower-case hex.
        srp_a: &'a str,
    },
    /// `USER_PASSWORD_AUTH`: the app sends the password to the pool.
    UserPassword {
        /// The user who signs in.
        username: &'a Username,
        /// The password, exactly as typed.
        password: &'a Password,
    },
    /// `USER_AUTH`: the pool offers first factors, or continues at once with the preferred one.
    UserAuth {
        /// The user who signs in.
        username: &'a Username,
        /// The preferred first factor.
        preferred: Option<FirstFactorAnswer<'a>>,
    },
    /// `USER_AUTH` with the session from the response of [`ConfirmSignUp`](super::ConfirmSignUp). The pool asks for
    /// nothing else.
    SignUpSession {
        /// The user who has just confirmed the registration.
        username: &'a Username,
        /// The session from the response of `ConfirmSignUp`.
        session: &'a ChallengeSession,
    },
    /// `CUSTOM_AUTH`: the pool's Lambda triggers choose the challenges.
    Custom {
        /// The user who signs in.
        username: &'a Username,
        /// The public SRP value A in lower-case hex, if the flow begins with the password proof.
        srp_a: Option<&'a str>,
    },
    /// `REFRESH_TOKEN_AUTH`. The response has no new refresh token.
    RefreshToken(&'a RefreshToken),
}

/// A first factor and its data: `PREFERRED_CHALLENGE`, or the `ANSWER` to `SELECT_CHALLENGE`.
#[derive(Debug)]
pub enum FirstFactorAnswer<'a> {
    /// `PASSWORD`, with the password exactly as typed.
    Password(&'a Password),
    /// `PASSWORD_SRP`, with the public SRP value A in lower-case hex.
    PasswordSrp(&'a str),
    /// Only the factor's name. For a password, the service then sends a challenge.
    NameOnly(FirstFactor),
}

impl<'a> FirstFactorAnswer<'a> {
    /// Returns the name of the factor, the password to send, and the public SRP value A. The last two are `None` if the
    /// answer does not contain them.
    pub(super) fn name_password_and_srp_a(
        &self,
    ) -> (&'static str, Option<&'a str>, Option<&'a str>) {
        match self {
            Self::Password(password) => ("PASSWORD", Some(password.expose_secret()), None),
            Self::PasswordSrp(srp_a) => ("PASSWORD_SRP", None, Some(srp_a)),
            Self::NameOnly(factor) => (factor.as_str(), None, None),
        }
    }
}

impl Action for InitiateAuth<'_> {
    const OPERATION: &'static str = "InitiateAuth";
    type Response = AuthResponse;

    fn request_body(&self) -> Json {
        // The possible parameters. Each flow sets those that it needs.
        let mut name = None;
        let mut password = None;
        let mut a = None;
        let mut preferred_challenge = None;
        let mut challenge_name = None;
        let mut token = None;
        let mut sign_up_session = None;
        let flow = match &self.flow {
            AuthFlow::UserSrp { username, srp_a } => {
                (name, a) = (Some(*username), Some(*srp_a));
                "USER_SRP_AUTH"
            }
            AuthFlow::UserPassword {
                username,
                password: entered,
            } => {
                (name, password) = (Some(*username), Some(entered.expose_secret()));
                "USER_PASSWORD_AUTH"
            }
            AuthFlow::UserAuth {
                username,
                preferred,
            } => {
                name = Some(*username);
                if let Some(preferred) = preferred {
                    let (factor, entered, srp_a) = preferred.name_password_and_srp_a();
                    (preferred_challenge, password, a) = (Some(factor), entered, srp_a);
                }
                "USER_AUTH"
            }
            AuthFlow::SignUpSession { username, session } => {
                (name, sign_up_session) = (Some(*username), Some(session.expose_secret()));
                "USER_AUTH"
            }
            AuthFlow::Custom { username, srp_a } => {
                (name, a) = (Some(*username), *srp_a);
                challenge_name = srp_a.map(|_| "SRP_A");
                "CUSTOM_AUTH"
            }
            AuthFlow::RefreshToken(refresh_token) => {
                token = Some(refresh_token.expose_secret());
                "REFRESH_TOKEN_AUTH"
            }
        };
        let parameters = string_object(&[
            ("USERNAME", name.map(Username::as_str)),
            ("PASSWORD", password),
            ("PREFERRED_CHALLENGE", preferred_challenge),
            ("CHALLENGE_NAME", challenge_name),
            ("SRP_A", a),
            ("REFRESH_TOKEN", token),
            ("DEVICE_KEY", self.device_key.map(DeviceKey::as_str)),
        ]);
        Json::object([
            ("AuthFlow", flow.into()),
            ("ClientId", self.client.as_str().into()),
            ("AuthParameters", parameters),
            ("Session", sign_up_session.map_or(Json::Null, Json::from)),
        ])
    }

    fn parse_response(response: &Json) -> Result<AuthResponse, MemberError> {
        AuthResponse::parse(response)
    }
}
