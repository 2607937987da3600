//! The form fields for required user attributes, one for each attribute.

use std::sync::Arc;

use cognito_proto::ids::AttributeName;
use leptos::prelude::*;
use ui_texts::validation;

use super::submission::Validated;
use crate::components::{ErrorSignal, TextField};
use crate::messages;

/// The name of a required attribute, and the value that the user has typed.
struct AttributeField {
    name: AttributeName,
    value: RwSignal<String>,
    error: ErrorSignal,
}

impl AttributeField {
    fn new(name: &AttributeName) -> Self {
        Self {
            name: name.clone(),
            value: RwSignal::new(String::new()),
            error: RwSignal::new(None),
        }
    }
}

/// The form fields for a list of required attributes. Cloning is cheap.
#[derive(Clone)]
pub(super) struct AttributeFields(Arc<[AttributeField]>);

impl AttributeFields {
    pub(super) fn new(names: &[AttributeName]) -> Self {
        Self(names.iter().map(AttributeField::new).collect())
    }

    /// Returns the name and value of each attribute. If a field is empty, shows an error at it and returns the field's
    /// ID.
    pub(super) fn validate(&self) -> Validated<Vec<(AttributeName, String)>> {
        let mut attributes = Vec::new();
        let mut first_empty = None;
        for AttributeField { name, value, error } in self.0.iter() {
            let text = value.with_untracked(|value| value.trim().to_owned());
            if text.is_empty() {
                let _ = error.try_set(Some(validation::REQUIRED.clone()));
                first_empty.get_or_insert_with(|| field_id(name));
            }
            attributes.push((name.clone(), text));
        }
        Validated(first_empty.map_or(Ok(attributes), Err))
    }

    /// Fills the given values into the fields. It ignores attributes without a field.
    pub(super) fn fill(&self, attributes: &[(AttributeName, String)]) {
        for field in self.0.iter() {
            if let Some((_, text)) = attributes.iter().find(|(name, _)| *name == field.name) {
                field.value.set(text.clone());
            }
        }
    }
}

/// The fields of a form for required attributes, in their order. The name of an attribute determines the label, the
/// input type and the `autocomplete` value of its field.
#[component]
pub(super) fn AttributeInputs(fields: AttributeFields) -> impl IntoView {
    let input = |field: &AttributeField| {
        let description = messages::attribute(field.name.as_str());
        view! {
            <TextField
                id=field_id(&field.name)
                label=description.label
                kind=description.kind
                autocomplete=description.autocomplete
                value=field.value
                error=field.error
            />
        }
    };
    fields.0.iter().map(input).collect_view()
}

fn field_id(name: &AttributeName) -> String {
    format!("attribute-{}", name.as_str().replace([':', '.'], "-"))
}
