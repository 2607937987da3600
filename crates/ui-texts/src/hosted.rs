//! The texts of a sign-in through the hosted pages: the buttons, the redirect, and the callback page.
#![allow(missing_docs, reason = "a text is its own description")]

use crate::Message;
use crate::NextStep::*;

pub const SECTION: &str = "Other ways to sign in";
/// The label of the button that opens the hosted pages.
pub const SINGLE_SIGN_ON: &str = "Continue with single sign-on";
/// The label of the button that opens the hosted pages, if there are also buttons for identity providers.
pub const BY_PASSWORD: &str = "Continue with username and password";

/// The label of the button that opens the sign-in page of an identity provider.
pub fn continue_with(provider_name: &str) -> String {
    ["Continue with ", provider_name].concat()
}

/// The text of the sign-in page if this tab has started a hosted sign-in that got no response.
pub const NOT_COMPLETED: &str = "Your sign-in wasn't completed. Try again.";
/// The heading of the folded help for a user who has seen an error on the hosted pages. Such an error does not lead
/// back to the app.
pub const HELP: &str = "Error on the single sign-on page? Details for the administrator";
/// The instruction for the administrator in front of the callback URL.
pub const CALLBACK_URL_HELP: &str = "If the error is redirect_mismatch, add this address to the app client's allowed callback URLs, exactly as it is here. Cognito console: App clients, the client, Login pages, Allowed callback URLs.";
/// The warning on the sign-in page if `config.js` turns the implicit grant on.
pub static IMPLICIT_GRANT: Message = Message::with_details(
    "This site uses an outdated sign-in option that is less secure.",
    ContactAdministrator,
    "responseType: 'token' in config.js turns on the implicit grant. It shows tokens in the address, and the session \
     can't be refreshed. Use 'code'.",
);

// The redirect to the hosted pages.
pub static NO_DOMAIN: Message = Message::with_details(
    "Single sign-on isn't available right now.",
    TryAgainLater,
    "The domain of the hosted pages could not be found.",
);
pub static STORAGE_BLOCKED: Message = Message::new(
    "Your browser is blocking site storage, which single sign-on needs.",
    AllowSiteData,
);
pub static INSECURE_ORIGIN: Message = Message::with_details(
    "Single sign-on needs a secure connection.",
    UseHttps,
    "The hosted pages redirect only to https, and to http on localhost.",
);

/// The message if the callback URL in `config.js` has another origin than the page. `origin` is the origin of the
/// callback URL.
pub fn redirect_to_other_origin(origin: &str) -> Message {
    Message {
        text: [
            "Single sign-on isn't available at this address. Go to ",
            origin,
            " instead.",
        ]
        .concat()
        .into(),
        next_step: FollowText,
        details: Some("redirectSignIn in config.js has another origin than this page.".into()),
    }
}

// The callback page.
pub const COMPLETING_TITLE: &str = "Signing in…";
pub const COMPLETING: &str = "Completing sign-in…";
pub const STILL_SIGNED_IN: &str = "You're still signed in.";

/// The text of the link to the start page for a user who is already signed in.
pub fn continue_as(display_name: &str) -> String {
    ["Continue as ", display_name].concat()
}

pub const NOTHING_TITLE: &str = "Nothing to do here";
pub static NOTHING: Message = Message::new("No sign-in is in progress in this tab.", SignIn);
pub const NOT_COMPLETED_TITLE: &str = "Sign-in not completed";
pub static LEFT: Message = Message::new(
    "You left the sign-in page before you finished signing in.",
    TryAgain,
);
pub const INTERRUPTED_TITLE: &str = "Sign-in interrupted";
pub static INTERRUPTED: Message = Message::new("This page was reloaded during sign-in.", TryAgain);
pub const INVALID_LINK_TITLE: &str = "Invalid link";
pub static INVALID_LINK: Message = Message::with_details(
    "This sign-in link isn't valid.",
    StartOver,
    "A parameter of the authorization response occurs twice.",
);
pub const USED_LINK_TITLE: &str = "Link expired or already used";
pub static USED_LINK: Message = Message::with_details(
    "This sign-in link was already used, or it belongs to another tab or browser.",
    StartOver,
    "The state of the authorization response belongs to no sign-in of this tab.",
);
pub const TIMED_OUT_TITLE: &str = "Sign-in timed out";
pub static TIMED_OUT: Message =
    Message::new("Sign-in must be completed within 10 minutes.", TryAgain);
pub const CONFIG_CHANGED_TITLE: &str = "Configuration changed";
pub static CONFIG_CHANGED: Message = Message::with_details(
    "This site's settings changed during your sign-in.",
    TryAgain,
    "The sign-in was started with another user pool or app client than config.js names now.",
);
pub const FAILED_TITLE: &str = "Sign-in failed";
/// The heading of the callback page for errors after which another attempt may succeed.
pub const NOT_FINISHED_TITLE: &str = "Couldn't complete sign-in";
pub const CANCELED_TITLE: &str = "Sign-in canceled";
pub static CANCELED: Message =
    Message::new("Sign-in was canceled or isn't allowed for you.", TryAgain);
pub const DECLINED_TITLE: &str = "Sign-in was declined";

/// The text of every message about a wrong setup of the hosted pages.
const NOT_SET_UP: &str = "Single sign-on isn't set up correctly for this site.";

/// The message if `config.js` has `prompt: 'none'` and the user is not signed in on the hosted pages.
pub static LOGIN_REQUIRED: Message = Message::with_details(
    "Single sign-on couldn't sign you in automatically.",
    SignInWithPassword,
    "prompt: 'none' in config.js keeps the hosted pages from asking for a sign-in.",
);
/// The message if the app client does not allow the callback URL. The page also shows this URL.
pub static CALLBACK_URL_UNKNOWN: Message = Message::new(NOT_SET_UP, ContactAdministrator);
pub static SCOPE_NOT_ALLOWED: Message = Message::with_details(
    NOT_SET_UP,
    ContactAdministrator,
    "The app client does not allow all scopes of config.js. Allow them, or shorten “scopes”. Cognito console: App \
     clients, the client, Login pages, OpenID Connect scopes.",
);
pub static GRANT_NOT_ALLOWED: Message = Message::with_details(
    NOT_SET_UP,
    ContactAdministrator,
    "The app client does not allow this OAuth grant. Cognito console: App clients, the client, Login pages, OAuth grant \
     types.",
);
pub static CLIENT_NOT_ACCEPTED: Message = Message::with_details(
    NOT_SET_UP,
    ContactAdministrator,
    "The app client is unknown or has a secret, which no web page can keep. Create one without a secret and set its ID \
     in config.js.",
);
pub static USED_CODE: Message = Message::with_details(
    "This sign-in was already used or has expired.",
    TryAgain,
    "The token endpoint refused the authorization code (invalid_grant).",
);
/// The message for every OAuth error that has no message of its own.
pub static DECLINED: Message = Message::new(
    "Single sign-on couldn't sign you in.",
    TryAgainOrContactAdministrator,
);
