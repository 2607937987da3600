//! Parameters of a query or a form. An empty one is as absent (RFC 6749 §3.1). `Debug` is not there: some are secret.

/// Names and values, decoded, in their order.
pub(super) struct Parameters(Vec<(String, String)>);

/// A parameter came more than once, which none may (RFC 6749 §3.1, §3.2).
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

    /// The one value of a parameter.
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

    /// The first value, for a field of one of our own forms.
    pub(super) fn field(&self, name: &str) -> &str {
        self.values(name).next().unwrap_or_default()
    }

    /// Fields whose name begins with `prefix` and ends with `suffix`, without both.
    pub(super) fn fields_between(&self, prefix: &str, suffix: &str) -> Vec<(&str, &str)> {
        self.0
            .iter()
            .filter_map(|(name, value)| {
                let name = name.strip_prefix(prefix)?.strip_suffix(suffix)?;
                Some((name, value.as_str()))
            })
            .collect()
    }

    /// As a query, without these parameters and with those others at its end.
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
