//! The built program: its start, its end, and the data that survives.

#[allow(dead_code, reason = "tests of other kinds use the rest of it")]
#[path = "../support/http.rs"]
mod http;
#[path = "../support/target_folder.rs"]
mod target_folder;

mod crash;
mod half_sent;
mod presets;
mod process;
mod smoke;
