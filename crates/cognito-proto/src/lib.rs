//! The protocol between a public app client and an Amazon Cognito user pool, and the checks of the pool's answers.
//!
//! The crate is pure: it has no I/O, no clock, no randomness and no web crate. Time and random bytes are arguments.
//! Requests and responses are values, which the caller sends and receives.
//!
//! This example makes the first request of a sign-in with SRP and reads the challenge in the response:
//!
//! ```
//! use cognito_proto::action::{Action, InitiateAuth, parse_http_response};
//! use cognito_proto::config::ConfiguredFlow;
//! use cognito_proto::ids::{ClientId, UserPoolId, Username};
//! use cognito_proto::secret::Password;
//! use cognito_proto::sign_in::{AuthAction, SignIn};
//! use cognito_proto::srp::Ephemeral;
//! use cognito_proto::time::UnixTime;
//!
//! let pool = UserPoolId::parse("us-east-1_AbCdEfGhI").expect("a pool ID");
//! let client = ClientId::parse("1example23456789012345678").expect("a client ID");
//! let username = Username::parse("ann@example.com").expect("a username");
//! let key_pair = Ephemeral::from_bytes([7; 32]).expect("32 bytes from a secure generator");
//!
//! let sign_in = SignIn::new(ConfiguredFlow::UserSrp, &pool, username, None);
//! let request = sign_in.with_password(Password::new("Correct-h0rse"), key_pair);
//!
//! // The caller sends this to the pool's endpoint ...
//! let AuthAction::Initiate(action) = request.action(&client) else {
//!     unreachable!("a sign-in begins with InitiateAuth");
//! };
//! assert_eq!(action.request_body().get("AuthFlow").as_str(), Some("USER_SRP_AUTH"));
//!
//! // ... and hands back the pool's response. This response lacks the parameters of its challenge.
//! let body = r#"{"ChallengeName":"PASSWORD_VERIFIER","ChallengeParameters":{}}"#;
//! let response = parse_http_response::<InitiateAuth<'_>>(200, None, body).expect("a well-formed response");
//! let now = UnixTime::from_secs(1_795_072_089);
//! assert!(request.on_response(response, now).is_err(), "SRP_B, SALT and SECRET_BLOCK are missing");
//! ```
//!
//! | module | content | uses |
//! |---|---|---|
//! | [`ids`] | identifiers that are not secret: pools, app clients, users, URLs | – |
//! | [`issuers`] | the issuers of a pool's tokens | ids |
//! | [`secret`] | passwords, tokens and codes, which `Debug` does not print | – |
//! | `verification_code` | the parser of verification codes that a user typed | secret |
//! | [`time`] | times, and the format in which Cognito wants them | – |
//! | [`json`] | a JSON parser and writer | – |
//! | [`factor`] | the names of authentication factors | – |
//! | [`config`] | the strict parser of `config.js` | ids, json, factor |
//! | [`error`] | the errors of a pool, by exception type | json |
//! | [`action`] | the user-pool API, one request per file | ids, secret, json, error |
//! | [`srp`] | the password proof: the crate `cognito-srp6a` | – |
//! | [`sign_in`] | the direct sign-in from a username to tokens, with all challenges | action, srp, device |
//! | [`device`] | the remembered device | action, srp |
//! | [`totp`] | the setup of an authenticator app | secret |
//! | [`pkce`] | code verifier and code challenge | secret |
//! | [`oauth`] | sign-in through the hosted pages | ids, secret, json, config, pkce, action, jwt |
//! | [`jwks`] | the keys with which an issuer signs | ids, json |
//! | [`jwt`] | claims and their checks | ids, issuers, secret, json, time |
//! | [`tokens`] | the checked tokens of a sign-in, and their stored record | jwt |
//! | [`session`] | the state machine of a session | tokens |
//! | [`path_segment`] | IDs of a server in a URL path | oauth |
//! | [`password_policy`] | the rules for new passwords | – |
//! | [`return_to`] | the page to which a user returns after signing in | – |

pub mod action;
pub mod config;
pub mod device;
pub mod error;
pub mod factor;
pub mod ids;
pub mod issuers;
pub mod json;
pub mod jwks;
pub mod jwt;
pub mod oauth;
pub mod password_policy;
pub mod path_segment;
pub mod pkce;
pub mod return_to;
pub mod secret;
pub mod session;
pub mod sign_in;
pub mod time;
pub mod tokens;
pub mod totp;
mod verification_code;

pub use cognito_srp6a as srp;
