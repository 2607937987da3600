//! An authorization request (RFC 6749 §4.1.1, §4.2.1; OpenID Connect Core §3.1.2.1): what it must be, and where its
//! refusal goes.

use core::time::Duration;

use axum::response::Response;
use cognito_proto::time::UnixTime;

use super::error_page::PageFault;
use super::grant::location;
use super::page_request::{Stop, Visit};
use super::parameters::Repeated;
use super::response;
use super::session::SignedIn;
use crate::pool::authorization_code::is_challenge;
use crate::pool::oauth_settings::OAuthFlow;
use crate::pool::scope::Scope;
use crate::pool::{AppClient, UserPool};

/// `response_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResponseType {
    Code,
    Token,
}

/// `prompt` (OpenID Connect Core §3.1.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Prompt {
    /// Nothing is asked of somebody who is signed in.
    #[default]
    AsNeeded,
    /// No page may be shown.
    None,
    /// The password is asked for again.
    LogIn,
    /// Somebody who is signed in is asked whether to go on as that person.
    Choose,
}

/// Who shall say who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Provider {
    /// Whichever the person chooses.
    Any,
    UserPool,
    Named(String),
}

/// A good authorization request.
pub(super) struct AuthorizationRequest {
    pub(super) pool: UserPool,
    pub(super) client: AppClient,
    pub(super) redirect_uri: String,
    pub(super) response: ResponseType,
    pub(super) scope: Scope,
    pub(super) state: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) challenge: Option<String>,
    pub(super) provider: Provider,
    pub(super) prompt: Prompt,
    pub(super) login_hint: Option<String>,
    pub(super) max_age: Option<Duration>,
}

/// What is to be done about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Back to the app: somebody is signed in.
    Grant,
    /// Back to the app: nobody is, and no page may be shown.
    LoginRequired,
    /// On to another identity provider.
    Provider,
    /// The page.
    LogIn,
}

/// A refusal that the app is told.
struct ToldApp {
    error: &'static str,
    description: &'static str,
}

const fn invalid(description: &'static str) -> ToldApp {
    ToldApp {
        error: "invalid_request",
        description,
    }
}

impl From<Repeated> for ToldApp {
    fn from(_: Repeated) -> Self {
        invalid("A parameter is repeated")
    }
}

impl AuthorizationRequest {
    /// Reads the query. A bad client or redirect URI ends on a page; all else is told to the app.
    pub(super) fn read(visit: &Visit) -> Result<Self, Stop> {
        let parameters = visit.parameters();
        let page = |fault: PageFault, client_id| Stop::from(fault.redirect(client_id));
        let (Ok(client_id), Ok(redirect_uri)) =
            (parameters.one("client_id"), parameters.one("redirect_uri"))
        else {
            return Err(page(PageFault::Malformed, None));
        };
        let Some(client_id) = client_id else {
            return Err(page(PageFault::Malformed, None));
        };
        let Some((pool, client)) = visit.client(client_id)? else {
            return Err(page(PageFault::UnknownClient, None));
        };
        let Some(redirect_uri) = redirect_uri.filter(|uri| client.settings.oauth.is_callback(uri))
        else {
            return Err(page(PageFault::RedirectMismatch, Some(client_id)));
        };
        let mut request = Self {
            pool,
            client,
            redirect_uri: redirect_uri.to_owned(),
            response: ResponseType::Code,
            scope: Scope::default(),
            // Of two, neither is known to be the app's own.
            state: parameters.one("state").ok().flatten().map(str::to_owned),
            nonce: None,
            challenge: None,
            provider: Provider::Any,
            prompt: Prompt::AsNeeded,
            login_hint: None,
            max_age: None,
        };
        match request.read_rest(visit) {
            Ok(()) => Ok(request),
            Err(told) => Err(request.refuse(told.error, Some(told.description)).into()),
        }
    }

    fn read_rest(&mut self, visit: &Visit) -> Result<(), ToldApp> {
        let parameters = visit.parameters();
        parameters.one("state")?;
        let (response, flow) = match parameters.one("response_type")? {
            Some("code") => (ResponseType::Code, OAuthFlow::Code),
            Some("token") => (ResponseType::Token, OAuthFlow::Implicit),
            Some(_) => return Err(invalid("Unsupported response_type")),
            None => return Err(invalid("response_type is missing")),
        };
        self.response = response;
        let oauth = &self.client.settings.oauth;
        if !oauth.allows(flow) {
            return Err(ToldApp {
                error: "unauthorized_client",
                description: "The flow is not enabled for the client",
            });
        }
        self.scope = match parameters.one("scope")? {
            None => Scope::all(oauth.scopes()),
            Some(scope) => Scope::read(scope),
        };
        if !self.scope.within(oauth.scopes()) {
            return Err(invalid("invalid_scope"));
        }
        self.challenge = challenge(
            parameters.one("code_challenge")?,
            parameters.one("code_challenge_method")?,
        )?;
        self.prompt = prompt(parameters.one("prompt")?)?;
        self.provider = match parameters.one("identity_provider")? {
            None => Provider::Any,
            Some("COGNITO") if oauth.has_user_pool() => Provider::UserPool,
            Some(name) if oauth.providers().any(|known| known == name) => {
                Provider::Named(name.to_owned())
            }
            Some(_) => {
                return Err(invalid(
                    "The identity provider is not enabled for the client",
                ));
            }
        };
        self.max_age = match parameters.one("max_age")? {
            None => None,
            Some(text) => match text.parse() {
                Ok(seconds) => Some(Duration::from_secs(seconds)),
                Err(_) => return Err(invalid("max_age is not a number of seconds")),
            },
        };
        self.nonce = parameters.one("nonce")?.map(str::to_owned);
        self.login_hint = parameters.one("login_hint")?.map(str::to_owned);
        Ok(())
    }

    /// What is to be done, by who is signed in.
    pub(super) fn next(&self, signed_in: Option<&SignedIn>, now: UnixTime) -> Next {
        let is_enough = |signed_in: &&SignedIn| {
            let recent = self
                .max_age
                .is_none_or(|age| now <= signed_in.auth_time.plus(age));
            let by_whom = match &self.provider {
                Provider::Any => true,
                Provider::UserPool => signed_in.provider.is_none(),
                Provider::Named(name) => signed_in.provider.as_ref() == Some(name),
            };
            recent && by_whom
        };
        match (self.prompt, signed_in.filter(is_enough)) {
            (Prompt::AsNeeded | Prompt::None, Some(_)) => Next::Grant,
            (Prompt::None, None) => Next::LoginRequired,
            _ if matches!(self.provider, Provider::Named(_)) => Next::Provider,
            _ => Next::LogIn,
        }
    }

    /// Whether somebody who is signed in may go on without a password, after being asked.
    pub(super) fn may_continue(&self) -> bool {
        self.prompt == Prompt::Choose
    }

    /// Back to the app with an error: in the query for a code, in the fragment for tokens (RFC 6749 §4.2.2.1).
    pub(super) fn refuse(&self, error: &str, description: Option<&str>) -> Response {
        let mut pairs = vec![("error", error)];
        if let Some(description) = description {
            pairs.push(("error_description", description));
        }
        if let Some(state) = &self.state {
            pairs.push(("state", state));
        }
        response::see_other(&location(&self.redirect_uri, self.response, &pairs))
    }
}

/// PKCE, method S256 alone. Cognito leaves it to the client, a public one included: "View login page" in its console
/// opens an address without a challenge.
fn challenge(challenge: Option<&str>, method: Option<&str>) -> Result<Option<String>, ToldApp> {
    match (challenge, method) {
        (None, None) => Ok(None),
        (Some(challenge), Some("S256")) if is_challenge(challenge) => {
            Ok(Some(challenge.to_owned()))
        }
        (Some(_), Some("S256")) => Err(invalid("code_challenge is not a S256 challenge")),
        (None, Some(_)) => Err(invalid("code_challenge is missing")),
        (Some(_), _) => Err(invalid("code_challenge_method must be S256")),
    }
}

fn prompt(text: Option<&str>) -> Result<Prompt, ToldApp> {
    let mut prompt = Prompt::AsNeeded;
    let words: Vec<&str> = text
        .unwrap_or_default()
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect();
    for word in &words {
        prompt = match (*word, prompt) {
            ("none", _) if words.len() > 1 => {
                return Err(invalid("prompt none cannot be used with others"));
            }
            ("none", _) => Prompt::None,
            ("login", _) => Prompt::LogIn,
            ("select_account" | "consent", Prompt::LogIn) => Prompt::LogIn,
            ("select_account" | "consent", _) => Prompt::Choose,
            _ => return Err(invalid("Unsupported prompt")),
        };
    }
    Ok(prompt)
}
