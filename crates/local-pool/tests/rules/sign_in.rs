use serde_json::{Value, json};

use crate::test_pool::{PASSWORD, TestPool, expected_error, member_names, text_of};

/// Returns the error for a wrong password.
fn wrong_password_error() -> Result<Value, (&'static str, String)> {
    expected_error("NotAuthorizedException", "Incorrect username or password.")
}

#[test]
fn user_signs_in_by_srp_with_the_right_password() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    let answer = test_pool.sign_in_by_srp(&ann, PASSWORD).unwrap();
    assert_eq!(
        member_names(&answer),
        ["AuthenticationResult", "ChallengeParameters"]
    );
    assert_eq!(answer["ChallengeParameters"], json!({}));
    let result = &answer["AuthenticationResult"];
    assert_eq!(
        member_names(result),
        [
            "AccessToken",
            "ExpiresIn",
            "IdToken",
            "RefreshToken",
            "TokenType"
        ]
    );
    assert_eq!(
        (&result["ExpiresIn"], &result["TokenType"]),
        (&json!(3600), &json!("Bearer"))
    );
}

#[test]
fn srp_challenge_has_the_stored_username_and_no_session() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    let (_, round) = test_pool.start_srp(&ann).unwrap();
    assert_eq!(
        member_names(&round),
        ["ChallengeName", "ChallengeParameters"]
    );
    assert_eq!(round["ChallengeName"], "PASSWORD_VERIFIER");
    let given = &round["ChallengeParameters"];
    assert_eq!(
        member_names(given),
        [
            "SALT",
            "SECRET_BLOCK",
            "SRP_B",
            "USERNAME",
            "USER_ID_FOR_SRP"
        ]
    );
    let user = test_pool
        .call_as_operator("AdminGetUser", json!({"Username": ann}))
        .unwrap();
    assert_eq!(given["USER_ID_FOR_SRP"], user["Username"]);
    assert_eq!(given["USERNAME"], user["Username"]);
}

#[test]
fn sign_in_with_a_wrong_password_is_refused() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    assert_eq!(
        test_pool.sign_in_by_srp(&ann, "Passw0rd?"),
        wrong_password_error()
    );
    assert_eq!(
        test_pool.sign_in_by_password(&ann, "Passw0rd?"),
        wrong_password_error()
    );
    assert_eq!(
        test_pool.sign_in_by_password(&ann, &format!("{PASSWORD} ")),
        wrong_password_error()
    );
}

#[test]
fn srp_proof_is_accepted_only_once() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    let (ephemeral, round) = test_pool.start_srp(&ann).unwrap();
    let answer = test_pool.srp_response((ephemeral, &round), PASSWORD, &test_pool.srp_timestamp());
    test_pool
        .call_as_app("RespondToAuthChallenge", answer.clone())
        .unwrap();
    assert_eq!(
        test_pool.call_as_app("RespondToAuthChallenge", answer),
        wrong_password_error()
    );
}

#[test]
fn srp_challenge_cannot_be_answered_after_a_wrong_proof() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    let (ephemeral, round) = test_pool.start_srp(&ann).unwrap();
    let right = test_pool.srp_response((ephemeral, &round), PASSWORD, &test_pool.srp_timestamp());
    let mut wrong = right.clone();
    wrong["ChallengeResponses"]["PASSWORD_CLAIM_SIGNATURE"] =
        json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    assert_eq!(
        test_pool.call_as_app("RespondToAuthChallenge", wrong),
        wrong_password_error()
    );
    assert_eq!(
        test_pool.call_as_app("RespondToAuthChallenge", right),
        wrong_password_error()
    );
}

#[test]
fn srp_proof_after_three_minutes_gets_the_expired_session_error() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    for password in [PASSWORD, "Passw0rd?"] {
        let (ephemeral, round) = test_pool.start_srp(&ann).unwrap();
        test_pool.advance_clock(180);
        let late =
            test_pool.srp_response((ephemeral, &round), password, &test_pool.srp_timestamp());
        assert_eq!(
            test_pool.call_as_app("RespondToAuthChallenge", late),
            expected_error(
                "NotAuthorizedException",
                "Invalid session for the user, session is expired."
            )
        );
    }
}

#[test]
fn srp_proof_with_invalid_timestamp_counts_as_wrong_password() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    for timestamp in [
        "Thu Nov 19 07:13:10 UTC 2026", // five minutes and a second
        "Thu Nov 19 07:03:08 UTC 2026",
        "Fri Nov 19 07:08:09 UTC 2026",
        "Thu Nov 19 7:08:09 UTC 2026",
        "2026-11-19T07:08:09Z",
    ] {
        let (ephemeral, round) = test_pool.start_srp(&ann).unwrap();
        let answer = test_pool.srp_response((ephemeral, &round), PASSWORD, timestamp);
        assert_eq!(
            test_pool.call_as_app("RespondToAuthChallenge", answer),
            wrong_password_error(),
            "{timestamp}"
        );
        test_pool.sign_in_by_password(&ann, PASSWORD).unwrap(); // no lock-out builds up
    }
}

#[test]
fn srp_proof_is_valid_only_for_its_user_and_client() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    let bob = test_pool.create_confirmed_user(&test_pool.email_address("bob"));
    let (ephemeral, round) = test_pool.start_srp(&ann).unwrap();
    let mut answer =
        test_pool.srp_response((ephemeral, &round), PASSWORD, &test_pool.srp_timestamp());
    answer["ChallengeResponses"]["USERNAME"] = json!(bob);
    assert_eq!(
        test_pool.call_as_app("RespondToAuthChallenge", answer.clone()),
        wrong_password_error()
    );
    answer["ChallengeResponses"]["USERNAME"] = json!(ann);
    let elsewhere = TestPool::workshop();
    assert_eq!(
        elsewhere.call_as_app("RespondToAuthChallenge", answer.clone()),
        wrong_password_error()
    );
    test_pool
        .call_as_app("RespondToAuthChallenge", answer)
        .unwrap();
}

#[test]
fn srp_proof_may_name_the_username_in_another_letter_case() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    let (ephemeral, round) = test_pool.start_srp(&ann).unwrap();
    let mut answer =
        test_pool.srp_response((ephemeral, &round), PASSWORD, &test_pool.srp_timestamp());
    answer["ChallengeResponses"]["USERNAME"] = json!(ann.to_uppercase());
    test_pool
        .call_as_app("RespondToAuthChallenge", answer)
        .unwrap();
}

#[test]
fn undecodable_srp_proof_counts_as_wrong_password() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    let (ephemeral, round) = test_pool.start_srp(&ann).unwrap();
    let good = test_pool.srp_response((ephemeral, &round), PASSWORD, &test_pool.srp_timestamp());
    for (key, junk) in [
        ("PASSWORD_CLAIM_SECRET_BLOCK", "%%%"),
        ("PASSWORD_CLAIM_SECRET_BLOCK", "AAAA"),
        ("PASSWORD_CLAIM_SIGNATURE", "not base64!"),
    ] {
        let mut answer = good.clone();
        answer["ChallengeResponses"][key] = json!(junk);
        assert_eq!(
            test_pool.call_as_app("RespondToAuthChallenge", answer),
            wrong_password_error(),
            "{key} {junk}"
        );
    }
}

#[test]
fn initiate_auth_refuses_srp_a_that_is_zero_modulo_n() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    let start = |srp_a: &str| {
        test_pool.call_as_app(
            "InitiateAuth",
            json!({"AuthFlow": "USER_SRP_AUTH", "AuthParameters": {"USERNAME": ann, "SRP_A": srp_a}}),
        )
    };
    for bad in ["0", "0000", "xyz", &"f".repeat(5_000)] {
        assert_eq!(
            start(bad),
            expected_error("InvalidParameterException", "Invalid SRP_A value.")
        );
    }
    start("ABC").unwrap(); // odd length and capitals are fine
}

#[test]
fn error_names_the_missing_auth_parameter() {
    let test_pool = TestPool::workshop();
    let start = |flow: &str, parameters: Value| {
        test_pool.call_as_app(
            "InitiateAuth",
            json!({"AuthFlow": flow, "AuthParameters": parameters}),
        )
    };
    let missing = |key: &str| {
        expected_error(
            "InvalidParameterException",
            &format!("Missing required parameter {key}"),
        )
    };
    assert_eq!(start("USER_SRP_AUTH", json!({})), missing("USERNAME"));
    assert_eq!(
        start("USER_SRP_AUTH", json!({"USERNAME": "a@b.c"})),
        missing("SRP_A")
    );
    assert_eq!(
        start(
            "USER_PASSWORD_AUTH",
            json!({"USERNAME": "a@b.c", "PASSWORD": null})
        ),
        missing("PASSWORD")
    );
    assert_eq!(
        start("REFRESH_TOKEN_AUTH", json!({})),
        missing("REFRESH_TOKEN")
    );
    assert_eq!(
        test_pool.call_as_app(
            "RespondToAuthChallenge",
            json!({"ChallengeName": "PASSWORD_VERIFIER"})
        ),
        missing("USERNAME")
    );
}

#[test]
fn initiate_auth_accepts_null_and_unknown_members() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    test_pool
        .call_as_app(
            "InitiateAuth",
            json!({
                "AuthFlow": "USER_PASSWORD_AUTH", "Session": null, "Whatever": {"a": [1]},
                "AuthParameters": {"USERNAME": ann, "PASSWORD": PASSWORD, "DEVICE_KEY": null},
                "ClientMetadata": {}
            }),
        )
        .unwrap();
}

#[test]
fn error_names_the_disabled_auth_flow() {
    let test_pool = TestPool::with_settings(
        json!({}),
        json!({"ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH"]}),
    );
    let start = |flow: &str| {
        test_pool.call_as_app(
            "InitiateAuth",
            json!({"AuthFlow": flow, "AuthParameters": {}}),
        )
    };
    for (flow, message) in [
        (
            "USER_PASSWORD_AUTH",
            "USER_PASSWORD_AUTH flow not enabled for this client",
        ),
        (
            "USER_SRP_AUTH",
            "USER_SRP_AUTH is not enabled for the client.",
        ),
        ("CUSTOM_AUTH", "CUSTOM_AUTH is not enabled for the client."),
        (
            "ADMIN_USER_PASSWORD_AUTH",
            "Initiate Auth method not supported.",
        ),
        ("ADMIN_NO_SRP_AUTH", "Initiate Auth method not supported."),
    ] {
        assert_eq!(
            start(flow),
            expected_error("InvalidParameterException", message),
            "{flow}"
        );
    }
}

#[test]
fn default_auth_flows_of_a_client_are_srp_and_refresh() {
    let test_pool = TestPool::with_settings(json!({}), json!({"ExplicitAuthFlows": null}));
    test_pool.create_confirmed_user("ann");
    let answer = test_pool.sign_in_by_srp("ann", PASSWORD).unwrap();
    let refresh_token = text_of(&answer["AuthenticationResult"]["RefreshToken"]);
    test_pool
        .call_as_app(
            "InitiateAuth",
            json!({"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {"REFRESH_TOKEN": refresh_token}}),
        )
        .unwrap();
    assert_eq!(
        test_pool.sign_in_by_password("ann", PASSWORD),
        expected_error(
            "InvalidParameterException",
            "USER_PASSWORD_AUTH flow not enabled for this client"
        )
    );
}

#[test]
fn unconfirmed_user_is_refused_before_the_password_check() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.email_address("ann");
    test_pool.sign_up(&ann, &ann).unwrap();
    let unconfirmed = expected_error("UserNotConfirmedException", "User is not confirmed.");
    assert_eq!(
        test_pool.sign_in_by_password(&ann, "Wr0ng-one!"),
        unconfirmed
    );
    assert_eq!(test_pool.sign_in_by_srp(&ann, "Wr0ng-one!"), unconfirmed);
}

#[test]
fn disabled_user_gets_the_user_is_disabled_error() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    assert_eq!(
        test_pool.call_as_operator("AdminDisableUser", json!({"Username": ann})),
        Ok(json!({}))
    );
    let disabled = expected_error("NotAuthorizedException", "User is disabled.");
    assert_eq!(test_pool.sign_in_by_password(&ann, PASSWORD), disabled);
    assert_eq!(test_pool.sign_in_by_srp(&ann, PASSWORD), disabled);
    assert_eq!(
        test_pool.call_as_operator("AdminEnableUser", json!({"Username": ann})),
        Ok(json!({}))
    );
    test_pool.sign_in_by_srp(&ann, PASSWORD).unwrap();
}

#[test]
fn sign_in_after_admin_reset_gets_the_reset_required_error() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    assert_eq!(
        test_pool.call_as_operator("AdminResetUserPassword", json!({"Username": ann})),
        Ok(json!({}))
    );
    let reset = expected_error(
        "PasswordResetRequiredException",
        "Password reset required for the user",
    );
    assert_eq!(test_pool.sign_in_by_password(&ann, PASSWORD), reset);
    let confirm = json!({
        "Username": ann, "ConfirmationCode": test_pool.newest_code(&ann), "Password": "N3wPassw0rd!"
    });
    assert_eq!(
        test_pool.call_as_app("ConfirmForgotPassword", confirm),
        Ok(json!({}))
    );
    test_pool.sign_in_by_srp(&ann, "N3wPassw0rd!").unwrap();
}

#[test]
fn error_names_the_unknown_app_client() {
    let mut test_pool = TestPool::workshop();
    test_pool.client_id = "0unknown234567890123456789".to_owned();
    assert_eq!(
        test_pool.sign_in_by_password("ann@example.com", PASSWORD),
        expected_error(
            "ResourceNotFoundException",
            "User pool client 0unknown234567890123456789 does not exist."
        )
    );
}

#[test]
fn user_can_sign_in_by_the_uuid_instead_of_the_email_address() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    let user = test_pool
        .call_as_operator("AdminGetUser", json!({"Username": ann}))
        .unwrap();
    test_pool
        .sign_in_by_srp(&text_of(&user["Username"]), PASSWORD)
        .unwrap();
}

#[test]
fn usernames_and_passwords_may_be_in_any_alphabet() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    let password = "Pä55wörter-日本";
    test_pool
        .call_as_app(
            "SignUp",
            json!({
                "Username": "änne-日本", "Password": password,
                "UserAttributes": [{"Name": "email", "Value": test_pool.email_address("anne")}]
            }),
        )
        .unwrap();
    test_pool
        .confirm_user(
            "änne-日本",
            &test_pool.newest_code(&test_pool.email_address("anne")),
        )
        .unwrap();
    test_pool.sign_in_by_srp("änne-日本", password).unwrap();
    test_pool
        .sign_in_by_password("änne-日本", password)
        .unwrap();
}
