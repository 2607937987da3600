//! The protocol between a public app client and an Amazon Cognito user pool, and the checks of the pool's answers.
//!
//! The crate is pure: it has no I/O, no clock, no randomness and no web crate. Time and random bytes are arguments.
//! Requests and responses are values, which the caller sends and receives.
//!
//! This example makes the first request of a sign-in with SRP and reads the challenge in the response:
//!
//! ```
//! use cognito_proto::action::{Action, InitiateAuth, read_reply};
//! use cognito_proto::config::ConfiguredFlow;
//! use cognito_proto::ids::{ClientId, UserPoolId, Username};
//! use cognito_proto::secret::Password;
//! use cognito_proto::sign_in::{Request, SignIn};
//! use cognito_proto::srp::Ephemeral;
//! use cognito_proto::time::UnixTime;
//!
//! let pool = UserPoolId::parse("us-east-1_AbCdEfGhI").expect("a pool ID");
//! let client = ClientId::parse("1example23456789012345678").expect("a client ID");
//! let username = Username::parse("ann@example.com").expect("a username");
//! let key_pair = Ephemeral::from_bytes([7; 32]).expect("32 bytes from a secure generator");
//!
//! let sign_in = SignIn::new(ConfiguredFlow::UserSrp, &pool, username, None);
//! let round = sign_in.with_password(Password::new("Correct-h0rse"), key_pair);
//!
//! // The caller sends this to the pool's endpoint ...
//! let Request::Initiate(request) = round.request(&client) else {
//!     unreachable!("a sign-in begins with InitiateAuth");
//! };
//! assert_eq!(request.body().get("AuthFlow").as_text(), Some("USER_SRP_AUTH"));
//!
//! // ... and hands back what the pool answered. This answer lacks the parameters of its challenge.
//! let body = r#"{"ChallengeName":"PASSWORD_VERIFIER","ChallengeParameters":{}}"#;
//! let reply = read_reply::<InitiateAuth<'_>>(200, None, body).expect("a well-formed answer");
//! let now = UnixTime::from_secs(1_795_072_089);
//! assert!(round.answered(reply, now).is_err(), "SRP_B, SALT and SECRET_BLOCK are missing");
//! ```
//!
//! | module | content | uses |
//! |---|---|---|
//! | [`ids`] | identifiers that are not secret: pools, app clients, users, URLs | – |
//! | [`issuers`] | the issuers of a pool's tokens | ids |
//! | [`secret`] | passwords, tokens and codes, which `Debug` does not print | – |
//! | `confirmation_code` | the parser of verification codes that a user typed | secret |
//! | [`time`] | times, and the format in which Cognito wants them | – |
//! | [`json`] | a JSON parser and writer | – |
//! | [`factor`] | the names of authentication factors | – |
//! | [`config`] | the strict parser of `config.js` | ids, json, factor |
//! | [`error`] | the errors of a pool, by exception type | json |
//! | [`action`] | the user-pool API, one request per file | ids, secret, json, error |
//! | [`srp`] | the password proof: the crate `cognito-srp` | – |
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
//! | [`return_path`] | the page to which a user returns after signing in | – |

pub mod action;
pub mod config;
mod confirmation_code;
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
pub mod return_path;
pub mod secret;
pub mod session;
pub mod sign_in;
pub mod time;
pub mod tokens;
pub mod totp;

pub use cognito_srp as srp;
