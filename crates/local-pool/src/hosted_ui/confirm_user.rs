//! The pages `/confirmUser` and `/resendcode`: the verification code of a new account.

use axum::http::StatusCode;
use axum::response::Response;
use maud::html;
use serde_json::json;

use super::error_page::HostedPageError;
use super::log_in::{redirect_to_page, render_link};
use super::page::{self, FormField, PageNotice};
use super::page_request::{PageRejection, PageRequest};
use super::request::AuthorizationRequest;
use super::response;
use crate::front_page;

const TITLE: &str = "Confirm your account";

/// Shows the page on which a user confirms a new account with a verification code.
///
/// With an authorization request, a code in the query only fills in the form, and the user must press the button.
/// Without one, the URL is the link of an email, and opening it confirms the account at once, as in Cognito.
pub(super) fn show_confirmation_page(
    page_request: &PageRequest,
) -> Result<Response, PageRejection> {
    if let Some(response) = confirm_sign_up_by_link(page_request)? {
        return Ok(response);
    }
    let request = AuthorizationRequest::parse(page_request)?;
    Ok(render_confirmation_page(
        page_request,
        &request,
        &PageNotice::None,
    ))
}

/// Confirms the account and redirects to the sign-in page. If the code is rejected, shows the form with the
/// error.
pub(super) fn submit_confirmation_form(
    page_request: &PageRequest,
) -> Result<Response, PageRejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    let form = page::parse_own_form(page_request)?;
    let parameters = page_request.query_parameters();
    let username = parameters.first_value("user_name");
    let confirmed = page_request.call_action(
        "ConfirmSignUp",
        &request.client,
        username,
        json!({"ConfirmationCode": form.first_value("code").trim()}),
    );
    match confirmed {
        Ok(_) => Ok(redirect_to_page(
            page_request,
            "/login",
            &[("login_hint", username), ("notice", "confirmed")],
        )),
        Err(error) => Ok(render_confirmation_page(
            page_request,
            &request,
            &PageNotice::from_client_error(error)?,
        )),
    }
}

/// Sends another verification code and shows the form with a notice.
pub(super) fn resend_confirmation_code(
    page_request: &PageRequest,
) -> Result<Response, PageRejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    page::parse_own_form(page_request)?;
    let parameters = page_request.query_parameters();
    let sent = page_request.call_action(
        "ResendConfirmationCode",
        &request.client,
        parameters.first_value("user_name"),
        json!({}),
    );
    let notice = match sent {
        Ok(_) => PageNotice::Done("We sent a new code. Earlier codes are no longer valid."),
        Err(error) => PageNotice::from_client_error(error)?,
    };
    Ok(render_confirmation_page(page_request, &request, &notice))
}

/// Confirms the account if the query is `?client_id=…&user_name=…&confirmation_code=…`, as in the link of an email,
/// without an authorization request.
///
/// Returns the page with the result, or `None` for another query.
fn confirm_sign_up_by_link(page_request: &PageRequest) -> Result<Option<Response>, PageRejection> {
    let parameters = page_request.query_parameters();
    let single_value = |name| parameters.single_value(name).ok().flatten();
    let (None, Some(client_id), Some(username), Some(code)) = (
        single_value("redirect_uri").or(single_value("response_type")),
        single_value("client_id"),
        single_value("user_name"),
        single_value("confirmation_code"),
    ) else {
        return Ok(None);
    };
    let Some((_, client)) = page_request.find_client(client_id)? else {
        return Ok(Some(
            HostedPageError::UnknownClient.to_redirect_response(None),
        ));
    };
    let request = json!({"ConfirmationCode": code});
    let notice = match page_request.call_action("ConfirmSignUp", &client, username, request) {
        Ok(_) => PageNotice::Done("Your registration has been confirmed!"),
        Err(error) => PageNotice::from_client_error(error)?,
    };
    let content = html! {
        main.narrow {
            h1 { (TITLE) }
            (notice.to_markup())
            p { "You can close this page and go back to the app." }
        }
    };
    Ok(Some(response::page_response(
        StatusCode::OK,
        front_page::render_page(TITLE, content),
        None,
    )))
}

/// Returns the page with the form for the verification code of a new account.
fn render_confirmation_page(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    notice: &PageNotice,
) -> Response {
    let parameters = page_request.query_parameters();
    page::sign_in_page_response(page_request, request, TITLE, notice, |token| {
        let fields = html! {
            (FormField {
                name: "code",
                label: "Verification code",
                kind: "text",
                autocomplete: "one-time-code",
                value: parameters.first_value("confirmation_code"),
            }.to_markup())
            button type="submit" { "Confirm account" }
        };
        html! {
            p { "Enter the code we sent to " strong { (parameters.first_value("user_name")) } "." }
            (page::render_form(page_request, "/confirmUser", token, &fields))
            (page::render_form(page_request, "/resendcode", token, &html! {
                button.ghost type="submit" { "Resend code" }
            }))
            p { (render_link(page_request, "/login", "Back to sign in")) }
        }
    })
}
