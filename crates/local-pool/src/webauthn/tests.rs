use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::credential::{AuthenticationResponse, RegistrationResponse};
use super::{
    ExpectedWebAuthnValues, StoredCredential, VerifiedAssertion, VerifiedRegistration,
    WebAuthnError, verify_assertion, verify_registration,
};

const SUB: &[u8] = b"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11";

/// Decodes hexadecimal text.
fn decode_hex(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2));
    (0..text.len())
        .step_by(2)
        .map(|place| u8::from_str_radix(&text[place..place + 2], 16).unwrap())
        .collect()
}

/// A test vector of the standard (WebAuthn §16).
#[derive(Clone)]
struct Vector {
    registration_challenge: Vec<u8>,
    credential_id: Vec<u8>,
    registration_client_data: Vec<u8>,
    attestation_object: Vec<u8>,
    aaguid: [u8; 16],
    public_key: Vec<u8>,
    challenge: Vec<u8>,
    client_data: Vec<u8>,
    authenticator_data: Vec<u8>,
    signature: Vec<u8>,
}

/// Loads the test vector with this name.
fn load_vector(name: &str) -> Vector {
    let all: Value =
        serde_json::from_str(include_str!("../../tests/data/webauthn-vectors.json")).unwrap();
    let of = |part: &str, member: &str| decode_hex(all[name][part][member].as_str().unwrap());
    Vector {
        registration_challenge: of("registration", "challenge"),
        credential_id: of("registration", "credential_id"),
        registration_client_data: of("registration", "clientDataJSON"),
        attestation_object: of("registration", "attestationObject"),
        aaguid: of("registration", "aaguid").try_into().unwrap(),
        public_key: of("registration", "public_key"),
        challenge: of("authentication", "challenge"),
        client_data: of("authentication", "clientDataJSON"),
        authenticator_data: of("authentication", "authenticatorData"),
        signature: of("authentication", "signature"),
    }
}

/// Returns the position of `part` in `whole`.
fn position_of(whole: &[u8], part: &[u8]) -> usize {
    whole
        .windows(part.len())
        .position(|window| window == part)
        .unwrap()
}

impl Vector {
    /// Replaces the attestation with `none`, as a browser does if the relying party requests no attestation.
    fn without_attestation(mut self) -> Self {
        let begin = position_of(&self.attestation_object, b"\x68authData");
        let head = decode_hex("a363666d74646e6f6e656761747453746d74a0");
        self.attestation_object = [&head, &self.attestation_object[begin..]].concat();
        self
    }

    /// Returns the flags in the authenticator data of the registration, for a change by a test.
    fn registration_flags_mut(&mut self) -> &mut u8 {
        let place = position_of(&self.attestation_object, &super::sha256(b"example.org"));
        &mut self.attestation_object[place + 32]
    }

    /// Returns the registration as a page sends it.
    fn registration_json(&self) -> Value {
        let id = URL_SAFE_NO_PAD.encode(&self.credential_id);
        json!({
            "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {},
            "authenticatorAttachment": "platform",
            "response": {
                "clientDataJSON": URL_SAFE_NO_PAD.encode(&self.registration_client_data),
                "attestationObject": URL_SAFE_NO_PAD.encode(&self.attestation_object),
                "transports": ["internal"]
            }
        })
    }

    /// Verifies the registration against other expected values than the vector's.
    fn verify_registration_against(
        &self,
        expected: &ExpectedWebAuthnValues<'_>,
    ) -> Result<VerifiedRegistration, WebAuthnError> {
        let given: RegistrationResponse = serde_json::from_value(self.registration_json()).unwrap();
        verify_registration(&given, expected)
    }

    /// Verifies the registration against the vector's own values.
    fn verify_own_registration(&self) -> Result<VerifiedRegistration, WebAuthnError> {
        self.verify_registration_against(&self.expected_registration())
    }

    /// Returns the values that the vector's registration must match.
    fn expected_registration(&self) -> ExpectedWebAuthnValues<'_> {
        ExpectedWebAuthnValues {
            challenge: &self.registration_challenge,
            relying_party_id: "example.org",
            user_verification_required: false,
        }
    }

    /// Returns the assertion as a page sends it.
    fn assertion_json(&self) -> Value {
        let id = URL_SAFE_NO_PAD.encode(&self.credential_id);
        json!({
            "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {},
            "response": {
                "clientDataJSON": URL_SAFE_NO_PAD.encode(&self.client_data),
                "authenticatorData": URL_SAFE_NO_PAD.encode(&self.authenticator_data),
                "signature": URL_SAFE_NO_PAD.encode(&self.signature),
                "userHandle": URL_SAFE_NO_PAD.encode(SUB)
            }
        })
    }

    /// Returns the vector's credential as the pool stores it.
    fn stored_credential(&self) -> StoredCredential<'_> {
        StoredCredential {
            credential_id: &self.credential_id,
            public_key: &self.public_key,
            sign_count: 0,
            backup_eligible: self.authenticator_data[32] & 0x08 != 0,
            user_handle: SUB,
        }
    }

    /// Returns the values that the vector's assertion must match.
    fn expected_assertion(&self) -> ExpectedWebAuthnValues<'_> {
        ExpectedWebAuthnValues {
            challenge: &self.challenge,
            ..self.expected_registration()
        }
    }

    /// Verifies the assertion against another stored credential or other expected values than the vector's.
    fn verify_assertion_against(
        &self,
        known: &StoredCredential<'_>,
        expected: &ExpectedWebAuthnValues<'_>,
    ) -> Result<VerifiedAssertion, WebAuthnError> {
        let given: AuthenticationResponse = serde_json::from_value(self.assertion_json()).unwrap();
        verify_assertion(&given, known, expected)
    }

    /// Verifies the assertion against the vector's own values.
    fn verify_own_assertion(&self) -> Result<VerifiedAssertion, WebAuthnError> {
        self.verify_assertion_against(&self.stored_credential(), &self.expected_assertion())
    }
}

/// Loads the vectors with a supported attestation.
fn load_supported_vectors() -> [Vector; 3] {
    [
        load_vector("none.ES256"),
        load_vector("packed-self.ES256"),
        load_vector("packed.RS256").without_attestation(),
    ]
}

#[test]
fn webauthn_verifier_accepts_the_test_vectors_of_the_standard() {
    for vector in load_supported_vectors() {
        assert_eq!(
            vector.verify_own_registration(),
            Ok(VerifiedRegistration {
                credential_id: vector.credential_id.clone(),
                public_key: vector.public_key.clone(),
                sign_count: 0,
                backup_eligible: vector.stored_credential().backup_eligible,
                aaguid: vector.aaguid,
            })
        );
        assert_eq!(
            vector.verify_own_assertion(),
            Ok(VerifiedAssertion {
                sign_count: 0,
                user_verified: false
            })
        );
    }
}

#[test]
fn passkey_with_wrong_challenge_origin_rp_id_or_type_is_refused() {
    for vector in load_supported_vectors() {
        let (create, get) = (vector.expected_registration(), vector.expected_assertion());
        let both = |change: fn(ExpectedWebAuthnValues<'_>) -> ExpectedWebAuthnValues<'_>| {
            [
                vector
                    .verify_registration_against(&change(create))
                    .map(drop),
                vector
                    .verify_assertion_against(&vector.stored_credential(), &change(get))
                    .map(drop),
            ]
        };
        assert_eq!(
            both(|expected| ExpectedWebAuthnValues {
                challenge: b"another challenge of 32 bytes ..",
                ..expected
            }),
            [Err(WebAuthnError::WrongChallenge); 2]
        );
        assert_eq!(
            both(|expected| ExpectedWebAuthnValues {
                relying_party_id: "example.com",
                ..expected
            }),
            [Err(WebAuthnError::OriginNotAllowed); 2]
        );
        // The origin is a subdomain of `org`, but the authenticator data is for `example.org`.
        assert_eq!(
            both(|expected| ExpectedWebAuthnValues {
                relying_party_id: "org",
                ..expected
            }),
            [Err(WebAuthnError::RelyingPartyMismatch); 2]
        );
        let mut swapped = vector.clone();
        std::mem::swap(
            &mut swapped.client_data,
            &mut swapped.registration_client_data,
        );
        assert_eq!(
            swapped.verify_own_registration(),
            Err(WebAuthnError::WrongCeremony)
        );
        assert_eq!(
            swapped.verify_own_assertion(),
            Err(WebAuthnError::WrongCeremony)
        );
    }
}

#[test]
fn passkey_from_a_cross_origin_frame_is_rejected() {
    let vector = load_vector("none.ES256");
    for (member, value) in [
        ("crossOrigin", json!(true)),
        ("topOrigin", json!("https://example.com")),
    ] {
        let framed = |bytes: &[u8]| {
            let mut data: Value = serde_json::from_slice(bytes).unwrap();
            data[member] = value.clone();
            data.to_string().into_bytes()
        };
        let framed = Vector {
            registration_client_data: framed(&vector.registration_client_data),
            client_data: framed(&vector.client_data),
            ..vector.clone()
        };
        assert_eq!(
            framed.verify_own_registration(),
            Err(WebAuthnError::OriginNotAllowed)
        );
        assert_eq!(
            framed.verify_own_assertion(),
            Err(WebAuthnError::OriginNotAllowed)
        );
    }
}

#[test]
fn passkey_without_user_presence_or_verification_is_rejected() {
    for mut vector in load_supported_vectors() {
        let create = ExpectedWebAuthnValues {
            user_verification_required: true,
            ..vector.expected_registration()
        };
        let verified_at_registration =
            vector.clone().registration_flags_mut().to_owned() & 0x04 != 0;
        assert_eq!(
            vector.verify_registration_against(&create).map(drop),
            if verified_at_registration {
                Ok(())
            } else {
                Err(WebAuthnError::UserNotVerified)
            }
        );
        let get = ExpectedWebAuthnValues {
            user_verification_required: true,
            ..vector.expected_assertion()
        };
        assert_eq!(
            vector.verify_assertion_against(&vector.stored_credential(), &get),
            Err(WebAuthnError::UserNotVerified)
        );

        *vector.registration_flags_mut() &= !0x01;
        vector.authenticator_data[32] &= !0x01;
        assert_eq!(
            vector.verify_own_registration(),
            Err(WebAuthnError::UserNotPresent)
        );
        assert_eq!(
            vector.verify_own_assertion(),
            Err(WebAuthnError::UserNotPresent)
        );
    }
}

#[test]
fn passkey_assertion_with_a_flipped_bit_is_rejected() {
    for vector in load_supported_vectors() {
        let flipped = |change: &dyn Fn(&mut Vector)| {
            let mut changed = vector.clone();
            change(&mut changed);
            changed.verify_own_assertion().map(drop)
        };
        for place in 0..vector.signature.len() {
            assert_eq!(
                flipped(&|vector| vector.signature[place] ^= 1),
                Err(WebAuthnError::InvalidSignature),
                "{place}"
            );
        }
        for place in 0..vector.authenticator_data.len() {
            flipped(&|vector| vector.authenticator_data[place] ^= 1).unwrap_err();
        }
        for place in 0..vector.client_data.len() {
            flipped(&|vector| vector.client_data[place] ^= 1).unwrap_err();
        }
    }
}

#[test]
fn passkey_assertion_of_another_credential_or_user_is_rejected() {
    let (ann, bob) = (load_vector("none.ES256"), load_vector("packed-self.ES256"));
    let known = StoredCredential {
        public_key: &bob.public_key,
        ..ann.stored_credential()
    };
    assert_eq!(
        ann.verify_assertion_against(&known, &ann.expected_assertion()),
        Err(WebAuthnError::InvalidSignature)
    );
    let known = StoredCredential {
        credential_id: &bob.credential_id,
        ..ann.stored_credential()
    };
    assert_eq!(
        ann.verify_assertion_against(&known, &ann.expected_assertion()),
        Err(WebAuthnError::WrongCredential)
    );
    let known = StoredCredential {
        user_handle: b"another user",
        ..ann.stored_credential()
    };
    assert_eq!(
        ann.verify_assertion_against(&known, &ann.expected_assertion()),
        Err(WebAuthnError::WrongCredential)
    );
    let other_id = Vector {
        credential_id: bob.credential_id,
        ..ann
    };
    assert_eq!(
        other_id.verify_own_registration(),
        Err(WebAuthnError::WrongCredential)
    );
}

#[test]
fn passkey_user_handle_is_optional_but_id_must_equal_raw_id() {
    let vector = load_vector("none.ES256");
    let judge = |given: Value| {
        let given: AuthenticationResponse = serde_json::from_value(given).unwrap();
        verify_assertion(
            &given,
            &vector.stored_credential(),
            &vector.expected_assertion(),
        )
        .map(drop)
    };
    let mut given = vector.assertion_json();
    given["response"]["userHandle"] = Value::Null;
    assert_eq!(judge(given), Ok(()));
    let mut given = vector.assertion_json();
    given["rawId"] = json!("AAAA");
    assert_eq!(judge(given), Err(WebAuthnError::Malformed("rawId")));
    let mut given = vector.assertion_json();
    given["type"] = json!("password");
    assert_eq!(judge(given), Err(WebAuthnError::Malformed("type")));
}

#[test]
fn passkey_with_a_signature_counter_not_increased_is_rejected() {
    let vector = load_vector("none.ES256");
    let known = StoredCredential {
        sign_count: 1,
        ..vector.stored_credential()
    };
    assert_eq!(
        vector.verify_assertion_against(&known, &vector.expected_assertion()),
        Err(WebAuthnError::CounterNotIncreased)
    );
}

#[test]
fn passkey_with_contradictory_backup_flags_is_rejected() {
    let mut vector = load_vector("none.ES256");
    let known = StoredCredential {
        backup_eligible: false,
        ..vector.stored_credential()
    };
    assert_eq!(
        vector.verify_assertion_against(&known, &vector.expected_assertion()),
        Err(WebAuthnError::InvalidBackupState)
    );
    *vector.registration_flags_mut() &= !0x08; // Backed up, but not eligible for backup.
    assert_eq!(
        vector.verify_own_registration(),
        Err(WebAuthnError::InvalidBackupState)
    );
}

#[test]
fn passkey_attestation_with_a_certificate_is_not_supported() {
    assert_eq!(
        load_vector("packed.RS256").verify_own_registration(),
        Err(WebAuthnError::NotSupported)
    );
    let mut apple = load_vector("none.ES256");
    // `none` and `appl` have the same length, so only the name of the format changes.
    let place = position_of(&apple.attestation_object, b"none");
    apple.attestation_object[place..place + 4].copy_from_slice(b"appl");
    assert_eq!(
        apple.verify_own_registration(),
        Err(WebAuthnError::NotSupported)
    );
}

#[test]
fn passkey_self_attestation_must_be_signed_by_the_new_key() {
    let vector = load_vector("packed-self.ES256");
    let begin = position_of(&vector.attestation_object, b"\x63sig\x58\x46") + 6;
    for place in begin..begin + 0x46 {
        let mut forged = vector.clone();
        forged.attestation_object[place] ^= 1;
        assert_eq!(
            forged.verify_own_registration(),
            Err(WebAuthnError::InvalidSignature),
            "{place}"
        );
    }
    let mut other_algorithm = vector;
    let place = position_of(&other_algorithm.attestation_object, b"\x63alg\x26") + 4;
    other_algorithm.attestation_object[place] = 0x25;
    assert_eq!(
        other_algorithm.verify_own_registration(),
        Err(WebAuthnError::Malformed("attestationObject"))
    );
}

#[test]
fn truncated_and_extended_attestation_objects_are_rejected() {
    for vector in load_supported_vectors() {
        for length in 0..vector.attestation_object.len() {
            let mut cut = vector.clone();
            cut.attestation_object.truncate(length);
            assert_eq!(
                cut.verify_own_registration(),
                Err(WebAuthnError::Malformed("attestationObject")),
                "{length}"
            );
        }
        let mut longer = vector.clone();
        longer.attestation_object.push(0);
        assert_eq!(
            longer.verify_own_registration(),
            Err(WebAuthnError::Malformed("attestationObject"))
        );
        for length in 0..vector.authenticator_data.len() {
            let mut cut = vector.clone();
            cut.authenticator_data.truncate(length);
            let judged = cut.verify_assertion_against(
                &vector.stored_credential(),
                &vector.expected_assertion(),
            );
            assert_eq!(
                judged,
                Err(WebAuthnError::Malformed("authenticatorData")),
                "{length}"
            );
        }
    }
}

/// Makes an attestation object of the format `none` with this authenticator data.
fn attestation_object_around(authenticator_data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(authenticator_data.len()).unwrap();
    [
        &decode_hex("a363666d74646e6f6e656761747453746d74a068617574684461746159"),
        &length.to_be_bytes()[..],
        authenticator_data,
    ]
    .concat()
}

/// Makes the authenticator data of a registration. `extensions` follows the public key.
fn authenticator_data_with(credential_id: &[u8], public_key: &[u8], extensions: &[u8]) -> Vec<u8> {
    let length = u16::try_from(credential_id.len()).unwrap();
    [
        &super::sha256(b"example.org")[..],
        &[if extensions.is_empty() { 0x41 } else { 0xc1 }],
        &[0; 4],
        &[0; 16],
        &length.to_be_bytes(),
        credential_id,
        public_key,
        extensions,
    ]
    .concat()
}

/// Verifies a registration with this credential ID, public key and extensions.
fn verify_registration_with(
    credential_id: &[u8],
    public_key: &[u8],
    extensions: &[u8],
) -> Result<(), WebAuthnError> {
    Vector {
        attestation_object: attestation_object_around(&authenticator_data_with(
            credential_id,
            public_key,
            extensions,
        )),
        credential_id: credential_id.to_vec(),
        ..load_vector("none.ES256")
    }
    .verify_own_registration()
    .map(drop)
}

#[test]
fn passkey_credential_id_has_at_most_1023_bytes() {
    let key = load_vector("none.ES256").public_key;
    assert_eq!(verify_registration_with(&[7; 1_023], &key, b""), Ok(()));
    assert_eq!(
        verify_registration_with(&[7; 1_024], &key, b""),
        Err(WebAuthnError::Malformed("credentialId"))
    );
    assert_eq!(
        verify_registration_with(b"", &key, b""),
        Err(WebAuthnError::Malformed("credentialId"))
    );
}

#[test]
fn only_extensions_may_follow_the_passkeys_public_key() {
    let key = load_vector("none.ES256").public_key;
    assert_eq!(
        verify_registration_with(&[7; 16], &key, &decode_hex("a16b6372656450726f7465637402")),
        Ok(())
    );
    for junk in ["a1", "00", "a0a0", "6161"] {
        assert_eq!(
            verify_registration_with(&[7; 16], &key, &decode_hex(junk)),
            Err(WebAuthnError::Malformed("authenticatorData")),
            "{junk}"
        );
    }
}

#[test]
fn passkey_of_unsupported_key_type_size_or_curve_is_rejected() {
    let es256 = load_vector("none.ES256").public_key;
    let changed = |from: &str, to: &str| {
        let (from, to) = (decode_hex(from), decode_hex(to));
        let place = position_of(&es256, &from);
        let mut changed = es256.clone();
        changed.splice(place..place + from.len(), to);
        verify_registration_with(&[7; 16], &changed, b"")
    };
    assert_eq!(changed("0326", "0326"), Ok(()));
    assert_eq!(changed("0326", "0327"), Err(WebAuthnError::NotSupported)); // EdDSA
    assert_eq!(changed("2001", "2002"), Err(WebAuthnError::NotSupported)); // P-384
    assert_eq!(changed("0102", "0103"), Err(WebAuthnError::NotSupported)); // An RSA key with the algorithm ES256.
    assert_eq!(
        changed("2001", "0326"),
        Err(WebAuthnError::Malformed("credentialPublicKey"))
    ); // A duplicate `alg`.
    assert_eq!(
        changed("215820af", "215820ae"),
        Err(WebAuthnError::Malformed("credentialPublicKey"))
    ); // A point that is not on the curve.
    let rsa_1024 = [
        decode_hex("a401030339010020588080"),
        vec![1; 127],
        decode_hex("2143010001"),
    ]
    .concat();
    assert_eq!(
        verify_registration_with(&[7; 16], &rsa_1024, b""),
        Err(WebAuthnError::NotSupported)
    );
}

#[test]
fn malformed_cbor_of_a_passkey_is_rejected_without_a_panic() {
    let vector = load_vector("none.ES256");
    for junk in [
        vec![],
        vec![0xbb; 9],
        decode_hex("bbffffffffffffffff"),
        decode_hex("bf63666d74646e6f6e65ff"),
        decode_hex("a163666d745b7fffffffffffffff"),
        vec![0x9f; 20_000],
        vec![0x81; 20_000],
        [decode_hex("a167617474"), vec![0xd8; 20_000]].concat(),
        [decode_hex("a16761747453746d74"), vec![0xa1; 20_000]].concat(),
        [decode_hex("a16761747453746d74"), vec![0x9f; 20_000]].concat(),
        decode_hex("a263666d74646e6f6e6563666d74646e6f6e65"),
    ] {
        let hostile = Vector {
            attestation_object: junk,
            ..vector.clone()
        };
        assert_eq!(
            hostile.verify_own_registration(),
            Err(WebAuthnError::Malformed("attestationObject"))
        );
    }
}

#[test]
fn malformed_webauthn_client_data_is_rejected() {
    let vector = load_vector("none.ES256");
    for junk in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"type":"webauthn.create"}"#,
        "{\"type\":1}",
        "\u{feff}{}",
    ] {
        let odd = Vector {
            registration_client_data: junk.into(),
            client_data: junk.into(),
            ..vector.clone()
        };
        assert_eq!(
            odd.verify_own_registration(),
            Err(WebAuthnError::Malformed("clientDataJSON")),
            "{junk}"
        );
        assert_eq!(
            odd.verify_own_assertion(),
            Err(WebAuthnError::Malformed("clientDataJSON")),
            "{junk}"
        );
    }
}

#[test]
fn pool_accepts_a_passkey_recorded_in_chromium() {
    let recorded: Value =
        serde_json::from_str(include_str!("../../tests/data/webauthn-chromium.json")).unwrap();
    let bytes = |text: &Value| URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap();
    let judged_by = |options: &Value| bytes(&options["challenge"]);
    let given: RegistrationResponse =
        serde_json::from_value(recorded["registration"].clone()).unwrap();
    let challenge = judged_by(&recorded["options"]);
    let expected = ExpectedWebAuthnValues {
        challenge: &challenge,
        relying_party_id: "localhost",
        user_verification_required: true,
    };
    let registered = verify_registration(&given, &expected).unwrap();
    assert_eq!(
        (registered.sign_count, registered.backup_eligible),
        (1, false)
    );
    assert_eq!(
        registered.credential_id,
        bytes(&recorded["registration"]["id"])
    );
    assert_eq!(given.transports(), ["internal"]);
    let user_handle = bytes(&recorded["options"]["user"]["id"]);
    let [first, second] = recorded["assertions"].as_array().unwrap().as_slice() else {
        panic!("the recording has two assertions")
    };
    let assert = |used: &Value, sign_count: u32| {
        let given: AuthenticationResponse =
            serde_json::from_value(used["assertion"].clone()).unwrap();
        let known = StoredCredential {
            credential_id: &registered.credential_id,
            public_key: &registered.public_key,
            sign_count,
            backup_eligible: registered.backup_eligible,
            user_handle: &user_handle,
        };
        let challenge = judged_by(&used["options"]);
        let expected = ExpectedWebAuthnValues {
            challenge: &challenge,
            ..expected
        };
        verify_assertion(&given, &known, &expected)
    };
    let counted = |sign_count| {
        Ok(VerifiedAssertion {
            sign_count,
            user_verified: true,
        })
    };
    assert_eq!(assert(first, 1), counted(2));
    assert_eq!(assert(second, 2), counted(3));
    assert_eq!(assert(first, 3), Err(WebAuthnError::CounterNotIncreased));
}
