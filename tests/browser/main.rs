//! `src/browser` in a real browser: `cargo xtask test browser` brings Chromium and its driver along.
//!
//! A test that needs a browser in another state (storage blocked, no network, a clock that jumps) puts a stand-in into
//! the place of one member of the page, by [`stage`], and takes it out again at its end.

#![cfg(target_arch = "wasm32")]

mod clipboard;
mod clock;
mod config;
mod crypto;
mod fetch;
mod lifecycle;
mod links;
mod location;
mod lock;
mod page;
mod passkey;
mod pending;
mod random;
mod stage;
mod storage;
mod timer;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
