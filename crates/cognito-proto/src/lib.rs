//! What a public client says to an Amazon Cognito user pool, and what it may believe of the answers.
//!
//! Pure: no I/O, no clock, no randomness, no web crate. Time comes in as an argument, chance comes in as bytes.

pub mod srp;
pub mod time;
