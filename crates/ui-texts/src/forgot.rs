//! The texts of the page that resets the password.
#![allow(missing_docs, reason = "a text is its own description")]

use crate::Message;
use crate::NextStep::ContactAdministrator;

pub const TITLE: &str = "Reset your password";
pub const LEAD: &str = "Enter your email or username and we'll send you a code.";
pub const SEND_CODE: &str = "Send code";
pub const HAVE_CODE: &str = "I already have a code";
pub const ENTER_CODE: &str = "Enter your code and choose a new password.";
pub const SUBMIT: &str = "Reset password";
pub const BUSY: &str = "Resetting password…";
pub const ANOTHER_ACCOUNT: &str = "Use a different account";
/// The success message that the sign-in page shows after a password reset.
pub const PASSWORD_CHANGED: &str = "Password changed. Sign in with your new password.";

pub static NOT_OFFERED: Message =
    Message::new("This password can't be reset here.", ContactAdministrator);
