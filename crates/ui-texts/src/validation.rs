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
/// The message if the new password does not satisfy all password rules, which the page lists next to the field.
pub static PASSWORD_RULES: Message =
    Message::new("Password does not meet all requirements.", CorrectInput);
/// The message for a password with a space at its start or end, which Cognito refuses.
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
/// The message if the user has not entered the answer to a custom challenge.
pub static ANSWER: Message = Message::new("Enter your answer.", CorrectInput);
pub static TODO: Message = Message::new("Enter a to-do.", CorrectInput);
/// The message if the user has not entered the word that confirms the deletion of the account.
pub static DELETION_WORD: Message = Message::new("Type “delete” to confirm.", CorrectInput);

/// Returns the password rule for a minimum length.
pub fn minimum_length(characters: u16) -> String {
    format!("At least {characters} characters")
}

/// The password rule for a minimum length, if the pool does not say how long the password must be.
pub const LONGER_PASSWORD: &str = "Longer password";
pub const UPPERCASE: &str = "One uppercase letter";
pub const LOWERCASE: &str = "One lowercase letter";
pub const NUMBER: &str = "One number";
pub const SYMBOL: &str = "One special character";

/// The text that a screen reader reads after a rule that the password satisfies.
pub const RULE_MET: &str = " (met)";
/// The text that a screen reader reads after a rule that the password does not satisfy yet.
pub const RULE_NOT_MET: &str = " (not met)";
