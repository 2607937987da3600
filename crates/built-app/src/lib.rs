//! What the crates that build and test the app must agree on. `xtask` builds the app and writes the files with the
//! headers. `e2e` serves the built app with these headers.
//!
//! | module | content |
//! |---|---|
//! | [`paths`] | the repository's root, cargo's target folder and the folder of the built app |
//! | [`host_headers`] | the HTTP headers that a host must send, and the files that list them for hosts |
//! | [`header_rules`] | the reader of these files: the headers that a host sends for a path |

pub mod header_rules;
pub mod host_headers;
pub mod paths;
