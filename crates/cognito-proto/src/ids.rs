//! Identifiers that are not secret: pools, app clients, users and URLs. Each is parsed once, at the edge.

use core::fmt;

use serde::Serialize;

use crate::wire::deserialize_by_parse;

/// Declares a newtype around a text that only the type's own `parse` can make.
macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
        pub struct $name(String);

        impl $name {
            /// Returns the text, in the form in which it is sent.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name_type! {
    /// An AWS region such as `us-west-2`.
    Region
}

impl Region {
    /// Parses a region: two or more groups of lower-case letters and a number, such as `us-west-2` or `us-gov-west-1`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-').rev();
        let number = parts.next()?;
        let words: Vec<_> = parts.collect();
        let valid_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        let valid_words = words
            .iter()
            .all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase()));
        (valid_number && valid_words && words.len() >= 2 && text.len() <= 32)
            .then(|| Self(text.to_owned()))
    }

    /// Returns the URL of the region's public user-pool endpoint (AWS General Reference, "Amazon Cognito Identity
    /// endpoints and quotas").
    pub fn endpoint(&self) -> String {
        format!("https://cognito-idp.{self}.{}", self.services_domain())
    }

    /// Returns the domain of the region's AWS services: `amazonaws.com.cn` for China's regions, else `amazonaws.com`.
    fn services_domain(&self) -> &'static str {
        if self.0.starts_with("cn-") {
            "amazonaws.com.cn"
        } else {
            "amazonaws.com"
        }
    }
}

/// A user pool's ID: a region, `_`, and letters and digits, at most 55 characters.
///
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolType.html>
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UserPoolId {
    text: String,
    region: Region,
}

impl UserPoolId {
    /// Parses a pool's ID such as `us-west-2_uXboG5pAb`.
    pub fn parse(text: &str) -> Option<Self> {
        let (region, name) = text.split_once('_')?;
        let region = Region::parse(region)?;
        let valid_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric());
        (valid_name && text.len() <= 55).then(|| Self {
            text: text.to_owned(),
            region,
        })
    }

    /// Returns the pool's ID as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the pool's region: the part of the ID in front of the `_`.
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// Returns the name that the pool has in SRP: the part of the ID behind the `_`.
    pub fn pool_name(&self) -> &str {
        // `parse` has checked that there is a `_`.
        self.text.split_once('_').map_or("", |(_, name)| name)
    }
}

impl fmt::Display for UserPoolId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

name_type! {
    /// An app client's ID: 1–128 letters, digits, `_` or `+`. Amazon's are 26 lower-case letters and digits.
    ClientId
}

impl ClientId {
    /// Parses an app client's ID: the pattern `[\w+]+` of `ClientIdType` in Amazon's API reference, with ASCII letters
    /// only.
    pub fn parse(text: &str) -> Option<Self> {
        let is_valid = text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'+');
        (is_valid && (1..=128).contains(&text.len())).then(|| Self(text.to_owned()))
    }
}

name_type! {
    /// The name with which a user signs in: username, email address, phone number or preferred username.
    Username
}

impl Username {
    /// Parses a username: 1–128 characters without white space. White space at the ends is removed. So are invisible
    /// characters at the ends, which come along with copied text and which the service refuses.
    pub fn parse(text: &str) -> Option<Self> {
        let invisible = |c| {
            matches!(
                c,
                '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
            )
        };
        let text = text.trim_matches(|c: char| c.is_whitespace() || invisible(c));
        let length = text.chars().count();
        let is_valid = !text
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || invisible(c));
        (is_valid && (1..=128).contains(&length)).then(|| Self(text.to_owned()))
    }

    /// Parses a username that must be an email address, like [`Username::parse`] and [`EmailAddress::parse`].
    pub fn parse_email(text: &str) -> Option<Self> {
        Self::parse(text).filter(|name| EmailAddress::parse(name.as_str()).is_some())
    }
}

name_type! {
    /// An email address that a user typed.
    EmailAddress
}

impl EmailAddress {
    /// Parses an email address: text before and after an `@`. White space at the ends is removed. A complete check
    /// would require sending an email.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.split_once('@')?;
        (!local.is_empty() && !domain.is_empty()).then(|| Self(text.to_owned()))
    }
}

name_type! {
    /// A user attribute's name: `email`, `name`, `custom:tier`.
    AttributeName
}

impl AttributeName {
    /// Parses an attribute's name: 1–32 ASCII letters, digits, `_`, `:`, `-` and `.`.
    pub fn parse(text: &str) -> Option<Self> {
        let is_valid = text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':' | b'-' | b'.'));
        (is_valid && (1..=32).contains(&text.len())).then(|| Self(text.to_owned()))
    }
}

name_type! {
    /// A remembered device's key: the pool's region, `_`, and a UUID, at most 55 characters.
    DeviceKey
}

impl DeviceKey {
    /// Parses a device key: the pattern `[\w-]+_[0-9a-f-]+` of `DeviceKeyType` in Amazon's API reference.
    pub fn parse(text: &str) -> Option<Self> {
        let (region, id) = text.rsplit_once('_')?;
        let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        let is_valid = !region.is_empty()
            && region.bytes().all(word)
            && !id.is_empty()
            && id
                .bytes()
                .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f' | b'-'));
        (is_valid && text.len() <= 55).then(|| Self(text.to_owned()))
    }
}

name_type! {
    /// A token's issuer: the pool's URL, without a trailing slash (OpenID Connect Core §2).
    Issuer
}

impl Issuer {
    /// Returns the issuer of `pool` if the server at `endpoint` issues the tokens: `endpoint` with the pool's ID
    /// appended.
    pub fn for_pool(endpoint: &SecureUrl, pool: &UserPoolId) -> Self {
        Self(format!(
            "{}/{pool}",
            endpoint.as_str().trim_end_matches('/')
        ))
    }

    /// Returns the two issuers that Amazon can give a pool: the original form and the updated form.
    ///
    /// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_IssuerConfigurationType.html>
    pub fn amazon_issuers(pool: &UserPoolId) -> [Self; 2] {
        let region = pool.region();
        let domain = region.services_domain();
        ["cognito-idp", "issuer-cognito-idp"]
            .map(|service| Self(format!("https://{service}.{region}.{domain}/{pool}")))
    }

    /// Parses a configured issuer: a URL that ends with the pool's ID.
    pub fn parse(text: &str) -> Option<Self> {
        let url = SecureUrl::parse(text)?;
        let (_, pool) = url.path().rsplit_once('/')?;
        UserPoolId::parse(pool).map(|_| Self(text.to_owned()))
    }

    /// Splits the issuer into the URL in front of the pool's ID, and the pool's ID.
    pub fn parts(&self) -> Option<(SecureUrl, UserPoolId)> {
        let (address, pool) = self.0.rsplit_once('/')?;
        Some((SecureUrl::parse(address)?, UserPoolId::parse(pool)?))
    }

    /// Returns true if the issuer's host is this machine (loopback).
    pub fn is_loopback(&self) -> bool {
        SecureUrl::parse(&self.0).is_some_and(|url| url.is_loopback())
    }
}

name_type! {
    /// The name of an identity provider in the pool: `Google`, `SignInWithApple`, or `COGNITO` for the pool itself.
    IdentityProvider
}

impl IdentityProvider {
    /// Parses the name of an identity provider: 1–32 characters without white space (API reference:
    /// `ProviderNameType`).
    pub fn parse(text: &str) -> Option<Self> {
        let is_valid = !text.chars().any(|c| c.is_whitespace() || c.is_control());
        (is_valid && (1..=32).contains(&text.chars().count())).then(|| Self(text.to_owned()))
    }
}

name_type! {
    /// The scopes of an authorization request, separated by single spaces (RFC 6749 §3.3).
    Scopes
}

impl Scopes {
    /// Parses scopes that are separated by spaces. `openid` is added in front if it is missing, because there is no
    /// ID token without it (OpenID Connect Core §3.1.2.1).
    pub fn parse(text: &str) -> Option<Self> {
        let mut scopes = vec!["openid"];
        for scope in text.split(' ').filter(|scope| !scope.is_empty()) {
            if !scope
                .bytes()
                .all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
            {
                return None;
            }
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        Some(Self(scopes.join(" ")))
    }
}

/// A URL of this app to which the hosted pages send the browser. It must equal the one registered with the app
/// client, so it is sent exactly as it was configured (RFC 9700 §4.1.3).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct RedirectUri(SecureUrl);

impl RedirectUri {
    /// Parses a redirect URL: `https`, or `http` on this machine, without query and fragment.
    pub fn parse(text: &str) -> Option<Self> {
        SecureUrl::parse(text).map(Self)
    }

    /// Returns the URL as it was configured.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns the URL's origin: scheme, host and port.
    pub fn origin(&self) -> &str {
        self.0.origin()
    }

    /// Returns the URL's path. It is empty or begins with `/`.
    pub fn path(&self) -> &str {
        self.0.path()
    }
}

/// A URL to which tokens and passwords may be sent: `https`, or `http` on this machine.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SecureUrl {
    text: String,
    origin_length: usize,
}

impl SecureUrl {
    /// Parses a URL of scheme, host, optional port and path. It refuses user info, query, fragment, white space,
    /// backslash and `..`, because a reader and a browser could take them for different hosts or paths.
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (host, port) = host_and_port(authority);
        let loopback = is_loopback(host);
        let valid_host = !host.is_empty()
            && host.split('.').all(|label| {
                !label.is_empty()
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            });
        let valid_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
        let valid_path = path.bytes().all(|b| {
            b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_' | b'.' | b'~' | b'$')
        }) && !path
            .split('/')
            .any(|segment| segment == ".." || segment == ".");
        let valid_scheme =
            scheme == "https" && (valid_host || loopback) || scheme == "http" && loopback;
        (valid_scheme && valid_port && valid_path).then(|| Self {
            text: text.to_owned(),
            origin_length: text.len() - path.len(),
        })
    }

    /// Returns the URL as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns true if the URL's host is this machine (loopback).
    pub fn is_loopback(&self) -> bool {
        let (_, authority) = self.origin().split_once("://").unwrap_or_default();
        let (host, _) = host_and_port(authority);
        is_loopback(host)
    }

    /// Returns true if the URL's host is one of Amazon's service endpoints, such as
    /// `cognito-idp-fips.us-west-2.amazonaws.com`.
    pub fn is_amazon_endpoint(&self) -> bool {
        let (_, authority) = self.origin().split_once("://").unwrap_or_default();
        let (host, _) = host_and_port(authority);
        [".amazonaws.com", ".amazonaws.com.cn", ".api.aws"]
            .iter()
            .any(|domain| host.ends_with(domain))
    }

    /// Returns the URL's origin: scheme, host and port.
    pub fn origin(&self) -> &str {
        &self.text[..self.origin_length]
    }

    /// Returns the URL's path. It is empty or begins with `/`.
    pub fn path(&self) -> &str {
        &self.text[self.origin_length..]
    }

    /// Returns this URL with `path` appended. `path` begins with `/`.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.text.trim_end_matches('/'))
    }
}

impl Serialize for SecureUrl {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl fmt::Display for SecureUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Splits the text `host:port`. The port is `None` if the text has none.
fn host_and_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

deserialize_by_parse!(
    AttributeName,
    ClientId,
    DeviceKey,
    IdentityProvider,
    Issuer,
    RedirectUri,
);

#[cfg(test)]
mod tests;
