//! What a person does with the app, in Chromium, against a user pool in this very process.
//!
//! One program for all areas: linking it takes longer than most journeys.

mod addresses;
mod api;
mod config;
mod faults;
mod forms;
mod look;
mod names;
mod passwords;
mod policy;
mod register;
mod session;
mod sign_in;
mod start;
mod storage;
mod tokens;
mod verify;
