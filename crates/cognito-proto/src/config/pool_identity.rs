//! The settings in `config.js` that identify the pool.

use super::error::ConfigErrorKind;
use super::parser::ConfigParser;
use super::value::ConfigValue;
use crate::ids::{ClientId, Issuer, Region, SecureUrl, UserPoolId};

/// The settings that identify a pool: its ID, the app client, the endpoint of its API, and the issuer if the
/// configuration names one.
pub(super) struct PoolIdentity {
    pub(super) pool: UserPoolId,
    pub(super) client: ClientId,
    pub(super) endpoint: SecureUrl,
    pub(super) issuer: Option<Issuer>,
}

impl ConfigParser {
    /// Parses the keys of `cognito` that identify the pool: its ID, app client, region, endpoint and issuer. Returns
    /// `None` if one of them is wrong, and adds each error to the list.
    pub(super) fn parse_pool_ids(&mut self, cognito: &ConfigValue) -> Option<PoolIdentity> {
        let pool = self.parse_required(cognito, "cognito.userPoolId", UserPoolId::parse);
        let client = self.parse_required(cognito, "cognito.userPoolClientId", ClientId::parse);
        if *cognito.get("region") != ConfigValue::Null {
            let region = self.parse_required(cognito, "cognito.region", Region::parse);
            if let (Some(region), Some(pool)) = (region, &pool)
                && region != *pool.region()
            {
                let kind = ConfigErrorKind::Contradicts {
                    value: region.as_str().to_owned(),
                    other: "userPoolId",
                };
                self.report::<()>("cognito.region", kind);
            }
        }
        let endpoint = self.parse_endpoint(cognito);
        let issuer = self.parse_issuer(cognito, pool.as_ref());
        let (pool, client) = (pool?, client?);
        let endpoint = endpoint?.or_else(|| SecureUrl::parse(&pool.region().endpoint()))?;
        Some(PoolIdentity {
            pool,
            client,
            endpoint,
            issuer: issuer?,
        })
    }

    /// Parses `cognito.issuer`, which must name the configured pool. Returns `Some(None)` if the key is missing, and
    /// `None` after it has reported an error.
    fn parse_issuer(
        &mut self,
        cognito: &ConfigValue,
        pool: Option<&UserPoolId>,
    ) -> Option<Option<Issuer>> {
        const KEY: &str = "cognito.issuer";
        let issuer = self.parse_optional(cognito, KEY, parse_issuer_url)?;
        let parts = issuer.as_ref().and_then(Issuer::parts);
        if let (Some(issuer), Some((_, named_pool)), Some(pool)) = (&issuer, parts, pool)
            && named_pool != *pool
        {
            let kind = ConfigErrorKind::Contradicts {
                value: issuer.as_str().to_owned(),
                other: "userPoolId",
            };
            return self.report(KEY, kind);
        }
        Some(issuer)
    }

    /// Parses the section `oidc`, which identifies the pool by its issuer, `OIDC_URL`. Returns `None` after it has
    /// reported an error.
    ///
    /// `cognito.endpoint` names the endpoint of the user-pool API. Without it, one of Amazon's issuers implies the
    /// region's endpoint, and any other issuer is the URL of a server that also has the API.
    pub(super) fn parse_oidc(
        &mut self,
        oidc: &ConfigValue,
        cognito: &ConfigValue,
    ) -> Option<PoolIdentity> {
        let issuer = self.parse_required(oidc, "oidc.OIDC_URL", parse_issuer_url);
        let client = self.parse_required(oidc, "oidc.OIDC_CLIENT_NAME", ClientId::parse);
        let configured_endpoint = self.parse_endpoint(cognito);
        if *cognito.get("issuer") != ConfigValue::Null {
            return self.report(
                "cognito.issuer",
                ConfigErrorKind::Redundant("oidc.OIDC_URL"),
            );
        }
        let issuer = issuer?;
        let (address, pool) = issuer.parts()?;
        let regional = || SecureUrl::parse(&pool.region().endpoint());
        let endpoint = match configured_endpoint? {
            Some(endpoint) => endpoint,
            None if Issuer::amazon_issuers(&pool).contains(&issuer) => regional()?,
            None => address,
        };
        Some(PoolIdentity {
            pool,
            client: client?,
            endpoint,
            issuer: Some(issuer),
        })
    }

    /// Parses `cognito.endpoint`. Returns `Some(None)` if the key is missing, and `None` after it has reported an
    /// error.
    fn parse_endpoint(&mut self, cognito: &ConfigValue) -> Option<Option<SecureUrl>> {
        self.parse_optional(cognito, "cognito.endpoint", SecureUrl::parse)
    }
}

/// Parses an issuer with or without a trailing slash, such as
/// `https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123`.
fn parse_issuer_url(text: &str) -> Option<Issuer> {
    Issuer::parse(text.trim_end_matches('/'))
}
