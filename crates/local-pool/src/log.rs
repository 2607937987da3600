//! What the pool says on the console: kinds and names, never a password, token, code or whole request.

use std::io::Write as _;

use crate::settings::Console;

/// The longest name taken from a request that the console repeats, in characters.
const MAX_NAME_LENGTH: usize = 64;

impl Console {
    /// Says one line. A console that is closed is no reason to stop.
    pub(crate) fn log(self, line: std::fmt::Arguments<'_>) {
        match self {
            Self::Quiet => {}
            Self::Stderr => {
                // One write, so that lines of several requests do not mix.
                let _ = std::io::stderr()
                    .lock()
                    .write_all(format!("local-pool: {line}\n").as_bytes());
            }
        }
    }
}

/// A name that came in with a request, fit for the console: nothing in it can move the cursor or begin a line.
pub(crate) fn sanitize(name: &str) -> String {
    name.chars()
        .take(MAX_NAME_LENGTH)
        .map(|character| {
            if character.is_ascii_graphic() {
                character
            } else {
                '?'
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_a_request_cannot_write_lines_of_its_own() {
        assert_eq!(sanitize("Create\u{1b}[2J\nGroup é"), "Create?[2J?Group??");
        assert_eq!(sanitize(&"x".repeat(1_000)).len(), 64);
    }
}
