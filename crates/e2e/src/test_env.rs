//! The environment of one end-to-end test: a new user pool and a new host for the app, both in the test's own process.

use std::time::Duration;

use local_pool::presets::PoolPreset;
use local_pool::settings::LocalPoolSettings;
use local_pool::{LocalPool, RecordedRequest};
use serde_json::{Value, json};

use crate::headers::read_header_rules;
use crate::static_host::{ConfigFile, FileResponse, StaticHost};
use crate::{Result, paths};

/// A user of a test, who has an account or is about to create one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestUser {
    /// The username with which the user creates the account.
    pub username: String,
    /// The email address.
    pub email: String,
    /// The user's attribute `name`, if the user has one.
    pub name: Option<String>,
    /// The password.
    pub password: String,
}

impl TestUser {
    /// Returns the user Ann Lee, whose email address is her username.
    pub fn ann() -> Self {
        Self::with_email("ann@example.com", Some("Ann Lee"))
    }

    /// Returns the user Ann Lee, whose username is not her email address.
    pub fn ann_with_username() -> Self {
        Self {
            username: "ann".to_owned(),
            ..Self::ann()
        }
    }

    /// Returns a user whose email address is the username.
    pub fn with_email(email: &str, name: Option<&str>) -> Self {
        Self {
            username: email.to_owned(),
            email: email.to_owned(),
            name: name.map(str::to_owned),
            password: "Correct-h0rse".to_owned(),
        }
    }
}

/// A call of a user-pool API action, as the local pool received it.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionCall {
    /// The name of the action.
    pub operation: String,
    /// The parameters of the action.
    pub body: Value,
}

/// The environment of one end-to-end test: a user pool and a host for the app.
pub struct TestEnv {
    pool: LocalPool,
    host: StaticHost,
    preset: PoolPreset,
}

impl TestEnv {
    /// Starts an environment with the reference pool `workshop`: email addresses as usernames, codes by email, and a
    /// to-do API that accepts the ID token.
    ///
    /// # Panics
    /// There is no built app, or no port is available.
    pub fn workshop() -> Self {
        Self::start(PoolPreset::Workshop)
            .unwrap_or_else(|error| panic!("the test environment does not start: {error}"))
    }

    /// Starts an environment with a reference pool. Its app client and its `config.js` are those of the preset, except
    /// for the port of the app, so that several environments can run at the same time.
    ///
    /// # Panics
    /// There is no built app, or no port is available.
    pub fn from_preset(preset: PoolPreset) -> Self {
        let env = Self::start(preset)
            .unwrap_or_else(|error| panic!("the test environment does not start: {error}"));
        env.update_preset_client(json!({}));
        env
    }

    /// Starts an environment with the reference pool `workshop`, whose tokens have an issuer that begins with `base`
    /// instead of the API's address ([`LocalPoolSettings::issuer_url`]). The host's Content-Security-Policy also allows
    /// connections to the issuer if it is an `http://` address.
    ///
    /// # Panics
    /// There is no built app, or no port is available.
    pub fn with_issuer_at(base: &str) -> Self {
        let settings = LocalPoolSettings {
            issuer_url: Some(base.parse().expect("an address")),
            ..LocalPoolSettings::for_tests()
        };
        Self::start_with(settings)
            .unwrap_or_else(|error| panic!("the test environment does not start: {error}"))
    }

    fn start(preset: PoolPreset) -> Result<Self> {
        Self::start_with(LocalPoolSettings {
            preset,
            ..LocalPoolSettings::for_tests()
        })
    }

    fn start_with(settings: LocalPoolSettings) -> Result<Self> {
        let preset = settings.preset;
        let pool = LocalPool::start(settings)?;
        let dist = paths::dist_folder();
        let mut origins = vec![pool.url()];
        let issuer = pool
            .issuer(preset.pool_id())
            .map_err(|error| error.to_string())?
            .unwrap_or_default();
        let of_issuer = issuer.split('/').take(3).collect::<Vec<_>>().join("/");
        if of_issuer.starts_with("http://") && of_issuer != origins[0] {
            origins.push(of_issuer);
        }
        let headers = read_header_rules(&dist, &origins.join(" "))?;
        let host = StaticHost::start(dist, headers, ConfigFile::Missing)?;
        let env = Self { pool, host, preset };
        env.set_config(&env.config());
        Ok(env)
    }

    /// Replaces `config.js` before the test starts. `change` changes the `config.js` of the reference pool.
    #[must_use]
    pub fn with_config(self, change: impl FnOnce(&mut Value)) -> Self {
        let mut config = self.config();
        change(&mut config);
        self.set_config(&config);
        self
    }

    /// Returns the running local pool.
    pub fn pool(&self) -> &LocalPool {
        &self.pool
    }

    /// Returns the URL of the app.
    pub fn url(&self) -> &str {
        self.host.url()
    }

    /// Returns the name of the reference pool.
    pub fn preset(&self) -> PoolPreset {
        self.preset
    }

    /// Returns the content of `config.js` for the reference pool.
    pub fn config(&self) -> Value {
        self.preset.app_config(&self.pool.url(), self.url())
    }

    /// Replaces the configuration in `config.js`, as an operator does.
    pub fn set_config(&self, config: &Value) {
        self.host
            .set_config(ConfigFile::Script(config_to_javascript(config)));
    }

    /// Sets what the host sends for `/config.js`, which need not be a valid configuration then.
    pub fn set_config_file(&self, file: ConfigFile) {
        self.host.set_config(file);
    }

    /// Sets what the host sends for `/js/config.js`, which is missing at the start.
    pub fn set_js_config_file(&self, file: ConfigFile) {
        self.host.set_js_config(file);
    }

    /// Sets what the host sends for WebAssembly files.
    pub fn set_wasm_response(&self, wasm: FileResponse) {
        self.set_file_response(".wasm", wasm);
    }

    /// Sets what the host sends for built files whose path contains `name_part`. It sends all other files as they were
    /// built.
    pub fn set_file_response(&self, name_part: &'static str, built: FileResponse) {
        self.host.set_file_response(name_part, built);
    }

    /// Returns the names of the built files that were requested so far.
    pub fn requested_files(&self) -> Vec<String> {
        self.host.requested_files()
    }

    /// Calls an action as the operator of the pool.
    ///
    /// # Panics
    /// The pool refuses the call. This is an error in the test.
    pub fn call_as_operator(&self, operation: &str, request: &Value) -> Value {
        self.pool
            .call(operation, request)
            .unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    /// Changes the app client of the reference pool. Settings that `changes` does not name are those of the preset,
    /// with the URL of this environment's app.
    pub fn update_preset_client(&self, changes: Value) {
        let mut request = self.preset.create_client_request(self.url());
        request["UserPoolId"] = json!(self.preset.pool_id());
        request["ClientId"] = json!(self.preset.client_id());
        merge_json_members(&mut request, changes);
        self.call_as_operator("UpdateUserPoolClient", &request);
    }

    /// Changes the app client of the reference pool `workshop`. Settings that `changes` does not name are those of the
    /// preset, without the client's name, and with the URLs of this environment's app instead of those on port 8000.
    pub fn update_workshop_client(&self, changes: Value) {
        let mut request = self.app_oauth_settings();
        merge_json_members(
            &mut request,
            json!({
                "UserPoolId": self.preset.pool_id(),
                "ClientId": self.preset.client_id(),
                "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
                "PreventUserExistenceErrors": "ENABLED",
            }),
        );
        merge_json_members(&mut request, changes);
        self.call_as_operator("UpdateUserPoolClient", &request);
    }

    /// Returns the OAuth settings with which an app client allows this environment's app.
    fn app_oauth_settings(&self) -> Value {
        let app = |paths: &[&str]| -> Vec<String> {
            paths
                .iter()
                .map(|path| format!("{}{path}", self.url()))
                .collect()
        };
        json!({
            "CallbackURLs": app(&["/login/", "/login", "/oauth/cognito", "/", ""]),
            "LogoutURLs": app(&["", "/", "/oauth/cognito/logout"]),
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"],
            "AllowedOAuthFlowsUserPoolClient": true,
            "SupportedIdentityProviders": ["COGNITO", "Google"],
        })
    }

    /// Registers the URLs of this environment's app with the reference pool `workshop`, so that the hosted pages can
    /// return to it: `/login/`, `/login`, `/oauth/cognito` and the home page. Without this, the hosted pages only know
    /// the app on port 8000.
    #[must_use]
    pub fn with_hosted_pages(self) -> Self {
        self.update_workshop_client(json!({}));
        self
    }

    /// Creates another public app client with hosted pages in the reference pool, and returns its client ID.
    pub fn create_client(&self) -> String {
        let mut request = self.app_oauth_settings();
        merge_json_members(
            &mut request,
            json!({ "UserPoolId": self.preset.pool_id(), "ClientName": "another" }),
        );
        let created = self.call_as_operator("CreateUserPoolClient", &request);
        created["UserPoolClient"]["ClientId"]
            .as_str()
            .expect("a client's id")
            .to_owned()
    }

    /// Creates another pool with one public app client for SRP, and changes `config.js` to this pool. Returns the pool
    /// ID and the client ID.
    pub fn use_new_pool(&self, pool_settings: Value) -> (String, String) {
        let mut request = json!({ "PoolName": "journey" });
        merge_json_members(&mut request, pool_settings);
        let text = |value: &Value| value.as_str().expect("an id").to_owned();
        let pool_id = text(&self.call_as_operator("CreateUserPool", &request)["UserPool"]["Id"]);
        let client = self.call_as_operator(
            "CreateUserPoolClient",
            &json!({
                "UserPoolId": pool_id,
                "ClientName": "app",
                "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
                "PreventUserExistenceErrors": "ENABLED",
            }),
        );
        let client_id = text(&client["UserPoolClient"]["ClientId"]);
        self.set_config(&config_for(&self.pool, &pool_id, &client_id));
        (pool_id, client_id)
    }

    /// Returns the content of `config.js` for a pool and an app client of this environment.
    pub fn config_for(&self, pool_id: &str, client_id: &str) -> Value {
        config_for(&self.pool, pool_id, client_id)
    }

    /// Signs up a user in the reference pool, without confirming the account.
    pub fn sign_up(&self, user: &TestUser) {
        self.sign_up_by_client(self.preset.client_id(), user, &[]);
    }

    /// Signs up a user with the given app client and additional attributes, without confirming the account.
    pub fn sign_up_by_client(
        &self,
        client_id: &str,
        user: &TestUser,
        more_attributes: &[(&str, &str)],
    ) {
        let name = user.name.as_deref().map(|name| ("name", name));
        let attributes: Vec<Value> = [("email", user.email.as_str())]
            .into_iter()
            .chain(name)
            .chain(more_attributes.iter().copied())
            .map(|(name, value)| json!({ "Name": name, "Value": value }))
            .collect();
        self.call_as_operator(
            "SignUp",
            &json!({
                "ClientId": client_id,
                "Username": user.username,
                "Password": user.password,
                "UserAttributes": attributes,
            }),
        );
    }

    /// Confirms the account of a user with the code from the email.
    pub fn confirm_sign_up(&self, client_id: &str, user: &TestUser) {
        let code = self.latest_code(&user.email);
        self.call_as_operator(
            "ConfirmSignUp",
            &json!({ "ClientId": client_id, "Username": user.username, "ConfirmationCode": code }),
        );
    }

    /// Creates a user with a confirmed account in the reference pool.
    #[must_use]
    pub fn with_user(self, user: &TestUser) -> Self {
        self.sign_up(user);
        self.confirm_sign_up(self.preset.client_id(), user);
        self
    }

    /// Returns the verification code in the newest message to an email address or phone number.
    ///
    /// # Panics
    /// There is no message to this address.
    pub fn latest_code(&self, address: &str) -> String {
        let messages = self.pool.messages(Some(address)).expect("the outbox");
        messages
            .first()
            .unwrap_or_else(|| panic!("no message was sent to {address}"))
            .code
            .clone()
    }

    /// Returns all requests of the browser to the local pool, including its to-do API, in order and without CORS
    /// preflight requests.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        let mut requests = self.pool.requests();
        requests.retain(|request| request.method != "OPTIONS");
        requests
    }

    /// Returns the requests that can contain user data: all except those for the pool's key set and discovery document.
    pub fn requests_that_may_contain_user_data(&self) -> Vec<RecordedRequest> {
        let mut requests = self.requests();
        requests.retain(|request| !request.path.contains("/.well-known/"));
        requests
    }

    /// Returns the calls of the user-pool API in order.
    pub fn pool_calls(&self) -> Vec<ActionCall> {
        let call = |request: RecordedRequest| {
            let body = serde_json::from_str(&request.body).unwrap_or(Value::String(request.body));
            Some(ActionCall {
                operation: request.operation?,
                body,
            })
        };
        self.requests().into_iter().filter_map(call).collect()
    }

    /// Returns the names of the actions that the app has called, in order.
    pub fn actions(&self) -> Vec<String> {
        self.pool_calls()
            .into_iter()
            .map(|call| call.operation)
            .collect()
    }

    /// Returns the calls of the to-do API in order, each with method, path and status, such as `GET /api/todos 200`.
    pub fn todo_api_calls(&self) -> Vec<String> {
        let requests = self.requests();
        let api = requests
            .iter()
            .filter(|request| request.path.starts_with("/api/"));
        api.map(|request| {
            let status = request
                .status
                .map_or_else(|| "…".to_owned(), |status| status.to_string());
            format!("{} {} {status}", request.method, request.path)
        })
        .collect()
    }

    /// Returns the requests that the pool received for this path, whatever their query, in the order of their arrival.
    pub fn requests_to(&self, path: &str) -> Vec<RecordedRequest> {
        let mut requests = self.requests();
        requests.retain(|request| request.path.split('?').next() == Some(path));
        requests
    }

    /// Returns the issuer of the reference pool's tokens.
    pub fn issuer(&self) -> String {
        let issuer = self.pool.issuer(self.preset.pool_id());
        issuer.expect("the pool's data").expect("the pool")
    }

    /// Makes the `Date` of the host's responses earlier by `age`, as in responses from a cache that sends no `Age`.
    pub fn set_response_age(&self, age: Duration) {
        self.host.set_response_age(age);
    }

    /// Moves the clocks of the pool and of the host forward. The browser's clock does not change.
    pub fn advance_clocks(&self, length: Duration) {
        self.pool.clock().advance(length);
        self.host.advance_clock(length);
    }
}

/// Returns the content of `config.js` for a pool and an app client, with the to-do API of the local pool.
fn config_for(pool: &LocalPool, pool_id: &str, client_id: &str) -> Value {
    json!({
        "cognito": {
            "userPoolId": pool_id,
            "userPoolClientId": client_id,
            "region": pool_id.split('_').next(),
            "endpoint": pool.url(),
        },
        "api": { "invokeUrl": format!("{}/api", pool.url()) },
    })
}

/// Returns the text of a `config.js` file with this configuration. JSON is valid JavaScript (ECMA-262, since its 10th
/// edition).
fn config_to_javascript(config: &Value) -> String {
    format!("window._config = {config:#};\n")
}

fn merge_json_members(target: &mut Value, changes: Value) {
    if let (Value::Object(into), Value::Object(changes)) = (target, changes) {
        into.extend(changes);
    }
}
