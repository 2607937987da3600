//! A software authenticator and the browser around it: it creates passkeys and signs with them (Web Authentication
//! §6.3, §5.8.1).

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize, PublicKeyComponents};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// The origin of the app's page.
pub(crate) const ORIGIN: &str = "http://localhost:8000";

/// The flags "user present" and "user verified".
pub(crate) const VERIFIED: u8 = 0x05;
/// The flag "user present".
pub(crate) const PRESENT: u8 = 0x01;

enum Key {
    Es256(EcdsaKeyPair),
    Rs256(RsaKeyPair),
}

/// One passkey and its authenticator.
pub(crate) struct Passkey {
    key: Key,
    id: Vec<u8>,
    user_handle: Value,
    counter: u32,
    /// The origin of the page that uses the passkey.
    pub(crate) origin: String,
    /// The relying party that the page asks for, if it differs from the one in the options.
    pub(crate) relying_party_id: Option<&'static str>,
    pub(crate) flags: u8,
    /// Whether the authenticator increases its signature counter.
    pub(crate) counts: bool,
}

/// Returns the text of a JSON string.
fn text_of_value(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// Encodes bytes as base64url without padding.
fn encode_base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The algorithm of a passkey, from `pubKeyCredParams`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Es256,
    Rs256,
}

impl Passkey {
    /// Creates a passkey with a new key pair.
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        let key = match algorithm {
            Algorithm::Es256 => {
                Key::Es256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key"))
            }
            Algorithm::Rs256 => Key::Rs256(RsaKeyPair::generate(KeySize::Rsa2048).expect("a key")),
        };
        let mut passkey = Self {
            key,
            id: Vec::new(),
            user_handle: Value::Null,
            counter: 0,
            origin: ORIGIN.to_owned(),
            relying_party_id: None,
            flags: VERIFIED,
            counts: false,
        };
        passkey.id = Sha256::digest(passkey.cose_key()).to_vec();
        passkey
    }

    /// Returns the credential ID in its wire format.
    pub(crate) fn credential_id(&self) -> String {
        encode_base64url(&self.id)
    }

    /// Returns the public key (RFC 9052 §7) in CTAP2's canonical form.
    fn cose_key(&self) -> Vec<u8> {
        match &self.key {
            Key::Es256(key) => {
                let (x, y) = key.public_key().as_ref()[1..].split_at(32);
                [
                    b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20",
                    x,
                    b"\x22\x58\x20",
                    y,
                ]
                .concat()
            }
            Key::Rs256(key) => {
                let parts = PublicKeyComponents::<Vec<u8>>::from(key.public_key());
                [
                    b"\xa4\x01\x03\x03\x39\x01\x00\x20\x59\x01\x00".as_slice(),
                    &parts.n,
                    b"\x21\x43",
                    &parts.e,
                ]
                .concat()
            }
        }
    }

    /// Returns the signature of these bytes.
    fn sign_bytes(&self, signed: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.key {
            Key::Es256(key) => key.sign(&random, signed).expect("signed").as_ref().to_vec(),
            Key::Rs256(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, signed, &mut signature)
                    .expect("signed");
                signature
            }
        }
    }

    /// Returns the client data of this type for the challenge in the options.
    fn client_data_json(&self, kind: &str, options: &Value) -> Vec<u8> {
        let (challenge, origin) = (text_of_value(&options["challenge"]), &self.origin);
        format!(r#"{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}","crossOrigin":false}}"#)
            .into_bytes()
    }

    /// Returns the authenticator data for this relying party.
    fn authenticator_data(&self, relying_party_id: &Value, more_flags: u8) -> Vec<u8> {
        let asked = text_of_value(relying_party_id);
        let id = self.relying_party_id.unwrap_or(&asked);
        [
            Sha256::digest(id).as_slice(),
            &[self.flags | more_flags],
            &self.counter.to_be_bytes(),
        ]
        .concat()
    }

    /// Creates a credential as `navigator.credentials.create({publicKey: …})` and `toJSON()` do, with the
    /// attestation `none`.
    pub(crate) fn create_credential(&mut self, options: &Value) -> Value {
        let client_data = self.client_data_json("webauthn.create", options);
        self.user_handle = options["user"]["id"].clone();
        let length = u16::try_from(self.id.len()).expect("a short id");
        let data = [
            self.authenticator_data(&options["rp"]["id"], 0x40),
            vec![0; 16],
            length.to_be_bytes().to_vec(),
            self.id.clone(),
            self.cose_key(),
        ]
        .concat();
        let length = u16::try_from(data.len()).expect("short data");
        let object = [
            b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".as_slice(),
            &length.to_be_bytes(),
            &data,
        ]
        .concat();
        json!({
            "id": self.credential_id(), "rawId": self.credential_id(), "type": "public-key", "clientExtensionResults": {},
            "authenticatorAttachment": "platform",
            "response": {
                "clientDataJSON": encode_base64url(client_data),
                "attestationObject": encode_base64url(object),
                "authenticatorData": encode_base64url(data),
                "transports": ["internal", "hybrid"]
            }
        })
    }

    /// Signs an assertion as `navigator.credentials.get({publicKey: …})` and `toJSON()` do.
    pub(crate) fn sign_assertion(&mut self, options: &Value) -> Value {
        if self.counts {
            self.counter += 1;
        }
        let client_data = self.client_data_json("webauthn.get", options);
        let data = self.authenticator_data(&options["rpId"], 0);
        let signed = [data.as_slice(), &Sha256::digest(&client_data)].concat();
        json!({
            "id": self.credential_id(), "rawId": self.credential_id(), "type": "public-key", "clientExtensionResults": {},
            "authenticatorAttachment": "platform",
            "response": {
                "clientDataJSON": encode_base64url(client_data),
                "authenticatorData": encode_base64url(data),
                "signature": encode_base64url(self.sign_bytes(&signed)),
                "userHandle": self.user_handle
            }
        })
    }
}
