//! The page to which a user returns after signing in: always a path of this app.

/// The maximum length of a return path, in bytes.
const MAX_BYTES: usize = 2_048;

/// An absolute path of this app's origin, with query and fragment, that is safe to open after signing in (RFC 9700
/// §4.11.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnTo(String);

impl ReturnTo {
    /// Returns the path of the app's start page.
    pub fn start_page() -> Self {
        Self("/".to_owned())
    }

    /// Parses a path with query and fragment. The result is the start page for any text that might lead elsewhere:
    /// other origins, dot segments (`/.//host` normalizes to `//host`), control characters, and texts over 2 kB.
    /// `denied_paths` lists pages to which no user returns, such as the callback page. For them the result is the start
    /// page too.
    pub fn parse(text: &str, denied_paths: &[&str]) -> Self {
        let path_end = text.find(['?', '#']).unwrap_or(text.len());
        let path = &text[..path_end];
        let lower = path.to_ascii_lowercase().replace("%2e", ".");
        let is_allowed = text.len() <= MAX_BYTES
            && path.starts_with('/')
            && !path.starts_with("//")
            && !text.contains('\\')
            && !text.chars().any(|c| c.is_control() || c.is_whitespace())
            && !lower.contains("%2f")
            && !lower.contains("%5c")
            && !lower
                .split('/')
                .any(|segment| segment == "." || segment == "..")
            && !denied_paths.contains(&path.trim_end_matches('/'));
        if is_allowed {
            Self(text.to_owned())
        } else {
            Self::start_page()
        }
    }

    /// Returns the path with its query and fragment.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> String {
        ReturnTo::parse(text, &["/login", "/signin"])
            .as_str()
            .to_owned()
    }

    #[test]
    fn return_path_after_sign_in_keeps_query_and_fragment() {
        for link in [
            "/",
            "/todos",
            "/todos?show=done&x=%2F%2Fa",
            "/todos/7#notes",
            "/todos?next=//x",
        ] {
            assert_eq!(parsed(link), link);
        }
    }

    #[test]
    fn return_path_to_another_site_is_replaced_by_the_home_page() {
        for link in [
            "",
            "todos",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/.//evil.example",
            "/..//evil.example",
            "/a/../..//evil.example",
            "/%2e//evil.example",
            "/%2E%2e//evil.example",
            "/%2fevil.example",
            "/%5Cevil.example",
            "/\t/evil.example",
            "/\n//evil.example",
            " //evil.example",
            "?x=1",
            "#x",
        ] {
            assert_eq!(parsed(link), "/", "{link:?}");
        }
    }

    #[test]
    fn return_path_over_2_kb_is_replaced_by_the_home_page() {
        let longest = format!("/{}", "a".repeat(2_047));
        assert_eq!(parsed(&longest), longest);
        assert_eq!(parsed(&format!("{longest}a")), "/");
    }

    #[test]
    fn return_path_to_a_sign_in_page_is_replaced_by_the_home_page() {
        for link in ["/login", "/login/", "/login?code=x", "/signin?then=/todos"] {
            assert_eq!(parsed(link), "/", "{link}");
        }
    }
}
