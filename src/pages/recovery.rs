//! Repeating failed requests after temporary failures.

use leptos::prelude::*;

use crate::auth::use_auth;

/// Calls `again` when the browser is online again, and after each token refresh. A request that failed for lack of a
/// network or of valid tokens can succeed then.
pub(super) fn on_recovery(again: Box<dyn Fn()>) {
    let auth = use_auth();
    let renewed = Memo::new(move |_| {
        auth.session()
            .with(|session| Some(session.tokens()?.renew_at()))
    });
    Effect::new(move |before: Option<()>| {
        renewed.get();
        if auth.is_online() && before.is_some() {
            untrack(&again);
        }
    });
}
