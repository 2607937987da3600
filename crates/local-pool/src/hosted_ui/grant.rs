//! The way back to the app: with a code, or with tokens in the fragment; and what hosted tokens say.

use axum::response::Response;
use serde_json::{Value, json};

use super::page_request::{Stop, Visit};
use super::request::{AuthorizationRequest, ResponseType};
use super::session::SignedIn;
use super::{response, session};
use crate::error::ApiError;
use crate::fault_injection::invalid_tokens::Occasion;
use crate::pool::authorization_code::{self, Granted};
use crate::pool::claims::Bearer;
use crate::pool::family::{self, Beginning, Grant};
use crate::pool::{AppClient, Attributes, User, UserPool};
use crate::token_issuer::{Door, Tokens, mint};

/// A redirect URI with an answer: in its query, which it may have already, or in the fragment.
pub(super) fn location(uri: &str, response: ResponseType, pairs: &[(&str, &str)]) -> String {
    let answer = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    let mark = match response {
        ResponseType::Token => "#",
        ResponseType::Code if uri.ends_with(['?', '&']) => "",
        ResponseType::Code if uri.contains('?') => "&",
        ResponseType::Code => "?",
    };
    format!("{uri}{mark}{answer}")
}

/// Whose tokens are to be made.
pub(super) struct Holder<'a> {
    pub(super) pool: &'a UserPool,
    pub(super) client: &'a AppClient,
    pub(super) user: &'a User,
    pub(super) attributes: &'a Attributes,
}

impl Holder<'_> {
    /// Signs tokens: not inside a transaction.
    pub(super) fn tokens(
        &self,
        visit: &Visit,
        grant: &Grant,
        nonce: Option<&str>,
        occasion: Occasion,
    ) -> Tokens {
        let issuer = self.pool.issuer(&visit.issuer_base);
        let bearer = Bearer {
            pool: self.pool,
            client: self.client,
            user: self.user,
            family: &grant.family,
            issuer: &issuer,
            now: visit.now,
        };
        let keys = visit.service().keys();
        mint(
            keys,
            &bearer,
            self.attributes,
            Door::Hosted { nonce },
            occasion,
        )
    }
}

/// The answer of the token endpoint.
pub(super) fn answer_with(tokens: &Tokens, grant: &Grant) -> Value {
    let mut answer = json!({
        "access_token": tokens.access_token,
        "expires_in": tokens.expires_in,
        "token_type": "Bearer",
    });
    if let Some(id_token) = &tokens.id_token {
        answer["id_token"] = json!(id_token);
    }
    if let Some(refresh_token) = &grant.refresh_token {
        answer["refresh_token"] = json!(refresh_token.reveal());
    }
    answer
}

impl AuthorizationRequest {
    /// Back to the app with what it asked for.
    pub(super) fn grant(
        &self,
        visit: &Visit,
        signed_in: Option<&SignedIn>,
    ) -> Result<Response, Stop> {
        let signed_in = signed_in
            .ok_or_else(|| ApiError::internal("nobody is signed in to be granted anything"))?;
        let location = match self.response {
            ResponseType::Code => self.with_code(visit, signed_in)?,
            ResponseType::Token => self.with_tokens(visit, signed_in)?,
        };
        Ok(response::see_other(&location))
    }

    /// Somebody has just signed in: back to the app, with the cookie.
    pub(super) fn sign_in(
        &self,
        visit: &Visit,
        user: User,
        provider: Option<&str>,
    ) -> Result<Response, Stop> {
        let (signed_in, cookie) = session::begin(visit, &self.pool, user, provider)?;
        let response = self.grant(visit, Some(&signed_in))?;
        Ok(response::with_cookie(response, &cookie))
    }

    fn with_code(&self, visit: &Visit, signed_in: &SignedIn) -> Result<String, ApiError> {
        let granted = Granted {
            client: &self.client,
            user: &signed_in.user,
            redirect_uri: &self.redirect_uri,
            challenge: self.challenge.as_deref(),
            scope: &self.scope,
            nonce: self.nonce.as_deref(),
            auth_time: signed_in.auth_time,
        };
        let code = visit
            .service()
            .store()
            .write(|tx| authorization_code::issue(tx, &granted, visit.now))?;
        let mut pairs = vec![("code", code.reveal())];
        if let Some(state) = &self.state {
            pairs.push(("state", state));
        }
        Ok(location(&self.redirect_uri, self.response, &pairs))
    }

    fn with_tokens(&self, visit: &Visit, signed_in: &SignedIn) -> Result<String, ApiError> {
        let beginning = Beginning {
            auth_time: signed_in.auth_time,
            scope: Some(self.scope.clone()),
            refreshes: false,
            device: None,
        };
        let (grant, attributes) = visit.service().store().write(|tx| {
            let grant = family::begin(tx, &self.client, &signed_in.user, beginning, visit.now)?;
            Ok::<_, ApiError>((grant, signed_in.user.attributes(tx)?))
        })?;
        let holder = Holder {
            pool: &self.pool,
            client: &self.client,
            user: &signed_in.user,
            attributes: &attributes,
        };
        let tokens = holder.tokens(visit, &grant, self.nonce.as_deref(), Occasion::SignIn);
        let expires_in = tokens.expires_in.to_string();
        let mut pairs = Vec::new();
        if let Some(id_token) = &tokens.id_token {
            pairs.push(("id_token", id_token.as_str()));
        }
        pairs.extend([
            ("access_token", tokens.access_token.as_str()),
            ("token_type", "Bearer"),
            ("expires_in", expires_in.as_str()),
        ]);
        if let Some(state) = &self.state {
            pairs.push(("state", state));
        }
        Ok(location(&self.redirect_uri, self.response, &pairs))
    }
}
