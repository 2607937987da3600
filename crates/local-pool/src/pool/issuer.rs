//! The issuer of a pool's tokens: `iss` (RFC 7519 §4.1.1) and `issuer` in the discovery document.
//!
//! Amazon has two forms. `IssuerConfiguration.Type` of a user pool selects one:
//!
//! | type | at Amazon | in the local pool |
//! |---|---|---|
//! | `ORIGINAL`, the default | `https://cognito-idp.<region>.amazonaws.com/<pool>` | `<base>/<pool>` |
//! | `UPDATED` | `https://issuer-cognito-idp.<region>.amazonaws.com/<pool>` | `<base>/issuer/<pool>` |
//!
//! If the base address is Amazon's own (`--public-url`, `--issuer-url`), Amazon's second form is used.
//! Source: "IssuerConfigurationType" in the Cognito user pools API reference.

/// The first label of the host name in the original form of Amazon's issuers.
const AMAZONS_HOST: &str = "cognito-idp.";

/// The path with which issuers of the type `UPDATED` begin on a host that is not Amazon's.
pub(crate) const UPDATED_PATH: &str = "/issuer";

/// The pool setting `IssuerConfiguration.Type`: the form of the issuer URL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum IssuerType {
    /// The issuer begins with the base address itself.
    #[default]
    Original,
    /// The issuer begins with the address that [`updated_issuer_base`] returns.
    Updated,
}

impl IssuerType {
    /// Returns the issuer of a pool's tokens. `issuer_base` is the address with which issuers begin.
    pub(crate) fn issuer_of_pool(self, issuer_base: &str, pool_id: &str) -> String {
        match self {
            Self::Original => format!("{issuer_base}/{pool_id}"),
            Self::Updated => format!("{}/{pool_id}", updated_issuer_base(issuer_base)),
        }
    }
}

/// Returns the address with which issuers of the type `UPDATED` begin. `issuer_base` is the address of the type
/// `ORIGINAL`.
pub(crate) fn updated_issuer_base(issuer_base: &str) -> String {
    match issuer_base.split_once("://") {
        Some((scheme, rest)) if rest.starts_with(AMAZONS_HOST) => {
            format!("{scheme}://issuer-{rest}")
        }
        _ => format!("{issuer_base}{UPDATED_PATH}"),
    }
}

/// Returns the pool ID at the end of an issuer of either type, or `None` if the issuer does not begin with this base
/// address.
pub(crate) fn pool_id_from_issuer<'a>(issuer: &'a str, issuer_base: &str) -> Option<&'a str> {
    let below = |base: &str| issuer.strip_prefix(base)?.strip_prefix('/');
    below(&updated_issuer_base(issuer_base))
        .or_else(|| below(issuer_base))
        .filter(|pool_id| !pool_id.is_empty() && !pool_id.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn original_and_updated_issuer_type_have_different_issuer_urls() {
        let pool = "us-east-1_AbCdEfGhI";
        for (base, original, updated) in [
            (
                "http://localhost:9229",
                "http://localhost:9229/us-east-1_AbCdEfGhI",
                "http://localhost:9229/issuer/us-east-1_AbCdEfGhI",
            ),
            // Both addresses are examples of the API reference.
            (
                "https://cognito-idp.us-east-1.amazonaws.com",
                "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI",
                "https://issuer-cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI",
            ),
        ] {
            assert_eq!(IssuerType::Original.issuer_of_pool(base, pool), original);
            assert_eq!(IssuerType::Updated.issuer_of_pool(base, pool), updated);
            for issuer in [original, updated] {
                assert_eq!(pool_id_from_issuer(issuer, base), Some(pool));
            }
        }
    }

    #[test]
    fn pool_id_is_not_read_from_an_issuer_url_of_another_server() {
        let base = "http://localhost:9229";
        for issuer in [
            "http://localhost:92290/us-east-1_AbCdEfGhI",
            "http://127.0.0.1:9229/us-east-1_AbCdEfGhI",
            "http://localhost:9229/other/us-east-1_AbCdEfGhI",
            "http://localhost:9229/",
            "http://localhost:9229",
            "",
        ] {
            assert_eq!(pool_id_from_issuer(issuer, base), None, "{issuer}");
        }
    }
}
