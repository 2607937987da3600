//! Parts of the app that a release has in WebAssembly of their own, fetched when they are needed or just before: the
//! sign-in page is there after a quarter less.
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
            use std::sync::LazyLock;

            use super::*;
            use $crate::later::{NotFetched, Part};

            #[cfg(feature = "parts")]
            #[wasm_split_helpers::wasm_split($part, fallible, preload(load))]
            fn draw($given: $kind) -> Result<AnyView, NotFetched> {
                Ok($drawn)
            }

            #[cfg(not(feature = "parts"))]
            async fn draw($given: $kind) -> Result<AnyView, NotFetched> {
                Ok($drawn)
            }

            #[cfg(not(feature = "parts"))]
            async fn load() -> Result<(), NotFetched> {
                Ok(())
            }

            static PART: LazyLock<Part> =
                LazyLock::new(|| Part::new(|| Box::pin(async { load().await.is_ok() })));

            pub(super) fn view($given: $kind) -> AnyView {
                PART.view(Box::new(move || Box::pin(draw($given))))
            }

            #[allow(dead_code, reason = "not every part is known of before")]
            pub(super) fn prepare() {
                PART.fetch();
            }
        }
    };
}
pub(crate) use later;

/// What fetches a part; it says whether the part is there.
pub type Load = fn() -> Task<bool>;

/// What draws a part, at once when it is there.
pub type Draw = Box<dyn Fn() -> Task<Result<AnyView, NotFetched>> + Send>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Elsewhere,
    OnItsWay,
    Here,
    Failed,
}

/// A part, and how far it has come: the same for everything that is drawn of it.
pub struct Part {
    load: Load,
    state: ArcRwSignal<State>,
}

impl Part {
    /// One that nobody has asked for yet.
    pub fn new(load: Load) -> Self {
        Self {
            load,
            state: ArcRwSignal::new(State::Elsewhere),
        }
    }

    /// Fetches it, unless that is done or under way.
    pub fn fetch(&self) {
        let (load, state) = (self.load, self.state.clone());
        if matches!(state.get_untracked(), State::OnItsWay | State::Here) {
            return;
        }
        state.set(State::OnItsWay);
        spawn_local(async move {
            state.set(if load().await {
                State::Here
            } else {
                State::Failed
            });
        });
    }

    /// Fetches it and draws it. What failed can be tried again.
    pub fn view(&'static self, draw: Draw) -> AnyView {
        self.fetch();
        let state = self.state.clone();
        dynamic(move || match state.get() {
            State::Here => at_once(draw())
                .and_then(Result::ok)
                .unwrap_or_else(|| self.failed()),
            State::Failed => self.failed(),
            State::Elsewhere | State::OnItsWay => on_its_way(),
        })
    }

    fn failed(&'static self) -> AnyView {
        let words = words::not_fetched(lifecycle::is_online());
        view! {
            <Page title="Not loaded completely">
                <Notice tone=Tone::Trouble words=Signal::stored(Some(words.to_owned()))/>
                <p class="ways-on">
                    <button type="button" class="primary" on:click=move |_| self.fetch()>"Try again"</button>
                </p>
            </Page>
        }
        .into_any()
    }
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
    view! {
        <div class="late">
            <Page title="One moment…">
                <p role="status">{words::ON_ITS_WAY}</p>
            </Page>
        </div>
    }
    .into_any()
}
