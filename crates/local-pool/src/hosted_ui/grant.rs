//! The end of a sign-in on the hosted pages: the redirect to the app with a code in the query or tokens in the
//! fragment.

use axum::response::Response;
use serde_json::{Value, json};

use super::page_request::{PageRejection, PageRequest};
use super::request::{AuthorizationRequest, ResponseType};
use super::session::HostedSession;
use super::{response, session};
use crate::error::ApiError;
use crate::fault_injection::invalid_tokens::TokenIssueEvent;
use crate::pool::authorization_code::{self, AuthorizationCodeGrant};
use crate::pool::claims::TokenClaimsSource;
use crate::pool::token_family::{self, FamilyAndRefreshToken, TokenFamilyParameters};
use crate::pool::{AppClient, Attributes, User, UserPool};
use crate::token_issuer::{IssuedTokens, TokenIssuingInterface, issue_tokens};

/// Returns the redirect URI with the parameters of an authorization response.
///
/// The parameters of a code response are added to the query, which may exist already. The parameters of a token
/// response are in the fragment.
pub(super) fn build_redirect_url(
    redirect_uri: &str,
    response_type: ResponseType,
    parameters: &[(&str, &str)],
) -> String {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(parameters)
        .finish();
    let mark = match response_type {
        ResponseType::Token => "#",
        ResponseType::Code if redirect_uri.ends_with(['?', '&']) => "",
        ResponseType::Code if redirect_uri.contains('?') => "&",
        ResponseType::Code => "?",
    };
    format!("{redirect_uri}{mark}{body}")
}

/// The pool, app client and user for which tokens are issued.
pub(super) struct TokenSubject<'a> {
    pub(super) pool: &'a UserPool,
    pub(super) client: &'a AppClient,
    pub(super) user: &'a User,
    pub(super) attributes: &'a Attributes,
}

impl TokenSubject<'_> {
    /// Signs the ID token, if the scope requests one, and the access token. Call this outside a transaction.
    pub(super) fn sign_tokens(
        &self,
        page_request: &PageRequest,
        grant: &FamilyAndRefreshToken,
        nonce: Option<&str>,
        issued_for: TokenIssueEvent,
    ) -> IssuedTokens {
        let issuer = self.pool.issuer(&page_request.issuer_base);
        let bearer = TokenClaimsSource {
            pool: self.pool,
            client: self.client,
            user: self.user,
            family: &grant.family,
            issuer: &issuer,
            now: page_request.now,
        };
        let keys = page_request.service().keys();
        issue_tokens(
            keys,
            &bearer,
            self.attributes,
            TokenIssuingInterface::HostedUi { nonce },
            issued_for,
        )
    }
}

/// Returns the JSON body of a successful response of the token endpoint (RFC 6749 §5.1).
pub(super) fn token_response_body(tokens: &IssuedTokens, grant: &FamilyAndRefreshToken) -> Value {
    let mut body = json!({
        "access_token": tokens.access_token,
        "expires_in": tokens.expires_in,
        "token_type": "Bearer",
    });
    if let Some(id_token) = &tokens.id_token {
        body["id_token"] = json!(id_token);
    }
    if let Some(refresh_token) = &grant.refresh_token {
        body["refresh_token"] = json!(refresh_token.expose_secret());
    }
    body
}

impl AuthorizationRequest {
    /// Returns the redirect to the app with the authorization code or the tokens that the app requested.
    ///
    /// If no user is signed in, the function returns an internal error.
    pub(super) fn redirect_with_grant(
        &self,
        page_request: &PageRequest,
        signed_in: Option<&HostedSession>,
    ) -> Result<Response, PageRejection> {
        let signed_in = signed_in.ok_or_else(|| ApiError::internal("no user is signed in"))?;
        let location = match self.response {
            ResponseType::Code => self.build_code_redirect_url(page_request, signed_in)?,
            ResponseType::Token => self.build_token_redirect_url(page_request, signed_in)?,
        };
        Ok(response::see_other_response(&location))
    }

    /// Starts a session on the hosted pages for the user, and returns the redirect to the app with the session cookie.
    pub(super) fn complete_sign_in(
        &self,
        page_request: &PageRequest,
        user: User,
        provider: Option<&str>,
    ) -> Result<Response, PageRejection> {
        let (signed_in, cookie) =
            session::start_hosted_session(page_request, &self.pool, user, provider)?;
        let response = self.redirect_with_grant(page_request, Some(&signed_in))?;
        Ok(response::add_cookie(response, &cookie))
    }

    /// Stores a new authorization code, and returns the app's URL that contains it.
    fn build_code_redirect_url(
        &self,
        page_request: &PageRequest,
        signed_in: &HostedSession,
    ) -> Result<String, ApiError> {
        let code_grant = AuthorizationCodeGrant {
            client: &self.client,
            user: &signed_in.user,
            redirect_uri: &self.redirect_uri,
            challenge: self.challenge.as_deref(),
            scope: &self.scope,
            nonce: self.nonce.as_deref(),
            auth_time: signed_in.auth_time,
        };
        let code = page_request.service().store().run_transaction(|tx| {
            authorization_code::issue_authorization_code(tx, &code_grant, page_request.now)
        })?;
        let mut pairs = vec![("code", code.expose_secret())];
        if let Some(state) = &self.state {
            pairs.push(("state", state));
        }
        Ok(build_redirect_url(
            &self.redirect_uri,
            self.response,
            &pairs,
        ))
    }

    /// Issues tokens for the implicit grant, and returns the app's URL that contains them.
    fn build_token_redirect_url(
        &self,
        page_request: &PageRequest,
        signed_in: &HostedSession,
    ) -> Result<String, ApiError> {
        let session_start = TokenFamilyParameters {
            auth_time: signed_in.auth_time,
            scope: Some(self.scope.clone()),
            has_refresh_token: false,
            device: None,
        };
        let (grant, attributes) = page_request.service().store().run_transaction(|tx| {
            let grant = token_family::start_token_family(
                tx,
                &self.client,
                &signed_in.user,
                session_start,
                page_request.now,
            )?;
            Ok::<_, ApiError>((grant, signed_in.user.load_attributes(tx)?))
        })?;
        let subject = TokenSubject {
            pool: &self.pool,
            client: &self.client,
            user: &signed_in.user,
            attributes: &attributes,
        };
        let tokens = subject.sign_tokens(
            page_request,
            &grant,
            self.nonce.as_deref(),
            TokenIssueEvent::SignIn,
        );
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
        Ok(build_redirect_url(
            &self.redirect_uri,
            self.response,
            &pairs,
        ))
    }
}
