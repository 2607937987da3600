//! `/confirmUser` and `/resendcode`: the code of a sign-up.

use axum::http::StatusCode;
use axum::response::Response;
use maud::html;
use serde_json::json;

use super::error_page::PageFault;
use super::log_in::{link, onward};
use super::page::{self, Field, Notice};
use super::page_request::{Stop, Visit};
use super::request::AuthorizationRequest;
use super::response;
use crate::front_page;

const TITLE: &str = "Confirm your account";

/// The page. A code in the address is filled in, and sent only when somebody presses the button; but an address
/// without an authorization request is the link of a mail, which confirms at once, as at Cognito.
pub(super) fn show(visit: &Visit) -> Result<Response, Stop> {
    if let Some(response) = by_link(visit)? {
        return Ok(response);
    }
    let request = AuthorizationRequest::read(visit)?;
    Ok(draw(visit, &request, &Notice::None))
}

/// Confirms, and goes on to the sign-in.
pub(super) fn submit(visit: &Visit) -> Result<Response, Stop> {
    let request = AuthorizationRequest::read(visit)?;
    let form = page::fields(visit)?;
    let parameters = visit.parameters();
    let username = parameters.field("user_name");
    let confirmed = visit.act(
        "ConfirmSignUp",
        &request.client,
        username,
        json!({"ConfirmationCode": form.field("code").trim()}),
    );
    match confirmed {
        Ok(_) => Ok(onward(
            visit,
            "/login",
            &[("login_hint", username), ("notice", "confirmed")],
        )),
        Err(error) => Ok(draw(visit, &request, &Notice::refusal(error)?)),
    }
}

/// Sends another code.
pub(super) fn resend(visit: &Visit) -> Result<Response, Stop> {
    let request = AuthorizationRequest::read(visit)?;
    page::fields(visit)?;
    let parameters = visit.parameters();
    let sent = visit.act(
        "ResendConfirmationCode",
        &request.client,
        parameters.field("user_name"),
        json!({}),
    );
    let notice = match sent {
        Ok(_) => Notice::Done("A new code is on its way. The old one does not count any more."),
        Err(error) => Notice::refusal(error)?,
    };
    Ok(draw(visit, &request, &notice))
}

/// `?client_id=…&user_name=…&confirmation_code=…` and nothing else.
fn by_link(visit: &Visit) -> Result<Option<Response>, Stop> {
    let parameters = visit.parameters();
    let one = |name| parameters.one(name).ok().flatten();
    let (None, Some(client_id), Some(username), Some(code)) = (
        one("redirect_uri").or(one("response_type")),
        one("client_id"),
        one("user_name"),
        one("confirmation_code"),
    ) else {
        return Ok(None);
    };
    let Some((_, client)) = visit.client(client_id)? else {
        return Ok(Some(PageFault::UnknownClient.redirect(None)));
    };
    let request = json!({"ConfirmationCode": code});
    let notice = match visit.act("ConfirmSignUp", &client, username, request) {
        Ok(_) => Notice::Done("Your registration has been confirmed!"),
        Err(error) => Notice::refusal(error)?,
    };
    let content = html! {
        main.narrow {
            h1 { (TITLE) }
            (notice.draw())
            p { "You can close this page and go back to the app." }
        }
    };
    Ok(Some(response::page(
        StatusCode::OK,
        front_page::frame(TITLE, content),
        None,
    )))
}

fn draw(visit: &Visit, request: &AuthorizationRequest, notice: &Notice) -> Response {
    let parameters = visit.parameters();
    page::show(visit, request, TITLE, notice, |token| {
        let fields = html! {
            (Field {
                name: "code",
                label: "Code",
                kind: "text",
                autocomplete: "one-time-code",
                value: parameters.field("confirmation_code"),
            }.draw())
            button type="submit" { "Confirm account" }
        };
        html! {
            p { "Type the code that was sent to " strong { (parameters.field("user_name")) } "." }
            (page::form(visit, "/confirmUser", token, &fields))
            (page::form(visit, "/resendcode", token, &html! {
                button.quiet type="submit" { "Send a new code" }
            }))
            p { (link(visit, "/login", "Back to sign-in")) }
        }
    })
}
