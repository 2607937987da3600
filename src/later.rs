//! Lazily loaded chunks: WebAssembly files of the release that are fetched when they are needed or shortly before. They
//! make the download for the sign-in page a quarter smaller.
//!
//! The split follows the calls: a function that only one chunk calls is in that chunk. With trunk alone (`cargo xtask
//! dev`, `trunk build`) everything is in one file, and nothing is fetched later.

use core::task::{Context, Poll, Waker};

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::{LocalBoxFuture, lifecycle};
use crate::components::{Notice, Page, Tone, dynamic};
use crate::messages;

/// A chunk could not be fetched. The console contains the reason. The next request for it tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotFetched;

#[cfg(feature = "parts")]
impl From<wasm_split_helpers::SplitLoaderError> for NotFetched {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

/// Declares a chunk as a module: `view` renders it for the given value, and `prepare` fetches it in advance.
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

/// The function that fetches a chunk. It resolves to whether the chunk is loaded.
pub type Load = fn() -> LocalBoxFuture<bool>;

/// The function that renders a chunk. Its future is ready at once if the chunk is loaded.
pub type Draw = Box<dyn Fn() -> LocalBoxFuture<Result<AnyView, NotFetched>> + Send>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Elsewhere,
    OnItsWay,
    Here,
    Failed,
}

/// A chunk and its load state, which all views of the chunk share.
pub struct Part {
    load: Load,
    state: ArcRwSignal<State>,
}

impl Part {
    /// A chunk that is not requested yet.
    pub fn new(load: Load) -> Self {
        Self {
            load,
            state: ArcRwSignal::new(State::Elsewhere),
        }
    }

    /// Fetches the chunk, unless it is loaded or being loaded.
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

    /// Fetches and renders the chunk. If that fails, the user can try again.
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
        let text = messages::chunk_not_loaded(lifecycle::is_online());
        view! {
            <Page title="Not loaded completely">
                <Notice tone=Tone::Trouble text=Signal::stored(Some(text.to_owned()))/>
                <p class="inline-actions">
                    <button type="button" class="primary" on:click=move |_| self.fetch()>"Try again"</button>
                </p>
            </Page>
        }
        .into_any()
    }
}

/// The value of a future that is ready at once, or `None`.
fn at_once<T>(mut future: LocalBoxFuture<T>) -> Option<T> {
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// The loading page. `style/main.css` shows it only after a delay, so that it is not visible for a quick load.
fn on_its_way() -> AnyView {
    view! {
        <div class="delayed">
            <Page title="One moment…">
                <p role="status">{messages::LOADING}</p>
            </Page>
        </div>
    }
    .into_any()
}
