//! Who is here, for how long, and why not any more.

use cognito_proto::config::Storage;
use cognito_proto::session::Why;

use crate::auth::Parting;

/// The hosted pages are about to be visited.
pub const LEAVING: &str = "You are signed out here. One moment: the hosted page is being told.";
/// The stored session is damaged, and new tokens are asked for.
pub const RECOVERING: &str = "One moment: your session is being restored.";
/// The session was ended by the service.
pub const SESSION_EXPIRED: &str = "Your session has ended. Sign in to go on.";
/// What the service gave at a renewal did not pass the checks.
pub const SESSION_UNTRUSTED: &str = "Your session was ended, because what the user pool sent to renew it did not pass our checks. Sign in again; if it goes on, tell the administrator.";
/// The page that alone held the session was left.
pub const SESSION_LEFT: &str =
    "You left this page, and this site keeps your sign-in no longer than that. Sign in to go on.";
/// What a callback brought changed nothing for who is signed in.
pub const STILL_SIGNED_IN: &str = "You are still signed in, as before.";
/// The browser keeps nothing.
pub const NOT_KEPT: &str = "This browser does not let us keep your sign-in. You will be asked again when you reload; allow site data to stay signed in.";

/// The account was deleted.
const FAREWELL: &str = "Your account is deleted, and this browser keeps nothing of it. Goodbye, and thank you for having been here.";

/// For how long this browser remembers who is signed in.
pub fn remembered(storage: Storage) -> &'static str {
    match storage {
        Storage::Local => "You are signed in. This browser remembers you until you sign out.",
        Storage::Session => "You are signed in, in this tab, until you close it or sign out.",
        Storage::Memory => "You are signed in until you reload or leave this page, or sign out.",
    }
}

/// The start page for who is not signed in, by why they are not and how they left.
pub fn welcome(why: Option<Why>, parting: Parting) -> &'static str {
    match (why, parting) {
        (Some(Why::Expired), _) => SESSION_EXPIRED,
        (Some(Why::Untrusted), _) => SESSION_UNTRUSTED,
        (Some(Why::Left), _) => SESSION_LEFT,
        (Some(Why::Elsewhere), _) => {
            "This browser does not keep your sign-in any more: you signed out or deleted your account in another tab, or the site's data were cleared."
        }
        (_, Parting::Deleted) => FAREWELL,
        (_, Parting::Leaving) => LEAVING,
        (_, Parting::NotTold) => {
            "You are signed out here. The user pool could not be told, so on its side your sign-in lasts until it ends by itself. If others use this device, close the browser."
        }
        (Some(Why::Asked), _) | (_, Parting::Complete) => "You are signed out. See you soon.",
        (Some(Why::NotSignedIn) | None, Parting::None) => {
            "Sign in to work with your to-dos, or make an account in a minute."
        }
    }
}

/// A part of the app is on its way.
pub const ON_ITS_WAY: &str = "This page is on its way.";

/// A part of the app did not come. Where the network is there, the site may have been renewed while the page was open.
pub fn not_fetched(online: bool) -> &'static str {
    if online {
        "A part of this page did not come. Try again; if that does not help, reload the page."
    } else {
        "You are offline, and a part of this page is not here yet. Try again when the network is back."
    }
}

/// There is no network.
pub fn offline(signed_in: bool) -> &'static str {
    if signed_in {
        "You are offline. You stay signed in, and everything goes on when the network is back."
    } else {
        "You are offline. Signing in works again when the network is back."
    }
}
