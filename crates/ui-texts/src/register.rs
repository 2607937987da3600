//! The texts of the pages that create and confirm an account.
#![allow(missing_docs, reason = "a text is its own description")]

use crate::Message;
use crate::NextStep::*;

pub const TITLE: &str = "Create an account";
pub const SUBMIT: &str = "Create account";
pub const BUSY: &str = "Creating account…";
/// The text in front of the link to the sign-in page.
pub const HAVE_ACCOUNT: &str = "Already have an account? ";

pub const CONFIRM_TITLE: &str = "Confirm your account";
/// The text in front of the link that leads back to the registration form.
pub const WRONG_ADDRESS: &str = "Wrong email or username? ";
pub const CHANGE_ADDRESS: &str = "Change it";

/// The text after a registration if the pool has sent no verification code.
pub const NO_CODE_SENT: &str =
    "Account created. An administrator must confirm it before you can sign in.";
/// The text after the user has requested a verification code. It does not reveal whether the account exists.
pub const CODE_SENT_IF_ACCOUNT_EXISTS: &str =
    "If an account exists, we've sent a code. Check your spam folder too.";
/// The text if the link in an email or text message has filled in the username and the code.
pub const CODE_FILLED: &str = "Code filled in from your link. Select Confirm to continue.";
/// The success message that the sign-in page shows after an account was confirmed.
pub const CONFIRMED: &str = "Your account is confirmed. Sign in to continue.";

pub static JUST_CREATED: Message =
    Message::new("You've just created this account.", EnterOrRequestCode);
pub static BY_INVITATION: Message = Message::new(
    "Accounts are created by invitation only.",
    ContactAdministrator,
);
pub static ALREADY_CONFIRMED: Message = Message::new("Your account is already confirmed.", SignIn);
pub static ADDRESS_TAKEN: Message = Message::new(
    "Another account now uses this email or phone number.",
    UseAnotherValue,
);
pub static NO_CODES: Message = Message::with_details(
    "Verification codes aren't available.",
    AskForConfirmation,
    "The user pool sends no codes.",
);

/// The message if a Lambda trigger of the pool refuses a registration. `reason` is the trigger's own text, which the
/// operator wrote for users.
pub fn sign_up_declined(reason: &str) -> Message {
    Message {
        text: ["Your account couldn't be created: ", reason]
            .concat()
            .into(),
        next_step: CorrectInput,
        details: None,
    }
}
