//! The pages `/forgotPassword` and `/confirmForgotPassword`, on which a user resets the password.

use axum::response::Response;
use maud::html;
use serde_json::json;

use super::log_in::{redirect_to_page, render_link};
use super::page::{self, FormField, PageNotice};
use super::page_request::{PageRejection, PageRequest};
use super::request::AuthorizationRequest;

/// Shows the page that asks for the username whose password is to be reset.
pub(super) fn show_forgot_password_page(
    page_request: &PageRequest,
) -> Result<Response, PageRejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    let hint = request.login_hint.clone().unwrap_or_default();
    Ok(render_forgot_password_page(
        page_request,
        &request,
        &hint,
        &PageNotice::None,
    ))
}

/// Sends a code for resetting the password, and redirects to the page that asks for the code. If the pool
/// rejects the request, shows the form with the error.
pub(super) fn submit_forgot_password_form(
    page_request: &PageRequest,
) -> Result<Response, PageRejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    let form = page::parse_own_form(page_request)?;
    let username = form.first_value("username").trim();
    match page_request.call_action("ForgotPassword", &request.client, username, json!({})) {
        Ok(_) => Ok(redirect_to_page(
            page_request,
            "/confirmForgotPassword",
            &[("user_name", username)],
        )),
        Err(error) => {
            let notice = PageNotice::from_client_error(error)?;
            Ok(render_forgot_password_page(
                page_request,
                &request,
                username,
                &notice,
            ))
        }
    }
}

/// Shows the page that asks for the code and a new password.
pub(super) fn show_reset_password_page(
    page_request: &PageRequest,
) -> Result<Response, PageRejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    Ok(render_reset_password_page(
        page_request,
        &request,
        "",
        &PageNotice::None,
    ))
}

/// Sets the new password and redirects to the sign-in page. If the code or the password is rejected, shows the
/// form with the error.
pub(super) fn submit_reset_password_form(
    page_request: &PageRequest,
) -> Result<Response, PageRejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    let form = page::parse_own_form(page_request)?;
    let parameters = page_request.query_parameters();
    let username = parameters.first_value("user_name");
    let code = form.first_value("code").trim();
    let done = page_request.call_action(
        "ConfirmForgotPassword",
        &request.client,
        username,
        json!({"ConfirmationCode": code, "Password": form.first_value("password")}),
    );
    match done {
        Ok(_) => Ok(redirect_to_page(
            page_request,
            "/login",
            &[("login_hint", username), ("notice", "password_changed")],
        )),
        Err(error) => {
            let notice = PageNotice::from_client_error(error)?;
            Ok(render_reset_password_page(
                page_request,
                &request,
                code,
                &notice,
            ))
        }
    }
}

/// Returns the page with the form for the username whose password is to be reset.
fn render_forgot_password_page(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    username: &str,
    notice: &PageNotice,
) -> Response {
    let title = "Forgot password?";
    page::sign_in_page_response(page_request, request, title, notice, |token| {
        let fields = html! {
            (page::render_username_field(&request.pool, username))
            button type="submit" { "Send code" }
        };
        html! {
            p { "We'll send you a code to reset your password." }
            (page::render_form(page_request, "/forgotPassword", token, &fields))
            p { (render_link(page_request, "/login", "Back to sign in")) }
        }
    })
}

/// Returns the page with the form for the code and the new password.
fn render_reset_password_page(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    code: &str,
    notice: &PageNotice,
) -> Response {
    let title = "Reset password";
    page::sign_in_page_response(page_request, request, title, notice, |token| {
        let fields = html! {
            (FormField {
                name: "code",
                label: "Verification code",
                kind: "text",
                autocomplete: "one-time-code",
                value: code,
            }.to_markup())
            (page::render_password_field("New password", "new-password"))
            button type="submit" { "Reset password" }
        };
        html! {
            p { "Enter the code we sent for " strong { (page_request.query_parameters().first_value("user_name")) } " and a new password." }
            (page::render_form(page_request, "/confirmForgotPassword", token, &fields))
            p { (render_link(page_request, "/forgotPassword", "Resend code")) }
        }
    })
}
