//! SRP-6a as Amazon Cognito does it: a proof that the password is known, without sending it.
//!
//! Cognito's form is not RFC 5054's. It shares the 3,072-bit group and the idea, and has its own `k`, its own `x`
//! (the pool's name stands before the user's), its own padding (that of Java's `BigInteger.toByteArray`), a key
//! derived by HKDF, and a proof that is an HMAC over names, secret block and time. The same mathematics serve a
//! remembered device, with the device's group key and key in the place of the pool's name and the user's.
//!
//! | step | here | on the wire |
//! |---|---|---|
//! | draw `a`, make `A` | [`Ephemeral`] | `SRP_A` |
//! | read the server's answer | [`SrpChallenge`] | `SRP_B`, `SALT`, `SECRET_BLOCK` |
//! | prove | [`Ephemeral::prove_password`] gives a [`PasswordClaim`] | `PASSWORD_CLAIM_SECRET_BLOCK`, `PASSWORD_CLAIM_SIGNATURE`, `TIMESTAMP` |
//! | what the server keeps | [`Verifier`] | `DeviceSecretVerifierConfig` when a device is confirmed |
//! | the server's side of it | [`server`] | |
//!
//! What does not depend on a secret's value: which operations run, and which addresses are read, from `a`, `b`, `x`,
//! `a + u·x` to `A`, `B`, `S` (see [`group`]). What does, because Cognito hashes numbers in their shortest form: the
//! number of bytes of `S` and `u` that are hashed. Neither Rust nor WebAssembly promises constant time below that.
//!
//! Exponents and keys are wiped after use; what a power leaves on the stack on its way is not.
//!
//! A crate of its own because a compiler's options are given per crate: this arithmetic is built to be fast where all
//! around it is built to be small. `cognito_proto::srp` is this crate.

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
pub use client::{Ephemeral, PasswordClaim};
pub use error::SrpError;
pub use identity::SrpIdentity;
pub use verifier::Verifier;
