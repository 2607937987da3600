#![doc = include_str!("../README.md")]
//!
//! # The variant
//!
//! Cognito's variant uses the equations of RFC 5054 §2.6 with these differences:
//!
//! - The modulus is the 3,072-bit prime of RFC 5054 appendix A, but the generator is 2 instead of 5.
//! - The hash is SHA-256. The hash for `x` also covers the pool's name.
//! - Every number is hashed in the form of Java's `BigInteger.toByteArray`, not padded to the length of `N`.
//! - The key is derived from `S` with HKDF (RFC 5869).
//! - The proof is an HMAC over the names, the secret block and the time.
//!
//! Remembered devices use the same computation. The device group key and the device key then take the places of the
//! pool's name and the user's name.
//!
//! | step | in this crate | in Cognito's API |
//! |---|---|---|
//! | The client makes `a` and `A`. | [`ClientEphemeral`] | `SRP_A` |
//! | The client parses the challenge. | [`SrpChallenge`] | `SRP_B`, `SALT`, `SECRET_BLOCK` |
//! | The client proves the password. | [`ClientEphemeral::prove_password`], [`PasswordClaim`] | `PASSWORD_CLAIM_SECRET_BLOCK`, `PASSWORD_CLAIM_SIGNATURE`, `TIMESTAMP` |
//! | The server stores a verifier. | [`Verifier`] | `DeviceSecretVerifierConfig` (of `ConfirmDevice`) |
//! | The server checks the proof. | [`server`] | not visible |
//!
//! # Side channels
//!
//! The operations and the memory addresses do not depend on the values of `a`, `b`, `x` and `a + u·x` while `A`, `B`
//! and `S` are computed (see [`group`]). The number of bytes of `S` and `u` that are hashed does depend on their
//! values, because Cognito hashes numbers in their shortest form. Neither Rust nor WebAssembly guarantees constant time
//! below the level of operations and addresses.
//!
//! Exponents and derived keys are wiped from memory after use. Intermediate results of an exponentiation on the stack
//! are not wiped.
//!
//! # Why this is a separate crate
//!
//! Cargo sets optimization levels per crate. This arithmetic is compiled for speed, while the rest of the app is
//! compiled for size. `cognito-proto` re-exports this crate as `cognito_proto::srp`.

mod challenge;
mod client;
mod error;
pub mod group;
mod identity;
mod key;
mod number;
pub mod server;
mod verifier;

pub use challenge::SrpChallenge;
pub use client::{ClientEphemeral, PasswordClaim};
pub use error::SrpError;
pub use identity::SrpIdentity;
pub use verifier::Verifier;
