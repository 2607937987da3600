//! The data that survives a restart.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use cognito_proto::srp::{ClientEphemeral, SrpChallenge, SrpIdentity};
use cognito_proto::time::UnixTime;
use local_pool::actions::{
    ActionCaller, ActionResponse, DEV_CLIENT_ID, DEV_POOL_ID, UserPoolService,
};
use local_pool::presets::PoolPreset;
use local_pool::settings::DataLocation;
use serde_json::{Value, json};

use crate::test_pool::{BASE_URL, BEGINNING, PASSWORD, text_of};

/// A temporary data file that is removed when the test ends.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// Creates the name of a temporary data file, and removes an older file of this name.
    pub(crate) fn new(name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("local-pool-rules-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for the test");
        Self(folder)
    }

    /// Returns the path of the data file.
    pub(crate) fn file(&self) -> PathBuf {
        self.0.join("pool.sqlite")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// Executes an action that must succeed, and returns its response.
fn call_action(service: &UserPoolService, operation: &str, request: &Value) -> Value {
    call_action_at(service, operation, request, UnixTime::from_secs(BEGINNING))
}

/// Executes an action at this time, and returns its response. The action must succeed.
pub(crate) fn call_action_at(
    service: &UserPoolService,
    operation: &str,
    request: &Value,
    now: UnixTime,
) -> Value {
    let caller = ActionCaller {
        base_url: BASE_URL,
        issuer_base: BASE_URL,
        now,
        ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
    };
    match service.call_action(operation, request.to_string().as_bytes(), &caller) {
        Ok(ActionResponse::Json(value)) => value,
        Ok(ActionResponse::EmptyBody) => Value::Null,
        Err(error) => panic!("{operation}: {error}"),
    }
}

/// Opens the data with the reference pool in it.
fn open_service(data: &DataLocation) -> UserPoolService {
    let service = UserPoolService::open(data).expect("the data opens");
    service
        .seed_preset_pool(
            PoolPreset::Workshop,
            None,
            BASE_URL,
            UnixTime::from_secs(BEGINNING),
        )
        .expect("the pool is there");
    service
}

#[test]
fn users_tokens_and_codes_survive_a_restart_of_the_pool() {
    let scratch = Scratch::new("restart");
    let data = DataLocation::File(scratch.file());
    let ann =
        json!({"ClientId": DEV_CLIENT_ID, "Username": "ann@example.com", "Password": PASSWORD});
    let sign_in = json!({
        "ClientId": DEV_CLIENT_ID, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "ann@example.com", "PASSWORD": PASSWORD}
    });

    let service = open_service(&data);
    call_action(&service, "SignUp", &ann);
    drop(service);

    let service = open_service(&data);
    let code = service.messages(Some("ANN@example.com")).unwrap()[0]
        .code
        .clone();
    let confirm =
        json!({"ClientId": DEV_CLIENT_ID, "Username": "ann@example.com", "ConfirmationCode": code});
    call_action(&service, "ConfirmSignUp", &confirm);
    let tokens = call_action(&service, "InitiateAuth", &sign_in)["AuthenticationResult"].clone();
    drop(service);

    let service = open_service(&data);
    let user = call_action(
        &service,
        "GetUser",
        &json!({"AccessToken": tokens["AccessToken"]}),
    );
    assert_eq!(
        user["UserAttributes"][0],
        json!({"Name": "email", "Value": "ann@example.com"})
    );
    let refresh = json!({"ClientId": DEV_CLIENT_ID, "RefreshToken": tokens["RefreshToken"]});
    call_action(&service, "GetTokensFromRefreshToken", &refresh);
    assert_eq!(
        service.client_ids(DEV_POOL_ID),
        Ok(vec![DEV_CLIENT_ID.to_owned()])
    );
}

#[test]
fn old_and_new_signing_keys_survive_a_restart_of_the_pool() {
    let scratch = Scratch::new("keys");
    let data = DataLocation::File(scratch.file());
    let service = open_service(&data);
    let first = service.keys().jwks();
    service
        .rotate_keys(UnixTime::from_secs(BEGINNING))
        .expect("new keys");
    let changed = service.keys().jwks();
    assert_eq!(
        json!(changed["keys"].as_array().unwrap()[2..]),
        first["keys"]
    );
    drop(service);
    assert_eq!(open_service(&data).keys().jwks(), changed);
}

#[test]
fn sign_in_can_be_completed_after_a_restart_of_the_local_pool() {
    let scratch = Scratch::new("sign-in");
    let data = DataLocation::File(scratch.file());
    let service = open_service(&data);
    call_action(
        &service,
        "SignUp",
        &json!({"ClientId": DEV_CLIENT_ID, "Username": "ann@example.com", "Password": PASSWORD}),
    );
    call_action(
        &service,
        "AdminConfirmSignUp",
        &json!({"UserPoolId": DEV_POOL_ID, "Username": "ann@example.com"}),
    );
    let ephemeral = ClientEphemeral::from_bytes([7; 32]).expect("a good exponent");
    let round = call_action(
        &service,
        "InitiateAuth",
        &json!({
            "ClientId": DEV_CLIENT_ID, "AuthFlow": "USER_SRP_AUTH",
            "AuthParameters": {"USERNAME": "ann@example.com", "SRP_A": ephemeral.srp_a()}
        }),
    );
    drop(service);

    let service = open_service(&data);
    let given = &round["ChallengeParameters"];
    let user_id = text_of(&given["USER_ID_FOR_SRP"]);
    let challenge = SrpChallenge::parse(
        &text_of(&given["SRP_B"]),
        &text_of(&given["SALT"]),
        &text_of(&given["SECRET_BLOCK"]),
    )
    .expect("a good challenge");
    let timestamp = UnixTime::from_secs(BEGINNING).srp_timestamp().to_string();
    let claim = ephemeral
        .prove_password(
            SrpIdentity::user("Poolgate1", &user_id),
            PASSWORD,
            &challenge,
            &timestamp,
        )
        .expect("a claim");
    let answer = call_action(
        &service,
        "RespondToAuthChallenge",
        &json!({
            "ClientId": DEV_CLIENT_ID, "ChallengeName": "PASSWORD_VERIFIER",
            "ChallengeResponses": {
                "USERNAME": user_id, "TIMESTAMP": timestamp,
                "PASSWORD_CLAIM_SECRET_BLOCK": claim.secret_block,
                "PASSWORD_CLAIM_SIGNATURE": claim.signature
            }
        }),
    );
    assert_eq!(answer["AuthenticationResult"]["TokenType"], "Bearer");
}

#[test]
fn data_file_contains_no_passwords_and_no_refresh_tokens() {
    let scratch = Scratch::new("secrets");
    let service = open_service(&DataLocation::File(scratch.file()));
    call_action(
        &service,
        "SignUp",
        &json!({"ClientId": DEV_CLIENT_ID, "Username": "ann@example.com", "Password": PASSWORD}),
    );
    call_action(
        &service,
        "AdminConfirmSignUp",
        &json!({"UserPoolId": DEV_POOL_ID, "Username": "ann@example.com"}),
    );
    let tokens = call_action(
        &service,
        "InitiateAuth",
        &json!({
            "ClientId": DEV_CLIENT_ID, "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": "ann@example.com", "PASSWORD": PASSWORD}
        }),
    );
    drop(service);
    let refresh_token = tokens["AuthenticationResult"]["RefreshToken"]
        .as_str()
        .unwrap();
    let secrets = [PASSWORD, refresh_token.rsplit('.').next().unwrap()];
    let mut bytes = 0;
    for entry in std::fs::read_dir(&scratch.0).unwrap() {
        let contents = std::fs::read(entry.unwrap().path()).unwrap();
        bytes += contents.len();
        for secret in secrets {
            assert!(
                !contents
                    .windows(secret.len())
                    .any(|part| part == secret.as_bytes())
            );
        }
    }
    assert!(bytes > 0);
}

#[cfg(unix)]
#[test]
fn data_file_is_readable_only_by_its_owner() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = Scratch::new("mode");
    let _service = open_service(&DataLocation::File(scratch.file()));
    let mode = std::fs::metadata(scratch.file())
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn data_file_that_is_no_database_is_refused_and_unchanged() {
    let scratch = Scratch::new("foreign");
    std::fs::write(scratch.file(), "Dear diary, …".repeat(100)).unwrap();
    let error =
        UserPoolService::open(&DataLocation::File(scratch.file())).expect_err("it is no database");
    assert!(
        error
            .to_string()
            .starts_with("the data file cannot be used: "),
        "{error}"
    );
    assert_eq!(
        std::fs::read_to_string(scratch.file()).unwrap(),
        "Dear diary, …".repeat(100)
    );
}
