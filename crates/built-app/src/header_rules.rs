//! Parses the files that list the response headers of the app, and finds the headers for a path.

/// The response headers that a `_headers` file, or the table `[serve.headers]` in Trunk.toml, lists for the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderRules(Vec<Rule>);

/// The lines of a `_headers` file for one path: the path and the headers below it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    /// The path of the rule, or `/*` for all paths.
    path: String,
    changes: Vec<Change>,
}

/// One line below a path in a `_headers` file, which sets or removes a header.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
    Add { name: String, value: String },
    Remove { name: String },
}

impl HeaderRules {
    /// Parses a `_headers` file: lines with a path, each followed by indented lines with headers. A line `! Name`
    /// removes the header that an earlier rule has set.
    pub fn parse_headers_file(text: &str) -> Self {
        let mut rules: Vec<Rule> = Vec::new();
        for line in text.lines() {
            if line.starts_with('/') {
                let (path, changes) = (line.to_owned(), Vec::new());
                rules.push(Rule { path, changes });
            } else if let Some(rule) = rules.last_mut() {
                rule.changes.extend(parse_change(line.trim()));
            }
        }
        Self(rules)
    }

    /// Parses the table `[serve.headers]` of Trunk.toml. Its keys and values are quoted.
    pub fn parse_trunk_toml(text: &str) -> Self {
        let table = text.split_once("[serve.headers]\n");
        let lines = table.map_or("", |(_, table)| table).lines();
        let lines_of_table = lines.take_while(|line| !line.starts_with('['));
        let changes = lines_of_table.filter_map(|line| {
            let (name, value) = line.split_once("\" = \"")?;
            Some(Change::Add {
                name: name.trim_matches('"').to_owned(),
                value: value.trim_matches('"').to_owned(),
            })
        });
        Self(vec![Rule {
            path: "/*".to_owned(),
            changes: changes.collect(),
        }])
    }

    /// Changes the values of all headers with this name. `change` returns the new value. Returns false if there is no
    /// such header.
    pub fn change_values(&mut self, header_name: &str, change: impl Fn(&str) -> String) -> bool {
        let mut found = false;
        for header in self.0.iter_mut().flat_map(|rule| &mut rule.changes) {
            if let Change::Add { name, value } = header
                && name.eq_ignore_ascii_case(header_name)
            {
                *value = change(value);
                found = true;
            }
        }
        found
    }

    /// Returns the names and values of the headers that Cloudflare Pages sends for `path`. It applies all matching
    /// rules in their order, and joins the values of a header that two rules set
    /// (<https://developers.cloudflare.com/pages/configuration/headers/>).
    pub fn headers_for_path(&self, path: &str) -> Vec<(String, String)> {
        let mut headers: Vec<(String, String)> = Vec::new();
        let matching = self
            .0
            .iter()
            .filter(|rule| rule.path == "/*" || rule.path == path);
        for change in matching.flat_map(|rule| &rule.changes) {
            match change {
                Change::Remove { name } => {
                    headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
                }
                Change::Add { name, value } => {
                    let known = headers
                        .iter_mut()
                        .find(|(known, _)| known.eq_ignore_ascii_case(name));
                    match known {
                        Some((_, first)) => *first = format!("{first}, {value}"),
                        None => headers.push((name.clone(), value.clone())),
                    }
                }
            }
        }
        headers
    }
}

/// Parses one line of a `_headers` file: `Name: value` or `! Name`. Returns `None` for any other line.
fn parse_change(line: &str) -> Option<Change> {
    if let Some(name) = line.strip_prefix("! ") {
        let name = name.to_owned();
        return Some(Change::Remove { name });
    }
    let (name, value) = line.split_once(": ")?;
    Some(Change::Add {
        name: name.to_owned(),
        value: value.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the headers for a path as `Name: value`.
    fn headers(rules: &HeaderRules, path: &str) -> Vec<String> {
        let headers = rules.headers_for_path(path).into_iter();
        headers
            .map(|(name, value)| format!("{name}: {value}"))
            .collect()
    }

    #[test]
    fn netlify_headers_file_is_parsed_by_path() {
        let rules = HeaderRules::parse_headers_file(
            "/*\n  Content-Security-Policy: default-src 'none'\n  X-Content-Type-Options: nosniff\n\n/a-1.js\n  Cache-Control: immutable\n",
        );
        let every = [
            "Content-Security-Policy: default-src 'none'",
            "X-Content-Type-Options: nosniff",
        ];
        assert_eq!(headers(&rules, "/register"), every);
        assert_eq!(
            headers(&rules, "/a-1.js"),
            [every[0], every[1], "Cache-Control: immutable"]
        );
    }

    #[test]
    fn general_and_specific_header_values_are_joined_unless_removed() {
        let general = "/*\n  Cache-Control: no-cache\n\n/a-1.js\n";
        for (rule, expected) in [
            (
                "  ! Cache-Control\n  cache-control: immutable\n",
                "cache-control: immutable",
            ),
            (
                "  cache-control: immutable\n",
                "Cache-Control: no-cache, immutable",
            ),
        ] {
            let rules = HeaderRules::parse_headers_file(&format!("{general}{rule}"));
            assert_eq!(headers(&rules, "/a-1.js"), [expected]);
            assert_eq!(headers(&rules, "/register"), ["Cache-Control: no-cache"]);
        }
    }

    #[test]
    fn http_headers_of_trunk_toml_are_parsed() {
        let text = "[serve]\nport = 8000\n[serve.headers]\n\"Referrer-Policy\" = \"no-referrer\"\n[x]\n\"Y\" = \"Z\"\n";
        let rules = HeaderRules::parse_trunk_toml(text);
        assert_eq!(headers(&rules, "/"), ["Referrer-Policy: no-referrer"]);
    }

    #[test]
    fn changing_a_header_changes_all_its_values_in_any_letter_case() {
        let mut rules = HeaderRules::parse_headers_file("/*\n  A: 1\n  B: 2\n/c\n  a: 3\n");
        assert!(rules.change_values("a", |value| format!("{value}0")));
        assert_eq!(headers(&rules, "/c"), ["A: 10, 30", "B: 2"]);
        assert!(!rules.change_values("D", str::to_owned));
    }
}
