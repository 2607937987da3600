//! The attribute schema of a pool: its attributes, their types, and which of them clients may read and write.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::contact::check_contact_syntax;
use super::settings::PoolSettings;
use super::user::Attributes;
use crate::error::ApiError;
use crate::service_model;

/// Attributes that no client may write. The verification flags and `sub` exist in every pool.
pub(crate) const READ_ONLY: [&str; 4] =
    ["sub", "email_verified", "phone_number_verified", IDENTITIES];

/// The name of the attribute that lists a user's accounts at external identity providers, as JSON. Only the pool writes
/// it.
pub(crate) const IDENTITIES: &str = "identities";

/// The data type of an attribute in the schema (`AttributeDataType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum DataType {
    String,
    Number,
    DateTime,
    Boolean,
}

/// The minimum and maximum length of a string attribute, as decimal texts (`StringAttributeConstraintsType`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct StringConstraints {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) min_length: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_length: Option<String>,
}

/// The minimum and maximum of a number attribute, as decimal texts (`NumberAttributeConstraintsType`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct NumberConstraints {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) min_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_value: Option<String>,
}

/// An attribute in a pool's schema (`SchemaAttributeType`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SchemaAttribute {
    pub(crate) name: String,
    pub(crate) attribute_data_type: DataType,
    #[serde(default)]
    pub(crate) developer_only_attribute: bool,
    #[serde(default)]
    pub(crate) mutable: bool,
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) string_attribute_constraints: Option<StringConstraints>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) number_attribute_constraints: Option<NumberConstraints>,
}

/// Returns the schema of a standard attribute with this name and type, with Cognito's defaults.
fn standard_attribute(name: &str, data_type: DataType) -> SchemaAttribute {
    let text = |least: &str, most: &str| {
        Some(StringConstraints {
            min_length: Some(least.to_owned()),
            max_length: Some(most.to_owned()),
        })
    };
    SchemaAttribute {
        name: name.to_owned(),
        attribute_data_type: data_type,
        developer_only_attribute: false,
        mutable: name != "sub",
        required: name == "sub",
        string_attribute_constraints: match (data_type, name) {
            (DataType::String, "sub") => text("1", "2048"),
            (DataType::String, "birthdate") => text("10", "10"),
            (DataType::String, _) => text("0", "2048"),
            _ => None,
        },
        number_attribute_constraints: (data_type == DataType::Number).then(|| NumberConstraints {
            min_value: Some("0".to_owned()),
            max_value: None,
        }),
    }
}

/// Returns the standard attributes of OpenID Connect Core §5.1, which every pool has.
fn standard_attributes() -> Vec<SchemaAttribute> {
    const TEXTS: [&str; 17] = [
        "sub",
        "name",
        "given_name",
        "family_name",
        "middle_name",
        "nickname",
        "preferred_username",
        "profile",
        "picture",
        "website",
        "email",
        "gender",
        "birthdate",
        "zoneinfo",
        "locale",
        "phone_number",
        "address",
    ];
    let mut all: Vec<_> = TEXTS
        .into_iter()
        .map(|name| standard_attribute(name, DataType::String))
        .collect();
    all.push(standard_attribute("email_verified", DataType::Boolean));
    all.push(standard_attribute(
        "phone_number_verified",
        DataType::Boolean,
    ));
    all.push(standard_attribute("updated_at", DataType::Number));
    all
}

/// The description of an attribute in a request (`SchemaAttributeType`). Every member may be absent.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RequestedAttribute {
    name: Option<String>,
    attribute_data_type: Option<DataType>,
    #[serde(default)]
    developer_only_attribute: bool,
    #[serde(default)]
    mutable: bool,
    #[serde(default)]
    required: bool,
    string_attribute_constraints: Option<StringConstraints>,
    number_attribute_constraints: Option<NumberConstraints>,
}

/// The maximum length of a string attribute.
const LONGEST_TEXT: i128 = 2_048;

// The error texts are those of moto, whose authors compared them with the service:
// <https://github.com/getmoto/moto/blob/master/tests/test_cognitoidp/test_cognitoidp.py>.
impl SchemaAttribute {
    /// Takes the minimum and maximum that fit this data type from a request. Returns an error if they are invalid.
    fn apply_requested_bounds(&mut self, requested: RequestedAttribute) -> Result<(), ApiError> {
        match self.attribute_data_type {
            DataType::String => {
                if let Some(bounds) = requested.string_attribute_constraints {
                    self.check_length_bounds(&bounds)?;
                    self.string_attribute_constraints = Some(bounds);
                }
            }
            DataType::Number => {
                if let Some(bounds) = requested.number_attribute_constraints {
                    self.check_value_bounds(&bounds)?;
                    self.number_attribute_constraints = Some(bounds);
                }
            }
            DataType::DateTime | DataType::Boolean => {}
        }
        Ok(())
    }

    /// Parses a minimum or maximum, which is a decimal text in requests. Returns an error if it is not a number.
    fn parse_bound(
        &self,
        member: &str,
        bound_text: Option<&String>,
    ) -> Result<Option<i128>, ApiError> {
        bound_text
            .map(|bound_text| {
                bound_text.parse().map_err(|_| {
                    ApiError::invalid_parameter(format!(
                        "Invalid {member} for schema attribute {}",
                        self.name
                    ))
                })
            })
            .transpose()
    }

    /// Returns an error if the minimum and maximum length contradict each other or are too large.
    fn check_length_bounds(&self, bounds: &StringConstraints) -> Result<(), ApiError> {
        const MEMBER: &str = "StringAttributeConstraints";
        let least = self.parse_bound(MEMBER, bounds.min_length.as_ref())?;
        let most = self.parse_bound(MEMBER, bounds.max_length.as_ref())?;
        let lengths = || least.into_iter().chain(most);
        if lengths().any(|length| length < 0) {
            return Err(ApiError::invalid_parameter(format!(
                "Invalid {MEMBER} for schema attribute {}",
                self.name
            )));
        }
        if lengths().any(|length| length > LONGEST_TEXT) {
            return Err(ApiError::invalid_parameter(format!(
                "user.{}: String attributes cannot have a length of more than {LONGEST_TEXT}",
                self.name
            )));
        }
        if least.zip(most).is_some_and(|(least, most)| least > most) {
            return Err(ApiError::invalid_parameter(format!(
                "user.{}: Max length cannot be less than min length.",
                self.name
            )));
        }
        Ok(())
    }

    /// Returns an error if the minimum and maximum of a number contradict each other.
    fn check_value_bounds(&self, bounds: &NumberConstraints) -> Result<(), ApiError> {
        const MEMBER: &str = "NumberAttributeConstraints";
        let least = self.parse_bound(MEMBER, bounds.min_value.as_ref())?;
        let most = self.parse_bound(MEMBER, bounds.max_value.as_ref())?;
        if least.zip(most).is_some_and(|(least, most)| least > most) {
            return Err(ApiError::invalid_parameter(format!(
                "user.{}: Max value cannot be less than min value.",
                self.name
            )));
        }
        Ok(())
    }

    /// Changes a standard attribute as the request says. Returns an error if the request would change its type
    /// or make it developer-only.
    fn change_standard_attribute(&mut self, requested: RequestedAttribute) -> Result<(), ApiError> {
        let other_type = requested
            .attribute_data_type
            .is_some_and(|wanted| wanted != self.attribute_data_type);
        if other_type || requested.developer_only_attribute {
            return Err(ApiError::invalid_parameter(format!(
                "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute {}",
                self.name
            )));
        }
        self.required |= requested.required;
        self.mutable = requested.mutable && self.name != "sub";
        self.apply_requested_bounds(requested)
    }

    /// Creates a custom attribute from a request, or returns an error if the request is invalid.
    fn new_custom_attribute(name: &str, requested: RequestedAttribute) -> Result<Self, ApiError> {
        if requested.required {
            return Err(ApiError::invalid_parameter(
                "Required custom attributes are not supported currently.",
            ));
        }
        let developer_only_attribute = requested.developer_only_attribute;
        let prefix = if developer_only_attribute {
            "dev:custom:"
        } else {
            "custom:"
        };
        let mut attribute = Self {
            name: format!("{prefix}{name}"),
            attribute_data_type: requested.attribute_data_type.unwrap_or(DataType::String),
            developer_only_attribute,
            mutable: requested.mutable,
            required: false,
            string_attribute_constraints: None,
            number_attribute_constraints: None,
        };
        attribute.apply_requested_bounds(requested)?;
        Ok(attribute)
    }
}

/// Returns the name of the requested attribute at this index, or an error if it has no name. Every attribute
/// must have a name, although the service model does not require it.
fn requested_attribute_name(
    list_member: &str,
    index: usize,
    requested: &RequestedAttribute,
) -> Result<String, ApiError> {
    requested.name.clone().ok_or_else(|| {
        let member = format!("{list_member}.{}.member.name", index + 1);
        service_model::violations_error(&[service_model::missing_member_violation(&member)])
    })
}

/// Returns the whole schema of a new pool: the standard attributes, changed and extended by the `Schema` of a
/// request.
pub(crate) fn build_schema(schema: Option<Value>) -> Result<Vec<SchemaAttribute>, ApiError> {
    let mut all = standard_attributes();
    let Some(schema) = schema else { return Ok(all) };
    let requested: Vec<RequestedAttribute> = serde_json::from_value(schema)
        .map_err(|error| ApiError::internal(format_args!("user pool schema: {error}")))?;
    for (place, attribute) in requested.into_iter().enumerate() {
        let name = requested_attribute_name("schema", place, &attribute)?;
        match all.iter_mut().find(|known| known.name == name) {
            Some(known) => known.change_standard_attribute(attribute)?,
            None => add_custom_attribute(&mut all, &name, attribute)?,
        }
    }
    Ok(all)
}

/// Adds the attributes of an `AddCustomAttributes` request to a schema. Returns an error if one is invalid or
/// exists.
pub(crate) fn extend_schema(
    schema: &mut Vec<SchemaAttribute>,
    requested: Vec<RequestedAttribute>,
) -> Result<(), ApiError> {
    for (place, attribute) in requested.into_iter().enumerate() {
        let name = requested_attribute_name("customAttributes", place, &attribute)?;
        add_custom_attribute(schema, &name, attribute)?;
    }
    Ok(())
}

/// Adds one custom attribute to a schema. Returns an error if it is invalid or exists.
fn add_custom_attribute(
    schema: &mut Vec<SchemaAttribute>,
    name: &str,
    requested: RequestedAttribute,
) -> Result<(), ApiError> {
    let attribute = SchemaAttribute::new_custom_attribute(name, requested)?;
    if schema.iter().any(|known| known.name == attribute.name) {
        return Err(ApiError::invalid_parameter(format!(
            "custom:{name}: Existing attribute already has name {}.",
            attribute.name
        )));
    }
    schema.push(attribute);
    Ok(())
}

/// Returns an error that contains `violations`, a list of violated rules, unless it is empty. As in Cognito's texts,
/// each violation ends with a newline.
fn reject_schema_violations(violations: &str) -> Result<(), ApiError> {
    if violations.is_empty() {
        return Ok(());
    }
    Err(ApiError::invalid_parameter(format!(
        "Attributes did not conform to the schema: {violations}"
    )))
}

impl SchemaAttribute {
    /// Returns the description of the rule that `value` violates, without the attribute's name, or `None` if the value
    /// is valid.
    fn find_attribute_violation(&self, value: &str) -> Option<String> {
        match self.attribute_data_type {
            DataType::String => {
                let constraints = self.string_attribute_constraints.as_ref()?;
                let length = value.chars().count();
                let bound = |text: &Option<String>| {
                    text.as_ref().and_then(|text| text.parse::<usize>().ok())
                };
                if let Some(least) = bound(&constraints.min_length).filter(|least| length < *least)
                {
                    return Some(format!("String must have at least {least} characters"));
                }
                bound(&constraints.max_length)
                    .filter(|most| length > *most)
                    .map(|most| format!("String must be no longer than {most} characters"))
            }
            DataType::Number => {
                let Ok(number) = value.parse::<i128>() else {
                    return Some("Invalid number value".to_owned());
                };
                let constraints = self.number_attribute_constraints.as_ref()?;
                let bound = |text: &Option<String>| {
                    text.as_ref().and_then(|text| text.parse::<i128>().ok())
                };
                if let Some(least) = bound(&constraints.min_value).filter(|least| number < *least) {
                    return Some(format!("Number must be at least {least}"));
                }
                bound(&constraints.max_value)
                    .filter(|most| number > *most)
                    .map(|most| format!("Number must be no greater than {most}"))
            }
            DataType::Boolean => {
                (!matches!(value, "true" | "false")).then(|| "Invalid boolean value".to_owned())
            }
            DataType::DateTime => (value.is_empty()
                || !value.bytes().all(|b| b.is_ascii_graphic()))
            .then(|| "Invalid date-time value".to_owned()),
        }
    }
}

impl PoolSettings {
    /// Returns the attribute of the schema with this name, or `None` if there is none.
    pub(crate) fn find_schema_attribute(&self, attribute_name: &str) -> Option<&SchemaAttribute> {
        self.schema_attributes
            .iter()
            .find(|known| known.name == attribute_name)
    }

    /// Returns a text that describes all invalid attribute values, one line each.
    fn collect_violations(&self, attributes: &Attributes) -> String {
        let mut violations = String::new();
        for (name, value) in attributes {
            match self.find_schema_attribute(name) {
                None => violations.push_str(&format!(
                    "Type for attribute {{{name}}} could not be determined\n"
                )),
                Some(known) => {
                    if let Some(violation) = known.find_attribute_violation(value) {
                        violations.push_str(&format!("{name}: {violation}\n"));
                    }
                }
            }
        }
        violations
    }

    /// Converts boolean attribute values to lower case, as Cognito stores them (`True` becomes `true`).
    fn normalize_booleans(&self, attributes: &mut Attributes) {
        for (name, value) in attributes {
            let is_boolean = self
                .find_schema_attribute(name)
                .is_some_and(|known| known.attribute_data_type == DataType::Boolean);
            if is_boolean {
                value.make_ascii_lowercase();
            }
        }
    }

    /// Returns an error unless each attribute of a new user is known and has a valid value, and no required
    /// attribute is missing. Boolean values are converted to lower case.
    pub(crate) fn check_new_user_attributes(
        &self,
        attributes: &mut Attributes,
    ) -> Result<(), ApiError> {
        self.normalize_booleans(attributes);
        let mut violations = self.collect_violations(attributes);
        for known in self
            .schema_attributes
            .iter()
            .filter(|known| known.required && known.name != "sub")
        {
            if attributes
                .get(&known.name)
                .is_none_or(|value| value.is_empty())
            {
                violations.push_str(&format!("{}: The attribute is required\n", known.name));
            }
        }
        reject_schema_violations(&violations)?;
        check_contact_syntax(attributes)
    }

    /// Returns an error unless each attribute is known and has a valid value. Required attributes may be
    /// missing. Boolean values are converted to lower case.
    pub(crate) fn check_partial_attributes(
        &self,
        attributes: &mut Attributes,
    ) -> Result<(), ApiError> {
        self.normalize_booleans(attributes);
        reject_schema_violations(&self.collect_violations(attributes))?;
        check_contact_syntax(attributes)
    }

    /// Returns an error unless these changes to a user's attributes are allowed. An empty value deletes the
    /// attribute. Boolean values are converted to lower case.
    pub(crate) fn check_attribute_changes(&self, changes: &mut Attributes) -> Result<(), ApiError> {
        self.normalize_booleans(changes);
        for name in changes.keys() {
            if self
                .find_schema_attribute(name)
                .is_some_and(|known| !known.mutable)
            {
                return Err(ApiError::invalid_parameter(format!(
                    "user.{name}: Attribute cannot be updated.\n"
                )));
            }
        }
        let accepted: Attributes = changes
            .iter()
            .filter(|(name, value)| !value.is_empty() || self.find_schema_attribute(name).is_none())
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let mut violations = self.collect_violations(&accepted);
        for name in changes
            .iter()
            .filter(|(_, value)| value.is_empty())
            .map(|(name, _)| name)
        {
            if self
                .find_schema_attribute(name)
                .is_some_and(|known| known.required)
            {
                violations.push_str(&format!("{name}: The attribute is required\n"));
            }
        }
        reject_schema_violations(&violations)?;
        check_contact_syntax(changes)
    }

    /// Returns the names of the required attributes that are missing, in the schema's order.
    pub(crate) fn missing_required_attributes(&self, attributes: &Attributes) -> Vec<&str> {
        self.schema_attributes
            .iter()
            .filter(|known| known.required && known.name != "sub")
            .filter(|known| {
                attributes
                    .get(&known.name)
                    .is_none_or(|value| value.is_empty())
            })
            .map(|known| known.name.as_str())
            .collect()
    }
}
