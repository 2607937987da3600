//! The built program: how it starts, ends, and what survives its death.

#[allow(dead_code, reason = "tests of other kinds use the rest of it")]
#[path = "../support/http.rs"]
mod http;

mod crash;
mod half_sent;
mod presets;
mod process;
mod smoke;
