//! The conversation from a name to tokens, on recorded answers, with the vectors on which pycognito,
//! amazon-cognito-identity-js, cognito-srp-helper and aws-amplify agree; natively and as WebAssembly.
//!
//! - [`password`]: the password's proof, and what is never answered
//! - [`first_factors`]: `USER_AUTH` and `CUSTOM_AUTH`, and the choice of how to begin
//! - [`challenges`]: new passwords, codes, choices, setting up, passkeys
//! - [`devices`]: a browser that is remembered
//! - [`resend`]: a new code in place of one that did not come
//! - [`refusals`]: what a refusal leaves of a conversation
//! - [`talk`]: what is said and answered, in the words of the wire
//! - [`vector`]: the outside vectors

mod challenges;
mod devices;
mod first_factors;
mod password;
#[path = "../recorded/mod.rs"]
mod recorded;
mod refusals;
mod resend;
mod talk;
mod vector;
