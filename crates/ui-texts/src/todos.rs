//! The texts of the to-do page.
#![allow(missing_docs, reason = "a text is its own description")]

pub const TITLE: &str = "Your to-dos";
pub const NEW: &str = "New to-do";
pub const LOADING: &str = "Loading to-dos…";
pub const EMPTY: &str = "No to-dos yet. Add your first one above.";
pub const DELETED: &str = "To-do deleted.";

/// The accessible name of the button that deletes a to-do.
pub fn delete_todo(title: &str) -> String {
    ["Delete “", title, "”"].concat()
}

// For a developer who has not configured an API yet.
pub const NO_API: &str = "No API configured. Set api.invokeUrl in config.js.";
pub const TOKEN: &str = "Token for API testing";
pub const COPY_TOKEN: &str = "Copy token";
pub const TOKEN_COPIED: &str = "Copied. Anyone with this token can act as you until it expires.";
