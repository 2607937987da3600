use cognito_proto::ids::UserPoolId;
use cognito_proto::srp::ClientEphemeral;
use cognito_proto::time::UnixTime;
use serde_json::{Value, json};

/// One vector of `srp-vectors.json`.
pub(crate) struct Vector(Value);

impl Vector {
    /// Returns the seven vectors for users.
    pub(crate) fn all() -> Vec<Self> {
        let vectors = Self::list("user_vectors");
        assert_eq!(vectors.len(), 7);
        vectors
    }

    /// Returns the two vectors for devices.
    pub(crate) fn device_vectors() -> Vec<Self> {
        let vectors = Self::list("device_vectors");
        assert_eq!(vectors.len(), 2);
        vectors
    }

    fn list(name: &str) -> Vec<Self> {
        let mut file = Self::file();
        let Value::Array(vectors) = file[name].take() else {
            panic!("the vectors are a list")
        };
        vectors.into_iter().map(Self).collect()
    }

    /// Returns the whole file.
    pub(crate) fn file() -> Value {
        serde_json::from_str(include_str!(
            "../../../cognito-srp6a/tests/data/srp-vectors.json"
        ))
        .expect("the vectors are JSON")
    }

    /// Returns the first vector, for tests that work with any vector.
    pub(crate) fn basic() -> Self {
        Self::all().swap_remove(0)
    }

    pub(crate) fn name(&self) -> &str {
        self.0["name"].as_str().expect("a name")
    }

    pub(crate) fn input(&self, name: &str) -> &str {
        self.0["input"][name].as_str().expect("an input text")
    }

    pub(crate) fn wire(&self, name: &str) -> &str {
        self.0["wire"][name].as_str().expect("a text on the wire")
    }

    /// Decodes bytes that the vector has as hexadecimal digits.
    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        let digits = self.input(name).as_bytes();
        digits
            .rchunks(2)
            .rev()
            .map(|pair| str::from_utf8(pair).expect("ASCII"))
            .map(|pair| u8::from_str_radix(pair, 16).expect("hexadecimal"))
            .collect()
    }

    /// Returns the ephemeral key pair for the vector's `a`, in place of a random one.
    pub(crate) fn ephemeral(&self) -> ClientEphemeral {
        ClientEphemeral::from_exponent(&self.bytes("a_hex")).expect("a valid exponent")
    }

    pub(crate) fn pool(&self) -> UserPoolId {
        UserPoolId::parse(self.input("user_pool_id")).expect("a pool id")
    }

    pub(crate) fn now(&self) -> UnixTime {
        UnixTime::from_secs(
            self.0["input"]["unix_time"]
                .as_u64()
                .expect("whole seconds"),
        )
    }

    /// Returns the recorded `PASSWORD_VERIFIER` of `USER_SRP_AUTH`, which has no session.
    pub(crate) fn verifier_challenge(&self) -> Value {
        json!({
            "ChallengeName":"PASSWORD_VERIFIER",
            "ChallengeParameters":{
                "SALT":self.wire("SALT"),
                "SECRET_BLOCK":self.wire("PASSWORD_CLAIM_SECRET_BLOCK"),
                "SRP_B":self.wire("SRP_B"),
                "USERNAME":self.input("user_id_for_srp"),
                "USER_ID_FOR_SRP":self.input("user_id_for_srp"),
            }
        })
    }

    /// Returns the request with the password proof, as Amazon's clients send it.
    pub(crate) fn proof(&self) -> Value {
        json!({
            "ChallengeName":"PASSWORD_VERIFIER",
            "ClientId":"1example23456789012345678",
            "ChallengeResponses":{
                "USERNAME":self.input("user_id_for_srp"),
                "PASSWORD_CLAIM_SECRET_BLOCK":self.wire("PASSWORD_CLAIM_SECRET_BLOCK"),
                "PASSWORD_CLAIM_SIGNATURE":self.wire("PASSWORD_CLAIM_SIGNATURE"),
                "TIMESTAMP":self.wire("TIMESTAMP"),
            }
        })
    }
}
