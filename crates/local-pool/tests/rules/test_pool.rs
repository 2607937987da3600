//! A separate pool for each test.

use std::cell::Cell;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::OnceLock;

use cognito_proto::srp::{Ephemeral, SrpChallenge, SrpIdentity};
use cognito_proto::time::UnixTime;
use local_pool::actions::{Caller, Reply, Service};
use local_pool::error::ApiError;
use local_pool::settings::Data;
use local_pool::tokens::Keys;
use serde_json::{Value, json};

pub(crate) const BASE_URL: &str = "http://localhost:9229";
/// Thu Nov 19 07:08:09 UTC 2026.
pub(crate) const BEGINNING: u64 = 1_795_072_089;
pub(crate) const PASSWORD: &str = "Passw0rd!";

/// An exception as the response contains it: name and text.
pub(crate) type Refusal = (&'static str, String);

/// An exception with this name and text, to compare a result with.
pub(crate) fn refused(name: &'static str, message: &str) -> Result<Value, Refusal> {
    Err((name, message.to_owned()))
}

/// A service with its own data. The keys are shared by all tests, because generating them is slow.
fn service() -> Service {
    static KEYS: OnceLock<Keys> = OnceLock::new();
    let keys = KEYS.get_or_init(Keys::generate).clone();
    Service::open_with_keys(&Data::InMemory, keys).expect("a pool in memory opens")
}

/// A pool, a client and the test's clock.
pub(crate) struct TestPool {
    service: Service,
    pub(crate) pool_id: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<String>,
    pub(crate) base_url: Cell<&'static str>,
    now: Cell<u64>,
}

fn with(mut base: Value, more: Value) -> Value {
    if let (Value::Object(base), Value::Object(more)) = (&mut base, more) {
        base.extend(more);
    }
    base
}

impl TestPool {
    /// A pool with free usernames whose emails are verified by a code, with a public client that reveals which users
    /// exist.
    pub(crate) fn with_settings(pool: Value, client: Value) -> Self {
        let mut test_pool = Self {
            service: service(),
            pool_id: String::new(),
            client_id: String::new(),
            client_secret: None,
            base_url: Cell::new(BASE_URL),
            now: Cell::new(BEGINNING),
        };
        let pool = with(
            json!({"PoolName": "test", "AutoVerifiedAttributes": ["email"]}),
            pool,
        );
        let made = test_pool
            .call("CreateUserPool", pool)
            .expect("the pool is made");
        test_pool.pool_id = text(&made["UserPool"]["Id"]);
        let client = with(
            json!({
                "UserPoolId": test_pool.pool_id, "ClientName": "app",
                "ExplicitAuthFlows": [
                    "ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",
                    "ALLOW_ADMIN_USER_PASSWORD_AUTH"
                ]
            }),
            client,
        );
        let made = test_pool
            .call("CreateUserPoolClient", client)
            .expect("the client is made");
        test_pool.client_id = text(&made["UserPoolClient"]["ClientId"]);
        test_pool.client_secret = made["UserPoolClient"]["ClientSecret"]
            .as_str()
            .map(str::to_owned);
        test_pool
    }

    /// A pool like the `workshop` preset: email addresses as usernames in any case, and a client that hides which users
    /// exist.
    pub(crate) fn workshop() -> Self {
        Self::with_settings(
            json!({
                "UsernameAttributes": ["email"], "UsernameConfiguration": {"CaseSensitive": false},
                "AccountRecoverySetting":
                    {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]}
            }),
            json!({"PreventUserExistenceErrors": "ENABLED"}),
        )
    }

    /// An email address that only this pool sends messages to.
    pub(crate) fn address(&self, local_part: &str) -> String {
        format!(
            "{local_part}@{}.example",
            self.pool_id.to_lowercase().replace('_', "-")
        )
    }

    pub(crate) fn now(&self) -> UnixTime {
        UnixTime::from_secs(self.now.get())
    }

    pub(crate) fn advance_clock(&self, seconds: u64) {
        self.now.set(self.now.get() + seconds);
    }

    /// Executes an action. A response of `{}` and a response without a body differ: the latter is JSON `null` here.
    pub(crate) fn call(&self, operation: &str, request: Value) -> Result<Value, Refusal> {
        self.call_with_body(operation, request.to_string().as_bytes())
    }

    pub(crate) fn call_with_body(&self, operation: &str, body: &[u8]) -> Result<Value, Refusal> {
        let caller = Caller {
            base_url: self.base_url.get(),
            issuer_base: self.base_url.get(),
            now: self.now(),
            ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
        };
        match self.service.call_action(operation, body, &caller) {
            Ok(Reply::Json(value)) => Ok(value),
            Ok(Reply::EmptyBody) => Ok(Value::Null),
            Err(ApiError {
                kind,
                message,
                cause,
            }) => {
                assert_eq!(cause, None, "nothing went wrong inside");
                Err((kind.wire_name(), message.unwrap_or_default()))
            }
        }
    }

    /// Executes an action of a browser: `ClientId` is added.
    pub(crate) fn app(&self, operation: &str, request: Value) -> Result<Value, Refusal> {
        self.call(
            operation,
            with(json!({"ClientId": self.client_id}), request),
        )
    }

    /// Executes an action of an operator on one user: `UserPoolId` is added.
    pub(crate) fn admin(&self, operation: &str, request: Value) -> Result<Value, Refusal> {
        self.call(
            operation,
            with(json!({"UserPoolId": self.pool_id}), request),
        )
    }

    /// The newest code that was sent to an address.
    pub(crate) fn code(&self, to: &str) -> String {
        self.messages(to)
            .first()
            .map(|message| message.code.clone())
            .expect("a code was sent")
    }

    pub(crate) fn messages(&self, to: &str) -> Vec<local_pool::outbox::Message> {
        self.service
            .messages(Some(to))
            .expect("the outbox can be read")
    }

    /// A code that differs from the one that was sent.
    pub(crate) fn wrong_code(&self, to: &str) -> String {
        if self.code(to) == "000000" {
            "000001".to_owned()
        } else {
            "000000".to_owned()
        }
    }

    pub(crate) fn sign_up(&self, username: &str, email: &str) -> Result<Value, Refusal> {
        self.app(
            "SignUp",
            json!({
                "Username": username, "Password": PASSWORD,
                "UserAttributes": [{"Name": "email", "Value": email}]
            }),
        )
    }

    pub(crate) fn confirm(&self, username: &str, code: &str) -> Result<Value, Refusal> {
        self.app(
            "ConfirmSignUp",
            json!({"Username": username, "ConfirmationCode": code}),
        )
    }

    /// Signs up and confirms a user of this name. Returns the email address.
    pub(crate) fn confirmed(&self, username: &str) -> String {
        let email = if username.contains('@') {
            username.to_owned()
        } else {
            self.address(username)
        };
        self.sign_up(username, &email).expect("signed up");
        self.confirm(username, &self.code(&email))
            .expect("confirmed");
        email
    }

    pub(crate) fn by_password(&self, username: &str, password: &str) -> Result<Value, Refusal> {
        self.app(
            "InitiateAuth",
            json!({
                "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": {"USERNAME": username, "PASSWORD": password}
            }),
        )
    }

    /// The tokens of a user who signs in by password.
    pub(crate) fn tokens(&self, username: &str) -> Value {
        let answer = self.by_password(username, PASSWORD).expect("signed in");
        answer["AuthenticationResult"].clone()
    }

    pub(crate) fn access_token(&self, username: &str) -> String {
        text(&self.tokens(username)["AccessToken"])
    }

    /// Starts a sign-in by SRP. Returns the ephemeral key pair and the challenge.
    pub(crate) fn start_srp(&self, username: &str) -> Result<(Ephemeral, Value), Refusal> {
        let ephemeral = Ephemeral::from_bytes([7; 32]).expect("a good exponent");
        let answer = self.app(
            "InitiateAuth",
            json!({
                "AuthFlow": "USER_SRP_AUTH",
                "AuthParameters": {"USERNAME": username, "SRP_A": ephemeral.srp_a()}
            }),
        )?;
        Ok((ephemeral, answer))
    }

    /// The response of a client to the SRP challenge.
    pub(crate) fn srp_answer(
        &self,
        (ephemeral, round): (Ephemeral, &Value),
        password: &str,
        timestamp: &str,
    ) -> Value {
        let given = &round["ChallengeParameters"];
        let (_, pool_name) = self.pool_id.split_once('_').expect("region and name");
        let user_id = text(&given["USER_ID_FOR_SRP"]);
        let challenge = SrpChallenge::parse(
            &text(&given["SRP_B"]),
            &text(&given["SALT"]),
            &text(&given["SECRET_BLOCK"]),
        )
        .expect("a good challenge");
        let claim = ephemeral
            .prove_password(
                SrpIdentity::user(pool_name, &user_id),
                password,
                &challenge,
                timestamp,
            )
            .expect("a claim");
        json!({
            "ChallengeName": "PASSWORD_VERIFIER",
            "ChallengeResponses": {
                "USERNAME": given["USERNAME"],
                "PASSWORD_CLAIM_SECRET_BLOCK": claim.secret_block,
                "PASSWORD_CLAIM_SIGNATURE": claim.signature,
                "TIMESTAMP": claim.timestamp
            }
        })
    }

    pub(crate) fn timestamp(&self) -> String {
        self.now().srp_timestamp().to_string()
    }

    /// A complete sign-in by SRP.
    pub(crate) fn by_srp(&self, username: &str, password: &str) -> Result<Value, Refusal> {
        let (ephemeral, round) = self.start_srp(username)?;
        let answer = self.srp_answer((ephemeral, &round), password, &self.timestamp());
        self.app("RespondToAuthChallenge", answer)
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// The claims of a token, without verification.
pub(crate) fn claims(token: &Value) -> Value {
    use base64::Engine as _;
    let token = text(token);
    let payload = token.split('.').nth(1).expect("three parts");
    let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(payload)
        .expect("base64url");
    serde_json::from_slice(&payload).expect("JSON")
}

/// The names of an object's members, in order.
pub(crate) fn names(object: &Value) -> Vec<&str> {
    object
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect()
}
