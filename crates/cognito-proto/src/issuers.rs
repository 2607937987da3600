//! The issuers of one user pool, and the URLs of its keys and its discovery document.

use crate::ids::{Issuer, SecureUrl, UserPoolId};

/// The issuers that the app accepts in tokens (`iss`). All of them identify the same user pool. There is at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuers {
    preferred: Issuer,
    others: Vec<Issuer>,
    /// The issuer at a loopback endpoint. The app requests the key set and the discovery document there first, also for
    /// an issuer on another host.
    local: Option<Issuer>,
    /// True if the operator configured the issuer, false if it follows from the endpoint.
    is_configured: bool,
}

/// A base URL for key set and discovery document, with the issuers that a document from there may name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentSource<'a> {
    /// The base URL, without a trailing slash.
    pub base: &'a Issuer,
    /// The issuers that a document from this base URL may name.
    pub accepted_issuers: Vec<&'a Issuer>,
}

impl Issuers {
    /// Creates the issuers of a pool that has exactly one.
    pub fn single(issuer: Issuer) -> Self {
        Self {
            preferred: issuer,
            others: Vec::new(),
            local: None,
            is_configured: true,
        }
    }

    /// Returns the issuers of `pool`, whose API answers at `endpoint`. `configured` is the issuer in `config.js`, if it
    /// names one.
    ///
    /// - Amazon issues tokens in one of two forms, and an operator may switch between them. Both are accepted for the
    ///   pool's ID, unless another issuer is configured.
    /// - An endpoint that is not Amazon's is a proxy in front of Cognito, or a stand-in that issues tokens itself.
    /// - An endpoint on this machine also has the keys, even if its tokens name another issuer. No other host knows a
    ///   pool that runs here.
    pub fn for_pool(pool: &UserPoolId, endpoint: &SecureUrl, configured: Option<Issuer>) -> Self {
        let amazon = Issuer::amazon_issuers(pool);
        let of_endpoint = Issuer::for_pool(endpoint, pool);
        let is_configured = configured.is_some();
        let (preferred, others) = match configured {
            Some(issuer) if amazon.contains(&issuer) => {
                let others = amazon.into_iter().filter(|other| *other != issuer);
                let others = others.collect();
                (issuer, others)
            }
            Some(issuer) => (issuer, Vec::new()),
            None if endpoint.is_amazon_endpoint() => {
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

    /// Returns the issuer to use before a token has named one.
    pub fn preferred(&self) -> &Issuer {
        &self.preferred
    }

    /// Returns all issuers, the preferred one first.
    pub fn iter(&self) -> impl Iterator<Item = &Issuer> {
        [&self.preferred].into_iter().chain(&self.others)
    }

    /// Returns the issuer that equals `iss` character by character, or `None` if there is none.
    pub fn find(&self, iss: &str) -> Option<&Issuer> {
        self.iter().find(|issuer| issuer.as_str() == iss)
    }

    /// Returns the base URLs under which the documents of `issuer` may be found (key set and discovery document), in
    /// the order in which to try them.
    pub fn base_urls<'a>(&'a self, issuer: &'a Issuer) -> Vec<&'a Issuer> {
        match &self.local {
            Some(local) if !issuer.is_loopback() && self.is_configured => vec![local, issuer],
            Some(local) if !issuer.is_loopback() => vec![local],
            _ => vec![issuer],
        }
    }

    /// Returns the places where the pool's discovery document may be found, in the order in which to try them. Each
    /// place has the issuers that a document from there may name.
    pub fn document_sources(&self) -> Vec<DocumentSource<'_>> {
        let mut sources: Vec<DocumentSource<'_>> = Vec::new();
        for issuer in self.iter() {
            for base in self.base_urls(issuer) {
                match sources.iter_mut().find(|source| source.base == base) {
                    Some(source) => source.accepted_issuers.push(issuer),
                    None => sources.push(DocumentSource {
                        base,
                        accepted_issuers: vec![issuer],
                    }),
                }
            }
        }
        sources
    }
}

#[cfg(test)]
mod tests;
