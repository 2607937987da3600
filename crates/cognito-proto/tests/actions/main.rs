//! Requests and responses of the API operations, compared with the examples in Amazon's API reference. This file has
//! the operations for registration, sign-in and tokens.
//!
//! - [`account`]: operations on the user's own account
//! - [`factors`]: second factors
//! - [`passkeys`], [`devices`]: passkeys and remembered devices

mod account;
mod devices;
mod factors;
mod passkeys;
#[path = "../recorded/mod.rs"]
mod recorded;

use cognito_proto::action::{
    Action, AuthFlow, AuthResponse, AuthenticationResult, CONTENT_TYPE, Challenge, ChallengeAnswer,
    ChallengeName, CodeDelivery, ConfirmForgotPassword, ConfirmSignUp, ForgotPassword,
    GetTokensFromRefreshToken, GetUser, GlobalSignOut, InitiateAuth, MemberError, MfaSettings,
    ResendConfirmationCode, RespondToAuthChallenge, ResponseError, RevokeToken, SignUp,
    SignUpResult, User, parse_http_response, target_header,
};
use cognito_proto::error::{ErrorKind, ServiceError};
use cognito_proto::factor::SecondFactor;
use cognito_proto::ids::{AttributeName, Username};
use cognito_proto::json::Json;
use cognito_proto::secret::{
    AccessToken, ChallengeSession, IdToken, Password, RefreshToken, VerificationCode,
};
use cognito_proto::srp::PasswordClaim;
use recorded::{body, client, username};
use serde_json::{Value, json};

/// Returns the target and the body of a request.
fn sent_by<A: Action>(action: &A) -> (String, Value) {
    (target_header::<A>(), body(action))
}

fn request(operation: &str, body: Value) -> (String, Value) {
    (
        format!("AWSCognitoIdentityProviderService.{operation}"),
        body,
    )
}

fn parse<A: Action>(body: &Value) -> Result<A::Response, ResponseError> {
    parse_http_response::<A>(200, None, &body.to_string())
}

fn missing_member<T>(member: &'static str) -> Result<T, ResponseError> {
    Err(ResponseError::Malformed(MemberError { member }))
}

fn ann() -> Username {
    username("ann@example.com")
}

fn code() -> VerificationCode {
    VerificationCode::new("123456")
}

fn access_token() -> AccessToken {
    AccessToken::new("eyJraWQ")
}

/// Returns the password claim of the example in Amazon's API reference.
fn claim() -> PasswordClaim {
    PasswordClaim {
        secret_block: "I7E6SkjLCo6nUMGQ".to_owned(),
        signature: "haTUX+jfMpUE49STXwEO9mqxlOlO45yWDQ1Sxj/NXuY=".to_owned(),
        timestamp: "Thu Nov 19 07:08:09 UTC 2026".to_owned(),
    }
}

fn attribute(name: &str) -> AttributeName {
    AttributeName::parse(name).expect("an attribute's name")
}

fn email_delivery() -> CodeDelivery {
    CodeDelivery {
        destination: "a***@e***".to_owned(),
        is_sms: false,
        attribute: Some(attribute("email")),
    }
}

fn tokens(refresh: Option<&str>) -> AuthenticationResult {
    AuthenticationResult {
        id_token: IdToken::new("eyJraWQi.id"),
        access_token: AccessToken::new("eyJraWQi.access"),
        refresh_token: refresh.map(RefreshToken::new),
        new_device: None,
    }
}

/// Returns a recorded `AuthenticationResult` with `changes` to its members.
fn authentication_result(changes: &[(&str, Value)]) -> Value {
    let mut result = json!({"AccessToken":"eyJraWQi.access","ExpiresIn":3600,"IdToken":"eyJraWQi.id","RefreshToken":"eyJjdHki","TokenType":"Bearer"});
    for (member, value) in changes {
        result[*member] = value.clone();
    }
    result
}

// Requests.

#[test]
fn requests_are_aws_json_1_1() {
    assert_eq!(CONTENT_TYPE, "application/x-amz-json-1.1");
}

#[test]
fn sign_up_sends_names_and_values_of_attributes() {
    let attribute = |name, value: &str| (attribute(name), value.to_owned());
    assert_eq!(
        sent_by(&SignUp {
            client: &client(),
            username: &ann(),
            password: Some(&Password::new("Passw0rd!")),
            attributes: &[
                attribute("email", "ann@example.com"),
                attribute("custom:tier", "free")
            ],
        }),
        request(
            "SignUp",
            json!({"ClientId":"1example23456789012345678","Username":"ann@example.com","Password":"Passw0rd!",
                "UserAttributes":[{"Name":"email","Value":"ann@example.com"},{"Name":"custom:tier","Value":"free"}]})
        )
    );
}

#[test]
fn password_is_sent_exactly_as_typed() {
    for typed in [
        "\"}],\"x\":\"",
        "back\\slash",
        "tab\there",
        "pässwörd€🔑Z9!",
        " a b ",
    ] {
        let body = body(&InitiateAuth {
            client: &client(),
            device_key: None,
            flow: AuthFlow::UserPassword {
                username: &username("ann"),
                password: &Password::new(typed),
            },
        });
        assert_eq!(
            body,
            json!({"AuthFlow":"USER_PASSWORD_AUTH","ClientId":"1example23456789012345678",
                "AuthParameters":{"USERNAME":"ann","PASSWORD":typed}})
        );
    }
}

#[test]
fn confirm_sign_up_sends_the_code() {
    assert_eq!(
        sent_by(&ConfirmSignUp {
            client: &client(),
            username: &ann(),
            code: &code(),
            session: None,
        }),
        request(
            "ConfirmSignUp",
            json!({"ClientId":"1example23456789012345678","Username":"ann@example.com","ConfirmationCode":"123456"})
        )
    );
}

#[test]
fn resend_and_forgot_send_only_the_username() {
    let named = json!({"ClientId":"1example23456789012345678","Username":"ann@example.com"});
    assert_eq!(
        sent_by(&ResendConfirmationCode {
            client: &client(),
            username: &ann(),
        }),
        request("ResendConfirmationCode", named.clone())
    );
    assert_eq!(
        sent_by(&ForgotPassword {
            client: &client(),
            username: &ann(),
        }),
        request("ForgotPassword", named)
    );
}

#[test]
fn confirm_forgot_password_sends_code_and_new_password() {
    assert_eq!(
        sent_by(&ConfirmForgotPassword {
            client: &client(),
            username: &ann(),
            code: &code(),
            password: &Password::new("N3wPassw0rd!"),
        }),
        request(
            "ConfirmForgotPassword",
            json!({"ClientId":"1example23456789012345678","Username":"ann@example.com","ConfirmationCode":"123456","Password":"N3wPassw0rd!"})
        )
    );
}

/// Returns the request of an authentication flow.
fn initiate_auth_by(flow: AuthFlow<'_>) -> (String, Value) {
    sent_by(&InitiateAuth {
        client: &client(),
        device_key: None,
        flow,
    })
}

#[test]
fn initiate_auth_sends_parameters_of_each_flow() {
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
fn respond_to_auth_challenge_sends_claim_and_session() {
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
fn token_operations_send_the_token_under_its_name() {
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
fn debug_of_requests_hides_secrets() {
    let (client, ann, code) = (client(), ann(), code());
    let (password, refresh) = (Password::new("Passw0rd!"), RefreshToken::new("eyJjdHki"));
    let access = access_token();
    let printed = [
        format!(
            "{:?}",
            SignUp {
                client: &client,
                username: &ann,
                password: Some(&password),
                attributes: &[]
            }
        ),
        format!(
            "{:?}",
            ConfirmForgotPassword {
                client: &client,
                username: &ann,
                code: &code,
                password: &password
            }
        ),
        format!(
            "{:?}",
            ConfirmSignUp {
                client: &client,
                username: &ann,
                code: &code,
                session: None,
            }
        ),
        format!(
            "{:?}",
            InitiateAuth {
                client: &client,
                device_key: None,
                flow: AuthFlow::UserPassword {
                    username: &ann,
                    password: &password
                }
            }
        ),
        format!(
            "{:?}",
            RevokeToken {
                client: &client,
                refresh_token: &refresh
            }
        ),
        format!(
            "{:?}",
            GetUser {
                access_token: &access
            }
        ),
        format!(
            "{:?}",
            AuthResponse::Authenticated(tokens(Some("eyJjdHki")))
        ),
    ];
    for text in printed {
        for secret in ["Passw0rd", "123456\"", "eyJ"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

// Responses.

#[test]
fn sign_up_response_is_parsed() {
    assert_eq!(
        parse::<SignUp>(
            &json!({"CodeDeliveryDetails":{"AttributeName":"email","DeliveryMedium":"EMAIL","Destination":"a***@e***"},
                "UserConfirmed":false,"UserSub":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11"})
        ),
        Ok(SignUpResult {
            sub: "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11".to_owned(),
            confirmed: false,
            delivery: Some(email_delivery()),
            session: None,
        })
    );
}

#[test]
fn user_confirmed_at_once_gets_no_code() {
    let confirmed = || SignUpResult {
        sub: "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11".to_owned(),
        confirmed: true,
        delivery: None,
        session: None,
    };
    for body in [
        json!({"UserConfirmed":true,"UserSub":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11"}),
        json!({"UserConfirmed":true,"UserSub":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11","CodeDeliveryDetails":null,"Session":null}),
    ] {
        assert_eq!(parse::<SignUp>(&body), Ok(confirmed()), "{body}");
    }
}

#[test]
fn sign_up_response_without_members_is_malformed() {
    assert_eq!(
        parse::<SignUp>(&json!({"UserConfirmed":false})),
        missing_member("UserSub")
    );
    assert_eq!(
        parse::<SignUp>(&json!({"UserSub":null,"UserConfirmed":false})),
        missing_member("UserSub")
    );
    assert_eq!(
        parse::<SignUp>(&json!({"UserSub":"6a1f3c52"})),
        missing_member("UserConfirmed")
    );
    // The response has JSON booleans. Only attribute values are strings such as `"true"`.
    assert_eq!(
        parse::<SignUp>(&json!({"UserSub":"6a1f3c52","UserConfirmed":"true"})),
        missing_member("UserConfirmed")
    );
}

#[test]
fn code_delivery_is_parsed_for_email_and_sms() {
    let mail = json!({"CodeDeliveryDetails":{"AttributeName":"email","DeliveryMedium":"EMAIL","Destination":"a***@e***"}});
    let text = json!({"CodeDeliveryDetails":{"AttributeName":"phone_number","DeliveryMedium":"SMS","Destination":"+********4114"}});
    let by_text = CodeDelivery {
        destination: "+********4114".to_owned(),
        is_sms: true,
        attribute: Some(attribute("phone_number")),
    };
    for (body, delivery) in [
        (mail, Some(email_delivery())),
        (text, Some(by_text)),
        (json!({}), None),
        (json!({"CodeDeliveryDetails":null}), None),
    ] {
        assert_eq!(parse::<ResendConfirmationCode>(&body), Ok(delivery.clone()));
        assert_eq!(parse::<ForgotPassword>(&body), Ok(delivery));
    }
}

/// Amazon's API reference promises `{}`. Other services send an empty body, and a later version can add members.
#[test]
fn operation_without_output_accepts_any_object_or_none() {
    for body in ["{}", "", r#"{"Session":"AYABeExample"}"#] {
        let session = body
            .contains("Session")
            .then(|| ChallengeSession::new("AYABeExample"));
        assert_eq!(
            parse_http_response::<ConfirmSignUp>(200, None, body),
            Ok(session)
        );
        assert_eq!(
            parse_http_response::<ConfirmForgotPassword>(200, None, body),
            Ok(())
        );
        assert_eq!(
            parse_http_response::<GlobalSignOut>(200, None, body),
            Ok(())
        );
        assert_eq!(parse_http_response::<RevokeToken>(200, None, body), Ok(()));
    }
}

#[test]
fn success_without_a_json_object_is_malformed() {
    for body in ["<html>", "[]", "null", "\"\"", "{", "{} {}", " "] {
        assert_eq!(
            parse_http_response::<ConfirmSignUp>(200, None, body),
            missing_member("body"),
            "{body}"
        );
    }
}

#[test]
fn get_user_parses_every_attribute() {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        parse::<GetUser>(&json!({
            "UserAttributes":[{"Name":"email","Value":"ann@example.com"},{"Name":"email_verified","Value":"true"},
                {"Name":"custom:tier","Value":"free"},{"Name":"sub","Value":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11"}],
            "UserMFASettingList":["SOFTWARE_TOKEN_MFA"],"PreferredMfaSetting":"SOFTWARE_TOKEN_MFA",
            "Username":"6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11"})),
        Ok(User {
            username: "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11".to_owned(),
            attributes: vec![
                pair("email", "ann@example.com"),
                pair("email_verified", "true"),
                pair("custom:tier", "free"),
                pair("sub", "6a1f3c52-70a1-70b2-9b0e-5b1d5c1d1c11"),
            ],
            mfa: MfaSettings {
                active: vec![SecondFactor::SoftwareToken],
                preferred: Some(SecondFactor::SoftwareToken),
            },
        })
    );
    assert_eq!(
        parse::<GetUser>(
            &json!({"Username":"ann","UserAttributes":[{"Name":"nickname","Value":null},{"Name":"website"}]})
        ),
        Ok(User {
            username: "ann".to_owned(),
            attributes: vec![pair("nickname", ""), pair("website", "")],
            mfa: MfaSettings::default(),
        })
    );
    assert_eq!(
        parse::<GetUser>(&json!({"UserAttributes":[]})),
        missing_member("Username")
    );
    assert_eq!(
        parse::<GetUser>(&json!({"Username":"ann","UserAttributes":[{"Value":"x"}]})),
        missing_member("Name")
    );
}

#[test]
fn tokens_are_parsed_from_every_token_operation() {
    let body = json!({"AuthenticationResult":authentication_result(&[]),"ChallengeParameters":{}});
    let granted = || tokens(Some("eyJjdHki"));
    assert_eq!(
        parse::<InitiateAuth<'_>>(&body),
        Ok(AuthResponse::Authenticated(granted()))
    );
    assert_eq!(
        parse::<RespondToAuthChallenge<'_>>(&body),
        Ok(AuthResponse::Authenticated(granted()))
    );
    assert_eq!(parse::<GetTokensFromRefreshToken<'_>>(&body), Ok(granted()));
}

#[test]
fn refresh_token_may_be_missing_or_null() {
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
fn only_bearer_tokens_are_accepted_in_any_case() {
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
fn missing_token_is_malformed_and_named() {
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
fn response_without_tokens_and_challenge_is_malformed() {
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
fn challenge_has_precedence_over_tokens() {
    let both = |challenge: Value| {
        json!({"ChallengeName":challenge,"Session":"AYABeExample","ChallengeParameters":{},
            "AuthenticationResult":authentication_result(&[])})
    };
    let challenged = || {
        Ok(AuthResponse::Challenge(Challenge {
            name: ChallengeName::PasswordVerifier,
            parameters: Json::Object(Vec::new()),
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
        let granted = AuthResponse::Authenticated(tokens(Some("eyJjdHki")));
        assert_eq!(parse::<InitiateAuth<'_>>(&both(none)), Ok(granted));
    }
}

#[test]
fn challenge_has_parameters_and_session() {
    let text = |name: &str, value: &str| (name.to_owned(), Json::String(value.to_owned()));
    assert_eq!(
        parse::<InitiateAuth<'_>>(
            &json!({"ChallengeName":"SMS_MFA","Session":"AYABeExample","AuthenticationResult":null,
            "ChallengeParameters":{"CODE_DELIVERY_DELIVERY_MEDIUM":"SMS","CODE_DELIVERY_DESTINATION":"+********4114","USER_ID_FOR_SRP":"ann"}})
        ),
        Ok(AuthResponse::Challenge(Challenge {
            name: ChallengeName::SmsMfa,
            parameters: Json::Object(vec![
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
            parameters: Json::Null,
            session: None,
            available: Vec::new(),
        }))
    );
}

/// The names are those of `ChallengeNameType` in Amazon's API model. The pool never sends `ADMIN_NO_SRP_AUTH` to a
/// browser.
#[test]
fn every_challenge_name_is_parsed() {
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
            parameters: Json::Object(Vec::new()),
            session: None,
            available: Vec::new(),
        };
        assert_eq!(read, Ok(AuthResponse::Challenge(challenge)), "{wire}");
    }
}

// Errors.

#[test]
fn error_type_is_read_from_header_or_body() {
    let message = "Incorrect username or password.";
    let refused = || {
        Err(ResponseError::Refused(ServiceError {
            kind: ErrorKind::NotAuthorized,
            status: 400,
            message: message.to_owned(),
        }))
    };
    let bare = json!({"__type":"NotAuthorizedException","message":message});
    let prefixed =
        json!({"__type":"com.amazonaws.cognito.idp#NotAuthorizedException","Message":message});
    let by_code = json!({"code":"NotAuthorizedException","message":message});
    let untyped = json!({"message":message});
    for (header, body) in [
        (Some("NotAuthorizedException:"), &bare),
        (Some("NotAuthorizedException:"), &untyped),
        (
            Some("aws.cognito#NotAuthorizedException:http://x/"),
            &untyped,
        ),
        (Some("NotAuthorizedException,other"), &untyped),
        (Some(""), &bare),
        (None, &bare),
        (None, &prefixed),
        (None, &by_code),
    ] {
        let body = body.to_string();
        assert_eq!(
            parse_http_response::<InitiateAuth<'_>>(400, header, &body),
            refused(),
            "{header:?} {body}"
        );
        assert_eq!(
            parse_http_response::<GlobalSignOut<'_>>(400, header, &body),
            refused().map(|_: AuthResponse| ()),
            "{header:?} {body}"
        );
    }
}

/// The statuses and texts come from Amazon's API reference. `reasonCode` is a member of the API model.
#[test]
fn error_has_status_and_message() {
    for (status, body, kind, message) in [
        (
            400,
            json!({"__type":"UserNotConfirmedException","message":"User is not confirmed."}),
            ErrorKind::UserNotConfirmed,
            "User is not confirmed.",
        ),
        (
            400,
            json!({"__type":"InvalidParameterException","reasonCode":"x","message":"Missing required parameter USERNAME"}),
            ErrorKind::InvalidParameter,
            "Missing required parameter USERNAME",
        ),
        (
            400,
            json!({"__type":"InvalidParameterException","message":"Attributes did not conform to the schema: email: The attribute is required\n"}),
            ErrorKind::InvalidParameter,
            "Attributes did not conform to the schema: email: The attribute is required\n",
        ),
        (
            403,
            json!({"__type":"ForbiddenException","message":null}),
            ErrorKind::Forbidden,
            "",
        ),
        (
            500,
            json!({"__type":"InternalErrorException"}),
            ErrorKind::InternalError,
            "",
        ),
        (
            400,
            json!({"__type":"UnknownOperationException"}),
            ErrorKind::UnknownOperation,
            "",
        ),
        (
            400,
            json!({"__type":"SerializationException"}),
            ErrorKind::Unknown,
            "",
        ),
    ] {
        assert_eq!(
            parse_http_response::<SignUp<'_>>(status, None, &body.to_string()),
            Err(ResponseError::Refused(ServiceError {
                kind,
                status,
                message: message.to_owned(),
            }))
        );
    }
}

#[test]
fn proxy_error_is_classified_by_status() {
    for (status, body, kind) in [
        (429, "", ErrorKind::TooManyRequests),
        (502, "<html>Bad Gateway</html>", ErrorKind::InternalError),
        (404, "{}", ErrorKind::Unknown),
        (201, r#"{"UserSub":"x"}"#, ErrorKind::Unknown),
    ] {
        assert_eq!(
            parse_http_response::<SignUp<'_>>(status, None, body),
            Err(ResponseError::Refused(ServiceError {
                kind,
                status,
                message: String::new(),
            }))
        );
    }
}
