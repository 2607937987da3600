//! The texts about the session: that the user is signed in, for how long, and why the session ended.

use cognito_proto::config::Storage;
use cognito_proto::session::SignOutReason;
use leptos_cognito::SignOutStatus;
use ui_texts::{Message, session as texts};

/// Returns the text that says how long the user stays signed in: until sign-out, until the tab is closed, or until the
/// page is left.
pub fn signed_in_until(storage: Storage) -> &'static str {
    match storage {
        Storage::Local => texts::UNTIL_SIGN_OUT,
        Storage::Session => texts::UNTIL_TAB_CLOSED,
        Storage::Memory => texts::UNTIL_PAGE_LEFT,
    }
}

/// Returns the text of the start page for a signed-out user. It depends on the reason and on the progress of the
/// sign-out.
pub fn signed_out(reason: Option<SignOutReason>, status: SignOutStatus) -> &'static str {
    match (reason, status) {
        (Some(SignOutReason::Expired), _) => texts::EXPIRED,
        (Some(SignOutReason::TokensInvalid), _) => texts::NOT_VERIFIED,
        (Some(SignOutReason::PageUnloaded), _) => texts::PAGE_LEFT,
        (Some(SignOutReason::StorageCleared), _) => texts::SIGNED_OUT_ELSEWHERE,
        (_, SignOutStatus::AccountDeleted) => texts::ACCOUNT_DELETED,
        (_, SignOutStatus::InProgress) => texts::SIGNING_OUT,
        (_, SignOutStatus::RevocationFailed) => texts::NOT_REVOKED,
        (Some(SignOutReason::UserRequested), _) | (_, SignOutStatus::Done) => texts::SIGNED_OUT,
        (Some(SignOutReason::NeverSignedIn) | None, SignOutStatus::None) => texts::WELCOME,
    }
}

/// Returns the message for a chunk that could not be fetched. If there is a network, the site may have been updated
/// while the page was open.
pub fn chunk_not_loaded(online: bool) -> &'static Message {
    if online {
        &texts::NOT_LOADED
    } else {
        &texts::NOT_LOADED_OFFLINE
    }
}

/// Returns the text that the app shows while the browser is offline.
pub fn offline(signed_in: bool) -> &'static str {
    if signed_in {
        texts::OFFLINE
    } else {
        texts::OFFLINE_SIGNED_OUT
    }
}
