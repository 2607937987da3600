//! The addresses of all pages, and their query parameters.

use cognito_proto::config::Config;
use cognito_proto::ids::RedirectUri;
use cognito_proto::oauth::Arrival;
use cognito_proto::return_path::ReturnPath;

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
    Login,
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
        Self::Login,
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
            Self::Login => "/login",
            Self::Forgot => "/forgot",
            Self::Todos => "/todos",
            Self::Account => "/account",
        }
    }

    /// The page at `path`. A trailing slash makes no difference.
    pub fn at(path: &str) -> Option<Self> {
        let bare = path.trim_end_matches('/');
        Self::ALL
            .into_iter()
            .find(|route| route.path().trim_end_matches('/') == bare)
    }

    /// The page for the address bar. The redirect URIs in `config.js` belong to this app too: `redirectSignIn` opens
    /// the callback page, and `redirectSignOut` the start page. If `redirectSignIn` is also the path of another page,
    /// it opens the callback page only when the address contains a response.
    pub fn here(config: &Config) -> Option<Self> {
        let path = location::path();
        let route = Self::at(&path);
        let is = |configured: Option<&RedirectUri>| {
            configured
                .is_some_and(|uri| uri.path().trim_end_matches('/') == path.trim_end_matches('/'))
        };
        if is(config.hosted.redirect_sign_in.as_ref()) {
            let (query, fragment) = location::query_and_fragment();
            if route.is_none() || Arrival::read(&query, &fragment) != Arrival::Nothing {
                return Some(Self::Login);
            }
        }
        let after_sign_out = is(config.hosted.redirect_sign_out.as_ref());
        route.or(after_sign_out.then_some(Self::Home))
    }

    /// The path with these query parameters. Parameters with an empty value are left out.
    pub fn with(self, parameters: &[(&str, &str)]) -> String {
        let mut address = self.path().to_owned();
        let mut mark = '?';
        for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
            address.push(mark);
            address.push_str(name);
            address.push('=');
            address.push_str(&location::encode_uri_component(value));
            mark = '&';
        }
        address
    }
}

/// The query parameter that carries a username from page to page.
pub const USERNAME: &str = "username";
/// The query parameter with the verification code, for links in messages.
pub const CODE: &str = "code";
/// The query parameter with the page to open after sign-in.
pub const THEN: &str = "then";
/// The query parameter with the user's last action.
pub const AFTER: &str = "after";

/// The user's last action, as [`AFTER`] carries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// The user confirmed an account.
    Verify,
    /// The user reset the password.
    Forgot,
    /// The user tried to sign in, and has to do this step first.
    SignIn,
}

impl After {
    /// The value of the query parameter.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Forgot => "forgot",
            Self::SignIn => "signin",
        }
    }

    /// The action that the address bar names, if any.
    pub fn here() -> Option<Self> {
        let value = location::query_parameter(AFTER)?;
        [Self::Verify, Self::Forgot, Self::SignIn]
            .into_iter()
            .find(|after| after.as_str() == value)
    }
}

/// The page to open after sign-in, from the address bar.
pub fn return_path(config: &Config) -> ReturnPath {
    location::query_parameter(THEN)
        .map_or_else(ReturnPath::start, |then| read_return_path(&then, config))
}

/// Parses a return path from an address or from storage. The pages of the sign-in itself are not allowed as a target.
pub fn read_return_path(text: &str, config: &Config) -> ReturnPath {
    let ways_in = [
        Route::Register,
        Route::Verify,
        Route::SignIn,
        Route::Login,
        Route::Forgot,
    ]
    .map(Route::path);
    let hosted = &config.hosted;
    let configured = [&hosted.redirect_sign_in, &hosted.redirect_sign_out];
    let configured = configured.into_iter().flatten().map(RedirectUri::path);
    let closed: Vec<&str> = ways_in
        .into_iter()
        .chain(configured.map(|path| path.trim_end_matches('/')))
        .collect();
    ReturnPath::parse(text, &closed)
}

/// The return path as a parameter for the next page, or an empty string for the start page.
pub fn then_parameter(config: &Config) -> String {
    Some(return_path(config).as_str().to_owned())
        .filter(|then| then != Route::Home.path())
        .unwrap_or_default()
}
