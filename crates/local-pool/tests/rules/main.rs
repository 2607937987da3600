//! The pool's rules, one claim a test, driven as the wire drives them: JSON in, whole JSON out, the moment handed in.
//!
//! Expected texts are Cognito's own. The client's half of SRP is `cognito_proto::srp`.

#[path = "../support/authenticator.rs"]
mod authenticator;
mod test_pool;
#[path = "../support/totp.rs"]
mod totp;

mod aliases;
mod attributes;
mod choice;
mod custom_challenge;
mod data_file;
mod devices;
mod domains;
mod existence;
mod forgotten_password;
mod groups;
mod lockout;
mod model;
mod new_password;
mod older_data;
mod operator;
mod passkeys;
mod pools;
mod refresh;
mod second_factors;
mod secret_hash;
mod sign_in;
mod sign_out;
mod sign_up;
mod tokens;
