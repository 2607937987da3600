//! The texts of the start page, of sign-out, and of the notices above every page.
#![allow(missing_docs, reason = "a text is its own description")]

use crate::Message;
use crate::NextStep::{AllowSiteData, TryAgainOnline, TryAgainOrReload};

/// The heading of the start page for a user who is not signed in.
pub const WELCOME_TITLE: &str = "Welcome";
pub const WELCOME: &str = "Sign in or create an account.";
pub const OPEN_TODOS: &str = "Open to-dos";

/// The greeting of a signed-in user.
pub fn greeting(display_name: &str) -> String {
    ["Greetings ", display_name, "!"].concat()
}

// How long the user stays signed in.
pub const UNTIL_SIGN_OUT: &str =
    "You're signed in. You'll stay signed in on this browser until you sign out.";
pub const UNTIL_TAB_CLOSED: &str =
    "You're signed in. You'll be signed out when you close this tab.";
pub const UNTIL_PAGE_LEFT: &str =
    "You're signed in. You'll be signed out when you reload or leave this page.";

// Why the user is signed out.
pub const EXPIRED: &str = "Your session has expired. Sign in to continue.";
/// The text after the session has ended because its tokens failed a check.
pub const NOT_VERIFIED: &str = "Your session has ended because it couldn't be verified. Sign in again. If the problem continues, contact your administrator.";
/// The text after a sign-out that happened because the user left the page, and only the page's memory held the session.
pub const PAGE_LEFT: &str = "You were signed out when you left the page. Sign in to continue.";
/// The text after the stored session has disappeared: the user signed out in another tab or deleted the site's data.
pub const SIGNED_OUT_ELSEWHERE: &str =
    "You've been signed out: you signed out in another tab, or this site's data was deleted.";
pub const SIGNED_OUT: &str = "You've been signed out.";
pub const ACCOUNT_DELETED: &str = "Your account has been deleted.";
/// The text after a sign-out if the service did not confirm that it revoked the tokens.
pub const NOT_REVOKED: &str = "You're signed out on this device, but we couldn't end your session on the server. Close the browser if you share this device.";
/// The heading while the browser navigates to the hosted pages, which sign the user out there too.
pub const SIGNING_OUT_TITLE: &str = "Signing out…";
pub const SIGNING_OUT: &str = "You're signed out of this app. Completing sign-out…";

/// The text while the app requests new tokens, because the stored session is damaged.
pub const RESTORING: &str = "Restoring your session…";

// Notices above every page.
pub static STORAGE_BLOCKED: Message = Message::new(
    "Your browser is blocking site storage. You'll be signed out when you reload.",
    AllowSiteData,
);
pub const OFFLINE: &str = "You're offline. Some features are unavailable.";
pub const OFFLINE_SIGNED_OUT: &str = "You're offline. You can sign in when you're back online.";

// A lazily loaded part of the app.
pub const LOADING_PAGE: &str = "This page is loading.";
pub const NOT_LOADED_TITLE: &str = "Couldn't load this page";
pub static NOT_LOADED: Message =
    Message::new("Part of this page failed to load.", TryAgainOrReload);
pub static NOT_LOADED_OFFLINE: Message = Message::new(
    "You're offline, and this page hasn't been loaded yet.",
    TryAgainOnline,
);

// An unknown address.
pub const NOT_FOUND_TITLE: &str = "Page not found";
pub const NOT_FOUND: &str = "Check the address, or go to the home page.";
pub const HOME: &str = "Home";
