#![doc = include_str!("../README.md")]
//!
//! # Modules
//!
//! | module | content | uses |
//! |---|---|---|
//! | [`ids`] | identifiers that are not secret: pools, app clients, users, URLs | – |
//! | [`issuers`] | the issuers of a pool's tokens | ids |
//! | [`secret`] | passwords, tokens and codes, which `Debug` does not print | – |
//! | `verification_code` | the parser of verification codes that a user typed | secret |
//! | [`time`] | times, and the format in which Cognito wants them | – |
//! | `wire` | what serde's derives do not express: members of any type | – |
//! | [`factor`] | the names of authentication factors | – |
//! | [`factor_change`] | the preferences to send when a user changes a second factor | action, factor |
//! | [`user_attributes`] | the attributes that an account page lists | action, ids |
//! | [`config`] | the strict parser of `config.js` | ids, factor |
//! | [`error`] | the errors of a pool, by exception type | – |
//! | [`action`] | the user-pool API, one request per file | ids, secret, error |
//! | [`srp`] | the password proof: the crate `cognito-srp6a` | – |
//! | [`sign_in`] | the direct sign-in from a username to tokens, with all challenges | action, srp, device |
//! | [`device`] | the remembered device | action, srp |
//! | [`totp`] | the setup of an authenticator app | secret, path_segment |
//! | [`pkce`] | code verifier and code challenge | secret |
//! | [`oauth`] | sign-in through the hosted pages | ids, secret, config, pkce, action, jwt |
//! | [`jwks`] | the keys with which an issuer signs | ids |
//! | [`jwt`] | claims and their checks | ids, issuers, secret, time |
//! | [`signature`] | the traits with which a caller supplies keys and RS256, and a native RS256 | ids, jwks, jwt |
//! | [`tokens`] | the tokens of a sign-in with checked claims and signatures, and their stored record | jwt, signature |
//! | [`session`] | the state machine of a session | tokens |
//! | [`path_segment`] | IDs of a server in a URL path | – |
//! | [`password_policy`] | the rules for new passwords | – |
//! | [`return_to`] | the page to which a user returns after signing in | – |

pub mod action;
pub mod config;
pub mod device;
pub mod error;
pub mod factor;
pub mod factor_change;
pub mod ids;
pub mod issuers;
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
pub mod signature;
pub mod time;
pub mod tokens;
pub mod totp;
pub mod user_attributes;
mod verification_code;
mod wire;

pub use cognito_srp6a as srp;
