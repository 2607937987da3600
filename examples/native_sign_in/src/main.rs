//! Asks for a password, signs in, and prints the claims of the ID token:
//! `cargo run -p native_sign_in -- USERNAME [POOL_ID CLIENT_ID ENDPOINT]`
//!
//! Without a pool it uses the pool that `cargo run -p cognito-local-pool` starts. It never prints a token.

#![allow(clippy::print_stdout, reason = "this program prints its result")]

use std::env;
use std::error::Error;
use std::process::ExitCode;

use cognito_proto::ids::{ClientId, SecureUrl, UserPoolId, Username};
use cognito_proto::jwt::id_token_claims;
use cognito_proto::secret::Password;
use native_sign_in::{UserPool, sign_in};

const USAGE: &str = "usage: native_sign_in USERNAME [POOL_ID CLIENT_ID ENDPOINT]";

fn main() -> ExitCode {
    let Err(error) = run() else {
        return ExitCode::SUCCESS;
    };
    eprintln!("{error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        eprintln!("  caused by: {error}");
        cause = error.source();
    }
    ExitCode::FAILURE
}

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (username, [id, client, endpoint]) = match arguments[..] {
        [username] => {
            let client = "1poolgate23456789012345678";
            let local_pool = ["us-east-1_Poolgate1", client, "http://localhost:9229"];
            (username, local_pool)
        }
        [username, id, client, endpoint] => (username, [id, client, endpoint]),
        _ => return Err(USAGE.into()),
    };
    let pool = UserPool {
        id: UserPoolId::parse(id).ok_or("POOL_ID is not a pool ID")?,
        client: ClientId::parse(client).ok_or("CLIENT_ID is not a client ID")?,
        endpoint: SecureUrl::parse(endpoint).ok_or("ENDPOINT is not an https URL")?,
    };
    let username = Username::parse(username).ok_or("USERNAME is not a username")?;
    let password = Password::new(rpassword::prompt_password("Password: ")?);
    let tokens = sign_in(&pool, username, password)?;
    for (name, value) in id_token_claims(tokens.id_token()) {
        println!("{name}: {value}");
    }
    Ok(())
}
