//! The pool's discovery document, asked for one thing: where its hosted pages live.

use crate::ids::{HttpUrl, Issuer};
use crate::json::Json;

/// Where an issuer publishes it (OpenID Connect Discovery §4).
pub fn url(issuer: &Issuer) -> String {
    format!("{issuer}/.well-known/openid-configuration")
}

/// Reads the domain out of the document. `None` where the pool has none, and where the document is not
/// this issuer's own to the letter (OpenID Connect Discovery §4.3).
pub fn domain(document: &Json, issuer: &Issuer) -> Option<HttpUrl> {
    if document.get("issuer").as_text() != Some(issuer.as_str()) {
        return None;
    }
    let endpoint = document.get("authorization_endpoint").as_text()?;
    HttpUrl::parse(endpoint.strip_suffix("/oauth2/authorize")?)
        .filter(|domain| domain.path().is_empty())
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

    fn found(document: &str) -> Option<String> {
        let document = Json::parse(document).expect("the test's own JSON");
        domain(&document, &issuer()).map(|domain| domain.to_string())
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
        assert_eq!(found(DOCUMENT), Some("https://auth.example.com".to_owned()));
        assert_eq!(
            found(&DOCUMENT.replace("https://auth.example.com", "http://localhost:9229")),
            Some("http://localhost:9229".to_owned())
        );
    }

    #[test]
    fn a_document_that_is_not_this_issuers_names_no_domain() {
        for (whole, other) in [
            ("us-east-1_AbCdEfGhI\",", "us-east-1_AbCdEfGhI/\","),
            ("us-east-1_AbCdEfGhI\",", "us-east-1_Another\","),
            ("\"issuer\"", "\"isuer\""),
        ] {
            assert_eq!(found(&DOCUMENT.replacen(whole, other, 1)), None, "{other}");
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
            assert_eq!(found(&changed), None, "{other}");
        }
    }
}
