//! The page `/signup`, on which a user creates an account with the rules of the action `SignUp`.

use axum::response::Response;
use maud::html;
use serde_json::json;

use super::log_in::{redirect_to_page, render_link};
use super::page::{self, FormField, PageNotice};
use super::page_request::{PageRejection, PageRequest};
use super::parameters::UrlEncodedParameters;
use super::request::AuthorizationRequest;
use crate::pool::contact::ContactKind;
use crate::pool::{Attributes, UserPool};

/// Shows the empty sign-up page.
pub(super) fn show_sign_up_page(page_request: &PageRequest) -> Result<Response, PageRejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    let nothing = UrlEncodedParameters::parse(b"");
    let hint = request.login_hint.clone().unwrap_or_default();
    Ok(render_sign_up_page(
        page_request,
        &request,
        &hint,
        &nothing,
        &PageNotice::None,
    ))
}

/// Creates the account, and redirects to the page for the verification code. If the pool rejects the account,
/// shows the form with the error.
pub(super) fn submit_sign_up_form(page_request: &PageRequest) -> Result<Response, PageRejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    let form = page::parse_own_form(page_request)?;
    let username = form.first_value("username").trim();
    let attributes: Vec<_> = form
        .fields_with_prefix_and_suffix("requiredAttributes[", "]")
        .into_iter()
        .map(|(name, value)| json!({"Name": name, "Value": value.trim()}))
        .collect();
    let signed_up = page_request.call_action(
        "SignUp",
        &request.client,
        username,
        json!({"Password": form.first_value("password"), "UserAttributes": attributes}),
    );
    match signed_up {
        Ok(answer) if answer["UserConfirmed"] == json!(true) => Ok(redirect_to_page(
            page_request,
            "/login",
            &[("notice", "confirmed")],
        )),
        Ok(_) => Ok(redirect_to_page(
            page_request,
            "/confirmUser",
            &[("user_name", username)],
        )),
        Err(error) => {
            let notice = PageNotice::from_client_error(error)?;
            Ok(render_sign_up_page(
                page_request,
                &request,
                username,
                &form,
                &notice,
            ))
        }
    }
}

/// Returns the names of the attributes for which the sign-up form has fields, in addition to username and password:
/// those that the pool requires, and the email address and phone number if the pool verifies them.
fn sign_up_form_attributes(pool: &UserPool) -> Vec<String> {
    let settings = &pool.settings;
    let mut names: Vec<String> = settings
        .missing_required_attributes(&Attributes::new())
        .into_iter()
        .map(str::to_owned)
        .collect();
    for contact in &settings.auto_verified_attributes {
        if !names.iter().any(|name| name == contact.attribute_name()) {
            names.push(contact.attribute_name().to_owned());
        }
    }
    // The contact that is the username has a field already.
    names.retain(|name| {
        ContactKind::from_attribute_name(name)
            .is_none_or(|contact| !settings.username_attributes.contains(&contact))
    });
    names
}

/// Returns the HTML of the sign-up page. `entered` has the values that the user entered before.
fn render_sign_up_page(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    username: &str,
    entered: &UrlEncodedParameters,
    notice: &PageNotice,
) -> Response {
    page::sign_in_page_response(page_request, request, "Sign up", notice, |token| {
        let fields = html! {
            (page::render_username_field(&request.pool, username))
            @for name in sign_up_form_attributes(&request.pool) {
                @let field = format!("requiredAttributes[{name}]");
                (FormField {
                    name: &field,
                    label: &attribute_label(&name),
                    kind: match name.as_str() { "email" => "email", "phone_number" => "tel", _ => "text" },
                    autocomplete: match name.as_str() { "email" => "email", "phone_number" => "tel", "name" => "name", _ => "on" },
                    value: entered.first_value(&field),
                }.to_markup())
            }
            (page::render_password_field("Password", "new-password"))
            button type="submit" { "Sign up" }
        };
        html! {
            (page::render_form(page_request, "/signup", token, &fields))
            p { "Have an account? " (render_link(page_request, "/login", "Sign in")) }
        }
    })
}

/// Returns the label of an attribute, e.g. "Phone number" for `phone_number`.
fn attribute_label(name: &str) -> String {
    let words = name.trim_start_matches("custom:").replace('_', " ");
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().to_string() + letters.as_str())
        .unwrap_or_default()
}
