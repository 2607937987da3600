//! `/confirmUser` and `/resendcode`: the verification code of a sign-up.

use axum::http::StatusCode;
use axum::response::Response;
use maud::html;
use serde_json::json;

use super::error_page::PageError;
use super::log_in::{link, redirect_to_page};
use super::page::{self, Field, Notice};
use super::page_request::{PageRequest, Rejection};
use super::request::AuthorizationRequest;
use super::response;
use crate::front_page;

const TITLE: &str = "Confirm your account";

/// Shows the page. A code in the query is filled in, and submitted only when the user presses the button. A URL
/// without an authorization request is the link of an email, which confirms the account at once, as in Cognito.
pub(super) fn show(page_request: &PageRequest) -> Result<Response, Rejection> {
    if let Some(response) = confirm_by_link(page_request)? {
        return Ok(response);
    }
    let request = AuthorizationRequest::parse(page_request)?;
    Ok(render(page_request, &request, &Notice::None))
}

/// Confirms the account and redirects to the sign-in.
pub(super) fn submit(page_request: &PageRequest) -> Result<Response, Rejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    let form = page::fields(page_request)?;
    let parameters = page_request.parameters();
    let username = parameters.field("user_name");
    let confirmed = page_request.call_action(
        "ConfirmSignUp",
        &request.client,
        username,
        json!({"ConfirmationCode": form.field("code").trim()}),
    );
    match confirmed {
        Ok(_) => Ok(redirect_to_page(
            page_request,
            "/login",
            &[("login_hint", username), ("notice", "confirmed")],
        )),
        Err(error) => Ok(render(page_request, &request, &Notice::refusal(error)?)),
    }
}

/// Sends another code.
pub(super) fn resend(page_request: &PageRequest) -> Result<Response, Rejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    page::fields(page_request)?;
    let parameters = page_request.parameters();
    let sent = page_request.call_action(
        "ResendConfirmationCode",
        &request.client,
        parameters.field("user_name"),
        json!({}),
    );
    let notice = match sent {
        Ok(_) => Notice::Done("We sent a new code. Earlier codes are no longer valid."),
        Err(error) => Notice::refusal(error)?,
    };
    Ok(render(page_request, &request, &notice))
}

/// Confirms the account if the query is `?client_id=…&user_name=…&confirmation_code=…` without an authorization
/// request.
fn confirm_by_link(page_request: &PageRequest) -> Result<Option<Response>, Rejection> {
    let parameters = page_request.parameters();
    let one = |name| parameters.one(name).ok().flatten();
    let (None, Some(client_id), Some(username), Some(code)) = (
        one("redirect_uri").or(one("response_type")),
        one("client_id"),
        one("user_name"),
        one("confirmation_code"),
    ) else {
        return Ok(None);
    };
    let Some((_, client)) = page_request.client(client_id)? else {
        return Ok(Some(PageError::UnknownClient.redirect(None)));
    };
    let request = json!({"ConfirmationCode": code});
    let notice = match page_request.call_action("ConfirmSignUp", &client, username, request) {
        Ok(_) => Notice::Done("Your registration has been confirmed!"),
        Err(error) => Notice::refusal(error)?,
    };
    let content = html! {
        main.narrow {
            h1 { (TITLE) }
            (notice.render())
            p { "You can close this page and go back to the app." }
        }
    };
    Ok(Some(response::page(
        StatusCode::OK,
        front_page::frame(TITLE, content),
        None,
    )))
}

fn render(page_request: &PageRequest, request: &AuthorizationRequest, notice: &Notice) -> Response {
    let parameters = page_request.parameters();
    page::show(page_request, request, TITLE, notice, |token| {
        let fields = html! {
            (Field {
                name: "code",
                label: "Verification code",
                kind: "text",
                autocomplete: "one-time-code",
                value: parameters.field("confirmation_code"),
            }.render())
            button type="submit" { "Confirm account" }
        };
        html! {
            p { "Enter the code we sent to " strong { (parameters.field("user_name")) } "." }
            (page::form(page_request, "/confirmUser", token, &fields))
            (page::form(page_request, "/resendcode", token, &html! {
                button.ghost type="submit" { "Resend code" }
            }))
            p { (link(page_request, "/login", "Back to sign-in")) }
        }
    })
}
