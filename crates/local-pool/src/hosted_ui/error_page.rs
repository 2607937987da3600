//! `/error`, and the errors that are shown on a page because they must not be redirected to an app (RFC 9700
//! §4.11.2).

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::page_request::{PageRequest, Rejection};
use super::response;
use crate::front_page;

/// Cognito's title of all these pages.
const TITLE: &str = "An error was encountered with the requested page.";

/// An error of a request that cannot be redirected to an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageError {
    UnknownClient,
    RedirectMismatch,
    /// `client_id` or `redirect_uri` is missing or duplicated.
    Malformed,
    /// `/logout` without a valid URL to redirect to.
    LogoutMismatch,
    ForeignForm,
}

impl PageError {
    /// The `error` parameter in the page's URL.
    const fn code(self) -> &'static str {
        match self {
            Self::UnknownClient => "Client does not exist",
            Self::RedirectMismatch => "redirect_mismatch",
            Self::Malformed => "invalid_request",
            Self::LogoutMismatch => "Required String parameter 'redirect_uri' is not present",
            Self::ForeignForm => "Invalid form token",
        }
    }

    const fn advice(self) -> &'static str {
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

    const ALL: [Self; 5] = [
        Self::UnknownClient,
        Self::RedirectMismatch,
        Self::Malformed,
        Self::LogoutMismatch,
        Self::ForeignForm,
    ];

    /// Redirects to `/error`, as Cognito does for an invalid client or redirect URI.
    pub(super) fn redirect(self, client_id: Option<&str>) -> Response {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("error", self.code());
        if let Some(client_id) = client_id {
            query.append_pair("client_id", client_id);
        }
        response::see_other(&format!("/error?{}", query.finish()))
    }

    /// The error page.
    pub(super) fn page(self) -> Response {
        response::page(
            StatusCode::BAD_REQUEST,
            frame(html! {
                p { code { (self.code()) } }
                p { (self.advice()) }
            }),
            None,
        )
    }
}

fn frame(content: Markup) -> Markup {
    front_page::frame(
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

/// `GET /error`. Only known errors are shown, because any site can link to this page with any text.
pub(super) fn show(page_request: &PageRequest) -> Result<Response, Rejection> {
    let parameters = page_request.parameters();
    let code = parameters.field("error");
    let known = PageError::ALL
        .into_iter()
        .find(|error| error.code() == code);
    Ok(known.map_or_else(
        || {
            response::page(
                StatusCode::BAD_REQUEST,
                frame(html! { p { "Something went wrong. Go back to the app and try again." } }),
                None,
            )
        },
        PageError::page,
    ))
}

/// The page for an internal error.
pub(super) fn failed() -> Response {
    response::page(
        StatusCode::INTERNAL_SERVER_ERROR,
        frame(
            html! { p { "Something went wrong in the local pool. See its console for details." } },
        ),
        None,
    )
}
