//! Remembered devices: how the pool registers a browser, and how the browser's proof replaces the second factor.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use cognito_proto::action::{ChallengeName, ConfirmDevice, MemberError, parse_http_response};
use cognito_proto::config::ConfiguredFlow;
use cognito_proto::device::{NewDevice, RANDOM_LENGTH, RememberedDevice, storage_key};
use cognito_proto::ids::{DeviceKey, UserPoolId};
use cognito_proto::secret::{AccessToken, Password, VerificationCode};
use cognito_proto::sign_in::{AfterError, AuthRequest, ProtocolError, SignIn};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::recorded::{body, username};
use crate::talk::{
    answered, challenge, ephemeral, granted, initiation, password, read, refusal, response, said,
    step, tokens, unknown,
};
use crate::vector::Vector;

/// Returns the new device in the service's response, from the vector.
fn new_device(vector: &Vector) -> NewDevice {
    NewDevice {
        key: DeviceKey::parse(vector.input("device_key")).expect("a device key"),
        group_key: vector.input("device_group_key").to_owned(),
    }
}

/// Returns the random bytes for the vector: its password before Base64, and its salt.
fn random(vector: &Vector) -> [u8; RANDOM_LENGTH] {
    let mut bytes = BASE64_STANDARD
        .decode(vector.input("device_password"))
        .expect("Base64");
    bytes.extend(vector.bytes("salt_hex"));
    bytes.try_into().expect("40 bytes and 16")
}

fn remembered(vector: &Vector) -> RememberedDevice {
    new_device(vector).prepare(&random(vector)).into_confirmed()
}

fn basic() -> Vector {
    Vector::of_devices().swap_remove(0)
}

fn pool() -> UserPoolId {
    UserPoolId::parse("us-east-1_AbCdEfGhI").expect("a pool id")
}

/// Returns a sign-in of Ann on a remembered device.
fn on_device(flow: ConfiguredFlow, vector: &Vector) -> SignIn {
    let device = Some(remembered(vector));
    SignIn::new(flow, &pool(), username("ann"), device)
}

fn first(flow: ConfiguredFlow) -> AuthRequest {
    on_device(flow, &basic()).with_password(password(), ephemeral())
}

const KEY: &str = "us-east-1_0f1e2d3c-4b5a-4678-9abc-def012345678";

#[wasm_bindgen_test(unsupported = test)]
fn a_new_device_is_confirmed_with_what_amazons_clients_send() {
    for vector in Vector::of_devices() {
        let fresh = new_device(&vector).prepare(&random(&vector));
        let token = AccessToken::new("eyJraWQ");
        assert_eq!(
            body(&fresh.confirm_request(&token, "Mozilla/5.0")),
            json!({"AccessToken":"eyJraWQ","DeviceKey":vector.input("device_key"),"DeviceName":"Mozilla/5.0",
                "DeviceSecretVerifierConfig":{
                    "PasswordVerifier":vector.wire("ConfirmDevice.DeviceSecretVerifierConfig.PasswordVerifier"),
                    "Salt":vector.wire("ConfirmDevice.DeviceSecretVerifierConfig.Salt")}}),
            "{}",
            vector.name()
        );
    }
    for (reply, necessary) in [
        (r#"{"UserConfirmationNecessary":true}"#, true),
        (r#"{"UserConfirmationNecessary":false}"#, false),
        ("{}", false),
    ] {
        assert_eq!(
            parse_http_response::<ConfirmDevice<'_>>(200, None, reply),
            Ok(necessary)
        );
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn the_tokens_announce_a_device_that_the_pool_would_know_again() {
    let with = |metadata: Value| {
        let mut reply = granted();
        reply["AuthenticationResult"]["NewDeviceMetadata"] = metadata;
        let round = SignIn::new(ConfiguredFlow::UserPassword, &pool(), username("ann"), None)
            .with_password(password(), ephemeral());
        step!(answered(round, &reply), Completed).result
    };
    let announced = with(json!({"DeviceKey":KEY,"DeviceGroupKey":"-Abc1DeFg"}));
    assert_eq!(announced.new_device, Some(new_device(&basic())));
    // The sign-in succeeds even if the device's metadata is malformed.
    for metadata in [
        json!(null),
        json!({}),
        json!({"DeviceKey":KEY}),
        json!({"DeviceKey":"../x","DeviceGroupKey":"-Abc1DeFg"}),
    ] {
        assert_eq!(with(metadata), tokens());
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_remembered_device_is_named_with_every_request_of_a_sign_in() {
    assert_eq!(
        said(&first(ConfiguredFlow::UserPassword)),
        initiation(
            "USER_PASSWORD_AUTH",
            json!({"USERNAME":"ann","PASSWORD":"Passw0rd!","DEVICE_KEY":KEY})
        )
    );
    let user = Vector::basic();
    let device = Some(remembered(&basic()));
    let round = SignIn::new(
        ConfiguredFlow::UserSrp,
        &user.pool(),
        username("ann"),
        device,
    )
    .with_password(Password::new(user.input("password")), user.ephemeral());
    assert_eq!(
        said(&round).1["AuthParameters"],
        json!({"USERNAME":"ann","SRP_A":user.wire("SRP_A"),"DEVICE_KEY":KEY})
    );
    let proof = step!(round.on_response(read(&user.challenge()), user.now()), Send);
    let mut expected = user.proof();
    expected["ChallengeResponses"]["DEVICE_KEY"] = json!(KEY);
    assert_eq!(said(&proof).1, expected);

    let next = challenge("SMS_MFA", "AYAB-1", json!({"USER_ID_FOR_SRP":"ann"}));
    let code = step!(answered(proof, &next), Code).answer(VerificationCode::new("123456"));
    assert_eq!(
        said(&code),
        response(
            "SMS_MFA",
            "AYAB-1",
            json!({"USERNAME":"ann","SMS_MFA_CODE":"123456","DEVICE_KEY":KEY})
        )
    );
}

/// `DEVICE_SRP_AUTH` and `DEVICE_PASSWORD_VERIFIER` with the vectors of other implementations. Neither response of the
/// service has a session, and Amazon's client sends the previous one.
#[wasm_bindgen_test(unsupported = test)]
fn a_remembered_device_proves_itself_as_amazons_clients_do() {
    for vector in Vector::of_devices() {
        let round =
            on_device(ConfiguredFlow::UserPassword, &vector).with_password(password(), ephemeral());
        let asked = answered(
            round,
            &challenge(
                "DEVICE_SRP_AUTH",
                "AYAB-1",
                json!({"DEVICE_KEY":KEY,"USERNAME":"ann"}),
            ),
        );
        let round = step!(asked, ProveDevice).prove(vector.ephemeral());
        assert_eq!(
            said(&round),
            response(
                "DEVICE_SRP_AUTH",
                "AYAB-1",
                json!({"USERNAME":"ann","DEVICE_KEY":KEY,"SRP_A":vector.wire("SRP_A")})
            )
        );
        let reply = json!({"ChallengeName":"DEVICE_PASSWORD_VERIFIER","ChallengeParameters":{"DEVICE_KEY":KEY,
            "SALT":vector.wire("SALT"),"SECRET_BLOCK":vector.wire("PASSWORD_CLAIM_SECRET_BLOCK"),
            "SRP_B":vector.wire("SRP_B"),"USERNAME":"ann"}});
        let proof = step!(round.on_response(read(&reply), vector.now()), Send);
        assert_eq!(
            said(&proof),
            response(
                "DEVICE_PASSWORD_VERIFIER",
                "AYAB-1",
                json!({"USERNAME":"ann","DEVICE_KEY":KEY,
                    "PASSWORD_CLAIM_SECRET_BLOCK":vector.wire("PASSWORD_CLAIM_SECRET_BLOCK"),
                    "PASSWORD_CLAIM_SIGNATURE":vector.wire("PASSWORD_CLAIM_SIGNATURE"),
                    "TIMESTAMP":vector.wire("TIMESTAMP")})
            ),
            "{}",
            vector.name()
        );
        // The pool could compare a second proof with the first one.
        let again = proof.on_response(read(&reply), vector.now());
        assert_eq!(unknown(again), ChallengeName::DevicePasswordVerifier);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_devices_challenge_is_read_as_strictly_as_a_persons() {
    let vector = basic();
    for member in ["SALT", "SECRET_BLOCK", "SRP_B"] {
        let asked = answered(
            first(ConfiguredFlow::UserPassword),
            &challenge("DEVICE_SRP_AUTH", "AYAB-1", json!({})),
        );
        let round = step!(asked, ProveDevice).prove(vector.ephemeral());
        let mut reply = json!({"ChallengeName":"DEVICE_PASSWORD_VERIFIER","ChallengeParameters":{
            "SALT":vector.wire("SALT"),"SECRET_BLOCK":vector.wire("PASSWORD_CLAIM_SECRET_BLOCK"),"SRP_B":vector.wire("SRP_B")}});
        reply["ChallengeParameters"][member] = Value::Null;
        assert_eq!(
            answered(round, &reply).err(),
            Some(ProtocolError::Malformed(MemberError { member }))
        );
    }
}

/// Amazon's clients do the same, and check the same error text.
#[wasm_bindgen_test(unsupported = test)]
fn a_device_that_the_pool_has_forgotten_is_left_out_and_the_same_is_said_again() {
    let error = refusal("ResourceNotFoundException", "Device does not exist.");
    let AfterError::RetryWithoutDevice(round) =
        first(ConfiguredFlow::UserPassword).on_error(&error)
    else {
        panic!("it goes on without the device")
    };
    assert_eq!(
        said(&round),
        initiation(
            "USER_PASSWORD_AUTH",
            json!({"USERNAME":"ann","PASSWORD":"Passw0rd!"})
        )
    );
    // There is no third request.
    assert!(matches!(round.on_error(&error), AfterError::Fatal));
    // This error is about the app client and not about the device.
    let error = refusal(
        "ResourceNotFoundException",
        "User pool client 1example23456789012345678 does not exist.",
    );
    let refused = first(ConfiguredFlow::UserPassword).on_error(&error);
    assert!(matches!(refused, AfterError::Fatal));
}

/// The pool does not accept the device's password any more, and the session was used.
#[wasm_bindgen_test(unsupported = test)]
fn a_device_whose_proof_is_refused_is_forgotten_and_the_sign_in_begins_anew() {
    let proving = || {
        let asked = answered(
            first(ConfiguredFlow::UserPassword),
            &challenge("DEVICE_SRP_AUTH", "AYAB-1", json!({})),
        );
        step!(asked, ProveDevice).prove(ephemeral())
    };
    for (kind, text) in [
        ("NotAuthorizedException", "Incorrect username or password."),
        ("ResourceNotFoundException", "Device does not exist."),
        ("InvalidParameterException", "Missing required parameter"),
    ] {
        let refused = proving().on_error(&refusal(kind, text));
        assert!(
            matches!(refused, AfterError::StartOverWithoutDevice),
            "{kind}: {refused:?}"
        );
    }
    let busy = refusal("TooManyRequestsException", "Rate exceeded");
    assert!(matches!(proving().on_error(&busy), AfterError::Fatal));
}

#[wasm_bindgen_test(unsupported = test)]
fn the_record_is_read_back_for_the_same_pool_and_name_alone() {
    let (pool, ann) = (pool(), username("Ann@example.com"));
    let record = remembered(&basic()).to_json(&pool, &ann);
    let read = |text: &str| RememberedDevice::from_json(text, &pool, &ann);
    assert_eq!(read(&record), Some(remembered(&basic())));
    let in_another_case = username("aNN@example.com");
    assert_eq!(
        RememberedDevice::from_json(&record, &pool, &in_another_case),
        Some(remembered(&basic()))
    );
    assert_eq!(
        RememberedDevice::from_json(&record, &pool, &username("bob@example.com")),
        None
    );
    let other_pool = UserPoolId::parse("us-east-1_OtherPool").expect("a pool id");
    assert_eq!(
        RememberedDevice::from_json(&record, &other_pool, &ann),
        None
    );
    for (change, to) in [
        ("version", json!(2)),
        ("version", json!("1")),
        ("deviceKey", json!("x")),
        ("deviceGroupKey", json!("")),
        ("devicePassword", json!(null)),
        ("devicePassword", json!("")),
    ] {
        let mut changed: Value = serde_json::from_str(&record).expect("JSON");
        changed[change] = to;
        assert_eq!(read(&changed.to_string()), None, "{changed}");
    }
    for damaged in ["", "{", "null", &record[1..]] {
        assert_eq!(read(damaged), None, "{damaged}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn records_of_two_pools_or_two_names_do_not_overwrite_each_other() {
    let other = UserPoolId::parse("us-east-1_OtherPool").expect("a pool id");
    let name = |pool: &UserPoolId, who| storage_key(pool, &username(who));
    assert_eq!(
        name(&pool(), "Ann@Example.com"),
        "us-east-1_AbCdEfGhI.ann@example.com"
    );
    assert_ne!(name(&pool(), "ann"), name(&pool(), "bob"));
    assert_ne!(name(&pool(), "ann"), name(&other, "ann"));
}

#[wasm_bindgen_test(unsupported = test)]
fn a_devices_password_is_printed_nowhere() {
    let vector = basic();
    let secret = vector.input("device_password");
    let fresh = new_device(&vector).prepare(&random(&vector));
    let sign_in = on_device(ConfiguredFlow::UserSrp, &vector);
    for printed in [format!("{fresh:?}"), format!("{sign_in:?}")] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
