//! The pool over real connections: transport, discovery, the inbox and the demo API.

#[path = "../support/http.rs"]
mod http;

mod cors;
mod demo_api;
mod discovery;
mod hosts;
mod inbox;
mod junk;
mod limits;
mod people;
mod recording;
mod sentinels;
mod wire;
