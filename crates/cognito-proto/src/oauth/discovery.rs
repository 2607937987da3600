//! The pool's discovery document, from which the domain of the hosted pages is read.

use serde::Deserialize;

use crate::ids::{Issuer, SecureUrl};
use crate::issuers::DocumentSource;
use crate::wire::{self, Member};

/// Returns the URL of an issuer's discovery document (OpenID Connect Discovery 1.0 §4).
pub fn document_url(base: &Issuer) -> String {
    format!("{base}/.well-known/openid-configuration")
}

/// The data that the app needs from the pool's discovery document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiscoveryDocument {
    /// The origin of the hosted pages, or `None` if the pool has none.
    pub domain: Option<SecureUrl>,
}

/// The members of a discovery document that this crate reads (OpenID Connect Discovery 1.0 §3).
#[derive(Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
struct ProviderMetadata<'a> {
    issuer: String,
    #[serde(default)]
    authorization_endpoint: Member<'a, String>,
}

impl DiscoveryDocument {
    /// Parses a discovery document that was fetched from `source`. Returns `None` if the `issuer` in the document is
    /// not an accepted issuer of that source (OpenID Connect Discovery 1.0 §4.3).
    pub fn parse(document: &str, source: &DocumentSource<'_>) -> Option<Self> {
        let document: ProviderMetadata = wire::parse(document)?;
        source
            .accepted_issuers
            .iter()
            .find(|of| of.as_str() == document.issuer)?;
        let endpoint = document.authorization_endpoint.optional();
        let domain = endpoint
            .and_then(|endpoint| SecureUrl::parse(endpoint.strip_suffix("/oauth2/authorize")?));
        Some(Self {
            domain: domain.filter(|domain| domain.path().is_empty()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A discovery document in the form of Cognito's.
    const DOCUMENT: &str = r#"{"authorization_endpoint":"https://auth.example.com/oauth2/authorize",
        "end_session_endpoint":"https://auth.example.com/logout",
        "issuer":"https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI",
        "jwks_uri":"https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI/.well-known/jwks.json",
        "token_endpoint":"https://auth.example.com/oauth2/token"}"#;

    fn issuer() -> Issuer {
        Issuer::parse("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI")
            .expect("an issuer")
    }

    /// Parses `document` and returns the domain in it. Returns `None` if the document is refused.
    fn found(document: &str) -> Option<Option<String>> {
        let issuer = issuer();
        let source = DocumentSource {
            base: &issuer,
            accepted_issuers: vec![&issuer],
        };
        DiscoveryDocument::parse(document, &source)
            .map(|document| document.domain.map(|domain| domain.to_string()))
    }

    #[test]
    fn oidc_discovery_url_is_issuer_plus_well_known_path() {
        assert_eq!(
            document_url(&issuer()),
            "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI/.well-known/openid-configuration"
        );
    }

    #[test]
    fn hosted_ui_domain_comes_from_the_discovery_document() {
        assert_eq!(
            found(DOCUMENT),
            Some(Some("https://auth.example.com".to_owned()))
        );
        assert_eq!(
            found(&DOCUMENT.replace("https://auth.example.com", "http://localhost:9229")),
            Some(Some("http://localhost:9229".to_owned()))
        );
    }

    #[test]
    fn discovery_document_of_another_issuer_is_rejected() {
        for (original, other) in [
            ("\"https://cognito-idp", "\"https://issuer-cognito-idp"),
            ("us-east-1_AbCdEfGhI\",", "us-east-1_AbCdEfGhI/\","),
            ("us-east-1_AbCdEfGhI\",", "us-east-1_Another\","),
            ("\"issuer\"", "\"isuer\""),
        ] {
            let changed = DOCUMENT.replacen(original, other, 1);
            assert_ne!(changed, DOCUMENT, "{original} not found");
            assert_eq!(found(&changed), None, "{other}");
        }
    }

    #[test]
    fn discovery_with_an_invalid_authorize_url_gives_no_domain() {
        for (original, other) in [
            ("authorization_endpoint", "x"),
            (
                "https://auth.example.com/oauth2/authorize",
                "/oauth2/authorize",
            ),
            ("https://auth", "http://auth"),
            ("https://auth", "javascript://auth"),
            ("https://auth.example.com", "https://auth@example.com"),
            ("/oauth2/authorize", "/authorize"),
            ("/oauth2/authorize", "/x/oauth2/authorize"),
        ] {
            let changed = DOCUMENT.replacen(original, other, 1);
            assert_ne!(changed, DOCUMENT, "{original} not found");
            assert_eq!(found(&changed), Some(None), "{other}");
        }
    }
}
