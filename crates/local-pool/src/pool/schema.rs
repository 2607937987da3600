//! Attributes: which there are, of what type, and who may write and read them.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::contact::check_contacts;
use super::settings::PoolSettings;
use super::user::Attributes;
use crate::error::ApiError;

/// Not in the model's list of lengths: both flags and `sub` come with every pool.
pub(crate) const READ_ONLY: [&str; 4] =
    ["sub", "email_verified", "phone_number_verified", IDENTITIES];

/// Where a user of another identity provider comes from: JSON text, written by the pool alone.
pub(crate) const IDENTITIES: &str = "identities";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum DataType {
    String,
    Number,
    DateTime,
    Boolean,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct StringConstraints {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) min_length: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_length: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct NumberConstraints {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) min_value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_value: Option<String>,
}

/// One attribute of the schema, spelled as `SchemaAttributeType` is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct SchemaAttribute {
    pub(crate) name: String,
    #[serde(default = "string_type")]
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

const fn string_type() -> DataType {
    DataType::String
}

fn standard(name: &str, data_type: DataType) -> SchemaAttribute {
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

/// The attributes of OpenID Connect Core §5.1 that every pool has.
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
        .map(|name| standard(name, DataType::String))
        .collect();
    all.push(standard("email_verified", DataType::Boolean));
    all.push(standard("phone_number_verified", DataType::Boolean));
    all.push(standard("updated_at", DataType::Number));
    all
}

/// The whole schema: the standard attributes, as the `Schema` of a request changes and adds to them.
pub(crate) fn with_standard_attributes(
    schema: Option<Value>,
) -> Result<Vec<SchemaAttribute>, ApiError> {
    let mut all = standard_attributes();
    let Some(schema) = schema else { return Ok(all) };
    let given: Vec<SchemaAttribute> = serde_json::from_value(schema).map_err(|error| {
        ApiError::invalid_parameter(format!("Invalid user pool schema: {error}"))
    })?;
    for mut attribute in given {
        if let Some(known) = all.iter_mut().find(|known| known.name == attribute.name) {
            if attribute.attribute_data_type != known.attribute_data_type {
                return Err(ApiError::invalid_parameter(format!(
                    "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute {}",
                    attribute.name
                )));
            }
            known.required |= attribute.required;
            known.mutable = attribute.mutable && known.name != "sub";
            if attribute.string_attribute_constraints.is_some() {
                known.string_attribute_constraints = attribute.string_attribute_constraints;
            }
            if attribute.number_attribute_constraints.is_some() {
                known.number_attribute_constraints = attribute.number_attribute_constraints;
            }
            continue;
        }
        if attribute.name.is_empty() || attribute.name.chars().count() > 20 {
            return Err(ApiError::invalid_parameter(format!(
                "1 validation error detected: Value '{}' at 'schema.member.name' failed to satisfy constraint: Member must have length less than or equal to 20",
                attribute.name
            )));
        }
        if attribute.required {
            return Err(ApiError::invalid_parameter(
                "Required custom attributes are not supported currently.",
            ));
        }
        let prefix = if attribute.developer_only_attribute {
            "dev:custom:"
        } else {
            "custom:"
        };
        attribute.name.insert_str(0, prefix);
        all.push(attribute);
    }
    Ok(all)
}

/// A list of violations, each ended by a newline, as Cognito writes them.
fn refused(violations: &str) -> Result<(), ApiError> {
    if violations.is_empty() {
        return Ok(());
    }
    Err(ApiError::invalid_parameter(format!(
        "Attributes did not conform to the schema: {violations}"
    )))
}

impl SchemaAttribute {
    /// What is wrong with `value`, without the attribute's name.
    fn fault(&self, value: &str) -> Option<String> {
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
    pub(crate) fn schema_of(&self, name: &str) -> Option<&SchemaAttribute> {
        self.schema_attributes
            .iter()
            .find(|known| known.name == name)
    }

    /// What is wrong with the attributes given, one line each.
    fn faults(&self, given: &Attributes) -> String {
        let mut faults = String::new();
        for (name, value) in given {
            match self.schema_of(name) {
                None => faults.push_str(&format!(
                    "Type for attribute {{{name}}} could not be determined\n"
                )),
                Some(known) => {
                    if let Some(fault) = known.fault(value) {
                        faults.push_str(&format!("{name}: {fault}\n"));
                    }
                }
            }
        }
        faults
    }

    /// Checks a new user's attributes: known, of their type, and none that is required missing.
    pub(crate) fn check_new(&self, given: &Attributes) -> Result<(), ApiError> {
        let mut faults = self.faults(given);
        for known in self
            .schema_attributes
            .iter()
            .filter(|known| known.required && known.name != "sub")
        {
            if given.get(&known.name).is_none_or(|value| value.is_empty()) {
                faults.push_str(&format!("{}: The attribute is required\n", known.name));
            }
        }
        refused(&faults)?;
        check_contacts(given)
    }

    /// Checks attributes of which some that are required may still be missing.
    pub(crate) fn check_given(&self, given: &Attributes) -> Result<(), ApiError> {
        refused(&self.faults(given))?;
        check_contacts(given)
    }

    /// Checks changes to a user's attributes; an empty value takes one away.
    pub(crate) fn check_change(&self, given: &Attributes) -> Result<(), ApiError> {
        for name in given.keys() {
            if self.schema_of(name).is_some_and(|known| !known.mutable) {
                return Err(ApiError::invalid_parameter(format!(
                    "user.{name}: Attribute cannot be updated.\n"
                )));
            }
        }
        let kept: Attributes = given
            .iter()
            .filter(|(name, value)| !value.is_empty() || self.schema_of(name).is_none())
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let mut faults = self.faults(&kept);
        for name in given
            .iter()
            .filter(|(_, value)| value.is_empty())
            .map(|(name, _)| name)
        {
            if self.schema_of(name).is_some_and(|known| known.required) {
                faults.push_str(&format!("{name}: The attribute is required\n"));
            }
        }
        refused(&faults)?;
        check_contacts(given)
    }

    /// Names of the required attributes that `attributes` lack, in the schema's order.
    pub(crate) fn missing_required(&self, attributes: &Attributes) -> Vec<&str> {
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
