//! The texts of the account page.

use cognito_proto::action::CodeDelivery;
use cognito_proto::factor::SecondFactor;
use cognito_proto::jwt::IdClaims;
use cognito_proto::time::UnixTime;
use leptos_cognito::browser::passkey::WebAuthnError;
use leptos_cognito::{
    AccountError, AttributeCodeError, ChangeAttributeError, ChangePasswordError, FactorChange,
    GlobalSignOutError, PasskeyError, SecondFactorError, UserInfoRequestError,
};
use ui_texts::{Message, account as texts, errors, hosted, session};

use super::hosted::provider_name;
use super::{
    code_sent, fetch_error, invalid_input, rejected_password, request_error, short_sentence,
};

/// Returns the name by which the app addresses a user. It is the email address or username if the ID token has no name.
pub fn display_name(claims: &IdClaims) -> &str {
    let named = [&claims.name, &claims.email]
        .into_iter()
        .flatten()
        .find(|name| !name.trim().is_empty());
    named.unwrap_or(&claims.username)
}

/// Returns the greeting for a user.
pub fn greeting(claims: &IdClaims) -> String {
    session::greeting(display_name(claims))
}

/// Returns the time in a claim in readable form, to show after the number. Returns `None` if the claim `name` is not a
/// time.
pub fn readable_time(name: &str, value: &str) -> Option<String> {
    let is_time = matches!(name, "auth_time" | "exp" | "iat" | "nbf");
    let seconds = value.parse().ok().filter(|_| is_time)?;
    Some(format!(" · {}", UnixTime::from_secs(seconds).format_utc()))
}

/// Returns the text that says that an external identity provider manages the user's password.
pub fn managed_by_provider(provider: &str) -> String {
    texts::managed_by_provider(provider_name(provider))
}

/// Returns the text that says where the code for a new email address or phone number was sent, and that the old one is
/// used until the user enters the code.
pub fn address_code_sent(delivery: Option<&CodeDelivery>) -> String {
    let sent = delivery.map_or_else(|| texts::CODE_SENT.to_owned(), code_sent);
    sent + texts::UNTIL_VERIFIED
}

/// Returns the name of a second factor, as the account page shows it.
pub fn second_factor(factor: SecondFactor) -> &'static str {
    match factor {
        SecondFactor::SoftwareToken => texts::AUTHENTICATOR,
        SecondFactor::Sms => texts::TEXT_MESSAGE,
        SecondFactor::Email => texts::EMAIL,
    }
}

/// Returns the text for the state of a second factor: off, on, or on and used by default.
pub fn factor_state(is_on: bool, is_preferred: bool) -> &'static str {
    match (is_on, is_preferred) {
        (false, _) => texts::OFF,
        (true, false) => texts::ON,
        (true, true) => texts::ON_DEFAULT,
    }
}

/// Returns the text that says that a second factor was turned on, turned off or made the default. `is_another_on` is
/// true if another second factor is on.
pub fn factor_changed(factor: SecondFactor, change: FactorChange, is_another_on: bool) -> String {
    let name = second_factor(factor);
    match change {
        FactorChange::TurnOn => texts::factor_turned_on(name),
        FactorChange::MakePreferred => texts::factor_made_default(name),
        FactorChange::TurnOff if is_another_on => texts::factor_turned_off(name),
        FactorChange::TurnOff => texts::last_factor_turned_off(name),
    }
}

/// Returns the details of one device, as the list of devices shows them.
pub fn device_details(
    is_this: bool,
    is_remembered: bool,
    last_used: Option<&str>,
    last_ip: Option<&str>,
) -> String {
    let parts = [
        is_this.then(|| texts::THIS_DEVICE.to_owned()),
        is_remembered.then(|| texts::TRUSTED.to_owned()),
        last_used.map(texts::device_last_used),
        last_ip.map(texts::device_ip_address),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Returns the message for a failed userInfo request.
pub fn user_info_error(error: &UserInfoRequestError) -> Message {
    match error {
        UserInfoRequestError::MissingScope => &texts::USER_INFO_NO_SCOPE,
        UserInfoRequestError::TokenUnavailable(_) => &errors::NOT_REFRESHED,
        UserInfoRequestError::NoDomain => &hosted::NO_DOMAIN,
        UserInfoRequestError::Fetch(error) => fetch_error(*error),
        UserInfoRequestError::ErrorStatus(status) => return texts::user_info_refused(*status),
        UserInfoRequestError::InvalidResponse(_) => &texts::USER_INFO_INVALID,
    }
    .clone()
}

/// Returns the message for a failed sign-out of all devices.
pub fn global_sign_out_error(error: &GlobalSignOutError) -> Message {
    match error {
        GlobalSignOutError::RefreshFailed => errors::NOT_REFRESHED.clone(),
        GlobalSignOutError::MissingScope => texts::NO_SCOPE.clone(),
        GlobalSignOutError::Request(error) => request_error(error),
    }
}

/// Returns the message for an attribute that could not be changed.
pub fn change_attribute_error(error: &ChangeAttributeError) -> Message {
    match error {
        ChangeAttributeError::Immutable => texts::IMMUTABLE.clone(),
        ChangeAttributeError::NotWritable => texts::NOT_WRITABLE.clone(),
        ChangeAttributeError::Taken => texts::TAKEN.clone(),
        ChangeAttributeError::InvalidValue(message) => invalid_input(message.as_deref()),
        ChangeAttributeError::RejectedByTrigger(message) => {
            errors::declined_by_trigger(&short_sentence(message))
        }
        ChangeAttributeError::Account(error) => account_error(error),
    }
}

/// Returns the message for an email address or phone number that could not be verified.
pub fn attribute_code_error(error: &AttributeCodeError) -> Message {
    match error {
        AttributeCodeError::Wrong => errors::WRONG_CODE.clone(),
        AttributeCodeError::Expired => errors::EXPIRED_CODE.clone(),
        AttributeCodeError::Taken => texts::TAKEN.clone(),
        AttributeCodeError::Account(error) => account_error(error),
    }
}

/// Returns the message for a password that could not be changed.
pub fn change_password_error(error: &ChangePasswordError) -> Message {
    match error {
        ChangePasswordError::WrongPassword => texts::WRONG_PASSWORD.clone(),
        ChangePasswordError::InvalidPassword(message) => rejected_password(message),
        ChangePasswordError::PasswordReused => errors::USED_PASSWORD.clone(),
        ChangePasswordError::Account(error) => account_error(error),
    }
}

/// Returns the message for a second factor that could not be set up or changed.
pub fn second_factor_error(error: &SecondFactorError) -> Message {
    match error {
        SecondFactorError::WrongCode => errors::WRONG_AUTHENTICATOR_CODE.clone(),
        SecondFactorError::CodeAlreadyUsed => errors::USED_CODE.clone(),
        SecondFactorError::NotOffered => errors::METHOD_NOT_OFFERED.clone(),
        SecondFactorError::MissingPrerequisite(message) => {
            texts::NOT_READY.and_details(short_sentence(message))
        }
        SecondFactorError::Account(error) => account_error(error),
    }
}

/// Returns the message for a passkey that could not be added, listed or deleted.
pub fn passkey_error(error: &PasskeyError) -> Message {
    match error {
        PasskeyError::NotOffered => &errors::PASSKEYS_NOT_OFFERED,
        PasskeyError::ChallengeExpired => &errors::PASSKEY_TIMED_OUT,
        PasskeyError::RelyingPartyMismatch
        | PasskeyError::Browser(WebAuthnError::RelyingPartyMismatch) => {
            &errors::OTHER_RELYING_PARTY
        }
        PasskeyError::NotSupported => &errors::PASSKEY_NOT_SUPPORTED,
        PasskeyError::TooMany => &texts::TOO_MANY_PASSKEYS,
        PasskeyError::Browser(WebAuthnError::Unsupported) => &errors::PASSKEYS_UNSUPPORTED,
        PasskeyError::Browser(WebAuthnError::Declined | WebAuthnError::Expired) => {
            &texts::NO_PASSKEY_ADDED
        }
        PasskeyError::Browser(WebAuthnError::AlreadyRegistered) => &texts::PASSKEY_EXISTS,
        PasskeyError::Browser(WebAuthnError::Failed) => &texts::PASSKEY_NOT_ADDED,
        PasskeyError::Account(error) => return account_error(error),
    }
    .clone()
}

/// Returns the message for an error that is possible with every account request.
pub fn account_error(error: &AccountError) -> Message {
    match error {
        AccountError::SignedOut => &errors::SESSION_EXPIRED,
        AccountError::RefreshFailed => &errors::NOT_REFRESHED,
        AccountError::MissingScope => &texts::NO_SCOPE,
        AccountError::TokensRejected => &errors::SESSION_NOT_ACCEPTED,
        AccountError::NoAccount => &errors::USER_NOT_FOUND,
        AccountError::Request(error) => return request_error(error),
    }
    .clone()
}
