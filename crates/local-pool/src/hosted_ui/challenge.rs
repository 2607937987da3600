//! What comes after a right password or code on the hosted pages: the page of the next challenge, or the way back to the app.

use axum::response::Response;

use super::page::Notice;
use super::page_request::{Stop, Visit};
use super::request::AuthorizationRequest;
use super::{new_password, passkey, second_factor};
use crate::actions::Caller;
use crate::actions::challenges::{Entrance, Posed, Step, Turn};
use crate::error::ApiError;
use crate::pool::session::ChallengeName;

impl AuthorizationRequest {
    /// One round of a sign-in on these pages.
    pub(super) fn turn<'a>(&'a self, visit: &'a Visit, caller: &'a Caller<'a>) -> Turn<'a> {
        Turn {
            service: visit.service(),
            pool: &self.pool,
            client: &self.client,
            caller,
            entrance: Entrance::HostedPages,
        }
    }

    /// The page of the next challenge, or back to the app.
    pub(super) fn go_on(&self, visit: &Visit, step: Step) -> Result<Response, Stop> {
        match step {
            Step::SignedIn(user) => self.sign_in(visit, user, None),
            Step::Challenge(posed) => self.ask(visit, &posed),
            Step::Granted { .. } => Err(ApiError::internal(
                "a sign-in on the hosted pages ended as one by the API",
            )
            .into()),
        }
    }

    fn ask(&self, visit: &Visit, posed: &Posed) -> Result<Response, Stop> {
        let Some(session) = &posed.session else {
            return Err(
                ApiError::internal("a challenge of the hosted pages has no session").into(),
            );
        };
        if let Some(page) = second_factor::ask(visit, self, posed, session)? {
            return Ok(page);
        }
        if posed.name == ChallengeName::WebAuthn {
            return passkey::ask(visit, self, posed, session);
        }
        if posed.name != ChallengeName::NewPasswordRequired {
            return Err(ApiError::internal(format_args!(
                "the hosted pages have no page for {}",
                posed.name.wire_name()
            ))
            .into());
        }
        let sealed = session.seal(visit.service().sealer())?;
        let user = visit
            .service()
            .store()
            .with(|connection| session.user(connection))?
            .ok_or_else(ApiError::no_such_user)?;
        new_password::draw(visit, self, &user, &sealed, &Notice::None)
    }
}
