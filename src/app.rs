//! The app: checks the configuration, provides the contexts, and maps routes to pages.

use cognito_proto::config::Config;
use leptos::prelude::*;
use ui_texts::{labels, session};

use crate::auth::{AuthContext, SignOutStatus, use_auth};
use crate::browser::{config, document, location};
use crate::components::{ErrorNotice, NavBar, NavLink, Notice, Page, reactive};
use crate::engine::{EngineLoader, use_engine};
use crate::lazy::lazy_page;
use crate::messages;
use crate::navigation::{Navigation, use_navigation};
use crate::pages::{
    RegistrationDraft, account_page, callback_page, config_error_page, device_offer, forgot_page,
    home_page, not_found_page, register_page, sign_in_page, todos_page, verify_page,
};
use crate::routes::{CallbackAddress, Route};

/// The whole app. With an invalid configuration it shows only the configuration page and sends no requests.
#[component]
pub fn App() -> AnyView {
    match config::load() {
        Ok(config) => app_shell(config),
        Err(error) => config_error_page(error),
    }
}

/// The app with a valid configuration.
fn app_shell(config: Config) -> AnyView {
    let auth = AuthContext::new(config);
    let engine = EngineLoader::new(auth);
    let navigation = Navigation::start();
    provide_context(auth);
    provide_context(engine);
    provide_context(navigation);
    let draft = RegistrationDraft::provide();
    let storage_warning = Signal::derive(move || {
        auth.is_not_persisted()
            .then(|| session::STORAGE_BLOCKED.clone())
    });
    let offline_message = Signal::derive(move || {
        if auth.is_online() {
            ""
        } else {
            messages::offline(auth.is_signed_in())
        }
        .to_owned()
    });
    // What is stored in this browser decides what the pages show, and only the engine can read it. Without stored records
    // the pages are rendered at once.
    let needs_engine = auth.is_restoring() || auth.may_have_pending_authorization();
    let is_waiting = Memo::new(move |_| needs_engine && !engine.is_loaded());
    if needs_engine {
        engine.fetch();
    } else {
        document::next_frame(move || engine.fetch());
    }
    Effect::new(move |was_online: Option<bool>| {
        let is_online = auth.is_online();
        if is_online && was_online == Some(false) {
            engine.fetch();
        }
        is_online
    });
    // Prefetch the chunks reachable from the start page so that they work offline.
    Effect::new(move |_| {
        navigation.address().track();
        if !auth.is_online() {
            return;
        }
        if auth.is_signed_in() {
            account_chunk::prefetch();
        } else if Route::current(&auth.config()) == Some(Route::Home) {
            sign_up_chunk::prefetch();
        }
    });
    let is_signing_out =
        Memo::new(move |_| auth.sign_out_status().get() == SignOutStatus::InProgress);
    // Every navigation renders the page again, because pages read the query only once.
    let page = reactive(move || {
        navigation.address().track();
        let route = Route::current(&auth.config());
        // The password of an unconfirmed account is kept only for the page that needs it.
        if route != Some(Route::Verify) {
            auth.clear_pending_sign_up();
        }
        if !matches!(route, Some(Route::Register | Route::Verify)) {
            draft.clear();
        }
        if is_signing_out.get() {
            return signing_out_page();
        }
        // Discard a half-finished sign-in when the user leaves the sign-in page, so that no later user can continue it.
        if route != Some(Route::SignIn) {
            drop(auth.take_pending_challenge());
        }
        match route {
            // The callback page reads its parameters once, so it is rendered once.
            Some(Route::Callback) => callback_chunk::view(CallbackAddress::take()),
            _ if is_waiting.get() => engine.waiting_view(),
            _ => page_for(route),
        }
    });
    view! {
        <NavBar>{reactive(move || if is_waiting.get() { ().into_any() } else { nav_links() })}</NavBar>
        <ErrorNotice message=storage_warning/>
        <Notice text=offline_message/>
        {device_offer()}
        {page}
    }
    .into_any()
}

/// The page that replaces every other page while the browser leaves for the hosted pages' sign-out.
fn signing_out_page() -> AnyView {
    view! {
        <Page title=session::SIGNING_OUT_TITLE>
            <p role="status">{session::SIGNING_OUT}</p>
        </Page>
    }
    .into_any()
}

fn page_for(route: Option<Route>) -> AnyView {
    match route {
        Some(Route::Home) => home_page(),
        Some(Route::SignIn) => sign_in_page(),
        Some(Route::Callback) => callback_chunk::view(CallbackAddress::take()),
        Some(route @ (Route::Register | Route::Verify | Route::Forgot)) => {
            sign_up_chunk::view(route)
        }
        Some(route @ (Route::Todos | Route::Account)) => account_chunk::view(route),
        None => not_found_page(),
    }
}

// Code that only these modules use goes into their chunk.
lazy_page! {
    sign_up_chunk(route: Route) => match route {
        Route::Register => register_page(),
        Route::Verify => verify_page(),
        Route::Forgot => forgot_page(),
        _ => not_found_page(),
    }
}

lazy_page! { callback_chunk(address: CallbackAddress) => callback_page(address) }

lazy_page! {
    account_chunk(route: Route) => match route {
        Route::Todos => todos_page(),
        Route::Account => account_page(),
        _ => not_found_page(),
    }
}

/// The links of the navigation bar, which depend on whether a user is signed in.
fn nav_links() -> AnyView {
    let auth = use_auth();
    let engine = use_engine();
    let navigation = use_navigation();
    let path = Signal::derive(move || {
        navigation.address().track();
        location::path()
    });
    let link = |route: Route, label| view! { <NavLink href=route.path() label=label path=path/> };
    if auth.is_signed_in() {
        let sign_out = move |_| {
            if let Some(engine) = engine.get() {
                engine.sign_out(auth);
            }
            navigation.go(Route::Home.path());
        };
        view! {
            {link(Route::Todos, labels::TODOS)}
            {link(Route::Account, labels::ACCOUNT)}
            <button type="button" class="ghost" on:click=sign_out>{labels::SIGN_OUT}</button>
        }
        .into_any()
    } else {
        view! {
            {link(Route::Register, labels::CREATE_ACCOUNT)}
            {link(Route::SignIn, labels::SIGN_IN)}
        }
        .into_any()
    }
}
