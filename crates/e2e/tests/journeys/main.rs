//! What a person does with the app, in Chromium, against a user pool in this very process.
//!
//! One program for all areas: linking it takes longer than most journeys.

mod account;
mod addresses;
mod api;
mod attempts;
mod believed;
mod between;
mod callback;
mod clock;
mod codes;
mod comings_and_goings;
mod config;
mod detours;
mod doors;
mod doubts;
mod everywhere;
mod faults;
mod forms;
mod hosted;
mod hosted_errors;
mod implicit;
mod late_answers;
mod left_pages;
mod look;
mod names;
mod outages;
mod parameters;
mod passwords;
mod patience;
mod policy;
mod register;
mod renewal;
mod return_path;
mod session;
mod sign_in;
mod sign_out;
mod start;
mod storage;
mod storage_choice;
mod tabs;
mod todos;
mod tokens;
mod verify;
