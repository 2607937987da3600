//! The step after a correct password or code on the hosted pages: the page of the next challenge, or the
//! redirect to the app.

use axum::response::Response;

use super::page::PageNotice;
use super::page_request::{PageRejection, PageRequest};
use super::request::AuthorizationRequest;
use super::{new_password, passkey, second_factor};
use crate::actions::ActionCaller;
use crate::actions::challenges::{IssuedChallenge, NextSignInStep, SignInInterface, SignInRequest};
use crate::error::ApiError;
use crate::pool::session::ChallengeName;

impl AuthorizationRequest {
    /// Returns the data of a sign-in on the hosted pages, in the form that the sign-in functions of the user-pool API
    /// need.
    pub(super) fn build_sign_in_request<'a>(
        &'a self,
        page_request: &'a PageRequest,
        caller: &'a ActionCaller<'a>,
    ) -> SignInRequest<'a> {
        SignInRequest {
            service: page_request.service(),
            pool: &self.pool,
            client: &self.client,
            caller,
            interface: SignInInterface::HostedPages,
        }
    }

    /// Returns the page of the next challenge, or the redirect to the app if the sign-in is complete.
    pub(super) fn show_sign_in_step(
        &self,
        page_request: &PageRequest,
        step: NextSignInStep,
    ) -> Result<Response, PageRejection> {
        match step {
            NextSignInStep::SignedIn(user) => self.complete_sign_in(page_request, user, None),
            NextSignInStep::Challenge(challenge) => {
                self.render_challenge_page(page_request, &challenge)
            }
            NextSignInStep::Granted { .. } => Err(ApiError::internal(
                "a sign-in on the hosted pages returned an API grant",
            )
            .into()),
        }
    }

    /// Returns the page of a challenge. A challenge for which no page exists is an internal error.
    fn render_challenge_page(
        &self,
        page_request: &PageRequest,
        challenge: &IssuedChallenge,
    ) -> Result<Response, PageRejection> {
        let Some(session) = &challenge.session else {
            return Err(
                ApiError::internal("a challenge of the hosted pages has no session").into(),
            );
        };
        if let Some(page) =
            second_factor::render_second_factor_challenge(page_request, self, challenge, session)?
        {
            return Ok(page);
        }
        if challenge.name == ChallengeName::WebAuthn {
            return passkey::render_passkey_challenge(page_request, self, challenge, session);
        }
        if challenge.name != ChallengeName::NewPasswordRequired {
            return Err(ApiError::internal(format_args!(
                "the hosted pages have no page for {}",
                challenge.name.wire_name()
            ))
            .into());
        }
        let sealed = session.seal_session(page_request.service().sealer())?;
        let user = page_request
            .service()
            .store()
            .run_query(|connection| session.load_user(connection))?
            .ok_or_else(ApiError::no_such_user)?;
        new_password::render_new_password_page(
            page_request,
            self,
            &user,
            &sealed,
            &PageNotice::None,
        )
    }
}
