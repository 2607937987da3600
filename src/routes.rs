//! The addresses of all pages with their query parameters, and navigation between them.

use cognito_proto::config::Config;
use cognito_proto::ids::RedirectUri;
use cognito_proto::oauth::{CallbackParams, encode_form, has_response_parameters};
use cognito_proto::return_to::ReturnTo;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_url};
use leptos_router::location::Url;

use crate::browser::location;

/// The path of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PagePath {
    /// The start page.
    Home,
    /// The page on which the user creates an account.
    Register,
    /// The page on which the user confirms an account with a verification code.
    Verify,
    /// The sign-in page.
    SignIn,
    /// The callback page, to which the hosted pages redirect.
    Callback,
    /// The page on which the user resets the password with a verification code.
    Forgot,
    /// The user's to-dos. This page requires sign-in.
    Todos,
    /// The user's account. This page requires sign-in.
    Account,
}

impl PagePath {
    /// Returns the path of the page, as links write it.
    pub const fn as_str(self) -> &'static str {
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

    /// Returns the path of the page with these query parameters. Parameters with an empty value are left out.
    pub fn with_query(self, parameters: &[(&str, &str)]) -> String {
        match encode_form(parameters).as_str() {
            "" => self.as_str().to_owned(),
            query => format!("{}?{query}", self.as_str()),
        }
    }
}

/// Returns true if two paths are equal, apart from a slash at the end.
fn is_same_path(path: &str, other: &str) -> bool {
    path.trim_end_matches('/') == other.trim_end_matches('/')
}

/// Returns true if `path` is the path of a redirect URI of `config.js`.
pub fn is_path_of(redirect_uri: Option<&RedirectUri>, path: &str) -> bool {
    redirect_uri.is_some_and(|uri| is_same_path(uri.path(), path))
}

/// The authorization response with which the hosted pages opened this document. The app provides it. It is `Copy`,
/// because it only holds handles.
#[derive(Clone, Copy, Debug)]
pub struct AuthorizationResponse {
    /// The query and the fragment with which the hosted pages opened this document. `None` after the callback page has
    /// taken them.
    parameters: StoredValue<Option<(String, String)>>,
    /// True while the callback page has to be shown, until the user leaves it.
    is_open: RwSignal<bool>,
}

impl AuthorizationResponse {
    /// Takes the authorization response out of the address bar (RFC 9700 §4.3.1), so that Back and reload cannot send
    /// it again. The app calls it before the router reads the address.
    ///
    /// Only the path of `redirectSignIn` and the path of [`PagePath::Callback`] receive responses. If the path belongs to
    /// another page too, only an address with the parameters of a response is one.
    pub fn take(config: &Config) -> Self {
        let path = location::path();
        let (query, fragment) = location::query_and_fragment();
        let is_callback_path = is_same_path(&path, PagePath::Callback.as_str());
        let is_received = is_callback_path
            || is_path_of(config.hosted_ui.redirect_sign_in.as_ref(), &path)
                && has_response_parameters(&query, &fragment);
        if is_received && !(query.is_empty() && fragment.is_empty()) {
            location::replace_url(&path);
        }
        Self {
            parameters: StoredValue::new(is_received.then_some((query, fragment))),
            is_open: RwSignal::new(is_received),
        }
    }

    /// Returns true if the callback page has to be shown for this response. For views.
    pub fn is_open(self) -> bool {
        self.is_open.get()
    }

    /// Ends the display of the callback page, because the user or the app opens another page.
    pub fn close(self) {
        self.is_open.set(false);
    }

    /// Removes and returns the parameters of the authorization response. Later calls return [`CallbackParams::Empty`].
    pub fn take_params(self) -> CallbackParams {
        match self.parameters.try_update_value(Option::take).flatten() {
            Some((query, fragment)) => CallbackParams::parse(&query, &fragment),
            None => CallbackParams::Empty,
        }
    }
}

/// Returns the [`AuthorizationResponse`] that the app provides.
///
/// # Panics
/// Outside the app.
pub fn use_authorization_response() -> AuthorizationResponse {
    expect_context()
}

/// A number that changes when the current page has to be rendered again at the same address. The app provides it.
#[derive(Clone, Copy, Debug)]
pub struct PageVersion(RwSignal<u32>);

impl PageVersion {
    /// Provides the first [`PageVersion`] as a Leptos context.
    pub fn provide() {
        provide_context(Self(RwSignal::new(0)));
    }

    /// Changes the version, so that the current page is rendered again.
    pub fn increment(self) {
        self.0.update(|version| *version += 1);
    }

    /// Makes the calling view depend on the version, so that it is rendered again when the version changes.
    pub fn track(self) {
        self.0.track();
    }
}

/// Returns the [`PageVersion`] that the app provides.
///
/// # Panics
/// Outside the app.
pub fn use_page_version() -> PageVersion {
    expect_context()
}

/// Counts the moves in the browser's history so far, by Back, Forward or [`go_back`](location::go_back). The app
/// provides it.
#[derive(Clone, Copy, Debug)]
pub struct HistoryMoves(StoredValue<u32>);

impl HistoryMoves {
    /// Provides the [`HistoryMoves`] as a Leptos context. The app calls it before it creates the router: the effects of
    /// a listener run before the next listener of the same event, and the number has to be right in the effects of the
    /// router's.
    pub fn provide() {
        let moves = StoredValue::new(0);
        let listener = window_event_listener(leptos::ev::popstate, move |_| {
            moves.update_value(|moves| *moves += 1);
        });
        on_cleanup(move || listener.remove());
        provide_context(Self(moves));
    }

    /// Returns the number of moves in the browser's history so far.
    pub fn count(self) -> u32 {
        self.0.get_value()
    }
}

/// Returns the [`HistoryMoves`] that the app provides.
///
/// # Panics
/// Outside the app.
pub fn use_history_moves() -> HistoryMoves {
    expect_context()
}

/// Returns the path, query and fragment of an address as one text.
pub fn full_path(url: &Url) -> String {
    let mut address = url.path().to_owned();
    if !url.search().is_empty() {
        address.push('?');
        address.push_str(url.search());
    }
    address.push_str(url.hash());
    address
}

/// Returns a function that navigates to an address of this app with a new history entry. Unlike the function of
/// [`use_navigate`] it is `Copy`.
pub fn use_navigation() -> Callback<String> {
    let navigate = use_navigate();
    Callback::new(move |address: String| navigate(&address, NavigateOptions::default()))
}

/// Returns a function with which the page that is shown leads to another address, without a history entry of its own.
///
/// The router renders the page of a link before it changes the address bar. While the address bar still shows the
/// previous page, replacing the history entry would remove that page from the history.
pub fn use_redirect() -> Callback<String> {
    let navigate = use_navigate();
    let url = use_url();
    Callback::new(move |address: String| {
        let is_in_address_bar = url
            .try_with_untracked(full_path)
            .is_none_or(|path| path == location::current_url());
        let options = NavigateOptions {
            replace: is_in_address_bar,
            ..NavigateOptions::default()
        };
        navigate(&address, options);
    })
}

/// Returns the first query parameter with this name in the address of the current page, or `None` if there is none.
///
/// [`use_query_map`](leptos_router::hooks::use_query_map) is not used, because it decodes each value twice.
pub fn query_parameter(name: &str) -> Option<String> {
    use_url().with_untracked(|url| find_parameter(url.search(), name))
}

fn find_parameter(query: &str, name: &str) -> Option<String> {
    let mut parameters = form_urlencoded::parse(query.as_bytes());
    let (_, value) = parameters.find(|(other, _)| other == name)?;
    Some(value.into_owned())
}

/// The name of the query parameter with a username, which is passed from page to page.
pub const USERNAME: &str = "username";
/// The name of the query parameter with a verification code, for links in emails and text messages.
pub const CODE: &str = "code";
/// The name of the query parameter with the page to open after sign-in.
pub const RETURN_TO: &str = "then";
/// The name of the query parameter with the user's last action.
pub const LAST_ACTION: &str = "after";

/// What the user did before this page was opened. The query parameter [`LAST_ACTION`] states it.
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
    /// Returns the value of the query parameter for this action.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "verify",
            Self::PasswordReset => "forgot",
            Self::SignInAttempted => "signin",
        }
    }

    /// Returns the user's last action according to the address, or `None` if it names none.
    pub fn current() -> Option<Self> {
        let value = query_parameter(LAST_ACTION)?;
        [Self::Confirmed, Self::PasswordReset, Self::SignInAttempted]
            .into_iter()
            .find(|action| action.as_str() == value)
    }
}

/// Returns the page to open after sign-in, which the address names.
pub fn return_to(config: &Config) -> ReturnTo {
    query_parameter(RETURN_TO).map_or_else(ReturnTo::start_page, |then| {
        parse_return_path(&then, config)
    })
}

/// Parses a return path from an address or from storage. The pages of the sign-in itself are not allowed as a target.
pub fn parse_return_path(text: &str, config: &Config) -> ReturnTo {
    let sign_in_pages = [
        PagePath::Register,
        PagePath::Verify,
        PagePath::SignIn,
        PagePath::Callback,
        PagePath::Forgot,
    ]
    .map(PagePath::as_str);
    let hosted = &config.hosted_ui;
    let configured = [&hosted.redirect_sign_in, &hosted.redirect_sign_out];
    let configured = configured.into_iter().flatten().map(RedirectUri::path);
    let denied_paths: Vec<&str> = sign_in_pages
        .into_iter()
        .chain(configured.map(|path| path.trim_end_matches('/')))
        .collect();
    ReturnTo::parse(text, &denied_paths)
}

/// Returns the path to open after sign-in as a query parameter for the next page. The text is empty for the start page.
pub fn return_to_parameter(config: &Config) -> String {
    Some(return_to(config).as_str().to_owned())
        .filter(|then| then != PagePath::Home.as_str())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected values are those of `URLSearchParams.get` (WHATWG URL Standard §6.2).
    #[test]
    fn query_lookup_returns_the_first_value_and_decodes_it_once() {
        let query = "name=ann%40example.com+Lee&caf%C3%A9=%F0%9F%94%91&name=bob&empty=&bare&odd=%E0%A4\
                     &percent=100%2525";
        for (name, value) in [
            ("name", Some("ann@example.com Lee")),
            ("café", Some("🔑")),
            ("empty", Some("")),
            ("bare", Some("")),
            ("odd", Some("\u{fffd}")),
            ("percent", Some("100%25")),
            ("Name", None),
            ("", None),
        ] {
            assert_eq!(find_parameter(query, name).as_deref(), value, "{name}");
        }
    }

    #[test]
    fn query_value_written_by_the_app_is_read_back_unchanged() {
        for text in [
            "ann+test@example.com",
            "/todos?a=1&b=2#c",
            "100%",
            "żółw-ユーザー🔑",
            "'\"<>",
        ] {
            let address = PagePath::SignIn.with_query(&[(USERNAME, ""), (RETURN_TO, text)]);
            let query = address.strip_prefix("/signin?").expect("a query");
            assert_eq!(find_parameter(query, RETURN_TO).as_deref(), Some(text));
            assert_eq!(find_parameter(query, USERNAME), None);
        }
    }
}
