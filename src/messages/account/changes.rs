//! The texts for account changes: attributes, password, two-step verification, passkeys, devices and deletion.

use cognito_proto::action::CodeDelivery;
use cognito_proto::factor::SecondFactor;

use super::super::hosted::provider_name;
use super::super::{
    EXPIRED_CODE, INVALID, SESSION_EXPIRED, WRONG_CODE, attribute, code_sent, rejected_password,
    request_error, sentence,
};
use crate::auth::{
    AccountError, AttributeCodeError, ChangeAttributeError, ChangePasswordError, FactorChange,
    PasskeyError, SecondFactorError,
};
use crate::browser::passkey::WebAuthnError;

/// Shown if the access token lacks the scope for account changes.
pub const NO_ADMIN_SCOPE: &str = "You cannot change your account by this sign-in: it came by the hosted page without the scope aws.cognito.signin.user.admin, which an administrator can add in config.js and for the app client. Signing in with your password on our own page gives it as well.";

/// Shown for an attribute that the pool does not return.
pub const NOT_SET: &str = "Not set, or this app may not read it";
/// Shown for an email address or phone number that is not verified.
pub const NOT_VERIFIED: &str = "not confirmed yet";
/// Shown for an email address or phone number that is verified.
pub const VERIFIED: &str = "confirmed";
/// The hint at an attribute's field whose empty value removes the attribute.
pub const EMPTY_REMOVES: &str = "Leave it empty to remove it.";
/// Shown after an attribute was changed.
pub const CHANGED: &str = "Changed.";
/// Shown after an email address or phone number was verified.
pub const ADDRESS_CONFIRMED: &str = "Confirmed. Thank you.";

/// Shown after the password was changed.
pub const PASSWORD_IS_CHANGED: &str = "Your password is changed. You stay signed in, here and on your other devices; if somebody may know the old one, sign out everywhere.";
/// Shown if the current password is missing.
pub const CURRENT_PASSWORD_NEEDED: &str = "Enter your current password.";
/// Shown if the user has no password yet.
pub const NO_PASSWORD_YET: &str =
    "You have no password yet: you sign in without one. You can choose one here.";

/// Shown to a user of an external identity provider, which keeps the password.
pub fn managed_by_provider(provider: &str) -> String {
    let provider = provider_name(provider);
    format!(
        "You sign in with {provider}, which keeps your password, second factor and passkeys: change them there. They are not this user pool's."
    )
}

/// Explains two-step verification.
pub const SECOND_FACTOR: &str =
    "Besides your password, signing in can ask for something only you have.";
/// Explains how to set up an authenticator app.
pub const SCAN: &str = "Scan this with your authenticator app, or type the secret into it. Then enter the six digits that it shows.";
/// Shown after the secret was copied to the clipboard.
pub const SECRET_COPIED: &str =
    "Copied. Whoever has this secret can make your codes, so paste it with care.";
/// Shown if codes by text message need a verified phone number first.
pub const NEEDS_PHONE: &str =
    "Add your phone number among your details first, and confirm it by its code.";
/// Shown if codes by email need a verified email address first.
pub const NEEDS_EMAIL: &str =
    "Add your e-mail address among your details first, and confirm it by its code.";

/// Explains passkeys.
pub const PASSKEYS: &str = "A passkey signs you in by your device's lock or a security key, without a password. What you delete here no longer opens this account; your device may go on listing it.";
/// Shown if the user has no passkeys.
pub const NO_PASSKEYS: &str = "You have no passkey here yet.";
/// Shown if this browser does not support passkeys.
pub const NO_PASSKEYS_IN_BROWSER: &str =
    "This browser cannot make passkeys here. Open this page over https, in a current browser.";
/// Shown after a passkey was added.
pub const PASSKEY_ADDED: &str = "Your passkey is ready.";
/// Shown after a passkey was deleted.
pub const PASSKEY_DELETED: &str = "That passkey does not open this account any more.";
/// Shown before a passkey is deleted.
pub const DELETE_PASSKEY: &str =
    "Delete this passkey? You will not be able to sign in with it any more.";

/// Explains remembered devices.
pub const DEVICES: &str = "Devices that the user pool knows from your sign-ins. A remembered one may skip the second factor; one that you forget here is asked again.";
/// Shown if the user has no remembered devices.
pub const NO_DEVICES: &str = "The user pool knows no device of yours.";
/// Shown for a device without a name.
pub const NAMELESS_DEVICE: &str = "A device without a name";
/// Shown if the pool does not remember devices.
pub const NO_DEVICE_TRACKING: &str = "This user pool does not remember devices. An administrator can switch that on in the Cognito console, under Sign-in, Device tracking.";

/// Explains account deletion.
pub const DELETION: &str = "This deletes your account in the user pool at once, and nobody can bring it back. What other services keep of you is theirs to delete.";
/// The word that the user types to confirm the deletion.
pub const DELETION_WORD: &str = "delete";
/// Shown if the word was not typed.
pub const DELETION_WORD_NEEDED: &str =
    "Type the word “delete” to show that you mean it, or go elsewhere to keep your account.";

/// The label of an attribute in the list of details.
pub fn attribute_name(name: &str) -> String {
    match name {
        "name" => "Name".to_owned(),
        "phone_number" => "Phone number".to_owned(),
        "zoneinfo" => "Time zone".to_owned(),
        other => attribute(other).label,
    }
}

/// Shown after a code was sent to a changed address.
pub fn address_code_sent(delivery: Option<&CodeDelivery>) -> String {
    let sent = delivery.map_or_else(|| "We sent you a code.".to_owned(), code_sent);
    format!(
        "{sent} Until you enter it, it may not count for signing in or for a forgotten password."
    )
}

/// The name of a second factor.
pub fn second_factor(factor: SecondFactor) -> &'static str {
    match factor {
        SecondFactor::SoftwareToken => "Authenticator app",
        SecondFactor::Sms => "Text message",
        SecondFactor::Email => "E-mail",
    }
}

/// The state of a second factor.
pub fn factor_state(is_on: bool, is_preferred: bool) -> &'static str {
    match (is_on, is_preferred) {
        (false, _) => "Off",
        (true, false) => "On",
        (true, true) => "On, asked for first",
    }
}

/// Announces a change of a second factor.
pub fn factor_changed(factor: SecondFactor, change: FactorChange) -> String {
    let news = match change {
        FactorChange::TurnOn => "on, from your next sign-in.",
        FactorChange::MakePreferred => "asked for first from now on.",
        FactorChange::TurnOff => {
            "off. Where the user pool requires a second factor, it will ask you to set one up when you sign in next."
        }
    };
    format!("{}: {news}", second_factor(factor))
}

/// The description of a device in the list.
pub fn device_details(
    is_this: bool,
    is_remembered: bool,
    last_used: Option<&str>,
    last_ip: Option<&str>,
) -> String {
    let told = [
        is_this.then(|| "This one".to_owned()),
        is_remembered.then(|| "remembered".to_owned()),
        last_used.map(|when| format!("last used {when}")),
        last_ip.map(|address| format!("from {address}")),
    ];
    told.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Shown after a device was forgotten.
pub fn device_forgotten(is_this: bool) -> &'static str {
    if is_this {
        "Forgotten. When you sign in here next, this device is a new one."
    } else {
        "Forgotten. When you sign in there next, that device is a new one."
    }
}

/// The text for an attribute that was not changed.
pub fn change_attribute_error(error: &ChangeAttributeError) -> String {
    match error {
        ChangeAttributeError::Immutable => {
            "The user pool lets nobody change this once it is set. If it is wrong, ask the administrator."
                .to_owned()
        }
        ChangeAttributeError::NotWritable => {
            "The user pool does not let this app change this. Ask the administrator, who can allow the app client to write it."
                .to_owned()
        }
        ChangeAttributeError::Taken => {
            "Another account has this already. Enter another, or sign in to that account.".to_owned()
        }
        ChangeAttributeError::InvalidValue(message) if message.contains("validation error") => {
            INVALID.to_owned()
        }
        ChangeAttributeError::InvalidValue(message) => format!(
            "The user pool did not accept this: {} Change it and try again.",
            sentence(message)
        ),
        ChangeAttributeError::RejectedByTrigger(message) => {
            format!("The user pool declined this: {}", sentence(message))
        }
        ChangeAttributeError::Account(error) => account_error(error),
    }
}

/// The text for an address that was not verified.
pub fn attribute_code_error(error: &AttributeCodeError) -> String {
    match error {
        AttributeCodeError::Wrong => WRONG_CODE.to_owned(),
        AttributeCodeError::Expired => EXPIRED_CODE.to_owned(),
        AttributeCodeError::Taken => change_attribute_error(&ChangeAttributeError::Taken),
        AttributeCodeError::Account(error) => account_error(error),
    }
}

/// The text for a password that was not changed.
pub fn change_password_error(error: &ChangePasswordError) -> String {
    match error {
        ChangePasswordError::WrongPassword => {
            "That is not your current password. Check it; after several wrong tries you have to wait an hour."
                .to_owned()
        }
        ChangePasswordError::InvalidPassword(message) => rejected_password(message),
        ChangePasswordError::PasswordReused => {
            "You have used that password before. Choose another.".to_owned()
        }
        ChangePasswordError::Account(error) => account_error(error),
    }
}

/// The text for a second factor that could not be set up or changed.
pub fn second_factor_error(error: &SecondFactorError) -> String {
    match error {
        SecondFactorError::WrongCode => {
            "That is not the code your app shows now. Check it; if it goes on, set your device's clock by the network and enter the next one."
                .to_owned()
        }
        SecondFactorError::CodeAlreadyUsed => {
            "That code was used already. Wait for the next one, half a minute at most.".to_owned()
        }
        SecondFactorError::NotOffered => {
            "This user pool does not offer it. Ask the administrator to switch it on, under Sign-in, Multi-factor authentication."
                .to_owned()
        }
        SecondFactorError::MissingPrerequisite(message) => format!(
            "The user pool does not take it yet: {} If your details are whole, ask the administrator to offer it.",
            sentence(message)
        ),
        SecondFactorError::Account(error) => account_error(error),
    }
}

/// The text for a passkey that could not be added, listed or deleted.
pub fn passkey_error(fault: &PasskeyError) -> String {
    match fault {
        PasskeyError::NotOffered => {
            "This user pool does not offer passkeys. An administrator can switch them on in the Cognito console, under Sign-in, Passkey, with this site's domain as the relying party."
        }
        PasskeyError::ChallengeExpired => "That took too long. Try again.",
        PasskeyError::RelyingPartyMismatch | PasskeyError::Browser(WebAuthnError::RelyingPartyMismatch) => {
            "The user pool's passkeys belong to another site than this one. An administrator should set the relying party to this site's domain."
        }
        PasskeyError::NotSupported => {
            "The user pool does not take this kind of passkey. Try another device or security key."
        }
        PasskeyError::TooMany => {
            "You have as many passkeys as the user pool allows. Delete one that you do not use."
        }
        PasskeyError::Browser(WebAuthnError::Unsupported) => {
            NO_PASSKEYS_IN_BROWSER
        }
        PasskeyError::Browser(WebAuthnError::Declined | WebAuthnError::Expired) => {
            "No passkey was made. Try again when you are ready."
        }
        PasskeyError::Browser(WebAuthnError::AlreadyRegistered) => {
            "This device or security key holds a passkey for your account already."
        }
        PasskeyError::Browser(WebAuthnError::Failed) => {
            "The browser could not make a passkey of what the user pool asked for. Tell the administrator."
        }
        PasskeyError::Account(error) => return account_error(error),
    }
    .to_owned()
}

/// The text for the errors that are possible with every account request.
pub fn account_error(error: &AccountError) -> String {
    match error {
        AccountError::SignedOut => SESSION_EXPIRED,
        AccountError::RefreshFailed => {
            "Your session could not be renewed just now, so the user pool was not asked. You are still signed in: try again in a moment."
        }
        AccountError::MissingScope => NO_ADMIN_SCOPE,
        AccountError::TokensRejected => {
            "The user pool does not accept this sign-in any more. Sign out and in again."
        }
        AccountError::NoAccount => {
            "This account has been deleted. Sign out; you can register again if you like."
        }
        AccountError::Request(trouble) => return request_error(trouble),
    }
    .to_owned()
}
