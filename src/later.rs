//! Parts of the app that most visits do without: a release has them in WebAssembly of their own, fetched when they are
//! first needed. Whoever only signs in downloads a quarter less.
//!
//! What goes with which part is worked out by what calls what: a function that only a part calls lies in that part.
//! With trunk alone (`cargo xtask dev`, `trunk build`) everything is in one file, and here at once.

use core::task::{Context, Poll, Waker};

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::{Task, lifecycle};
use crate::components::{Notice, Page, Tone, dynamic};
use crate::words;

/// A part could not be fetched; the console says why. Asked for again, it is tried anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotFetched;

#[cfg(feature = "parts")]
impl From<wasm_split_helpers::SplitLoaderError> for NotFetched {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

/// Declares a part as a module: `view` draws it by what is given, `prepare` fetches it when it is about to be needed.
macro_rules! later {
    ($part:ident($given:ident: $kind:ty) => $drawn:expr) => {
        mod $part {
            use super::*;
            use $crate::{browser::Task, later};

            #[cfg(feature = "parts")]
            #[wasm_split_helpers::wasm_split($part, fallible, preload(load))]
            fn draw($given: $kind) -> Result<AnyView, later::NotFetched> {
                Ok($drawn)
            }

            #[cfg(not(feature = "parts"))]
            async fn draw($given: $kind) -> Result<AnyView, later::NotFetched> {
                Ok($drawn)
            }

            #[cfg(not(feature = "parts"))]
            async fn load() -> Result<(), later::NotFetched> {
                Ok(())
            }

            fn fetch() -> Task<bool> {
                Box::pin(async { load().await.is_ok() })
            }

            pub(super) fn view($given: $kind) -> AnyView {
                later::view(fetch, Box::new(move || Box::pin(draw($given))))
            }

            /// Whether that works is seen when the part is drawn.
            pub(super) fn prepare() {
                later::prepare(fetch);
            }
        }
    };
}
pub(crate) use later;

/// What fetches a part; it says whether the part is there.
pub type Fetch = fn() -> Task<bool>;

/// What draws a part, at once when it is there.
pub type Draw = Box<dyn Fn() -> Task<Result<AnyView, NotFetched>> + Send>;

#[derive(Clone, Copy)]
enum State {
    OnItsWay,
    Here,
    Failed,
}

/// A part: fetched, then drawn. What failed can be tried again.
pub fn view(fetch: Fetch, draw: Draw) -> AnyView {
    let state = RwSignal::new(State::OnItsWay);
    let begin = move || {
        state.set(State::OnItsWay);
        spawn_local(async move {
            let is_here = fetch().await;
            let _ = state.try_set(if is_here { State::Here } else { State::Failed });
        });
    };
    begin();
    dynamic(move || match state.get() {
        State::OnItsWay => on_its_way(),
        State::Here => at_once(draw())
            .and_then(Result::ok)
            .unwrap_or_else(on_its_way),
        State::Failed => failed(begin),
    })
}

/// Fetches a part that is about to be needed, where there is a network. Whether that works is seen when it is needed.
pub fn prepare(fetch: Fetch) {
    if !lifecycle::is_online() {
        return;
    }
    spawn_local(async move {
        fetch().await;
    });
}

/// What a future gives that has nothing to wait for.
fn at_once<T>(mut future: Task<T>) -> Option<T> {
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// Seen by nobody where the part comes quickly: style/main.css shows it after a while.
fn on_its_way() -> AnyView {
    view! { <main class="card late"><p role="status">{words::FETCHING}</p></main> }.into_any()
}

fn failed(again: impl Fn() + Send + 'static) -> AnyView {
    view! {
        <Page title="Not loaded completely">
            <Notice tone=Tone::Trouble words=Signal::stored(Some(words::NOT_FETCHED.to_owned()))/>
            <p class="ways-on">
                <button type="button" class="primary" on:click=move |_| again()>"Try again"</button>
            </p>
        </Page>
    }
    .into_any()
}
