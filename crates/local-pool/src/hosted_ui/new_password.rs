//! The page `POST /changePassword`: a new password that replaces a temporary one.

use axum::response::Response;
use maud::html;

use super::page::{self, FormField, PageNotice};
use super::page_request::{PageRejection, PageRequest};
use super::request::AuthorizationRequest;
use crate::pool::session::{ChallengeName, SignInSession};
use crate::pool::{Attributes, User};
use crate::secret::Secret;

/// Returns the page that asks the user for a new password, after a correct temporary password.
///
/// `session` is the sealed state of the sign-in.
pub(super) fn render_new_password_page(
    page_request: &PageRequest,
    request: &AuthorizationRequest,
    user: &User,
    session: &str,
    notice: &PageNotice,
) -> Result<Response, PageRejection> {
    let attributes = page_request
        .service()
        .store()
        .run_query(|connection| user.load_attributes(connection))?;
    let missing = request
        .pool
        .settings
        .missing_required_attributes(&attributes);
    let title = "Choose a new password";
    Ok(page::sign_in_page_response(
        page_request,
        request,
        title,
        notice,
        |token| {
            let fields = html! {
                input type="hidden" name="session" value=(session);
                (page::render_password_field("New password", "new-password"))
                @for name in missing {
                    (FormField {
                        name: &format!("requiredAttributes[{name}]"),
                        label: name,
                        kind: "text",
                        autocomplete: "on",
                        value: "",
                    }.to_markup())
                }
                button type="submit" { "Set password" }
            };
            html! {
                p { "Your temporary password must be changed." }
                (page::render_form(page_request, "/changePassword", token, &fields))
            }
        },
    ))
}

/// Sets the new password and continues the sign-in. If the password is rejected, shows the form with the error.
pub(super) fn submit_new_password(page_request: &PageRequest) -> Result<Response, PageRejection> {
    let request = AuthorizationRequest::parse(page_request)?;
    let form = page::parse_own_form(page_request)?;
    let sealed = form.first_value("session");
    let session = SignInSession::open_sealed_session(
        page_request.service().sealer(),
        sealed,
        &request.client,
        ChallengeName::NewPasswordRequired,
        page_request.now,
    );
    let session = match session {
        Ok(session) => session,
        // The session has expired or is invalid, so the sign-in starts again.
        Err(_) => return Ok(super::log_in::redirect_to_page(page_request, "/login", &[])),
    };
    let added: Attributes = form
        .fields_with_prefix_and_suffix("requiredAttributes[", "]")
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let caller = page_request.caller();
    let sign_in = request.build_sign_in_request(page_request, &caller);
    let password = Secret::new(form.first_value("password"));
    match sign_in.set_new_password(&session, &password, added) {
        Ok(step) => request.show_sign_in_step(page_request, step),
        Err(error) => {
            let notice = PageNotice::from_client_error(error)?;
            let found = page_request
                .service()
                .store()
                .run_query(|connection| session.load_user(connection))?;
            match found {
                Some(user) => {
                    render_new_password_page(page_request, &request, &user, sealed, &notice)
                }
                None => Ok(super::log_in::redirect_to_page(page_request, "/login", &[])),
            }
        }
    }
}
