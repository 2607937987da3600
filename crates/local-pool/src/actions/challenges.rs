//! The rounds of a sign-in: what is asked, what answers it, and what comes after what.
//!
//! One file per challenge; each has `issue_challenge` (the question goes out) and `verify_response` (what came back is judged).
//!
//! | module | what it knows |
//! |---|---|
//! | [`flow`] | what comes after what, to the tokens at the end |
//! | [`first_factor`] | what a sign-in by choice may begin with |
//! | [`choice`] | `USER_AUTH`: the choice (`SELECT_CHALLENGE`, `PASSWORD`, `PASSWORD_SRP`) |
//! | [`first_code`] | a code in place of a password (`EMAIL_OTP`, `SMS_OTP`) |
//! | [`web_authn`] | `WEB_AUTHN`: a passkey |
//! | [`device`] | `DEVICE_SRP_AUTH`, `DEVICE_PASSWORD_VERIFIER`: a remembered device |
//! | [`password`] | a password, sent as it is |
//! | [`password_verifier`] | `PASSWORD_VERIFIER`: the password, proved by SRP |
//! | [`new_password_required`] | `NEW_PASSWORD_REQUIRED`: a new one in place of a temporary one |
//! | [`sent_code`] | `SMS_MFA`, `EMAIL_OTP`: a code that was sent |
//! | [`software_token_mfa`] | `SOFTWARE_TOKEN_MFA`: a code of an authenticator app |
//! | [`select_mfa_type`], [`mfa_setup`] | `SELECT_MFA_TYPE`, `MFA_SETUP`: which second factor, and a first one |
//! | [`custom_challenge`] | `CUSTOM_CHALLENGE`: the pool's own |

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::input::TextMap;
use super::sign_in::{AuthenticationGrant, check_user_state};
use super::{Caller, Service};
use crate::error::ApiError;
use crate::fault_injection::invalid_tokens::IssuedFor;
use crate::pool::session::{ChallengeName, Identity, Progress, Session};
use crate::pool::token_family::Grant;
use crate::pool::{AppClient, Attributes, User, UserPool};

pub(crate) mod choice;
pub(crate) mod custom_challenge;
pub(crate) mod device;
pub(crate) mod first_code;
pub(crate) mod first_factor;
pub(crate) mod flow;
pub(crate) mod mfa_setup;
pub(crate) mod new_password_required;
pub(crate) mod password;
pub(crate) mod password_verifier;
pub(crate) mod select_mfa_type;
pub(crate) mod sent_code;
pub(crate) mod software_token_mfa;
pub(crate) mod web_authn;

/// Where somebody signs in, which decides what is at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignInInterface {
    /// The user-pool API: tokens.
    Api,
    /// The hosted pages: a session of theirs; tokens come later, for a code.
    HostedPages,
}

/// One request of a sign-in: what every round needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignInRequest<'a> {
    pub(crate) service: &'a Service,
    pub(crate) pool: &'a UserPool,
    pub(crate) client: &'a AppClient,
    pub(crate) caller: &'a Caller<'a>,
    pub(crate) interface: SignInInterface,
}

/// A challenge on its way out.
#[derive(Clone, Debug)]
pub(crate) struct IssuedChallenge {
    pub(crate) name: ChallengeName,
    /// Absent where the answer is recognised by something else: `PASSWORD_VERIFIER` by its secret block.
    pub(crate) session: Option<Session>,
    /// `ChallengeParameters`.
    pub(crate) parameters: Map<String, Value>,
    /// `AvailableChallenges`; empty when the answer has no such member.
    pub(crate) available: Vec<&'static str>,
}

/// What a sign-in comes to next.
#[derive(Debug)]
pub(crate) enum NextStep {
    /// Something is asked.
    Challenge(IssuedChallenge),
    /// Signed in by the API.
    Granted {
        grant: Grant,
        user: User,
        attributes: Attributes,
    },
    /// Signed in on the hosted pages.
    SignedIn(User),
}

impl SignInRequest<'_> {
    /// A challenge for somebody, with a session that waits for the answer.
    pub(crate) fn issue_challenge(
        &self,
        name: ChallengeName,
        identity: Identity,
        parameters: Map<String, Value>,
        progress: Progress,
    ) -> NextStep {
        let session = Session::new(self.client, identity, name, progress, self.caller.now);
        NextStep::Challenge(IssuedChallenge {
            name,
            session: Some(session),
            parameters,
            available: Vec::new(),
        })
    }

    /// Reads the session that comes with an answer: it waits for this one, from this user, and was not used.
    pub(crate) fn open_session(
        &self,
        sealed: Option<&str>,
        challenge: ChallengeName,
        answers: &TextMap,
    ) -> Result<Session, ApiError> {
        let username = answers.required("USERNAME")?;
        let sealed = sealed.ok_or_else(|| ApiError::missing_parameter("Session"))?;
        let sealer = self.service.sealer();
        let mut session = Session::open(sealer, sealed, self.client, challenge, self.caller.now)?;
        self.service.store().read(|connection| {
            session.check_username(connection, self.pool, username)?;
            session.check_unused(connection)
        })?;
        if let Some(device_key) = answers.get("DEVICE_KEY") {
            session.progress.device_key = Some(device_key.to_owned());
        }
        Ok(session)
    }

    /// Judges an answer in one transaction, in which the session is still unused and the user still in a state
    /// to sign in; `verify` is given nobody for a name that nobody has, and spends the session when the answer
    /// is right.
    pub(crate) fn verify_in_transaction<T>(
        &self,
        session: &Session,
        verify: impl FnOnce(&Connection, Option<User>) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        self.service.store().write_even_if_refused(|tx| {
            session.check_unused(tx)?;
            let user = session.user(tx)?;
            match &user {
                Some(user) => check_user_state(tx, user, self.caller)?,
                None if session.identity.sub.is_some() => return Err(ApiError::no_such_user()),
                None => {}
            }
            verify(tx, user)
        })
    }

    /// The answer to `challenge`, judged.
    pub(crate) fn respond_to_challenge(
        &self,
        challenge: ChallengeName,
        session: Option<&str>,
        answers: &TextMap,
    ) -> Result<NextStep, ApiError> {
        match challenge {
            ChallengeName::PasswordVerifier => password_verifier::verify_response(self, answers),
            ChallengeName::NewPasswordRequired => {
                new_password_required::verify_response(self, session, answers)
            }
            ChallengeName::SelectChallenge => choice::verify_choice(self, session, answers),
            ChallengeName::Password | ChallengeName::PasswordSrp => {
                choice::verify_password_response(self, challenge, session, answers)
            }
            ChallengeName::WebAuthn => web_authn::verify_response(self, session, answers),
            ChallengeName::DeviceSrpAuth => device::respond_to_srp_auth(self, session, answers),
            ChallengeName::DevicePasswordVerifier => device::verify_device_proof(self, answers),
            ChallengeName::SmsMfa | ChallengeName::EmailOtp | ChallengeName::SmsOtp => {
                sent_code::verify_response(self, challenge, session, answers)
            }
            ChallengeName::SoftwareTokenMfa => {
                software_token_mfa::verify_response(self, session, answers)
            }
            ChallengeName::SelectMfaType => {
                select_mfa_type::verify_response(self, session, answers)
            }
            ChallengeName::MfaSetup => mfa_setup::verify_response(self, session, answers),
            ChallengeName::CustomChallenge => {
                custom_challenge::verify_response(self, session, answers)
            }
            // Nothing was asked that this could be the answer to.
            _ if session.is_some() => Err(Session::invalid()),
            _ => Err(ApiError::missing_parameter("Session")),
        }
    }

    /// The answer of `InitiateAuth` and `RespondToAuthChallenge`. Signs, so it comes after the transaction.
    pub(crate) fn response_body(&self, step: &NextStep) -> Result<Value, ApiError> {
        match step {
            NextStep::Granted {
                grant,
                user,
                attributes,
            } => Ok(json!({
                "AuthenticationResult": self.service.authentication_result(
                    &AuthenticationGrant {
                        grant,
                        user,
                        attributes,
                        pool: self.pool,
                        client: self.client,
                        issued_for: IssuedFor::SignIn,
                    },
                    self.caller,
                ),
                "ChallengeParameters": {},
            })),
            NextStep::Challenge(challenge) => {
                let mut body = json!({
                    "ChallengeName": challenge.name.wire_name(),
                    "ChallengeParameters": challenge.parameters,
                });
                if let Some(session) = &challenge.session {
                    body["Session"] = json!(session.seal(self.service.sealer())?);
                }
                if !challenge.available.is_empty() {
                    body["AvailableChallenges"] = json!(challenge.available);
                }
                Ok(body)
            }
            NextStep::SignedIn(_) => Err(ApiError::internal(
                "a sign-in by the API ended as one on the hosted pages",
            )),
        }
    }
}

/// `ChallengeParameters` out of pairs.
pub(crate) fn parameters<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
