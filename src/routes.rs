//! Every address of the app, once.

use cognito_proto::return_path::ReturnPath;

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
}

impl Route {
    const ALL: [Self; 7] = [
        Self::Home,
        Self::Register,
        Self::Verify,
        Self::SignIn,
        Self::Login,
        Self::Forgot,
        Self::Todos,
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
        }
    }

    /// The page at `path`; a slash at its end makes no difference.
    pub fn at(path: &str) -> Option<Self> {
        let bare = path.trim_end_matches('/');
        Self::ALL
            .into_iter()
            .find(|route| route.path().trim_end_matches('/') == bare)
    }

    /// The path with these parameters; those without a value stay out.
    pub fn with(self, parameters: &[(&str, &str)]) -> String {
        let mut address = self.path().to_owned();
        let mut mark = '?';
        for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
            address.push(mark);
            address.push_str(name);
            address.push('=');
            address.push_str(&crate::browser::location::encode(value));
            mark = '&';
        }
        address
    }
}

/// The query parameter that carries a user name from page to page.
pub const USERNAME: &str = "username";
/// The query parameter of [`Route::SignIn`] that says where one was headed.
pub const THEN: &str = "then";
/// The query parameter of [`Route::SignIn`] that says what one has just done.
pub const AFTER: &str = "after";

/// Where to go after signing in, by what the address says. The pages that are the way there are
/// nowhere to return to.
pub fn return_path(then: Option<String>) -> ReturnPath {
    let ways_in = [
        Route::Register,
        Route::Verify,
        Route::SignIn,
        Route::Login,
        Route::Forgot,
    ];
    then.map_or_else(ReturnPath::start, |then| {
        ReturnPath::parse(&then, &ways_in.map(Route::path))
    })
}
