//! Amazon's service model of the user-pool API, and the check of requests against it.
//!
//! The model names the members of each operation's request with their types, lengths, ranges, patterns and
//! enums. It is a data file of this crate, which `tests/clients/service_model.py` writes from botocore. The
//! service checks a request against its model before any other rule, and reports all violations in one error.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::{ApiError, ErrorKind};

mod pattern;
mod typed_values;
mod violations;

use pattern::ConstraintPattern;
pub(crate) use violations::{missing_member_violation, violations_error};

/// Amazon's service model of the user-pool API, which is parsed at the first request.
static MODEL: LazyLock<Result<ServiceModel, serde_json::Error>> = LazyLock::new(|| {
    let mut model: ServiceModel =
        serde_json::from_str(include_str!("service_model/cognito-idp-2016-04-18.json"))?;
    for (name, text, tested) in PATTERNS {
        if let Some(ModelShape::String { pattern, .. }) = model.shapes.get_mut(name) {
            *pattern = Some(ConstraintPattern::with_tested_pattern(text, tested));
        }
    }
    Ok(model)
});

/// Patterns that differ between the published model and the service: the name of the shape, the pattern in
/// error texts, and the pattern that values must match.
const PATTERNS: [(&str, &str, &str); 2] = [
    // The model says `[\S]+`. The service allows spaces inside a password, and its errors name this pattern.
    ("PasswordType", r"^[\S]+.*[\S]+$", r"^[\S]+.*[\S]+$"),
    // The model's pattern fits prefixes only. The same member takes a custom domain, which has dots.
    (
        "DomainType",
        r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$",
        r"^[a-z0-9](?:[a-z0-9\-.]{0,61}[a-z0-9])?$",
    ),
];

/// Request members for which an empty text counts as absent, so that it violates no constraint. Each is named by its
/// structure and its own name.
///
/// `SignUp` itself decides about an empty password, depending on the pool's first factors.
const EMPTY_AS_ABSENT: [(&str, &str); 1] = [("SignUpRequest", "Password")];

/// Amazon's service model: the type of each operation's request, and all types that requests contain.
#[derive(Debug, Deserialize)]
struct ServiceModel {
    /// For each operation, the name of its request's type.
    operations: HashMap<String, String>,
    shapes: HashMap<String, ModelShape>,
}

/// The minimum and the maximum that the service model sets for a length, a count or a value.
#[derive(Clone, Copy, Debug, Deserialize)]
struct MinMaxBounds {
    min: Option<i64>,
    max: Option<i64>,
}

/// A type of the service model with its constraints (a "shape" in Amazon's terms).
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum ModelShape {
    Structure {
        members: Vec<ModelMember>,
        /// True if any JSON value is valid, because the model does not describe the structure.
        #[serde(default)]
        document: bool,
        #[serde(default)]
        sensitive: bool,
    },
    List {
        member: String,
        #[serde(flatten)]
        bounds: MinMaxBounds,
    },
    Map {
        key: String,
        value: String,
        #[serde(flatten)]
        bounds: MinMaxBounds,
        #[serde(default)]
        sensitive: bool,
    },
    String {
        #[serde(flatten)]
        bounds: MinMaxBounds,
        pattern: Option<ConstraintPattern>,
        #[serde(rename = "enum")]
        words: Option<Vec<String>>,
        #[serde(default)]
        sensitive: bool,
    },
    Integer {
        #[serde(flatten)]
        bounds: MinMaxBounds,
    },
    Boolean,
    /// Binary data in Base64.
    Blob,
}

impl ModelShape {
    /// Returns true if error texts must not repeat values of this type.
    const fn is_sensitive(&self) -> bool {
        matches!(
            self,
            Self::Structure {
                sensitive: true,
                ..
            } | Self::Map {
                sensitive: true,
                ..
            } | Self::String {
                sensitive: true,
                ..
            }
        )
    }

    /// Returns true if values of this type contain no other values.
    const fn is_scalar(&self) -> bool {
        matches!(
            self,
            Self::String { .. } | Self::Integer { .. } | Self::Boolean | Self::Blob
        )
    }
}

/// A member of a structure in the service model.
#[derive(Debug, Deserialize)]
struct ModelMember {
    name: String,
    shape: String,
    #[serde(default)]
    required: bool,
}

impl ServiceModel {
    /// Returns the type of the service model with this name.
    ///
    /// # Errors
    /// Returns an internal error if the data file refers to a shape that it does not contain.
    fn find_shape(&self, name: &str) -> Result<&ModelShape, ApiError> {
        self.shapes
            .get(name)
            .ok_or_else(|| ApiError::internal(format_args!("service model: no shape {name}")))
    }
}

/// Parses the body of a request to an operation, and checks it against the service model.
///
/// The result has only members of the model, each of the model's type and within its constraints. Null members
/// and unknown members are omitted.
///
/// # Errors
/// Returns `UnknownOperationException` for an operation that the model does not have, `SerializationException`
/// for a body that is not a JSON object or has a member of a wrong type, and one `InvalidParameterException`
/// for all violated constraints.
pub(crate) fn parse_request(operation: &str, body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    let model = MODEL
        .as_ref()
        .map_err(|error| ApiError::internal(format_args!("service model: {error}")))?;
    let name = model
        .operations
        .get(operation)
        .ok_or_else(|| ApiError::without_message(ErrorKind::UnknownOperation))?;
    let body: Map<String, Value> = serde_json::from_slice(body)
        .map_err(|_| ApiError::without_message(ErrorKind::Serialization))?;
    let request = model.parse_structure(name, body)?;
    model.check_constraints(name, &request)?;
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets::PoolPreset as ReferencePool;

    #[test]
    fn service_model_defines_every_shape_that_it_references() {
        let model = MODEL.as_ref().unwrap();
        let referred = model.shapes.values().flat_map(|shape| match shape {
            ModelShape::Structure { members, .. } => members.iter().map(|of| &of.shape).collect(),
            ModelShape::List { member, .. } => vec![member],
            ModelShape::Map { key, value, .. } => vec![key, value],
            _ => Vec::new(),
        });
        for name in model.operations.values().chain(referred) {
            assert!(model.shapes.contains_key(name), "{name}");
        }
        for (name, _, _) in PATTERNS {
            assert!(
                matches!(model.shapes.get(name), Some(ModelShape::String { .. })),
                "{name}"
            );
        }
    }

    #[test]
    fn reference_pools_satisfy_the_service_model() {
        for preset in ReferencePool::ALL {
            let mut client = preset.create_client_request(preset.app_url().as_str());
            client["UserPoolId"] = preset.pool_id().into();
            for (operation, request) in [
                ("CreateUserPool", preset.create_pool_request()),
                ("CreateUserPoolClient", client),
            ] {
                parse_request(operation, request.to_string().as_bytes())
                    .unwrap_or_else(|error| panic!("{preset:?} {operation}: {error}"));
            }
        }
    }

    #[test]
    fn service_model_contains_only_valid_patterns() {
        for (name, shape) in &MODEL.as_ref().unwrap().shapes {
            if let ModelShape::String {
                pattern: Some(pattern),
                ..
            } = shape
            {
                assert!(pattern.is_valid(), "{name}: {pattern:?}");
            }
        }
    }
}
