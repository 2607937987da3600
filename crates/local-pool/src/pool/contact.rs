//! The contacts of a user, email address and phone number: the attributes to which a code can be sent, and which can
//! serve as usernames.

use serde::{Deserialize, Serialize};

use super::user::Attributes;
use crate::error::ApiError;

/// The kind of a contact: an attribute to which a code can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ContactKind {
    Email,
    PhoneNumber,
}

impl ContactKind {
    /// Returns the name of the attribute that holds the contact.
    pub(crate) const fn attribute_name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::PhoneNumber => "phone_number",
        }
    }

    /// Returns the name of the attribute that says whether the contact is verified, such as `email_verified`.
    pub(crate) const fn verified_flag_name(self) -> &'static str {
        match self {
            Self::Email => "email_verified",
            Self::PhoneNumber => "phone_number_verified",
        }
    }

    /// Returns the kind of contact that this attribute holds, or `None` for other attributes.
    pub(crate) fn from_attribute_name(name: &str) -> Option<Self> {
        [Self::Email, Self::PhoneNumber]
            .into_iter()
            .find(|contact| contact.attribute_name() == name)
    }
}

/// An attribute with which a user can sign in instead of the username (`AliasAttributes`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AliasKind {
    Email,
    PhoneNumber,
    PreferredUsername,
}

impl AliasKind {
    /// Returns the name of the attribute that serves as the alias.
    pub(crate) const fn attribute_name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::PhoneNumber => "phone_number",
            Self::PreferredUsername => "preferred_username",
        }
    }
}

impl From<ContactKind> for AliasKind {
    fn from(contact: ContactKind) -> Self {
        match contact {
            ContactKind::Email => Self::Email,
            ContactKind::PhoneNumber => Self::PhoneNumber,
        }
    }
}

/// Returns true if the text may be an email address: a non-empty local part, one `@`, and a domain that neither begins
/// nor ends with a dot.
pub(crate) fn is_email(value: &str) -> bool {
    let Some((local, domain)) = value.rsplit_once('@') else {
        return false;
    };
    !local.is_empty()
        && !local.contains('@')
        && !domain.is_empty()
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && value
            .chars()
            .all(|letter| !letter.is_whitespace() && !letter.is_control())
}

/// Returns true if the text is an E.164 phone number: a plus sign and at most fifteen digits, the first not zero.
pub(crate) fn is_phone_number(value: &str) -> bool {
    value.strip_prefix('+').is_some_and(|digits| {
        (2..=15).contains(&digits.len())
            && digits.bytes().all(|digit| digit.is_ascii_digit())
            && !digits.starts_with('0')
    })
}

/// Returns an error if the email address or phone number in the attributes is malformed. Each has its own error
/// text.
pub(crate) fn check_contact_syntax(attributes: &Attributes) -> Result<(), ApiError> {
    if attributes
        .get("email")
        .is_some_and(|email| !email.is_empty() && !is_email(email))
    {
        return Err(ApiError::invalid_parameter("Invalid email address format."));
    }
    if attributes
        .get("phone_number")
        .is_some_and(|number| !number.is_empty() && !is_phone_number(number))
    {
        return Err(ApiError::invalid_parameter("Invalid phone number format."));
    }
    Ok(())
}
