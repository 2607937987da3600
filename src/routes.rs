//! Every address of the app, once.

use cognito_proto::config::Config;
use cognito_proto::ids::RedirectUri;
use cognito_proto::oauth::Arrival;
use cognito_proto::return_path::ReturnPath;

use crate::browser::location;

/// A page, by its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// The start page.
    Home,
    /// Registration.
    Register,
    /// The code that confirms a registration.
    Verify,
    /// Signing in by name and password.
    SignIn,
    /// Where the pool's hosted pages come back to.
    Login,
    /// A new password by code.
    Forgot,
    /// The person's to-dos: protected.
    Todos,
    /// What is known of the person: protected.
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

    /// The path, as links spell it.
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

    /// The page at `path`; a slash at its end makes no difference.
    pub fn at(path: &str) -> Option<Self> {
        let bare = path.trim_end_matches('/');
        Self::ALL
            .into_iter()
            .find(|route| route.path().trim_end_matches('/') == bare)
    }

    /// The page that the address bar asks for. The addresses that `config.js` gives to the hosted pages are ours as
    /// well: one to come back to after signing in, one after signing out. Where one of them is
    /// also another page's, it is the callback only when a response comes with it.
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

    /// The path with these parameters; those without a value stay out.
    pub fn with(self, parameters: &[(&str, &str)]) -> String {
        let mut address = self.path().to_owned();
        let mut mark = '?';
        for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
            address.push(mark);
            address.push_str(name);
            address.push('=');
            address.push_str(&location::encode(value));
            mark = '&';
        }
        address
    }
}

/// The query parameter that carries a user name from page to page.
pub const USERNAME: &str = "username";
/// The query parameter by which a link in a message carries its code.
pub const CODE: &str = "code";
/// The query parameter that says where one was headed.
pub const THEN: &str = "then";
/// The query parameter that says what one has just done.
pub const AFTER: &str = "after";

/// What a person has just done, as [`AFTER`] says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// Confirmed a registration.
    Verify,
    /// Set a new password.
    Forgot,
    /// Tried to sign in, and was told to do this first.
    SignIn,
}

impl After {
    /// The parameter's value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Forgot => "forgot",
            Self::SignIn => "signin",
        }
    }

    /// What the address says.
    pub fn here() -> Option<Self> {
        let value = location::query(AFTER)?;
        [Self::Verify, Self::Forgot, Self::SignIn]
            .into_iter()
            .find(|after| after.as_str() == value)
    }
}

/// Where to go after signing in, by what the address says.
pub fn return_path(config: &Config) -> ReturnPath {
    location::query(THEN).map_or_else(ReturnPath::start, |then| read_return_path(&then, config))
}

/// Reads a return path, from an address or from storage. The pages that are the way there are
/// nowhere to return to.
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

/// The return path as a parameter to hand on to the next page on the way; the start page needs none.
pub fn then_parameter(config: &Config) -> String {
    Some(return_path(config).as_str().to_owned())
        .filter(|then| then != Route::Home.path())
        .unwrap_or_default()
}
