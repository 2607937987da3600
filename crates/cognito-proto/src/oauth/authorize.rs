//! The authorization request: the URL to which the browser is redirected.

use super::pending::{PendingAuthorization, ResponseType};
use super::urlencoded::encode_form;
use crate::ids::{Scopes, SecureUrl};

/// The parts of an authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect Core §3.1.2.1).
///
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html>
#[derive(Clone, Copy, Debug)]
pub struct AuthorizationRequest<'a> {
    /// The origin of the hosted pages.
    pub domain: &'a SecureUrl,
    /// The requested scopes.
    pub scopes: &'a Scopes,
    /// The record of this request, which the app stores before the redirect.
    pub pending: &'a PendingAuthorization,
}

impl AuthorizationRequest<'_> {
    /// Returns the URL of the authorization request. The whole page must navigate to it, because Cognito sends no CORS
    /// headers here and forbids frames.
    pub fn url(&self) -> String {
        let PendingAuthorization {
            state,
            nonce,
            response_type,
            client,
            redirect_uri,
            identity_provider,
            hints,
            ..
        } = self.pending;
        let (response_type, challenge, method) = match response_type {
            ResponseType::Code(verifier) => ("code", verifier.code_challenge(), "S256"),
            ResponseType::Token => ("token", String::new(), ""),
        };
        let parameters = encode_form(&[
            ("response_type", response_type),
            ("client_id", client.as_str()),
            ("redirect_uri", redirect_uri.as_str()),
            ("scope", self.scopes.as_str()),
            ("state", state.expose_secret()),
            ("nonce", nonce.expose_secret()),
            ("code_challenge", &challenge),
            ("code_challenge_method", method),
            (
                "identity_provider",
                identity_provider.as_ref().map_or("", |name| name.as_str()),
            ),
            ("login_hint", hints.login_hint.as_deref().unwrap_or("")),
            ("lang", hints.lang.as_deref().unwrap_or("")),
            ("prompt", hints.prompt.as_deref().unwrap_or("")),
        ]);
        self.domain.join(&format!("/oauth2/authorize?{parameters}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::AuthorizationHints;
    use crate::ids::IdentityProvider;
    use crate::oauth::pending::tests::{implicit, pending};

    fn url(pending: &PendingAuthorization, scopes: &str) -> String {
        AuthorizationRequest {
            domain: &SecureUrl::parse("https://auth.example.com").expect("a URL"),
            scopes: &Scopes::parse(scopes).expect("scopes"),
            pending,
        }
        .url()
    }

    #[test]
    fn authorize_url_contains_code_challenge_state_and_nonce() {
        assert_eq!(
            url(&pending(), "openid email"),
            "https://auth.example.com/oauth2/authorize?response_type=code&client_id=1example23456789012345678\
             &redirect_uri=http%3A%2F%2Flocalhost%3A8000%2Flogin%2F&scope=openid%20email\
             &state=AAAAAAAAAAAAAAAAAAAAAA&nonce=AQEBAQEBAQEBAQEBAQEBAQ\
             &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
        );
    }

    #[test]
    fn authorize_url_contains_configured_provider_and_hints() {
        let pending = PendingAuthorization {
            identity_provider: IdentityProvider::parse("Google"),
            hints: AuthorizationHints {
                login_hint: Some("ann@example.com".to_owned()),
                lang: Some("pt-BR".to_owned()),
                prompt: Some("login consent".to_owned()),
            },
            ..pending()
        };
        assert_eq!(
            url(&pending, "openid"),
            "https://auth.example.com/oauth2/authorize?response_type=code&client_id=1example23456789012345678\
             &redirect_uri=http%3A%2F%2Flocalhost%3A8000%2Flogin%2F&scope=openid\
             &state=AAAAAAAAAAAAAAAAAAAAAA&nonce=AQEBAQEBAQEBAQEBAQEBAQ\
             &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256\
             &identity_provider=Google&login_hint=ann%40example.com&lang=pt-BR&prompt=login%20consent"
        );
    }

    #[test]
    fn authorize_url_for_implicit_grant_has_no_code_challenge() {
        assert_eq!(
            url(&implicit(), "openid"),
            "https://auth.example.com/oauth2/authorize?response_type=token&client_id=1example23456789012345678\
             &redirect_uri=http%3A%2F%2Flocalhost%3A8000%2Flogin%2F&scope=openid\
             &state=AAAAAAAAAAAAAAAAAAAAAA&nonce=AQEBAQEBAQEBAQEBAQEBAQ"
        );
    }
}
