//! The common parts of the hosted pages: frame, messages, fields and form parsing.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::error_page::PageError;
use super::page_request::{PageRequest, Rejection};
use super::parameters::Parameters;
use super::request::AuthorizationRequest;
use super::{form_token, response};
use crate::error::{ApiError, ErrorKind};
use crate::front_page;
use crate::pool::UserPool;
use crate::pool::contact::{AliasKind, Contact};

/// A message above a page's form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Notice {
    #[default]
    None,
    /// An error text.
    Problem(String),
    /// A success text.
    Done(&'static str),
}

impl Notice {
    /// The text of a client error, in Cognito's wording.
    ///
    /// # Errors
    /// An internal error is returned, because its text is not for users.
    pub(super) fn refusal(error: ApiError) -> Result<Self, ApiError> {
        match error {
            ApiError {
                kind: ErrorKind::InternalError,
                ..
            } => Err(error),
            ApiError {
                message: Some(message),
                ..
            } => Ok(Self::Problem(message)),
            ApiError { kind, .. } => Ok(Self::Problem(kind.wire_name().to_owned())),
        }
    }

    pub(super) fn render(&self) -> Markup {
        html! {
            @match self {
                Self::None => {},
                Self::Problem(text) => { p.notice.error role="alert" { (text) } },
                Self::Done(text) => { p.notice role="status" { (text) } },
            }
        }
    }
}

/// A page of a sign-in. `content` gets the form token.
pub(super) fn show(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    title: &str,
    notice: &Notice,
    content: impl FnOnce(&str) -> Markup,
) -> Response {
    framed(
        page_request,
        request,
        (title, notice),
        content,
        response::page,
    )
}

/// A page of a sign-in with the script for passkeys.
pub(super) fn show_with_script(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    title: &str,
    notice: &Notice,
    content: impl FnOnce(&str) -> Markup,
) -> Response {
    let title = (title, notice);
    framed(
        page_request,
        request,
        title,
        content,
        response::page_with_script,
    )
}

fn framed(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    (title, notice): (&str, &Notice),
    content: impl FnOnce(&str) -> Markup,
    page: fn(StatusCode, Markup, Option<&str>) -> Response,
) -> Response {
    let token = form_token::for_browser(page_request);
    let markup = front_page::frame(
        title,
        html! {
            main.narrow {
                h1 { (title) }
                p.hint { "to " strong { (request.client.settings.client_name) } }
                (notice.render())
                (content(&token.field))
                p.hint.foot { "Local pool, for development and tests only. Emails and text messages are in the " a href="/inbox" { "demo inbox" } "." }
            }
        },
    );
    let response = page(StatusCode::OK, markup, Some(&request.redirect_uri));
    match token.cookie {
        Some(cookie) => response::with_cookie(response, &cookie),
        None => response,
    }
}

/// Parses the fields of a form, and checks that a page of this pool sent it.
pub(super) fn fields(page_request: &PageRequest) -> Result<Parameters, Rejection> {
    page_request
        .form()
        .filter(|form| form_token::is_valid(page_request, form.field("_csrf")))
        .ok_or_else(|| PageError::ForeignForm.page().into())
}

/// The URL of a page of the same sign-in.
pub(super) fn address(path: &str, query: &str) -> String {
    format!("{path}?{query}")
}

/// A form that posts to a page of the same sign-in.
pub(super) fn form(
    page_request: &PageRequest,
    path: &str,
    token: &str,
    content: &Markup,
) -> Markup {
    html! {
        form.stack method="post" action=(address(path, &page_request.query)) {
            input type="hidden" name="_csrf" value=(token);
            (content)
        }
    }
}

/// A field and its label.
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    pub(super) label: &'a str,
    pub(super) kind: &'static str,
    pub(super) autocomplete: &'static str,
    pub(super) value: &'a str,
}

impl Field<'_> {
    pub(super) fn render(&self) -> Markup {
        html! {
            label {
                (self.label)
                input name=(self.name) type=(self.kind) autocomplete=(self.autocomplete) value=(self.value) required
                    autocapitalize="none" spellcheck="false"
                    inputmode=[(self.autocomplete == "one-time-code").then_some("numeric")];
            }
        }
    }
}

/// A password field, which is always empty.
pub(super) fn password_field(label: &str, autocomplete: &'static str) -> Markup {
    Field {
        name: "password",
        label,
        kind: "password",
        autocomplete,
        value: "",
    }
    .render()
}

/// The label of the username field in this pool.
pub(super) fn username_label(pool: &UserPool) -> &'static str {
    let settings = &pool.settings;
    match settings.username_attributes.as_slice() {
        [Contact::Email] => "Email",
        [Contact::PhoneNumber] => "Phone number",
        [_, ..] => "Email or phone number",
        [] if settings.alias_attributes.contains(&AliasKind::Email) => "Email or username",
        [] => "Username",
    }
}

/// The username field.
pub(super) fn username_field(pool: &UserPool, value: &str) -> Markup {
    let kind = match pool.settings.username_attributes.as_slice() {
        [Contact::Email] => "email",
        [Contact::PhoneNumber] => "tel",
        _ => "text",
    };
    Field {
        name: "username",
        label: username_label(pool),
        kind,
        autocomplete: "username",
        value,
    }
    .render()
}
