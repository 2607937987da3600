//! What a public client says to an Amazon Cognito user pool, and what it may believe of the answers.
//!
//! Pure: no I/O, no clock, no randomness, no web crate. Time comes in as an argument, chance comes in
//! as bytes, and requests and answers are values that a shell carries to and from the network.
//!
//! The first request of a sign-in by SRP, and the challenge that the pool may answer with:
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
//! | module | holds | leans on |
//! |---|---|---|
//! | [`ids`] | names that are not secret: pools, clients, users, addresses | – |
//! | [`issuers`] | the names under which a pool issues tokens | ids |
//! | [`secret`] | passwords, tokens, codes: nothing prints them | – |
//! | `confirmation_code` | reading a code as a user typed it | secret |
//! | [`time`] | moments, and the one way Cognito spells them | – |
//! | [`json`] | JSON text to values and back | – |
//! | [`factor`] | the ways to prove who one is, by name | – |
//! | [`config`] | `config.js`, read once and strictly | ids, json, factor |
//! | [`error`] | what a pool refuses, by type | json |
//! | [`action`] | one request of the user-pool API per file | ids, secret, json, error |
//! | [`srp`] | the password proof: the crate `cognito-srp` | – |
//! | [`sign_in`] | the conversation from a name to tokens, with every challenge | action, srp, device |
//! | [`device`] | a browser that is remembered | action, srp |
//! | [`totp`] | setting up an authenticator app | secret |
//! | [`pkce`] | the proof that a code is redeemed by whoever asked for it | secret |
//! | [`oauth`] | the other door: the hosted pages, there and back | ids, secret, json, config, pkce, action, jwt |
//! | [`jwks`] | the keys that an issuer signs with | ids, json |
//! | [`jwt`] | claims and their checks | ids, issuers, secret, json, time |
//! | [`tokens`] | what a sign-in is granted, checked, and its stored form | jwt |
//! | [`session`] | the table: what is news, what is late, what to do | tokens |
//! | [`path_segment`] | ids of a server in a path | oauth |
//! | [`password_policy`] | the rules a new password keeps | – |
//! | [`return_path`] | where a person was headed before they had to sign in | – |

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
