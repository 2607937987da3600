use cognito_proto::session::Session;
use leptos::prelude::*;
use leptos_cognito::use_auth;
use ui_texts::{account, labels, session};

use crate::components::{Page, link_as_button, reactive};
use crate::messages;
use crate::routes::PagePath;

/// Renders the start page `/`: a greeting for a signed-in user, and otherwise links to sign in and to create an
/// account.
pub fn home_page() -> AnyView {
    let auth = use_auth();
    reactive(move || {
        if auth.is_signed_in() {
            greeting()
        } else {
            welcome()
        }
    })
}

fn greeting() -> AnyView {
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
                {link_as_button(PagePath::Todos.as_str(), session::OPEN_TODOS, true)}
                {link_as_button(PagePath::Account.as_str(), account::TITLE, false)}
            </p>
        </Page>
    }
    .into_any()
}

fn welcome() -> AnyView {
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
                {link_as_button(PagePath::SignIn.as_str(), labels::SIGN_IN, true)}
                {link_as_button(PagePath::Register.as_str(), labels::CREATE_ACCOUNT, false)}
            </p>
        </Page>
    }
    .into_any()
}
