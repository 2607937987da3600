//! No acknowledged change is lost if the program is killed at any moment.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::http::{call_action, try_call_action};
use crate::process::{Folder, Program};

const CLIENT_ID: &str = "1poolgate23456789012345678";
const POOL_ID: &str = "us-east-1_Poolgate1";

/// How often the program is killed.
const DEATHS: u32 = 6;

/// Signs users up until the connection breaks. The acknowledged names are added to `acknowledged`.
fn sign_up_until_it_dies(
    address: std::net::SocketAddr,
    prefix: &str,
    acknowledged: &Mutex<Vec<String>>,
    stop: &AtomicBool,
) {
    for number in 0.. {
        if stop.load(Ordering::SeqCst) {
            return;
        }
        let email = format!("{prefix}-{number}@example.com");
        let request = json!({ "ClientId": CLIENT_ID, "Username": email, "Password": "Passw0rd!" });
        match try_call_action(address, "SignUp", &request) {
            Ok(answer) => {
                assert_eq!(answer.status, 200, "{answer:?}");
                acknowledged.lock().expect("no thread panics").push(email);
            }
            Err(_) => return,
        }
    }
}

#[test]
fn acknowledged_sign_ups_survive_a_sigkill_of_the_local_pool() {
    let folder = Folder::new();
    let file = folder.path_of_file("pool.sqlite");
    let acknowledged: Arc<Mutex<Vec<String>>> = Arc::default();
    for death in 0..DEATHS {
        let before = acknowledged.lock().expect("no thread panics").len();
        let program = Program::start(&["--data", &file]);
        let stop = Arc::new(AtomicBool::new(false));
        let writers: Vec<_> = (0..3)
            .map(|writer| {
                let (acknowledged, stop) = (Arc::clone(&acknowledged), Arc::clone(&stop));
                let address = program.address;
                std::thread::spawn(move || {
                    sign_up_until_it_dies(
                        address,
                        &format!("user-{death}-{writer}"),
                        &acknowledged,
                        &stop,
                    );
                })
            })
            .collect();
        // The program is killed while it writes, each time after another number of acknowledged sign-ups.
        let wanted = before + 5 + 7 * usize::try_from(death).expect("small");
        let deadline = Instant::now() + Duration::from_secs(60);
        while acknowledged.lock().expect("no thread panics").len() < wanted {
            assert!(
                Instant::now() < deadline,
                "only {:?} were signed up",
                acknowledged.lock()
            );
            std::thread::yield_now();
        }
        program.kill();
        stop.store(true, Ordering::SeqCst);
        for writer in writers {
            writer.join().expect("a writer ends with the connection");
        }
    }

    let program = Program::start(&["--data", &file]);
    let acknowledged = acknowledged.lock().expect("no thread panics").clone();
    assert!(acknowledged.len() > 5 * usize::try_from(DEATHS).expect("small"));
    let lost: Vec<&String> = acknowledged
        .iter()
        .filter(|email| {
            let found = call_action(
                program.address,
                "AdminGetUser",
                &json!({ "UserPoolId": POOL_ID, "Username": email }),
            );
            found.status != 200 || found.json()["UserStatus"] != json!("UNCONFIRMED")
        })
        .collect();
    assert_eq!(lost, Vec::<&String>::new());
    // The code of each user is stored as well, because both are written in one transaction.
    let codes = crate::http::Request::new(program.address, "GET", "/inbox.json")
        .send()
        .json();
    let with_code: Vec<&str> = codes
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|message| message["to"].as_str())
        .collect();
    let without: Vec<&String> = acknowledged
        .iter()
        .filter(|email| !with_code.contains(&email.as_str()))
        .collect();
    assert_eq!(without, Vec::<&String>::new());
    assert!(
        codes
            .as_array()
            .is_some_and(|codes| codes.iter().all(|message| message["code"] != Value::Null))
    );
}
