//! The rules of the pool, tested through the actions: JSON in, whole JSON out, and the time as an argument.
//!
//! Expected texts are Cognito's own. The client side of SRP is `cognito_proto::srp`.

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
