//! What a person does with the app, in Chromium, against a user pool in this very process.

mod register;
