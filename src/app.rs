//! The configuration gate, the contexts, and the table of routes.

use cognito_proto::config::Config;
use leptos::prelude::*;

use crate::auth::{Auth, Parting, use_auth};
use crate::browser::{config, location};
use crate::components::{NavBar, NavLink, Notice, Page, Tone, dynamic};
use crate::later::later;
use crate::navigation::{Navigation, use_navigation};
use crate::pages::{
    RegistrationDraft, account_page, config_problem_page, device_offer, forgot_page, home_page,
    login_page, not_found_page, register_page, sign_in_page, todos_page, verify_page,
};
use crate::routes::Route;
use crate::words;

/// The whole app. Without a configuration that makes sense nothing else is drawn, and no request is sent.
#[component]
pub fn App() -> AnyView {
    match config::read() {
        Ok(config) => door(config),
        Err(problem) => config_problem_page(problem),
    }
}

/// The app once it is configured.
fn door(config: Config) -> AnyView {
    let auth = Auth::new(config);
    let navigation = Navigation::start();
    provide_context(auth);
    provide_context(navigation);
    let draft = RegistrationDraft::provide();
    let not_kept = Signal::derive(move || auth.is_unkept().then(|| words::NOT_KEPT.to_owned()));
    let offline = Signal::derive(move || {
        (!auth.is_online()).then(|| words::offline(auth.is_signed_in()).to_owned())
    });
    // What one goes to from the start page is there before it is asked for, whatever becomes of the network later.
    Effect::new(move |_| {
        navigation.address().track();
        if !auth.is_online() {
            return;
        }
        if auth.is_signed_in() {
            own::prepare();
        } else if Route::here(&auth.config()) == Some(Route::Home) {
            newcomers::prepare();
        }
    });
    let is_leaving = Memo::new(move |_| auth.parting().get() == Parting::Leaving);
    // Every arrival draws its page anew, since pages read the query once.
    let page = dynamic(move || {
        navigation.address().track();
        let route = Route::here(&auth.config());
        // The password of somebody on the way to the code is kept for that page alone.
        if route != Some(Route::Verify) {
            auth.forget_newcomer();
        }
        if !matches!(route, Some(Route::Register | Route::Verify)) {
            draft.clear();
        }
        if is_leaving.get() {
            return leaving_page();
        }
        // Nor is a sign-in that waits for its own page taken up later, by whoever comes then.
        if route != Some(Route::SignIn) {
            drop(auth.take_open());
        }
        page_at(route)
    });
    view! {
        <NavBar>{dynamic(links)}</NavBar>
        <Notice tone=Tone::Trouble words=not_kept/>
        <Notice tone=Tone::Calm words=offline/>
        {device_offer()}
        {page}
    }
    .into_any()
}

/// In place of every page, for the moment in which this one is being left.
fn leaving_page() -> AnyView {
    view! {
        <Page title="Signing you out…">
            <p role="status">{words::LEAVING}</p>
        </Page>
    }
    .into_any()
}

fn page_at(route: Option<Route>) -> AnyView {
    match route {
        Some(Route::Home) => home_page(),
        Some(Route::SignIn) => sign_in_page(),
        Some(Route::Login) => login_page(),
        Some(route @ (Route::Register | Route::Verify | Route::Forgot)) => newcomers::view(route),
        Some(route @ (Route::Todos | Route::Account)) => own::view(route),
        None => not_found_page(),
    }
}

// What is named in here alone is downloaded with it.
later! {
    newcomers(route: Route) => match route {
        Route::Register => register_page(),
        Route::Verify => verify_page(),
        Route::Forgot => forgot_page(),
        _ => not_found_page(),
    }
}

later! {
    own(route: Route) => match route {
        Route::Todos => todos_page(),
        Route::Account => account_page(),
        _ => not_found_page(),
    }
}

/// The ways through the app, by who is here.
fn links() -> AnyView {
    let auth = use_auth();
    let navigation = use_navigation();
    let path = Signal::derive(move || {
        navigation.address().track();
        location::path()
    });
    let link = |route: Route, words| view! { <NavLink href=route.path() words=words path=path/> };
    if auth.is_signed_in() {
        let sign_out = move |_| {
            auth.sign_out();
            navigation.go(Route::Home.path());
        };
        view! {
            {link(Route::Todos, "To-dos")}
            {link(Route::Account, "Account")}
            <button type="button" class="quiet" on:click=sign_out>"Sign out"</button>
        }
        .into_any()
    } else {
        view! {
            {link(Route::Register, "Register")}
            {link(Route::SignIn, "Sign in")}
        }
        .into_any()
    }
}
