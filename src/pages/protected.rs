//! Pages that only somebody may see.

use cognito_proto::session::{Session, Why};
use leptos::prelude::*;

use crate::auth::use_auth;
use crate::browser::location;
use crate::components::dynamic;
use crate::navigation::use_navigation;
use crate::routes::{self, Route};

/// Draws a page for who is signed in. Others are sent to sign in, and come back afterwards.
pub(super) fn protected(draw: fn() -> AnyView) -> AnyView {
    let auth = use_auth();
    let navigation = use_navigation();
    Effect::new(move |_| {
        if auth.is_signed_in() {
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
        } else {
            ().into_any()
        }
    })
}
