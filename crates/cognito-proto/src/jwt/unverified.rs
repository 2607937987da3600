//! The header and the claims of a token as they are written, before the checks.

use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{ExpectedClaims, TokenValidationError, Validity};
use crate::ids::Issuer;
use crate::time::UnixTime;
use crate::wire::{self, Member, WholeNumber, WrongMember};

/// The JSON texts of the header and the claims of a token whose signature was not verified.
pub(super) struct UnverifiedJwt {
    header: String,
    claims: String,
}

/// The header of a token (RFC 7515 §4.1), as this crate reads it.
#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Header<'a> {
    pub(super) alg: Member<'a, String>,
    pub(super) kid: Member<'a, String>,
    pub(super) typ: Member<'a, String>,
    pub(super) crit: Member<'a, Vec<String>>,
    pub(super) b64: Member<'a, bool>,
}

/// The claims of ID tokens and access tokens that this crate reads.
#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(super) struct Claims<'a> {
    pub(super) iss: Member<'a, String>,
    pub(super) sub: Member<'a, String>,
    pub(super) aud: Member<'a, Audience>,
    pub(super) azp: Member<'a, String>,
    pub(super) client_id: Member<'a, String>,
    pub(super) token_use: Member<'a, String>,
    pub(super) iat: Member<'a, WholeNumber>,
    pub(super) nbf: Member<'a, WholeNumber>,
    pub(super) exp: Member<'a, WholeNumber>,
    pub(super) nonce: Member<'a, String>,
    pub(super) at_hash: Member<'a, String>,
    pub(super) scope: Member<'a, String>,
    pub(super) device_key: Member<'a, String>,
    #[serde(rename = "cognito:username")]
    pub(super) username: Member<'a, String>,
    pub(super) name: Member<'a, String>,
    pub(super) email: Member<'a, String>,
    pub(super) identities: Member<'a, Vec<Member<'a, Identity>>>,
}

/// The account of a federated user at an identity provider. All values are strings.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Identity {
    pub(super) primary: String,
    pub(super) provider_name: String,
}

/// `aud`: Cognito's is a string, but RFC 7519 §4.1.3 also allows an array.
pub(super) enum Audience {
    One(String),
    /// `aud` is an array. An item that is not a string is `None`.
    List(Vec<Option<String>>),
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AudienceVisitor;

        impl<'de> Visitor<'de> for AudienceVisitor {
            type Value = Audience;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or an array")
            }

            fn visit_str<E>(self, audience: &str) -> Result<Audience, E> {
                Ok(Audience::One(audience.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Audience, A::Error> {
                let mut list = Vec::new();
                while let Some(audience) = seq.next_element::<Member<'_, String>>()? {
                    list.push(audience.optional());
                }
                Ok(Audience::List(list))
            }
        }

        deserializer.deserialize_any(AudienceVisitor)
    }
}

impl Audience {
    /// Returns true if the token names `client` as its only audience.
    pub(super) fn is_only(&self, client: &str) -> bool {
        match self {
            Self::One(audience) => audience == client,
            Self::List(list) => {
                matches!(list.as_slice(), [Some(audience)] if audience == client)
            }
        }
    }
}

impl<'a, T: Deserialize<'a>> Member<'a, T> {
    /// Returns the value of an optional claim, or `None` if it is missing. A claim of the wrong type is an error, not a
    /// missing claim.
    pub(super) fn optional_claim(
        self,
        name: &'static str,
    ) -> Result<Option<T>, TokenValidationError> {
        self.checked()
            .map_err(|WrongMember| TokenValidationError::InvalidClaim(name))
    }

    /// Returns the value of a required claim. The error names the claim if it is missing or has the wrong type.
    pub(super) fn required_claim(self, name: &'static str) -> Result<T, TokenValidationError> {
        self.optional()
            .ok_or(TokenValidationError::InvalidClaim(name))
    }
}

impl Member<'_, String> {
    /// Returns the text of a required claim. It is an error if the text is empty, because an empty `sub` identifies no
    /// user.
    pub(super) fn non_empty_claim(
        self,
        name: &'static str,
    ) -> Result<String, TokenValidationError> {
        let text = self.optional().filter(|text| !text.is_empty());
        text.ok_or(TokenValidationError::InvalidClaim(name))
    }
}

impl UnverifiedJwt {
    /// Splits a token at its dots and decodes header and claims.
    pub(super) fn decode(token: &str) -> Result<Self, TokenValidationError> {
        let mut parts = token.split('.');
        let (Some(header), Some(payload), Some(_signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TokenValidationError::MalformedJwt);
        };
        Ok(Self {
            header: decode_object(header)?,
            claims: decode_object(payload)?,
        })
    }

    /// Parses and checks the token's header.
    pub(super) fn header(&self) -> Result<Header<'_>, TokenValidationError> {
        Header::parse(&self.header)
    }

    /// Parses the token's claims without checking them.
    pub(super) fn claims(&self) -> Result<Claims<'_>, TokenValidationError> {
        wire::parse(&self.claims).ok_or(TokenValidationError::MalformedJwt)
    }

    /// Returns the names and values of the claims as texts to show to the user.
    pub(super) fn claim_texts(&self) -> Option<Vec<(String, String)>> {
        wire::member_texts(&self.claims)
    }
}

impl<'a> Header<'a> {
    /// Parses the JSON text of a header. The algorithm must be the expected one (RFC 8725 §3.1), and the signature must
    /// cover the encoded payload (`b64`, RFC 7797 §3).
    pub(super) fn parse(json: &'a str) -> Result<Self, TokenValidationError> {
        let header: Self = wire::parse(json).ok_or(TokenValidationError::MalformedJwt)?;
        let is_rs256 = header.alg.optional().as_deref() == Some("RS256");
        let is_encoded = matches!(header.b64.checked(), Ok(None | Some(true)));
        if is_rs256 && is_encoded && header.crit.is_missing() {
            Ok(header)
        } else {
            Err(TokenValidationError::UnsupportedAlgorithm)
        }
    }

    /// Returns true if the header's `typ` says that the token is an access token (RFC 9068 §2.1). Media types are
    /// compared without regard to case, and `application/` may be left out (RFC 7515 §4.1.9).
    pub(super) fn is_access_token(&self) -> bool {
        let typ = self.typ.optional().unwrap_or_default();
        ["at+jwt", "application/at+jwt"]
            .iter()
            .any(|access| typ.eq_ignore_ascii_case(access))
    }
}

impl Claims<'_> {
    /// Makes the checks that ID tokens and access tokens have in common. Returns the issuer, and the times between
    /// which the token is valid.
    pub(super) fn check_common(
        &self,
        expected: &ExpectedClaims,
        token_use: &str,
    ) -> Result<(Issuer, Validity), TokenValidationError> {
        let iss = self.iss.non_empty_claim("iss")?;
        let issuer = expected.issuers.find(&iss);
        let issuer = issuer.ok_or(TokenValidationError::IssuerMismatch)?.clone();
        if self.token_use.non_empty_claim("token_use")? != token_use {
            return Err(TokenValidationError::WrongTokenUse);
        }
        let issued_at = UnixTime::from(self.iat.required_claim("iat")?);
        let expires_at = self.exp.required_claim("exp")?.into();
        let nbf = self.nbf.optional_claim("nbf")?;
        let validity = Validity {
            issued_at,
            not_before: nbf.map_or(issued_at, |nbf| issued_at.max(nbf.into())),
            expires_at,
        };
        Ok((issuer, validity))
    }
}

/// Decodes the header or the payload of a token: a JSON object in base64url without padding. Its member names must be
/// unique, because two parsers could read different values from duplicates (RFC 7515 §4, RFC 7519 §4).
pub(super) fn decode_object(part: &str) -> Result<String, TokenValidationError> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok();
    let json = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    json.filter(|json| wire::is_object_with_unique_names(json))
        .ok_or(TokenValidationError::MalformedJwt)
}
