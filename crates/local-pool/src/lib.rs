//! A small, faithful Amazon Cognito user pool in one program, for a laptop and for tests: library and binary.
//!
//! A pool in a test, on a free port, with its data in memory:
//!
//! ```
//! use local_pool::LocalPool;
//! use local_pool::settings::{DEV_CLIENT_ID, LocalPoolSettings};
//! use serde_json::json;
//!
//! let pool = LocalPool::start(LocalPoolSettings::for_tests())?;
//! let endpoint = pool.url(); // give this to the client under test
//! assert!(endpoint.starts_with("http://localhost:"));
//!
//! // Any action can also be called without a network.
//! let sign_up = json!({
//!     "ClientId": DEV_CLIENT_ID,
//!     "Username": "ann@example.com",
//!     "Password": "Correct-h0rse",
//! });
//! let answer = pool.call("SignUp", &sign_up)?;
//! assert_eq!(answer["UserConfirmed"], false);
//!
//! // The message that a real pool would have sent.
//! let code = pool.messages(Some("ann@example.com"))?[0].code.clone();
//! pool.call("ConfirmSignUp", &json!({
//!     "ClientId": DEV_CLIENT_ID,
//!     "Username": "ann@example.com",
//!     "ConfirmationCode": code,
//! }))?;
//!
//! // Time passes when the test says so.
//! pool.clock().advance(std::time::Duration::from_secs(3600));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The modules with a pool's rules:
//!
//! | module | contents |
//! |---|---|
//! | [`error`] | Cognito's exceptions: wire name, status, text |
//! | [`store`] | the SQLite file: schema, transactions |
//! | `pool` | users, clients, codes, sessions, limits; every rule takes `now` |
//! | [`actions`] | the actions of the user-pool API, one file for each |
//! | `srp` | the server half of a sign-in by SRP |
//! | `webauthn` | passkeys: the verification of registrations and assertions |
//! | [`outbox`] | the emails and text messages that a real pool would have sent |
//! | [`tokens`] | the signing keys, the token syntax, the published key set |
//! | `token_issuer` | issues the tokens of a grant |
//!
//! The modules around them, which contain no rules of a pool:
//!
//! | module | contents |
//! |---|---|
//! | [`settings`] | the settings with which a pool starts, and its clock |
//! | [`presets`] | the five reference pools, each with a matching `config.js` |
//! | `local_pool` | [`LocalPool`], a running pool as a value |
//! | `router` | the routes and the middleware: `Host` check, limits, CORS, request record |
//! | `tls` | https with the pool's own certificate |
//! | `discovery` | `/{poolId}/.well-known/…` |
//! | `hosted_ui` | the hosted pages and OAuth endpoints of a pool with a domain |
//! | `fault_injection` | usernames that cause errors or invalid tokens |
//! | `demo_api` | `/api`: to-dos and a profile behind a JWT check |
//! | `inbox`, `front_page` | the pages for developers |
//! | `log`, `format_time` | log lines; times as text |

pub mod actions;
mod demo_api;
mod discovery;
pub mod error;
mod fault_injection;
mod format_time;
mod front_page;
mod hosted_ui;
mod inbox;
mod local_pool;
mod log;
pub mod outbox;
mod pool;
pub mod presets;
mod random;
mod router;
mod sealed;
mod secret;
mod service_model;
pub mod settings;
mod srp;
pub mod store;
mod tls;
mod token_issuer;
pub mod tokens;
mod webauthn;

pub use local_pool::{LocalPool, StartError};
pub use router::{BODY_LIMIT, RecordedRequest};
pub use tls::certificate::CertificateError;

/// The examples of the README, which are compiled and run as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;
