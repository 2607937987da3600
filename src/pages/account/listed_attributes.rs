//! Decides which attributes of a user the account page lists, in which order, and with which values.

use std::collections::BTreeSet;

use cognito_proto::ids::AttributeName;

/// The attributes that the account page always lists first, in this order, even if they have no value.
const ALWAYS_LISTED: [&str; 3] = ["name", "email", "phone_number"];

/// The attributes that the account page does not list: internal ones, and those that are shown as part of another
/// attribute.
const HIDDEN_ATTRIBUTES: [&str; 5] = [
    "sub",
    "identities",
    "updated_at",
    "email_verified",
    "phone_number_verified",
];

/// The value of an attribute on the account page, as the pool reports it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct AttributeValue {
    /// The value of the attribute, or `None` if it is missing or empty.
    pub(super) value: Option<String>,
    /// True if the value is verified, or `None` if the pool does not verify this attribute.
    pub(super) is_verified: Option<bool>,
}

impl AttributeValue {
    /// Reads the value of an attribute from the attributes of a user.
    pub(super) fn read(attributes: &[(String, String)], name: &str) -> Self {
        let verified = find_value(attributes, &format!("{name}_verified"));
        Self {
            value: find_value(attributes, name).map(str::to_owned),
            is_verified: verified.map(|verified| verified == "true"),
        }
    }
}

/// Returns the value of an attribute, or `None` if it is missing or empty.
pub(super) fn find_value<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let (_, value) = attributes.iter().find(|(other, _)| other == name)?;
    Some(value.as_str()).filter(|value| !value.is_empty())
}

/// Returns the names of the attributes to list, in order: those that are always listed, the other attributes of the
/// user in alphabetical order, and those that `config.js` asks for at the registration.
pub(super) fn listed_names(
    attributes: &[(String, String)],
    sign_up_attributes: &[AttributeName],
) -> Vec<String> {
    // The pool does not guarantee an order.
    let set_names: BTreeSet<&str> = attributes.iter().map(|(name, _)| name.as_str()).collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(attributes: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        attributes.iter().map(owned).collect()
    }

    #[test]
    fn account_page_lists_fixed_attributes_before_configured_ones() {
        let user = attributes(&[
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
            listed_names(&user, &configured),
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
        let user = attributes(&[("name", ""), ("name_verified", "")]);
        assert_eq!(
            AttributeValue::read(&user, "name"),
            AttributeValue::default()
        );
    }

    #[test]
    fn attribute_is_verified_only_if_its_flag_is_true() {
        for (verified, expected) in [("true", true), ("false", false)] {
            let user = attributes(&[("email", "ann@example.com"), ("email_verified", verified)]);
            let email = AttributeValue::read(&user, "email");
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
