//! Fields for required attributes, one for each attribute.

use std::sync::Arc;

use cognito_proto::ids::AttributeName;
use leptos::prelude::*;

use super::attempt::Checked;
use crate::components::{FieldError, TextField};
use crate::messages;

/// The name of a required attribute, and the value that the user has typed.
struct Asked {
    name: AttributeName,
    value: RwSignal<String>,
    error: FieldError,
}

impl Asked {
    fn new(name: &AttributeName) -> Self {
        Self {
            name: name.clone(),
            value: RwSignal::new(String::new()),
            error: RwSignal::new(None),
        }
    }

    /// Renders the field. The name of the attribute decides on the label, the input type and `autocomplete`.
    fn view(&self) -> AnyView {
        let known = messages::attribute(self.name.as_str());
        view! {
            <TextField
                id=field_id(&self.name)
                label=known.label
                kind=known.kind
                autocomplete=known.autocomplete
                value=self.value
                error=self.error
            />
        }
        .into_any()
    }
}

/// The required attributes of a form. Cloning is cheap.
#[derive(Clone)]
pub(super) struct AskedAttributes(Arc<[Asked]>);

impl AskedAttributes {
    pub(super) fn new(names: &[AttributeName]) -> Self {
        Self(names.iter().map(Asked::new).collect())
    }

    /// Renders the fields in the order of the attributes.
    pub(super) fn view(&self) -> AnyView {
        self.0
            .iter()
            .map(Asked::view)
            .collect::<Vec<_>>()
            .into_any()
    }

    /// Returns the values. If a field is empty, it shows an error at that field.
    pub(super) fn check(&self) -> Checked<Vec<(AttributeName, String)>> {
        let mut attributes = Vec::new();
        let mut first_empty = None;
        for Asked { name, value, error } in self.0.iter() {
            let text = value.with_untracked(|value| value.trim().to_owned());
            if text.is_empty() {
                let _ = error.try_set(Some(messages::VALUE_NEEDED.to_owned()));
                first_empty.get_or_insert_with(|| field_id(name));
            }
            attributes.push((name.clone(), text));
        }
        Checked(first_empty.map_or(Ok(attributes), Err))
    }

    /// Sets the fields to the given values. It ignores attributes without a field.
    pub(super) fn fill(&self, attributes: &[(AttributeName, String)]) {
        for asked in self.0.iter() {
            if let Some((_, text)) = attributes.iter().find(|(name, _)| *name == asked.name) {
                asked.value.set(text.clone());
            }
        }
    }
}

fn field_id(name: &AttributeName) -> String {
    format!("attribute-{}", name.as_str().replace([':', '.'], "-"))
}
