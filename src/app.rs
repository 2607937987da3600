//! The configuration gate, the contexts, and the table of routes.

use cognito_proto::config::Config;
use leptos::prelude::*;
use leptos_router::components::{A, FlatRoutes, Route, Router};
use leptos_router::hooks::use_navigate;
use leptos_router::path;

use crate::auth::{Auth, use_auth};
use crate::browser::config;
use crate::components::{NavBar, Notice, Tone};
use crate::pages::{
    ConfigProblemPage, ForgotPage, HomePage, LoginPage, NotFoundPage, RegisterPage, SignInPage, TodosPage,
    VerifyPage,
};
use crate::{routes, words};

/// The whole app. Without a configuration that makes sense nothing else is drawn, and no request is sent.
#[component]
pub fn App() -> impl IntoView {
    match config::read() {
        Ok(config) => view! { <Door config=config/> }.into_any(),
        Err(problem) => view! { <ConfigProblemPage problem=problem/> }.into_any(),
    }
}

/// The app once it is configured.
#[component]
fn Door(config: Config) -> impl IntoView {
    let auth = Auth::new(config);
    provide_context(auth);
    let not_kept = move || auth.is_unkept().then(|| words::NOT_KEPT.to_owned());
    view! {
        <Router>
            <NavBar>
                <Links/>
            </NavBar>
            <Notice tone=Tone::Trouble words=Signal::derive(not_kept)/>
            <FlatRoutes fallback=NotFoundPage>
                <Route path=path!("/") view=HomePage/>
                <Route path=path!("/register") view=RegisterPage/>
                <Route path=path!("/verify") view=VerifyPage/>
                <Route path=path!("/signin") view=SignInPage/>
                <Route path=path!("/login") view=LoginPage/>
                <Route path=path!("/forgot") view=ForgotPage/>
                <Route path=path!("/todos") view=TodosPage/>
            </FlatRoutes>
        </Router>
    }
}

/// The ways through the app, by who is here.
#[component]
fn Links() -> impl IntoView {
    let auth = use_auth();
    let navigate = use_navigate();
    let sign_out = move |_| {
        auth.sign_out();
        navigate(routes::HOME, Default::default());
    };
    let signed_in = Memo::new(move |_| auth.is_signed_in());
    move || {
        if signed_in.get() {
            let sign_out = sign_out.clone();
            view! {
                <A href=routes::TODOS>"To-dos"</A>
                <button type="button" class="quiet" on:click=sign_out>"Sign out"</button>
            }
            .into_any()
        } else {
            view! {
                <A href=routes::REGISTER>"Register"</A>
                <A href=routes::SIGN_IN>"Sign in"</A>
            }
            .into_any()
        }
    }
}
