//! How a verification code is sent: its destination, the text of the message, and the masked address in the response.

use cognito_proto::time::UnixTime;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::UserPool;
use super::contact::{self, ContactKind, is_email};
use super::mfa::SMS_AUTHENTICATION_MESSAGE;
use super::settings::{PoolSettings, RecoveryOption};
use super::user::{Attributes, User};
use crate::error::ApiError;
use crate::outbox::{self, MessageChannel, OutgoingMessage};
use crate::secret::Secret;

/// The placeholder in a message template that the code replaces.
const CODE: &str = "{####}";

/// The address to which a code is sent: a contact of a user and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MessageDestination {
    pub(crate) contact: ContactKind,
    pub(crate) address: String,
}

impl MessageDestination {
    /// Returns the email address or phone number in a user's attributes, verified or not, or `None` if the user has
    /// none.
    pub(crate) fn from_attributes(contact: ContactKind, attributes: &Attributes) -> Option<Self> {
        let address = attributes
            .get(contact.attribute_name())
            .filter(|value| !value.is_empty())?;
        Some(Self {
            contact,
            address: address.clone(),
        })
    }

    /// Returns the email address or phone number in a user's attributes, or `None` if the user has none or it is not
    /// verified.
    pub(crate) fn from_verified_attributes(
        contact: ContactKind,
        attributes: &Attributes,
    ) -> Option<Self> {
        Self::from_attributes(contact, attributes).filter(|_| {
            attributes
                .get(contact.verified_flag_name())
                .is_some_and(|flag| flag == "true")
        })
    }

    /// Returns the medium of the message: email or text message.
    pub(crate) const fn channel(&self) -> MessageChannel {
        match self.contact {
            ContactKind::Email => MessageChannel::Email,
            ContactKind::PhoneNumber => MessageChannel::Sms,
        }
    }

    /// Returns the masked address, as responses show it.
    pub(crate) fn masked_address(&self) -> String {
        match self.contact {
            ContactKind::Email => mask_email(&self.address),
            ContactKind::PhoneNumber => mask_phone_number(&self.address),
        }
    }

    /// Returns the response member `CodeDeliveryDetails`, which tells the app where a code was sent.
    pub(crate) fn delivery_details(&self) -> Value {
        json!({
            "AttributeName": self.contact.attribute_name(),
            "DeliveryMedium": self.channel().wire_name(),
            "Destination": self.masked_address(),
        })
    }
}

/// Returns the masked form of an email address: `a***@e***`.
fn mask_email(address: &str) -> String {
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{}***@{}***", first(local), first(domain)),
        None => format!("{}***", first(address)),
    }
}

/// Returns the masked form of a phone number, e.g. `+********4114`: the plus sign, asterisks, the last four
/// digits.
fn mask_phone_number(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let last: String = digits.iter().skip(digits.len().saturating_sub(4)).collect();
    format!("+********{last}")
}

impl PoolSettings {
    /// Returns where the pool sends the code after a sign-up, or `None` if it sends none. If the pool verifies both
    /// contacts and the user has both, the destination is the phone number.
    pub(crate) fn verification_destination(
        &self,
        attributes: &Attributes,
    ) -> Option<MessageDestination> {
        [ContactKind::PhoneNumber, ContactKind::Email]
            .into_iter()
            .filter(|contact| self.auto_verified_attributes.contains(contact))
            .find_map(|contact| MessageDestination::from_attributes(contact, attributes))
    }

    /// Returns the kinds of contacts to which a code for a forgotten password is sent, the first choice first. Returns
    /// `None` if only an administrator may reset passwords.
    fn password_reset_contact_order(&self) -> Option<Vec<ContactKind>> {
        let mut mechanisms = match &self.account_recovery_setting {
            Some(setting) if !setting.recovery_mechanisms.is_empty() => {
                setting.recovery_mechanisms.clone()
            }
            // The default of older pools: phone number before email.
            _ => return Some(vec![ContactKind::PhoneNumber, ContactKind::Email]),
        };
        mechanisms.sort_by_key(|mechanism| mechanism.priority);
        let mut order = Vec::new();
        for mechanism in mechanisms {
            match mechanism.name {
                RecoveryOption::VerifiedEmail => order.push(ContactKind::Email),
                RecoveryOption::VerifiedPhoneNumber => order.push(ContactKind::PhoneNumber),
                RecoveryOption::AdminOnly => return None,
            }
        }
        Some(order)
    }

    /// Returns the kinds of contacts with which users may reset their own password, the first choice first. Returns an
    /// error if only an administrator may reset passwords. That is a property of the pool, so the error reveals nothing
    /// about a user.
    pub(crate) fn allowed_password_reset_contacts(&self) -> Result<Vec<ContactKind>, ApiError> {
        self.password_reset_contact_order()
            .ok_or_else(|| ApiError::not_authorized("Contact administrator to reset password."))
    }

    /// Returns where the code for a forgotten password is sent, or an error if the user has no suitable contact. A
    /// contact that serves as the user's second factor is excluded.
    pub(crate) fn choose_password_reset_destination(
        &self,
        attributes: &Attributes,
        second_factors: &[ContactKind],
    ) -> Result<MessageDestination, ApiError> {
        let verified = self
            .allowed_password_reset_contacts()?
            .into_iter()
            .filter(|contact| !second_factors.contains(contact))
            .find_map(|contact| MessageDestination::from_verified_attributes(contact, attributes));
        verified.ok_or_else(|| {
            ApiError::invalid_parameter(
                "Cannot reset password for the user as there is no registered/verified email or phone_number",
            )
        })
    }

    /// Returns the destination of a code that the response shows for an unknown user: the entered name if it is an
    /// address, otherwise an address made from the given bytes, which are the same for every request.
    pub(crate) fn simulated_destination_of_unknown_user(
        &self,
        entered_username: &str,
        address_bytes: [u8; 32],
    ) -> MessageDestination {
        if is_email(entered_username) {
            return MessageDestination {
                contact: ContactKind::Email,
                address: entered_username.to_owned(),
            };
        }
        if contact::is_phone_number(entered_username) {
            return MessageDestination {
                contact: ContactKind::PhoneNumber,
                address: entered_username.to_owned(),
            };
        }
        let letter = |byte: u8| char::from(b'a' + byte % 26);
        let [local, domain, ..] = address_bytes;
        MessageDestination {
            contact: ContactKind::Email,
            address: format!("{}@{}", letter(local), letter(domain)),
        }
    }

    /// Returns the subject of emails with a verification code.
    fn email_subject(&self) -> &str {
        let template = &self.verification_message_template;
        template
            .email_subject
            .as_deref()
            .or(self.email_verification_subject.as_deref())
            .unwrap_or("Your verification code")
    }

    /// Returns the text of emails with a verification code.
    fn email_text(&self) -> &str {
        let template = &self.verification_message_template;
        template
            .email_message
            .as_deref()
            .or(self.email_verification_message.as_deref())
            .unwrap_or("Your confirmation code is {####}")
    }

    /// Returns the text of text messages with a verification code.
    fn sms_text(&self) -> &str {
        let template = &self.verification_message_template;
        template
            .sms_message
            .as_deref()
            .or(self.sms_verification_message.as_deref())
            .unwrap_or("Your confirmation code is {####}")
    }
}

/// Sends a message with a verification code. Its text is the pool's template.
pub(crate) fn send_code_message(
    connection: &Connection,
    pool: &UserPool,
    destination: &MessageDestination,
    code: &Secret,
    now: UnixTime,
) -> Result<(), ApiError> {
    let (subject, text) = match destination.contact {
        ContactKind::Email => (pool.settings.email_subject(), pool.settings.email_text()),
        ContactKind::PhoneNumber => ("", pool.settings.sms_text()),
    };
    let message = OutgoingMessage {
        to: &destination.address,
        channel: destination.channel(),
        subject,
        text: &text.replace(CODE, code.expose_secret()),
        code: code.expose_secret(),
    };
    outbox::store_message(connection, &message, now)
}

/// Sends a message with a sign-in code. Its text is the pool's template for sign-in codes.
pub(crate) fn send_sign_in_code(
    connection: &Connection,
    pool: &UserPool,
    destination: &MessageDestination,
    code: &Secret,
    now: UnixTime,
) -> Result<(), ApiError> {
    const DEFAULT: &str = "Your authentication code is {####}";
    let settings = &pool.settings;
    let template = settings.factors.email_mfa_configuration.as_ref();
    let (subject, text) = match destination.contact {
        ContactKind::Email => (
            template
                .and_then(|template| template.subject.as_deref())
                .unwrap_or("Your authentication code"),
            template.and_then(|template| template.message.as_deref()),
        ),
        ContactKind::PhoneNumber => (
            "",
            settings
                .stored_members
                .get(SMS_AUTHENTICATION_MESSAGE)
                .and_then(Value::as_str),
        ),
    };
    let message = OutgoingMessage {
        to: &destination.address,
        channel: destination.channel(),
        subject,
        text: &text.unwrap_or(DEFAULT).replace(CODE, code.expose_secret()),
        code: code.expose_secret(),
    };
    outbox::store_message(connection, &message, now)
}

/// Sends the invitation with the temporary password to a user that an administrator created.
pub(crate) fn send_invitation(
    connection: &Connection,
    pool: &UserPool,
    user: &User,
    destination: &MessageDestination,
    password: &Secret,
    now: UnixTime,
) -> Result<(), ApiError> {
    const DEFAULT: &str = "Your username is {username} and temporary password is {####}.";
    let template = pool
        .settings
        .admin_create_user_config
        .invite_message_template
        .clone()
        .unwrap_or_default();
    let (subject, text) = match destination.contact {
        ContactKind::Email => (
            template
                .email_subject
                .as_deref()
                .unwrap_or("Your temporary password"),
            template.email_message.as_deref().unwrap_or(DEFAULT),
        ),
        ContactKind::PhoneNumber => ("", template.sms_message.as_deref().unwrap_or(DEFAULT)),
    };
    // If email or phone number is the username, the user knows that contact and not the stored username.
    let named = if pool.settings.username_attributes.is_empty() {
        &user.username
    } else {
        &destination.address
    };
    let text = text
        .replace("{username}", named)
        .replace(CODE, password.expose_secret());
    let message = OutgoingMessage {
        to: &destination.address,
        channel: destination.channel(),
        subject,
        text: &text,
        code: password.expose_secret(),
    };
    outbox::store_message(connection, &message, now)
}

/// Returns where an invitation is sent: to the requested media in their order. If the request names no media, the
/// destination is the phone number if the user has one, otherwise the email address.
pub(crate) fn invitation_destinations(
    attributes: &Attributes,
    media: &[ContactKind],
) -> Vec<MessageDestination> {
    if media.is_empty() {
        return [ContactKind::PhoneNumber, ContactKind::Email]
            .into_iter()
            .find_map(|contact| MessageDestination::from_attributes(contact, attributes))
            .into_iter()
            .collect();
    }
    media
        .iter()
        .filter_map(|contact| MessageDestination::from_attributes(*contact, attributes))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_delivery_details_mask_the_address() {
        let hint = |contact, address: &str| {
            MessageDestination {
                contact,
                address: address.to_owned(),
            }
            .delivery_details()
        };
        assert_eq!(
            hint(ContactKind::Email, "ann@example.com"),
            json!({"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@e***"})
        );
        assert_eq!(
            hint(ContactKind::PhoneNumber, "+14325554114"),
            json!({"AttributeName": "phone_number", "DeliveryMedium": "SMS", "Destination": "+********4114"})
        );
    }
}
