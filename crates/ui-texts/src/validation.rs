//! Messages at a field whose value is missing or malformed. No request was sent.
#![allow(missing_docs, reason = "a message is its own description")]

use crate::Message;
use crate::NextStep::CorrectInput;

pub static USERNAME: Message =
    Message::new("Enter your email or username (no spaces).", CorrectInput);
pub static EMAIL: Message = Message::new(
    "Enter a valid email address, for example ann@example.com.",
    CorrectInput,
);
pub static PASSWORD: Message = Message::new("Enter your password.", CorrectInput);
pub static CURRENT_PASSWORD: Message = Message::new("Enter your current password.", CorrectInput);
pub static NEW_PASSWORD: Message = Message::new("Choose a password.", CorrectInput);
/// The new password breaks a rule of the list next to the field.
pub static PASSWORD_RULES: Message =
    Message::new("Password does not meet all requirements.", CorrectInput);
/// Cognito refuses such passwords.
pub static PASSWORD_SPACES: Message =
    Message::new("Password can't start or end with a space.", CorrectInput);
pub static PASSWORD_TOO_LONG: Message = Message::new(
    "Password can't be longer than 256 characters.",
    CorrectInput,
);
pub static CODE: Message = Message::new("Enter the verification code we sent you.", CorrectInput);
pub static AUTHENTICATOR_CODE: Message =
    Message::new("Enter the code from your authenticator app.", CorrectInput);
pub static REQUIRED: Message = Message::new("This field is required.", CorrectInput);
/// The answer to a custom challenge is missing.
pub static ANSWER: Message = Message::new("Enter your answer.", CorrectInput);
pub static TODO: Message = Message::new("Enter a to-do.", CorrectInput);
/// The word that confirms the deletion of the account is missing.
pub static DELETION_WORD: Message = Message::new("Type “delete” to confirm.", CorrectInput);

/// A password rule: a minimum length.
pub fn minimum_length(characters: u16) -> String {
    format!("At least {characters} characters")
}

/// A password rule: the pool requires more characters, and does not say how many.
pub const LONGER_PASSWORD: &str = "Longer password";
pub const UPPERCASE: &str = "One uppercase letter";
pub const LOWERCASE: &str = "One lowercase letter";
pub const NUMBER: &str = "One number";
pub const SYMBOL: &str = "One special character";

/// What a screen reader adds to a rule that the password satisfies.
pub const RULE_MET: &str = " (met)";
/// What a screen reader adds to a rule that the password does not satisfy yet.
pub const RULE_NOT_MET: &str = " (not met)";
