//! The parameters of a request or URL, parsed without the app's own code.

use local_pool::RecordedRequest;

/// The decoded names and values of parameters, in their order (WHATWG URL, `application/x-www-form-urlencoded`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Parses a form or a query.
    pub(crate) fn parse(text: &str) -> Self {
        Self(
            form_urlencoded::parse(text.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// Parses the parameters in the query of a URL.
    pub(crate) fn from_url(address: &str) -> Self {
        let query = address.split_once('?').map_or("", |(_, query)| query);
        Self::parse(query.split('#').next().unwrap_or_default())
    }

    /// Parses the parameters in the query of a request.
    pub(crate) fn from_query(request: &RecordedRequest) -> Self {
        Self::from_url(&request.path)
    }

    /// Parses the parameters in the body of a request.
    pub(crate) fn from_form(request: &RecordedRequest) -> Self {
        Self::parse(&request.body)
    }

    /// Returns the names of the parameters, in their order.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Returns the value of a parameter, which must be there exactly once.
    #[track_caller]
    pub(crate) fn get(&self, name: &str) -> &str {
        match self.get_all(name)[..] {
            [value] => value,
            ref values => panic!("{name} is there {} times in {self:?}", values.len()),
        }
    }

    /// Returns all values of the parameter with this name.
    pub(crate) fn get_all(&self, name: &str) -> Vec<&str> {
        let named = self.0.iter().filter(|(found, _)| found == name);
        named.map(|(_, value)| value.as_str()).collect()
    }
}
