//! `/confirmUser` and `/resendcode`: the code of a sign-up.

use axum::response::Response;
use maud::html;
use serde_json::json;

use super::log_in::{link, onward};
use super::page::{self, Field, Notice};
use super::request::AuthorizationRequest;
use super::visit::{Stop, Visit};

/// The page. A code in the address is filled in, and sent only when somebody presses the button.
pub(super) fn show(visit: &Visit) -> Result<Response, Stop> {
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

fn draw(visit: &Visit, request: &AuthorizationRequest, notice: &Notice) -> Response {
    let parameters = visit.parameters();
    let title = "Confirm your account";
    page::show(visit, request, title, notice, |token| {
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
