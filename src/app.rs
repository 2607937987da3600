//! The app: checks the configuration, provides the contexts, and maps routes to pages.

use cognito_proto::config::Config;
use leptos::prelude::*;
use leptos_cognito::browser::config::load_config;
use leptos_cognito::{AuthContext, SignOutStatus, use_auth};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::{use_location, use_url};
use leptos_router::location::{BrowserUrl, LocationProvider as _};
use leptos_router::path;
use ui_texts::{labels, session};

use crate::browser::location;
use crate::components::{ErrorNotice, NavBar, NavLink, Notice, Page};
use crate::engine::{EngineLoader, EngineLoadingPage, use_engine};
use crate::lazy::lazy_component;
use crate::messages;
use crate::pages::{
    AccountPage, CallbackPage, ConfigErrorPage, DeviceOffer, ForgotPage, HomePage, NotFoundPage,
    ProtectedPage, RegisterPage, RegistrationDraft, SignInPage, TodosPage, VerifyPage,
    use_registration_draft,
};
use crate::routes::{
    self, AuthorizationResponse, HistoryMoves, PagePath, PageVersion, use_authorization_response,
    use_history_moves, use_navigation, use_page_version,
};

/// The whole app. If the configuration is invalid, it shows only the configuration page and sends no requests.
#[component]
pub fn App() -> impl IntoView {
    match load_config() {
        Ok(config) => view! { <SignInApp config/> }.into_any(),
        Err(error) => view! { <ConfigErrorPage error/> }.into_any(),
    }
}

/// The app with a valid configuration: provides the contexts and contains the router.
#[component]
fn SignInApp(config: Config) -> impl IntoView {
    provide_context(AuthorizationResponse::take(&config));
    let auth = AuthContext::new(config);
    provide_context(auth);
    provide_context(EngineLoader::new(auth));
    PageVersion::provide();
    HistoryMoves::provide();
    RegistrationDraft::provide();
    view! {
        <Router>
            <Shell/>
        </Router>
    }
}

/// What the app shows below the navigation bar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Content {
    /// The message that the user is being signed out at the hosted pages.
    SigningOut,
    /// The callback page, which handles an authorization response.
    Callback,
    /// A loading page, while the app waits for the engine, which reads the stored session.
    Waiting,
    /// The page of the current path.
    Page,
}

/// The parts that all pages have in common, and the page of the current path.
#[component]
fn Shell() -> impl IntoView {
    let auth = use_auth();
    let engine = use_engine();
    let response = use_authorization_response();
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
    if needs_engine {
        engine.fetch();
    } else {
        request_animation_frame(move || engine.fetch());
    }
    Effect::new(move |was_online: Option<bool>| {
        let is_online = auth.is_online();
        if is_online && was_online == Some(false) {
            engine.fetch();
        }
        is_online
    });
    let content = Memo::new(move |_| {
        if auth.sign_out_status().get() == SignOutStatus::InProgress {
            Content::SigningOut
        } else if response.is_open() {
            Content::Callback
        } else if needs_engine && !engine.is_loaded() {
            Content::Waiting
        } else {
            Content::Page
        }
    });
    let is_waiting = Memo::new(move |_| content.get() == Content::Waiting);
    prefetch_chunks();
    clear_state_of_other_pages();
    // The first address is the one at which the response arrived. Each later address is another page.
    let url = use_url();
    let router = use_context::<BrowserUrl>();
    Effect::new(move |previous: Option<()>| {
        url.track();
        if previous.is_none() {
            return;
        }
        // The router changes the address bar once it has rendered the page of a link. It renders none while other content
        // is shown.
        if content.get_untracked() != Content::Page
            && let Some(router) = &router
        {
            router.ready_to_complete();
        }
        response.close();
        // After a move by two or more entries, leptos_router 0.8.17 gives a link to the page that was left no history
        // entry. Every other link has changed the address bar before the next frame.
        request_animation_frame(move || {
            let Some((path, address)) =
                url.try_with_untracked(|url| (url.path().to_owned(), routes::full_path(url)))
            else {
                return;
            };
            if path != location::path() {
                location::push_url(&address);
            }
        });
    });
    view! {
        <NavBar>
            {move || {
                if is_waiting.get() {
                    ().into_any()
                } else {
                    view! { <NavLinks/> }.into_any()
                }
            }}
        </NavBar>
        <ErrorNotice message=storage_warning/>
        <Notice text=offline_message/>
        <DeviceOffer/>
        {move || match content.get() {
            Content::SigningOut => view! { <SigningOutPage/> }.into_any(),
            Content::Callback => view! { <ReceivedCallback/> }.into_any(),
            Content::Waiting => view! { <EngineLoadingPage/> }.into_any(),
            Content::Page => view! { <Pages/> }.into_any(),
        }}
    }
}

/// The callback page for the authorization response with which the hosted pages opened this document.
#[component]
fn ReceivedCallback() -> impl IntoView {
    let version = use_page_version();
    view! {
        {move || {
            version.track();
            view! { <LazyCallbackPage/> }.into_any()
        }}
    }
}

/// The routes of the app.
#[component]
fn Pages() -> impl IntoView {
    view! {
        <FlatRoutes fallback=FallbackPage>
            <Route path=path!("/") view=HomePage/>
            <Route path=path!("/register") view=|| view! { <PerNavigation><LazySignUpPage page=PagePath::Register/></PerNavigation> }/>
            <Route path=path!("/verify") view=|| view! { <PerNavigation><LazySignUpPage page=PagePath::Verify/></PerNavigation> }/>
            <Route path=path!("/forgot") view=|| view! { <PerNavigation><LazySignUpPage page=PagePath::Forgot/></PerNavigation> }/>
            <Route path=path!("/signin") view=|| view! { <PerNavigation><SignInPage/></PerNavigation> }/>
            <Route path=path!("/login") view=LazyCallbackPage/>
            <Route path=path!("/todos") view=|| view! { <LazyAccountPage page=PagePath::Todos/> }/>
            <Route path=path!("/account") view=|| view! { <LazyAccountPage page=PagePath::Account/> }/>
        </FlatRoutes>
    }
}

/// The page of a path that no route has. The redirect URIs in `config.js` belong to this app too: `redirectSignIn` opens
/// the callback page, and `redirectSignOut` the start page.
#[component]
fn FallbackPage() -> impl IntoView {
    let hosted_ui = use_auth().config().hosted_ui.clone();
    let path = use_location().pathname.get_untracked();
    if routes::is_path_of(hosted_ui.redirect_sign_in.as_ref(), &path) {
        view! { <LazyCallbackPage/> }.into_any()
    } else if routes::is_path_of(hosted_ui.redirect_sign_out.as_ref(), &path) {
        view! { <HomePage/> }.into_any()
    } else {
        view! { <NotFoundPage/> }.into_any()
    }
}

/// A page that is rendered again after each navigation to its path and when [`PageVersion`] changes. The router itself
/// renders a page again only for another path. But pages read the query while they are rendered, and a link to
/// the current page shows its first step.
///
/// Back and Forward between two entries with the same address change nothing: a challenge on the sign-in page has such
/// an entry.
#[component]
fn PerNavigation(children: ChildrenFn) -> impl IntoView {
    let url = use_url();
    let version = use_page_version();
    let moves = use_history_moves();
    let seen_moves = StoredValue::new(moves.count());
    let navigation = Memo::new(move |previous: Option<&(String, u32)>| {
        let query = url.with(|url| url.search().to_owned());
        let is_move = seen_moves.get_value() != moves.count();
        seen_moves.set_value(moves.count());
        let count = previous.map_or(0, |(_, count)| count + u32::from(!is_move));
        (query, count)
    });
    view! {
        {move || {
            // A memo that is only tracked is never computed.
            navigation.with(|_| ());
            version.track();
            children()
        }}
    }
}

/// Fetches the chunks that the user may need next, so that their pages work offline.
fn prefetch_chunks() {
    let auth = use_auth();
    let path = use_location().pathname;
    Effect::new(move |_| {
        let is_home = path.with(|path| path == PagePath::Home.as_str());
        if !auth.is_online() {
            return;
        }
        if auth.is_signed_in() {
            account_chunk::prefetch();
        } else if is_home {
            sign_up_chunk::prefetch();
        }
    });
}

/// Removes the state that belongs to one page when the user opens another page.
fn clear_state_of_other_pages() {
    let auth = use_auth();
    let draft = use_registration_draft();
    let path = use_location().pathname;
    let is_at = move |page: PagePath| path.with(|path| path.trim_end_matches('/') == page.as_str());
    Effect::new(move |_| {
        // The password of an unconfirmed account is kept only for the page that needs it.
        if !is_at(PagePath::Verify) {
            auth.sign_up().clear_pending();
        }
        if !is_at(PagePath::Verify) && !is_at(PagePath::Register) {
            draft.clear();
        }
        // A half-finished sign-in ends when the user leaves the sign-in page, so that no later user can continue it.
        if !is_at(PagePath::SignIn) {
            drop(auth.sign_in_client().take_pending_challenge());
        }
    });
}

/// The page that replaces every other page while the browser navigates to the hosted pages to sign out there.
#[component]
fn SigningOutPage() -> impl IntoView {
    view! {
        <Page title=session::SIGNING_OUT_TITLE>
            <p role="status">{session::SIGNING_OUT}</p>
        </Page>
    }
}

// Code that only these components use goes into their chunk.
lazy_component! {
    mod sign_up_chunk;
    fn LazySignUpPage(page: PagePath) -> impl IntoView {
        match page {
            PagePath::Register => view! { <RegisterPage/> }.into_any(),
            PagePath::Verify => view! { <VerifyPage/> }.into_any(),
            PagePath::Forgot => view! { <ForgotPage/> }.into_any(),
            _ => view! { <NotFoundPage/> }.into_any(),
        }
    }
}

lazy_component! {
    mod callback_chunk;
    fn LazyCallbackPage() -> impl IntoView {
        view! { <CallbackPage/> }
    }
}

lazy_component! {
    mod account_chunk;
    fn LazyAccountPage(page: PagePath) -> impl IntoView {
        view! {
            <ProtectedPage>
                {match page {
                    PagePath::Todos => view! { <TodosPage/> }.into_any(),
                    PagePath::Account => view! { <AccountPage/> }.into_any(),
                    _ => view! { <NotFoundPage/> }.into_any(),
                }}
            </ProtectedPage>
        }
    }
}

/// The links of the navigation bar, which depend on whether a user is signed in.
#[component]
fn NavLinks() -> impl IntoView {
    let auth = use_auth();
    view! {
        {move || {
            if auth.is_signed_in() {
                view! {
                    <PageLink page=PagePath::Todos label=labels::TODOS/>
                    <PageLink page=PagePath::Account label=labels::ACCOUNT/>
                    <SignOutButton/>
                }
                .into_any()
            } else {
                view! {
                    <PageLink page=PagePath::Register label=labels::CREATE_ACCOUNT/>
                    <PageLink page=PagePath::SignIn label=labels::SIGN_IN/>
                }
                .into_any()
            }
        }}
    }
}

/// A link of the navigation bar to a page.
#[component]
fn PageLink(page: PagePath, label: &'static str) -> impl IntoView {
    view! { <NavLink href=page.as_str() label path=use_location().pathname/> }
}

#[component]
fn SignOutButton() -> impl IntoView {
    let auth = use_auth();
    let engine = use_engine();
    let navigate = use_navigation();
    let sign_out = move |_| {
        if let Some(engine) = engine.get() {
            engine.sign_out(auth);
        }
        navigate.run(PagePath::Home.as_str().to_owned());
    };
    view! { <button type="button" class="ghost" on:click=sign_out>{labels::SIGN_OUT}</button> }
}
