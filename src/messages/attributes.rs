//! The labels of the attributes in forms.

/// The form field for an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeField {
    /// The label of the field.
    pub label: String,
    /// The input's type.
    pub kind: &'static str,
    /// The input's `autocomplete` value.
    pub autocomplete: &'static str,
}

/// The form field for an attribute. An unknown attribute has its own name as the label.
///
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html>
pub fn attribute(name: &str) -> AttributeField {
    let (label, kind, autocomplete) = match name {
        "address" => ("Address", "text", "street-address"),
        "birthdate" => ("Date of birth", "date", "bday"),
        "email" => ("E-mail", "email", "email"),
        "family_name" => ("Family name", "text", "family-name"),
        "gender" => ("Gender", "text", "sex"),
        "given_name" => ("Given name", "text", "given-name"),
        "locale" => ("Language", "text", "language"),
        "middle_name" => ("Middle name", "text", "additional-name"),
        "name" => ("Your name", "text", "name"),
        "nickname" => ("Nickname", "text", "nickname"),
        "phone_number" => ("Phone number, such as +14325550100", "tel", "tel"),
        "picture" => ("Address of a picture", "url", "photo"),
        "preferred_username" => ("Preferred user name", "text", "off"),
        "profile" => ("Address of a profile page", "url", "off"),
        "website" => ("Website", "url", "url"),
        "zoneinfo" => ("Time zone, such as Europe/Berlin", "text", "off"),
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
