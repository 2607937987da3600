//! Measures the number of SRP sign-ins per second of a running pool: `sign-ins URL [SECONDS]`.
//!
//! The program creates a pool, an app client and one user. Then it signs in on as many connections as the machine has
//! cores. Client and server run on one machine, so the result includes the client's computation, which is the same for
//! every measured pool.

// The figures are the output of this program.
#![allow(clippy::print_stdout)]

mod connection;

use cognito_proto::{
    srp::{ClientEphemeral, SrpChallenge, SrpIdentity},
    time::UnixTime,
};
use connection::HttpConnection;
use serde_json::{Value, json};
use std::{
    env,
    process::ExitCode,
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// The result of the functions of this program. The error type is general, because an error is only printed.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

const USERNAME: &str = "ann@example.com";
const PASSWORD: &str = "Passw0rd!";

/// A confirmed user of a pool, and the app client for the sign-in.
struct TestUser {
    address: String,
    pool_id: String,
    client_id: String,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (address, seconds) = match arguments.as_slice() {
        [url] => (url, 5),
        [url, seconds] if seconds.parse::<u64>().is_ok() => (url, seconds.parse().unwrap_or(5)),
        _ => {
            eprintln!("Usage: sign-ins URL [SECONDS]");
            return ExitCode::from(2);
        }
    };
    match measure_sign_ins(
        address.trim_start_matches("http://").trim_end_matches('/'),
        seconds,
    ) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Signs in repeatedly for `seconds` seconds. Prints the number of sign-ins per second, and the client's computing time
/// for one sign-in in milliseconds.
fn measure_sign_ins(pool_url: &str, seconds: u64) -> Result<()> {
    let user = TestUser::create_in_new_pool(pool_url)?;
    user.sign_in(&mut HttpConnection::open(pool_url)?)?; // The first sign-in is slower than the others.
    let time = Duration::from_secs(seconds);
    let connections = thread::available_parallelism().map_or(2, usize::from);
    let start = Instant::now();
    let client_times = thread::scope(|scope| {
        let threads: Vec<_> = (0..connections)
            .map(|_| scope.spawn(|| user.repeat_sign_ins_for(time)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| "A thread panicked.")?)
            .collect::<Result<Vec<_>>>()
    })?
    .concat();
    let count = u32::try_from(client_times.len())?;
    let rate = f64::from(count) / start.elapsed().as_secs_f64();
    let client_time = client_times.iter().sum::<Duration>() / count;
    println!("{rate:.1}\t{:.2}", client_time.as_secs_f64() * 1000.0);
    Ok(())
}

impl TestUser {
    /// Creates a pool with one app client and one confirmed user, and returns the user.
    fn create_in_new_pool(pool_url: &str) -> Result<Self> {
        let mut connection = HttpConnection::open(pool_url)?;
        let mut call = |operation, request: Value| connection.call(operation, &request);
        let pool = call("CreateUserPool", json!({ "PoolName": "bench" }))?;
        let pool_id = required_text(&pool["UserPool"]["Id"])?;
        let flows = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
        let client = call(
            "CreateUserPoolClient",
            json!({ "UserPoolId": pool_id, "ClientName": "bench", "ExplicitAuthFlows": flows }),
        )?;
        let client_id = required_text(&client["UserPoolClient"]["ClientId"])?;
        call(
            "AdminCreateUser",
            json!({ "UserPoolId": pool_id, "Username": USERNAME, "MessageAction": "SUPPRESS" }),
        )?;
        call(
            "AdminSetUserPassword",
            json!({ "UserPoolId": pool_id, "Username": USERNAME, "Password": PASSWORD, "Permanent": true }),
        )?;
        Ok(Self {
            address: pool_url.to_owned(),
            pool_id,
            client_id,
        })
    }

    /// Signs in repeatedly on one connection for the length of `time`. Returns the client's computing time of each
    /// sign-in.
    fn repeat_sign_ins_for(&self, time: Duration) -> Result<Vec<Duration>> {
        let mut connection = HttpConnection::open(&self.address)?;
        let start = Instant::now();
        let mut client_times = Vec::new();
        while start.elapsed() < time {
            client_times.push(self.sign_in(&mut connection)?);
        }
        Ok(client_times)
    }

    /// Signs in once and checks that the pool returns an ID token. Returns the client's computing time.
    fn sign_in(&self, connection: &mut HttpConnection) -> Result<Duration> {
        let start = Instant::now();
        // A fixed exponent is enough, because the computing time does not depend on its value.
        let ephemeral = ClientEphemeral::from_bytes([0xa5; 32])?;
        let srp_a = ephemeral.srp_a();
        let mut client_time = start.elapsed();
        let initiated = connection.call(
            "InitiateAuth",
            &json!({
                "AuthFlow": "USER_SRP_AUTH",
                "ClientId": self.client_id,
                "AuthParameters": { "USERNAME": USERNAME, "SRP_A": srp_a },
            }),
        )?;
        let start = Instant::now();
        let parameters = &initiated["ChallengeParameters"];
        let user_id = required_text(&parameters["USER_ID_FOR_SRP"])?;
        let challenge = SrpChallenge::parse(
            &required_text(&parameters["SRP_B"])?,
            &required_text(&parameters["SALT"])?,
            &required_text(&parameters["SECRET_BLOCK"])?,
        )?;
        let (_, pool_name) = self
            .pool_id
            .split_once('_')
            .ok_or("The pool ID has no region.")?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let timestamp = UnixTime::from_secs(now).srp_timestamp().to_string();
        let claim = ephemeral.prove_password(
            SrpIdentity::user(pool_name, &user_id),
            PASSWORD,
            &challenge,
            &timestamp,
        )?;
        client_time += start.elapsed();
        let finished = connection.call(
            "RespondToAuthChallenge",
            &json!({
                "ChallengeName": "PASSWORD_VERIFIER",
                "ClientId": self.client_id,
                "Session": initiated["Session"],
                "ChallengeResponses": {
                    "USERNAME": user_id,
                    "PASSWORD_CLAIM_SECRET_BLOCK": claim.secret_block,
                    "PASSWORD_CLAIM_SIGNATURE": claim.signature,
                    "TIMESTAMP": claim.timestamp,
                },
            }),
        )?;
        required_text(&finished["AuthenticationResult"]["IdToken"])?;
        Ok(client_time)
    }
}

/// Returns the text of a JSON value, or an error if it is not a string.
fn required_text(value: &Value) -> Result<String> {
    Ok(value
        .as_str()
        .ok_or("The response lacks an expected text.")?
        .to_owned())
}
