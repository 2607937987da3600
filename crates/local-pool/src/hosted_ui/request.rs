//! Authorization requests (RFC 6749 §4.1.1, §4.2.1; OpenID Connect Core §3.1.2.1): how they are checked, and where
//! their errors are sent.

use core::time::Duration;

use axum::response::Response;
use cognito_proto::time::UnixTime;

use super::error_page::HostedPageError;
use super::grant::build_redirect_url;
use super::page_request::{PageRejection, PageRequest};
use super::parameters::DuplicateParameter;
use super::response;
use super::session::HostedSession;
use crate::pool::authorization_code::is_code_challenge;
use crate::pool::oauth_settings::OAuthFlow;
use crate::pool::scope::Scope;
use crate::pool::{AppClient, UserPool};

/// The parameter `response_type` of an authorization request (RFC 6749 §3.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResponseType {
    /// The app requests an authorization code.
    Code,
    /// The app requests tokens (the implicit grant).
    Token,
}

/// The parameter `prompt` of an authorization request (OpenID Connect Core §3.1.2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Prompt {
    /// The pool shows no page to a user who is already signed in.
    #[default]
    AsNeeded,
    /// The pool must not show a page.
    None,
    /// The user must enter the password again.
    LogIn,
    /// The pool asks a user who is signed in whether to continue with this account.
    SelectAccount,
}

/// The identity provider that an authorization request selects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum IdentityProvider {
    /// The request selects no identity provider, so the user chooses one.
    Any,
    /// The request selects the user pool itself (`COGNITO`), not an external identity provider.
    UserPool,
    /// The request names this external identity provider, such as `Google`. The user signs in there.
    Named(String),
}

/// A valid authorization request of an app.
pub(super) struct AuthorizationRequest {
    pub(super) pool: UserPool,
    pub(super) client: AppClient,
    pub(super) redirect_uri: String,
    pub(super) response: ResponseType,
    pub(super) scope: Scope,
    pub(super) state: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) challenge: Option<String>,
    pub(super) provider: IdentityProvider,
    pub(super) prompt: Prompt,
    pub(super) login_hint: Option<String>,
    pub(super) max_age: Option<Duration>,
}

/// The next step of a sign-in on the hosted pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HostedSignInStep {
    /// Redirect to the app, because the user is signed in.
    Grant,
    /// Redirect to the app with `login_required`: no user is signed in, and no page may be shown.
    LoginRequired,
    /// Redirect to another identity provider.
    Provider,
    /// Show the sign-in page.
    LogIn,
}

/// An OAuth error of an authorization request, which is sent to the app by a redirect.
struct ErrorRedirect {
    error: &'static str,
    description: &'static str,
}

/// Returns the error `invalid_request` with this description, which is sent to the app by a redirect.
const fn invalid_request(description: &'static str) -> ErrorRedirect {
    ErrorRedirect {
        error: "invalid_request",
        description,
    }
}

impl From<DuplicateParameter> for ErrorRedirect {
    fn from(_: DuplicateParameter) -> Self {
        invalid_request("A parameter is repeated")
    }
}

impl AuthorizationRequest {
    /// Parses the authorization request in the query.
    ///
    /// An invalid client or redirect URI ends on an error page; other errors are sent to the app.
    pub(super) fn parse(page_request: &PageRequest) -> Result<Self, PageRejection> {
        let parameters = page_request.query_parameters();
        let page = |error: HostedPageError, client_id| {
            PageRejection::from(error.to_redirect_response(client_id))
        };
        let (Ok(client_id), Ok(redirect_uri)) = (
            parameters.single_value("client_id"),
            parameters.single_value("redirect_uri"),
        ) else {
            return Err(page(HostedPageError::Malformed, None));
        };
        let Some(client_id) = client_id else {
            return Err(page(HostedPageError::Malformed, None));
        };
        let Some((pool, client)) = page_request.find_client(client_id)? else {
            return Err(page(HostedPageError::UnknownClient, None));
        };
        let Some(redirect_uri) =
            redirect_uri.filter(|uri| client.settings.oauth.is_callback_url(uri))
        else {
            return Err(page(HostedPageError::RedirectMismatch, Some(client_id)));
        };
        let mut request = Self {
            pool,
            client,
            redirect_uri: redirect_uri.to_owned(),
            response: ResponseType::Code,
            scope: Scope::default(),
            // If `state` is duplicated, it is unknown which of the values is the app's.
            state: parameters
                .single_value("state")
                .ok()
                .flatten()
                .map(str::to_owned),
            nonce: None,
            challenge: None,
            provider: IdentityProvider::Any,
            prompt: Prompt::AsNeeded,
            login_hint: None,
            max_age: None,
        };
        match request.parse_optional_parameters(page_request) {
            Ok(()) => Ok(request),
            Err(redirect) => Err(request
                .error_redirect_response(redirect.error, Some(redirect.description))
                .into()),
        }
    }

    /// Parses all parameters of an authorization request except for `client_id` and `redirect_uri`. Returns the error
    /// for the app if a parameter is invalid.
    fn parse_optional_parameters(
        &mut self,
        page_request: &PageRequest,
    ) -> Result<(), ErrorRedirect> {
        let parameters = page_request.query_parameters();
        parameters.single_value("state")?;
        let (response, flow) = match parameters.single_value("response_type")? {
            Some("code") => (ResponseType::Code, OAuthFlow::Code),
            Some("token") => (ResponseType::Token, OAuthFlow::Implicit),
            Some(_) => return Err(invalid_request("Unsupported response_type")),
            None => return Err(invalid_request("response_type is missing")),
        };
        self.response = response;
        let oauth = &self.client.settings.oauth;
        if !oauth.allows_oauth_flow(flow) {
            return Err(ErrorRedirect {
                error: "unauthorized_client",
                description: "The flow is not enabled for the client",
            });
        }
        self.scope = match parameters.single_value("scope")? {
            None => Scope::from_names(oauth.scopes()),
            Some(scope) => Scope::parse(scope),
        };
        if !self.scope.is_within_list(oauth.scopes()) {
            return Err(invalid_request("invalid_scope"));
        }
        self.challenge = parse_code_challenge(
            parameters.single_value("code_challenge")?,
            parameters.single_value("code_challenge_method")?,
        )?;
        self.prompt = parse_prompt(parameters.single_value("prompt")?)?;
        self.provider = match parameters.single_value("identity_provider")? {
            None => IdentityProvider::Any,
            Some("COGNITO") if oauth.allows_user_pool_sign_in() => IdentityProvider::UserPool,
            Some(name) if oauth.other_provider_names().any(|known| known == name) => {
                IdentityProvider::Named(name.to_owned())
            }
            Some(_) => {
                return Err(invalid_request(
                    "The identity provider is not enabled for the client",
                ));
            }
        };
        self.max_age = match parameters.single_value("max_age")? {
            None => None,
            Some(text) => match text.parse() {
                Ok(seconds) => Some(Duration::from_secs(seconds)),
                Err(_) => return Err(invalid_request("max_age is not a number of seconds")),
            },
        };
        self.nonce = parameters.single_value("nonce")?.map(str::to_owned);
        self.login_hint = parameters.single_value("login_hint")?.map(str::to_owned);
        Ok(())
    }

    /// Returns the next step of a sign-in on the hosted pages. It depends on the user who is signed in there.
    pub(super) fn next_sign_in_step(
        &self,
        signed_in: Option<&HostedSession>,
        now: UnixTime,
    ) -> HostedSignInStep {
        let is_enough = |signed_in: &&HostedSession| {
            let recent_enough = self
                .max_age
                .is_none_or(|age| now <= signed_in.auth_time.plus(age));
            let provider_matches = match &self.provider {
                IdentityProvider::Any => true,
                IdentityProvider::UserPool => signed_in.provider.is_none(),
                IdentityProvider::Named(name) => signed_in.provider.as_ref() == Some(name),
            };
            recent_enough && provider_matches
        };
        match (self.prompt, signed_in.filter(is_enough)) {
            (Prompt::AsNeeded | Prompt::None, Some(_)) => HostedSignInStep::Grant,
            (Prompt::None, None) => HostedSignInStep::LoginRequired,
            _ if matches!(self.provider, IdentityProvider::Named(_)) => HostedSignInStep::Provider,
            _ => HostedSignInStep::LogIn,
        }
    }

    /// Returns true if a signed-in user may continue with the account without entering a password
    /// (`prompt=select_account`).
    pub(super) fn may_continue_without_password(&self) -> bool {
        self.prompt == Prompt::SelectAccount
    }

    /// Returns the redirect that tells the app about an error: in the query for a code, in the fragment for tokens (RFC
    /// 6749 §4.2.2.1).
    pub(super) fn error_redirect_response(
        &self,
        error: &str,
        description: Option<&str>,
    ) -> Response {
        let mut pairs = vec![("error", error)];
        if let Some(description) = description {
            pairs.push(("error_description", description));
        }
        if let Some(state) = &self.state {
            pairs.push(("state", state));
        }
        response::see_other_response(&build_redirect_url(
            &self.redirect_uri,
            self.response,
            &pairs,
        ))
    }
}

/// Parses the PKCE parameters of an authorization request. Returns the code challenge, or `None` without PKCE. The only
/// method is S256.
///
/// As in Cognito, PKCE is optional, even for public clients: the link "View login page" in Cognito's console
/// has no code challenge.
fn parse_code_challenge(
    challenge: Option<&str>,
    method: Option<&str>,
) -> Result<Option<String>, ErrorRedirect> {
    match (challenge, method) {
        (None, None) => Ok(None),
        (Some(challenge), Some("S256")) if is_code_challenge(challenge) => {
            Ok(Some(challenge.to_owned()))
        }
        (Some(_), Some("S256")) => Err(invalid_request("code_challenge is not a S256 challenge")),
        (None, Some(_)) => Err(invalid_request("code_challenge is missing")),
        (Some(_), _) => Err(invalid_request("code_challenge_method must be S256")),
    }
}

/// Parses the `prompt` parameter, a list of words. Unknown and contradictory words are errors.
fn parse_prompt(text: Option<&str>) -> Result<Prompt, ErrorRedirect> {
    let mut prompt = Prompt::AsNeeded;
    let words: Vec<&str> = text
        .unwrap_or_default()
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect();
    for word in &words {
        prompt = match (*word, prompt) {
            ("none", _) if words.len() > 1 => {
                return Err(invalid_request("prompt none cannot be used with others"));
            }
            ("none", _) => Prompt::None,
            ("login", _) => Prompt::LogIn,
            ("select_account" | "consent", Prompt::LogIn) => Prompt::LogIn,
            ("select_account" | "consent", _) => Prompt::SelectAccount,
            _ => return Err(invalid_request("Unsupported prompt")),
        };
    }
    Ok(prompt)
}
