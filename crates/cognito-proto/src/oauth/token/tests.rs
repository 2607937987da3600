use super::*;

const JSON: Option<&str> = Some("application/json;charset=UTF-8");
/// A successful response in the form of Cognito's.
const RESPONSE: &str = r#"{"id_token":"eyJpZA","access_token":"eyJhYw","refresh_token":"eyJjdHki","expires_in":3600,"token_type":"Bearer"}"#;

fn client() -> ClientId {
    ClientId::parse("1example23456789012345678").expect("a client id")
}

fn tokens(refresh: Option<&str>) -> Result<AuthenticationResult, TokenResponseError> {
    Ok(AuthenticationResult {
        id_token: IdToken::new("eyJpZA"),
        access_token: AccessToken::new("eyJhYw"),
        refresh_token: refresh.map(RefreshToken::new),
        new_device: None,
    })
}

fn malformed(member: &'static str) -> Result<AuthenticationResult, TokenResponseError> {
    Err(TokenResponseError::Malformed(MemberError { member }))
}

/// The code verifier is that of RFC 7636, appendix B.
#[test]
fn code_exchange_sends_code_verifier_and_redirect_uri() {
    let verifier = CodeVerifier::parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    let request = CodeExchange {
        client: client(),
        code: AuthorizationCode::new("5a8c5a3e-1111-4222-8333-9a0b1c2d3e4f"),
        redirect_uri: RedirectUri::parse("https://app.example.com/cb").expect("a URL"),
        verifier: verifier.expect("a verifier"),
    };
    assert_eq!(
        request.into_body(),
        "grant_type=authorization_code&client_id=1example23456789012345678\
         &code=5a8c5a3e-1111-4222-8333-9a0b1c2d3e4f&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb\
         &code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    );
}

#[test]
fn token_refresh_request_has_client_id_and_refresh_token() {
    let request = RefreshTokenRequest {
        client: &client(),
        refresh_token: &RefreshToken::new("eyJjdHki.a-b_c=="),
    };
    assert_eq!(
        request.body(),
        "grant_type=refresh_token&client_id=1example23456789012345678&refresh_token=eyJjdHki.a-b_c%3D%3D"
    );
}

#[test]
fn tokens_are_parsed_from_the_token_endpoint_response() {
    for kind in [
        "application/json",
        "application/json;charset=UTF-8",
        "Application/JSON ; charset=utf-8",
    ] {
        assert_eq!(
            parse_token_response(200, Some(kind), RESPONSE),
            tokens(Some("eyJjdHki")),
            "{kind}"
        );
    }
    for (original, other) in [
        ("\"Bearer\"", "\"bearer\""),
        ("\"expires_in\":3600,", ""),
        ("\"expires_in\"", "\"scope\":\"openid\",\"expires_in\""),
    ] {
        let response = RESPONSE.replace(original, other);
        assert_ne!(response, RESPONSE, "{original} not found");
        assert_eq!(
            parse_token_response(200, JSON, &response),
            tokens(Some("eyJjdHki")),
            "{other}"
        );
    }
}

#[test]
fn token_response_may_omit_the_refresh_token() {
    for none in ["", "\"refresh_token\":null,"] {
        let response = RESPONSE.replace("\"refresh_token\":\"eyJjdHki\",", none);
        assert_ne!(response, RESPONSE);
        assert_eq!(parse_token_response(200, JSON, &response), tokens(None));
    }
}

#[test]
fn invalid_token_endpoint_response_is_rejected() {
    for (original, other, member) in [
        ("\"Bearer\"", "\"mac\"", "token_type"),
        ("\"Bearer\"", "7", "token_type"),
        ("token_type", "type", "token_type"),
        ("\"id_token\"", "\"id\"", "id_token"),
        ("\"eyJpZA\"", "null", "id_token"),
        ("\"eyJpZA\"", "\"\"", "id_token"),
        ("\"access_token\"", "\"access\"", "access_token"),
        ("\"eyJhYw\"", "[]", "access_token"),
        ("\"eyJjdHki\"", "true", "refresh_token"),
        ("\"eyJjdHki\"", "\"\"", "refresh_token"),
        ("3600", "\"3600\"", "expires_in"),
        ("3600", "-1", "expires_in"),
        ("}", "", "token_type"),
    ] {
        let response = RESPONSE.replacen(original, other, 1);
        assert_ne!(response, RESPONSE, "{original} not found");
        assert_eq!(
            parse_token_response(200, JSON, &response),
            malformed(member),
            "{other}"
        );
    }
    for kind in [None, Some("text/html"), Some("application/jsonp")] {
        assert_eq!(
            parse_token_response(200, kind, RESPONSE),
            malformed("Content-Type"),
            "{kind:?}"
        );
    }
    for status in [201, 204, 302] {
        assert_eq!(
            parse_token_response(status, JSON, RESPONSE),
            malformed("error"),
            "{status}"
        );
    }
}

#[test]
fn token_endpoint_error_is_parsed_by_its_oauth_error_code() {
    for (status, body, code, description) in [
        (
            400,
            r#"{"error":"invalid_grant"}"#,
            OAuthErrorCode::InvalidGrant,
            "",
        ),
        (
            400,
            r#"{"error":"invalid_client","error_description":"invalid_client_secret"}"#,
            OAuthErrorCode::InvalidClientSecret,
            "invalid_client_secret",
        ),
        (
            401,
            r#"{"error":"invalid_client"}"#,
            OAuthErrorCode::InvalidClient,
            "",
        ),
        (
            400,
            r#"{"error":"unauthorized_client","error_description":"invalid_redirect"}"#,
            OAuthErrorCode::InvalidRedirect,
            "invalid_redirect",
        ),
        (
            400,
            r#"{"error":"of_tomorrow"}"#,
            OAuthErrorCode::Unknown,
            "",
        ),
    ] {
        assert_eq!(
            parse_token_response(status, JSON, body),
            Err(TokenResponseError::Refused(OAuthError {
                code,
                description: description.to_owned()
            })),
            "{body}"
        );
    }
}

#[test]
fn token_endpoint_status_429_or_5xx_does_not_reject_the_token() {
    for (status, body, error) in [
        (429, "", TokenResponseError::Throttled),
        (
            429,
            r#"{"error":"invalid_grant"}"#,
            TokenResponseError::Throttled,
        ),
        (
            500,
            r#"{"error":"invalid_grant"}"#,
            TokenResponseError::ServiceUnavailable,
        ),
        (503, "<html>", TokenResponseError::ServiceUnavailable),
        (
            400,
            r#"{"error":"server_error"}"#,
            TokenResponseError::ServiceUnavailable,
        ),
        (
            400,
            r#"{"error":"temporarily_unavailable"}"#,
            TokenResponseError::ServiceUnavailable,
        ),
        (
            403,
            "<html>blocked</html>",
            TokenResponseError::Malformed(MemberError { member: "error" }),
        ),
    ] {
        assert_eq!(
            parse_token_response(status, JSON, body),
            Err(error),
            "{status} {body}"
        );
    }
}
