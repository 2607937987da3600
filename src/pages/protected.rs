//! Pages that only somebody may see.

use cognito_proto::session::{Session, Why};
use leptos::prelude::*;

use crate::auth::use_auth;
use crate::browser::location;
use crate::components::{Page, dynamic};
use crate::navigation::use_navigation;
use crate::routes::{self, Route};
use crate::words;

/// Draws a page for who is signed in. Others are sent to sign in, and come back afterwards.
pub(super) fn protected(draw: fn() -> AnyView) -> AnyView {
    let auth = use_auth();
    let navigation = use_navigation();
    Effect::new(move |_| {
        if auth.is_signed_in() || auth.is_recovering() {
            return;
        }
        let why = auth.session().with_untracked(|session| match session {
            Session::SignedOut(why) => Some(*why),
            _ => None,
        });
        match why {
            // Who leaves wants to be gone, not asked back in.
            Some(Why::Asked | Why::Elsewhere) => navigation.replace(Route::Home.path()),
            Some(Why::NotSignedIn | Why::Expired | Why::Untrusted | Why::Left) => {
                navigation.replace(&Route::SignIn.with(&[(routes::THEN, &location::here())]));
            }
            None => {}
        }
    });
    dynamic(move || {
        if auth.is_signed_in() {
            draw()
        } else if auth.is_recovering() {
            recovering()
        } else {
            ().into_any()
        }
    })
}

/// In place of a page, while it is not known yet who is signed in.
fn recovering() -> AnyView {
    view! {
        <Page title="One moment…">
            <p role="status">{words::RECOVERING}</p>
        </Page>
    }
    .into_any()
}
