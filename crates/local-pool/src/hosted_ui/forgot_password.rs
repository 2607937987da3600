//! `/forgotPassword` and `/confirmForgotPassword`.

use axum::response::Response;
use maud::html;
use serde_json::json;

use super::log_in::{link, onward};
use super::page::{self, Field, Notice};
use super::page_request::{Stop, Visit};
use super::request::AuthorizationRequest;

/// The page that asks who it is.
pub(super) fn show(visit: &Visit) -> Result<Response, Stop> {
    let request = AuthorizationRequest::read(visit)?;
    let hint = request.login_hint.clone().unwrap_or_default();
    Ok(draw(visit, &request, &hint, &Notice::None))
}

/// Sends a code, and goes on to the page that takes it.
pub(super) fn submit(visit: &Visit) -> Result<Response, Stop> {
    let request = AuthorizationRequest::read(visit)?;
    let form = page::fields(visit)?;
    let username = form.field("username").trim();
    match visit.act("ForgotPassword", &request.client, username, json!({})) {
        Ok(_) => Ok(onward(
            visit,
            "/confirmForgotPassword",
            &[("user_name", username)],
        )),
        Err(error) => {
            let notice = Notice::refusal(error)?;
            Ok(draw(visit, &request, username, &notice))
        }
    }
}

/// The page that takes the code and a new password.
pub(super) fn show_confirm(visit: &Visit) -> Result<Response, Stop> {
    let request = AuthorizationRequest::read(visit)?;
    Ok(draw_confirm(visit, &request, "", &Notice::None))
}

/// Sets the password, and goes on to the sign-in.
pub(super) fn submit_confirm(visit: &Visit) -> Result<Response, Stop> {
    let request = AuthorizationRequest::read(visit)?;
    let form = page::fields(visit)?;
    let parameters = visit.parameters();
    let username = parameters.field("user_name");
    let code = form.field("code").trim();
    let done = visit.act(
        "ConfirmForgotPassword",
        &request.client,
        username,
        json!({"ConfirmationCode": code, "Password": form.field("password")}),
    );
    match done {
        Ok(_) => Ok(onward(
            visit,
            "/login",
            &[("login_hint", username), ("notice", "password_changed")],
        )),
        Err(error) => {
            let notice = Notice::refusal(error)?;
            Ok(draw_confirm(visit, &request, code, &notice))
        }
    }
}

fn draw(
    visit: &Visit,
    request: &AuthorizationRequest,
    username: &str,
    notice: &Notice,
) -> Response {
    let title = "Forgot your password?";
    page::show(visit, request, title, notice, |token| {
        let fields = html! {
            (page::username_field(&request.pool, username))
            button type="submit" { "Send a code" }
        };
        html! {
            p { "A code is sent with which you can set a new one." }
            (page::form(visit, "/forgotPassword", token, &fields))
            p { (link(visit, "/login", "Back to sign-in")) }
        }
    })
}

fn draw_confirm(
    visit: &Visit,
    request: &AuthorizationRequest,
    code: &str,
    notice: &Notice,
) -> Response {
    let title = "Set a new password";
    page::show(visit, request, title, notice, |token| {
        let fields = html! {
            (Field {
                name: "code",
                label: "Code",
                kind: "text",
                autocomplete: "one-time-code",
                value: code,
            }.draw())
            (page::password_field("New password", "new-password"))
            button type="submit" { "Set password" }
        };
        html! {
            p { "Type the code that was sent for " strong { (visit.parameters().field("user_name")) } ", and a new password." }
            (page::form(visit, "/confirmForgotPassword", token, &fields))
            p { (link(visit, "/forgotPassword", "Send another code")) }
        }
    })
}
