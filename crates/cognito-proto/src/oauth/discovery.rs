//! The pool's discovery document, asked for one thing: where its hosted pages live.

use crate::ids::{HttpUrl, Issuer};
use crate::issuers::Source;
use crate::json::Json;

/// Where an issuer publishes it (OpenID Connect Discovery §4).
pub fn url(base: &Issuer) -> String {
    format!("{base}/.well-known/openid-configuration")
}

/// A discovery document of an issuer that is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Where the hosted pages live. `None` where the pool has none.
    pub domain: Option<HttpUrl>,
}

impl Document {
    /// Reads a document that came from this source. `None` where its `issuer` is not one whose documents are believed
    /// there (OpenID Connect Discovery §4.3).
    pub fn read(document: &Json, source: &Source<'_>) -> Option<Self> {
        let issuer = document.get("issuer").as_text()?;
        source.of.iter().find(|of| of.as_str() == issuer)?;
        let endpoint = document.get("authorization_endpoint").as_text();
        let domain = endpoint
            .and_then(|endpoint| HttpUrl::parse(endpoint.strip_suffix("/oauth2/authorize")?));
        Some(Self {
            domain: domain.filter(|domain| domain.path().is_empty()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The wire reference's document.
    const DOCUMENT: &str = r#"{"authorization_endpoint":"https://auth.example.com/oauth2/authorize",
        "end_session_endpoint":"https://auth.example.com/logout",
        "issuer":"https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI",
        "jwks_uri":"https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI/.well-known/jwks.json",
        "token_endpoint":"https://auth.example.com/oauth2/token"}"#;

    fn issuer() -> Issuer {
        Issuer::parse("https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI")
            .expect("an issuer")
    }

    /// The domain that a document names, if it is the issuer's.
    fn found(document: &str) -> Option<Option<String>> {
        let document = Json::parse(document).expect("the test's own JSON");
        let issuer = issuer();
        let source = Source {
            base: &issuer,
            of: vec![&issuer],
        };
        Document::read(&document, &source)
            .map(|document| document.domain.map(|domain| domain.to_string()))
    }

    #[test]
    fn the_document_stands_below_the_issuer() {
        assert_eq!(
            url(&issuer()),
            "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI/.well-known/openid-configuration"
        );
    }

    #[test]
    fn the_domain_is_what_stands_before_the_authorization_endpoint() {
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
    fn a_document_that_is_not_this_issuers_is_not_read() {
        for (whole, other) in [
            ("\"https://cognito-idp", "\"https://issuer-cognito-idp"),
            ("us-east-1_AbCdEfGhI\",", "us-east-1_AbCdEfGhI/\","),
            ("us-east-1_AbCdEfGhI\",", "us-east-1_Another\","),
            ("\"issuer\"", "\"isuer\""),
        ] {
            let changed = DOCUMENT.replacen(whole, other, 1);
            assert_ne!(changed, DOCUMENT, "{whole} is not there");
            assert_eq!(found(&changed), None, "{other}");
        }
    }

    #[test]
    fn a_pool_without_hosted_pages_names_no_domain() {
        for (whole, other) in [
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
            let changed = DOCUMENT.replacen(whole, other, 1);
            assert_ne!(changed, DOCUMENT, "{whole} is not there");
            assert_eq!(found(&changed), Some(None), "{other}");
        }
    }
}
