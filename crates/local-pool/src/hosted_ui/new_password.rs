//! `POST /changePassword`: a new password in place of a temporary one.

use axum::response::Response;
use maud::html;

use super::page::{self, Field, Notice};
use super::page_request::{Stop, Visit};
use super::request::AuthorizationRequest;
use crate::pool::session::{ChallengeName, Session};
use crate::pool::{Attributes, User};
use crate::secret::Secret;

/// The page, an answer to a right temporary password.
pub(super) fn draw(
    visit: &Visit,
    request: &AuthorizationRequest,
    user: &User,
    session: &str,
    notice: &Notice,
) -> Result<Response, Stop> {
    let attributes = visit
        .service()
        .store()
        .with(|connection| user.attributes(connection))?;
    let missing = request.pool.settings.missing_required(&attributes);
    let title = "Choose a new password";
    Ok(page::show(visit, request, title, notice, |token| {
        let fields = html! {
            input type="hidden" name="session" value=(session);
            (page::password_field("New password", "new-password"))
            @for name in missing {
                (Field {
                    name: &format!("requiredAttributes[{name}]"),
                    label: name,
                    kind: "text",
                    autocomplete: "on",
                    value: "",
                }.draw())
            }
            button type="submit" { "Set password" }
        };
        html! {
            p { "Your password was a temporary one." }
            (page::form(visit, "/changePassword", token, &fields))
        }
    }))
}

/// Sets the password and signs in.
pub(super) fn submit(visit: &Visit) -> Result<Response, Stop> {
    let request = AuthorizationRequest::read(visit)?;
    let form = page::fields(visit)?;
    let sealed = form.field("session");
    let session = Session::open(
        visit.service().sealer(),
        sealed,
        &request.client,
        ChallengeName::NewPasswordRequired,
        visit.now,
    );
    let session = match session {
        Ok(session) => session,
        // Too late, or not ours: from the beginning.
        Err(_) => return Ok(super::log_in::onward(visit, "/login", &[])),
    };
    let added: Attributes = form
        .fields_between("requiredAttributes[", "]")
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let caller = visit.caller();
    let turn = request.turn(visit, &caller);
    let password = Secret::new(form.field("password"));
    match turn.with_new_password(&session, &password, added) {
        Ok(step) => request.go_on(visit, step),
        Err(error) => {
            let notice = Notice::refusal(error)?;
            let found = visit
                .service()
                .store()
                .with(|connection| session.user(connection))?;
            match found {
                Some(user) => draw(visit, &request, &user, sealed, &notice),
                None => Ok(super::log_in::onward(visit, "/login", &[])),
            }
        }
    }
}
