use cognito_proto::session::{Session, Why};
use leptos::prelude::*;
use leptos_router::components::A;

use crate::auth::use_auth;
use crate::components::Page;
use crate::routes;

/// `/`: a greeting for who is here, and the ways in for who is not.
#[component]
pub fn HomePage() -> impl IntoView {
    let auth = use_auth();
    let signed_in = Memo::new(move |_| auth.is_signed_in());
    move || if signed_in.get() { view! { <Greeting/> }.into_any() } else { view! { <Welcome/> }.into_any() }
}

#[component]
fn Greeting() -> impl IntoView {
    let auth = use_auth();
    // A pool without names, or a client that may not read them, still has something to call a person by.
    let name = auth.session().with_untracked(|session| {
        session.tokens().map(|tokens| {
            let claims = tokens.claims();
            let named = [&claims.name, &claims.email].into_iter().flatten().find(|name| !name.trim().is_empty());
            named.unwrap_or(&claims.username).clone()
        })
    });
    view! {
        <Page title=format!("Greetings {}!", name.unwrap_or_default())>
            <p>"You are signed in. This browser remembers you until you sign out."</p>
            <p class="actions">
                <A href=routes::TODOS attr:class="button primary">"Go to your to-dos"</A>
            </p>
        </Page>
    }
}

#[component]
fn Welcome() -> impl IntoView {
    let auth = use_auth();
    let has_left = auth
        .session()
        .with_untracked(|session| matches!(session, Session::SignedOut(Why::Asked)));
    let lead = if has_left {
        "You are signed out. See you soon."
    } else {
        "Sign in to work with your to-dos, or make an account in a minute."
    };
    view! {
        <Page title="Welcome">
            <p role="status">{lead}</p>
            <p class="actions">
                <A href=routes::SIGN_IN attr:class="button primary">"Sign in"</A>
                <A href=routes::REGISTER attr:class="button">"Make an account"</A>
            </p>
        </Page>
    }
}
