use cognito_proto::session::{Session, Why};
use leptos::prelude::*;

use crate::auth::use_auth;
use crate::components::{Page, dynamic, go_link};
use crate::routes::Route;
use crate::words;

/// `/`: a greeting for who is here, and the ways in for who is not.
pub fn home_page() -> AnyView {
    let signed_in = use_auth().is_signed_in();
    dynamic(move || {
        if signed_in.get() {
            greeting()
        } else {
            welcome()
        }
    })
}

fn greeting() -> AnyView {
    // A pool without names, or a client that may not read them, still has something to call a person by.
    let name = use_auth().session().with_untracked(|session| {
        session.tokens().map(|tokens| {
            let claims = tokens.claims();
            let named = [&claims.name, &claims.email]
                .into_iter()
                .flatten()
                .find(|name| !name.trim().is_empty());
            named.unwrap_or(&claims.username).clone()
        })
    });
    view! {
        <Page title=format!("Greetings {}!", name.unwrap_or_default())>
            <p>"You are signed in. This browser remembers you until you sign out."</p>
            <p class="actions">{go_link(Route::Todos.path(), "Go to your to-dos", true)}</p>
        </Page>
    }
    .into_any()
}

fn welcome() -> AnyView {
    let lead = use_auth()
        .session()
        .with_untracked(|session| match session {
            Session::SignedOut(Why::Asked) => "You are signed out. See you soon.",
            Session::SignedOut(Why::Expired) => words::SESSION_EXPIRED,
            _ => "Sign in to work with your to-dos, or make an account in a minute.",
        });
    view! {
        <Page title="Welcome">
            <p role="status">{lead}</p>
            <p class="actions">
                {go_link(Route::SignIn.path(), "Sign in", true)}
                {go_link(Route::Register.path(), "Make an account", false)}
            </p>
        </Page>
    }
    .into_any()
}
