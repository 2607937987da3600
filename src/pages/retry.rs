//! Repeats failed requests after temporary failures.

use leptos::prelude::*;
use leptos_cognito::use_auth;

/// Calls `retry` when the browser is online again, and after each token refresh. A request that failed for lack of a
/// network or of valid tokens can succeed then.
pub(super) fn retry_when_back_online(retry: Callback<()>) {
    let auth = use_auth();
    let refreshed = Memo::new(move |_| {
        auth.session()
            .with(|session| Some(session.tokens()?.refresh_at()))
    });
    Effect::new(move |before: Option<()>| {
        refreshed.get();
        if auth.is_online() && before.is_some() {
            untrack(|| retry.run(()));
        }
    });
}
