//! The only code that names web-sys, js-sys or gloo: one file for each thing a browser can do for us.

pub mod clipboard;
pub mod clock;
pub mod config;
pub mod crypto;
pub mod fetch;
pub mod lifecycle;
pub mod location;
pub mod lock;
pub mod page;
pub mod panic;
pub mod random;
pub mod storage;
pub mod timer;
