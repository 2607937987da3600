//! The pool over real connections: transport, discovery, the hosted pages, the inbox and the demo API.

#[path = "../support/authenticator.rs"]
mod authenticator;
#[path = "../support/http.rs"]
mod http;
#[path = "../support/totp.rs"]
mod totp;

mod authorize;
mod browser;
mod cors;
mod demo_api;
mod discovery;
mod fault_injection;
mod hosted_pages;
mod hosts;
mod inbox;
mod invalid_tokens;
mod issuer;
mod junk;
mod limits;
mod logout;
mod passkey_pages;
mod passkeys_and_devices;
mod provider;
mod recording;
mod refresh_token;
mod revoke;
mod second_factor;
mod tls;
mod token;
mod token_scope;
mod user_info;
mod users;
mod wire;
