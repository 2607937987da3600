//! The labels of the user attributes.

use ui_texts::{account as texts, labels};

/// The texts and HTML attributes of the form field for one user attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeField {
    /// The label of the field.
    pub label: String,
    /// The `type` of the input element, such as `email`.
    pub kind: &'static str,
    /// The `autocomplete` value of the input element.
    pub autocomplete: &'static str,
}

/// Returns the form field for the attribute `name`. An unknown attribute has its own name as the label.
///
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html>
pub fn attribute(name: &str) -> AttributeField {
    let (label, kind, autocomplete) = match name {
        "address" => (texts::ADDRESS, "text", "street-address"),
        "birthdate" => (texts::BIRTHDATE, "date", "bday"),
        "email" => (labels::EMAIL, "email", "email"),
        "family_name" => (texts::FAMILY_NAME, "text", "family-name"),
        "gender" => (texts::GENDER, "text", "sex"),
        "given_name" => (texts::GIVEN_NAME, "text", "given-name"),
        "locale" => (texts::LANGUAGE, "text", "language"),
        "middle_name" => (texts::MIDDLE_NAME, "text", "additional-name"),
        "name" => (labels::NAME, "text", "name"),
        "nickname" => (texts::NICKNAME, "text", "nickname"),
        "phone_number" => (texts::PHONE_NUMBER_EXAMPLE, "tel", "tel"),
        "picture" => (texts::PICTURE, "url", "photo"),
        "preferred_username" => (texts::PREFERRED_USERNAME, "text", "off"),
        "profile" => (texts::PROFILE, "url", "off"),
        "website" => (texts::WEBSITE, "url", "url"),
        "zoneinfo" => (texts::TIME_ZONE_EXAMPLE, "text", "off"),
        other => (
            other.strip_prefix("custom:").unwrap_or(other),
            "text",
            "off",
        ),
    };
    AttributeField {
        label: label.to_owned(),
        kind,
        autocomplete,
    }
}

/// Returns the label of an attribute for the list of the user's details, without an example.
pub fn attribute_name(name: &str) -> String {
    match name {
        "phone_number" => texts::PHONE_NUMBER.to_owned(),
        "zoneinfo" => texts::TIME_ZONE.to_owned(),
        other => attribute(other).label,
    }
}
