use super::*;

/// Returns the request of an authentication flow.
fn initiate_auth_by(flow: AuthFlow<'_>) -> (String, Value) {
    sent_by(&InitiateAuth {
        client: &client(),
        device_key: None,
        flow,
    })
}

#[test]
fn initiate_auth_sends_the_parameters_of_each_auth_flow() {
    assert_eq!(
        initiate_auth_by(AuthFlow::UserSrp {
            username: &ann(),
            srp_a: "ac77bf85d717e58499f8"
        }),
        request(
            "InitiateAuth",
            json!({"AuthFlow":"USER_SRP_AUTH","ClientId":"1example23456789012345678",
                "AuthParameters":{"USERNAME":"ann@example.com","SRP_A":"ac77bf85d717e58499f8"}})
        )
    );
    assert_eq!(
        initiate_auth_by(AuthFlow::UserPassword {
            username: &username("ann"),
            password: &Password::new("Passw0rd!")
        }),
        request(
            "InitiateAuth",
            json!({"AuthFlow":"USER_PASSWORD_AUTH","ClientId":"1example23456789012345678",
                "AuthParameters":{"USERNAME":"ann","PASSWORD":"Passw0rd!"}})
        )
    );
    assert_eq!(
        initiate_auth_by(AuthFlow::RefreshToken(&RefreshToken::new("eyJjdHki"))),
        request(
            "InitiateAuth",
            json!({"AuthFlow":"REFRESH_TOKEN_AUTH","ClientId":"1example23456789012345678",
                "AuthParameters":{"REFRESH_TOKEN":"eyJjdHki"}})
        )
    );
}

/// The request has a session only if the challenge had one. Cognito sends none with the `PASSWORD_VERIFIER` of
/// `USER_SRP_AUTH`.
#[test]
fn respond_to_auth_challenge_sends_srp_proof_and_session() {
    let answered = |session: Option<&str>| {
        sent_by(&RespondToAuthChallenge {
            client: &client(),
            username: "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11",
            session: session.map(ChallengeSession::new).as_ref(),
            device_key: None,
            answer: ChallengeAnswer::PasswordVerifier(&claim()),
        })
    };
    let mut expected = json!({"ChallengeName":"PASSWORD_VERIFIER","ClientId":"1example23456789012345678",
        "ChallengeResponses":{"USERNAME":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11","PASSWORD_CLAIM_SECRET_BLOCK":"I7E6SkjLCo6nUMGQ",
        "TIMESTAMP":"Thu Nov 19 07:08:09 UTC 2026","PASSWORD_CLAIM_SIGNATURE":"haTUX+jfMpUE49STXwEO9mqxlOlO45yWDQ1Sxj/NXuY="}});
    assert_eq!(
        answered(None),
        request("RespondToAuthChallenge", expected.clone())
    );
    expected["Session"] = json!("AYABeExample");
    assert_eq!(
        answered(Some("AYABeExample")),
        request("RespondToAuthChallenge", expected)
    );
}

#[test]
fn refresh_and_revoke_requests_send_the_refresh_token() {
    let refresh_token = RefreshToken::new("eyJjdHki");
    assert_eq!(
        sent_by(&GetTokensFromRefreshToken {
            client: &client(),
            refresh_token: &refresh_token,
            device_key: None,
        }),
        request(
            "GetTokensFromRefreshToken",
            json!({"ClientId":"1example23456789012345678","RefreshToken":"eyJjdHki"})
        )
    );
    assert_eq!(
        sent_by(&RevokeToken {
            client: &client(),
            refresh_token: &refresh_token,
        }),
        request(
            "RevokeToken",
            json!({"ClientId":"1example23456789012345678","Token":"eyJjdHki"})
        )
    );
    let access_token = &access_token();
    assert_eq!(
        sent_by(&GlobalSignOut { access_token }),
        request("GlobalSignOut", json!({"AccessToken":"eyJraWQ"}))
    );
    assert_eq!(
        sent_by(&GetUser { access_token }),
        request("GetUser", json!({"AccessToken":"eyJraWQ"}))
    );
}

#[test]
fn tokens_are_parsed_from_the_response_of_each_sign_in_action() {
    let body = json!({"AuthenticationResult":authentication_result(&[]),"ChallengeParameters":{}});
    let authenticated = || tokens(Some("eyJjdHki"));
    assert_eq!(
        parse::<InitiateAuth<'_>>(&body),
        Ok(AuthResponse::Authenticated(authenticated()))
    );
    assert_eq!(
        parse::<RespondToAuthChallenge<'_>>(&body),
        Ok(AuthResponse::Authenticated(authenticated()))
    );
    assert_eq!(
        parse::<GetTokensFromRefreshToken<'_>>(&body),
        Ok(authenticated())
    );
}

#[test]
fn authentication_result_may_omit_the_refresh_token() {
    let mut without = authentication_result(&[]);
    without
        .as_object_mut()
        .expect("an object")
        .remove("RefreshToken");
    for result in [
        without,
        authentication_result(&[("RefreshToken", Value::Null)]),
    ] {
        let body = json!({"AuthenticationResult":result,"ChallengeParameters":{}});
        assert_eq!(
            parse::<InitiateAuth<'_>>(&body),
            Ok(AuthResponse::Authenticated(tokens(None)))
        );
        assert_eq!(
            parse::<GetTokensFromRefreshToken<'_>>(&body),
            Ok(tokens(None))
        );
    }
}

/// RFC 6749 §5.1 compares the token type without regard to case. RFC 6749 §7.1 forbids the use of an unknown token
/// type.
#[test]
fn only_token_type_bearer_is_accepted_in_any_letter_case() {
    let of_type = |token_type: Value| {
        parse::<GetTokensFromRefreshToken<'_>>(
            &json!({"AuthenticationResult":authentication_result(&[("TokenType", token_type)])}),
        )
    };
    for bearer in ["Bearer", "bearer", "BEARER"] {
        assert_eq!(of_type(json!(bearer)), Ok(tokens(Some("eyJjdHki"))));
    }
    for other in [
        json!("mac"),
        json!("DPoP"),
        json!(""),
        json!(7),
        json!(null),
    ] {
        assert_eq!(of_type(other), missing_member("TokenType"));
    }
}

#[test]
fn error_names_the_missing_token_of_a_response() {
    for member in ["IdToken", "AccessToken"] {
        for wrong in [json!(null), json!(7), json!({"x":"y"})] {
            let body =
                json!({"AuthenticationResult":authentication_result(&[(member, wrong.clone())])});
            assert_eq!(
                parse::<InitiateAuth<'_>>(&body),
                missing_member(member),
                "{member} {wrong}"
            );
        }
    }
    assert_eq!(
        parse::<GetTokensFromRefreshToken<'_>>(&json!({})),
        missing_member("TokenType")
    );
}

#[test]
fn auth_response_without_tokens_and_challenge_is_malformed() {
    for body in [
        json!({}),
        json!({"AuthenticationResult":null}),
        json!({"AuthenticationResult":null,"ChallengeName":null}),
        json!({"AuthenticationResult":"eyJ"}),
        json!({"ChallengeName":7}),
    ] {
        assert_eq!(
            parse::<InitiateAuth<'_>>(&body),
            missing_member("ChallengeName"),
            "{body}"
        );
    }
}

/// Amazon's responses have either a challenge or tokens.
#[test]
fn auth_response_with_challenge_and_tokens_is_a_challenge() {
    let both = |challenge: Value| {
        json!({"ChallengeName":challenge,"Session":"AYABeExample","ChallengeParameters":{},
            "AuthenticationResult":authentication_result(&[])})
    };
    let challenged = || {
        Ok(AuthResponse::Challenge(Challenge {
            name: ChallengeName::PasswordVerifier,
            parameters: ChallengeParameters::default(),
            session: Some(ChallengeSession::new("AYABeExample")),
            available: Vec::new(),
        }))
    };
    let body = both(json!("PASSWORD_VERIFIER"));
    assert_eq!(parse::<InitiateAuth<'_>>(&body), challenged());
    assert_eq!(parse::<RespondToAuthChallenge<'_>>(&body), challenged());
    for no_name in [json!(7), json!({}), json!(["SMS_MFA"])] {
        let body = both(no_name);
        assert_eq!(
            parse::<InitiateAuth<'_>>(&body),
            missing_member("ChallengeName"),
            "{body}"
        );
    }
    for none in [json!(null), json!("")] {
        let authenticated = AuthResponse::Authenticated(tokens(Some("eyJjdHki")));
        assert_eq!(parse::<InitiateAuth<'_>>(&both(none)), Ok(authenticated));
    }
}

#[test]
fn parameters_and_session_of_a_challenge_are_parsed() {
    let text = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        parse::<InitiateAuth<'_>>(
            &json!({"ChallengeName":"SMS_MFA","Session":"AYABeExample","AuthenticationResult":null,
            "ChallengeParameters":{"CODE_DELIVERY_DELIVERY_MEDIUM":"SMS","CODE_DELIVERY_DESTINATION":"+********4114","USER_ID_FOR_SRP":"ann"}})
        ),
        Ok(AuthResponse::Challenge(Challenge {
            name: ChallengeName::SmsMfa,
            parameters: ChallengeParameters::from_iter([
                text("CODE_DELIVERY_DELIVERY_MEDIUM", "SMS"),
                text("CODE_DELIVERY_DESTINATION", "+********4114"),
                text("USER_ID_FOR_SRP", "ann"),
            ]),
            session: Some(ChallengeSession::new("AYABeExample")),
            available: Vec::new(),
        }))
    );
    assert_eq!(
        parse::<InitiateAuth<'_>>(
            &json!({"ChallengeName":"MFA_SETUP","ChallengeParameters":null,"Session":null})
        ),
        Ok(AuthResponse::Challenge(Challenge {
            name: ChallengeName::MfaSetup,
            parameters: ChallengeParameters::default(),
            session: None,
            available: Vec::new(),
        }))
    );
}

/// The names are those of `ChallengeNameType` in Amazon's API model. The pool never sends `ADMIN_NO_SRP_AUTH` to a
/// browser.
#[test]
fn every_cognito_challenge_name_is_parsed() {
    use ChallengeName as Name;
    let unknown = |name: &str| Name::Unknown(name.to_owned());
    for (wire, name) in [
        ("CUSTOM_CHALLENGE", Name::CustomChallenge),
        ("DEVICE_PASSWORD_VERIFIER", Name::DevicePasswordVerifier),
        ("DEVICE_SRP_AUTH", Name::DeviceSrpAuth),
        ("EMAIL_OTP", Name::EmailOtp),
        ("MFA_SETUP", Name::MfaSetup),
        ("NEW_PASSWORD_REQUIRED", Name::NewPasswordRequired),
        ("PASSWORD", Name::Password),
        ("PASSWORD_SRP", Name::PasswordSrp),
        ("PASSWORD_VERIFIER", Name::PasswordVerifier),
        ("SELECT_CHALLENGE", Name::SelectChallenge),
        ("SELECT_MFA_TYPE", Name::SelectMfaType),
        ("SMS_MFA", Name::SmsMfa),
        ("SMS_OTP", Name::SmsOtp),
        ("SOFTWARE_TOKEN_MFA", Name::SoftwareTokenMfa),
        ("WEB_AUTHN", Name::WebAuthn),
        ("ADMIN_NO_SRP_AUTH", unknown("ADMIN_NO_SRP_AUTH")),
        ("password_verifier", unknown("password_verifier")),
        ("", unknown("")),
    ] {
        let read = parse::<RespondToAuthChallenge<'_>>(
            &json!({"ChallengeName":wire,"ChallengeParameters":{}}),
        );
        let challenge = Challenge {
            name,
            parameters: ChallengeParameters::default(),
            session: None,
            available: Vec::new(),
        };
        assert_eq!(read, Ok(AuthResponse::Challenge(challenge)), "{wire}");
    }
}

// Errors.
