//! The texts about the session: signed in, for how long, and why it ended.

use cognito_proto::config::Storage;
use cognito_proto::session::SignOutReason;

use crate::auth::SignOutStatus;

/// Shown while the browser leaves for the hosted pages' sign-out.
pub const LEAVING: &str = "You are signed out here. One moment: the hosted page is being told.";
/// Shown while a damaged stored session is being recovered with new tokens.
pub const RECOVERING: &str = "One moment: your session is being restored.";
/// Shown after the service ended the session.
pub const SESSION_EXPIRED: &str = "Your session has ended. Sign in to go on.";
/// Shown after a refresh returned tokens that did not pass the checks.
pub const SESSION_UNTRUSTED: &str = "Your session was ended, because what the user pool sent to renew it did not pass our checks. Sign in again; if it goes on, tell the administrator.";
/// Shown if the session was only in memory and the user left the page.
pub const SESSION_LEFT: &str =
    "You left this page, and this site keeps your sign-in no longer than that. Sign in to go on.";
/// Shown on the callback page if the response did not change the current session.
pub const STILL_SIGNED_IN: &str = "You are still signed in, as before.";
/// Shown if the browser blocks storage.
pub const NOT_KEPT: &str = "This browser does not let us keep your sign-in. You will be asked again when you reload; allow site data to stay signed in.";

/// Shown after the account was deleted.
const ACCOUNT_DELETED: &str = "Your account is deleted, and this browser keeps nothing of it. Goodbye, and thank you for having been here.";

/// Explains how long the user stays signed in.
pub fn signed_in_until(storage: Storage) -> &'static str {
    match storage {
        Storage::Local => "You are signed in. This browser remembers you until you sign out.",
        Storage::Session => "You are signed in, in this tab, until you close it or sign out.",
        Storage::Memory => "You are signed in until you reload or leave this page, or sign out.",
    }
}

/// The text of the start page for a signed-out user, by the reason and by the progress of the sign-out.
pub fn signed_out(why: Option<SignOutReason>, parting: SignOutStatus) -> &'static str {
    match (why, parting) {
        (Some(SignOutReason::Expired), _) => SESSION_EXPIRED,
        (Some(SignOutReason::TokensInvalid), _) => SESSION_UNTRUSTED,
        (Some(SignOutReason::PageUnloaded), _) => SESSION_LEFT,
        (Some(SignOutReason::StorageCleared), _) => {
            "This browser does not keep your sign-in any more: you signed out or deleted your account in another tab, or the site's data were cleared."
        }
        (_, SignOutStatus::AccountDeleted) => ACCOUNT_DELETED,
        (_, SignOutStatus::InProgress) => LEAVING,
        (_, SignOutStatus::RevocationFailed) => {
            "You are signed out here. The user pool could not be told, so on its side your sign-in lasts until it ends by itself. If others use this device, close the browser."
        }
        (Some(SignOutReason::UserRequested), _) | (_, SignOutStatus::Done) => {
            "You are signed out. See you soon."
        }
        (Some(SignOutReason::NeverSignedIn) | None, SignOutStatus::None) => {
            "Sign in to work with your to-dos, or make an account in a minute."
        }
    }
}

/// Shown while a chunk is loading.
pub const LOADING: &str = "This page is on its way.";

/// Shown if a chunk could not be fetched. With a network, the site may have been updated while the page was open.
pub fn chunk_not_loaded(online: bool) -> &'static str {
    if online {
        "A part of this page did not come. Try again; if that does not help, reload the page."
    } else {
        "You are offline, and a part of this page is not here yet. Try again when the network is back."
    }
}

/// Shown without a network.
pub fn offline(signed_in: bool) -> &'static str {
    if signed_in {
        "You are offline. You stay signed in, and everything goes on when the network is back."
    } else {
        "You are offline. Signing in works again when the network is back."
    }
}
