//! The document, the address bar and the clipboard: the only code of the app that uses web-sys and js-sys. The browser
//! features of sign-in are in [`leptos_cognito::browser`].

pub mod clipboard;
pub mod document;
pub mod location;
pub mod panic;
