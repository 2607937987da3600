//! A small, faithful Amazon Cognito user pool in one program, for a laptop and for tests: library and binary.
//!
//! A map of the crate, rules first:
//!
//! | module | what it knows |
//! |---|---|
//! | [`error`] | the exceptions: wire name, status, text |
//! | [`store`] | the SQLite file: schema, transactions |
//! | [`pool`] | users, clients, codes, sessions, limits; every rule takes `now` |
//! | [`target`] | one file per action, told apart by `X-Amz-Target` |
//! | [`srp`] | the server half of a sign-in by SRP |
//! | [`outbox`] | the mails and texts that would have been sent |
//! | [`tokens`] | the signing keys, the tokens' form, the published key set |
//!
//! and what is around them:
//!
//! | module | what it knows |
//! |---|---|
//! | [`settings`] | what a pool is started with |

pub mod error;
pub mod outbox;
pub mod pool;
pub mod settings;
pub mod srp;
pub mod store;
pub mod target;
pub mod tokens;
