//! A separate pool for each test.

use std::cell::Cell;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::OnceLock;

use cognito_proto::srp::{ClientEphemeral, SrpChallenge, SrpIdentity};
use cognito_proto::time::UnixTime;
use local_pool::actions::{ActionCaller, ActionResponse, UserPoolService};
use local_pool::error::ApiError;
use local_pool::settings::DataLocation;
use local_pool::tokens::TokenSigningKeys;
use serde_json::{Value, json};

pub(crate) const BASE_URL: &str = "http://localhost:9229";
/// Thu Nov 19 07:08:09 UTC 2026.
pub(crate) const BEGINNING: u64 = 1_795_072_089;
pub(crate) const PASSWORD: &str = "Passw0rd!";

/// An exception as the response contains it: name and text.
pub(crate) type Refusal = (&'static str, String);

/// Returns an exception with this name and text, to compare a result with.
pub(crate) fn expected_error(name: &'static str, message: &str) -> Result<Value, Refusal> {
    Err((name, message.to_owned()))
}

/// Creates a service with its own data. All tests share the keys, because generating keys is slow.
fn new_service() -> UserPoolService {
    static KEYS: OnceLock<TokenSigningKeys> = OnceLock::new();
    let keys = KEYS.get_or_init(TokenSigningKeys::generate).clone();
    UserPoolService::open_with_keys(&DataLocation::InMemory, keys).expect("a pool in memory opens")
}

/// A pool, a client and the test's clock.
pub(crate) struct TestPool {
    service: UserPoolService,
    pub(crate) pool_id: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<String>,
    pub(crate) base_url: Cell<&'static str>,
    now: Cell<u64>,
}

/// Returns the object `base` with the members of `more` added or replaced.
fn merge_objects(mut base: Value, more: Value) -> Value {
    if let (Value::Object(base), Value::Object(more)) = (&mut base, more) {
        base.extend(more);
    }
    base
}

impl TestPool {
    /// Creates a pool with free usernames whose emails are verified by a code, with a public client that
    /// reveals which users exist. The given settings of pool and client are added.
    pub(crate) fn with_settings(pool: Value, client: Value) -> Self {
        let mut test_pool = Self {
            service: new_service(),
            pool_id: String::new(),
            client_id: String::new(),
            client_secret: None,
            base_url: Cell::new(BASE_URL),
            now: Cell::new(BEGINNING),
        };
        let pool = merge_objects(
            json!({"PoolName": "test", "AutoVerifiedAttributes": ["email"]}),
            pool,
        );
        let made = test_pool
            .call_action("CreateUserPool", pool)
            .expect("the pool is made");
        test_pool.pool_id = text_of(&made["UserPool"]["Id"]);
        let client = merge_objects(
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
            .call_action("CreateUserPoolClient", client)
            .expect("the client is made");
        test_pool.client_id = text_of(&made["UserPoolClient"]["ClientId"]);
        test_pool.client_secret = made["UserPoolClient"]["ClientSecret"]
            .as_str()
            .map(str::to_owned);
        test_pool
    }

    /// Creates a pool like the `workshop` preset: email addresses as usernames in any case, and a client that
    /// hides which users exist.
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

    /// Returns an email address that only this pool sends messages to.
    pub(crate) fn email_address(&self, local_part: &str) -> String {
        format!(
            "{local_part}@{}.example",
            self.pool_id.to_lowercase().replace('_', "-")
        )
    }

    /// Returns the time of the pool's clock.
    pub(crate) fn now(&self) -> UnixTime {
        UnixTime::from_secs(self.now.get())
    }

    /// Moves the pool's clock forward.
    pub(crate) fn advance_clock(&self, seconds: u64) {
        self.now.set(self.now.get() + seconds);
    }

    /// Executes an action, and returns its response. A response of `{}` and a response without a body differ:
    /// the latter is JSON `null` here.
    pub(crate) fn call_action(&self, operation: &str, request: Value) -> Result<Value, Refusal> {
        self.call_action_with_body(operation, request.to_string().as_bytes())
    }

    /// Executes an action with a body that may be invalid, and returns its response.
    pub(crate) fn call_action_with_body(
        &self,
        operation: &str,
        body: &[u8],
    ) -> Result<Value, Refusal> {
        let caller = ActionCaller {
            base_url: self.base_url.get(),
            issuer_base: self.base_url.get(),
            now: self.now(),
            ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
        };
        match self.service.call_action(operation, body, &caller) {
            Ok(ActionResponse::Json(value)) => Ok(value),
            Ok(ActionResponse::EmptyBody) => Ok(Value::Null),
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

    /// Executes an action of a browser with the `ClientId` added, and returns its response.
    pub(crate) fn call_as_app(&self, operation: &str, request: Value) -> Result<Value, Refusal> {
        self.call_action(
            operation,
            merge_objects(json!({"ClientId": self.client_id}), request),
        )
    }

    /// Executes an action of an operator with the `UserPoolId` added, and returns its response.
    pub(crate) fn call_as_operator(
        &self,
        operation: &str,
        request: Value,
    ) -> Result<Value, Refusal> {
        self.call_action(
            operation,
            merge_objects(json!({"UserPoolId": self.pool_id}), request),
        )
    }

    /// Returns the newest code that was sent to an address.
    pub(crate) fn newest_code(&self, to: &str) -> String {
        self.messages_to(to)
            .first()
            .map(|message| message.code.clone())
            .expect("a code was sent")
    }

    /// Returns the messages that were sent to an address, newest first.
    pub(crate) fn messages_to(&self, to: &str) -> Vec<local_pool::outbox::OutboxMessage> {
        self.service
            .messages(Some(to))
            .expect("the outbox can be read")
    }

    /// Returns a code that differs from the one that was sent.
    pub(crate) fn wrong_code(&self, to: &str) -> String {
        if self.newest_code(to) == "000000" {
            "000001".to_owned()
        } else {
            "000000".to_owned()
        }
    }

    /// Signs up a user with this email address.
    pub(crate) fn sign_up(&self, username: &str, email: &str) -> Result<Value, Refusal> {
        self.call_as_app(
            "SignUp",
            json!({
                "Username": username, "Password": PASSWORD,
                "UserAttributes": [{"Name": "email", "Value": email}]
            }),
        )
    }

    /// Confirms a user with this code.
    pub(crate) fn confirm_user(&self, username: &str, code: &str) -> Result<Value, Refusal> {
        self.call_as_app(
            "ConfirmSignUp",
            json!({"Username": username, "ConfirmationCode": code}),
        )
    }

    /// Signs up and confirms a user of this name, and returns the email address.
    pub(crate) fn create_confirmed_user(&self, username: &str) -> String {
        let email = if username.contains('@') {
            username.to_owned()
        } else {
            self.email_address(username)
        };
        self.sign_up(username, &email).expect("signed up");
        self.confirm_user(username, &self.newest_code(&email))
            .expect("confirmed");
        email
    }

    /// Signs in with a password in plain text, and returns the response.
    pub(crate) fn sign_in_by_password(
        &self,
        username: &str,
        password: &str,
    ) -> Result<Value, Refusal> {
        self.call_as_app(
            "InitiateAuth",
            json!({
                "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": {"USERNAME": username, "PASSWORD": password}
            }),
        )
    }

    /// Signs in by password, and returns the tokens.
    pub(crate) fn sign_in_for_tokens(&self, username: &str) -> Value {
        let answer = self
            .sign_in_by_password(username, PASSWORD)
            .expect("signed in");
        answer["AuthenticationResult"].clone()
    }

    /// Signs in by password, and returns the access token.
    pub(crate) fn access_token(&self, username: &str) -> String {
        text_of(&self.sign_in_for_tokens(username)["AccessToken"])
    }

    /// Starts a sign-in by SRP. Returns the ephemeral key pair and the challenge.
    pub(crate) fn start_srp(&self, username: &str) -> Result<(ClientEphemeral, Value), Refusal> {
        let ephemeral = ClientEphemeral::from_bytes([7; 32]).expect("a good exponent");
        let answer = self.call_as_app(
            "InitiateAuth",
            json!({
                "AuthFlow": "USER_SRP_AUTH",
                "AuthParameters": {"USERNAME": username, "SRP_A": ephemeral.srp_a()}
            }),
        )?;
        Ok((ephemeral, answer))
    }

    /// Returns a client's response to the SRP challenge.
    pub(crate) fn srp_response(
        &self,
        (ephemeral, round): (ClientEphemeral, &Value),
        password: &str,
        timestamp: &str,
    ) -> Value {
        let given = &round["ChallengeParameters"];
        let (_, pool_name) = self.pool_id.split_once('_').expect("region and name");
        let user_id = text_of(&given["USER_ID_FOR_SRP"]);
        let challenge = SrpChallenge::parse(
            &text_of(&given["SRP_B"]),
            &text_of(&given["SALT"]),
            &text_of(&given["SECRET_BLOCK"]),
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

    /// Returns the timestamp of an SRP response at the time of the pool's clock.
    pub(crate) fn srp_timestamp(&self) -> String {
        self.now().srp_timestamp().to_string()
    }

    /// Signs in by SRP, and returns the response to the last request.
    pub(crate) fn sign_in_by_srp(&self, username: &str, password: &str) -> Result<Value, Refusal> {
        let (ephemeral, round) = self.start_srp(username)?;
        let answer = self.srp_response((ephemeral, &round), password, &self.srp_timestamp());
        self.call_as_app("RespondToAuthChallenge", answer)
    }
}

/// Returns the text of a JSON string.
pub(crate) fn text_of(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

/// Returns the claims of a token, without verification.
pub(crate) fn decode_claims(token: &Value) -> Value {
    use base64::Engine as _;
    let token = text_of(token);
    let payload = token.split('.').nth(1).expect("three parts");
    let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(payload)
        .expect("base64url");
    serde_json::from_slice(&payload).expect("JSON")
}

/// Returns the names of an object's members, in order.
pub(crate) fn member_names(object: &Value) -> Vec<&str> {
    object
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect()
}
