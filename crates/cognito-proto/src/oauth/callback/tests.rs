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
        let found =
            response(&query, "").verify(Some(pending()), &expected, GrantType::Code, STARTED_AT);
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
