//! Changing one's account: name and addresses, password, second factors, passkeys, devices; and deleting it.

use cognito_proto::action::CodeDelivery;
use cognito_proto::factor::SecondFactor;

use super::super::hosted::provider_name;
use super::super::{
    EXPIRED_CODE, INVALID, SESSION_EXPIRED, WRONG_CODE, attribute, code_sent, for_trouble,
    refused_password, sentence,
};
use crate::auth::{
    AccountError, AttributeCodeError, ChangeAttributeError, ChangePasswordError, FactorChange,
    PasskeyFault, SecondFactorError,
};
use crate::browser::passkey::PasskeyError;

/// The sign-in may not look after the account.
pub const NO_ADMIN_SCOPE: &str = "You cannot change your account by this sign-in: it came by the hosted page without the scope aws.cognito.signin.user.admin, which an administrator can add in config.js and for the app client. Signing in with your password on our own page gives it as well.";

/// An attribute that the pool does not show.
pub const NOT_SET: &str = "Not set, or this app may not read it";
/// An address that nobody has confirmed.
pub const NOT_VERIFIED: &str = "not confirmed yet";
/// An address that was confirmed by its code.
pub const VERIFIED: &str = "confirmed";
/// An attribute's field, where an empty one is taken as such.
pub const EMPTY_REMOVES: &str = "Leave it empty to remove it.";
/// An attribute was changed.
pub const CHANGED: &str = "Changed.";
/// An address was confirmed.
pub const ADDRESS_CONFIRMED: &str = "Confirmed. Thank you.";

/// The password was changed.
pub const PASSWORD_IS_CHANGED: &str = "Your password is changed. You stay signed in, here and on your other devices; if somebody may know the old one, sign out everywhere.";
/// The password so far was not given.
pub const CURRENT_PASSWORD_NEEDED: &str = "Enter your current password.";
/// There is no password yet.
pub const NO_PASSWORD_YET: &str =
    "You have no password yet: you sign in without one. You can choose one here.";

/// What somebody signs in with is kept by an identity provider.
pub fn kept_by(provider: &str) -> String {
    let provider = provider_name(provider);
    format!(
        "You sign in with {provider}, which keeps your password, second factor and passkeys: change them there. They are not this user pool's."
    )
}

/// What second factors are for.
pub const SECOND_FACTOR: &str =
    "Besides your password, signing in can ask for something only you have.";
/// How an authenticator app is set up.
pub const SCAN: &str = "Scan this with your authenticator app, or type the secret into it. Then enter the six digits that it shows.";
/// The secret is in the clipboard.
pub const SECRET_COPIED: &str =
    "Copied. Whoever has this secret can make your codes, so paste it with care.";
/// Text messages need a number.
pub const NEEDS_PHONE: &str =
    "Add your phone number among your details first, and confirm it by its code.";
/// Mail needs an address.
pub const NEEDS_EMAIL: &str =
    "Add your e-mail address among your details first, and confirm it by its code.";

/// What passkeys are for.
pub const PASSKEYS: &str = "A passkey signs you in by your device's lock or a security key, without a password. What you delete here no longer opens this account; your device may go on listing it.";
/// There is none.
pub const NO_PASSKEYS: &str = "You have no passkey here yet.";
/// This browser knows none.
pub const NO_PASSKEYS_IN_BROWSER: &str =
    "This browser cannot make passkeys here. Open this page over https, in a current browser.";
/// One was made.
pub const PASSKEY_ADDED: &str = "Your passkey is ready.";
/// One was deleted.
pub const PASSKEY_DELETED: &str = "That passkey does not open this account any more.";
/// Before one is deleted.
pub const DELETE_PASSKEY: &str =
    "Delete this passkey? You will not be able to sign in with it any more.";

/// What remembered devices are for.
pub const DEVICES: &str = "Devices that the user pool knows from your sign-ins. A remembered one may skip the second factor; one that you forget here is asked again.";
/// There is none.
pub const NO_DEVICES: &str = "The user pool knows no device of yours.";
/// One that was confirmed without a name.
pub const NAMELESS_DEVICE: &str = "A device without a name";
/// The pool does not keep them.
pub const NO_DEVICE_TRACKING: &str = "This user pool does not remember devices. An administrator can switch that on in the Cognito console, under Sign-in, Device tracking.";

/// What deleting the account does.
pub const DELETION: &str = "This deletes your account in the user pool at once, and nobody can bring it back. What other services keep of you is theirs to delete.";
/// The word that is typed to confirm it.
pub const DELETION_WORD: &str = "delete";
/// The word was not typed.
pub const DELETION_WORD_NEEDED: &str =
    "Type the word “delete” to show that you mean it, or go elsewhere to keep your account.";

/// What an attribute is called in a list.
pub fn attribute_name(name: &str) -> String {
    match name {
        "name" => "Name".to_owned(),
        "phone_number" => "Phone number".to_owned(),
        "zoneinfo" => "Time zone".to_owned(),
        other => attribute(other).label,
    }
}

/// The code for an address went out.
pub fn address_code_sent(delivery: Option<&CodeDelivery>) -> String {
    let sent = delivery.map_or_else(|| "We sent you a code.".to_owned(), code_sent);
    format!(
        "{sent} Until you enter it, it may not count for signing in or for a forgotten password."
    )
}

/// What a second factor is called.
pub fn second_factor(factor: SecondFactor) -> &'static str {
    match factor {
        SecondFactor::SoftwareToken => "Authenticator app",
        SecondFactor::Sms => "Text message",
        SecondFactor::Email => "E-mail",
    }
}

/// Whether it is asked for.
pub fn factor_state(is_on: bool, is_preferred: bool) -> &'static str {
    match (is_on, is_preferred) {
        (false, _) => "Off",
        (true, false) => "On",
        (true, true) => "On, asked for first",
    }
}

/// What has become of it.
pub fn factor_changed(factor: SecondFactor, change: FactorChange) -> String {
    let news = match change {
        FactorChange::TurnOn => "on, from your next sign-in.",
        FactorChange::AskFirst => "asked for first from now on.",
        FactorChange::TurnOff => {
            "off. Where the user pool requires a second factor, it will ask you to set one up when you sign in next."
        }
    };
    format!("{}: {news}", second_factor(factor))
}

/// What there is to tell of a device.
pub fn device(
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

/// One was forgotten.
pub fn device_forgotten(is_this: bool) -> &'static str {
    if is_this {
        "Forgotten. When you sign in here next, this device is a new one."
    } else {
        "Forgotten. When you sign in there next, that device is a new one."
    }
}

/// Why an attribute was not changed.
pub fn for_change_attribute(error: &ChangeAttributeError) -> String {
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
        ChangeAttributeError::Invalid(message) if message.contains("validation error") => {
            INVALID.to_owned()
        }
        ChangeAttributeError::Invalid(message) => format!(
            "The user pool did not accept this: {} Change it and try again.",
            sentence(message)
        ),
        ChangeAttributeError::Declined(message) => {
            format!("The user pool declined this: {}", sentence(message))
        }
        ChangeAttributeError::Account(error) => for_account(error),
    }
}

/// Why the code for an address was not accepted.
pub fn for_attribute_code(error: &AttributeCodeError) -> String {
    match error {
        AttributeCodeError::Wrong => WRONG_CODE.to_owned(),
        AttributeCodeError::Expired => EXPIRED_CODE.to_owned(),
        AttributeCodeError::Taken => for_change_attribute(&ChangeAttributeError::Taken),
        AttributeCodeError::Account(error) => for_account(error),
    }
}

/// Why the password was not changed.
pub fn for_change_password(error: &ChangePasswordError) -> String {
    match error {
        ChangePasswordError::WrongPassword => {
            "That is not your current password. Check it; after several wrong tries you have to wait an hour."
                .to_owned()
        }
        ChangePasswordError::Password(message) => refused_password(message),
        ChangePasswordError::UsedBefore => {
            "You have used that password before. Choose another.".to_owned()
        }
        ChangePasswordError::Account(error) => for_account(error),
    }
}

/// Why a second factor could not be set up, or switched.
pub fn for_second_factor(error: &SecondFactorError) -> String {
    match error {
        SecondFactorError::WrongCode => {
            "That is not the code your app shows now. Check it; if it goes on, set your device's clock by the network and enter the next one."
                .to_owned()
        }
        SecondFactorError::UsedCode => {
            "That code was used already. Wait for the next one, half a minute at most.".to_owned()
        }
        SecondFactorError::NotOffered => {
            "This user pool does not offer it. Ask the administrator to switch it on, under Sign-in, Multi-factor authentication."
                .to_owned()
        }
        SecondFactorError::NotReady(message) => format!(
            "The user pool does not take it yet: {} If your details are whole, ask the administrator to offer it.",
            sentence(message)
        ),
        SecondFactorError::Account(error) => for_account(error),
    }
}

/// Why there is no passkey.
pub fn for_passkey(fault: &PasskeyFault) -> String {
    match fault {
        PasskeyFault::NotOffered => {
            "This user pool does not offer passkeys. An administrator can switch them on in the Cognito console, under Sign-in, Passkey, with this site's domain as the relying party."
        }
        PasskeyFault::TooLate => "That took too long. Try again.",
        PasskeyFault::OtherSite | PasskeyFault::Browser(PasskeyError::OtherSite) => {
            "The user pool's passkeys belong to another site than this one. An administrator should set the relying party to this site's domain."
        }
        PasskeyFault::NotSupported => {
            "The user pool does not take this kind of passkey. Try another device or security key."
        }
        PasskeyFault::TooMany => {
            "You have as many passkeys as the user pool allows. Delete one that you do not use."
        }
        PasskeyFault::Browser(PasskeyError::Unsupported) => {
            NO_PASSKEYS_IN_BROWSER
        }
        PasskeyFault::Browser(PasskeyError::Declined | PasskeyError::TooLate) => {
            "No passkey was made. Try again when you are ready."
        }
        PasskeyFault::Browser(PasskeyError::KnownAlready) => {
            "This device or security key holds a passkey for your account already."
        }
        PasskeyFault::Browser(PasskeyError::Failed) => {
            "The browser could not make a passkey of what the user pool asked for. Tell the administrator."
        }
        PasskeyFault::Account(error) => return for_account(error),
    }
    .to_owned()
}

/// What may go wrong with any request about one's account.
pub fn for_account(error: &AccountError) -> String {
    match error {
        AccountError::SignedOut => SESSION_EXPIRED,
        AccountError::NotRenewed => {
            "Your session could not be renewed just now, so the user pool was not asked. You are still signed in: try again in a moment."
        }
        AccountError::NoScope => NO_ADMIN_SCOPE,
        AccountError::NotAccepted => {
            "The user pool does not accept this sign-in any more. Sign out and in again."
        }
        AccountError::NoAccount => {
            "This account has been deleted. Sign out; you can register again if you like."
        }
        AccountError::Trouble(trouble) => return for_trouble(trouble),
    }
    .to_owned()
}
