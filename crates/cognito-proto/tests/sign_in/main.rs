//! The sign-in from the username to the tokens, with recorded responses and with SRP vectors on which pycognito,
//! amazon-cognito-identity-js, cognito-srp-helper and aws-amplify agree. The tests run natively and as WebAssembly.
//!
//! - [`password`]: the password proof, and challenges that are never answered
//! - [`first_factors`]: `USER_AUTH` and `CUSTOM_AUTH`, and the choice of the first factor
//! - [`challenges`]: new passwords, codes, choosing and setting up a second factor, passkeys
//! - [`devices`]: remembered devices
//! - [`resend`]: new codes
//! - [`errors`]: the next action after an error
//! - [`support`]: requests and responses in their wire format
//! - [`vector`]: the SRP vectors of other implementations

mod challenges;
mod devices;
mod errors;
mod first_factors;
mod password;
#[path = "../recorded/mod.rs"]
mod recorded;
mod resend;
mod support;
mod vector;
