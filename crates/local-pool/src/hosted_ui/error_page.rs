//! The page `/error`, and the errors that are shown on a page because they must not be redirected to an app (RFC 9700
//! §4.11.2).

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::page_request::{PageRejection, PageRequest};
use super::response;
use crate::front_page;

/// The title of all error pages, in Cognito's wording.
const TITLE: &str = "An error was encountered with the requested page.";

/// An error that the hosted pages show on a page, because the request cannot be redirected to an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HostedPageError {
    /// No app client has the `client_id`, or its pool has no domain.
    UnknownClient,
    /// `redirect_uri` is not a callback URL of the app client.
    RedirectMismatch,
    /// `client_id` or `redirect_uri` is missing or duplicated.
    Malformed,
    /// `/logout` was called without a valid URL to redirect to.
    LogoutMismatch,
    /// A form was not sent from a page of this pool.
    ForeignForm,
}

impl HostedPageError {
    /// Returns the `error` parameter in the URL of the error page.
    const fn error_code(self) -> &'static str {
        match self {
            Self::UnknownClient => "Client does not exist",
            Self::RedirectMismatch => "redirect_mismatch",
            Self::Malformed => "invalid_request",
            Self::LogoutMismatch => "Required String parameter 'redirect_uri' is not present",
            Self::ForeignForm => "Invalid form token",
        }
    }

    /// Returns the text that tells the developer how to fix the error.
    const fn error_advice(self) -> &'static str {
        match self {
            Self::UnknownClient => {
                "No app client with this client_id belongs to a user pool that has a domain. Check the client ID, \
                 and create a domain for the pool with CreateUserPoolDomain."
            }
            Self::RedirectMismatch => {
                "The redirect_uri of this request is not one of the client's CallbackURLs. It must match \
                 exactly, including a trailing slash."
            }
            Self::Malformed => "client_id and redirect_uri are required, each exactly once.",
            Self::LogoutMismatch => {
                "Usually the logout_uri is not one of the client's LogoutURLs. It must match exactly, including a \
                 trailing slash. Without a logout_uri, response_type and a redirect_uri that is one of the client's \
                 CallbackURLs are required."
            }
            Self::ForeignForm => {
                "The form was not sent from a page of this pool, or cookies are blocked. Go back to the app and sign \
                 in again."
            }
        }
    }

    /// All errors that are shown on the error page.
    const ALL: [Self; 5] = [
        Self::UnknownClient,
        Self::RedirectMismatch,
        Self::Malformed,
        Self::LogoutMismatch,
        Self::ForeignForm,
    ];

    /// Returns a redirect to `/error`, as Cognito does for an invalid client or redirect URI.
    pub(super) fn to_redirect_response(self, client_id: Option<&str>) -> Response {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("error", self.error_code());
        if let Some(client_id) = client_id {
            query.append_pair("client_id", client_id);
        }
        response::see_other_response(&format!("/error?{}", query.finish()))
    }

    /// Returns the error page with the error code and the advice.
    pub(super) fn to_page_response(self) -> Response {
        response::page_response(
            StatusCode::BAD_REQUEST,
            render_error_frame(html! {
                p { code { (self.error_code()) } }
                p { (self.error_advice()) }
            }),
            None,
        )
    }
}

/// Returns the HTML of an error page that contains `content`.
fn render_error_frame(content: Markup) -> Markup {
    front_page::render_page(
        TITLE,
        html! {
            main.narrow {
                h1 { (TITLE) }
                (content)
                p.hint { a href="/" { "About the local pool" } }
            }
        },
    )
}

/// Handles `GET /error`: shows the page for the error that the query names. Only known errors are shown, because any
/// site can link to this page with any text.
pub(super) fn show_error_page(page_request: &PageRequest) -> Result<Response, PageRejection> {
    let parameters = page_request.query_parameters();
    let code = parameters.first_value("error");
    let known = HostedPageError::ALL
        .into_iter()
        .find(|error| error.error_code() == code);
    Ok(known.map_or_else(
        || {
            response::page_response(
                StatusCode::BAD_REQUEST,
                render_error_frame(
                    html! { p { "Something went wrong. Go back to the app and try again." } },
                ),
                None,
            )
        },
        HostedPageError::to_page_response,
    ))
}

/// Returns the page for an internal error.
pub(super) fn internal_error_page() -> Response {
    response::page_response(
        StatusCode::INTERNAL_SERVER_ERROR,
        render_error_frame(
            html! { p { "Something went wrong in the local pool. See its console for details." } },
        ),
        None,
    )
}
