use leptos::prelude::*;
use leptos::task::spawn_local;

use super::attempt::Attempt;
use super::hosted::{leave, redirect_remedy};
use crate::auth::{AuthorizationOptions, CallbackResult, HostedSignInError, use_auth};
use crate::components::{Choice, Notice, Page, Tone, dynamic, go_link};
use crate::messages::{self, needs_redirect_help};
use crate::navigation::use_navigation;
use crate::routes::{self, Route};

/// The state of the callback page.
#[derive(Clone)]
enum State {
    Working,
    Not(HostedSignInError, Option<AuthorizationOptions>),
}

/// The callback page: `/login`, or the path of `redirectSignIn`. Without an authorization response, it offers links
/// to continue.
pub fn login_page() -> AnyView {
    let auth = use_auth();
    let navigation = use_navigation();
    let state = RwSignal::new(State::Working);
    let arrival = auth.take_callback_params();
    spawn_local(async move {
        match auth.handle_callback(arrival).await {
            // The user has opened another page in the meantime. The app must not navigate away from it.
            _ if state.try_get_untracked().is_none() => {}
            CallbackResult::SignedIn(then) => {
                let then = routes::parse_return_path(&then, &auth.config());
                navigation.replace(then.as_str());
            }
            // A signed-in user who came by Back or by an old address is sent to the app.
            CallbackResult::Failed(fault, again)
                if fault.is_stale() && untrack(|| auth.is_signed_in()) =>
            {
                let then = again.map_or_else(String::new, |again| again.return_path);
                let then = routes::parse_return_path(&then, &auth.config());
                navigation.replace(then.as_str());
            }
            CallbackResult::Failed(fault, again) => {
                let _ = state.try_set(State::Not(fault, again));
            }
        }
    });
    dynamic(move || match state.get() {
        State::Working => working(),
        State::Not(fault, again) => not_signed_in(&fault, again),
    })
}

fn working() -> AnyView {
    view! {
        <Page title="Signing you in…">
            <p role="status">"One moment: your sign-in is being checked."</p>
            <p class="actions">{go_link(Route::SignIn.path(), "Start again", false)}</p>
        </Page>
    }
    .into_any()
}

fn not_signed_in(fault: &HostedSignInError, again: Option<AuthorizationOptions>) -> AnyView {
    let auth = use_auth();
    let messages::PageMessage { title, text } = messages::callback_error(fault);
    let help = needs_redirect_help(fault).then(|| redirect_remedy(auth));
    let attempt = Attempt::new();
    // If the user is already signed in, the failed callback has not changed that session.
    let onwards = dynamic(move || {
        if auth.is_signed_in() {
            return go_link(Route::Home.path(), "Go on as you are", true);
        }
        let then = again.as_ref().map(|again| again.return_path.as_str());
        let then = then.filter(|then| *then != Route::Home.path());
        let sign_in = Route::SignIn.with_query(&[(routes::RETURN_TO, then.unwrap_or_default())]);
        let try_again = again.clone().map(|again| {
            let on_press = leave(auth, attempt, move || again.clone());
            view! { <Choice on_press=on_press label="Try again" busy=attempt.is_busy()/> }
        });
        view! {
            {try_again}
            {go_link(&sign_in, "Go to sign-in", false)}
        }
        .into_any()
    });
    let still_here = Signal::derive(move || {
        auth.is_signed_in()
            .then(|| messages::STILL_SIGNED_IN.to_owned())
    });
    view! {
        <Page title=title>
            <p role="status">{text}</p>
            <Notice tone=Tone::Calm text=still_here/>
            <Notice tone=Tone::Trouble text=attempt.trouble()/>
            {help}
            <div class="actions">{onwards}</div>
        </Page>
    }
    .into_any()
}
