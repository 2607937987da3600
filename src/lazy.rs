//! Lazily loaded chunks: WebAssembly files of the release that are fetched when they are needed or shortly before. They
//! make the download for the sign-in page a quarter smaller.
//!
//! The split follows the calls: a function that only one chunk calls is in that chunk. With trunk alone (`cargo xtask
//! dev`, `trunk build`) everything is in one file, and nothing is fetched later.

use core::task::{Context, Poll, Waker};

use leptos::prelude::*;
use leptos::task::spawn_local;
use ui_texts::{labels, session};

use crate::browser::{LocalBoxFuture, lifecycle};
use crate::components::{ErrorNotice, Page, reactive};
use crate::messages;

/// A chunk could not be fetched. The console contains the reason. The next request for it tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkLoadError;

#[cfg(feature = "chunks")]
impl From<wasm_split_helpers::SplitLoaderError> for ChunkLoadError {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

/// Declares a chunk as a module: `view` renders it for the given value, and `prefetch` fetches it in advance.
macro_rules! lazy_page {
    ($chunk:ident($value:ident: $value_type:ty) => $rendered:expr) => {
        mod $chunk {
            use std::sync::LazyLock;

            use super::*;
            use $crate::lazy::{ChunkLoadError, LazyChunk};

            #[cfg(feature = "chunks")]
            #[wasm_split_helpers::wasm_split($chunk, fallible, preload(load))]
            fn render($value: $value_type) -> Result<AnyView, ChunkLoadError> {
                Ok($rendered)
            }

            #[cfg(not(feature = "chunks"))]
            async fn render($value: $value_type) -> Result<AnyView, ChunkLoadError> {
                Ok($rendered)
            }

            #[cfg(not(feature = "chunks"))]
            async fn load() -> Result<(), ChunkLoadError> {
                Ok(())
            }

            static CHUNK: LazyLock<LazyChunk> =
                LazyLock::new(|| LazyChunk::new(|| Box::pin(async { load().await.is_ok() })));

            pub(super) fn view($value: $value_type) -> AnyView {
                CHUNK.view(Box::new(move || Box::pin(render($value))))
            }

            #[allow(dead_code, reason = "not every chunk is prefetched")]
            pub(super) fn prefetch() {
                CHUNK.fetch();
            }
        }
    };
}
pub(crate) use lazy_page;

/// The function that fetches a chunk. It resolves to whether the chunk is loaded.
pub type LoadChunk = fn() -> LocalBoxFuture<bool>;

/// The function that renders a chunk. Its future is ready at once if the chunk is loaded.
pub type RenderChunk = Box<dyn Fn() -> LocalBoxFuture<Result<AnyView, ChunkLoadError>> + Send>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum LoadState {
    NotLoaded,
    Loading,
    Loaded,
    Failed,
}

/// A chunk and its load state, which all views of the chunk share.
pub struct LazyChunk {
    load: LoadChunk,
    state: ArcRwSignal<LoadState>,
}

impl LazyChunk {
    /// A chunk that is not requested yet.
    pub fn new(load: LoadChunk) -> Self {
        Self {
            load,
            state: ArcRwSignal::new(LoadState::NotLoaded),
        }
    }

    /// Fetches the chunk, unless it is loaded or being loaded.
    pub fn fetch(&self) {
        let (load, state) = (self.load, self.state.clone());
        if matches!(
            state.get_untracked(),
            LoadState::Loading | LoadState::Loaded
        ) {
            return;
        }
        state.set(LoadState::Loading);
        spawn_local(async move {
            state.set(if load().await {
                LoadState::Loaded
            } else {
                LoadState::Failed
            });
        });
    }

    /// Fetches and renders the chunk. If that fails, the user can try again.
    pub fn view(&'static self, render: RenderChunk) -> AnyView {
        self.fetch();
        let state = self.state.clone();
        reactive(move || match state.get() {
            LoadState::Loaded => now_or_never(render())
                .and_then(Result::ok)
                .unwrap_or_else(|| self.failed_view()),
            LoadState::Failed => self.failed_view(),
            LoadState::NotLoaded | LoadState::Loading => loading_view(),
        })
    }

    fn failed_view(&'static self) -> AnyView {
        let message = messages::chunk_not_loaded(lifecycle::is_online());
        view! {
            <Page title=session::NOT_LOADED_TITLE>
                <ErrorNotice message=Signal::stored(Some(message.clone()))/>
                <p class="inline-actions">
                    <button type="button" class="primary" on:click=move |_| self.fetch()>{labels::TRY_AGAIN}</button>
                </p>
            </Page>
        }
        .into_any()
    }
}

/// The value of a future that is ready at once, or `None`.
fn now_or_never<T>(mut future: LocalBoxFuture<T>) -> Option<T> {
    match future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// The loading page. `style/main.css` shows it only after a delay, so that it is not visible for a quick load.
fn loading_view() -> AnyView {
    view! {
        <div class="delayed">
            <Page title=labels::LOADING>
                <p role="status">{session::LOADING_PAGE}</p>
            </Page>
        </div>
    }
    .into_any()
}
