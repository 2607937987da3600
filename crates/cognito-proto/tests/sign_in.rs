//! The conversation from name and password to tokens, on recorded answers, with the vectors on which pycognito,
//! amazon-cognito-identity-js, cognito-srp-helper and aws-amplify agree; natively and as WebAssembly.

mod recorded;

use cognito_proto::action::{
    AuthReply, AuthenticationResult, ChallengeName, InitiateAuth, Malformed, read_reply,
};
use cognito_proto::config::ConfiguredFlow;
use cognito_proto::ids::UserPoolId;
use cognito_proto::secret::{AccessToken, IdToken, Password, RefreshToken};
use cognito_proto::sign_in::{NextStep, PasswordProof, PasswordSignIn, SignInFault};
use cognito_proto::srp::{Ephemeral, SrpError};
use cognito_proto::time::UnixTime;
use recorded::{body, client, username};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

/// One vector of `srp-vectors.json`.
struct Vector(Value);

impl Vector {
    fn all() -> Vec<Self> {
        let mut file: Value = serde_json::from_str(include_str!(
            "../../cognito-srp/tests/data/srp-vectors.json"
        ))
        .expect("the vectors are JSON");
        let Value::Array(vectors) = file["user_vectors"].take() else {
            panic!("the vectors are a list")
        };
        assert_eq!(vectors.len(), 7);
        vectors.into_iter().map(Self).collect()
    }

    /// The plain one, where it matters little which.
    fn basic() -> Self {
        Self::all().swap_remove(0)
    }

    fn input(&self, name: &str) -> &str {
        self.0["input"][name].as_str().expect("an input text")
    }

    fn wire(&self, name: &str) -> &str {
        self.0["wire"][name].as_str().expect("a text on the wire")
    }

    /// The pair whose `a` the vector gives: how chance is handed in.
    fn ephemeral(&self) -> Ephemeral {
        let digits = self.input("a_hex").as_bytes();
        let a: Vec<u8> = digits
            .rchunks(2)
            .rev()
            .map(|pair| str::from_utf8(pair).expect("ASCII"))
            .map(|pair| u8::from_str_radix(pair, 16).expect("hexadecimal"))
            .collect();
        Ephemeral::from_exponent(&a).expect("a is good")
    }

    fn pool(&self) -> UserPoolId {
        UserPoolId::parse(self.input("user_pool_id")).expect("a pool id")
    }

    fn now(&self) -> UnixTime {
        UnixTime::from_secs(
            self.0["input"]["unix_time"]
                .as_u64()
                .expect("whole seconds"),
        )
    }

    /// A person types an e-mail address; the vector's user id is what the pool says they are.
    fn start(&self, flow: ConfiguredFlow) -> PasswordSignIn {
        PasswordSignIn::start(
            flow,
            username("ann@example.com"),
            Password::new(self.input("password")),
            self.ephemeral(),
        )
    }

    /// The recorded `PASSWORD_VERIFIER` of `USER_SRP_AUTH`, which has no session.
    fn challenge(&self) -> Value {
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

    /// How `flow` goes on after this answer.
    fn answered(&self, flow: ConfiguredFlow, reply: &Value) -> Result<NextStep, SignInFault> {
        self.start(flow)
            .answer(read(reply), &self.pool(), self.now())
    }

    /// The request that proves the password, as Amazon's clients send it.
    fn proof(&self) -> Value {
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

fn read(reply: &Value) -> AuthReply {
    read_reply::<InitiateAuth<'_>>(200, None, &reply.to_string()).expect("a good answer")
}

fn granted() -> Value {
    json!({"AuthenticationResult":{"AccessToken":"eyJraWQi.access","ExpiresIn":3600,"IdToken":"eyJraWQi.id","RefreshToken":"eyJjdHki","TokenType":"Bearer"},
        "ChallengeParameters":{}})
}

fn tokens() -> AuthenticationResult {
    AuthenticationResult {
        id_token: IdToken::new("eyJraWQi.id"),
        access_token: AccessToken::new("eyJraWQi.access"),
        refresh_token: Some(RefreshToken::new("eyJjdHki")),
    }
}

/// The whole body of the proof that is sent next.
fn proved(step: Result<NextStep, SignInFault>) -> Value {
    match step {
        Ok(NextStep::Prove(proof)) => body(&proof.into_request(&client())),
        other => panic!("not a proof: {other:?}"),
    }
}

fn unsupported(step: Result<NextStep, SignInFault>) -> ChallengeName {
    match step {
        Ok(NextStep::Unsupported(name)) => name,
        other => panic!("not unsupported: {other:?}"),
    }
}

/// Every challenge but the one that SRP can answer.
const OTHERS: [(&str, ChallengeName); 15] = [
    ("CUSTOM_CHALLENGE", ChallengeName::CustomChallenge),
    (
        "DEVICE_PASSWORD_VERIFIER",
        ChallengeName::DevicePasswordVerifier,
    ),
    ("DEVICE_SRP_AUTH", ChallengeName::DeviceSrpAuth),
    ("EMAIL_OTP", ChallengeName::EmailOtp),
    ("MFA_SETUP", ChallengeName::MfaSetup),
    ("NEW_PASSWORD_REQUIRED", ChallengeName::NewPasswordRequired),
    ("PASSWORD", ChallengeName::Password),
    ("PASSWORD_SRP", ChallengeName::PasswordSrp),
    ("SELECT_CHALLENGE", ChallengeName::SelectChallenge),
    ("SELECT_MFA_TYPE", ChallengeName::SelectMfaType),
    ("SMS_MFA", ChallengeName::SmsMfa),
    ("SMS_OTP", ChallengeName::SmsOtp),
    ("SOFTWARE_TOKEN_MFA", ChallengeName::SoftwareTokenMfa),
    ("WEB_AUTHN", ChallengeName::WebAuthn),
    ("OF_TOMORROW", ChallengeName::Unknown),
];

#[wasm_bindgen_test(unsupported = test)]
fn srp_sends_what_amazons_clients_send_at_every_step() {
    for vector in Vector::all() {
        let sign_in = vector.start(ConfiguredFlow::UserSrp);
        assert_eq!(
            body(&sign_in.request(&client())),
            json!({"AuthFlow":"USER_SRP_AUTH","ClientId":"1example23456789012345678",
                "AuthParameters":{"USERNAME":"ann@example.com","SRP_A":vector.wire("SRP_A")}})
        );
        let step = sign_in.answer(read(&vector.challenge()), &vector.pool(), vector.now());
        assert_eq!(proved(step), vector.proof(), "{}", vector.0["name"]);
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_session_goes_back_with_the_proof_where_the_challenge_had_one() {
    let vector = Vector::basic();
    let (mut challenge, mut expected) = (vector.challenge(), vector.proof());
    challenge["Session"] = json!("AYABeExample");
    expected["Session"] = json!("AYABeExample");
    assert_eq!(
        proved(vector.answered(ConfiguredFlow::UserSrp, &challenge)),
        expected
    );
}

#[wasm_bindgen_test(unsupported = test)]
fn the_password_flow_sends_name_and_password_once() {
    let vector = Vector::basic();
    let sign_in = vector.start(ConfiguredFlow::UserPassword);
    assert_eq!(
        body(&sign_in.request(&client())),
        json!({"AuthFlow":"USER_PASSWORD_AUTH","ClientId":"1example23456789012345678",
            "AuthParameters":{"USERNAME":"ann@example.com","PASSWORD":"Passw0rd!"}})
    );
    match sign_in.answer(read(&granted()), &vector.pool(), vector.now()) {
        Ok(NextStep::Granted(result)) => assert_eq!(result, tokens()),
        other => panic!("not granted: {other:?}"),
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn tokens_are_taken_at_whichever_step_they_come() {
    let vector = Vector::basic();
    match vector.answered(ConfiguredFlow::UserSrp, &granted()) {
        Ok(NextStep::Granted(result)) => assert_eq!(result, tokens()),
        other => panic!("not granted: {other:?}"),
    }
    assert_eq!(PasswordProof::answered(read(&granted())), Ok(tokens()));
}

/// Whatever a pool asks for instead, `PASSWORD` above all, nothing is made to be sent.
#[wasm_bindgen_test(unsupported = test)]
fn a_challenge_other_than_password_verifier_is_given_no_answer() {
    let vector = Vector::basic();
    for flow in [ConfiguredFlow::UserSrp, ConfiguredFlow::UserPassword] {
        for (wire, name) in OTHERS {
            let mut challenge = vector.challenge();
            challenge["ChallengeName"] = json!(wire);
            challenge["Session"] = json!("AYABeExample");
            assert_eq!(
                unsupported(vector.answered(flow, &challenge)),
                name,
                "{wire}"
            );
        }
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn srp_never_sends_the_password_and_prints_it_nowhere() {
    let vector = Vector::basic();
    let password = vector.input("password");
    let sign_in = vector.start(ConfiguredFlow::UserSrp);
    let printed = format!("{sign_in:?}");
    let first = body(&sign_in.request(&client())).to_string();
    let step = sign_in.answer(read(&vector.challenge()), &vector.pool(), vector.now());
    let next = format!("{step:?}");
    let second = proved(step).to_string();
    for text in [printed, first, next, second] {
        assert!(!text.contains(password), "{text}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_pool_that_asks_the_password_flow_for_a_proof_gets_none() {
    let vector = Vector::basic();
    assert_eq!(
        unsupported(vector.answered(ConfiguredFlow::UserPassword, &vector.challenge())),
        ChallengeName::PasswordVerifier
    );
}

/// A pool that asks again would get a second proof of one password, to compare with the first.
#[wasm_bindgen_test(unsupported = test)]
fn a_proof_is_given_once() {
    let again = PasswordProof::answered(read(&Vector::basic().challenge()));
    assert_eq!(again, Err(ChallengeName::PasswordVerifier));
    for (wire, name) in OTHERS {
        let next = json!({"ChallengeName":wire,"Session":"AYABeExample","ChallengeParameters":{"USER_ID_FOR_SRP":"ann"}});
        assert_eq!(PasswordProof::answered(read(&next)), Err(name), "{wire}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_challenge_without_a_parameter_is_refused_by_its_name() {
    let vector = Vector::basic();
    for member in ["USER_ID_FOR_SRP", "SRP_B", "SALT", "SECRET_BLOCK"] {
        for wrong in [Value::Null, json!(7), json!(["7"]), json!({})] {
            let mut challenge = vector.challenge();
            challenge["ChallengeParameters"][member] = wrong;
            let fault = vector.answered(ConfiguredFlow::UserSrp, &challenge).err();
            assert_eq!(
                fault,
                Some(SignInFault::Malformed(Malformed { member })),
                "{challenge}"
            );
        }
    }
    for parameters in [Value::Null, json!({}), json!([]), json!("SALT")] {
        let mut challenge = vector.challenge();
        challenge["ChallengeParameters"] = parameters;
        assert_eq!(
            vector.answered(ConfiguredFlow::UserSrp, &challenge).err(),
            Some(SignInFault::Malformed(Malformed {
                member: "USER_ID_FOR_SRP"
            })),
            "{challenge}"
        );
    }
}

/// RFC 5054 §2.5.4: a `B` that is a multiple of `N` would give a key that needs no password.
#[wasm_bindgen_test(unsupported = test)]
fn numbers_that_would_give_the_password_away_are_refused() {
    let vector = Vector::basic();
    let constants: Value = serde_json::from_str(include_str!(
        "../../cognito-srp/tests/data/srp-vectors.json"
    ))
    .expect("the vectors are JSON");
    let n = constants["constants"]["N_hex"].as_str().expect("N");
    let long = "7".repeat(11_000);
    for (member, value, fault) in [
        ("SRP_B", "0", SrpError::ZeroModN),
        ("SRP_B", n, SrpError::ZeroModN),
        ("SRP_B", "", SrpError::Malformed("SRP_B")),
        ("SRP_B", "0x1f", SrpError::Malformed("SRP_B")),
        ("SRP_B", &long, SrpError::Oversized("SRP_B")),
        ("SALT", "", SrpError::Malformed("SALT")),
        ("SALT", "salt", SrpError::Malformed("SALT")),
        ("SALT", &long, SrpError::Oversized("SALT")),
        ("SECRET_BLOCK", "", SrpError::Malformed("SECRET_BLOCK")),
        (
            "SECRET_BLOCK",
            "I7E6-_",
            SrpError::Malformed("SECRET_BLOCK"),
        ),
        ("SECRET_BLOCK", &long, SrpError::Oversized("SECRET_BLOCK")),
    ] {
        let mut challenge = vector.challenge();
        challenge["ChallengeParameters"][member] = json!(value);
        assert_eq!(
            vector.answered(ConfiguredFlow::UserSrp, &challenge).err(),
            Some(SignInFault::Srp(fault)),
            "{member} {value}"
        );
    }
}
