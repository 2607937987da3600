use super::*;

fn error(code: OAuthErrorCode, description: &str) -> Option<OAuthError> {
    let description = description.to_owned();
    Some(OAuthError { code, description })
}

#[test]
fn every_oauth_error_code_is_parsed_in_callback_and_json() {
    for (code, wire) in OAuthErrorCode::ALL {
        assert_eq!(Some(OAuthError::new(wire, "")), error(*code, ""));
        assert_eq!(
            OAuthError::from_json(&format!(r#"{{"error":"{wire}"}}"#)),
            error(*code, "")
        );
    }
    for unknown in ["Invalid_Grant", "", "oops", "invalid_grant "] {
        assert_eq!(
            OAuthError::from_json(&format!(r#"{{"error":"{unknown}"}}"#)),
            error(OAuthErrorCode::Unknown, "")
        );
    }
}

/// Errors in the form of Cognito's authorization and token endpoints and of an identity provider.
#[test]
fn oauth_error_description_decides_between_similar_errors() {
    for (wire, description, code) in [
        (
            "invalid_request",
            "invalid_scope",
            OAuthErrorCode::InvalidScope,
        ),
        (
            "unauthorized_client",
            "invalid_redirect",
            OAuthErrorCode::InvalidRedirect,
        ),
        (
            "invalid_request",
            "PreSignUp failed with error Not allowed.",
            OAuthErrorCode::InvalidRequest,
        ),
        (
            "invalid_request",
            "Google Error - 403 access_denied",
            OAuthErrorCode::AccessDenied,
        ),
        (
            "access_denied",
            "invalid_scope",
            OAuthErrorCode::AccessDenied,
        ),
        (
            "unauthorized_client",
            "access_denied",
            OAuthErrorCode::UnauthorizedClient,
        ),
    ] {
        assert_eq!(
            Some(OAuthError::new(wire, description)),
            error(code, description)
        );
    }
    assert_eq!(
        OAuthError::from_json(
            r#"{"error":"invalid_client","error_description":"invalid_client_secret"}"#
        ),
        error(OAuthErrorCode::InvalidClientSecret, "invalid_client_secret")
    );
}

#[test]
fn oauth_error_description_is_cut_and_has_no_control_chars() {
    let described = |text: &str| OAuthError::new("access_denied", text).description;
    assert_eq!(described(&"é".repeat(999)), "é".repeat(200));
    assert_eq!(
        described("a\u{1b}[31m\r\nb\u{202e}c\u{2066}d\u{feff}"),
        "a[31mbcd"
    );
    assert_eq!(
        described("<b>bold</b> & plain"),
        "<b>bold</b> & plain",
        "text stays text"
    );
}

#[test]
fn response_body_without_an_error_code_is_no_oauth_error() {
    for body in [
        "",
        "<html>",
        "{}",
        "[]",
        r#"{"error":7}"#,
        r#"{"message":"x"}"#,
    ] {
        assert_eq!(OAuthError::from_json(body), None, "{body}");
    }
}
