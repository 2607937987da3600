use cognito_proto::session::Session;
use leptos::prelude::*;
use leptos_cognito::use_auth;
use ui_texts::{account, labels, session};

use crate::components::{LinkAsButton, Page};
use crate::messages;
use crate::routes::PagePath;

/// The start page `/`: a greeting for a signed-in user, and otherwise links to sign in and to create an
/// account.
#[component]
pub fn HomePage() -> impl IntoView {
    let auth = use_auth();
    view! {
        {move || {
            if auth.is_signed_in() {
                view! { <Greeting/> }.into_any()
            } else {
                view! { <Welcome/> }.into_any()
            }
        }}
    }
}

#[component]
fn Greeting() -> impl IntoView {
    let auth = use_auth();
    let greeting = auth.session().with_untracked(|session| {
        session
            .tokens()
            .map(|tokens| messages::greeting(tokens.claims()))
    });
    let remembered =
        Signal::derive(move || messages::signed_in_until(auth.storage_in_use()).to_owned());
    view! {
        <Page title=greeting.unwrap_or_default()>
            <p>{remembered}</p>
            <p class="actions">
                <LinkAsButton href=PagePath::Todos.as_str() label=session::OPEN_TODOS is_primary=true/>
                <LinkAsButton href=PagePath::Account.as_str() label=account::TITLE/>
            </p>
        </Page>
    }
}

#[component]
fn Welcome() -> impl IntoView {
    let auth = use_auth();
    let lead = Signal::derive(move || {
        if auth.is_recovering() {
            return session::RESTORING.to_owned();
        }
        let reason = auth.session().with(|session| match session {
            Session::SignedOut(reason) => Some(*reason),
            _ => None,
        });
        messages::signed_out(reason, auth.sign_out_status().get()).to_owned()
    });
    view! {
        <Page title=session::WELCOME_TITLE>
            <p role="status">{lead}</p>
            <p class="actions">
                <LinkAsButton href=PagePath::SignIn.as_str() label=labels::SIGN_IN is_primary=true/>
                <LinkAsButton href=PagePath::Register.as_str() label=labels::CREATE_ACCOUNT/>
            </p>
        </Page>
    }
}
