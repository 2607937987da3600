//! The texts of the account page.
#![allow(missing_docs, reason = "a text is its own description")]

use crate::Message;
use crate::NextStep::*;

pub const TITLE: &str = "Your account";

// Why the greeting has no name. For the administrator.
pub const NO_NAME: &str = "The ID token has no name: the user has none, or the app client has no permission to read the attribute “name”.";
pub const NAME_NOT_REQUESTED: &str = "The ID token has no name: this sign-in did not request the scope “profile”. Add it to “scopes” in config.js.";

/// The message that replaces the account settings if the access token lacks the scope for account changes.
pub static NO_SCOPE: Message = Message::with_details(
    "Account settings aren't available for this session.",
    SignInWithPassword,
    "The access token lacks the scope aws.cognito.signin.user.admin. Add it to “scopes” in config.js, and allow it for \
     the app client.",
);

// Attributes.
pub const DETAILS: &str = "Your details";
pub const NOT_SET: &str = "Not set";
pub const VERIFIED: &str = "Verified";
pub const UNVERIFIED: &str = "Unverified";
pub const VERIFY: &str = "Verify";
pub const VERIFYING: &str = "Verifying…";
/// The success message after the user has changed an attribute.
pub const SAVED: &str = "Saved.";
/// The success message after the user has verified an email address or phone number.
pub const NOW_VERIFIED: &str = "Verified.";
/// The sentence that the page adds after it has said that a code was sent to a new email address or phone number.
pub const UNTIL_VERIFIED: &str = " Until you enter the code, you may not be able to sign in or reset your password with this email or phone number.";
pub const CODE_SENT: &str = "We sent you a code.";
pub const PHONE_NUMBER: &str = "Phone number";
pub const PHONE_NUMBER_EXAMPLE: &str = "Phone number (e.g. +14325550100)";
pub const TIME_ZONE: &str = "Time zone";
pub const TIME_ZONE_EXAMPLE: &str = "Time zone (e.g. Europe/Berlin)";
pub const ADDRESS: &str = "Address";
pub const BIRTHDATE: &str = "Date of birth";
pub const FAMILY_NAME: &str = "Family name";
pub const GENDER: &str = "Gender";
pub const GIVEN_NAME: &str = "Given name";
pub const LANGUAGE: &str = "Language";
pub const MIDDLE_NAME: &str = "Middle name";
pub const NICKNAME: &str = "Nickname";
pub const PICTURE: &str = "Picture URL";
pub const PREFERRED_USERNAME: &str = "Preferred username";
pub const PROFILE: &str = "Profile URL";
pub const WEBSITE: &str = "Website";
pub static IMMUTABLE: Message = Message::with_details(
    "This value can't be changed.",
    ContactAdministrator,
    "The attribute is immutable in the user pool.",
);
pub static NOT_WRITABLE: Message = Message::with_details(
    "This value can't be changed.",
    ContactAdministrator,
    "The app client has no permission to write the attribute.",
);
pub static TAKEN: Message =
    Message::new("Another account already uses this value.", UseAnotherValue);

// The password.
pub const PASSWORD: &str = "Password";
pub const CHANGE_PASSWORD: &str = "Change password";
pub const CHANGING_PASSWORD: &str = "Changing password…";
pub const PASSWORD_CHANGED: &str =
    "Password changed. Sign out of all devices if someone else may know your old password.";
pub const NO_PASSWORD: &str = "You don't have a password yet. You can create one here.";
pub static WRONG_PASSWORD: Message = Message::new("Current password is incorrect.", CorrectInput);

/// The text for a user who signs in with an identity provider, which manages the password, the second factors and the
/// passkeys.
pub fn managed_by_provider(provider_name: &str) -> String {
    format!(
        "You sign in with {provider_name}. Manage your password, two-step verification and passkeys there."
    )
}

// Two-step verification.
pub const TWO_STEP: &str = "Two-step verification";
pub const TWO_STEP_INTRO: &str =
    "Protect your account with a verification code in addition to your password.";
pub const AUTHENTICATOR: &str = "Authenticator app";
pub const TEXT_MESSAGE: &str = "Text message";
pub const EMAIL: &str = "Email";
pub const OFF: &str = "Off";
pub const ON: &str = "On";
pub const ON_DEFAULT: &str = "On (default)";
pub const SET_UP: &str = "Set up";
pub const TURN_ON: &str = "Turn on";
pub const TURN_OFF: &str = "Turn off";
pub const MAKE_DEFAULT: &str = "Make default";
pub const NEEDS_PHONE: &str = "Add and verify your phone number first.";
pub const NEEDS_EMAIL: &str = "Add and verify your email address first.";

/// The success message after the user has turned a second factor on.
pub fn factor_turned_on(factor_name: &str) -> String {
    [factor_name, " is on."].concat()
}

/// The success message after the user has made a second factor the default.
pub fn factor_made_default(factor_name: &str) -> String {
    [factor_name, " is now your default verification method."].concat()
}

/// The success message after the user has turned a second factor off while another one is on.
pub fn factor_turned_off(factor_name: &str) -> String {
    [factor_name, " is off."].concat()
}

/// The success message after the user has turned the only second factor off.
pub fn last_factor_turned_off(factor_name: &str) -> String {
    format!(
        "{factor_name} is off. If your account requires two-step verification, you'll set it up at your next sign-in."
    )
}

/// The message if a second factor cannot be turned on yet, because the user lacks something that it needs, such as a
/// verified phone number.
pub static NOT_READY: Message = Message::new(
    "This verification method can't be turned on yet.",
    ContactAdministrator,
);

// Passkeys.
pub const PASSKEYS: &str = "Passkeys";
pub const PASSKEYS_INTRO: &str = "Passkeys let you sign in with your fingerprint, face or screen lock. A passkey that you delete here may still be listed on your device.";
pub const NO_PASSKEYS: &str = "No passkeys yet.";
pub const ADD_PASSKEY: &str = "Add a passkey";
pub const PASSKEY_ADDED: &str = "Passkey added.";
pub const PASSKEY_DELETED: &str = "Passkey deleted.";
pub const DELETE_PASSKEY: &str = "Delete this passkey? You won't be able to sign in with it.";
pub const UNNAMED_PASSKEY: &str = "Passkey";
pub static NO_PASSKEY_ADDED: Message = Message::new("No passkey was added.", TryAgain);
pub static PASSKEY_EXISTS: Message = Message::new(
    "This device already has a passkey for your account.",
    UseExistingPasskey,
);
pub static PASSKEY_NOT_ADDED: Message = Message::with_details(
    "The passkey couldn't be added.",
    TryAgainOrContactAdministrator,
    "The browser does not accept the user pool's WebAuthn options.",
);
pub static TOO_MANY_PASSKEYS: Message = Message::new(
    "You've reached the maximum number of passkeys.",
    DeletePasskey,
);

/// Returns the text that says when a passkey was added. `date` is a date as the user reads it.
pub fn passkey_added_on(date: &str) -> String {
    ["Added ", date].concat()
}

// Devices.
pub const DEVICES: &str = "Devices";
pub const DEVICES_INTRO: &str =
    "Devices you have signed in on. A trusted device may skip two-step verification.";
pub const NO_DEVICES: &str = "No devices yet.";
pub const DEVICE_REMOVED: &str = "Device removed. You'll be asked for a code next time.";
pub const UNNAMED_DEVICE: &str = "Unnamed device";
pub const THIS_DEVICE: &str = "This device";
pub const TRUSTED: &str = "Trusted";
pub static NO_DEVICE_TRACKING: Message = Message::with_details(
    "This site doesn't remember devices.",
    NoneNeeded,
    "The user pool does not remember devices. Cognito console: Sign-in, Device tracking.",
);

/// Returns the text that says when a device was used last. `date` is a date as the user reads it.
pub fn device_last_used(date: &str) -> String {
    ["Last used ", date].concat()
}

/// Returns the text that says from which IP address a device was used last.
pub fn device_ip_address(address: &str) -> String {
    ["IP address ", address].concat()
}

// Deletion.
pub const DELETE_ACCOUNT: &str = "Delete account";
pub const DELETION: &str = "This can't be undone. Other services may keep data about you.";
pub const DELETE_PERMANENTLY: &str = "Delete account permanently";
pub const DELETING: &str = "Deleting account…";
/// The word that the user types to confirm the deletion of the account.
pub const DELETION_WORD: &str = "delete";
/// The label of the field in which the user types [`DELETION_WORD`].
pub const TYPE_DELETION_WORD: &str = "Type “delete” to confirm";

// Sign-out of all devices.
pub const ALL_DEVICES: &str = "Sign out of all devices";
pub const ALL_DEVICES_INTRO: &str = "Ends your sessions on all devices, including this one. Apps that are already signed in may keep their access for up to an hour.";

// The developer's view: claims and the userInfo response.
pub const ID_TOKEN: &str = "ID token claims";
pub const USER_INFO: &str = "UserInfo response";
pub static USER_INFO_NO_SCOPE: Message = Message::with_details(
    "UserInfo isn't available for this sign-in.",
    NoneNeeded,
    "The endpoint requires the scope “openid”, which only a sign-in through the hosted pages has.",
);
pub static USER_INFO_INVALID: Message = Message::with_details(
    crate::errors::UNEXPECTED_RESPONSE,
    ContactAdministrator,
    "The userInfo response is malformed or belongs to another user (sub).",
);

/// The message if the userInfo endpoint refuses the access token. `status` is the HTTP status.
pub fn user_info_refused(status: u16) -> Message {
    Message {
        text: format!("The server didn't accept your session ({status}).").into(),
        next_step: SignInAgainOrContactAdministrator,
        details: None,
    }
}
