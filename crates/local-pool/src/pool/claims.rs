//! The claims of ID tokens and access tokens.

use cognito_proto::time::UnixTime;
use serde_json::{Map, Value, json};

use super::schema::{DataType, IDENTITIES};
use super::scope::USER_ADMIN_SCOPE;
use super::token_family::TokenFamily;
use super::{AppClient, Attributes, User, UserPool};
use crate::random;

/// The data from which the claims of tokens are made: user, app client, issuer and times.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokenClaimsSource<'a> {
    pub(crate) pool: &'a UserPool,
    pub(crate) client: &'a AppClient,
    pub(crate) user: &'a User,
    pub(crate) family: &'a TokenFamily,
    pub(crate) issuer: &'a str,
    pub(crate) now: UnixTime,
}

impl TokenClaimsSource<'_> {
    /// Returns the claims that ID tokens and access tokens have in common.
    fn common_token_claims(
        &self,
        token_use: &str,
        lifetime: core::time::Duration,
    ) -> Map<String, Value> {
        let mut claims = Map::new();
        let mut put = |name: &str, value: Value| claims.insert(name.to_owned(), value);
        put("sub", json!(self.user.sub));
        put("iss", json!(self.issuer));
        let is_revocable = self.client.settings.enable_token_revocation;
        if is_revocable {
            put("origin_jti", json!(self.family.origin_jti));
        }
        put("event_id", json!(self.family.event_id));
        put("token_use", json!(token_use));
        put("auth_time", json!(self.family.auth_time.as_secs()));
        put("exp", json!(self.now.plus(lifetime).as_secs()));
        put("iat", json!(self.now.as_secs()));
        // Access tokens had a `jti` before Cognito supported token revocation.
        if is_revocable || token_use == "access" {
            put("jti", json!(random::generate_uuid()));
        }
        let membership = &self.family.membership;
        if !membership.groups.is_empty() {
            put("cognito:groups", json!(membership.groups));
        }
        claims
    }

    /// Returns the claims of the ID token, including the attributes that the client may read.
    pub(crate) fn id_claims(&self, attributes: &Attributes) -> Map<String, Value> {
        let mut claims = self.common_token_claims("id", self.client.settings.id_token_lifetime());
        claims.insert("aud".to_owned(), json!(self.client.id));
        claims.insert("cognito:username".to_owned(), json!(self.user.username));
        let membership = &self.family.membership;
        if !membership.roles.is_empty() {
            claims.insert("cognito:roles".to_owned(), json!(membership.roles));
        }
        if let Some(role) = &membership.preferred_role {
            claims.insert("cognito:preferred_role".to_owned(), json!(role));
        }
        for (name, value) in attributes {
            if self.client.settings.may_read_attribute(name) && self.includes_attribute(name) {
                claims
                    .entry(name.as_str())
                    .or_insert_with(|| self.attribute_claim(name, value));
            }
        }
        claims
    }

    /// Returns true if the ID token contains this attribute, according to the scopes of a hosted sign-in. Tokens of the
    /// user-pool API contain all attributes.
    fn includes_attribute(&self, attribute_name: &str) -> bool {
        self.family
            .scope
            .as_ref()
            .is_none_or(|scope| scope.reveals_attribute(attribute_name))
    }

    /// Returns the value of an attribute in the form of a claim. Standard attributes have the types of OpenID Connect
    /// Core §5.1. Custom attributes are always strings.
    fn attribute_claim(&self, attribute_name: &str, value: &str) -> Value {
        if attribute_name == "address" {
            return json!({"formatted": value});
        }
        if attribute_name == IDENTITIES {
            return serde_json::from_str(value).unwrap_or_else(|_| json!(value));
        }
        let known = self
            .pool
            .settings
            .find_schema_attribute(attribute_name)
            .filter(|_| !attribute_name.contains(':'));
        match known.map(|known| known.attribute_data_type) {
            Some(DataType::Boolean) => json!(value == "true"),
            Some(DataType::Number) => value
                .parse::<i64>()
                .map_or_else(|_| json!(value), |number| json!(number)),
            _ => json!(value),
        }
    }

    /// Returns the claims of the access token.
    pub(crate) fn access_claims(&self) -> Map<String, Value> {
        let mut claims =
            self.common_token_claims("access", self.client.settings.access_token_lifetime());
        claims.insert("client_id".to_owned(), json!(self.client.id));
        claims.insert("username".to_owned(), json!(self.user.username));
        if let Some(device_key) = &self.family.device_key {
            claims.insert("device_key".to_owned(), json!(device_key));
        }
        match &self.family.scope {
            None => claims.insert("scope".to_owned(), json!(USER_ADMIN_SCOPE)),
            Some(scope) => {
                claims.insert("version".to_owned(), json!(2));
                claims.insert("scope".to_owned(), json!(scope.to_string()))
            }
        };
        claims
    }
}
