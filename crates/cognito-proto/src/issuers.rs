//! The names under which one user pool issues tokens, and where its keys and its discovery document are.

use crate::ids::{HttpUrl, Issuer, UserPoolId};

/// The issuers (`iss`) whose tokens are accepted: one user pool under each of its names. There is at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuers {
    preferred: Issuer,
    others: Vec<Issuer>,
    /// Where the documents of an issuer on another host are asked for first.
    local: Option<Issuer>,
    /// Whether the operator named the issuer.
    is_configured: bool,
}

/// An address below which an issuer publishes its documents, and the issuers whose documents are believed there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source<'a> {
    /// The address, without a slash at its end.
    pub base: &'a Issuer,
    /// A document from there may be of these issuers.
    pub of: Vec<&'a Issuer>,
}

impl Issuers {
    /// One issuer and no other.
    pub fn only(issuer: Issuer) -> Self {
        Self {
            preferred: issuer,
            others: Vec::new(),
            local: None,
            is_configured: true,
        }
    }

    /// The issuers of `pool`, whose API answers at `endpoint`. `configured` is the one that the operator named.
    ///
    /// - Amazon issues tokens in either of two forms, and an operator may switch from one to the other: both are accepted
    ///   for the pool's id, unless the operator named another issuer.
    /// - An endpoint that is not Amazon's is a proxy in front of Cognito, or a stand-in that issues tokens itself.
    /// - An endpoint on this very machine also has the keys, whatever its tokens name as their issuer: a pool that runs
    ///   there is known to no other host.
    pub fn of(pool: &UserPoolId, endpoint: &HttpUrl, configured: Option<Issuer>) -> Self {
        let amazon = Issuer::of_amazon(pool);
        let of_endpoint = Issuer::of(endpoint, pool);
        let is_configured = configured.is_some();
        let (preferred, others) = match configured {
            Some(issuer) if amazon.contains(&issuer) => {
                let others = amazon.into_iter().filter(|other| *other != issuer);
                let others = others.collect();
                (issuer, others)
            }
            Some(issuer) => (issuer, Vec::new()),
            None if endpoint.is_of_amazon() => {
                let [original, updated] = amazon;
                (original, vec![updated])
            }
            None => (of_endpoint.clone(), amazon.into()),
        };
        Self {
            preferred,
            others,
            local: endpoint.is_loopback().then_some(of_endpoint),
            is_configured,
        }
    }

    /// The issuer to ask where no token has named one yet.
    pub fn preferred(&self) -> &Issuer {
        &self.preferred
    }

    /// All of them, the preferred one first.
    pub fn iter(&self) -> impl Iterator<Item = &Issuer> {
        [&self.preferred].into_iter().chain(&self.others)
    }

    /// The issuer that `iss` names, if it is one of these, compared character by character.
    pub fn find(&self, iss: &str) -> Option<&Issuer> {
        self.iter().find(|issuer| issuer.as_str() == iss)
    }

    /// Where this issuer publishes its documents, in the order in which to ask.
    pub fn locations<'a>(&'a self, issuer: &'a Issuer) -> Vec<&'a Issuer> {
        match &self.local {
            Some(local) if !issuer.is_loopback() && self.is_configured => vec![local, issuer],
            Some(local) if !issuer.is_loopback() => vec![local],
            _ => vec![issuer],
        }
    }

    /// Where to look for the discovery document, in this order, and whose it may be.
    pub fn sources(&self) -> Vec<Source<'_>> {
        let mut sources: Vec<Source<'_>> = Vec::new();
        for issuer in self.iter() {
            for base in self.locations(issuer) {
                match sources.iter_mut().find(|source| source.base == base) {
                    Some(source) => source.of.push(issuer),
                    None => sources.push(Source {
                        base,
                        of: vec![issuer],
                    }),
                }
            }
        }
        sources
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POOL: &str = "us-west-2_uXboG5pAb";
    const ORIGINAL: &str = "https://cognito-idp.us-west-2.amazonaws.com/us-west-2_uXboG5pAb";
    const UPDATED: &str = "https://issuer-cognito-idp.us-west-2.amazonaws.com/us-west-2_uXboG5pAb";
    const LOCAL: &str = "http://localhost:9229/us-west-2_uXboG5pAb";
    const PROXY: &str = "https://auth.example.com/cognito/us-west-2_uXboG5pAb";
    const OTHER: &str = "http://127.0.0.1:9000/us-west-2_uXboG5pAb";

    fn issuers(endpoint: &str, configured: &str) -> Issuers {
        Issuers::of(
            &UserPoolId::parse(POOL).expect("a pool id"),
            &HttpUrl::parse(endpoint).expect("an address"),
            (!configured.is_empty()).then(|| Issuer::parse(configured).expect("an issuer")),
        )
    }

    const REGIONAL: &str = "https://cognito-idp.us-west-2.amazonaws.com";

    /// Amazon's two forms are those of `IssuerConfigurationType` in the API reference.
    #[test]
    fn amazons_two_forms_are_accepted_unless_another_is_named() {
        for (endpoint, configured, accepted) in [
            (REGIONAL, "", &[ORIGINAL, UPDATED][..]),
            (REGIONAL, ORIGINAL, &[ORIGINAL, UPDATED]),
            (REGIONAL, UPDATED, &[UPDATED, ORIGINAL]),
            (REGIONAL, OTHER, &[OTHER]),
            // https://docs.aws.amazon.com/general/latest/gr/cognito_identity.html
            (
                "https://cognito-idp-fips.us-west-2.amazonaws.com",
                "",
                &[ORIGINAL, UPDATED],
            ),
            (
                "https://cognito-idp.us-west-2.api.aws",
                "",
                &[ORIGINAL, UPDATED],
            ),
            (
                "https://auth.example.com/cognito",
                "",
                &[PROXY, ORIGINAL, UPDATED],
            ),
            (
                "https://auth.example.com/cognito",
                UPDATED,
                &[UPDATED, ORIGINAL],
            ),
            ("http://localhost:9229", "", &[LOCAL, ORIGINAL, UPDATED]),
            ("http://localhost:9229", OTHER, &[OTHER]),
            ("http://localhost:9229/", LOCAL, &[LOCAL]),
        ] {
            let issuers = issuers(endpoint, configured);
            let listed: Vec<&str> = issuers.iter().map(Issuer::as_str).collect();
            assert_eq!(listed, accepted, "{endpoint} {configured}");
            assert_eq!(issuers.preferred().as_str(), accepted[0]);
        }
    }

    #[test]
    fn an_issuer_is_found_by_all_its_characters() {
        let issuers = issuers(REGIONAL, "");
        for right in [ORIGINAL, UPDATED] {
            assert_eq!(issuers.find(right).map(Issuer::as_str), Some(right));
        }
        for wrong in [
            "https://cognito-idp.us-west-2.amazonaws.com/us-west-2_uXboG5pAb/",
            "https://cognito-idp.us-west-2.amazonaws.com/us-west-2_uXboG5pAc",
            "https://cognito-idp.us-west-1.amazonaws.com/us-west-2_uXboG5pAb",
            "https://issuer-cognito-idp.us-west-2.amazonaws.com.example.com/us-west-2_uXboG5pAb",
            "http://cognito-idp.us-west-2.amazonaws.com/us-west-2_uXboG5pAb",
            LOCAL,
            "",
        ] {
            assert_eq!(issuers.find(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn documents_are_asked_for_at_their_issuer() {
        let of = |endpoint: &str, configured: &str| -> Vec<(String, Vec<String>)> {
            let issuers = issuers(endpoint, configured);
            let sources = issuers.sources();
            let text = |issuer: &Issuer| issuer.as_str().to_owned();
            sources
                .iter()
                .map(|source| {
                    (
                        text(source.base),
                        source.of.iter().map(|of| text(of)).collect(),
                    )
                })
                .collect()
        };
        let source = |base: &str, of: &[&str]| {
            (
                base.to_owned(),
                of.iter().map(|&of| of.to_owned()).collect::<Vec<_>>(),
            )
        };
        assert_eq!(
            of(REGIONAL, ""),
            [source(ORIGINAL, &[ORIGINAL]), source(UPDATED, &[UPDATED])]
        );
        assert_eq!(of(REGIONAL, OTHER), [source(OTHER, &[OTHER])]);
        assert_eq!(
            of("https://auth.example.com/cognito", ""),
            [
                source(PROXY, &[PROXY]),
                source(ORIGINAL, &[ORIGINAL]),
                source(UPDATED, &[UPDATED])
            ]
        );
        // A pool on this machine is known to no other host.
        assert_eq!(
            of("http://localhost:9229", ""),
            [source(LOCAL, &[LOCAL, ORIGINAL, UPDATED])]
        );
        assert_eq!(
            of("http://localhost:9229", UPDATED),
            [
                source(LOCAL, &[UPDATED, ORIGINAL]),
                source(UPDATED, &[UPDATED]),
                source(ORIGINAL, &[ORIGINAL])
            ]
        );
        assert_eq!(
            of("http://localhost:9229", OTHER),
            [source(OTHER, &[OTHER])]
        );
    }
}
