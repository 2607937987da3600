//! The `USER_AUTH` flow: the first factors, and the steps after each of them.

use serde_json::{Value, json};

use crate::authenticator::{Algorithm, PRESENT, Passkey, VERIFIED};
use crate::passkeys::{
    create_user_with_passkey, pool_with_all_first_factors, start_passkey_sign_in,
};
use crate::test_pool::{
    PASSWORD, Refusal, TestPool, decode_claims, expected_error, member_names, text_of,
};

/// Starts a sign-in by `USER_AUTH`.
fn start_user_auth(test_pool: &TestPool, parameters: Value) -> Result<Value, Refusal> {
    test_pool.call_as_app(
        "InitiateAuth",
        json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters}),
    )
}

/// Responds to a challenge of a sign-in.
fn respond_to_challenge(
    test_pool: &TestPool,
    challenge: &str,
    session: &Value,
    responses: Value,
) -> Result<Value, Refusal> {
    test_pool.call_as_app(
        "RespondToAuthChallenge",
        json!({"ChallengeName": challenge, "Session": session, "ChallengeResponses": responses}),
    )
}

/// Creates a pool that allows every first factor and has email addresses as usernames.
fn pool_with_email_usernames() -> TestPool {
    TestPool::with_settings(
        json!({
            "UsernameAttributes": ["email", "phone_number"], "UsernameConfiguration": {"CaseSensitive": false},
            "AutoVerifiedAttributes": ["email", "phone_number"],
            "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]}}
        }),
        json!({
            "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_PASSWORD_AUTH"],
            "PreventUserExistenceErrors": "ENABLED"
        }),
    )
}

/// Splits a response into its other members and its session.
fn split_off_session(mut answer: Value) -> (Value, Value) {
    let session = answer["Session"].take();
    answer.as_object_mut().unwrap().remove("Session");
    (answer, session)
}

/// Fails the test unless the response contains tokens of this user.
fn assert_signed_in(answer: Result<Value, Refusal>, username: &str) {
    let answer = answer.unwrap();
    assert_eq!(
        member_names(&answer),
        ["AuthenticationResult", "ChallengeParameters"]
    );
    assert_eq!(
        decode_claims(&answer["AuthenticationResult"]["IdToken"])["cognito:username"],
        username
    );
}

#[test]
fn user_auth_flow_lists_all_factors_if_none_is_preferred() {
    let test_pool = pool_with_all_first_factors();
    create_user_with_passkey(&test_pool, "ann");
    let (answer, session) =
        split_off_session(start_user_auth(&test_pool, json!({"USERNAME": "ann"})).unwrap());
    assert_eq!(
        answer,
        json!({
            "AvailableChallenges": ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "WEB_AUTHN"],
            "ChallengeName": "SELECT_CHALLENGE", "ChallengeParameters": {"USERNAME": "ann"}
        })
    );
    assert_signed_in(
        respond_to_challenge(
            &test_pool,
            "SELECT_CHALLENGE",
            &session,
            json!({"USERNAME": "ann", "ANSWER": "PASSWORD", "PASSWORD": PASSWORD}),
        ),
        "ann",
    );
}

#[test]
fn user_auth_flow_is_refused_if_not_enabled_or_in_lite_tier() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    assert_eq!(
        start_user_auth(&test_pool, json!({"USERNAME": "ann"})),
        expected_error(
            "InvalidParameterException",
            "USER_AUTH flow not enabled for this client"
        )
    );
    let test_pool = TestPool::with_settings(
        json!({"UserPoolTier": "LITE"}),
        json!({"ExplicitAuthFlows": ["ALLOW_USER_AUTH"]}),
    );
    assert_eq!(
        start_user_auth(&test_pool, json!({"USERNAME": "ann"}))
            .unwrap_err()
            .0,
        "FeatureUnavailableInTierException"
    );
}

#[test]
fn user_auth_flow_refuses_step_up_authentication() {
    let test_pool = TestPool::with_settings(
        json!({}),
        json!({"ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"]}),
    );
    test_pool.create_confirmed_user("ann");
    let token = &test_pool.sign_in_for_tokens("ann")["AccessToken"];
    let step_up = |more: Value| {
        let mut parameters = json!({"USERNAME": "ann"});
        let (all, more) = (parameters.as_object_mut(), more.as_object().cloned());
        all.unwrap().extend(more.unwrap());
        start_user_auth(&test_pool, parameters).unwrap_err().0
    };
    let loa = "urn:cognito:loa:2";
    for parameters in [
        json!({"ACCESS_TOKEN": token}),
        json!({"ACCESS_TOKEN": "none", "TARGET_ACR_VALUES": loa}),
        json!({"ACCESS_TOKEN": token, "TARGET_ACR_VALUES": loa}),
        json!({"TARGET_ACR_VALUES": loa}),
    ] {
        assert_eq!(step_up(parameters), "InvalidParameterException");
    }
}

#[test]
fn user_auth_flow_of_password_only_pool_offers_password_and_srp() {
    let test_pool =
        TestPool::with_settings(json!({}), json!({"ExplicitAuthFlows": ["ALLOW_USER_AUTH"]}));
    test_pool.create_confirmed_user("ann");
    let (answer, _) = split_off_session(
        start_user_auth(
            &test_pool,
            json!({"USERNAME": "ann", "PREFERRED_CHALLENGE": "EMAIL_OTP"}),
        )
        .unwrap(),
    );
    assert_eq!(
        answer,
        json!({
            "AvailableChallenges": ["PASSWORD_SRP", "PASSWORD"],
            "ChallengeName": "SELECT_CHALLENGE", "ChallengeParameters": {"USERNAME": "ann"}
        })
    );
}

#[test]
fn user_auth_flow_that_prefers_password_asks_for_a_missing_one() {
    let test_pool = pool_with_all_first_factors();
    test_pool.create_confirmed_user("ann");
    let preferred = |more: Value| {
        let mut parameters = json!({"USERNAME": "ann", "PREFERRED_CHALLENGE": "PASSWORD"});
        parameters
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        start_user_auth(&test_pool, parameters)
    };
    assert_signed_in(preferred(json!({"PASSWORD": PASSWORD})), "ann");
    assert_eq!(
        preferred(json!({"PASSWORD": "Passw0rd?"})),
        expected_error("NotAuthorizedException", "Incorrect username or password.")
    );
    let (answer, session) = split_off_session(preferred(json!({})).unwrap());
    assert_eq!(
        answer,
        json!({
            "AvailableChallenges": ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"],
            "ChallengeName": "PASSWORD", "ChallengeParameters": {"USERNAME": "ann"}
        })
    );
    assert_eq!(
        respond_to_challenge(&test_pool, "PASSWORD", &session, json!({"USERNAME": "ann"})),
        expected_error(
            "InvalidParameterException",
            "Missing required parameter PASSWORD"
        )
    );
    assert_eq!(
        respond_to_challenge(
            &test_pool,
            "PASSWORD",
            &session,
            json!({"USERNAME": "ann", "PASSWORD": "Passw0rd?"})
        ),
        expected_error("NotAuthorizedException", "Incorrect username or password.")
    );
    // After a wrong password the session stays valid.
    let right = json!({"USERNAME": "ann", "PASSWORD": PASSWORD});
    assert_signed_in(
        respond_to_challenge(&test_pool, "PASSWORD", &session, right.clone()),
        "ann",
    );
    assert_eq!(
        respond_to_challenge(&test_pool, "PASSWORD", &session, right),
        expected_error(
            "NotAuthorizedException",
            "Invalid session for the user, session can only be used once."
        )
    );
}

#[test]
fn srp_challenge_of_the_user_auth_flow_has_a_session() {
    let test_pool = pool_with_all_first_factors();
    test_pool.create_confirmed_user("ann");
    let ephemeral = || cognito_proto::srp::ClientEphemeral::from_bytes([7; 32]).unwrap();
    let srp_a = ephemeral().srp_a();
    let (_, select) =
        split_off_session(start_user_auth(&test_pool, json!({"USERNAME": "ann"})).unwrap());
    let (_, ask) = split_off_session(
        start_user_auth(
            &test_pool,
            json!({"USERNAME": "ann", "PREFERRED_CHALLENGE": "PASSWORD_SRP"}),
        )
        .unwrap(),
    );
    let rounds = [
        start_user_auth(
            &test_pool,
            json!({"USERNAME": "ann", "PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": srp_a}),
        ),
        respond_to_challenge(
            &test_pool,
            "SELECT_CHALLENGE",
            &select,
            json!({"USERNAME": "ann", "ANSWER": "PASSWORD_SRP", "SRP_A": srp_a}),
        ),
        respond_to_challenge(
            &test_pool,
            "PASSWORD_SRP",
            &ask,
            json!({"USERNAME": "ann", "SRP_A": srp_a}),
        ),
    ];
    for round in rounds {
        let round = round.unwrap();
        assert_eq!(
            member_names(&round),
            [
                "AvailableChallenges",
                "ChallengeName",
                "ChallengeParameters",
                "Session"
            ]
        );
        assert_eq!(round["ChallengeName"], "PASSWORD_VERIFIER");
        let mut answer =
            test_pool.srp_response((ephemeral(), &round), PASSWORD, &test_pool.srp_timestamp());
        answer["Session"] = round["Session"].clone();
        assert_signed_in(
            test_pool.call_as_app("RespondToAuthChallenge", answer),
            "ann",
        );
    }
    assert_eq!(
        respond_to_challenge(
            &test_pool,
            "PASSWORD_SRP",
            &ask,
            json!({"USERNAME": "ann", "SRP_A": srp_a})
        ),
        expected_error(
            "NotAuthorizedException",
            "Invalid session for the user, session can only be used once."
        )
    );
}

#[test]
fn user_signs_in_with_an_email_otp_code_of_eight_digits() {
    let test_pool = pool_with_all_first_factors();
    let email = test_pool.create_confirmed_user("ann");
    let (answer, session) = split_off_session(
        start_user_auth(
            &test_pool,
            json!({"USERNAME": "ann", "PREFERRED_CHALLENGE": "EMAIL_OTP"}),
        )
        .unwrap(),
    );
    assert_eq!(
        answer,
        json!({
            "ChallengeName": "EMAIL_OTP", "AvailableChallenges": ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"],
            "ChallengeParameters": {"CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL", "CODE_DELIVERY_DESTINATION": "a***@u***"}
        })
    );
    let code = test_pool.newest_code(&email);
    assert_eq!(code.len(), 8);
    let type_in = |code: &str| {
        respond_to_challenge(
            &test_pool,
            "EMAIL_OTP",
            &session,
            json!({"USERNAME": "ann", "EMAIL_OTP_CODE": code}),
        )
    };
    let wrong = if code == "00000000" {
        "00000001"
    } else {
        "00000000"
    };
    for _ in 0..6 {
        assert_eq!(
            type_in(wrong),
            expected_error(
                "CodeMismatchException",
                "Invalid code or auth state for the user."
            )
        );
    }
    assert_signed_in(type_in(&code), "ann");
    assert_eq!(
        type_in(&code),
        expected_error(
            "NotAuthorizedException",
            "Invalid session for the user, session can only be used once."
        )
    );
}

#[test]
fn sign_in_code_is_valid_only_with_its_own_session() {
    let test_pool = pool_with_all_first_factors();
    let email = test_pool.create_confirmed_user("ann");
    let (_, session) = split_off_session(
        start_user_auth(
            &test_pool,
            json!({"USERNAME": "ann", "PREFERRED_CHALLENGE": "EMAIL_OTP"}),
        )
        .unwrap(),
    );
    test_pool.advance_clock(180);
    assert_eq!(
        respond_to_challenge(
            &test_pool,
            "EMAIL_OTP",
            &session,
            json!({"USERNAME": "ann", "EMAIL_OTP_CODE": test_pool.newest_code(&email)})
        ),
        expected_error(
            "NotAuthorizedException",
            "Invalid session for the user, session is expired."
        )
    );
}

#[test]
fn sms_otp_code_is_sent_to_a_verified_phone_number() {
    let test_pool = pool_with_email_usernames();
    test_pool
        .call_as_operator(
            "AdminCreateUser",
            json!({"Username": "+14325554114", "MessageAction": "SUPPRESS",
                   "UserAttributes": [{"Name": "phone_number", "Value": "+14325554114"},
                                      {"Name": "phone_number_verified", "Value": "true"}]}),
        )
        .unwrap();
    test_pool
        .call_as_operator(
            "AdminSetUserPassword",
            json!({"Username": "+14325554114", "Password": PASSWORD, "Permanent": true}),
        )
        .unwrap();
    let (answer, session) = split_off_session(
        start_user_auth(
            &test_pool,
            json!({"USERNAME": "+14325554114", "PREFERRED_CHALLENGE": "SMS_OTP"}),
        )
        .unwrap(),
    );
    assert_eq!(
        answer,
        json!({
            "ChallengeName": "SMS_OTP", "AvailableChallenges": ["PASSWORD_SRP", "PASSWORD", "SMS_OTP"],
            "ChallengeParameters": {"CODE_DELIVERY_DELIVERY_MEDIUM": "SMS", "CODE_DELIVERY_DESTINATION": "+********4114"}
        })
    );
    let code = test_pool.newest_code("+14325554114");
    assert_eq!(code.len(), 6);
    let answer = respond_to_challenge(
        &test_pool,
        "SMS_OTP",
        &session,
        json!({"USERNAME": "+14325554114", "SMS_OTP_CODE": code}),
    )
    .unwrap();
    assert_eq!(
        decode_claims(&answer["AuthenticationResult"]["IdToken"])["phone_number"],
        "+14325554114"
    );
}

#[test]
fn unverified_email_or_phone_number_gets_no_sign_in_code() {
    let test_pool = pool_with_all_first_factors();
    test_pool
        .call_as_operator(
            "AdminCreateUser",
            json!({"Username": "ann", "MessageAction": "SUPPRESS",
                   "UserAttributes": [{"Name": "email", "Value": test_pool.email_address("ann")}]}),
        )
        .unwrap();
    test_pool
        .call_as_operator(
            "AdminSetUserPassword",
            json!({"Username": "ann", "Password": PASSWORD, "Permanent": true}),
        )
        .unwrap();
    let answer = start_user_auth(
        &test_pool,
        json!({"USERNAME": "ann", "PREFERRED_CHALLENGE": "EMAIL_OTP"}),
    )
    .unwrap();
    assert_eq!(
        answer["AvailableChallenges"],
        json!(["PASSWORD_SRP", "PASSWORD"])
    );
    assert_eq!(
        test_pool.messages_to(&test_pool.email_address("ann")).len(),
        0
    );
}

#[test]
fn pool_refuses_answers_to_a_factor_that_user_did_not_choose() {
    let test_pool = pool_with_all_first_factors();
    let mut passkey = create_user_with_passkey(&test_pool, "ann");
    let email = test_pool.email_address("ann");
    let select =
        || split_off_session(start_user_auth(&test_pool, json!({"USERNAME": "ann"})).unwrap()).1;
    let choose = |session: &Value, answer: &str| {
        respond_to_challenge(
            &test_pool,
            "SELECT_CHALLENGE",
            session,
            json!({"USERNAME": "ann", "ANSWER": answer}),
        )
    };
    let session = select();
    let chosen = choose(&session, "EMAIL_OTP").unwrap();
    assert_eq!(chosen["ChallengeName"], "EMAIL_OTP");
    assert_signed_in(
        respond_to_challenge(
            &test_pool,
            "EMAIL_OTP",
            &chosen["Session"],
            json!({"USERNAME": "ann", "EMAIL_OTP_CODE": test_pool.newest_code(&email)}),
        ),
        "ann",
    );
    assert_eq!(
        choose(&session, "WEB_AUTHN"),
        expected_error(
            "NotAuthorizedException",
            "Invalid session for the user, session can only be used once."
        )
    );
    let chosen = choose(&select(), "WEB_AUTHN").unwrap();
    assert_eq!(chosen["ChallengeName"], "WEB_AUTHN");
    let options: Value = serde_json::from_str(&text_of(
        &chosen["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"],
    ))
    .unwrap();
    let credential = passkey.sign_assertion(&options).to_string();
    assert_signed_in(
        respond_to_challenge(
            &test_pool,
            "WEB_AUTHN",
            &chosen["Session"],
            json!({"USERNAME": "ann", "CREDENTIAL": credential}),
        ),
        "ann",
    );
    for challenge in ["PASSWORD", "PASSWORD_SRP"] {
        assert_eq!(
            choose(&select(), challenge).unwrap()["ChallengeName"],
            challenge
        );
    }
    let session = select();
    for unavailable in ["SMS_OTP", "SOFTWARE_TOKEN_MFA", "anything"] {
        assert_eq!(
            choose(&session, unavailable),
            expected_error(
                "InvalidParameterException",
                &format!("{unavailable} is not one of the available challenges.")
            )
        );
    }
    // The session of one challenge is not valid for another challenge.
    assert_eq!(
        respond_to_challenge(
            &test_pool,
            "EMAIL_OTP",
            &session,
            json!({"USERNAME": "ann", "EMAIL_OTP_CODE": test_pool.newest_code(&email)})
        ),
        expected_error("NotAuthorizedException", "Invalid session for the user.")
    );
    assert_eq!(
        start_user_auth(
            &test_pool,
            json!({"USERNAME": "ann", "PREFERRED_CHALLENGE": "FACE"})
        )
        .unwrap_err()
        .0,
        "InvalidParameterException"
    );
}

#[test]
fn temporary_password_is_the_only_first_factor_of_its_user() {
    let test_pool = pool_with_all_first_factors();
    test_pool
        .call_as_operator(
            "AdminCreateUser",
            json!({"Username": "ann", "TemporaryPassword": "Temp0rary!", "MessageAction": "SUPPRESS",
                   "UserAttributes": [{"Name": "email", "Value": test_pool.email_address("ann")},
                                      {"Name": "email_verified", "Value": "true"}]}),
        )
        .unwrap();
    let answer = start_user_auth(
        &test_pool,
        json!({"USERNAME": "ann", "PREFERRED_CHALLENGE": "EMAIL_OTP"}),
    )
    .unwrap();
    assert_eq!(
        answer["AvailableChallenges"],
        json!(["PASSWORD_SRP", "PASSWORD"])
    );
    let chosen = respond_to_challenge(
        &test_pool,
        "SELECT_CHALLENGE",
        &answer["Session"],
        json!({"USERNAME": "ann", "ANSWER": "PASSWORD", "PASSWORD": "Temp0rary!"}),
    )
    .unwrap();
    assert_eq!(chosen["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    assert_signed_in(
        respond_to_challenge(
            &test_pool,
            "NEW_PASSWORD_REQUIRED",
            &chosen["Session"],
            json!({"USERNAME": "ann", "NEW_PASSWORD": PASSWORD}),
        ),
        "ann",
    );
}

/// Enables email as ann's second factor.
fn enable_email_factor(test_pool: &TestPool, mode: &str, web_authn: Value) {
    test_pool
        .call_as_operator(
            "SetUserPoolMfaConfig",
            json!({
                "MfaConfiguration": mode, "SoftwareTokenMfaConfiguration": {"Enabled": true},
                "EmailMfaConfiguration": {}, "WebAuthnConfiguration": web_authn
            }),
        )
        .unwrap();
}

#[test]
fn user_with_a_second_factor_must_begin_with_the_password() {
    let test_pool = pool_with_all_first_factors();
    create_user_with_passkey(&test_pool, "ann");
    let token = test_pool.access_token("ann");
    enable_email_factor(
        &test_pool,
        "OPTIONAL",
        json!({"RelyingPartyId": "localhost"}),
    );
    test_pool
        .call_action(
            "SetUserMFAPreference",
            json!({"AccessToken": token, "EmailMfaSettings": {"Enabled": true, "PreferredMfa": true}}),
        )
        .unwrap();
    let answer = start_user_auth(&test_pool, json!({"USERNAME": "ann"})).unwrap();
    assert_eq!(
        answer["AvailableChallenges"],
        json!(["PASSWORD_SRP", "PASSWORD"])
    );
    let next = respond_to_challenge(
        &test_pool,
        "SELECT_CHALLENGE",
        &answer["Session"],
        json!({"USERNAME": "ann", "ANSWER": "PASSWORD", "PASSWORD": PASSWORD}),
    )
    .unwrap();
    assert_eq!(next["ChallengeName"], "EMAIL_OTP");
    let code = test_pool.newest_code(&test_pool.email_address("ann"));
    assert_eq!(code.len(), 6, "a second factor's code");
    assert_signed_in(
        respond_to_challenge(
            &test_pool,
            "EMAIL_OTP",
            &next["Session"],
            json!({"USERNAME": "ann", "EMAIL_OTP_CODE": code}),
        ),
        "ann",
    );
}

#[test]
fn passkey_with_user_verification_can_replace_mfa() {
    let test_pool = pool_with_all_first_factors();
    let mut passkey = create_user_with_passkey(&test_pool, "ann");
    let token = test_pool.access_token("ann");
    enable_email_factor(
        &test_pool,
        "OPTIONAL",
        json!({"RelyingPartyId": "localhost", "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"}),
    );
    test_pool
        .call_action(
            "SetUserMFAPreference",
            json!({
                "AccessToken": token, "EmailMfaSettings": {"Enabled": true, "PreferredMfa": true},
                "WebAuthnMfaSettings": {"Enabled": true}
            }),
        )
        .unwrap();
    let answer = start_user_auth(&test_pool, json!({"USERNAME": "ann"})).unwrap();
    assert_eq!(
        answer["AvailableChallenges"],
        json!(["PASSWORD_SRP", "PASSWORD", "WEB_AUTHN"])
    );
    let (options, session) = start_passkey_sign_in(&test_pool, "ann");
    assert_eq!(options["userVerification"], "required");
    let mut sign = |flags: u8| {
        passkey.flags = flags;
        let credential = passkey.sign_assertion(&options).to_string();
        respond_to_challenge(
            &test_pool,
            "WEB_AUTHN",
            &session,
            json!({"USERNAME": "ann", "CREDENTIAL": credential}),
        )
    };
    assert_eq!(
        sign(PRESENT),
        expected_error("NotAuthorizedException", "Incorrect username or password.")
    );
    assert_signed_in(sign(VERIFIED), "ann");
}

#[test]
fn user_auth_flow_does_not_reveal_whether_a_username_exists() {
    let test_pool = pool_with_email_usernames();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    let unknown = test_pool.email_address("unknown");
    let shape = |name: &str, preferred: Value| {
        let (mut answer, session) = split_off_session(
            start_user_auth(
                &test_pool,
                json!({"USERNAME": name, "PREFERRED_CHALLENGE": preferred}),
            )
            .unwrap(),
        );
        let username = answer["ChallengeParameters"]["USERNAME"].take();
        (
            answer,
            username.as_str().map(str::len),
            session.as_str().map(|session| session.len() / 400),
        )
    };
    for preferred in [
        json!(null),
        json!("PASSWORD"),
        json!("PASSWORD_SRP"),
        json!("SMS_OTP"),
        json!("WEB_AUTHN"),
    ] {
        assert_eq!(shape(&ann, preferred.clone()), shape(&unknown, preferred));
    }
    let asked = |name: &str| {
        start_user_auth(
            &test_pool,
            json!({"USERNAME": name, "PREFERRED_CHALLENGE": "EMAIL_OTP"}),
        )
        .unwrap()
    };
    let (for_ann, for_unknown) = (asked(&ann), asked(&unknown));
    assert_eq!(
        for_unknown["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"],
        "u***@u***"
    );
    assert_eq!(
        for_ann["AvailableChallenges"],
        for_unknown["AvailableChallenges"]
    );
    assert_eq!(test_pool.messages_to(&unknown).len(), 0);
    // An unknown user always gets the same simulated user.
    let select = || start_user_auth(&test_pool, json!({"USERNAME": unknown})).unwrap();
    assert_eq!(
        select()["ChallengeParameters"],
        select()["ChallengeParameters"]
    );

    for code in ["00000000", "12345678"] {
        assert_eq!(
            respond_to_challenge(
                &test_pool,
                "EMAIL_OTP",
                &for_unknown["Session"],
                json!({"USERNAME": unknown, "EMAIL_OTP_CODE": code})
            ),
            expected_error(
                "CodeMismatchException",
                "Invalid code or auth state for the user."
            )
        );
    }
    let session = select()["Session"].clone();
    assert_eq!(
        respond_to_challenge(
            &test_pool,
            "SELECT_CHALLENGE",
            &session,
            json!({"USERNAME": unknown, "ANSWER": "PASSWORD", "PASSWORD": PASSWORD})
        ),
        expected_error("NotAuthorizedException", "Incorrect username or password.")
    );
    let ephemeral = cognito_proto::srp::ClientEphemeral::from_bytes([7; 32]).unwrap();
    let round = respond_to_challenge(
        &test_pool,
        "SELECT_CHALLENGE",
        &session,
        json!({"USERNAME": unknown, "ANSWER": "PASSWORD_SRP", "SRP_A": ephemeral.srp_a()}),
    )
    .unwrap();
    let answer = test_pool.srp_response((ephemeral, &round), PASSWORD, &test_pool.srp_timestamp());
    assert_eq!(
        test_pool.call_as_app("RespondToAuthChallenge", answer),
        expected_error("NotAuthorizedException", "Incorrect username or password.")
    );
}

#[test]
fn user_auth_flow_reports_unknown_users_if_client_reveals_users() {
    let test_pool =
        TestPool::with_settings(json!({}), json!({"ExplicitAuthFlows": ["ALLOW_USER_AUTH"]}));
    assert_eq!(
        start_user_auth(&test_pool, json!({"USERNAME": "unknown"})),
        expected_error("UserNotFoundException", "User does not exist.")
    );
}

#[test]
fn get_user_auth_factors_lists_the_factors_of_the_user() {
    let test_pool = pool_with_all_first_factors();
    create_user_with_passkey(&test_pool, "ann");
    let factors = |name: &str| {
        test_pool
            .call_action(
                "GetUserAuthFactors",
                json!({"AccessToken": test_pool.access_token(name)}),
            )
            .unwrap()
    };
    assert_eq!(
        factors("ann"),
        json!({"Username": "ann", "ConfiguredUserAuthFactors": ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]})
    );
    test_pool.create_confirmed_user("bob");
    assert_eq!(
        factors("bob"),
        json!({"Username": "bob", "ConfiguredUserAuthFactors": ["PASSWORD", "EMAIL_OTP"]})
    );
}

/// Signs up a user, and returns the address and the response.
fn sign_up_user(
    test_pool: &TestPool,
    name: &str,
    password: Value,
) -> (String, Result<Value, Refusal>) {
    let email = test_pool.email_address(name);
    let answer = test_pool.call_as_app(
        "SignUp",
        json!({"Username": name, "Password": password, "UserAttributes": [{"Name": "email", "Value": email}]}),
    );
    (email, answer)
}

/// Confirms a sign-up with the newest code and the session of the sign-up.
fn confirm_with_session(
    test_pool: &TestPool,
    name: &str,
    email: &str,
    session: &Value,
) -> Result<Value, Refusal> {
    test_pool.call_as_app(
        "ConfirmSignUp",
        json!({"Username": name, "ConfirmationCode": test_pool.newest_code(email), "Session": session}),
    )
}

/// Starts a sign-in with the session of the confirmation.
fn sign_in_by_session(test_pool: &TestPool, name: &str, session: &Value) -> Result<Value, Refusal> {
    test_pool.call_as_app(
        "InitiateAuth",
        json!({"AuthFlow": "USER_AUTH", "Session": session, "AuthParameters": {"USERNAME": name}}),
    )
}

#[test]
fn passwordless_user_signs_in_with_the_session_of_the_sign_up() {
    let test_pool = pool_with_all_first_factors();
    for (name, password) in [("ann", Value::Null), ("bob", json!(""))] {
        let (email, signed_up) = sign_up_user(&test_pool, name, password);
        let signed_up = signed_up.unwrap();
        assert_eq!(
            member_names(&signed_up),
            ["CodeDeliveryDetails", "Session", "UserConfirmed", "UserSub"]
        );
        let confirmed =
            confirm_with_session(&test_pool, name, &email, &signed_up["Session"]).unwrap();
        assert_eq!(member_names(&confirmed), ["Session"]);
        assert_signed_in(
            sign_in_by_session(&test_pool, name, &confirmed["Session"]),
            name,
        );
        assert_eq!(
            sign_in_by_session(&test_pool, name, &confirmed["Session"]),
            expected_error(
                "NotAuthorizedException",
                "Invalid session for the user, session can only be used once."
            )
        );
        // The code is the only factor from now on, so the pool asks for it without a choice.
        let (answer, session) =
            split_off_session(start_user_auth(&test_pool, json!({"USERNAME": name})).unwrap());
        assert_eq!(answer["ChallengeName"], "EMAIL_OTP");
        assert_eq!(answer["AvailableChallenges"], json!(["EMAIL_OTP"]));
        assert_signed_in(
            respond_to_challenge(
                &test_pool,
                "EMAIL_OTP",
                &session,
                json!({"USERNAME": name, "EMAIL_OTP_CODE": test_pool.newest_code(&email)}),
            ),
            name,
        );
        assert_eq!(
            test_pool.sign_in_by_password(name, PASSWORD),
            expected_error("NotAuthorizedException", "Incorrect username or password.")
        );
    }
}

#[test]
fn sign_up_session_is_valid_for_one_user_client_and_step() {
    let test_pool = pool_with_all_first_factors();
    let (anns, signed_up) = sign_up_user(&test_pool, "ann", json!(PASSWORD));
    let ann = signed_up.unwrap()["Session"].clone();
    let (bobs, signed_up) = sign_up_user(&test_pool, "bob", json!(PASSWORD));
    let bob = signed_up.unwrap()["Session"].clone();
    let invalid = || expected_error("NotAuthorizedException", "Invalid session for the user.");
    assert_eq!(
        confirm_with_session(&test_pool, "ann", &anns, &bob),
        invalid()
    );
    assert_eq!(
        sign_in_by_session(&test_pool, "ann", &ann),
        invalid(),
        "the session of SignUp does not sign in"
    );
    let confirmed =
        confirm_with_session(&test_pool, "ann", &anns, &ann).unwrap()["Session"].clone();
    assert_eq!(sign_in_by_session(&test_pool, "bob", &confirmed), invalid());
    assert_eq!(
        respond_to_challenge(
            &test_pool,
            "EMAIL_OTP",
            &confirmed,
            json!({"USERNAME": "ann", "EMAIL_OTP_CODE": "1"})
        ),
        invalid()
    );
    test_pool.advance_clock(180);
    assert_eq!(
        sign_in_by_session(&test_pool, "ann", &confirmed),
        expected_error(
            "NotAuthorizedException",
            "Invalid session for the user, session is expired."
        )
    );
    // A user who reads the email late is confirmed as well, because the user has entered the code.
    let confirmed = confirm_with_session(&test_pool, "bob", &bobs, &bob).unwrap();
    assert_signed_in(
        sign_in_by_session(&test_pool, "bob", &confirmed["Session"]),
        "bob",
    );
}

#[test]
fn confirm_sign_up_needs_no_session_to_return_one() {
    let test_pool = pool_with_all_first_factors();
    let (email, signed_up) = sign_up_user(&test_pool, "ann", Value::Null);
    signed_up.unwrap();
    let confirmed = confirm_with_session(&test_pool, "ann", &email, &Value::Null).unwrap();
    assert_signed_in(
        sign_in_by_session(&test_pool, "ann", &confirmed["Session"]),
        "ann",
    );
}

#[test]
fn auto_confirmed_user_signs_in_with_the_session_of_sign_up() {
    let test_pool = TestPool::with_settings(
        json!({
            "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}},
            "LambdaConfig": {"PreSignUp":
                "arn:aws:lambda:us-east-1:000000000000:function:local-pool-auto-confirm:email"}
        }),
        json!({"ExplicitAuthFlows": ["ALLOW_USER_AUTH"]}),
    );
    let (_, signed_up) = sign_up_user(&test_pool, "ann", Value::Null);
    let signed_up = signed_up.unwrap();
    assert_eq!(signed_up["UserConfirmed"], true);
    assert_signed_in(
        sign_in_by_session(&test_pool, "ann", &signed_up["Session"]),
        "ann",
    );
}

#[test]
fn sign_up_requires_a_password_if_pool_has_no_other_factor() {
    let test_pool =
        TestPool::with_settings(json!({}), json!({"ExplicitAuthFlows": ["ALLOW_USER_AUTH"]}));
    for (password, constraint) in [
        (Value::Null, "not be null"),
        (
            json!(""),
            r"satisfy regular expression pattern: ^[\S]+.*[\S]+$",
        ),
    ] {
        let (_, answer) = sign_up_user(&test_pool, "ann", password);
        assert_eq!(
            answer,
            expected_error(
                "InvalidParameterException",
                &format!(
                    "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must {constraint}"
                )
            )
        );
    }
    let (_, answer) = sign_up_user(&test_pool, "ann", json!("short"));
    assert_eq!(answer.unwrap_err().0, "InvalidPasswordException");
}

#[test]
fn sign_up_returns_no_session_if_user_auth_is_not_allowed() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    let (email, signed_up) = sign_up_user(&test_pool, "ann", json!(PASSWORD));
    assert_eq!(
        member_names(&signed_up.unwrap()),
        ["CodeDeliveryDetails", "UserConfirmed", "UserSub"]
    );
    assert_eq!(
        confirm_with_session(&test_pool, "ann", &email, &Value::Null),
        Ok(json!({}))
    );
}

#[test]
fn user_with_only_a_passkey_gets_the_passkey_challenge() {
    let test_pool = TestPool::with_settings(
        json!({"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}}),
        json!({"ExplicitAuthFlows": ["ALLOW_USER_AUTH"]}),
    );
    test_pool
        .call_as_operator(
            "SetUserPoolMfaConfig",
            json!({"WebAuthnConfiguration": {"RelyingPartyId": "localhost"}}),
        )
        .unwrap();
    let (email, signed_up) = sign_up_user(&test_pool, "ann", Value::Null);
    let confirmed =
        confirm_with_session(&test_pool, "ann", &email, &signed_up.unwrap()["Session"]).unwrap();
    let tokens = sign_in_by_session(&test_pool, "ann", &confirmed["Session"]).unwrap();
    let token = &tokens["AuthenticationResult"]["AccessToken"];
    // Before the user has a passkey, there is no factor to sign in with.
    assert_eq!(
        start_user_auth(&test_pool, json!({"USERNAME": "ann"})),
        expected_error("NotAuthorizedException", "Incorrect username or password.")
    );
    let options = test_pool
        .call_action("StartWebAuthnRegistration", json!({"AccessToken": token}))
        .unwrap();
    let mut passkey = Passkey::new(Algorithm::Es256);
    let credential = passkey.create_credential(&options["CredentialCreationOptions"]);
    test_pool
        .call_action(
            "CompleteWebAuthnRegistration",
            json!({"AccessToken": token, "Credential": credential}),
        )
        .unwrap();
    let answer = start_user_auth(&test_pool, json!({"USERNAME": "ann"})).unwrap();
    assert_eq!(
        (&answer["ChallengeName"], &answer["AvailableChallenges"]),
        (&json!("WEB_AUTHN"), &json!(["WEB_AUTHN"]))
    );
}
