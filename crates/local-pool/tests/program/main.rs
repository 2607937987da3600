//! The built program: how it starts, ends, and what survives its death.

#[path = "../support/http.rs"]
mod http;

mod crash;
mod process;
mod smoke;
