//! The only code that names web-sys, js-sys or gloo: one file for each thing a browser can do for us.

use core::future::Future;
use core::pin::Pin;

/// Something that takes a while, boxed: the state of what waits for it then holds a pointer in place of all that
/// it waits for, which the many requests of this app would otherwise repeat, each time, in the download.
pub type Task<T> = Pin<Box<dyn Future<Output = T>>>;

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
