//! What failed for a reason that passes is asked for again when it has passed.

use leptos::prelude::*;

use crate::auth::use_auth;

/// Calls `again` whenever the network is back, or the session was renewed: what could not be asked for without can be
/// now.
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
