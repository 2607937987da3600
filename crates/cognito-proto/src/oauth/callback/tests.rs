use core::time::Duration;

use super::super::OAuthErrorCode;
use super::super::pending::tests::{STARTED_AT, implicit, pending};
use super::*;
use crate::ids::{ClientId, Issuer};
use crate::issuers::Issuers;
use crate::secret::{AccessToken, IdToken};

const STATE: &str = "state=AAAAAAAAAAAAAAAAAAAAAA";
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
fn verify(
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

fn verified(answer: CodeOrTokens) -> Result<VerifiedResponse, CallbackError> {
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
        panic!("the request is for a code")
    };
    verified(CodeOrTokens::Code(CodeExchange {
        client,
        code: AuthorizationCode::new(CODE),
        redirect_uri,
        verifier,
    }))
}

fn refused_error(
    code: OAuthErrorCode,
    description: &str,
) -> Result<VerifiedResponse, CallbackError> {
    Err(CallbackError::Refused(OAuthError {
        code,
        description: description.to_owned(),
    }))
}

fn malformed(member: &'static str) -> Result<VerifiedResponse, CallbackError> {
    Err(CallbackError::Malformed(MemberError { member }))
}

#[test]
fn url_without_oauth_parameters_is_not_a_callback() {
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
        assert!(
            !has_response_parameters(query, fragment),
            "{query} {fragment}"
        );
    }
}

#[test]
fn callback_without_a_valid_state_is_rejected() {
    for (query, fragment) in [
        (format!("?code={CODE}"), ""),
        (format!("?code={CODE}&state="), ""),
        (format!("?code={CODE}&state=xyz"), ""),
        (format!("?code={CODE}&state=../../session"), ""),
        (format!("?code={CODE}&{STATE}A"), ""),
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
        assert!(
            has_response_parameters(&query, fragment),
            "{query} {fragment}"
        );
    }
}

#[test]
fn callback_with_a_duplicate_oauth_parameter_is_rejected() {
    for (query, fragment) in [
        (format!("?code={CODE}&{STATE}&code=other"), String::new()),
        (format!("?code={CODE}&code={CODE}&{STATE}"), String::new()),
        (format!("?code={CODE}&{STATE}&{STATE}"), String::new()),
        (format!("?code={CODE}&{STATE}&state="), String::new()),
        (format!("?code={CODE}&{STATE}&%73tate=x"), String::new()),
        (
            format!("?error=a&error=b&code={CODE}&{STATE}"),
            String::new(),
        ),
        (format!("?iss=a&iss=b&code={CODE}&{STATE}"), String::new()),
        (format!("?code={CODE}&{STATE}"), format!("#{STATE}")),
        (format!("?code={CODE}"), "#code=other".to_owned()),
        (String::new(), format!("#{STATE}&{TOKENS}&id_token=x")),
    ] {
        assert_eq!(
            CallbackParams::parse(&query, &fragment),
            CallbackParams::DuplicateParameter,
            "{query} {fragment}"
        );
        assert!(
            has_response_parameters(&query, &fragment),
            "{query} {fragment}"
        );
    }
}

#[test]
fn callback_with_code_and_known_state_can_be_exchanged() {
    let iss = "iss=https%3A%2F%2Fcognito-idp.us-east-1.amazonaws.com%2Fus-east-1_AbCdEfGhI";
    for (query, fragment) in [
        (format!("?code={CODE}&{STATE}"), ""),
        (format!("code={CODE}&{STATE}"), "_=_"),
        (
            format!("?{STATE}&code={CODE}&{iss}&session_state=a&scope=b&scope=c"),
            "",
        ),
        (format!("?code={CODE}&{STATE}"), "#error=access_denied"),
        (format!("?code={CODE}&{STATE}&error="), ""),
        (format!("?code={CODE}&{STATE}&{TOKENS}"), ""),
    ] {
        assert_eq!(
            verify(&query, fragment, pending()),
            code(),
            "{query} {fragment}"
        );
    }
}

#[test]
fn callback_with_a_code_over_4_kb_is_rejected() {
    let query = |bytes: usize| format!("?code={}&{STATE}", "c".repeat(bytes));
    assert!(verify(&query(4_096), "", pending()).is_ok());
    assert_eq!(verify(&query(4_097), "", pending()), malformed("code"));
}

#[test]
fn callback_with_a_state_over_4_kb_is_rejected() {
    let query = format!("?code={CODE}&state={}", "A".repeat(4_097));
    assert_eq!(
        CallbackParams::parse(&query, ""),
        CallbackParams::InvalidState
    );
}

#[test]
fn callback_is_rejected_if_no_sign_in_with_its_state_started() {
    let now = STARTED_AT;
    for query in [
        format!("?code={CODE}&{STATE}"),
        format!("?error=access_denied&{STATE}"),
        format!("?{STATE}"),
        format!("?code={CODE}&{STATE}&iss=https://evil.example"),
    ] {
        let result = response(&query, "").verify(None, &expected(), GrantType::Code, now);
        assert_eq!(result, Err(CallbackError::UnknownState), "{query}");
    }
    let other = PendingAuthorization {
        state: CsrfState::from_random(&[9; 16]),
        ..pending()
    };
    assert_eq!(
        verify(&format!("?code={CODE}&{STATE}"), "", other),
        Err(CallbackError::UnknownState)
    );
}

#[test]
fn callback_ten_minutes_after_the_request_is_expired() {
    for query in [
        format!("?code={CODE}&{STATE}"),
        format!("?error=access_denied&{STATE}"),
        format!("?code={CODE}&{STATE}&iss=https://evil.example"),
    ] {
        let late = STARTED_AT.plus(Duration::from_secs(600));
        let result =
            response(&query, "").verify(Some(pending()), &expected(), GrantType::Code, late);
        assert_eq!(result, Err(CallbackError::Expired), "{query}");
    }
}

#[test]
fn callback_is_rejected_if_pool_or_client_changed_in_config() {
    let query = format!("?code={CODE}&{STATE}&iss=https://evil.example");
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
        let result =
            response(&query, "").verify(Some(pending()), &expected, GrantType::Code, STARTED_AT);
        assert_eq!(result, Err(CallbackError::ConfigChanged));
    }
}

#[test]
fn callback_checks_the_iss_parameter_before_code_and_error() {
    let issuer = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI";
    for iss in [
        "https://evil.example".to_owned(),
        format!("{issuer}/"),
        issuer.to_uppercase(),
        issuer.replace("AbCdEfGhI", "Another"),
    ] {
        for rest in [format!("code={CODE}"), "error=access_denied".to_owned()] {
            assert_eq!(
                verify(&format!("?{STATE}&iss={iss}&{rest}"), "", pending()),
                Err(CallbackError::IssuerMismatch),
                "{iss} {rest}"
            );
        }
    }
}

/// Error responses in the form of Cognito's.
#[test]
fn callback_with_error_and_known_state_returns_the_error() {
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
                verify(&format!("?{query}&{STATE}{code_too}"), "", pending()),
                refused_error(code, description),
                "{query}{code_too}"
            );
        }
    }
}

#[test]
fn callback_of_the_code_grant_ignores_tokens() {
    for (query, fragment) in [
        (format!("?{STATE}&{TOKENS}"), String::new()),
        (String::new(), format!("#{STATE}&{TOKENS}")),
        (format!("?{STATE}"), format!("#{TOKENS}")),
        (String::new(), format!("#{STATE}&code={CODE}")),
        (String::new(), format!("#{STATE}&error=access_denied")),
        (format!("?{STATE}"), format!("#code={CODE}")),
        (format!("?code={CODE}"), format!("#{STATE}")),
        (format!("?{STATE}&code="), String::new()),
    ] {
        assert_eq!(
            verify(&query, &fragment, pending()),
            Err(CallbackError::MissingCode),
            "{query} {fragment}"
        );
    }
}

#[test]
fn callback_of_the_implicit_grant_has_tokens_in_the_fragment() {
    for kind in ["bearer", "Bearer", "BEARER"] {
        let tokens = TOKENS.replace("bearer", kind);
        assert_eq!(
            verify("", &format!("#{tokens}&{STATE}"), implicit()),
            verified(CodeOrTokens::Tokens(AuthenticationResult {
                id_token: IdToken::new("eyJpZA"),
                access_token: AccessToken::new("eyJhYw"),
                refresh_token: None,
                new_device: None,
            }))
        );
    }
}

#[test]
fn callback_with_tokens_fails_if_config_js_expects_a_code() {
    let result = response("", &format!("#{TOKENS}&{STATE}")).verify(
        Some(implicit()),
        &expected(),
        GrantType::Code,
        STARTED_AT,
    );
    assert_eq!(result, Err(CallbackError::MissingCode));
}

#[test]
fn callback_accepts_a_code_if_config_js_now_has_implicit_grant() {
    let result = response(&format!("?code={CODE}&{STATE}"), "").verify(
        Some(pending()),
        &expected(),
        GrantType::Implicit,
        STARTED_AT,
    );
    assert_eq!(result, code());
}

#[test]
fn callback_error_names_the_missing_implicit_grant_parameter() {
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
            verify("", &format!("#{fragment}&{STATE}"), implicit()),
            malformed(member),
            "{fragment}"
        );
    }
}

#[test]
fn callback_for_implicit_grant_ignores_tokens_in_the_query() {
    for (query, fragment, result) in [
        (
            format!("?{TOKENS}&{STATE}"),
            "",
            Err(CallbackError::MissingCode),
        ),
        (
            format!("?code={CODE}&{STATE}"),
            "",
            Err(CallbackError::MissingCode),
        ),
        (
            format!("?error=unauthorized_client&{STATE}"),
            "",
            refused_error(OAuthErrorCode::UnauthorizedClient, ""),
        ),
        (
            String::new(),
            "#error=unauthorized_client&state=AAAAAAAAAAAAAAAAAAAAAA",
            refused_error(OAuthErrorCode::UnauthorizedClient, ""),
        ),
    ] {
        assert_eq!(
            verify(&query, fragment, implicit()),
            result,
            "{query} {fragment}"
        );
    }
}

#[test]
fn debug_output_hides_the_parameters_of_a_callback() {
    let response = response(&format!("?code={CODE}&{STATE}"), "");
    assert_eq!(format!("{response:?}"), "Response(…)");
    assert_eq!(
        format!(
            "{:?}",
            verify(&format!("?code={CODE}&{STATE}"), "", pending())
        )
        .matches("(…)")
        .count(),
        3,
        "code, verifier and nonce"
    );
}
