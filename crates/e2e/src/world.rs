//! The environment of one journey: a new user pool and a new host for the app, both in the test's own process.

use std::time::Duration;

use local_pool::presets::PoolPreset;
use local_pool::settings::Settings;
use local_pool::{LocalPool, RecordedRequest};
use serde_json::{Value, json};

use crate::headers::Headers;
use crate::site::{BuiltFile, ConfigFile, Site};
use crate::{Outcome, place};

/// A user with an account, or a user who is about to create one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The username for the registration.
    pub username: String,
    /// The email address.
    pub email: String,
    /// The attribute `name`, if the user has one.
    pub name: Option<String>,
    /// The password.
    pub password: String,
}

impl Person {
    /// Returns the user Ann Lee, whose email address is her username.
    pub fn ann() -> Self {
        Self::by_email("ann@example.com", Some("Ann Lee"))
    }

    /// Returns the user Ann Lee, whose username is not her email address.
    pub fn ann_by_name() -> Self {
        Self {
            username: "ann".to_owned(),
            ..Self::ann()
        }
    }

    /// Returns a user whose email address is the username.
    pub fn by_email(email: &str, name: Option<&str>) -> Self {
        Self {
            username: email.to_owned(),
            email: email.to_owned(),
            name: name.map(str::to_owned),
            password: "Correct-h0rse".to_owned(),
        }
    }
}

/// A call of a user-pool API action, as the pool received it.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The name of the action.
    pub operation: String,
    /// The parameters of the action.
    pub body: Value,
}

/// A user pool and a host for the app.
pub struct World {
    pool: LocalPool,
    site: Site,
    preset: PoolPreset,
}

impl World {
    /// Starts the `workshop` preset: email addresses as usernames, codes by email, and a to-do API that accepts the
    /// ID token.
    ///
    /// # Panics
    /// There is no built app, or no port is available.
    pub fn workshop() -> Self {
        Self::start(PoolPreset::Workshop)
            .unwrap_or_else(|fault| panic!("the world does not begin: {fault}"))
    }

    /// Starts a reference pool. Its app client and its `config.js` are those of the preset, except for the port of
    /// the app, so that several worlds can run at the same time.
    ///
    /// # Panics
    /// There is no built app, or no port is available.
    pub fn of(preset: PoolPreset) -> Self {
        let world =
            Self::start(preset).unwrap_or_else(|fault| panic!("the world does not begin: {fault}"));
        world.change_client(json!({}));
        world
    }

    /// Starts the `workshop` preset with an issuer below `base` instead of the API's address
    /// ([`Settings::issuer_url`]). The host's Content-Security-Policy also allows connections to the issuer if it is
    /// an `http://` address.
    ///
    /// # Panics
    /// There is no built app, or no port is available.
    pub fn with_issuer_at(base: &str) -> Self {
        let settings = Settings {
            issuer_url: Some(base.parse().expect("an address")),
            ..Settings::for_tests()
        };
        Self::start_with(settings)
            .unwrap_or_else(|fault| panic!("the world does not begin: {fault}"))
    }

    fn start(preset: PoolPreset) -> Outcome<Self> {
        Self::start_with(Settings {
            preset,
            ..Settings::for_tests()
        })
    }

    fn start_with(settings: Settings) -> Outcome<Self> {
        let preset = settings.preset;
        let pool = LocalPool::start(settings)?;
        let dist = place::dist();
        let mut origins = vec![pool.url()];
        let issuer = pool
            .issuer(preset.pool_id())
            .map_err(|error| error.to_string())?
            .unwrap_or_default();
        let of_issuer = issuer.split('/').take(3).collect::<Vec<_>>().join("/");
        if of_issuer.starts_with("http://") && of_issuer != origins[0] {
            origins.push(of_issuer);
        }
        let headers = Headers::read(&dist, &origins.join(" "))?;
        let site = Site::start(dist, headers, ConfigFile::Missing)?;
        let world = Self { pool, site, preset };
        world.set_config(&world.config());
        Ok(world)
    }

    /// Replaces `config.js` before the journey starts. The new file is the one of the reference pool with the given
    /// change.
    #[must_use]
    pub fn configured(self, change: impl FnOnce(&mut Value)) -> Self {
        let mut config = self.config();
        change(&mut config);
        self.set_config(&config);
        self
    }

    /// The user pool.
    pub fn pool(&self) -> &LocalPool {
        &self.pool
    }

    /// The app's address.
    pub fn url(&self) -> &str {
        self.site.url()
    }

    /// The preset of the pool.
    pub fn preset(&self) -> PoolPreset {
        self.preset
    }

    /// Returns the `config.js` of the reference pool.
    pub fn config(&self) -> Value {
        self.preset.config(&self.pool.url(), self.url())
    }

    /// Edits `config.js`, as an operator does.
    pub fn set_config(&self, config: &Value) {
        self.site.set_config(ConfigFile::Script(as_script(config)));
    }

    /// Replaces `/config.js` by something else.
    pub fn set_config_file(&self, file: ConfigFile) {
        self.site.set_config(file);
    }

    /// Replaces `/js/config.js`, which is missing at the start.
    pub fn set_config_file_in_js(&self, file: ConfigFile) {
        self.site.set_config_in_js(file);
    }

    /// Sets the response for WebAssembly files.
    pub fn set_wasm(&self, wasm: BuiltFile) {
        self.set_built(".wasm", wasm);
    }

    /// Sets the response for built files whose path contains `named`. All other files are sent as they were built.
    pub fn set_built(&self, named: &'static str, built: BuiltFile) {
        self.site.set_built(named, built);
    }

    /// Returns the names of the built files that were requested so far.
    pub fn files(&self) -> Vec<String> {
        self.site.asked()
    }

    /// Calls an action as the operator of the pool.
    ///
    /// # Panics
    /// The pool refuses the call. This is an error in the journey.
    pub fn operate(&self, operation: &str, request: &Value) -> Value {
        self.pool
            .call(operation, request)
            .unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    /// Changes the app client of the reference pool. All other members are those of the preset, with the address of
    /// this world's app.
    pub fn change_client(&self, changes: Value) {
        let mut request = self.preset.client(self.url());
        request["UserPoolId"] = json!(self.preset.pool_id());
        request["ClientId"] = json!(self.preset.client_id());
        merge(&mut request, changes);
        self.operate("UpdateUserPoolClient", &request);
    }

    /// Changes the app client of the `workshop` preset. All other members are those of the preset, without the
    /// client's name, and with the addresses of this world's app instead of those on port 8000.
    pub fn update_client(&self, changes: Value) {
        let mut request = self.oauth_settings();
        merge(
            &mut request,
            json!({
                "UserPoolId": self.preset.pool_id(),
                "ClientId": self.preset.client_id(),
                "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
                "PreventUserExistenceErrors": "ENABLED",
            }),
        );
        merge(&mut request, changes);
        self.operate("UpdateUserPoolClient", &request);
    }

    /// Returns the OAuth members of an app client for this world's app.
    fn oauth_settings(&self) -> Value {
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

    /// Registers this world's app with the hosted pages of the `workshop` preset: the paths `/login/`, `/login`,
    /// `/oauth/cognito` and the home page, as `config.js` requires. Otherwise the hosted pages only know the app on
    /// port 8000.
    #[must_use]
    pub fn with_hosted_pages(self) -> Self {
        self.update_client(json!({}));
        self
    }

    /// Creates another public app client with hosted pages and returns its client ID.
    pub fn another_client(&self) -> String {
        let mut request = self.oauth_settings();
        merge(
            &mut request,
            json!({ "UserPoolId": self.preset.pool_id(), "ClientName": "another" }),
        );
        let made = self.operate("CreateUserPoolClient", &request);
        made["UserPoolClient"]["ClientId"]
            .as_str()
            .expect("a client's id")
            .to_owned()
    }

    /// Creates another pool with one public app client for SRP, and changes `config.js` to it. Returns the pool ID
    /// and the client ID.
    pub fn move_to_pool(&self, pool: Value) -> (String, String) {
        let mut request = json!({ "PoolName": "journey" });
        merge(&mut request, pool);
        let text = |value: &Value| value.as_str().expect("an id").to_owned();
        let pool_id = text(&self.operate("CreateUserPool", &request)["UserPool"]["Id"]);
        let client = self.operate(
            "CreateUserPoolClient",
            &json!({
                "UserPoolId": pool_id,
                "ClientName": "app",
                "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
                "PreventUserExistenceErrors": "ENABLED",
            }),
        );
        let client_id = text(&client["UserPoolClient"]["ClientId"]);
        self.set_config(&config_of(&self.pool, &pool_id, &client_id));
        (pool_id, client_id)
    }

    /// Returns a `config.js` for a pool of this world.
    pub fn config_of(&self, pool_id: &str, client_id: &str) -> Value {
        config_of(&self.pool, pool_id, client_id)
    }

    /// Signs up a user in the reference pool, without confirming the account.
    pub fn sign_up(&self, person: &Person) {
        self.sign_up_with(self.preset.client_id(), person, &[]);
    }

    /// Signs up a user by an app client, with additional attributes, without confirming the account.
    pub fn sign_up_with(&self, client_id: &str, person: &Person, further: &[(&str, &str)]) {
        let name = person.name.as_deref().map(|name| ("name", name));
        let attributes: Vec<Value> = [("email", person.email.as_str())]
            .into_iter()
            .chain(name)
            .chain(further.iter().copied())
            .map(|(name, value)| json!({ "Name": name, "Value": value }))
            .collect();
        self.operate(
            "SignUp",
            &json!({
                "ClientId": client_id,
                "Username": person.username,
                "Password": person.password,
                "UserAttributes": attributes,
            }),
        );
    }

    /// Confirms the account of a user by the code from the email.
    pub fn confirm_with(&self, client_id: &str, person: &Person) {
        let code = self.code_for(&person.email);
        self.operate(
            "ConfirmSignUp",
            &json!({ "ClientId": client_id, "Username": person.username, "ConfirmationCode": code }),
        );
    }

    /// Adds a user with a confirmed account to the reference pool.
    #[must_use]
    pub fn with(self, person: &Person) -> Self {
        self.sign_up(person);
        self.confirm_with(self.preset.client_id(), person);
        self
    }

    /// Returns the code in the newest message to an address.
    ///
    /// # Panics
    /// There is no message to this address.
    pub fn code_for(&self, address: &str) -> String {
        let messages = self.pool.messages(Some(address)).expect("the outbox");
        messages
            .first()
            .unwrap_or_else(|| panic!("nothing was sent to {address}"))
            .code
            .clone()
    }

    /// Returns all requests of the browser to the user pool and the API, without CORS preflight requests.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        let mut requests = self.pool.requests();
        requests.retain(|request| request.method != "OPTIONS");
        requests
    }

    /// Returns the requests that can contain user data. These are all except those for public documents of the pool:
    /// its keys and the discovery document.
    pub fn telling_requests(&self) -> Vec<RecordedRequest> {
        let mut requests = self.requests();
        requests.retain(|request| !request.path.contains("/.well-known/"));
        requests
    }

    /// Returns the calls of the user-pool API in order.
    pub fn calls(&self) -> Vec<Call> {
        let call = |request: RecordedRequest| {
            let body = serde_json::from_str(&request.body).unwrap_or(Value::String(request.body));
            Some(Call {
                operation: request.operation?,
                body,
            })
        };
        self.requests().into_iter().filter_map(call).collect()
    }

    /// Returns the action names of [`World::calls`].
    pub fn operations(&self) -> Vec<String> {
        self.calls()
            .into_iter()
            .map(|call| call.operation)
            .collect()
    }

    /// Returns the API calls, such as `GET /api/todos 200`.
    pub fn api_calls(&self) -> Vec<String> {
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

    /// Returns the requests to this path of the pool in order, with any query.
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
    pub fn set_age_of_answers(&self, age: Duration) {
        self.site.set_age(age);
    }

    /// Sets the clocks of the pool and of the host forward. The browser's clock does not change.
    pub fn let_time_pass(&self, length: Duration) {
        self.pool.clock().advance(length);
        self.site.let_time_pass(length);
    }
}

fn config_of(pool: &LocalPool, pool_id: &str, client_id: &str) -> Value {
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

/// JSON is valid JavaScript (ECMA-262, since its 10th edition).
fn as_script(config: &Value) -> String {
    format!("window._config = {config:#};\n")
}

fn merge(into: &mut Value, changes: Value) {
    if let (Value::Object(into), Value::Object(changes)) = (into, changes) {
        into.extend(changes);
    }
}
