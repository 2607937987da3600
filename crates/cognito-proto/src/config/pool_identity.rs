//! The settings in `config.js` that identify the pool.

use super::error::ConfigErrorKind;
use super::parser::{ConfigParser, truncated};
use super::value::ConfigValue;
use crate::ids::{ClientId, Issuer, Region, SecureUrl, UserPoolId};

pub(super) const USER_POOL_ID: &str = "it looks like eu-west-1_AbCdEf123";
pub(super) const CLIENT_ID: &str = "it is the app client's id, such as 25ddkmj4v6hfsfvruhpfi7n4hv";
pub(super) const OIDC_URL: &str =
    "it looks like https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123";
pub(super) const ISSUER: &str = "it is the issuer that tokens name: an https address, or http on localhost, that ends in /userPoolId";
pub(super) const ENDPOINT: &str =
    "it is an https address, or http on localhost, such as http://localhost:9229";

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
        let pool = self.parse_required(
            cognito,
            "userPoolId",
            "cognito.userPoolId",
            UserPoolId::parse,
            USER_POOL_ID,
        );
        let client = self.parse_required(
            cognito,
            "userPoolClientId",
            "cognito.userPoolClientId",
            ClientId::parse,
            CLIENT_ID,
        );
        if *cognito.get("region") != ConfigValue::Null {
            let region = self.parse_required(
                cognito,
                "region",
                "cognito.region",
                Region::parse,
                "it looks like eu-west-1",
            );
            if let (Some(region), Some(pool)) = (region, &pool)
                && region != *pool.region()
            {
                let kind = ConfigErrorKind::Contradicts(region.as_str().to_owned());
                self.report::<()>(
                    "cognito.region",
                    kind,
                    "userPoolId begins with another region: use that one",
                );
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
        let issuer = self.parse_optional(cognito, "issuer", KEY, parse_issuer_url, ISSUER)?;
        let parts = issuer.as_ref().and_then(Issuer::parts);
        if let (Some(issuer), Some((_, named_pool)), Some(pool)) = (&issuer, parts, pool)
            && named_pool != *pool
        {
            let kind = ConfigErrorKind::Contradicts(truncated(issuer.as_str()));
            return self.report(KEY, kind, "it ends in another id than userPoolId");
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
        let issuer = self.parse_required(
            oidc,
            "OIDC_URL",
            "oidc.OIDC_URL",
            parse_issuer_url,
            OIDC_URL,
        );
        let client = self.parse_required(
            oidc,
            "OIDC_CLIENT_NAME",
            "oidc.OIDC_CLIENT_NAME",
            ClientId::parse,
            CLIENT_ID,
        );
        let configured_endpoint = self.parse_endpoint(cognito);
        if *cognito.get("issuer") != ConfigValue::Null {
            let advice = "oidc.OIDC_URL names the issuer already: delete this key";
            return self.report("cognito.issuer", ConfigErrorKind::Forbidden, advice);
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
        self.parse_optional(
            cognito,
            "endpoint",
            "cognito.endpoint",
            SecureUrl::parse,
            ENDPOINT,
        )
    }
}

/// Parses an issuer with or without a trailing slash, such as
/// `https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123`.
fn parse_issuer_url(text: &str) -> Option<Issuer> {
    Issuer::parse(text.trim_end_matches('/'))
}
