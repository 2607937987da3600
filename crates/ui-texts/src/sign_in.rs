//! The texts of the sign-in page and of its challenges.
#![allow(missing_docs, reason = "a text is its own description")]

use crate::Message;
use crate::NextStep::*;

pub const TITLE: &str = "Sign in";

// The choice of a first or second factor.
pub const CHOOSE_TITLE: &str = "Choose how to sign in";
pub const VERIFY_TITLE: &str = "Verify it's you";
pub const VERIFY: &str = "Choose a verification method.";
pub const BY_PASSWORD: &str = "Password";
pub const BY_EMAIL: &str = "Email code";
pub const BY_SMS: &str = "Text message code";
pub const BY_PASSKEY: &str = "Passkey";
pub const BY_AUTHENTICATOR: &str = "Authenticator app";

// The password step of a flow that begins with the username.
pub const PASSWORD_TITLE: &str = "Enter your password";
pub const ANOTHER_METHOD: &str = "Sign in another way";

// A verification code.
pub const CODE_TITLE: &str = "Enter your verification code";
/// The text in front of the button that starts the sign-in again to get another code.
pub const NO_CODE: &str = "Didn't get a code? ";

/// The text that asks for the code of an authenticator app. `app_name` is the name that the user gave the app, if there
/// is one.
pub fn authenticator_prompt(app_name: Option<&str>) -> String {
    match app_name {
        Some(name) => format!("Enter the code from your authenticator app ({name})."),
        None => "Enter the code from your authenticator app.".to_owned(),
    }
}

/// Returns the text that says that a code was sent by email. `address` is the masked email address, or `None` if the
/// service did not name it.
pub fn code_emailed(address: Option<&str>) -> String {
    match address {
        Some(address) => format!("We emailed a code to {address}. Check your spam folder too."),
        None => "We emailed you a code. Check your spam folder too.".to_owned(),
    }
}

/// Returns the text that says that a code was sent by text message. `phone_number` is the masked phone number, or
/// `None` if the service did not name it.
pub fn code_texted(phone_number: Option<&str>) -> String {
    match phone_number {
        Some(phone_number) => format!("We texted a code to {phone_number}."),
        None => "We texted you a code.".to_owned(),
    }
}

/// The sentence that warns the user after another code was sent.
pub const NEWEST_CODE: &str = "Only the newest code works.";

/// Returns the text that says that another code was sent by email. `address` is the masked email address, or `None` if
/// the service did not name it.
pub fn new_code_emailed(address: Option<&str>) -> String {
    let address = address.unwrap_or("you");
    format!("We emailed a new code to {address}. {NEWEST_CODE} Check your spam folder too.")
}

/// Returns the text that says that another code was sent by text message. `phone_number` is the masked phone number, or
/// `None` if the service did not name it.
pub fn new_code_texted(phone_number: Option<&str>) -> String {
    let phone_number = phone_number.unwrap_or("you");
    format!("We texted a new code to {phone_number}. {NEWEST_CODE}")
}

// A passkey.
pub const PASSKEY_TITLE: &str = "Sign in with a passkey";
pub const PASSKEY: &str = "Follow your browser's instructions.";

// The replacement of a temporary password.
pub const NEW_PASSWORD_TITLE: &str = "Set a new password";
pub const NEW_PASSWORD: &str = "You signed in with a temporary password. Choose a new one.";

// Setting up two-step verification during a sign-in.
pub const MFA_SETUP_TITLE: &str = "Set up two-step verification";
pub const MFA_SETUP: &str =
    "Your account requires two-step verification. Set it up once to continue.";
pub const SET_UP_AUTHENTICATOR: &str = "Set up an authenticator app";
pub const USE_EMAIL_CODES: &str = "Use email codes";
pub const EMAIL_FOR_CODES: &str = "Email";
pub const NO_MFA_SETUP: &str =
    "Two-step verification can't be set up here. Ask your administrator to add a phone number.";
pub const AUTHENTICATOR_TITLE: &str = "Set up your authenticator app";

// The secret of an authenticator app.
pub const AUTHENTICATOR_KEY: &str = "Scan the QR code with your authenticator app, or enter the key. Then enter the code that the app shows.";
pub const QR_CODE: &str = "QR code of the key";
pub const COPY_KEY: &str = "Copy key";
pub const OPEN_APP: &str = "Open app";
pub const KEY_COPIED: &str = "Copied. Anyone with this key can create your verification codes.";
pub const NOT_COPIED: &str = "Couldn't copy. Select the text and copy it yourself.";

// A challenge of the pool's own triggers.
pub const CUSTOM_TITLE: &str = "Security question";
pub const CUSTOM: &str = "Answer the question to continue.";
pub const ANSWER: &str = "Your answer";

// The offer to trust this device.
pub const DEVICE_SECTION: &str = "This device";
pub const TRUST_DEVICE: &str = "Trust this device? You won't be asked for a code next time.";
pub const TRUST: &str = "Trust this device";
pub const NOT_NOW: &str = "Not now";

// Errors.
pub static WRONG_PASSWORD: Message = Message::new("Incorrect username or password.", CorrectInput);
pub static METHOD_NOT_AVAILABLE: Message = Message::new(
    "This sign-in method isn't available for that account.",
    UseAnotherMethod,
);
pub static LOCKED_OUT: Message = Message::new("Too many attempts.", WaitOrResetPassword);
pub static INVITATION_EXPIRED: Message =
    Message::new("Your temporary password has expired.", AskForInvitation);
/// The message if the account is not confirmed yet. The sign-in page then opens the page for the verification code,
/// which also shows this message.
pub static NOT_CONFIRMED: Message = Message::new("Confirm your account first.", EnterOrRequestCode);
/// The message if an administrator requires a new password. The sign-in page then opens the page for a new password,
/// which also shows this message.
pub static RESET_REQUIRED: Message = Message::new(
    "You need to reset your password before you can sign in.",
    EnterOrRequestCode,
);
pub static TIMED_OUT: Message = Message::new("The sign-in took too long.", TryAgain);
pub static SESSION_EXPIRED: Message = Message::new("Your sign-in session has expired.", StartOver);
pub static WRONG_CODE: Message = Message::new("Incorrect code.", CorrectInput);
pub static EXPIRED_CODE: Message = Message::new("This code has expired.", StartOverForNewCode);
pub static PASSWORD_NEEDED_AGAIN: Message =
    Message::new("To get a new code, enter your password again.", StartOver);
pub static PASSKEYS_UNSUPPORTED: Message = Message::new(
    "This browser doesn't support passkeys here.",
    UseAnotherMethod,
);
pub static NO_PASSKEY: Message = Message::new(
    "Passkey sign-in was canceled or no passkey was found.",
    TryAgainOrUseAnotherMethod,
);
pub static PASSKEY_FAILED: Message = Message::with_details(
    "Passkey sign-in failed.",
    TryAgainOrUseAnotherMethod,
    "The browser does not accept the user pool's WebAuthn options.",
);

/// The message if the app client does not allow the configured authentication flow. `flow_name` is the setting of the
/// app client that allows it.
pub fn flow_not_enabled(flow_name: &str) -> Message {
    let details = format!(
        "The app client does not allow {flow_name}. Cognito console: App clients, the client, Authentication flows; or aws \
         cognito-idp update-user-pool-client … --explicit-auth-flows {flow_name} ALLOW_REFRESH_TOKEN_AUTH."
    );
    Message {
        text: "Sign-in isn't set up correctly.".into(),
        next_step: ContactAdministrator,
        details: Some(details.into()),
    }
}

/// The message if the pool sent a challenge that the app does not support.
pub fn challenge_not_supported(challenge_name: &str) -> Message {
    let details = format!("The user pool sent the challenge “{challenge_name}”.");
    Message {
        text: "Your account requires a verification method that isn't supported here.".into(),
        next_step: ContactAdministrator,
        details: Some(details.into()),
    }
}
