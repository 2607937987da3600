//! The attributes of a user on an account page: which of them are listed, in which order, and with which values.

use std::collections::BTreeSet;

use crate::action::User;
use crate::ids::AttributeName;

/// The attributes that an account page always lists first, in this order, even if they have no value.
const ALWAYS_LISTED: [&str; 3] = ["name", "email", "phone_number"];

/// The attributes that an account page does not list: internal ones, and those that are shown as part of another
/// attribute.
const HIDDEN_ATTRIBUTES: [&str; 5] = [
    "sub",
    "identities",
    "updated_at",
    "email_verified",
    "phone_number_verified",
];

/// The value of an attribute on an account page, as the pool reports it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttributeValue {
    /// The value of the attribute, or `None` if it is missing or empty.
    pub value: Option<String>,
    /// True if the value is verified, or `None` if the pool does not verify this attribute.
    pub is_verified: Option<bool>,
}

impl User {
    /// Returns the value of the user's attribute with this name, and whether it is verified.
    pub fn attribute(&self, name: &str) -> AttributeValue {
        let find = |name: &str| {
            let (_, value) = self.attributes.iter().find(|(other, _)| other == name)?;
            Some(value.as_str()).filter(|value| !value.is_empty())
        };
        AttributeValue {
            value: find(name).map(str::to_owned),
            is_verified: find(&format!("{name}_verified")).map(|verified| verified == "true"),
        }
    }

    /// Returns the names of the attributes that an account page lists, in the order of the list: those that are always
    /// listed, the other attributes of the user in alphabetical order, and those that `config.js` asks for at the
    /// registration.
    pub fn listed_attributes(&self, sign_up_attributes: &[AttributeName]) -> Vec<String> {
        // The pool does not guarantee an order.
        let set_names: BTreeSet<&str> = self
            .attributes
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        let configured = sign_up_attributes.iter().map(AttributeName::as_str);
        let mut names: Vec<String> = Vec::new();
        for name in ALWAYS_LISTED.into_iter().chain(set_names).chain(configured) {
            let is_hidden = HIDDEN_ATTRIBUTES.contains(&name) || name.starts_with("cognito:");
            if !is_hidden && !names.iter().any(|listed| listed == name) {
                names.push(name.to_owned());
            }
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::MfaSettings;

    fn user(attributes: &[(&str, &str)]) -> User {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        User {
            username: "ann".to_owned(),
            attributes: attributes.iter().map(owned).collect(),
            mfa: MfaSettings::default(),
        }
    }

    #[test]
    fn account_page_lists_attributes_of_config_js_last() {
        let user = user(&[
            ("sub", "1"),
            ("zoneinfo", "Europe/Berlin"),
            ("email_verified", "true"),
            ("cognito:user_status", "CONFIRMED"),
            ("email", "ann@example.com"),
            ("custom:tier", "gold"),
        ]);
        let configured = ["birthdate", "email", "custom:tier"];
        let configured: Vec<_> = configured
            .into_iter()
            .filter_map(AttributeName::parse)
            .collect();
        assert_eq!(
            user.listed_attributes(&configured),
            [
                "name",
                "email",
                "phone_number",
                "custom:tier",
                "zoneinfo",
                "birthdate"
            ]
        );
    }

    #[test]
    fn attribute_with_an_empty_value_counts_as_missing() {
        let user = user(&[("name", ""), ("name_verified", "")]);
        assert_eq!(user.attribute("name"), AttributeValue::default());
    }

    #[test]
    fn attribute_counts_as_verified_only_if_its_flag_is_true() {
        for (verified, expected) in [("true", true), ("false", false)] {
            let user = user(&[("email", "ann@example.com"), ("email_verified", verified)]);
            let email = user.attribute("email");
            assert_eq!(
                email,
                AttributeValue {
                    value: Some("ann@example.com".to_owned()),
                    is_verified: Some(expected),
                }
            );
        }
    }
}
