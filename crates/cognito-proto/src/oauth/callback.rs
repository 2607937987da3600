//! The authorization response at the redirect URI.
//!
//! It is checked in this order: each parameter appears once, the pending authorization exists and is still valid, the
//! issuer is the expected one. Only then an error, a code or tokens are read.

use core::fmt;

use super::pending::{PendingAuthorization, ResponseType};
use super::token::{CodeExchange, parse_tokens};
use super::urlencoded::decode_form;
use super::{CsrfState, Nonce, OAuthError};
use crate::action::{AuthenticationResult, MemberError};
use crate::config::GrantType;
use crate::json::Json;
use crate::jwt::ExpectedClaims;
use crate::secret::AuthorizationCode;
use crate::time::UnixTime;

/// The known parameters of a response (RFC 6749 §4.1.2, §4.2.2, RFC 9207 §2, OpenID Connect Core §3.2.2.5). All
/// others are ignored.
const KNOWN: [&str; 9] = [
    "state",
    "iss",
    "error",
    "error_description",
    "code",
    "id_token",
    "access_token",
    "token_type",
    "expires_in",
];

/// The longest authorization code that is accepted, in bytes. Cognito's codes have 36.
const MAX_CODE_BYTES: usize = 4_096;

/// The content of the URL with which the callback page was opened.
#[derive(Debug, PartialEq, Eq)]
pub enum CallbackParams {
    /// There is no response, because the user opened the page.
    Empty,
    /// A parameter appears twice, so that two parsers could read different values (RFC 6749 §4.1.2).
    DuplicateParameter,
    /// There is a response whose `state` is missing or cannot be one of this app's.
    InvalidState,
    /// There is a response, which has to be checked against the record of its `state`.
    Response(AuthorizationResponse),
}

/// An authorization response that has not been checked yet.
#[derive(PartialEq, Eq)]
pub struct AuthorizationResponse {
    state: CsrfState,
    /// Whether the response came in the fragment, as with the implicit grant, and not in the query.
    in_fragment: bool,
    /// The known parameters from the same part of the URL as `state`, by name.
    parameters: Json,
}

/// A response that was checked and answers an authorization request of this browser.
#[derive(Debug, PartialEq, Eq)]
pub struct VerifiedResponse {
    /// The code or the tokens.
    pub code_or_tokens: CodeOrTokens,
    /// The nonce that the ID token must have.
    pub nonce: Nonce,
    /// The page to which the user returns after the sign-in; see [`PendingAuthorization::return_to`].
    pub return_to: String,
}

/// The code or the tokens of a response.
#[derive(Debug, PartialEq, Eq)]
pub enum CodeOrTokens {
    /// A code, as a token request that can be sent.
    Code(CodeExchange),
    /// Tokens of the implicit grant, not checked yet.
    Tokens(AuthenticationResult),
}

/// The reason why a response does not sign the user in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallbackError {
    /// There is no record for its `state`: the response is forged, was used before, or belongs to another browser.
    UnknownState,
    /// The authorization request is too old.
    Expired,
    /// The authorization request was made for another pool or app client than the configured one.
    ConfigChanged,
    /// The response comes from another issuer (RFC 9207 §2.4).
    IssuerMismatch,
    /// The hosted pages answered with an error, or the user cancelled.
    Refused(OAuthError),
    /// The response answers our request but has neither a code nor an error.
    MissingCode,
    /// This parameter of the response is missing, too long or malformed.
    Malformed(MemberError),
}

impl fmt::Debug for AuthorizationResponse {
    /// Hides the parameters, because a code and tokens may be among them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Response(…)")
    }
}

impl CallbackParams {
    /// Parses the query and the fragment of the URL, with or without `?` and `#`.
    pub fn parse(query: &str, fragment: &str) -> Self {
        let query = query.strip_prefix('?').unwrap_or(query);
        let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
        let mut seen = Vec::new();
        let mut places = [Vec::new(), Vec::new()];
        for (place, text) in places.iter_mut().zip([query, fragment]) {
            for (name, value) in decode_form(text) {
                if !KNOWN.contains(&name.as_str()) {
                    continue;
                }
                if seen.contains(&name) {
                    return Self::DuplicateParameter;
                }
                seen.push(name.clone());
                // A parameter without a value counts as omitted (RFC 6749 §3.1).
                if !value.is_empty() {
                    place.push((name, Json::String(value)));
                }
            }
        }
        let nothing = places.iter().all(Vec::is_empty);
        let [query, fragment] = places.map(Json::Object);
        let in_fragment = *query.get("state") == Json::Null;
        let parameters = if in_fragment { fragment } else { query };
        match parameters.get("state").as_str().and_then(CsrfState::parse) {
            _ if nothing => Self::Empty,
            None => Self::InvalidState,
            Some(state) => Self::Response(AuthorizationResponse {
                state,
                in_fragment,
                parameters,
            }),
        }
    }
}

impl AuthorizationResponse {
    /// The `state` of the response, by which the caller finds the pending authorization. The caller must remove that
    /// record when it reads it, so that it is used once (RFC 9700 §4.2.4).
    pub fn state(&self) -> &CsrfState {
        &self.state
    }

    /// Checks the response against the record of its request.
    ///
    /// `grant` is the configured grant type. Tokens are accepted only if the record and the configuration both ask
    /// for them (RFC 9700 §4.6).
    pub fn verify(
        self,
        pending: Option<PendingAuthorization>,
        expected: &ExpectedClaims,
        grant: GrantType,
        now: UnixTime,
    ) -> Result<VerifiedResponse, CallbackError> {
        let pending = pending
            .filter(|pending| pending.state == self.state)
            .ok_or(CallbackError::UnknownState)?;
        if !pending.is_valid_at(now) {
            return Err(CallbackError::Expired);
        }
        let is_ours = expected.issuers.find(pending.issuer.as_str()).is_some();
        if !is_ours || pending.client != expected.client {
            return Err(CallbackError::ConfigChanged);
        }
        let parameter = |name| self.parameters.get(name).as_str();
        if parameter("iss").is_some_and(|iss| expected.issuers.find(iss).is_none()) {
            return Err(CallbackError::IssuerMismatch);
        }
        let PendingAuthorization {
            response_type,
            client,
            redirect_uri,
            nonce,
            return_to: return_path,
            ..
        } = pending;
        // A code must come in the query. Answers of the implicit grant, including its errors, may come in both parts.
        if self.in_fragment && response_type != ResponseType::Token {
            return Err(CallbackError::MissingCode);
        }
        if let Some(error) = parameter("error") {
            let description = parameter("error_description").unwrap_or_default();
            return Err(CallbackError::Refused(OAuthError::new(error, description)));
        }
        let answer = match (response_type, parameter("code")) {
            (ResponseType::Code(_), Some(code)) if code.len() > MAX_CODE_BYTES => {
                return Err(CallbackError::Malformed(MemberError { member: "code" }));
            }
            (ResponseType::Code(verifier), Some(code)) => CodeOrTokens::Code(CodeExchange {
                client,
                code: AuthorizationCode::new(code),
                redirect_uri,
                verifier,
            }),
            (ResponseType::Token, _) if self.in_fragment && grant == GrantType::Implicit => {
                CodeOrTokens::Tokens(
                    parse_tokens(&self.parameters).map_err(CallbackError::Malformed)?,
                )
            }
            _ => return Err(CallbackError::MissingCode),
        };
        Ok(VerifiedResponse {
            code_or_tokens: answer,
            nonce,
            return_to: return_path,
        })
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::super::OAuthErrorCode;
    use super::super::pending::tests::{STARTED_AT, implicit, pending};
    use super::*;
    use crate::ids::{ClientId, Issuer};
    use crate::issuers::Issuers;
    use crate::secret::{AccessToken, IdToken};

    const OURS: &str = "state=AAAAAAAAAAAAAAAAAAAAAA";
    /// An authorization code in the form of Cognito's.
    const CODE: &str = "5a8c5a3e-1111-4222-8333-9a0b1c2d3e4f";
    /// The parameters of a successful response of the implicit grant.
    const TOKENS: &str = "id_token=eyJpZA&access_token=eyJhYw&token_type=bearer&expires_in=3600";

    fn expected() -> ExpectedClaims {
        let PendingAuthorization { issuer, client, .. } = pending();
        ExpectedClaims {
            issuers: Issuers::single(issuer),
            client,
        }
    }

    fn response(query: &str, fragment: &str) -> AuthorizationResponse {
        match CallbackParams::parse(query, fragment) {
            CallbackParams::Response(response) => response,
            other => panic!("{other:?} for {query} {fragment}"),
        }
    }

    /// The result of checking a response half a minute after the request.
    fn settled(
        query: &str,
        fragment: &str,
        pending: PendingAuthorization,
    ) -> Result<VerifiedResponse, CallbackError> {
        let grant = match pending.response_type {
            ResponseType::Code(_) => GrantType::Code,
            ResponseType::Token => GrantType::Implicit,
        };
        let now = STARTED_AT.plus(Duration::from_secs(30));
        response(query, fragment).verify(Some(pending), &expected(), grant, now)
    }

    fn with(answer: CodeOrTokens) -> Result<VerifiedResponse, CallbackError> {
        Ok(VerifiedResponse {
            code_or_tokens: answer,
            nonce: pending().nonce,
            return_to: "/todos?show=done".to_owned(),
        })
    }

    fn code() -> Result<VerifiedResponse, CallbackError> {
        let PendingAuthorization {
            client,
            redirect_uri,
            response_type: ResponseType::Code(verifier),
            ..
        } = pending()
        else {
            panic!("the attempt asks for a code")
        };
        with(CodeOrTokens::Code(CodeExchange {
            client,
            code: AuthorizationCode::new(CODE),
            redirect_uri,
            verifier,
        }))
    }

    fn refused(code: OAuthErrorCode, description: &str) -> Result<VerifiedResponse, CallbackError> {
        Err(CallbackError::Refused(OAuthError {
            code,
            description: description.to_owned(),
        }))
    }

    fn malformed(member: &'static str) -> Result<VerifiedResponse, CallbackError> {
        Err(CallbackError::Malformed(MemberError { member }))
    }

    #[test]
    fn an_opened_address_is_no_response() {
        for (query, fragment) in [
            ("", ""),
            ("?", "#"),
            ("?utm_source=mail&x=1&x=2", "#_=_"),
            ("?code=&state=", ""),
        ] {
            assert_eq!(
                CallbackParams::parse(query, fragment),
                CallbackParams::Empty,
                "{query} {fragment}"
            );
        }
    }

    #[test]
    fn a_response_without_a_state_that_could_be_ours_is_stray() {
        for (query, fragment) in [
            (format!("?code={CODE}"), ""),
            (format!("?code={CODE}&state="), ""),
            (format!("?code={CODE}&state=xyz"), ""),
            (format!("?code={CODE}&state=../../session"), ""),
            (format!("?code={CODE}&{OURS}A"), ""),
            ("?error=access_denied".to_owned(), ""),
            (
                "?error=redirect_mismatch&error_description=x".to_owned(),
                "",
            ),
            (format!("?{TOKENS}"), ""),
            (String::new(), "#access_token=eyJhYw&token_type=bearer"),
        ] {
            assert_eq!(
                CallbackParams::parse(&query, fragment),
                CallbackParams::InvalidState,
                "{query} {fragment}"
            );
        }
    }

    #[test]
    fn a_parameter_that_appears_twice_is_an_error_wherever_and_however_it_is_spelled() {
        for (query, fragment) in [
            (format!("?code={CODE}&{OURS}&code=other"), String::new()),
            (format!("?code={CODE}&code={CODE}&{OURS}"), String::new()),
            (format!("?code={CODE}&{OURS}&{OURS}"), String::new()),
            (format!("?code={CODE}&{OURS}&state="), String::new()),
            (format!("?code={CODE}&{OURS}&%73tate=x"), String::new()),
            (
                format!("?error=a&error=b&code={CODE}&{OURS}"),
                String::new(),
            ),
            (format!("?iss=a&iss=b&code={CODE}&{OURS}"), String::new()),
            (format!("?code={CODE}&{OURS}"), format!("#{OURS}")),
            (format!("?code={CODE}"), "#code=other".to_owned()),
            (String::new(), format!("#{OURS}&{TOKENS}&id_token=x")),
        ] {
            assert_eq!(
                CallbackParams::parse(&query, &fragment),
                CallbackParams::DuplicateParameter,
                "{query} {fragment}"
            );
        }
    }

    #[test]
    fn a_code_with_its_record_is_ready_to_be_redeemed() {
        let iss = "iss=https%3A%2F%2Fcognito-idp.us-east-1.amazonaws.com%2Fus-east-1_AbCdEfGhI";
        for (query, fragment) in [
            (format!("?code={CODE}&{OURS}"), ""),
            (format!("code={CODE}&{OURS}"), "_=_"),
            (
                format!("?{OURS}&code={CODE}&{iss}&session_state=a&scope=b&scope=c"),
                "",
            ),
            (format!("?code={CODE}&{OURS}"), "#error=access_denied"),
            (format!("?code={CODE}&{OURS}&error="), ""),
            (format!("?code={CODE}&{OURS}&{TOKENS}"), ""),
        ] {
            assert_eq!(
                settled(&query, fragment, pending()),
                code(),
                "{query} {fragment}"
            );
        }
    }

    #[test]
    fn code_over_4_kb_is_refused() {
        let query = |bytes: usize| format!("?code={}&{OURS}", "c".repeat(bytes));
        assert!(settled(&query(4_096), "", pending()).is_ok());
        assert_eq!(settled(&query(4_097), "", pending()), malformed("code"));
    }

    #[test]
    fn state_over_4_kb_is_not_ours() {
        let query = format!("?code={CODE}&state={}", "A".repeat(4_097));
        assert_eq!(
            CallbackParams::parse(&query, ""),
            CallbackParams::InvalidState
        );
    }

    #[test]
    fn a_state_without_a_record_changes_nothing_whatever_else_it_says() {
        let now = STARTED_AT;
        for query in [
            format!("?code={CODE}&{OURS}"),
            format!("?error=access_denied&{OURS}"),
            format!("?{OURS}"),
            format!("?code={CODE}&{OURS}&iss=https://evil.example"),
        ] {
            let found = response(&query, "").verify(None, &expected(), GrantType::Code, now);
            assert_eq!(found, Err(CallbackError::UnknownState), "{query}");
        }
        let of_another = PendingAuthorization {
            state: CsrfState::from_random(&[9; 16]),
            ..pending()
        };
        assert_eq!(
            settled(&format!("?code={CODE}&{OURS}"), "", of_another),
            Err(CallbackError::UnknownState)
        );
    }

    #[test]
    fn an_attempt_that_took_too_long_is_over_whatever_came_of_it() {
        for query in [
            format!("?code={CODE}&{OURS}"),
            format!("?error=access_denied&{OURS}"),
            format!("?code={CODE}&{OURS}&iss=https://evil.example"),
        ] {
            let late = STARTED_AT.plus(Duration::from_secs(600));
            let found =
                response(&query, "").verify(Some(pending()), &expected(), GrantType::Code, late);
            assert_eq!(found, Err(CallbackError::Expired), "{query}");
        }
    }

    #[test]
    fn a_record_of_another_pool_or_client_is_not_served() {
        let query = format!("?code={CODE}&{OURS}&iss=https://evil.example");
        let issuer = Issuer::parse("http://localhost:9229/us-east-1_Poolgate1").expect("an issuer");
        let client = ClientId::parse("1poolgate23456789012345678").expect("a client id");
        for expected in [
            ExpectedClaims {
                issuers: Issuers::single(issuer),
                ..expected()
            },
            ExpectedClaims {
                client,
                ..expected()
            },
        ] {
            let found = response(&query, "").verify(
                Some(pending()),
                &expected,
                GrantType::Code,
                STARTED_AT,
            );
            assert_eq!(found, Err(CallbackError::ConfigChanged));
        }
    }

    #[test]
    fn another_issuer_is_refused_before_code_and_error() {
        let ours = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
        for iss in [
            "https://evil.example".to_owned(),
            format!("{ours}/"),
            ours.to_uppercase(),
            ours.replace("AbCdEfGhI", "Another"),
        ] {
            for rest in [format!("code={CODE}"), "error=access_denied".to_owned()] {
                assert_eq!(
                    settled(&format!("?{OURS}&iss={iss}&{rest}"), "", pending()),
                    Err(CallbackError::IssuerMismatch),
                    "{iss} {rest}"
                );
            }
        }
    }

    /// Error responses in the form of Cognito's.
    #[test]
    fn an_error_with_its_record_is_told() {
        for (query, code, description) in [
            (
                "error=access_denied&error_description=User+cancelled",
                OAuthErrorCode::AccessDenied,
                "User cancelled",
            ),
            ("error=login_required", OAuthErrorCode::LoginRequired, ""),
            (
                "error=redirect_mismatch",
                OAuthErrorCode::RedirectMismatch,
                "",
            ),
            (
                "error=invalid_request&error_description=invalid_scope",
                OAuthErrorCode::InvalidScope,
                "invalid_scope",
            ),
            (
                "error=invalid_request&error_description=user.email%3A%20Attribute%20cannot%20be%20updated.",
                OAuthErrorCode::InvalidRequest,
                "user.email: Attribute cannot be updated.",
            ),
        ] {
            for code_too in ["", "&code=5a8c5a3e"] {
                assert_eq!(
                    settled(&format!("?{query}&{OURS}{code_too}"), "", pending()),
                    refused(code, description),
                    "{query}{code_too}"
                );
            }
        }
    }

    #[test]
    fn tokens_that_were_not_asked_for_are_passed_over() {
        for (query, fragment) in [
            (format!("?{OURS}&{TOKENS}"), String::new()),
            (String::new(), format!("#{OURS}&{TOKENS}")),
            (format!("?{OURS}"), format!("#{TOKENS}")),
            (String::new(), format!("#{OURS}&code={CODE}")),
            (String::new(), format!("#{OURS}&error=access_denied")),
            (format!("?{OURS}"), format!("#code={CODE}")),
            (format!("?code={CODE}"), format!("#{OURS}")),
            (format!("?{OURS}&code="), String::new()),
        ] {
            assert_eq!(
                settled(&query, &fragment, pending()),
                Err(CallbackError::MissingCode),
                "{query} {fragment}"
            );
        }
    }

    #[test]
    fn the_implicit_grant_brings_tokens_in_the_fragment() {
        for kind in ["bearer", "Bearer", "BEARER"] {
            let tokens = TOKENS.replace("bearer", kind);
            assert_eq!(
                settled("", &format!("#{tokens}&{OURS}"), implicit()),
                with(CodeOrTokens::Tokens(AuthenticationResult {
                    id_token: IdToken::new("eyJpZA"),
                    access_token: AccessToken::new("eyJhYw"),
                    refresh_token: None,
                    new_device: None,
                }))
            );
        }
    }

    #[test]
    fn tokens_are_believed_only_where_the_configuration_still_says_so() {
        let found = response("", &format!("#{TOKENS}&{OURS}")).verify(
            Some(implicit()),
            &expected(),
            GrantType::Code,
            STARTED_AT,
        );
        assert_eq!(found, Err(CallbackError::MissingCode));
    }

    #[test]
    fn a_code_that_was_asked_for_is_redeemed_even_where_the_configuration_has_changed() {
        let found = response(&format!("?code={CODE}&{OURS}"), "").verify(
            Some(pending()),
            &expected(),
            GrantType::Implicit,
            STARTED_AT,
        );
        assert_eq!(found, code());
    }

    #[test]
    fn what_the_implicit_grant_does_not_bring_is_named() {
        for (fragment, member) in [
            ("access_token=eyJhYw&token_type=bearer", "id_token"),
            (
                "id_token=&access_token=eyJhYw&token_type=bearer",
                "id_token",
            ),
            ("id_token=eyJpZA&token_type=bearer", "access_token"),
            ("id_token=eyJpZA&access_token=eyJhYw", "token_type"),
            (
                "id_token=eyJpZA&access_token=eyJhYw&token_type=mac",
                "token_type",
            ),
            ("x=y", "token_type"),
        ] {
            assert_eq!(
                settled("", &format!("#{fragment}&{OURS}"), implicit()),
                malformed(member),
                "{fragment}"
            );
        }
    }

    #[test]
    fn the_implicit_grant_takes_nothing_from_the_query_but_an_error() {
        for (query, fragment, found) in [
            (
                format!("?{TOKENS}&{OURS}"),
                "",
                Err(CallbackError::MissingCode),
            ),
            (
                format!("?code={CODE}&{OURS}"),
                "",
                Err(CallbackError::MissingCode),
            ),
            (
                format!("?error=unauthorized_client&{OURS}"),
                "",
                refused(OAuthErrorCode::UnauthorizedClient, ""),
            ),
            (
                String::new(),
                "#error=unauthorized_client&state=AAAAAAAAAAAAAAAAAAAAAA",
                refused(OAuthErrorCode::UnauthorizedClient, ""),
            ),
        ] {
            assert_eq!(
                settled(&query, fragment, implicit()),
                found,
                "{query} {fragment}"
            );
        }
    }

    #[test]
    fn a_response_is_not_shown() {
        let response = response(&format!("?code={CODE}&{OURS}"), "");
        assert_eq!(format!("{response:?}"), "Response(…)");
        assert_eq!(
            format!(
                "{:?}",
                settled(&format!("?code={CODE}&{OURS}"), "", pending())
            )
            .matches("(…)")
            .count(),
            3,
            "code, verifier and nonce"
        );
    }
}
