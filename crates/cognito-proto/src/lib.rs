//! What a public client says to an Amazon Cognito user pool, and what it may believe of the answers.
//!
//! Pure: no I/O, no clock, no randomness, no web crate. Time comes in as an argument, chance comes in
//! as bytes, and requests and answers are values that a shell carries to and from the network.
//!
//! | module | holds | leans on |
//! |---|---|---|
//! | [`ids`] | names that are not secret: pools, clients, users, addresses | – |
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
//! | [`jwt`] | claims and their checks | ids, secret, json, time |
//! | [`tokens`] | what a sign-in is granted, checked, and its stored form | jwt |
//! | [`session`] | the table: what is news, what is late, what to do | tokens |
//! | [`password_policy`] | the rules a new password keeps | – |
//! | [`return_path`] | where a person was headed before they had to sign in | – |

pub mod action;
pub mod config;
mod confirmation_code;
pub mod device;
pub mod error;
pub mod factor;
pub mod ids;
pub mod json;
pub mod jwks;
pub mod jwt;
pub mod oauth;
pub mod password_policy;
pub mod pkce;
pub mod return_path;
pub mod secret;
pub mod session;
pub mod sign_in;
pub mod time;
pub mod tokens;
pub mod totp;

pub use cognito_srp as srp;
