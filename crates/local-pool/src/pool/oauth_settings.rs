//! The OAuth settings of an app client: callback and sign-out URLs, flows, scopes and identity providers.

use serde::{Deserialize, Serialize};

use crate::error::{ApiError, ErrorKind};

/// The scopes that exist in every pool. Other scopes belong to a resource server and have a `/` in their names.
const STANDARD_SCOPES: [&str; 5] = [
    "openid",
    "email",
    "phone",
    "profile",
    "aws.cognito.signin.user.admin",
];

/// The name that stands for the user pool itself in an app client's list of identity providers.
const USER_POOL: &str = "COGNITO";

/// URL schemes with which a browser would run or display the content of the URL itself.
const FORBIDDEN_SCHEMES: [&str; 7] = [
    "javascript",
    "data",
    "vbscript",
    "file",
    "blob",
    "about",
    "view-source",
];

/// An OAuth flow in an app client's `AllowedOAuthFlows`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OAuthFlow {
    Code,
    Implicit,
    ClientCredentials,
}

/// The OAuth settings of an app client.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct OAuthSettings {
    #[serde(
        rename = "SupportedIdentityProviders",
        skip_serializing_if = "Option::is_none"
    )]
    identity_providers: Option<Vec<String>>,
    #[serde(rename = "CallbackURLs", skip_serializing_if = "Option::is_none")]
    callback_urls: Option<Vec<String>>,
    #[serde(rename = "LogoutURLs", skip_serializing_if = "Option::is_none")]
    logout_urls: Option<Vec<String>>,
    #[serde(rename = "DefaultRedirectURI", skip_serializing_if = "Option::is_none")]
    default_redirect_uri: Option<String>,
    #[serde(rename = "AllowedOAuthFlows", skip_serializing_if = "Option::is_none")]
    flows: Option<Vec<OAuthFlow>>,
    #[serde(rename = "AllowedOAuthScopes", skip_serializing_if = "Option::is_none")]
    scopes: Option<Vec<String>>,
    #[serde(rename = "AllowedOAuthFlowsUserPoolClient")]
    enabled: bool,
}

/// Returns true if the list exists and contains the item.
fn list_contains<T: PartialEq<U>, U: ?Sized>(list: Option<&Vec<T>>, item: &U) -> bool {
    list.is_some_and(|list| list.iter().any(|entry| entry == item))
}

impl OAuthSettings {
    /// Returns the URLs to which a sign-in may return (`CallbackURLs`).
    pub(crate) fn callback_urls(&self) -> &[String] {
        self.callback_urls.as_deref().unwrap_or_default()
    }

    /// Returns true if a sign-in may return to this URL. The URL must equal one of `CallbackURLs` exactly (RFC 9700
    /// §4.1.3).
    pub(crate) fn is_callback_url(&self, url: &str) -> bool {
        list_contains(self.callback_urls.as_ref(), url)
    }

    /// Returns true if a sign-out may return to this URL. The URL must equal one of `LogoutURLs` exactly.
    pub(crate) fn is_logout_url(&self, url: &str) -> bool {
        list_contains(self.logout_urls.as_ref(), url)
    }

    /// Returns true if this client may use the OAuth flow.
    pub(crate) fn allows_oauth_flow(&self, flow: OAuthFlow) -> bool {
        self.enabled && list_contains(self.flows.as_ref(), &flow)
    }

    /// Returns the scopes that this client may request.
    pub(crate) fn scopes(&self) -> &[String] {
        self.scopes.as_deref().unwrap_or_default()
    }

    /// Returns true if users of the pool itself may sign in to this client. This is the default.
    pub(crate) fn allows_user_pool_sign_in(&self) -> bool {
        self.identity_providers
            .as_ref()
            .is_none_or(|names| names.is_empty() || names.iter().any(|name| name == USER_POOL))
    }

    /// Returns the names of the client's identity providers other than the user pool itself.
    pub(crate) fn other_provider_names(&self) -> impl Iterator<Item = &str> {
        self.identity_providers
            .iter()
            .flatten()
            .map(String::as_str)
            .filter(|name| *name != USER_POOL)
    }

    /// Returns an error if the settings do not satisfy the rules of `CreateUserPoolClient`.
    pub(crate) fn check_oauth_settings(&self) -> Result<(), ApiError> {
        let urls = self.callback_urls.iter().chain(&self.logout_urls);
        for url in urls.flatten() {
            check_redirect_url(url)?;
        }
        if let Some(default) = &self.default_redirect_uri
            && !self.is_callback_url(default)
        {
            return Err(ApiError::invalid_parameter(
                "DefaultRedirectURI must be one of the CallbackURLs.",
            ));
        }
        for scope in self.scopes() {
            if !STANDARD_SCOPES.contains(&scope.as_str()) && !is_custom_scope(scope) {
                return Err(ApiError::new(
                    ErrorKind::ScopeDoesNotExist,
                    format!("Invalid scope requested: {scope}"),
                ));
            }
        }
        self.check_oauth_flow_combination()
    }

    /// Returns an error if the OAuth flows exclude each other or lack the settings that they need.
    fn check_oauth_flow_combination(&self) -> Result<(), ApiError> {
        let flows = self.flows.as_deref().unwrap_or_default();
        if flows.contains(&OAuthFlow::ClientCredentials) && flows.len() > 1 {
            return Err(ApiError::new(
                ErrorKind::InvalidOAuthFlow,
                "client_credentials flow can not be selected along with code flow or implicit flow.",
            ));
        }
        if self.enabled && (flows.is_empty() || self.scopes().is_empty()) {
            return Err(ApiError::new(
                ErrorKind::InvalidOAuthFlow,
                "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
            ));
        }
        Ok(())
    }

    /// Returns an error if the client allows `client_credentials` but has no secret.
    pub(crate) fn check_client_credentials_secret(&self, has_secret: bool) -> Result<(), ApiError> {
        if has_secret || !list_contains(self.flows.as_ref(), &OAuthFlow::ClientCredentials) {
            return Ok(());
        }
        Err(ApiError::new(
            ErrorKind::InvalidOAuthFlow,
            "client_credentials flow can not be selected if client does not have a client secret.",
        ))
    }
}

/// Returns true if the scope has the form `resource-server/scope`, with the characters of RFC 6749 §3.3. This program
/// does not store resource servers.
pub(crate) fn is_custom_scope(scope: &str) -> bool {
    scope
        .split_once('/')
        .is_some_and(|(server, name)| !server.is_empty() && !name.is_empty())
        && scope.len() <= 256
        && scope
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\')
}

/// Returns an error for a URL to which a browser must not be redirected. Allowed are `https`, `http` on a
/// loopback host, and an app's own scheme, without a fragment or a wildcard.
fn check_redirect_url(url: &str) -> Result<(), ApiError> {
    let refused =
        |why: &str| ApiError::invalid_parameter(format!("Invalid redirect URL {url}: {why}"));
    if url.len() > 1_024
        || url
            .chars()
            .any(|letter| letter.is_whitespace() || letter.is_control())
    {
        return Err(refused(
            "it contains white space, or has more than 1024 characters.",
        ));
    }
    if url.contains(['#', '*']) {
        return Err(refused("it has a fragment or a wildcard."));
    }
    let Some((scheme, rest)) = url.split_once(':') else {
        return Err(refused("it has no scheme."));
    };
    let scheme = scheme.to_ascii_lowercase();
    let is_valid_scheme = scheme.starts_with(|first: char| first.is_ascii_lowercase())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    if !is_valid_scheme || FORBIDDEN_SCHEMES.contains(&scheme.as_str()) {
        return Err(refused("its scheme is not allowed."));
    }
    if scheme != "http" && scheme != "https" {
        return Ok(());
    }
    let authority = rest
        .strip_prefix("//")
        .and_then(|rest| rest.split(['/', '?', '\\']).next())
        .unwrap_or_default();
    if authority.is_empty() || authority.contains('@') {
        return Err(refused("it has no host."));
    }
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    if scheme == "http" && !["localhost", "127.0.0.1", "[::1]"].contains(&host) {
        return Err(refused(
            "http is for localhost alone, anywhere else it must be https.",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callback_url_must_be_https_loopback_or_an_app_scheme() {
        for good in [
            "https://app.example.com/cb",
            "http://localhost:8000/login/",
            "http://localhost",
            "http://127.0.0.1:4200/oauth/cognito",
            "http://[::1]:8000",
            "myapp://callback",
            "com.example.app:/cb",
        ] {
            assert_eq!(check_redirect_url(good), Ok(()), "{good}");
        }
        for bad in [
            "http://app.example.com/cb",
            "http://localhost.evil.example/",
            "http://localhost@evil.example/",
            "https://app.example.com/cb#part",
            "https://*.example.com/cb",
            "https://",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,hi",
            "app.example.com",
            "https://app.example.com/a b",
            "",
        ] {
            assert!(check_redirect_url(bad).is_err(), "{bad}");
        }
    }
}
