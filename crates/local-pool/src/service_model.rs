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

use pattern::Pattern;
pub(crate) use violations::{missing_member_violation, violations_error};

/// Amazon's service model of the user-pool API, which is parsed at the first request.
static MODEL: LazyLock<Result<Model, serde_json::Error>> = LazyLock::new(|| {
    let mut model: Model =
        serde_json::from_str(include_str!("service_model/cognito-idp-2016-04-18.json"))?;
    for (name, text, tested) in PATTERNS {
        if let Some(Shape::String { pattern, .. }) = model.shapes.get_mut(name) {
            *pattern = Some(Pattern::with_tested_pattern(text, tested));
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

/// Members for which an empty text counts as absent, so that it violates no constraint: structure and member.
///
/// `SignUp` itself decides about an empty password, depending on the pool's first factors.
const EMPTY_AS_ABSENT: [(&str, &str); 1] = [("SignUpRequest", "Password")];

/// The service model: the request shape of each operation, and the shapes that requests contain.
#[derive(Debug, Deserialize)]
struct Model {
    /// The shape of each operation's request.
    operations: HashMap<String, String>,
    shapes: HashMap<String, Shape>,
}

/// The minimum and the maximum of a length, a count or a value in the service model.
#[derive(Clone, Copy, Debug, Deserialize)]
struct Bounds {
    min: Option<i64>,
    max: Option<i64>,
}

/// A type of the service model with its constraints.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Shape {
    Structure {
        members: Vec<Member>,
        /// Whether the structure is any JSON value, which the model does not describe.
        #[serde(default)]
        document: bool,
        #[serde(default)]
        sensitive: bool,
    },
    List {
        member: String,
        #[serde(flatten)]
        bounds: Bounds,
    },
    Map {
        key: String,
        value: String,
        #[serde(flatten)]
        bounds: Bounds,
        #[serde(default)]
        sensitive: bool,
    },
    String {
        #[serde(flatten)]
        bounds: Bounds,
        pattern: Option<Pattern>,
        #[serde(rename = "enum")]
        words: Option<Vec<String>>,
        #[serde(default)]
        sensitive: bool,
    },
    Integer {
        #[serde(flatten)]
        bounds: Bounds,
    },
    Boolean,
    /// Bytes in Base64.
    Blob,
}

impl Shape {
    /// Returns whether errors must not repeat values of this shape.
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

    /// Returns whether values of this shape contain no other values.
    const fn is_scalar(&self) -> bool {
        matches!(
            self,
            Self::String { .. } | Self::Integer { .. } | Self::Boolean | Self::Blob
        )
    }
}

/// A member of a structure in the service model.
#[derive(Debug, Deserialize)]
struct Member {
    name: String,
    shape: String,
    #[serde(default)]
    required: bool,
}

impl Model {
    /// Returns the shape with this name.
    ///
    /// # Errors
    /// Returns an internal error if the data file refers to a shape that it does not contain.
    fn find_shape(&self, name: &str) -> Result<&Shape, ApiError> {
        self.shapes
            .get(name)
            .ok_or_else(|| ApiError::internal(format_args!("service model: no shape {name}")))
    }
}

/// Parses the body of a request to an operation, and checks it against the model.
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
    fn every_referenced_shape_exists() {
        let model = MODEL.as_ref().unwrap();
        let referred = model.shapes.values().flat_map(|shape| match shape {
            Shape::Structure { members, .. } => members.iter().map(|of| &of.shape).collect(),
            Shape::List { member, .. } => vec![member],
            Shape::Map { key, value, .. } => vec![key, value],
            _ => Vec::new(),
        });
        for name in model.operations.values().chain(referred) {
            assert!(model.shapes.contains_key(name), "{name}");
        }
        for (name, _, _) in PATTERNS {
            assert!(
                matches!(model.shapes.get(name), Some(Shape::String { .. })),
                "{name}"
            );
        }
    }

    #[test]
    fn reference_pools_violate_no_constraint() {
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
    fn every_pattern_compiles() {
        for (name, shape) in &MODEL.as_ref().unwrap().shapes {
            if let Shape::String {
                pattern: Some(pattern),
                ..
            } = shape
            {
                assert!(pattern.is_valid(), "{name}: {pattern:?}");
            }
        }
    }
}
