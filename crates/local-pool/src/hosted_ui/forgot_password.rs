//! `/forgotPassword` and `/confirmForgotPassword`.

use axum::response::Response;
use maud::html;
use serde_json::json;

use super::log_in::{link, redirect_to_page};
use super::page::{self, Field, Notice};
use super::page_request::{PageRequest, Rejection};
use super::request::AuthorizationRequest;

/// The page that asks for the username.
pub(super) fn show(page_request: &PageRequest) -> Result<Response, Rejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    let hint = request.login_hint.clone().unwrap_or_default();
    Ok(render(page_request, &request, &hint, &Notice::None))
}

/// Sends a code and redirects to the page that asks for it.
pub(super) fn submit(page_request: &PageRequest) -> Result<Response, Rejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    let form = page::fields(page_request)?;
    let username = form.field("username").trim();
    match page_request.call_action("ForgotPassword", &request.client, username, json!({})) {
        Ok(_) => Ok(redirect_to_page(
            page_request,
            "/confirmForgotPassword",
            &[("user_name", username)],
        )),
        Err(error) => {
            let notice = Notice::refusal(error)?;
            Ok(render(page_request, &request, username, &notice))
        }
    }
}

/// The page that asks for the code and a new password.
pub(super) fn show_confirm(page_request: &PageRequest) -> Result<Response, Rejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    Ok(render_confirm(page_request, &request, "", &Notice::None))
}

/// Sets the password and redirects to the sign-in.
pub(super) fn submit_confirm(page_request: &PageRequest) -> Result<Response, Rejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    let form = page::fields(page_request)?;
    let parameters = page_request.parameters();
    let username = parameters.field("user_name");
    let code = form.field("code").trim();
    let done = page_request.call_action(
        "ConfirmForgotPassword",
        &request.client,
        username,
        json!({"ConfirmationCode": code, "Password": form.field("password")}),
    );
    match done {
        Ok(_) => Ok(redirect_to_page(
            page_request,
            "/login",
            &[("login_hint", username), ("notice", "password_changed")],
        )),
        Err(error) => {
            let notice = Notice::refusal(error)?;
            Ok(render_confirm(page_request, &request, code, &notice))
        }
    }
}

fn render(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    username: &str,
    notice: &Notice,
) -> Response {
    let title = "Forgot password?";
    page::show(page_request, request, title, notice, |token| {
        let fields = html! {
            (page::username_field(&request.pool, username))
            button type="submit" { "Send code" }
        };
        html! {
            p { "We'll send you a code to reset your password." }
            (page::form(page_request, "/forgotPassword", token, &fields))
            p { (link(page_request, "/login", "Back to sign-in")) }
        }
    })
}

fn render_confirm(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    code: &str,
    notice: &Notice,
) -> Response {
    let title = "Reset password";
    page::show(page_request, request, title, notice, |token| {
        let fields = html! {
            (Field {
                name: "code",
                label: "Verification code",
                kind: "text",
                autocomplete: "one-time-code",
                value: code,
            }.render())
            (page::password_field("New password", "new-password"))
            button type="submit" { "Reset password" }
        };
        html! {
            p { "Enter the code we sent for " strong { (page_request.parameters().field("user_name")) } " and a new password." }
            (page::form(page_request, "/confirmForgotPassword", token, &fields))
            p { (link(page_request, "/forgotPassword", "Resend code")) }
        }
    })
}
