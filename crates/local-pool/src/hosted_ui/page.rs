//! The parts that the hosted pages have in common: frame, messages, fields and form parsing.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::error_page::HostedPageError;
use super::page_request::{PageRejection, PageRequest};
use super::parameters::UrlEncodedParameters;
use super::request::AuthorizationRequest;
use super::{form_token, response};
use crate::error::{ApiError, ErrorKind};
use crate::front_page;
use crate::pool::UserPool;
use crate::pool::contact::{AliasKind, ContactKind};

/// A message above a page's form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum PageNotice {
    #[default]
    None,
    /// An error message with this text.
    Problem(String),
    /// A success message with this text.
    Done(&'static str),
}

impl PageNotice {
    /// Converts an error that the client caused to a message with Cognito's text.
    ///
    /// # Errors
    /// Returns an internal error unchanged, because its text is not for users.
    pub(super) fn from_client_error(error: ApiError) -> Result<Self, ApiError> {
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

    /// Returns the HTML of the notice, or nothing for [`PageNotice::None`].
    pub(super) fn to_markup(&self) -> Markup {
        html! {
            @match self {
                Self::None => {},
                Self::Problem(text) => { p.notice.error role="alert" { (text) } },
                Self::Done(text) => { p.notice role="status" { (text) } },
            }
        }
    }
}

/// Returns a page of the sign-in without scripts. `content` gets the form token and returns the HTML below the title.
pub(super) fn sign_in_page_response(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    title: &str,
    notice: &PageNotice,
    content: impl FnOnce(&str) -> Markup,
) -> Response {
    build_page_response(
        page_request,
        request,
        (title, notice),
        content,
        response::page_response,
    )
}

/// Returns a page of the sign-in with the script for passkeys. `content` gets the form token and returns the HTML below
/// the title.
pub(super) fn sign_in_page_response_with_script(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    title: &str,
    notice: &PageNotice,
    content: impl FnOnce(&str) -> Markup,
) -> Response {
    let title = (title, notice);
    build_page_response(
        page_request,
        request,
        title,
        content,
        response::page_response_with_script,
    )
}

/// Returns a page of the sign-in. `respond` makes the HTTP response from the HTML, with or without a script.
fn build_page_response(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    (title, notice): (&str, &PageNotice),
    content: impl FnOnce(&str) -> Markup,
    respond: fn(StatusCode, Markup, Option<&str>) -> Response,
) -> Response {
    let token = form_token::get_or_create_form_token(page_request);
    let markup = front_page::render_page(
        title,
        html! {
            main.narrow {
                h1 { (title) }
                p.hint { "App client: " strong { (request.client.settings.client_name) } }
                (notice.to_markup())
                (content(&token.field))
                p.hint.foot { "Local pool, for development and tests only. Emails and text messages are in the " a href="/inbox" { "demo inbox" } "." }
            }
        },
    );
    let response = respond(StatusCode::OK, markup, Some(&request.redirect_uri));
    match token.cookie {
        Some(cookie) => response::add_cookie(response, &cookie),
        None => response,
    }
}

/// Parses the fields of a form, and checks with the CSRF token that a page of this pool sent the form. Returns an error
/// page otherwise.
pub(super) fn parse_own_form(
    page_request: &PageRequest,
) -> Result<UrlEncodedParameters, PageRejection> {
    page_request
        .parse_form()
        .filter(|form| form_token::is_valid_form_token(page_request, form.first_value("_csrf")))
        .ok_or_else(|| HostedPageError::ForeignForm.to_page_response().into())
}

/// Returns the URL of another page of this sign-in.
pub(super) fn page_url(path: &str, query: &str) -> String {
    format!("{path}?{query}")
}

/// Returns an HTML form that is sent to a page of this sign-in. `token` protects the form against forgery.
pub(super) fn render_form(
    page_request: &PageRequest,
    path: &str,
    token: &str,
    content: &Markup,
) -> Markup {
    html! {
        form.stack method="post" action=(page_url(path, &page_request.query)) {
            input type="hidden" name="_csrf" value=(token);
            (content)
        }
    }
}

/// An input field of a form, with its label.
pub(super) struct FormField<'a> {
    pub(super) name: &'a str,
    pub(super) label: &'a str,
    pub(super) kind: &'static str,
    pub(super) autocomplete: &'static str,
    pub(super) value: &'a str,
}

impl FormField<'_> {
    /// Returns the HTML of the field with its label.
    pub(super) fn to_markup(&self) -> Markup {
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

/// Returns the HTML of a password field, which is always empty.
pub(super) fn render_password_field(label: &str, autocomplete: &'static str) -> Markup {
    FormField {
        name: "password",
        label,
        kind: "password",
        autocomplete,
        value: "",
    }
    .to_markup()
}

/// Returns the label of the username field, such as "Email". It depends on the names with which users of this pool sign
/// in.
pub(super) fn username_label(pool: &UserPool) -> &'static str {
    let settings = &pool.settings;
    match settings.username_attributes.as_slice() {
        [ContactKind::Email] => "Email",
        [ContactKind::PhoneNumber] => "Phone number",
        [_, ..] => "Email or phone number",
        [] if settings.alias_attributes.contains(&AliasKind::Email) => "Email or username",
        [] => "Username",
    }
}

/// Returns the HTML of the username field.
pub(super) fn render_username_field(pool: &UserPool, value: &str) -> Markup {
    let kind = match pool.settings.username_attributes.as_slice() {
        [ContactKind::Email] => "email",
        [ContactKind::PhoneNumber] => "tel",
        _ => "text",
    };
    FormField {
        name: "username",
        label: username_label(pool),
        kind,
        autocomplete: "username",
        value,
    }
    .to_markup()
}
