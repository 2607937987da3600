//! The parameters of a query or a form. An empty value counts as absent (RFC 6749 §3.1). There is no `Debug`, because
//! some values are secret.

/// The decoded names and values of a query or a form, in their order.
pub(super) struct UrlEncodedParameters(Vec<(String, String)>);

/// The error for a parameter that occurs more than once, which is not allowed (RFC 6749 §3.1, §3.2).
pub(super) struct DuplicateParameter;

impl UrlEncodedParameters {
    /// Parses the parameters of a query or a form. Every text is valid.
    pub(super) fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// Returns all values of a parameter.
    fn values_of(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns the only value of a parameter, or `None` if it is absent or empty.
    ///
    /// # Errors
    /// Returns [`DuplicateParameter`] if the parameter occurs more than once.
    pub(super) fn single_value(&self, name: &str) -> Result<Option<&str>, DuplicateParameter> {
        let mut values = self.values_of(name);
        let first = values.next();
        if values.next().is_some() {
            return Err(DuplicateParameter);
        }
        Ok(first.filter(|value| !value.is_empty()))
    }

    /// Returns the first value of a form field, or an empty text if the field is absent. It is for forms of the pool's
    /// own pages.
    pub(super) fn first_value(&self, name: &str) -> &str {
        self.values_of(name).next().unwrap_or_default()
    }

    /// Returns the names and values of the fields whose names begin with `prefix` and end with `suffix`. The
    /// returned names contain neither.
    pub(super) fn fields_with_prefix_and_suffix(
        &self,
        prefix: &str,
        suffix: &str,
    ) -> Vec<(&str, &str)> {
        self.0
            .iter()
            .filter_map(|(name, value)| {
                let name = name.strip_prefix(prefix)?.strip_suffix(suffix)?;
                Some((name, value.as_str()))
            })
            .collect()
    }

    /// Returns the parameters as the text of a query, without the names in `without_names`, and followed by the pairs
    /// in `added_pairs`.
    pub(super) fn to_query_with(
        &self,
        without_names: &[&str],
        added_pairs: &[(&str, &str)],
    ) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.0 {
            if !without_names.contains(&name.as_str()) {
                query.append_pair(name, value);
            }
        }
        query.extend_pairs(added_pairs);
        query.finish()
    }
}
