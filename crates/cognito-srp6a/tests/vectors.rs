//! Test vectors on which pycognito, amazon-cognito-identity-js, cognito-srp-helper and aws-amplify agree.
//!
//! The tests run natively and as WebAssembly, where the limbs have half the width.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use cognito_srp6a::server::{self, ServerEphemeral};
use cognito_srp6a::{ClientEphemeral, SrpChallenge, SrpIdentity, Verifier};
use serde_json::Value;
use wasm_bindgen_test::wasm_bindgen_test;

const VECTORS: &str = include_str!("data/srp-vectors.json");

/// Loads all vectors of a kind and checks their number.
fn load_vectors(kind: &str, count: usize) -> Vec<Value> {
    let mut file: Value = serde_json::from_str(VECTORS).expect("the vectors are JSON");
    let Value::Array(vectors) = file[kind].take() else {
        panic!("{kind} is a list")
    };
    assert_eq!(vectors.len(), count);
    vectors
}

fn text_field<'a>(vector: &'a Value, part: &str, name: &str) -> &'a str {
    vector[part][name]
        .as_str()
        .unwrap_or_else(|| panic!("{part}.{name} is text"))
}

fn decode_hex(hex: &str) -> Vec<u8> {
    hex.as_bytes()
        .rchunks(2)
        .rev()
        .map(|pair| {
            u8::from_str_radix(str::from_utf8(pair).expect("ASCII"), 16).expect("hexadecimal")
        })
        .collect()
}

/// Returns the user or device of a vector and its password.
fn identity_and_password(vector: &Value) -> (SrpIdentity<'_>, &str) {
    if vector["input"]["device_key"].is_string() {
        let identity = SrpIdentity::device(
            text_field(vector, "input", "device_group_key"),
            text_field(vector, "input", "device_key"),
        );
        (identity, text_field(vector, "input", "device_password"))
    } else {
        let identity = SrpIdentity::user(
            text_field(vector, "input", "pool_name"),
            text_field(vector, "input", "user_id_for_srp"),
        );
        (identity, text_field(vector, "input", "password"))
    }
}

fn all_vectors() -> Vec<Value> {
    let mut all = load_vectors("user_vectors", 7);
    all.extend(load_vectors("device_vectors", 2));
    all
}

#[wasm_bindgen_test(unsupported = test)]
fn srp_client_sends_the_same_values_as_amazons_clients() {
    for vector in all_vectors() {
        let (identity, password) = identity_and_password(&vector);
        let ephemeral =
            ClientEphemeral::from_exponent(&decode_hex(text_field(&vector, "input", "a_hex")))
                .expect("a is valid");
        assert_eq!(ephemeral.srp_a(), text_field(&vector, "wire", "SRP_A"));
        let challenge = SrpChallenge::parse(
            text_field(&vector, "wire", "SRP_B"),
            text_field(&vector, "wire", "SALT"),
            text_field(&vector, "wire", "PASSWORD_CLAIM_SECRET_BLOCK"),
        )
        .expect("the challenge is valid");
        let claim = ephemeral
            .prove_password(
                identity,
                password,
                &challenge,
                text_field(&vector, "wire", "TIMESTAMP"),
            )
            .expect("u is not zero");
        assert_eq!(
            (
                claim.secret_block.as_str(),
                claim.signature.as_str(),
                claim.timestamp.as_str()
            ),
            (
                text_field(&vector, "wire", "PASSWORD_CLAIM_SECRET_BLOCK"),
                text_field(&vector, "wire", "PASSWORD_CLAIM_SIGNATURE"),
                text_field(&vector, "wire", "TIMESTAMP"),
            ),
            "{}",
            vector["name"],
        );
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn srp_server_accepts_the_proofs_of_amazons_clients() {
    for vector in all_vectors() {
        let (identity, password) = identity_and_password(&vector);
        let verifier = Verifier::new(
            identity,
            password,
            &decode_hex(text_field(&vector, "input", "salt_hex")),
        );
        let stored = Verifier::from_parts(verifier.salt(), &verifier.verifier_bytes())
            .expect("the verifier is valid");
        let b = decode_hex(text_field(&vector, "input", "b_hex"));
        let ephemeral = ServerEphemeral::new(&b, &stored).expect("b is valid");
        assert_eq!(
            (ephemeral.srp_b(), stored.salt_hex(), ephemeral.exponent()),
            (
                text_field(&vector, "wire", "SRP_B").into(),
                text_field(&vector, "wire", "SALT").into(),
                b.as_slice()
            ),
        );
        let a = server::parse_srp_a(text_field(&vector, "wire", "SRP_A")).expect("A is valid");
        assert_eq!(a.to_hex(), text_field(&vector, "expected", "A_hex"));
        assert_eq!(
            a.to_signed_bytes_be(),
            decode_hex(text_field(&vector["expected"], "padded_hex", "A"))
        );
        let secret_block = BASE64_STANDARD
            .decode(text_field(&vector, "input", "secret_block_b64"))
            .expect("Base64");
        let signature = server::expected_signature(
            identity,
            &stored,
            &a,
            &ephemeral,
            &secret_block,
            text_field(&vector, "wire", "TIMESTAMP"),
        )
        .expect("u is not zero");
        assert_eq!(
            BASE64_STANDARD.encode(signature),
            text_field(&vector, "wire", "PASSWORD_CLAIM_SIGNATURE"),
            "{}",
            vector["name"],
        );
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn device_srp_verifier_equals_that_of_amazons_clients() {
    for vector in load_vectors("device_vectors", 2) {
        let (identity, password) = identity_and_password(&vector);
        let verifier = Verifier::new(
            identity,
            password,
            &decode_hex(text_field(&vector, "input", "salt_hex")),
        );
        let salt = text_field(
            &vector,
            "wire",
            "ConfirmDevice.DeviceSecretVerifierConfig.Salt",
        );
        let confirmed = text_field(
            &vector,
            "wire",
            "ConfirmDevice.DeviceSecretVerifierConfig.PasswordVerifier",
        );
        assert_eq!(
            (
                verifier.confirm_device_salt(),
                verifier.confirm_device_password_verifier()
            ),
            (salt.into(), confirmed.into())
        );

        let decode = |text: &str| BASE64_STANDARD.decode(text).expect("Base64");
        let received =
            Verifier::from_parts(&decode(salt), &decode(confirmed)).expect("the verifier is valid");
        assert_eq!(
            (received.salt(), received.verifier_bytes()),
            (
                verifier.salt(),
                decode_hex(&format!(
                    "{:0>768}",
                    text_field(&vector, "expected", "verifier_hex")
                ))
            ),
        );
    }
}
