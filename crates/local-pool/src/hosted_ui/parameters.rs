//! Parameters of a query or a form. An empty value counts as absent (RFC 6749 §3.1). There is no `Debug`,
//! because some values are secret.

/// Decoded names and values in their order.
pub(super) struct Parameters(Vec<(String, String)>);

/// A parameter occurs more than once, which is not allowed (RFC 6749 §3.1, §3.2).
pub(super) struct DuplicateParameter;

impl Parameters {
    pub(super) fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// The only value of a parameter.
    ///
    /// # Errors
    /// [`DuplicateParameter`].
    pub(super) fn one(&self, name: &str) -> Result<Option<&str>, DuplicateParameter> {
        let mut values = self.values(name);
        let first = values.next();
        if values.next().is_some() {
            return Err(DuplicateParameter);
        }
        Ok(first.filter(|value| !value.is_empty()))
    }

    /// The first value, for a field of one of the pool's own forms.
    pub(super) fn field(&self, name: &str) -> &str {
        self.values(name).next().unwrap_or_default()
    }

    /// The fields whose names begin with `prefix` and end with `suffix`. The names are returned without both.
    pub(super) fn fields_between(&self, prefix: &str, suffix: &str) -> Vec<(&str, &str)> {
        self.0
            .iter()
            .filter_map(|(name, value)| {
                let name = name.strip_prefix(prefix)?.strip_suffix(suffix)?;
                Some((name, value.as_str()))
            })
            .collect()
    }

    /// The parameters as a query, without those in `without` and followed by those in `added`.
    pub(super) fn query_with(&self, without: &[&str], added: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.0 {
            if !without.contains(&name.as_str()) {
                query.append_pair(name, value);
            }
        }
        query.extend_pairs(added);
        query.finish()
    }
}
