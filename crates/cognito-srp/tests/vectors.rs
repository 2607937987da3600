//! Vectors on which pycognito, amazon-cognito-identity-js, cognito-srp-helper and aws-amplify agree, natively and as
//! WebAssembly (whose limbs are half as wide).

use base64::prelude::{BASE64_STANDARD, Engine as _};
use cognito_srp::server::{self, ServerEphemeral};
use cognito_srp::{Challenge, Ephemeral, Prover, Verifier};
use serde_json::Value;
use wasm_bindgen_test::wasm_bindgen_test;

const VECTORS: &str = include_str!("data/srp-vectors.json");

/// Every vector of a kind, and how many there have to be.
fn vectors(kind: &str, count: usize) -> Vec<Value> {
    let mut file: Value = serde_json::from_str(VECTORS).expect("the vectors are JSON");
    let Value::Array(vectors) = file[kind].take() else {
        panic!("{kind} is a list")
    };
    assert_eq!(vectors.len(), count);
    vectors
}

fn text<'a>(vector: &'a Value, part: &str, name: &str) -> &'a str {
    vector[part][name]
        .as_str()
        .unwrap_or_else(|| panic!("{part}.{name} is text"))
}

fn bytes(hex: &str) -> Vec<u8> {
    hex.as_bytes()
        .rchunks(2)
        .rev()
        .map(|pair| {
            u8::from_str_radix(str::from_utf8(pair).expect("ASCII"), 16).expect("hexadecimal")
        })
        .collect()
}

/// Who proves, and with which password.
fn prover(vector: &Value) -> (Prover<'_>, &str) {
    if vector["input"]["device_key"].is_string() {
        let prover = Prover::device(
            text(vector, "input", "device_group_key"),
            text(vector, "input", "device_key"),
        );
        (prover, text(vector, "input", "device_password"))
    } else {
        let prover = Prover::user(
            text(vector, "input", "pool_name"),
            text(vector, "input", "user_id_for_srp"),
        );
        (prover, text(vector, "input", "password"))
    }
}

fn all() -> Vec<Value> {
    let mut all = vectors("user_vectors", 7);
    all.extend(vectors("device_vectors", 2));
    all
}

#[wasm_bindgen_test(unsupported = test)]
fn the_client_sends_what_amazons_clients_send() {
    for vector in all() {
        let (prover, password) = prover(&vector);
        let ephemeral =
            Ephemeral::from_exponent(&bytes(text(&vector, "input", "a_hex"))).expect("a is good");
        assert_eq!(ephemeral.srp_a(), text(&vector, "wire", "SRP_A"));
        let challenge = Challenge::parse(
            text(&vector, "wire", "SRP_B"),
            text(&vector, "wire", "SALT"),
            text(&vector, "wire", "PASSWORD_CLAIM_SECRET_BLOCK"),
        )
        .expect("the challenge is good");
        let claim = ephemeral
            .prove(
                prover,
                password,
                &challenge,
                text(&vector, "wire", "TIMESTAMP"),
            )
            .expect("the proof can be made");
        assert_eq!(
            (
                claim.secret_block.as_str(),
                claim.signature.as_str(),
                claim.timestamp.as_str()
            ),
            (
                text(&vector, "wire", "PASSWORD_CLAIM_SECRET_BLOCK"),
                text(&vector, "wire", "PASSWORD_CLAIM_SIGNATURE"),
                text(&vector, "wire", "TIMESTAMP"),
            ),
            "{}",
            vector["name"],
        );
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn the_server_expects_what_amazons_clients_send() {
    for vector in all() {
        let (prover, password) = prover(&vector);
        let verifier = Verifier::new(prover, password, &bytes(text(&vector, "input", "salt_hex")));
        let kept = Verifier::from_parts(verifier.salt(), &verifier.verifier_bytes())
            .expect("the verifier is good");
        let b = bytes(text(&vector, "input", "b_hex"));
        let ephemeral = ServerEphemeral::new(&b, &kept).expect("b is good");
        assert_eq!(
            (ephemeral.srp_b(), kept.salt_hex(), ephemeral.exponent()),
            (
                text(&vector, "wire", "SRP_B").into(),
                text(&vector, "wire", "SALT").into(),
                b.as_slice()
            ),
        );
        let a = server::parse_srp_a(text(&vector, "wire", "SRP_A")).expect("A is good");
        assert_eq!(a.to_hex(), text(&vector, "expected", "A_hex"));
        assert_eq!(a.pad(), bytes(text(&vector["expected"], "padded_hex", "A")));
        let secret_block = BASE64_STANDARD
            .decode(text(&vector, "input", "secret_block_b64"))
            .expect("Base64");
        let signature = server::expected_signature(
            prover,
            &kept,
            &a,
            &ephemeral,
            &secret_block,
            text(&vector, "wire", "TIMESTAMP"),
        )
        .expect("the proof can be made");
        assert_eq!(
            BASE64_STANDARD.encode(signature),
            text(&vector, "wire", "PASSWORD_CLAIM_SIGNATURE"),
            "{}",
            vector["name"],
        );
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_verifier_is_confirmed_as_amazons_clients_confirm_it() {
    for vector in vectors("device_vectors", 2) {
        let (prover, password) = prover(&vector);
        let verifier = Verifier::new(prover, password, &bytes(text(&vector, "input", "salt_hex")));
        let salt = text(
            &vector,
            "wire",
            "ConfirmDevice.DeviceSecretVerifierConfig.Salt",
        );
        let confirmed = text(
            &vector,
            "wire",
            "ConfirmDevice.DeviceSecretVerifierConfig.PasswordVerifier",
        );
        assert_eq!(
            (
                verifier.salt_base64_padded(),
                verifier.verifier_base64_padded()
            ),
            (salt.into(), confirmed.into())
        );

        let read = |text: &str| BASE64_STANDARD.decode(text).expect("Base64");
        let received =
            Verifier::from_parts(&read(salt), &read(confirmed)).expect("the verifier is good");
        assert_eq!(
            (received.salt(), received.verifier_bytes()),
            (
                verifier.salt(),
                bytes(&format!(
                    "{:0>768}",
                    text(&vector, "expected", "verifier_hex")
                ))
            ),
        );
    }
}
