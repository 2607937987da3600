//! The regular expressions in the service model. They have Java's syntax and match a whole text.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Deserializer};

/// A regular expression of the service model, which values must match.
#[derive(Debug)]
pub(super) struct ConstraintPattern {
    /// The regular expression as error texts show it.
    text: String,
    /// The regular expression that values must match, in Java's syntax.
    tested: String,
    /// The compiled regular expression. It is compiled when it is first needed, because a request needs only a few.
    compiled: OnceLock<Result<Regex, regex::Error>>,
}

impl<'de> Deserialize<'de> for ConstraintPattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(Self::with_tested_pattern(&text, &text))
    }
}

/// Converts a regular expression in Java's syntax to the syntax of the crate `regex`.
///
/// Java's `\w`, `\s` and `\S` match ASCII only (`java.util.regex.Pattern`, "Predefined character classes"),
/// while those of `regex` match Unicode. In both, a class may contain another class.
fn java_to_rust_pattern(pattern: &str) -> String {
    let mut written = String::from(r"\A(?:");
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            written.push(letter);
            continue;
        }
        match letters.next() {
            Some('w') => written.push_str("[0-9A-Za-z_]"),
            Some('s') => written.push_str(r"[\t\n\x0B\f\r ]"),
            Some('S') => written.push_str(r"[^\t\n\x0B\f\r ]"),
            Some(escaped) => written.extend(['\\', escaped]),
            None => written.push('\\'),
        }
    }
    written.push_str(r")\z");
    written
}

impl ConstraintPattern {
    /// Creates a constraint that checks values with the pattern `tested`, while error texts show the pattern `text`.
    pub(super) fn with_tested_pattern(text: &str, tested: &str) -> Self {
        Self {
            text: text.to_owned(),
            tested: tested.to_owned(),
            compiled: OnceLock::new(),
        }
    }

    /// Returns the pattern as error texts show it.
    pub(super) fn error_text(&self) -> &str {
        &self.text
    }

    /// Returns the compiled regular expression. The first call compiles it.
    fn compiled(&self) -> &Result<Regex, regex::Error> {
        self.compiled.get_or_init(|| {
            RegexBuilder::new(&java_to_rust_pattern(&self.tested))
                // Java's dot matches neither a line feed nor a carriage return.
                .crlf(true)
                .build()
        })
    }

    /// Returns true if the whole text matches the pattern. A pattern that does not compile matches nothing. The model
    /// has no such pattern.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.compiled()
            .as_ref()
            .is_ok_and(|pattern| pattern.is_match(text))
    }

    /// Returns true if the pattern compiles.
    #[cfg(test)]
    pub(super) fn is_valid(&self) -> bool {
        self.compiled().is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn service_model_patterns_match_like_java_regexes() {
        for (pattern, matching, others) in [
            (r"[\w+]+", &["a_1+"][..], &["", "é", "a-b", "a\n"][..]),
            (r"[\w-]+_[0-9a-f-]+", &["us-east-1_0f-"], &["us-east-1_g"]),
            (
                r"[\S]+",
                &["a", "\u{a0}", "é"],
                &["", "a b", "a\u{b}", "\t"],
            ),
            (r"[\w\s+=,.@-]+", &["My pool", "a\tb"], &["\u{2003}", "a:b"]),
            (
                r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+",
                &["ann", "アン", "a\u{301}", "€", "½", "\u{10428}"],
                &["", "ann lee", "\u{a0}", "\u{7f}", "\u{200d}", "\u{e000}"],
            ),
            (
                r"^[\S]+.*[\S]+$",
                &["ab", "a b", "pass wörd"],
                &["a", " ab", "ab ", "a\nb", "a\rb"],
            ),
            (
                r".*\{####\}.*",
                &["{####}", "It is {####}."],
                &["{###}", "\n{####}"],
            ),
            (r"(?s).*", &["", "a\nb"], &[]),
            (r"[A-Za-z0-9-_=.]+", &["aZ0-_=."], &["a+b", "/"]),
        ] {
            let compiled = ConstraintPattern::with_tested_pattern(pattern, pattern);
            for text in matching {
                assert!(compiled.matches(text), "{pattern} {text:?}");
            }
            for text in others {
                assert!(!compiled.matches(text), "{pattern} {text:?}");
            }
        }
    }
}
