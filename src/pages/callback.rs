use leptos::either::Either;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_cognito::{AuthorizationOptions, CallbackResult, HostedSignInError, use_auth};
use ui_texts::{hosted as texts, labels};

use super::hosted_ui::{RedirectHelp, redirect_handler};
use super::submission::Submission;
use crate::components::{
    AdministratorDetails, ErrorNotice, LinkAsButton, Notice, Page, SecondaryButton,
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

/// The callback page: `/login`, or the path of `redirectSignIn`. Without an authorization response, it offers links to
/// continue.
#[component]
pub fn CallbackPage() -> impl IntoView {
    let state = RwSignal::new(CallbackState::Processing);
    handle_response(state);
    view! {
        {move || match state.get() {
            CallbackState::Processing => Either::Left(view! { <ProcessingPage/> }),
            CallbackState::Failed(error, options) => {
                Either::Right(view! { <FailedPage error options/> })
            }
        }}
    }
}

/// Handles the authorization response. If the user is signed in then, navigates to the return address. Otherwise sets
/// `state`.
fn handle_response(state: RwSignal<CallbackState>) {
    let auth = use_auth();
    let redirect = use_redirect();
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
}

#[component]
fn ProcessingPage() -> impl IntoView {
    view! {
        <Page title=texts::COMPLETING_TITLE>
            <p role="status">{texts::COMPLETING}</p>
            <p class="actions"><LinkAsButton href=PagePath::SignIn.as_str() label=labels::START_OVER/></p>
        </Page>
    }
}

#[component]
fn FailedPage(error: HostedSignInError, options: Option<AuthorizationOptions>) -> impl IntoView {
    let auth = use_auth();
    let PageMessage { title, message } = messages::callback_error(&error);
    let details = if needs_redirect_help(&error) {
        Either::Left(view! { <RedirectHelp summary=labels::ADMINISTRATOR_DETAILS/> })
    } else {
        Either::Right(view! { <AdministratorDetails details=message.details.clone()/> })
    };
    let still_signed_in = Signal::derive(move || {
        if auth.is_signed_in() {
            texts::STILL_SIGNED_IN
        } else {
            ""
        }
        .to_owned()
    });
    let submission = Submission::new();
    view! {
        <Page title>
            <p role="status">{message.full_text()}</p>
            <Notice text=still_signed_in/>
            <ErrorNotice message=submission.error()/>
            {details}
            <div class="actions"><NextLinks submission options/></div>
        </Page>
    }
}

/// The links with which the user continues after a failed callback. If the user is already signed in, the failed
/// callback has not changed that session.
#[component]
fn NextLinks(submission: Submission, options: Option<AuthorizationOptions>) -> impl IntoView {
    let auth = use_auth();
    let signed_in_name = move || {
        auth.session().with(|session| {
            let claims = session.tokens()?.claims();
            Some(messages::display_name(claims).to_owned())
        })
    };
    view! {
        {move || match signed_in_name() {
            Some(name) => Either::Left(view! {
                <LinkAsButton href=PagePath::Home.as_str() label=texts::continue_as(&name) is_primary=true/>
            }),
            None => Either::Right(view! { <SignInLinks submission options=options.clone()/> }),
        }}
    }
}

/// A button that repeats the hosted sign-in, if its parameters are known, and a link to the sign-in page.
#[component]
fn SignInLinks(submission: Submission, options: Option<AuthorizationOptions>) -> impl IntoView {
    let auth = use_auth();
    let engine = use_engine();
    let return_to = options.as_ref().map(|options| options.return_to.as_str());
    let return_to = return_to.filter(|return_to| *return_to != PagePath::Home.as_str());
    let sign_in =
        PagePath::SignIn.with_query(&[(routes::RETURN_TO, return_to.unwrap_or_default())]);
    let try_again = options.map(|options| {
        let on_click = redirect_handler(engine, auth, submission, move || options.clone());
        view! { <SecondaryButton on_click label=labels::TRY_AGAIN busy=submission.is_busy()/> }
    });
    view! {
        {try_again}
        <LinkAsButton href=sign_in label=labels::BACK_TO_SIGN_IN/>
    }
}
