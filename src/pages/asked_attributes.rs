//! Attributes that must be given: one field each.

use std::sync::Arc;

use cognito_proto::ids::AttributeName;
use leptos::prelude::*;

use crate::browser::page;
use crate::components::{FieldError, TextField};
use crate::words;

/// One attribute, as typed.
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

    /// The field, with what the attribute's name tells of its kind.
    fn view(&self) -> AnyView {
        let known = words::attribute(self.name.as_str());
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

/// The attributes that somebody asks for. Cloned freely.
#[derive(Clone)]
pub(super) struct AskedAttributes(Arc<[Asked]>);

impl AskedAttributes {
    pub(super) fn new(names: &[AttributeName]) -> Self {
        Self(names.iter().map(Asked::new).collect())
    }

    /// Their fields, in order.
    pub(super) fn view(&self) -> AnyView {
        self.0
            .iter()
            .map(Asked::view)
            .collect::<Vec<_>>()
            .into_any()
    }

    /// What was typed; where something is missing it complains.
    pub(super) fn get(&self) -> Option<Vec<(AttributeName, String)>> {
        let mut attributes = Vec::new();
        for Asked { name, value, error } in self.0.iter() {
            let text = value.with_untracked(|value| value.trim().to_owned());
            if text.is_empty() {
                let _ = error.try_set(Some(words::VALUE_NEEDED.to_owned()));
                page::focus(&field_id(name));
                return None;
            }
            attributes.push((name.clone(), text));
        }
        Some(attributes)
    }
}

fn field_id(name: &AttributeName) -> String {
    format!("attribute-{}", name.as_str().replace([':', '.'], "-"))
}
