use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::credential::{Assertion, Registration};
use super::{Asserted, Expected, Fault, Known, Registered, verify_assertion, verify_registration};

const SUB: &[u8] = b"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11";

fn hex(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2));
    (0..text.len())
        .step_by(2)
        .map(|place| u8::from_str_radix(&text[place..place + 2], 16).unwrap())
        .collect()
}

/// One of the standard's own examples.
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

fn vector(name: &str) -> Vector {
    let all: Value =
        serde_json::from_str(include_str!("../../tests/data/webauthn-vectors.json")).unwrap();
    let of = |part: &str, member: &str| hex(all[name][part][member].as_str().unwrap());
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

/// Where `part` begins in `whole`.
fn place_of(whole: &[u8], part: &[u8]) -> usize {
    whole
        .windows(part.len())
        .position(|window| window == part)
        .unwrap()
}

impl Vector {
    /// The same authenticator data under the attestation `none`, as a browser hands it on to those who ask for none.
    fn without_attestation(mut self) -> Self {
        let begin = place_of(&self.attestation_object, b"\x68authData");
        let head = hex("a363666d74646e6f6e656761747453746d74a0");
        self.attestation_object = [&head, &self.attestation_object[begin..]].concat();
        self
    }

    fn flags_of_registration(&mut self) -> &mut u8 {
        let place = place_of(&self.attestation_object, &super::sha256(b"example.org"));
        &mut self.attestation_object[place + 32]
    }

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

    fn register(&self, expected: &Expected<'_>) -> Result<Registered, Fault> {
        let given: Registration = serde_json::from_value(self.registration_json()).unwrap();
        verify_registration(&given, expected)
    }

    fn registered(&self) -> Result<Registered, Fault> {
        self.register(&self.expects_registration())
    }

    fn expects_registration(&self) -> Expected<'_> {
        Expected {
            challenge: &self.registration_challenge,
            relying_party_id: "example.org",
            user_verification_required: false,
        }
    }

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

    fn known(&self) -> Known<'_> {
        Known {
            credential_id: &self.credential_id,
            public_key: &self.public_key,
            sign_count: 0,
            backup_eligible: self.authenticator_data[32] & 0x08 != 0,
            user_handle: SUB,
        }
    }

    fn expects_assertion(&self) -> Expected<'_> {
        Expected {
            challenge: &self.challenge,
            ..self.expects_registration()
        }
    }

    fn assert(&self, known: &Known<'_>, expected: &Expected<'_>) -> Result<Asserted, Fault> {
        let given: Assertion = serde_json::from_value(self.assertion_json()).unwrap();
        verify_assertion(&given, known, expected)
    }

    fn asserted(&self) -> Result<Asserted, Fault> {
        self.assert(&self.known(), &self.expects_assertion())
    }
}

/// The examples whose attestation is taken.
fn good() -> [Vector; 3] {
    [
        vector("none.ES256"),
        vector("packed-self.ES256"),
        vector("packed.RS256").without_attestation(),
    ]
}

#[test]
fn the_standards_own_credentials_register_and_prove_themselves() {
    for vector in good() {
        assert_eq!(
            vector.registered(),
            Ok(Registered {
                credential_id: vector.credential_id.clone(),
                public_key: vector.public_key.clone(),
                sign_count: 0,
                backup_eligible: vector.known().backup_eligible,
                aaguid: vector.aaguid,
            })
        );
        assert_eq!(
            vector.asserted(),
            Ok(Asserted {
                sign_count: 0,
                user_verified: false
            })
        );
    }
}

#[test]
fn another_challenge_page_party_or_ceremony_is_refused_at_both_ceremonies() {
    for vector in good() {
        let (create, get) = (vector.expects_registration(), vector.expects_assertion());
        let both = |change: fn(Expected<'_>) -> Expected<'_>| {
            [
                vector.register(&change(create)).map(drop),
                vector.assert(&vector.known(), &change(get)).map(drop),
            ]
        };
        assert_eq!(
            both(|expected| Expected {
                challenge: b"another challenge of 32 bytes ..",
                ..expected
            }),
            [Err(Fault::WrongChallenge); 2]
        );
        assert_eq!(
            both(|expected| Expected {
                relying_party_id: "example.com",
                ..expected
            }),
            [Err(Fault::OriginNotAllowed); 2]
        );
        // The page is below `org`; the authenticator answered `example.org`.
        assert_eq!(
            both(|expected| Expected {
                relying_party_id: "org",
                ..expected
            }),
            [Err(Fault::RelyingPartyMismatch); 2]
        );
        let mut swapped = vector.clone();
        std::mem::swap(
            &mut swapped.client_data,
            &mut swapped.registration_client_data,
        );
        assert_eq!(swapped.registered(), Err(Fault::WrongCeremony));
        assert_eq!(swapped.asserted(), Err(Fault::WrongCeremony));
    }
}

#[test]
fn a_page_within_another_ones_is_refused() {
    let vector = vector("none.ES256");
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
        assert_eq!(framed.registered(), Err(Fault::OriginNotAllowed));
        assert_eq!(framed.asserted(), Err(Fault::OriginNotAllowed));
    }
}

#[test]
fn somebody_must_be_there_and_be_verified_where_that_is_required() {
    for mut vector in good() {
        let create = Expected {
            user_verification_required: true,
            ..vector.expects_registration()
        };
        let verified_at_registration =
            vector.clone().flags_of_registration().to_owned() & 0x04 != 0;
        assert_eq!(
            vector.register(&create).map(drop),
            if verified_at_registration {
                Ok(())
            } else {
                Err(Fault::UserNotVerified)
            }
        );
        let get = Expected {
            user_verification_required: true,
            ..vector.expects_assertion()
        };
        assert_eq!(
            vector.assert(&vector.known(), &get),
            Err(Fault::UserNotVerified)
        );

        *vector.flags_of_registration() &= !0x01;
        vector.authenticator_data[32] &= !0x01;
        assert_eq!(vector.registered(), Err(Fault::UserNotPresent));
        assert_eq!(vector.asserted(), Err(Fault::UserNotPresent));
    }
}

#[test]
fn a_bit_flipped_in_signature_data_or_page_spoils_an_assertion() {
    for vector in good() {
        let flipped = |change: &dyn Fn(&mut Vector)| {
            let mut changed = vector.clone();
            change(&mut changed);
            changed.asserted().map(drop)
        };
        for place in 0..vector.signature.len() {
            assert_eq!(
                flipped(&|vector| vector.signature[place] ^= 1),
                Err(Fault::BadSignature),
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
fn another_credentials_key_id_or_user_is_refused() {
    let (ann, bob) = (vector("none.ES256"), vector("packed-self.ES256"));
    let known = Known {
        public_key: &bob.public_key,
        ..ann.known()
    };
    assert_eq!(
        ann.assert(&known, &ann.expects_assertion()),
        Err(Fault::BadSignature)
    );
    let known = Known {
        credential_id: &bob.credential_id,
        ..ann.known()
    };
    assert_eq!(
        ann.assert(&known, &ann.expects_assertion()),
        Err(Fault::OtherCredential)
    );
    let known = Known {
        user_handle: b"somebody else",
        ..ann.known()
    };
    assert_eq!(
        ann.assert(&known, &ann.expects_assertion()),
        Err(Fault::OtherCredential)
    );
    let other_id = Vector {
        credential_id: bob.credential_id,
        ..ann
    };
    assert_eq!(other_id.registered(), Err(Fault::OtherCredential));
}

#[test]
fn a_credential_without_a_user_handle_is_taken_and_one_with_two_ids_is_not() {
    let vector = vector("none.ES256");
    let judge = |given: Value| {
        let given: Assertion = serde_json::from_value(given).unwrap();
        verify_assertion(&given, &vector.known(), &vector.expects_assertion()).map(drop)
    };
    let mut given = vector.assertion_json();
    given["response"]["userHandle"] = Value::Null;
    assert_eq!(judge(given), Ok(()));
    let mut given = vector.assertion_json();
    given["rawId"] = json!("AAAA");
    assert_eq!(judge(given), Err(Fault::Malformed("rawId")));
    let mut given = vector.assertion_json();
    given["type"] = json!("password");
    assert_eq!(judge(given), Err(Fault::Malformed("type")));
}

#[test]
fn a_counter_that_does_not_rise_betrays_a_copy() {
    let vector = vector("none.ES256");
    let known = Known {
        sign_count: 1,
        ..vector.known()
    };
    assert_eq!(
        vector.assert(&known, &vector.expects_assertion()),
        Err(Fault::CounterDidNotRise)
    );
}

#[test]
fn a_backup_that_contradicts_itself_or_the_registration_is_refused() {
    let mut vector = vector("none.ES256");
    let known = Known {
        backup_eligible: false,
        ..vector.known()
    };
    assert_eq!(
        vector.assert(&known, &vector.expects_assertion()),
        Err(Fault::BackupContradiction)
    );
    *vector.flags_of_registration() &= !0x08; // backed up, yet not eligible
    assert_eq!(vector.registered(), Err(Fault::BackupContradiction));
}

#[test]
fn an_attestation_that_asks_for_trust_in_a_maker_is_not_taken() {
    assert_eq!(
        vector("packed.RS256").registered(),
        Err(Fault::NotSupported)
    );
    let mut apple = vector("none.ES256");
    // `fmt` is `none`, four letters; so is `appl`.
    let place = place_of(&apple.attestation_object, b"none");
    apple.attestation_object[place..place + 4].copy_from_slice(b"appl");
    assert_eq!(apple.registered(), Err(Fault::NotSupported));
}

#[test]
fn a_self_attestation_must_be_signed_by_the_new_key() {
    let vector = vector("packed-self.ES256");
    let begin = place_of(&vector.attestation_object, b"\x63sig\x58\x46") + 6;
    for place in begin..begin + 0x46 {
        let mut forged = vector.clone();
        forged.attestation_object[place] ^= 1;
        assert_eq!(forged.registered(), Err(Fault::BadSignature), "{place}");
    }
    let mut other_algorithm = vector;
    let place = place_of(&other_algorithm.attestation_object, b"\x63alg\x26") + 4;
    other_algorithm.attestation_object[place] = 0x25;
    assert_eq!(
        other_algorithm.registered(),
        Err(Fault::Malformed("attestationObject"))
    );
}

#[test]
fn an_object_cut_anywhere_or_with_a_byte_more_does_not_register() {
    for vector in good() {
        for length in 0..vector.attestation_object.len() {
            let mut cut = vector.clone();
            cut.attestation_object.truncate(length);
            assert_eq!(
                cut.registered(),
                Err(Fault::Malformed("attestationObject")),
                "{length}"
            );
        }
        let mut longer = vector.clone();
        longer.attestation_object.push(0);
        assert_eq!(
            longer.registered(),
            Err(Fault::Malformed("attestationObject"))
        );
        for length in 0..vector.authenticator_data.len() {
            let mut cut = vector.clone();
            cut.authenticator_data.truncate(length);
            let judged = cut.assert(&vector.known(), &vector.expects_assertion());
            assert_eq!(
                judged,
                Err(Fault::Malformed("authenticatorData")),
                "{length}"
            );
        }
    }
}

/// A `none` attestation object around this authenticator data.
fn object_around(authenticator_data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(authenticator_data.len()).unwrap();
    [
        &hex("a363666d74646e6f6e656761747453746d74a068617574684461746159"),
        &length.to_be_bytes()[..],
        authenticator_data,
    ]
    .concat()
}

/// Authenticator data of a registration.
fn data_with(credential_id: &[u8], public_key: &[u8], rest: &[u8]) -> Vec<u8> {
    let length = u16::try_from(credential_id.len()).unwrap();
    [
        &super::sha256(b"example.org")[..],
        &[if rest.is_empty() { 0x41 } else { 0xc1 }],
        &[0; 4],
        &[0; 16],
        &length.to_be_bytes(),
        credential_id,
        public_key,
        rest,
    ]
    .concat()
}

/// A registration with this id and key.
fn with(credential_id: &[u8], public_key: &[u8], rest: &[u8]) -> Result<(), Fault> {
    Vector {
        attestation_object: object_around(&data_with(credential_id, public_key, rest)),
        credential_id: credential_id.to_vec(),
        ..vector("none.ES256")
    }
    .registered()
    .map(drop)
}

#[test]
fn a_credential_id_has_at_most_1023_bytes() {
    let key = vector("none.ES256").public_key;
    assert_eq!(with(&[7; 1_023], &key, b""), Ok(()));
    assert_eq!(
        with(&[7; 1_024], &key, b""),
        Err(Fault::Malformed("credentialId"))
    );
    assert_eq!(with(b"", &key, b""), Err(Fault::Malformed("credentialId")));
}

#[test]
fn extensions_may_follow_the_key_and_nothing_else() {
    let key = vector("none.ES256").public_key;
    assert_eq!(
        with(&[7; 16], &key, &hex("a16b6372656450726f7465637402")),
        Ok(())
    );
    for junk in ["a1", "00", "a0a0", "6161"] {
        assert_eq!(
            with(&[7; 16], &key, &hex(junk)),
            Err(Fault::Malformed("authenticatorData")),
            "{junk}"
        );
    }
}

#[test]
fn a_key_of_another_kind_size_or_curve_is_not_taken() {
    let es256 = vector("none.ES256").public_key;
    let changed = |from: &str, to: &str| {
        let (from, to) = (hex(from), hex(to));
        let place = place_of(&es256, &from);
        let mut changed = es256.clone();
        changed.splice(place..place + from.len(), to);
        with(&[7; 16], &changed, b"")
    };
    assert_eq!(changed("0326", "0326"), Ok(()));
    assert_eq!(changed("0326", "0327"), Err(Fault::NotSupported)); // EdDSA
    assert_eq!(changed("2001", "2002"), Err(Fault::NotSupported)); // P-384
    assert_eq!(changed("0102", "0103"), Err(Fault::NotSupported)); // RSA that signs as a curve
    assert_eq!(
        changed("2001", "0326"),
        Err(Fault::Malformed("credentialPublicKey"))
    ); // `alg` twice
    assert_eq!(
        changed("215820af", "215820ae"),
        Err(Fault::Malformed("credentialPublicKey"))
    ); // no point of the curve
    let rsa_1024 = [
        hex("a401030339010020588080"),
        vec![1; 127],
        hex("2143010001"),
    ]
    .concat();
    assert_eq!(with(&[7; 16], &rsa_1024, b""), Err(Fault::NotSupported));
}

#[test]
fn hostile_cbor_is_refused_and_nothing_more() {
    let vector = vector("none.ES256");
    for junk in [
        vec![],
        vec![0xbb; 9],
        hex("bbffffffffffffffff"),
        hex("bf63666d74646e6f6e65ff"),
        hex("a163666d745b7fffffffffffffff"),
        vec![0x9f; 20_000],
        vec![0x81; 20_000],
        [hex("a167617474"), vec![0xd8; 20_000]].concat(),
        [hex("a16761747453746d74"), vec![0xa1; 20_000]].concat(),
        [hex("a16761747453746d74"), vec![0x9f; 20_000]].concat(),
        hex("a263666d74646e6f6e6563666d74646e6f6e65"),
    ] {
        let hostile = Vector {
            attestation_object: junk,
            ..vector.clone()
        };
        assert_eq!(
            hostile.registered(),
            Err(Fault::Malformed("attestationObject"))
        );
    }
}

#[test]
fn a_page_that_says_nonsense_is_refused() {
    let vector = vector("none.ES256");
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
            odd.registered(),
            Err(Fault::Malformed("clientDataJSON")),
            "{junk}"
        );
        assert_eq!(
            odd.asserted(),
            Err(Fault::Malformed("clientDataJSON")),
            "{junk}"
        );
    }
}

#[test]
fn what_a_browser_makes_registers_and_signs_in_each_time_counting_on() {
    let recorded: Value =
        serde_json::from_str(include_str!("../../tests/data/webauthn-chromium.json")).unwrap();
    let bytes = |text: &Value| URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap();
    let judged_by = |options: &Value| bytes(&options["challenge"]);
    let given: Registration = serde_json::from_value(recorded["registration"].clone()).unwrap();
    let challenge = judged_by(&recorded["options"]);
    let expected = Expected {
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
        panic!("two uses were recorded")
    };
    let assert = |used: &Value, sign_count: u32| {
        let given: Assertion = serde_json::from_value(used["assertion"].clone()).unwrap();
        let known = Known {
            credential_id: &registered.credential_id,
            public_key: &registered.public_key,
            sign_count,
            backup_eligible: registered.backup_eligible,
            user_handle: &user_handle,
        };
        let challenge = judged_by(&used["options"]);
        let expected = Expected {
            challenge: &challenge,
            ..expected
        };
        verify_assertion(&given, &known, &expected)
    };
    let counted = |sign_count| {
        Ok(Asserted {
            sign_count,
            user_verified: true,
        })
    };
    assert_eq!(assert(first, 1), counted(2));
    assert_eq!(assert(second, 2), counted(3));
    assert_eq!(assert(first, 3), Err(Fault::CounterDidNotRise));
}
