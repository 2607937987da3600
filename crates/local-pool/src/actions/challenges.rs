//! The challenges of a sign-in: which challenge is issued, how its response is verified, and which step is next.
//!
//! There is one file per challenge, with a function that issues the challenge and one that verifies the response.
//!
//! | module | contents |
//! |---|---|
//! | [`flow`] | the order of the steps, up to the tokens |
//! | [`first_factor`] | the first factors of a `USER_AUTH` sign-in |
//! | [`choice`] | `USER_AUTH`: choice of the factor (`SELECT_CHALLENGE`, `PASSWORD`, `PASSWORD_SRP`) |
//! | [`first_code`] | a code instead of a password (`EMAIL_OTP`, `SMS_OTP`) |
//! | [`web_authn`] | `WEB_AUTHN`: a passkey |
//! | [`device`] | `DEVICE_SRP_AUTH`, `DEVICE_PASSWORD_VERIFIER`: a remembered device |
//! | [`password`] | a password in plain text |
//! | [`password_verifier`] | `PASSWORD_VERIFIER`: a password, proved by SRP |
//! | [`new_password_required`] | `NEW_PASSWORD_REQUIRED`: replacement of a temporary password |
//! | [`sent_code`] | `SMS_MFA`, `EMAIL_OTP`: a code that was sent |
//! | [`software_token_mfa`] | `SOFTWARE_TOKEN_MFA`: a code of an authenticator app |
//! | [`select_mfa_type`], [`mfa_setup`] | `SELECT_MFA_TYPE`, `MFA_SETUP`: choice and setup of a second factor |
//! | [`custom_challenge`] | `CUSTOM_CHALLENGE`: the challenge that the pool's triggers define |

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::input::TextMap;
use super::sign_in::{AuthenticationGrant, check_user_state};
use super::{ActionCaller, UserPoolService};
use crate::error::ApiError;
use crate::fault_injection::invalid_tokens::TokenIssueEvent;
use crate::pool::session::{ChallengeName, SignInIdentity, SignInProgress, SignInSession};
use crate::pool::token_family::FamilyAndRefreshToken;
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

/// The interface that a user signs in by. It decides the result of the sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignInInterface {
    /// The user signs in by the user-pool API. The result is tokens.
    Api,
    /// The user signs in on the hosted pages. The result is a session of the pages. The app later exchanges an
    /// authorization code for tokens.
    HostedPages,
}

/// The data of one sign-in request that every step needs: pool, app client, caller and interface.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignInRequest<'a> {
    pub(crate) service: &'a UserPoolService,
    pub(crate) pool: &'a UserPool,
    pub(crate) client: &'a AppClient,
    pub(crate) caller: &'a ActionCaller<'a>,
    pub(crate) interface: SignInInterface,
}

/// A challenge that the pool sends in a response.
#[derive(Clone, Debug)]
pub(crate) struct IssuedChallenge {
    pub(crate) name: ChallengeName,
    /// The session that the client must send back. It is `None` for `PASSWORD_VERIFIER`, whose response is identified
    /// by its secret block.
    pub(crate) session: Option<SignInSession>,
    /// The member `ChallengeParameters` of the response: the challenge's data.
    pub(crate) parameters: Map<String, Value>,
    /// The member `AvailableChallenges` of the response: the first factors to choose from. It is omitted if it is
    /// empty.
    pub(crate) available: Vec<&'static str>,
}

/// The next step of a sign-in.
#[derive(Debug)]
pub(crate) enum NextSignInStep {
    /// The client has to respond to this challenge.
    Challenge(IssuedChallenge),
    /// The user has signed in by the user-pool API, and receives tokens.
    Granted {
        grant: FamilyAndRefreshToken,
        user: User,
        attributes: Attributes,
    },
    /// The user has signed in on the hosted pages.
    SignedIn(User),
}

impl SignInRequest<'_> {
    /// Returns the step that asks the client to respond to a challenge, with a new session for the response.
    pub(crate) fn issue_challenge(
        &self,
        name: ChallengeName,
        identity: SignInIdentity,
        parameters: Map<String, Value>,
        progress: SignInProgress,
    ) -> NextSignInStep {
        let session = SignInSession::new(self.client, identity, name, progress, self.caller.now);
        NextSignInStep::Challenge(IssuedChallenge {
            name,
            session: Some(session),
            parameters,
            available: Vec::new(),
        })
    }

    /// Decrypts the session that came with the response to a challenge. Returns an error if the session is missing or
    /// invalid, waits for another challenge, belongs to another user or was used.
    pub(crate) fn open_challenge_session(
        &self,
        sealed_session: Option<&str>,
        challenge: ChallengeName,
        responses: &TextMap,
    ) -> Result<SignInSession, ApiError> {
        let username = responses.get_required("USERNAME")?;
        let sealed_session =
            sealed_session.ok_or_else(|| ApiError::missing_parameter("Session"))?;
        let sealer = self.service.sealer();
        let mut session = SignInSession::open_sealed_session(
            sealer,
            sealed_session,
            self.client,
            challenge,
            self.caller.now,
        )?;
        self.service.store().run_query(|connection| {
            session.check_session_username(connection, self.pool, username)?;
            session.check_session_unused(connection)
        })?;
        if let Some(device_key) = responses.get_non_empty("DEVICE_KEY") {
            session.progress.device_key = Some(device_key.to_owned());
        }
        Ok(session)
    }

    /// Checks that the session is unused and the user may sign in, and then calls `verify`, all in one transaction.
    /// `verify` gets `None` for an unknown user, and marks the session as used if the response is right. Returns the
    /// result of `verify`, or the error of the check.
    pub(crate) fn verify_in_transaction<T>(
        &self,
        session: &SignInSession,
        verify: impl FnOnce(&Connection, Option<User>) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        self.service.store().commit_even_if_refused(|tx| {
            session.check_session_unused(tx)?;
            let user = session.load_user(tx)?;
            match &user {
                Some(user) => check_user_state(tx, user, self.caller)?,
                None if session.identity.sub.is_some() => return Err(ApiError::no_such_user()),
                None => {}
            }
            verify(tx, user)
        })
    }

    /// Verifies the client's response to `challenge`, and returns the next step of the sign-in, or the error for a
    /// wrong response.
    pub(crate) fn respond_to_challenge(
        &self,
        challenge: ChallengeName,
        session: Option<&str>,
        responses: &TextMap,
    ) -> Result<NextSignInStep, ApiError> {
        match challenge {
            ChallengeName::PasswordVerifier => {
                password_verifier::verify_srp_response(self, responses)
            }
            ChallengeName::NewPasswordRequired => {
                new_password_required::verify_new_password_response(self, session, responses)
            }
            ChallengeName::SelectChallenge => {
                choice::verify_factor_choice(self, session, responses)
            }
            ChallengeName::Password | ChallengeName::PasswordSrp => {
                choice::verify_password_response(self, challenge, session, responses)
            }
            ChallengeName::WebAuthn => web_authn::verify_passkey_response(self, session, responses),
            ChallengeName::DeviceSrpAuth => {
                device::respond_to_device_srp_auth(self, session, responses)
            }
            ChallengeName::DevicePasswordVerifier => device::verify_device_proof(self, responses),
            ChallengeName::SmsMfa | ChallengeName::EmailOtp | ChallengeName::SmsOtp => {
                sent_code::verify_sent_code_response(self, challenge, session, responses)
            }
            ChallengeName::SoftwareTokenMfa => {
                software_token_mfa::verify_software_token_response(self, session, responses)
            }
            ChallengeName::SelectMfaType => {
                select_mfa_type::verify_mfa_selection_response(self, session, responses)
            }
            ChallengeName::MfaSetup => {
                mfa_setup::verify_mfa_setup_response(self, session, responses)
            }
            ChallengeName::CustomChallenge => {
                custom_challenge::verify_custom_challenge_response(self, session, responses)
            }
            // No session waits for a response to one of these challenges.
            _ if session.is_some() => Err(SignInSession::invalid_session_error()),
            _ => Err(ApiError::missing_parameter("Session")),
        }
    }

    /// Returns the response body that tells the client about this step, for `InitiateAuth` and
    /// `RespondToAuthChallenge`. It signs tokens, which is slow, so call it after the transaction.
    pub(crate) fn sign_in_response(&self, step: &NextSignInStep) -> Result<Value, ApiError> {
        match step {
            NextSignInStep::Granted {
                grant,
                user,
                attributes,
            } => Ok(json!({
                "AuthenticationResult": self.service.build_authentication_result(
                    &AuthenticationGrant {
                        grant,
                        user,
                        attributes,
                        pool: self.pool,
                        client: self.client,
                        issued_for: TokenIssueEvent::SignIn,
                    },
                    self.caller,
                ),
                "ChallengeParameters": {},
            })),
            NextSignInStep::Challenge(challenge) => {
                let mut body = json!({
                    "ChallengeName": challenge.name.wire_name(),
                    "ChallengeParameters": challenge.parameters,
                });
                if let Some(session) = &challenge.session {
                    body["Session"] = json!(session.seal_session(self.service.sealer())?);
                }
                if !challenge.available.is_empty() {
                    body["AvailableChallenges"] = json!(challenge.available);
                }
                Ok(body)
            }
            NextSignInStep::SignedIn(_) => Err(ApiError::internal(
                "a sign-in by the API ended as one on the hosted pages",
            )),
        }
    }
}

/// Returns the member `ChallengeParameters` with these keys and values.
pub(crate) fn challenge_parameters<const N: usize>(
    pairs: [(&str, Value); N],
) -> Map<String, Value> {
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
