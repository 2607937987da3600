//! Labels of fields, buttons and links that several pages share.
#![allow(missing_docs, reason = "a label is its own description")]

pub const EMAIL: &str = "Email";
pub const USERNAME: &str = "Username";
pub const EMAIL_OR_USERNAME: &str = "Email or username";
pub const NAME: &str = "Name";
pub const PASSWORD: &str = "Password";
pub const NEW_PASSWORD: &str = "New password";
pub const CURRENT_PASSWORD: &str = "Current password";
pub const VERIFICATION_CODE: &str = "Verification code";

pub const SHOW: &str = "Show";
pub const HIDE: &str = "Hide";
pub const SHOW_PASSWORD: &str = "Show password";
pub const HIDE_PASSWORD: &str = "Hide password";

pub const SIGN_IN: &str = "Sign in";
pub const SIGNING_IN: &str = "Signing in…";
pub const SIGN_OUT: &str = "Sign out";
pub const BACK_TO_SIGN_IN: &str = "Back to sign in";
pub const CREATE_ACCOUNT: &str = "Create account";
pub const FORGOT_PASSWORD: &str = "Forgot password?";
pub const CONFIRM_WITH_CODE: &str = "Confirm account with a code";
pub const TODOS: &str = "To-dos";
pub const ACCOUNT: &str = "Account";

pub const CONTINUE: &str = "Continue";
pub const CONFIRM: &str = "Confirm";
pub const CONFIRMING: &str = "Confirming…";
pub const CHECKING: &str = "Checking…";
pub const SENDING: &str = "Sending…";
pub const SAVE: &str = "Save";
pub const SAVING: &str = "Saving…";
pub const LOADING: &str = "Loading…";
pub const ADD: &str = "Add";
pub const EDIT: &str = "Edit";
pub const REMOVE: &str = "Remove";
pub const DELETE: &str = "Delete";
pub const CANCEL: &str = "Cancel";
pub const LATER: &str = "Later";
pub const TRY_AGAIN: &str = "Try again";
pub const START_OVER: &str = "Start over";

/// The name of the main navigation, which only screen readers read.
pub const MAIN_NAVIGATION: &str = "Main";

/// The word between two groups of buttons, such as the sign-in form and the single sign-on.
pub const OR: &str = "or";

/// The heading of the folded details of a message. See [`Message::details`](crate::Message::details).
pub const ADMINISTRATOR_DETAILS: &str = "Details for the administrator";

/// The label of the button that requests another verification code, without the countdown.
pub const RESEND_CODE: &str = "Resend code";

/// Returns the label of the button that requests another verification code. While the button is disabled, the label
/// shows the remaining `seconds`.
pub fn resend_code(seconds: u64) -> String {
    match seconds {
        0 => RESEND_CODE.to_owned(),
        seconds => format!("{RESEND_CODE} ({seconds}s)"),
    }
}

/// Returns the name that screen readers read for a button in a row of a list: the button's label and the name of the
/// row.
pub fn label_in_row(label: &str, row_name: &str) -> String {
    [label, ": ", row_name].concat()
}
