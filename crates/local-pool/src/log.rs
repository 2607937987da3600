//! The log lines that the local pool prints to the console. They contain kinds and names, never a password, token, code
//! or whole request.

use std::io::Write as _;

use crate::settings::LogOutput;

/// The maximum length of a name from a request in a log line, in characters.
const MAX_NAME_LENGTH: usize = 64;

impl LogOutput {
    /// Writes a line to the console. Errors are ignored, because a closed console is no reason to stop.
    pub(crate) fn log_line(self, line: std::fmt::Arguments<'_>) {
        match self {
            Self::Quiet => {}
            Self::Stderr => {
                // The line is written with one call, so that lines of concurrent requests do not mix.
                let _ = std::io::stderr()
                    .lock()
                    .write_all(format!("local-pool: {line}\n").as_bytes());
            }
        }
    }
}

/// Makes a name from a request safe for the console: it cannot move the cursor or start a new line.
pub(crate) fn sanitize_name(name: &str) -> String {
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
    fn pool_log_shows_only_printable_characters_of_action_names() {
        assert_eq!(
            sanitize_name("Create\u{1b}[2J\nGroup é"),
            "Create?[2J?Group??"
        );
        assert_eq!(sanitize_name(&"x".repeat(1_000)).len(), 64);
    }
}
