//! Remembered devices: how the pool registers a browser, and how the browser's proof replaces the second factor.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use cognito_proto::action::{
    ChallengeName, ConfirmDevice, MemberError, NewDevice, parse_http_response,
};
use cognito_proto::config::ConfiguredFlow;
use cognito_proto::device::{
    DeviceRecordOwner, RANDOM_LENGTH, RememberedDevice, UnconfirmedDevice, storage_key,
};
use cognito_proto::ids::{DeviceKey, UserPoolId};
use cognito_proto::secret::{AccessToken, Password, VerificationCode};
use cognito_proto::sign_in::{AfterError, AuthRequest, ProtocolError, SignIn};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::recorded::{body, username};
use crate::support::{
    challenge_json, challenge_response, ephemeral, initiate_auth, parse_response, password,
    request_of, respond, service_error, step, tokens, tokens_response, unknown_challenge,
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

fn remembered_device(vector: &Vector) -> RememberedDevice {
    UnconfirmedDevice::prepare(new_device(vector), &random(vector)).into_confirmed()
}

fn device_vector() -> Vector {
    Vector::device_vectors().swap_remove(0)
}

fn pool() -> UserPoolId {
    UserPoolId::parse("us-east-1_AbCdEfGhI").expect("a pool id")
}

/// Returns a sign-in of Ann on a remembered device.
fn on_device(flow: ConfiguredFlow, vector: &Vector) -> SignIn {
    let device = Some(remembered_device(vector));
    SignIn::new(flow, &pool(), username("ann"), device)
}

fn first_request(flow: ConfiguredFlow) -> AuthRequest {
    on_device(flow, &device_vector()).with_password(password(), ephemeral())
}

const KEY: &str = "us-east-1_0f1e2d3c-4b5a-4678-9abc-def012345678";

#[wasm_bindgen_test(unsupported = test)]
fn confirm_device_request_equals_that_of_amazons_clients() {
    for vector in Vector::device_vectors() {
        let unconfirmed = UnconfirmedDevice::prepare(new_device(&vector), &random(&vector));
        let token = AccessToken::new("eyJraWQ");
        assert_eq!(
            body(&unconfirmed.confirm_request(&token, "Mozilla/5.0")),
            json!({"AccessToken":"eyJraWQ","DeviceKey":vector.input("device_key"),"DeviceName":"Mozilla/5.0",
                "DeviceSecretVerifierConfig":{
                    "PasswordVerifier":vector.wire("ConfirmDevice.DeviceSecretVerifierConfig.PasswordVerifier"),
                    "Salt":vector.wire("ConfirmDevice.DeviceSecretVerifierConfig.Salt")}}),
            "{}",
            vector.name()
        );
    }
    for (response, necessary) in [
        (r#"{"UserConfirmationNecessary":true}"#, true),
        (r#"{"UserConfirmationNecessary":false}"#, false),
        ("{}", false),
    ] {
        assert_eq!(
            parse_http_response::<ConfirmDevice<'_>>(200, None, response),
            Ok(necessary)
        );
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn new_device_metadata_is_parsed() {
    let with = |metadata: Value| {
        let mut response = tokens_response();
        response["AuthenticationResult"]["NewDeviceMetadata"] = metadata;
        let request = SignIn::new(ConfiguredFlow::UserPassword, &pool(), username("ann"), None)
            .with_password(password(), ephemeral());
        step!(respond(request, &response), Completed).result
    };
    let announced = with(json!({"DeviceKey":KEY,"DeviceGroupKey":"-Abc1DeFg"}));
    assert_eq!(announced.new_device, Some(new_device(&device_vector())));
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
fn every_sign_in_request_contains_the_device_key() {
    assert_eq!(
        request_of(&first_request(ConfiguredFlow::UserPassword)),
        initiate_auth(
            "USER_PASSWORD_AUTH",
            json!({"USERNAME":"ann","PASSWORD":"Passw0rd!","DEVICE_KEY":KEY})
        )
    );
    let user = Vector::basic();
    let device = Some(remembered_device(&device_vector()));
    let request = SignIn::new(
        ConfiguredFlow::UserSrp,
        &user.pool(),
        username("ann"),
        device,
    )
    .with_password(Password::new(user.input("password")), user.ephemeral());
    assert_eq!(
        request_of(&request).1["AuthParameters"],
        json!({"USERNAME":"ann","SRP_A":user.wire("SRP_A"),"DEVICE_KEY":KEY})
    );
    let proof = step!(
        request.on_response(parse_response(&user.verifier_challenge()), user.now()),
        Send
    );
    let mut expected = user.proof();
    expected["ChallengeResponses"]["DEVICE_KEY"] = json!(KEY);
    assert_eq!(request_of(&proof).1, expected);

    let next = challenge_json("SMS_MFA", "AYAB-1", json!({"USER_ID_FOR_SRP":"ann"}));
    let code = step!(respond(proof, &next), Code).answer(VerificationCode::new("123456"));
    assert_eq!(
        request_of(&code),
        challenge_response(
            "SMS_MFA",
            "AYAB-1",
            json!({"USERNAME":"ann","SMS_MFA_CODE":"123456","DEVICE_KEY":KEY})
        )
    );
}

/// `DEVICE_SRP_AUTH` and `DEVICE_PASSWORD_VERIFIER` with the vectors of other implementations. Neither response of the
/// service has a session, and Amazon's client sends the previous one.
#[wasm_bindgen_test(unsupported = test)]
fn device_srp_proof_equals_that_of_amazons_clients() {
    for vector in Vector::device_vectors() {
        let request =
            on_device(ConfiguredFlow::UserPassword, &vector).with_password(password(), ephemeral());
        let step = respond(
            request,
            &challenge_json(
                "DEVICE_SRP_AUTH",
                "AYAB-1",
                json!({"DEVICE_KEY":KEY,"USERNAME":"ann"}),
            ),
        );
        let request = step!(step, ProveDevice).prove(vector.ephemeral());
        assert_eq!(
            request_of(&request),
            challenge_response(
                "DEVICE_SRP_AUTH",
                "AYAB-1",
                json!({"USERNAME":"ann","DEVICE_KEY":KEY,"SRP_A":vector.wire("SRP_A")})
            )
        );
        let response = json!({"ChallengeName":"DEVICE_PASSWORD_VERIFIER","ChallengeParameters":{"DEVICE_KEY":KEY,
            "SALT":vector.wire("SALT"),"SECRET_BLOCK":vector.wire("PASSWORD_CLAIM_SECRET_BLOCK"),
            "SRP_B":vector.wire("SRP_B"),"USERNAME":"ann"}});
        let proof = step!(
            request.on_response(parse_response(&response), vector.now()),
            Send
        );
        assert_eq!(
            request_of(&proof),
            challenge_response(
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
        let again = proof.on_response(parse_response(&response), vector.now());
        assert_eq!(
            unknown_challenge(again),
            ChallengeName::DevicePasswordVerifier
        );
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn device_challenge_without_an_srp_parameter_is_rejected() {
    let vector = device_vector();
    for member in ["SALT", "SECRET_BLOCK", "SRP_B"] {
        let step = respond(
            first_request(ConfiguredFlow::UserPassword),
            &challenge_json("DEVICE_SRP_AUTH", "AYAB-1", json!({})),
        );
        let request = step!(step, ProveDevice).prove(vector.ephemeral());
        let mut response = json!({"ChallengeName":"DEVICE_PASSWORD_VERIFIER","ChallengeParameters":{
            "SALT":vector.wire("SALT"),"SECRET_BLOCK":vector.wire("PASSWORD_CLAIM_SECRET_BLOCK"),"SRP_B":vector.wire("SRP_B")}});
        response["ChallengeParameters"][member] = Value::Null;
        assert_eq!(
            respond(request, &response).err(),
            Some(ProtocolError::Malformed(MemberError { member }))
        );
    }
}

/// Amazon's clients do the same, and check the same error text.
#[wasm_bindgen_test(unsupported = test)]
fn request_is_repeated_without_a_device_key_unknown_to_the_pool() {
    let error = service_error("ResourceNotFoundException", "Device does not exist.");
    let AfterError::RetryWithoutDevice(request) =
        first_request(ConfiguredFlow::UserPassword).on_error(&error)
    else {
        panic!("the request must be repeated without the device")
    };
    assert_eq!(
        request_of(&request),
        initiate_auth(
            "USER_PASSWORD_AUTH",
            json!({"USERNAME":"ann","PASSWORD":"Passw0rd!"})
        )
    );
    // There is no third request.
    assert!(matches!(request.on_error(&error), AfterError::Fatal));
    // This error is about the app client and not about the device.
    let error = service_error(
        "ResourceNotFoundException",
        "User pool client 1example23456789012345678 does not exist.",
    );
    let refused = first_request(ConfiguredFlow::UserPassword).on_error(&error);
    assert!(matches!(refused, AfterError::Fatal));
}

/// The pool does not accept the device's password any more, and the session was used.
#[wasm_bindgen_test(unsupported = test)]
fn refused_device_proof_restarts_sign_in_without_the_device() {
    let device_proof = || {
        let step = respond(
            first_request(ConfiguredFlow::UserPassword),
            &challenge_json("DEVICE_SRP_AUTH", "AYAB-1", json!({})),
        );
        step!(step, ProveDevice).prove(ephemeral())
    };
    for (kind, text) in [
        ("NotAuthorizedException", "Incorrect username or password."),
        ("ResourceNotFoundException", "Device does not exist."),
        ("InvalidParameterException", "Missing required parameter"),
    ] {
        let refused = device_proof().on_error(&service_error(kind, text));
        assert!(
            matches!(refused, AfterError::StartOverWithoutDevice),
            "{kind}: {refused:?}"
        );
    }
    let busy = service_error("TooManyRequestsException", "Rate exceeded");
    assert!(matches!(device_proof().on_error(&busy), AfterError::Fatal));
}

#[wasm_bindgen_test(unsupported = test)]
fn stored_device_has_a_fixed_json_format() {
    let vector = device_vector();
    let (key, group_key) = (vector.input("device_key"), vector.input("device_group_key"));
    let record = remembered_device(&vector).to_json(&pool(), &username("Ann@example.com"));
    assert_eq!(
        record,
        format!(
            r#"{{"version":1,"pool":"us-east-1_AbCdEfGhI","username":"ann@example.com","deviceKey":"{key}","deviceGroupKey":"{group_key}","devicePassword":"{}"}}"#,
            vector.input("device_password")
        )
    );
    assert_eq!(
        DeviceRecordOwner::from_json(&record),
        Some(DeviceRecordOwner {
            username: "ann@example.com".to_owned(),
            device_key: DeviceKey::parse(key).expect("a device key"),
        })
    );
    assert_eq!(DeviceRecordOwner::from_json("{}"), None);
}

#[wasm_bindgen_test(unsupported = test)]
fn stored_device_is_read_only_for_its_pool_and_username() {
    let (pool, ann) = (pool(), username("Ann@example.com"));
    let record = remembered_device(&device_vector()).to_json(&pool, &ann);
    let parse = |text: &str| RememberedDevice::from_json(text, &pool, &ann);
    assert_eq!(parse(&record), Some(remembered_device(&device_vector())));
    let in_another_case = username("aNN@example.com");
    assert_eq!(
        RememberedDevice::from_json(&record, &pool, &in_another_case),
        Some(remembered_device(&device_vector()))
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
        assert_eq!(parse(&changed.to_string()), None, "{changed}");
    }
    for damaged in ["", "{", "null", &record[1..]] {
        assert_eq!(parse(damaged), None, "{damaged}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn device_storage_key_differs_by_pool_and_username() {
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
fn debug_output_hides_the_device_password() {
    let vector = device_vector();
    let secret = vector.input("device_password");
    let unconfirmed = UnconfirmedDevice::prepare(new_device(&vector), &random(&vector));
    let sign_in = on_device(ConfiguredFlow::UserSrp, &vector);
    for printed in [format!("{unconfirmed:?}"), format!("{sign_in:?}")] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
