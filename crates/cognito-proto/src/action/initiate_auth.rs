use super::{Action, AuthReply, Malformed, texts};
use crate::factor::FirstFactor;
use crate::ids::{ClientId, DeviceKey, Username};
use crate::json::Json;
use crate::secret::{ChallengeSession, Password, RefreshToken};

/// Begins a sign-in, or renews tokens.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html>
#[derive(Debug)]
pub struct InitiateAuth<'a> {
    /// The app client.
    pub client: &'a ClientId,
    /// The device that this browser is remembered as.
    pub device_key: Option<&'a DeviceKey>,
    /// The flow with what it needs.
    pub flow: AuthFlow<'a>,
}

/// `AuthFlow` and its `AuthParameters`; each must be allowed by the app client's `ExplicitAuthFlows`.
#[derive(Debug)]
pub enum AuthFlow<'a> {
    /// `USER_SRP_AUTH`: the password stays here.
    UserSrp {
        /// Who signs in.
        username: &'a Username,
        /// A in lower-case hex.
        srp_a: &'a str,
    },
    /// `USER_PASSWORD_AUTH`: the password goes to the pool.
    UserPassword {
        /// Who signs in.
        username: &'a Username,
        /// The password, exactly as typed.
        password: &'a Password,
    },
    /// `USER_AUTH`: the pool says what there is to choose from, or goes on at once by what is preferred.
    UserAuth {
        /// Who signs in.
        username: &'a Username,
        /// How they would like to begin.
        preferred: Option<FirstFactorAnswer<'a>>,
    },
    /// `USER_AUTH` with the session that [`ConfirmSignUp`](super::ConfirmSignUp) answered: nothing more is asked.
    SignedUp {
        /// Who has just confirmed their registration.
        username: &'a Username,
        /// The session.
        session: &'a ChallengeSession,
    },
    /// `CUSTOM_AUTH`: challenges by the pool's own code.
    Custom {
        /// Who signs in.
        username: &'a Username,
        /// A in lower-case hex, where the password is proved before.
        srp_a: Option<&'a str>,
    },
    /// `REFRESH_TOKEN_AUTH`; the answer holds no new refresh token.
    RefreshToken(&'a RefreshToken),
}

/// A first factor, with what goes along with its name: `PREFERRED_CHALLENGE`, and the `ANSWER` of `SELECT_CHALLENGE`.
#[derive(Debug)]
pub enum FirstFactorAnswer<'a> {
    /// `PASSWORD`, with the password exactly as typed.
    Password(&'a Password),
    /// `PASSWORD_SRP`, with A in lower-case hex.
    PasswordSrp(&'a str),
    /// The name alone; for a password the service then asks.
    Bare(FirstFactor),
}

impl<'a> FirstFactorAnswer<'a> {
    /// The name, and the members `PASSWORD` and `SRP_A`.
    pub(super) fn members(&self) -> (&'static str, Option<&'a str>, Option<&'a str>) {
        match self {
            Self::Password(password) => ("PASSWORD", Some(password.reveal()), None),
            Self::PasswordSrp(srp_a) => ("PASSWORD_SRP", None, Some(srp_a)),
            Self::Bare(factor) => (factor.as_str(), None, None),
        }
    }
}

impl Action for InitiateAuth<'_> {
    const OPERATION: &'static str = "InitiateAuth";
    type Answer = AuthReply;

    fn body(&self) -> Json {
        // What each flow has to say, of all that may be said.
        let mut name = None;
        let mut password = None;
        let mut a = None;
        let mut preferred_challenge = None;
        let mut challenge_name = None;
        let mut token = None;
        let mut of_sign_up = None;
        let flow = match &self.flow {
            AuthFlow::UserSrp { username, srp_a } => {
                (name, a) = (Some(*username), Some(*srp_a));
                "USER_SRP_AUTH"
            }
            AuthFlow::UserPassword {
                username,
                password: typed,
            } => {
                (name, password) = (Some(*username), Some(typed.reveal()));
                "USER_PASSWORD_AUTH"
            }
            AuthFlow::UserAuth {
                username,
                preferred,
            } => {
                name = Some(*username);
                if let Some(preferred) = preferred {
                    let (factor, typed, srp_a) = preferred.members();
                    (preferred_challenge, password, a) = (Some(factor), typed, srp_a);
                }
                "USER_AUTH"
            }
            AuthFlow::SignedUp { username, session } => {
                (name, of_sign_up) = (Some(*username), Some(session.reveal()));
                "USER_AUTH"
            }
            AuthFlow::Custom { username, srp_a } => {
                (name, a) = (Some(*username), *srp_a);
                challenge_name = srp_a.map(|_| "SRP_A");
                "CUSTOM_AUTH"
            }
            AuthFlow::RefreshToken(spent) => {
                token = Some(spent.reveal());
                "REFRESH_TOKEN_AUTH"
            }
        };
        let parameters = texts(&[
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
            ("Session", of_sign_up.map_or(Json::Null, Json::from)),
        ])
    }

    fn read(answer: &Json) -> Result<AuthReply, Malformed> {
        AuthReply::read(answer)
    }
}
