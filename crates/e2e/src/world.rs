//! A world for one journey: a user pool and a host for the app, both new, both in the test's own process.

use std::time::Duration;

use local_pool::presets::PoolPreset;
use local_pool::settings::Settings;
use local_pool::{LocalPool, RecordedRequest};
use serde_json::{Value, json};

use crate::headers::Headers;
use crate::site::{BuiltFile, ConfigFile, Site};
use crate::{Outcome, place};

/// Somebody with an account, or on the way to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The user name that they sign up with.
    pub username: String,
    /// Where their mail goes.
    pub email: String,
    /// The attribute `name`, if they have one.
    pub name: Option<String>,
    /// Their password.
    pub password: String,
}

impl Person {
    /// Ann Lee, whose e-mail address is her user name.
    pub fn ann() -> Self {
        Self::by_email("ann@example.com", Some("Ann Lee"))
    }

    /// Ann Lee, who has a user name besides.
    pub fn ann_by_name() -> Self {
        Self {
            username: "ann".to_owned(),
            ..Self::ann()
        }
    }

    /// Somebody whose e-mail address is their user name.
    pub fn by_email(email: &str, name: Option<&str>) -> Self {
        Self {
            username: email.to_owned(),
            email: email.to_owned(),
            name: name.map(str::to_owned),
            password: "Correct-h0rse".to_owned(),
        }
    }
}

/// One action of the user-pool API, as the pool received it.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The action's name.
    pub operation: String,
    /// Its parameters.
    pub body: Value,
}

/// A user pool, a host, and who lives there.
pub struct World {
    pool: LocalPool,
    site: Site,
    preset: PoolPreset,
}

impl World {
    /// The `workshop` preset: e-mail is the user name, a code by e-mail, a to-do API that takes the ID token.
    ///
    /// # Panics
    /// Without a built app, or without ports: then no journey can begin.
    pub fn workshop() -> Self {
        Self::start(PoolPreset::Workshop)
            .unwrap_or_else(|fault| panic!("the world does not begin: {fault}"))
    }

    /// A reference pool, its app client and its `config.js` as the preset has them, but for the app's port: so many worlds
    /// may be there at once.
    ///
    /// # Panics
    /// As [`World::workshop`].
    pub fn of(preset: PoolPreset) -> Self {
        let world =
            Self::start(preset).unwrap_or_else(|fault| panic!("the world does not begin: {fault}"));
        world.change_client(json!({}));
        world
    }

    /// The same as [`World::workshop`], but its tokens are issued below another base address than the API's
    /// ([`Settings::issuer_url`]). The host allows connections to that one too, where it is this machine.
    ///
    /// # Panics
    /// As [`World::workshop`].
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

    /// The same with another `config.js` from the start: the reference pool's, with this change and no other.
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

    /// Which reference pool it is.
    pub fn preset(&self) -> PoolPreset {
        self.preset
    }

    /// What `config.js` says of the reference pool.
    pub fn config(&self) -> Value {
        self.preset.config(&self.pool.url(), self.url())
    }

    /// Edits `config.js`, as an operator would.
    pub fn set_config(&self, config: &Value) {
        self.site.set_config(ConfigFile::Script(as_script(config)));
    }

    /// Puts something else at `/config.js`.
    pub fn set_config_file(&self, file: ConfigFile) {
        self.site.set_config(file);
    }

    /// Puts something at `/js/config.js`, where nothing is at the start.
    pub fn set_config_file_in_js(&self, file: ConfigFile) {
        self.site.set_config_in_js(file);
    }

    /// What becomes of the WebAssembly from now on.
    pub fn set_wasm(&self, wasm: BuiltFile) {
        self.set_built(".wasm", wasm);
    }

    /// What becomes from now on of the built files with this in their names; all others are whole.
    pub fn set_built(&self, named: &'static str, built: BuiltFile) {
        self.site.set_built(named, built);
    }

    /// The names of the built files that were asked for so far.
    pub fn files(&self) -> Vec<String> {
        self.site.asked()
    }

    /// An operator's call.
    ///
    /// # Panics
    /// The pool refuses: the journey's own mistake.
    pub fn operate(&self, operation: &str, request: &Value) -> Value {
        self.pool
            .call(operation, request)
            .unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    /// Changes the reference pool's app client; what is not named is as the preset has it, for this world's app.
    pub fn change_client(&self, changes: Value) {
        let mut request = self.preset.client(self.url());
        request["UserPoolId"] = json!(self.preset.pool_id());
        request["ClientId"] = json!(self.preset.client_id());
        merge(&mut request, changes);
        self.operate("UpdateUserPoolClient", &request);
    }

    /// Changes the development pool's app client; what is not named is as it was at the start, without its name, and
    /// with the addresses of this world's app in place of those on port 8000.
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

    /// An app client's members about OAuth, for this world's app.
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

    /// The development pool's hosted pages send people back to this world's app: to `/login/`, `/login`,
    /// `/oauth/cognito` or its start page, as `config.js` asks. Without it they know the app on port 8000 alone.
    #[must_use]
    pub fn with_hosted_pages(self) -> Self {
        self.update_client(json!({}));
        self
    }

    /// A further public client of the development pool, with hosted pages; gives its id.
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

    /// Makes a further pool with one public client for SRP, and points `config.js` at it. Gives the pool's id and the client's.
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

    /// What `config.js` says of a pool of this world.
    pub fn config_of(&self, pool_id: &str, client_id: &str) -> Value {
        config_of(&self.pool, pool_id, client_id)
    }

    /// Signs somebody up in the reference pool, without the code.
    pub fn sign_up(&self, person: &Person) {
        self.sign_up_with(self.preset.client_id(), person, &[]);
    }

    /// Signs somebody up with a client and further attributes, without the code.
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

    /// Enters the code that was mailed.
    pub fn confirm_with(&self, client_id: &str, person: &Person) {
        let code = self.code_for(&person.email);
        self.operate(
            "ConfirmSignUp",
            &json!({ "ClientId": client_id, "Username": person.username, "ConfirmationCode": code }),
        );
    }

    /// Somebody of the reference pool who has registered and confirmed.
    #[must_use]
    pub fn with(self, person: &Person) -> Self {
        self.sign_up(person);
        self.confirm_with(self.preset.client_id(), person);
        self
    }

    /// The code in the newest message to an address.
    ///
    /// # Panics
    /// No message went there.
    pub fn code_for(&self, address: &str) -> String {
        let messages = self.pool.messages(Some(address)).expect("the outbox");
        messages
            .first()
            .unwrap_or_else(|| panic!("nothing was sent to {address}"))
            .code
            .clone()
    }

    /// All that reached the user pool or the API from the browser, but for the preflight requests that browsers add.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        let mut requests = self.pool.requests();
        requests.retain(|request| request.method != "OPTIONS");
        requests
    }

    /// Those that could tell anything of anybody: all but the reading of what the pool publishes for everybody, its keys
    /// and where its hosted pages are.
    pub fn telling_requests(&self) -> Vec<RecordedRequest> {
        let mut requests = self.requests();
        requests.retain(|request| !request.path.contains("/.well-known/"));
        requests
    }

    /// The actions of the user-pool API that were called, in order.
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

    /// The names of those actions.
    pub fn operations(&self) -> Vec<String> {
        self.calls()
            .into_iter()
            .map(|call| call.operation)
            .collect()
    }

    /// The calls to the API, as `GET /api/todos 200`.
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

    /// The requests to this path of the pool, in order, whatever their query.
    pub fn requests_to(&self, path: &str) -> Vec<RecordedRequest> {
        let mut requests = self.requests();
        requests.retain(|request| request.path.split('?').next() == Some(path));
        requests
    }

    /// The issuer of the reference pool's tokens.
    pub fn issuer(&self) -> String {
        let issuer = self.pool.issuer(self.preset.pool_id());
        issuer.expect("the pool's data").expect("the pool")
    }

    /// The host's answers come out of a cache that does not say how old they are.
    pub fn set_age_of_answers(&self, age: Duration) {
        self.site.set_age(age);
    }

    /// Moves the clocks of the pool and of the host on; the browser's stays.
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

/// JSON is JavaScript (ECMA-262, since its 10th edition).
fn as_script(config: &Value) -> String {
    format!("window._config = {config:#};\n")
}

fn merge(into: &mut Value, changes: Value) {
    if let (Value::Object(into), Value::Object(changes)) = (into, changes) {
        into.extend(changes);
    }
}
