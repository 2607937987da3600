//! Lazily loaded chunks: WebAssembly files of the release that are fetched when they are needed or shortly before. The
//! sign-in form is usable before they have arrived.
//!
//! The split follows the calls: a function that only one chunk calls is in that chunk. With trunk alone (`cargo xtask
//! dev`, `trunk build`) everything is in one file, and nothing is fetched later.

use futures::FutureExt as _;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_cognito::browser::{LocalBoxFuture, join, lifecycle};
use ui_texts::{labels, session};

use crate::components::{ErrorNotice, Page};
use crate::engine::{EngineLoader, use_engine};
use crate::messages;

/// The error for a chunk that could not be fetched. The console contains the reason. The next request for the chunk
/// tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkLoadError;

#[cfg(feature = "chunks")]
impl From<wasm_split_helpers::SplitLoaderError> for ChunkLoadError {
    fn from(_: wasm_split_helpers::SplitLoaderError) -> Self {
        Self
    }
}

/// Declares a function whose code is in a chunk. A call fetches the chunk if it is not loaded. Without the feature
/// `chunks` the code is in the main file.
macro_rules! split_fn {
    (
        $chunk:ident $(, $option:ident($load:ident))?;
        $(#[$attribute:meta])*
        fn $name:ident($($argument:ident: $argument_type:ty),*) -> $result:ty $body:block
    ) => {
        $(#[$attribute])*
        #[cfg(feature = "chunks")]
        #[wasm_split_helpers::wasm_split($chunk, fallible $(, $option($load))?)]
        fn $name($($argument: $argument_type),*) -> $result $body

        $(#[$attribute])*
        #[cfg(not(feature = "chunks"))]
        async fn $name($($argument: $argument_type),*) -> $result $body

        $(
            #[cfg(not(feature = "chunks"))]
            async fn $load() -> Result<(), ChunkLoadError> {
                Ok(())
            }
        )?
    };
}
pub(crate) use split_fn;

/// Declares a component whose code is in a chunk, and the chunk's module. The module's function `prefetch` fetches the
/// chunk in advance.
macro_rules! lazy_component {
    (
        mod $chunk:ident;
        $(#[$attribute:meta])*
        fn $Component:ident($($argument:ident: $argument_type:ty),*) -> impl IntoView $body:block
    ) => {
        mod $chunk {
            use std::sync::LazyLock;

            use super::*;
            use $crate::engine::use_engine;
            use $crate::lazy::{ChunkLoadError, LazyChunk, LazyView, split_fn};

            split_fn! {
                $chunk, preload(load);
                fn render($($argument: $argument_type),*) -> Result<AnyView, ChunkLoadError> {
                    Ok($body.into_any())
                }
            }

            static CHUNK: LazyLock<LazyChunk> =
                LazyLock::new(|| LazyChunk::new(|| Box::pin(async { load().await.is_ok() })));

            $(#[$attribute])*
            #[component]
            pub(super) fn $Component($($argument: $argument_type),*) -> impl IntoView {
                view! {
                    <LazyView
                        chunk=&*CHUNK
                        render=Box::new(move || Box::pin(render($($argument),*)))
                    />
                }
            }

            #[allow(dead_code, reason = "not every chunk is prefetched")]
            pub(super) fn prefetch() {
                CHUNK.fetch(use_engine());
            }
        }
        use self::$chunk::$Component;
    };
}
pub(crate) use lazy_component;

/// The type of a function that fetches a chunk. Its future returns true if the chunk is loaded.
pub type LoadChunk = fn() -> LocalBoxFuture<bool>;

/// The type of a function that renders a page in a chunk. Its future is ready at once if the chunk is loaded.
pub type RenderChunk = Box<dyn Fn() -> LocalBoxFuture<Result<AnyView, ChunkLoadError>> + Send>;

/// Whether a chunk is loaded in this page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadState {
    /// The chunk was not requested.
    NotLoaded,
    /// The chunk is being fetched.
    Loading,
    /// The chunk can be used.
    Loaded,
    /// The chunk could not be fetched.
    Failed,
}

/// A chunk and its load state, which all views of the chunk share. Every chunk needs the engine, so a chunk counts as
/// loaded when both are.
pub struct LazyChunk {
    load: LoadChunk,
    state: ArcRwSignal<LoadState>,
}

impl LazyChunk {
    /// Creates the state of a chunk that was not requested yet.
    pub fn new(load: LoadChunk) -> Self {
        Self {
            load,
            state: ArcRwSignal::new(LoadState::NotLoaded),
        }
    }

    /// Fetches the chunk, unless it is loaded or being loaded.
    pub(crate) fn fetch(&self, engine: EngineLoader) {
        let (load, state) = (self.load, self.state.clone());
        if matches!(
            state.get_untracked(),
            LoadState::Loading | LoadState::Loaded
        ) {
            return;
        }
        state.set(LoadState::Loading);
        spawn_local(async move {
            let engine_loaded = Box::pin(async move { engine.load().await.is_ok() });
            state.set(match join(engine_loaded, load()).await {
                (true, true) => LoadState::Loaded,
                _ => LoadState::Failed,
            });
        });
    }
}

/// The view of a chunk. It fetches the chunk. If the chunk cannot be fetched, it shows a message with a button to try
/// again.
#[component]
pub(crate) fn LazyView(chunk: &'static LazyChunk, render: RenderChunk) -> impl IntoView {
    let engine = use_engine();
    let fetch = Callback::new(move |()| chunk.fetch(engine));
    fetch.run(());
    let state = chunk.state.clone();
    view! {
        {move || {
            let rendered = match state.get() {
                LoadState::Loaded => render().now_or_never().and_then(Result::ok),
                LoadState::Failed => None,
                LoadState::NotLoaded | LoadState::Loading => Some(view! { <LoadingPage/> }.into_any()),
            };
            rendered.unwrap_or_else(|| view! { <ChunkNotLoaded retry=fetch/> }.into_any())
        }}
    }
}

/// The page that says that a chunk could not be fetched, with a button that calls `retry`.
#[component]
pub(crate) fn ChunkNotLoaded(retry: Callback<()>) -> impl IntoView {
    let message = messages::chunk_not_loaded(lifecycle::is_online());
    view! {
        <Page title=session::NOT_LOADED_TITLE>
            <ErrorNotice message=Signal::stored(Some(message.clone()))/>
            <p class="inline-actions">
                <button type="button" class="primary" on:click=move |_| retry.run(())>{labels::TRY_AGAIN}</button>
            </p>
        </Page>
    }
}

/// The loading page. `style/main.css` shows it only after a delay, so that it is not visible during a quick load.
#[component]
pub(crate) fn LoadingPage() -> impl IntoView {
    view! {
        <div class="delayed">
            <Page title=labels::LOADING>
                <p role="status">{session::LOADING_PAGE}</p>
            </Page>
        </div>
    }
}
