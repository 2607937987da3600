use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_cognito::{AuthorizationOptions, CallbackResult, HostedSignInError, use_auth};
use ui_texts::{hosted as texts, labels};

use super::hosted_ui::{redirect_handler, redirect_help};
use super::submission::Submission;
use crate::components::{
    ErrorNotice, Notice, Page, SecondaryButton, administrator_details, link_as_button, reactive,
};
use crate::engine::use_engine;
use crate::messages::{self, PageMessage, needs_redirect_help};
use crate::routes::{self, PagePath, use_authorization_response, use_redirect};

/// The state of the callback page.
#[derive(Clone)]
enum CallbackState {
    Processing,
    Failed(HostedSignInError, Option<AuthorizationOptions>),
}

/// Renders the callback page: `/login`, or the path of `redirectSignIn`. Without an authorization response, it offers
/// links to continue.
pub fn callback_page() -> AnyView {
    let auth = use_auth();
    let redirect = use_redirect();
    let state = RwSignal::new(CallbackState::Processing);
    let response = use_authorization_response();
    let params = response.take_params();
    let leave_to = move |return_to: &str| {
        response.close();
        redirect.run(
            routes::parse_return_path(return_to, &auth.config())
                .as_str()
                .to_owned(),
        );
    };
    spawn_local(async move {
        match auth.hosted_ui().handle_callback(params).await {
            // The user has opened another page in the meantime. The app must not navigate away from it.
            _ if state.try_get_untracked().is_none() => {}
            CallbackResult::SignedIn(return_to) => leave_to(&return_to),
            // A signed-in user who came by Back or by an old address is sent to the app.
            CallbackResult::Failed(error, options)
                if error.is_stale() && untrack(|| auth.is_signed_in()) =>
            {
                leave_to(&options.map_or_else(String::new, |options| options.return_to));
            }
            CallbackResult::Failed(error, options) => {
                let _ = state.try_set(CallbackState::Failed(error, options));
            }
        }
    });
    reactive(move || match state.get() {
        CallbackState::Processing => processing_view(),
        CallbackState::Failed(error, options) => failed_view(&error, options),
    })
}

fn processing_view() -> AnyView {
    view! {
        <Page title=texts::COMPLETING_TITLE>
            <p role="status">{texts::COMPLETING}</p>
            <p class="actions">{link_as_button(PagePath::SignIn.as_str(), labels::START_OVER, false)}</p>
        </Page>
    }
    .into_any()
}

fn failed_view(error: &HostedSignInError, options: Option<AuthorizationOptions>) -> AnyView {
    let auth = use_auth();
    let PageMessage { title, message } = messages::callback_error(error);
    let details = if needs_redirect_help(error) {
        redirect_help(auth, labels::ADMINISTRATOR_DETAILS)
    } else {
        administrator_details(message.details.clone())
    };
    let engine = use_engine();
    let submission = Submission::new();
    // If the user is already signed in, the failed callback has not changed that session.
    let next_links = reactive(move || {
        let name = auth.session().with(|session| {
            let claims = session.tokens()?.claims();
            Some(messages::display_name(claims).to_owned())
        });
        if let Some(name) = name {
            return link_as_button(PagePath::Home.as_str(), &texts::continue_as(&name), true);
        }
        let return_to = options.as_ref().map(|options| options.return_to.as_str());
        let return_to = return_to.filter(|return_to| *return_to != PagePath::Home.as_str());
        let sign_in =
            PagePath::SignIn.with_query(&[(routes::RETURN_TO, return_to.unwrap_or_default())]);
        let try_again = options.clone().map(|options| {
            let on_click = redirect_handler(engine, auth, submission, move || options.clone());
            view! { <SecondaryButton on_click=on_click label=labels::TRY_AGAIN busy=submission.is_busy()/> }
        });
        view! {
            {try_again}
            {link_as_button(&sign_in, labels::BACK_TO_SIGN_IN, false)}
        }
        .into_any()
    });
    let still_signed_in = Signal::derive(move || {
        if auth.is_signed_in() {
            texts::STILL_SIGNED_IN
        } else {
            ""
        }
        .to_owned()
    });
    view! {
        <Page title=title>
            <p role="status">{message.full_text()}</p>
            <Notice text=still_signed_in/>
            <ErrorNotice message=submission.error()/>
            {details}
            <div class="actions">{next_links}</div>
        </Page>
    }
    .into_any()
}
