//! The settings of the hosted pages in `config.js`.

use super::parser::ConfigParser;
use super::value::ConfigValue;
use crate::ids::{IdentityProvider, RedirectUri, Scopes, SecureUrl};

/// The settings of sign-in through the pool's hosted pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostedUiConfig {
    /// `cognito.domain`: the URL of the hosted pages. If `None`, it is read from the pool's discovery document.
    pub domain: Option<SecureUrl>,
    /// `cognito.redirectSignIn`: the URL to which the hosted pages return after a sign-in. `None` means the path
    /// `/login/` of the app's own origin.
    pub redirect_sign_in: Option<RedirectUri>,
    /// `cognito.redirectSignOut`: the URL to which the hosted pages return after a sign-out. `None` means the app's own
    /// origin.
    pub redirect_sign_out: Option<RedirectUri>,
    /// `cognito.scopes`: the scopes to request. `openid` is always among them.
    pub scopes: Scopes,
    /// `cognito.identityProviders`: the identity providers that get their own button, in this order.
    pub identity_providers: Vec<IdentityProvider>,
    /// Optional parameters of the authorization request.
    pub hints: AuthorizationHints,
    /// `cognito.responseType`: how the hosted pages return tokens.
    pub grant_type: GrantType,
}

/// Optional parameters of the authorization request, which change what the hosted pages show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorizationHints {
    /// `cognito.loginHint`: the username that the hosted pages fill in.
    pub login_hint: Option<String>,
    /// `cognito.lang`: the language of the hosted pages.
    pub lang: Option<String>,
    /// `cognito.prompt`: `none`, or some of `login`, `select_account` and `consent`, separated by spaces.
    pub prompt: Option<String>,
}

/// `cognito.responseType`: the grant type by which the hosted pages return tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantType {
    /// `code`, the default: the authorization code grant with PKCE.
    Code,
    /// `token`: the implicit grant, which puts tokens in the URL. It is meant for old pools only (RFC 9700 §2.1.2).
    Implicit,
}

impl ConfigParser {
    pub(super) fn parse_hosted_ui(&mut self, cognito: &ConfigValue) -> Option<HostedUiConfig> {
        let grant = |text: &str| match text {
            "code" => Some(GrantType::Code),
            "token" => Some(GrantType::Implicit),
            _ => None,
        };
        let domain = self.parse_optional(cognito, "cognito.domain", parse_domain);
        let redirect_sign_in =
            self.parse_optional(cognito, "cognito.redirectSignIn", RedirectUri::parse);
        let redirect_sign_out =
            self.parse_optional(cognito, "cognito.redirectSignOut", RedirectUri::parse);
        let scopes = self.parse_scopes(cognito);
        let identity_providers = self.parse_identity_providers(cognito);
        let login_hint = self.parse_optional(cognito, "cognito.loginHint", |text| {
            (!text.chars().any(char::is_control)).then(|| text.to_owned())
        });
        let lang = self.parse_optional(cognito, "cognito.lang", |text| {
            let is_valid = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            is_valid.then(|| text.to_owned())
        });
        let prompt = self.parse_optional(cognito, "cognito.prompt", |text| {
            is_valid_prompt(text).then(|| text.to_owned())
        });
        let grant = self.parse_optional(cognito, "cognito.responseType", grant);
        Some(HostedUiConfig {
            domain: domain?,
            redirect_sign_in: redirect_sign_in?,
            redirect_sign_out: redirect_sign_out?,
            scopes: scopes?,
            identity_providers: identity_providers?,
            hints: AuthorizationHints {
                login_hint: login_hint?,
                lang: lang?,
                prompt: prompt?,
            },
            grant_type: grant?.unwrap_or(GrantType::Code),
        })
    }

    /// Parses `cognito.scopes`, which is a list or a text with spaces. Returns the default scopes if the key is
    /// missing, and `None` after it has reported an error.
    fn parse_scopes(&mut self, cognito: &ConfigValue) -> Option<Scopes> {
        const KEY: &str = "cognito.scopes";
        let value = cognito.get("scopes");
        let joined = match value {
            ConfigValue::Null => Some(String::new()),
            ConfigValue::String(text) => Some(text.clone()),
            ConfigValue::Array(items) => items
                .iter()
                .map(ConfigValue::as_str)
                .collect::<Option<Vec<_>>>()
                .map(|items| items.join(" ")),
            other => return self.report_wrong_type(KEY, other),
        };
        match joined.and_then(|text| Scopes::parse(&text)) {
            Some(scopes) => Some(scopes),
            None => self.report_malformed(KEY, value),
        }
    }

    fn parse_identity_providers(&mut self, cognito: &ConfigValue) -> Option<Vec<IdentityProvider>> {
        self.parse_list(
            cognito,
            "cognito.identityProviders",
            IdentityProvider::parse,
        )
    }
}

/// Parses `cognito.domain`, the origin of the hosted pages. Returns `None` if it is not a valid origin. The scheme is
/// optional, because Amazon's console shows the domain without it.
fn parse_domain(text: &str) -> Option<SecureUrl> {
    let text = text.trim_end_matches('/');
    let url = match text.contains("://") {
        true => SecureUrl::parse(text),
        false => SecureUrl::parse(&format!("https://{text}")),
    }?;
    // The prefix of an Amazon domain is not a complete host name.
    let is_complete_host =
        url.as_str().contains(['.', '[']) || url.as_str().contains("://localhost");
    (url.path().is_empty() && is_complete_host).then_some(url)
}

/// Returns true if `text` is a valid value of `prompt`. The value `none` must be alone (OpenID Connect Core §3.1.2.1).
fn is_valid_prompt(text: &str) -> bool {
    text == "none"
        || text
            .split(' ')
            .all(|word| matches!(word, "login" | "select_account" | "consent"))
}

#[cfg(test)]
mod tests;
