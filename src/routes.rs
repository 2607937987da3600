//! The addresses of all pages, and their query parameters.

use cognito_proto::config::Config;
use cognito_proto::ids::RedirectUri;
use cognito_proto::oauth::CallbackParams;
use cognito_proto::return_to::ReturnTo;
use leptos::prelude::*;

use crate::browser::location;

/// A page with its own path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// The start page.
    Home,
    /// The page to create an account.
    Register,
    /// The page to confirm an account with a verification code.
    Verify,
    /// The sign-in page.
    SignIn,
    /// The callback page, to which the hosted pages redirect.
    Callback,
    /// The page to reset the password with a verification code.
    Forgot,
    /// The user's to-dos. This page requires sign-in.
    Todos,
    /// The user's account. This page requires sign-in.
    Account,
}

impl Route {
    const ALL: [Self; 8] = [
        Self::Home,
        Self::Register,
        Self::Verify,
        Self::SignIn,
        Self::Callback,
        Self::Forgot,
        Self::Todos,
        Self::Account,
    ];

    /// The path, as links write it.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Home => "/",
            Self::Register => "/register",
            Self::Verify => "/verify",
            Self::SignIn => "/signin",
            Self::Callback => "/login",
            Self::Forgot => "/forgot",
            Self::Todos => "/todos",
            Self::Account => "/account",
        }
    }

    /// The page at `path`, or `None` if there is no such page. A trailing slash makes no difference.
    pub fn from_path(path: &str) -> Option<Self> {
        let trimmed = path.trim_end_matches('/');
        Self::ALL
            .into_iter()
            .find(|route| route.path().trim_end_matches('/') == trimmed)
    }

    /// The page that belongs to the address in the address bar, or `None` if there is no such page. The redirect URIs
    /// in `config.js` belong to this app too: `redirectSignIn` opens the callback page, and `redirectSignOut` the start
    /// page. If `redirectSignIn` is also the path of another page, it opens the callback page only when the address
    /// contains a response.
    pub fn current(config: &Config) -> Option<Self> {
        let path = location::path();
        let route = Self::from_path(&path);
        let is_path_of = |configured: Option<&RedirectUri>| {
            configured
                .is_some_and(|uri| uri.path().trim_end_matches('/') == path.trim_end_matches('/'))
        };
        if is_path_of(config.hosted_ui.redirect_sign_in.as_ref()) {
            let (query, fragment) = location::query_and_fragment();
            if route.is_none() || CallbackParams::parse(&query, &fragment) != CallbackParams::Empty
            {
                return Some(Self::Callback);
            }
        }
        let after_sign_out = is_path_of(config.hosted_ui.redirect_sign_out.as_ref());
        route.or(after_sign_out.then_some(Self::Home))
    }

    /// The path with these query parameters. Parameters with an empty value are left out.
    pub fn with_query(self, parameters: &[(&str, &str)]) -> String {
        let mut address = self.path().to_owned();
        let mut separator = '?';
        for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
            address.push(separator);
            address.push_str(name);
            address.push('=');
            address.push_str(&location::encode_uri_component(value));
            separator = '&';
        }
        address
    }
}

/// The query and the fragment with which the hosted pages opened the callback page. It is `Copy`, because it only holds a
/// handle.
#[derive(Clone, Copy, Debug)]
pub struct CallbackAddress(StoredValue<(String, String)>);

impl CallbackAddress {
    /// Reads the parameters from the address bar and removes them there first (RFC 9700 §4.3.1), so that Back and reload
    /// cannot send them again.
    pub fn take() -> Self {
        let (query, fragment) = location::query_and_fragment();
        if !(query.is_empty() && fragment.is_empty()) {
            location::replace_url(&location::path());
        }
        Self(StoredValue::new((query, fragment)))
    }

    /// Parses the parameters.
    pub fn parse_params(self) -> CallbackParams {
        self.0
            .with_value(|(query, fragment)| CallbackParams::parse(query, fragment))
    }
}

/// The query parameter that carries a username from page to page.
pub const USERNAME: &str = "username";
/// The query parameter with the verification code, for links in messages.
pub const CODE: &str = "code";
/// The query parameter with the page to open after sign-in.
pub const RETURN_TO: &str = "then";
/// The query parameter with the user's last action.
pub const LAST_ACTION: &str = "after";

/// The user's last action, as [`LAST_ACTION`] carries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastAction {
    /// The user confirmed an account.
    Confirmed,
    /// The user reset the password.
    PasswordReset,
    /// The user tried to sign in, and has to do this step first.
    SignInAttempted,
}

impl LastAction {
    /// The value of the query parameter for this action.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "verify",
            Self::PasswordReset => "forgot",
            Self::SignInAttempted => "signin",
        }
    }

    /// The user's last action according to the address bar, or `None` if it names none.
    pub fn current() -> Option<Self> {
        let value = location::query_parameter(LAST_ACTION)?;
        [Self::Confirmed, Self::PasswordReset, Self::SignInAttempted]
            .into_iter()
            .find(|action| action.as_str() == value)
    }
}

/// The page to open after sign-in, from the address bar.
pub fn return_to(config: &Config) -> ReturnTo {
    location::query_parameter(RETURN_TO).map_or_else(ReturnTo::start_page, |then| {
        parse_return_path(&then, config)
    })
}

/// Parses a return path from an address or from storage. The pages of the sign-in itself are not allowed as a target.
pub fn parse_return_path(text: &str, config: &Config) -> ReturnTo {
    let sign_in_pages = [
        Route::Register,
        Route::Verify,
        Route::SignIn,
        Route::Callback,
        Route::Forgot,
    ]
    .map(Route::path);
    let hosted = &config.hosted_ui;
    let configured = [&hosted.redirect_sign_in, &hosted.redirect_sign_out];
    let configured = configured.into_iter().flatten().map(RedirectUri::path);
    let denied_paths: Vec<&str> = sign_in_pages
        .into_iter()
        .chain(configured.map(|path| path.trim_end_matches('/')))
        .collect();
    ReturnTo::parse(text, &denied_paths)
}

/// The return path as a parameter for the next page, or an empty string for the start page.
pub fn return_to_parameter(config: &Config) -> String {
    Some(return_to(config).as_str().to_owned())
        .filter(|then| then != Route::Home.path())
        .unwrap_or_default()
}
