//! Devices: tracked by a key, confirmed with their own secret, remembered, and accepted instead of a second factor.

use cognito_proto::srp::{ClientEphemeral, SrpChallenge, SrpIdentity, Verifier};
use serde_json::{Value, json};

use crate::test_pool::{
    PASSWORD, Refusal, TestPool, decode_claims, expected_error, member_names, text_of,
};

const SECRET: &str = "A6kE0lTqbVw1vZ1Yb0Wb3dZ5m7r0Q8s9t0u1v2w3x4y5z6A7B8C9D0";

/// Creates a pool that tracks devices.
fn pool_with_devices(replaces: bool, asks: bool) -> TestPool {
    TestPool::with_settings(
        json!({"DeviceConfiguration":
            {"ChallengeRequiredOnNewDevice": replaces, "DeviceOnlyRememberedOnUserPrompt": asks}}),
        json!({}),
    )
}

/// A device with the values that its client stores.
#[derive(Clone)]
struct Device {
    key: String,
    group_key: String,
}

impl Device {
    /// Returns the new device of a sign-in without a device key.
    fn from_sign_in_result(result: &Value) -> Self {
        let metadata = &result["NewDeviceMetadata"];
        assert_eq!(member_names(metadata), ["DeviceGroupKey", "DeviceKey"]);
        Self {
            key: text_of(&metadata["DeviceKey"]),
            group_key: text_of(&metadata["DeviceGroupKey"]),
        }
    }

    /// Returns the identity of the device in SRP.
    fn srp_identity(&self) -> SrpIdentity<'_> {
        SrpIdentity::device(&self.group_key, &self.key)
    }

    /// Confirms the device with this access token.
    fn confirm_device(&self, test_pool: &TestPool, token: &str) -> Result<Value, Refusal> {
        // A salt whose top bit is set has a leading sign byte, which the pool must remove.
        let verifier = Verifier::new(self.srp_identity(), SECRET, &[0x9a; 16]);
        test_pool.call_action(
            "ConfirmDevice",
            json!({
                "AccessToken": token, "DeviceKey": self.key, "DeviceName": "Mozilla/5.0 (X11; Linux x86_64)",
                "DeviceSecretVerifierConfig": {
                    "PasswordVerifier": verifier.confirm_device_password_verifier(), "Salt": verifier.confirm_device_salt()
                }
            }),
        )
    }

    /// Responds to `DEVICE_SRP_AUTH`. Returns the ephemeral key pair and the next challenge.
    fn respond_to_srp_auth(
        &self,
        test_pool: &TestPool,
        name: &str,
        session: &Value,
    ) -> Result<(ClientEphemeral, Value), Refusal> {
        let ephemeral = ClientEphemeral::from_bytes([9; 32]).unwrap();
        let answer = test_pool.call_as_app(
            "RespondToAuthChallenge",
            json!({
                "ChallengeName": "DEVICE_SRP_AUTH", "Session": session,
                "ChallengeResponses": {"USERNAME": name, "DEVICE_KEY": self.key, "SRP_A": ephemeral.srp_a()}
            }),
        )?;
        Ok((ephemeral, answer))
    }

    /// Returns the response to `DEVICE_PASSWORD_VERIFIER`.
    fn srp_proof_response(
        &self,
        test_pool: &TestPool,
        name: &str,
        (ephemeral, round): (ClientEphemeral, &Value),
        secret: &str,
    ) -> Value {
        let given = &round["ChallengeParameters"];
        let challenge = SrpChallenge::parse(
            &text_of(&given["SRP_B"]),
            &text_of(&given["SALT"]),
            &text_of(&given["SECRET_BLOCK"]),
        )
        .unwrap();
        let claim = ephemeral
            .prove_password(
                self.srp_identity(),
                secret,
                &challenge,
                &test_pool.srp_timestamp(),
            )
            .unwrap();
        json!({
            "ChallengeName": "DEVICE_PASSWORD_VERIFIER",
            "ChallengeResponses": {
                "USERNAME": name, "DEVICE_KEY": self.key, "PASSWORD_CLAIM_SECRET_BLOCK": claim.secret_block,
                "PASSWORD_CLAIM_SIGNATURE": claim.signature, "TIMESTAMP": claim.timestamp
            }
        })
    }

    /// Calls `GetDevice` for the device.
    fn get_device(&self, test_pool: &TestPool, token: &str) -> Result<Value, Refusal> {
        test_pool.call_action(
            "GetDevice",
            json!({"AccessToken": token, "DeviceKey": self.key}),
        )
    }
}

/// Signs in by password with this device key.
fn sign_in_with_device(test_pool: &TestPool, name: &str, key: &Value) -> Result<Value, Refusal> {
    test_pool.call_as_app(
        "InitiateAuth",
        json!({
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": name, "PASSWORD": PASSWORD, "DEVICE_KEY": key}
        }),
    )
}

/// Signs in a user and confirms a device. Returns the device and the tokens of that sign-in.
fn sign_in_and_confirm_device(test_pool: &TestPool, name: &str) -> (Device, Value) {
    test_pool.create_confirmed_user(name);
    let tokens = test_pool.sign_in_for_tokens(name);
    let device = Device::from_sign_in_result(&tokens);
    device
        .confirm_device(test_pool, &text_of(&tokens["AccessToken"]))
        .unwrap();
    (device, tokens)
}

/// Returns the error for an unknown device.
fn unknown_device_error() -> Result<Value, Refusal> {
    expected_error("ResourceNotFoundException", "Device does not exist.")
}

/// Returns the error for a wrong password.
fn wrong_password_error() -> Result<Value, Refusal> {
    expected_error("NotAuthorizedException", "Incorrect username or password.")
}

/// Enables email as ann's second factor.
fn enable_email_factor(test_pool: &TestPool, token: &str) {
    test_pool
        .call_as_operator(
            "SetUserPoolMfaConfig",
            json!({"MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": {},
                   "SoftwareTokenMfaConfiguration": {"Enabled": true}}),
        )
        .unwrap();
    test_pool
        .call_action(
            "SetUserMFAPreference",
            json!({"AccessToken": token, "EmailMfaSettings": {"Enabled": true, "PreferredMfa": true}}),
        )
        .unwrap();
}

#[test]
fn sign_in_without_device_tracking_returns_no_device_data() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.create_confirmed_user("ann");
    let tokens = test_pool.sign_in_for_tokens("ann");
    assert_eq!(
        member_names(&tokens),
        [
            "AccessToken",
            "ExpiresIn",
            "IdToken",
            "RefreshToken",
            "TokenType"
        ]
    );
    assert_eq!(
        decode_claims(&tokens["AccessToken"]).get("device_key"),
        None
    );
    let token = text_of(&tokens["AccessToken"]);
    let not_tracked = || {
        expected_error(
            "InvalidUserPoolConfigurationException",
            "User pool does not have device tracking enabled.",
        )
    };
    assert_eq!(
        test_pool.call_action("ListDevices", json!({"AccessToken": token})),
        not_tracked()
    );
    let device = Device {
        key: "us-east-1_0".to_owned(),
        group_key: "-x".to_owned(),
    };
    assert_eq!(device.confirm_device(&test_pool, &token), not_tracked());
    // A device key has no effect if the pool does not track devices.
    sign_in_with_device(
        &test_pool,
        "ann",
        &json!("us-east-1_3f1c8d0e-0000-4000-8000-000000000000"),
    )
    .unwrap();
}

#[test]
fn access_token_contains_the_key_of_a_new_device() {
    let test_pool = pool_with_devices(true, false);
    test_pool.create_confirmed_user("ann");
    let tokens = test_pool.sign_in_for_tokens("ann");
    let device = Device::from_sign_in_result(&tokens);
    assert_eq!(device.key.len(), "us-east-1_".len() + 36);
    assert!(device.key.starts_with("us-east-1_"), "{}", device.key);
    assert_eq!((device.group_key.len(), &device.group_key[..1]), (9, "-"));
    assert_eq!(
        decode_claims(&tokens["AccessToken"])["device_key"],
        json!(device.key)
    );
    assert_eq!(decode_claims(&tokens["IdToken"]).get("device_key"), None);
    let again = Device::from_sign_in_result(&test_pool.sign_in_for_tokens("ann"));
    assert_ne!(again.key, device.key);
    assert_eq!(again.group_key, device.group_key);
}

#[test]
fn device_is_confirmed_once_with_the_token_of_its_own_sign_in() {
    let test_pool = pool_with_devices(true, false);
    test_pool.create_confirmed_user("ann");
    let (first, second) = (
        test_pool.sign_in_for_tokens("ann"),
        test_pool.sign_in_for_tokens("ann"),
    );
    let device = Device::from_sign_in_result(&first);
    let token = text_of(&first["AccessToken"]);
    assert_eq!(
        device.confirm_device(&test_pool, &text_of(&second["AccessToken"])),
        unknown_device_error()
    );
    assert_eq!(
        device.confirm_device(&test_pool, &token),
        Ok(json!({"UserConfirmationNecessary": false}))
    );
    assert_eq!(
        device.confirm_device(&test_pool, &token),
        expected_error("DeviceKeyExistsException", "Device key already exists.")
    );
    let now = test_pool.now().as_secs();
    assert_eq!(
        device.get_device(&test_pool, &token),
        Ok(json!({"Device": {
            "DeviceKey": device.key,
            "DeviceAttributes": [
                {"Name": "device_status", "Value": "valid"},
                {"Name": "device_name", "Value": "Mozilla/5.0 (X11; Linux x86_64)"},
                {"Name": "dev:device_remembered_status", "Value": "remembered"},
                {"Name": "last_ip_used", "Value": "127.0.0.1"}
            ],
            "DeviceCreateDate": now, "DeviceLastModifiedDate": now, "DeviceLastAuthenticatedDate": now
        }}))
    );
}

#[test]
fn confirm_device_refuses_an_invalid_srp_verifier() {
    let test_pool = pool_with_devices(true, false);
    test_pool.create_confirmed_user("ann");
    let tokens = test_pool.sign_in_for_tokens("ann");
    let device = Device::from_sign_in_result(&tokens);
    for secret in [
        json!({"PasswordVerifier": "AA==", "Salt": "AQ=="}), // zero: every secret would fit
        json!({"PasswordVerifier": "AQ==", "Salt": ""}),
        json!({"PasswordVerifier": "%%", "Salt": "AQ=="}),
        json!({"Salt": "AQ=="}),
    ] {
        assert_eq!(
            test_pool.call_action(
                "ConfirmDevice",
                json!({"AccessToken": tokens["AccessToken"], "DeviceKey": device.key, "DeviceSecretVerifierConfig": secret})
            ),
            expected_error("InvalidParameterException", "DeviceSecretVerifierConfig is not valid.")
        );
    }
}

#[test]
fn remembered_device_proves_its_secret_after_the_password() {
    let test_pool = pool_with_devices(true, false);
    let (device, _) = sign_in_and_confirm_device(&test_pool, "ann");
    test_pool.advance_clock(3_600);
    let mut asked = sign_in_with_device(&test_pool, "ann", &json!(device.key)).unwrap();
    let session = asked["Session"].take();
    assert_eq!(
        asked,
        json!({"ChallengeName": "DEVICE_SRP_AUTH", "Session": null,
               "ChallengeParameters": {"DEVICE_KEY": device.key, "USERNAME": "ann"}})
    );
    let (ephemeral, round) = device
        .respond_to_srp_auth(&test_pool, "ann", &session)
        .unwrap();
    assert_eq!(
        member_names(&round),
        ["ChallengeName", "ChallengeParameters"]
    );
    assert_eq!(round["ChallengeName"], "DEVICE_PASSWORD_VERIFIER");
    assert_eq!(
        member_names(&round["ChallengeParameters"]),
        ["DEVICE_KEY", "SALT", "SECRET_BLOCK", "SRP_B", "USERNAME"]
    );
    let proof = device.srp_proof_response(&test_pool, "ann", (ephemeral, &round), SECRET);
    let signed_in = test_pool
        .call_as_app("RespondToAuthChallenge", proof.clone())
        .unwrap();
    let tokens = &signed_in["AuthenticationResult"];
    assert_eq!(
        member_names(tokens),
        [
            "AccessToken",
            "ExpiresIn",
            "IdToken",
            "RefreshToken",
            "TokenType"
        ]
    );
    assert_eq!(
        decode_claims(&tokens["AccessToken"])["device_key"],
        json!(device.key)
    );
    let shown = device
        .get_device(&test_pool, &text_of(&tokens["AccessToken"]))
        .unwrap();
    let now = test_pool.now().as_secs();
    assert_eq!(
        (
            &shown["Device"]["DeviceCreateDate"],
            &shown["Device"]["DeviceLastAuthenticatedDate"]
        ),
        (&json!(now - 3_600), &json!(now))
    );
    assert_eq!(
        test_pool.call_as_app("RespondToAuthChallenge", proof),
        wrong_password_error(),
        "one answer each"
    );
    assert_eq!(
        device
            .respond_to_srp_auth(&test_pool, "ann", &session)
            .map(|(_, answer)| answer),
        expected_error(
            "NotAuthorizedException",
            "Invalid session for the user, session can only be used once."
        )
    );
}

#[test]
fn device_srp_without_a_session_works_once_after_the_password() {
    let test_pool = pool_with_devices(true, false);
    let (device, _) = sign_in_and_confirm_device(&test_pool, "ann");
    let without_session = || device.respond_to_srp_auth(&test_pool, "ann", &Value::Null);
    assert_eq!(
        without_session().map(|(_, answer)| answer),
        expected_error(
            "InvalidParameterException",
            "Missing required parameter Session"
        )
    );
    test_pool
        .sign_in_by_password("ann", "Passw0rd?")
        .unwrap_err();
    without_session().map(drop).unwrap_err();
    sign_in_with_device(&test_pool, "ann", &json!(device.key)).unwrap();
    let (ephemeral, round) = without_session().unwrap();
    let proof = device.srp_proof_response(&test_pool, "ann", (ephemeral, &round), SECRET);
    test_pool
        .call_as_app("RespondToAuthChallenge", proof)
        .unwrap();
    // The pending session has been used.
    without_session().map(drop).unwrap_err();
    sign_in_with_device(&test_pool, "ann", &json!(device.key)).unwrap();
    test_pool.advance_clock(180);
    without_session().map(drop).unwrap_err();
}

#[test]
fn device_proof_with_wrong_secret_device_or_user_is_refused() {
    let test_pool = pool_with_devices(true, false);
    let (anns, _) = sign_in_and_confirm_device(&test_pool, "ann");
    let (bobs, _) = sign_in_and_confirm_device(&test_pool, "bob");
    let begin = || {
        let asked = sign_in_with_device(&test_pool, "ann", &json!(anns.key)).unwrap();
        anns.respond_to_srp_auth(&test_pool, "ann", &asked["Session"])
            .unwrap()
    };
    let (ephemeral, round) = begin();
    let proof = anns.srp_proof_response(&test_pool, "ann", (ephemeral, &round), "another secret");
    assert_eq!(
        test_pool.call_as_app("RespondToAuthChallenge", proof),
        wrong_password_error()
    );
    for (key, value) in [("DEVICE_KEY", json!(bobs.key)), ("USERNAME", json!("bob"))] {
        let (ephemeral, round) = begin();
        let mut proof = anns.srp_proof_response(&test_pool, "ann", (ephemeral, &round), SECRET);
        proof["ChallengeResponses"][key] = value;
        assert_eq!(
            test_pool.call_as_app("RespondToAuthChallenge", proof),
            wrong_password_error(),
            "{key}"
        );
    }
    // A device proof is not accepted as the proof of the password.
    let (ephemeral, round) = begin();
    let mut proof = anns.srp_proof_response(&test_pool, "ann", (ephemeral, &round), SECRET);
    proof["ChallengeName"] = json!("PASSWORD_VERIFIER");
    assert_eq!(
        test_pool.call_as_app("RespondToAuthChallenge", proof),
        wrong_password_error()
    );
    assert_eq!(
        sign_in_with_device(&test_pool, "ann", &json!(bobs.key)),
        unknown_device_error()
    );
    let asked = sign_in_with_device(&test_pool, "ann", &json!(anns.key)).unwrap();
    assert_eq!(
        bobs.respond_to_srp_auth(&test_pool, "ann", &asked["Session"])
            .map(|(_, answer)| answer),
        unknown_device_error()
    );
}

#[test]
fn challenge_can_be_answered_again_after_an_unknown_device_key() {
    let test_pool = pool_with_devices(true, false);
    let (device, tokens) = sign_in_and_confirm_device(&test_pool, "ann");
    assert_eq!(
        test_pool.call_action(
            "ForgetDevice",
            json!({"AccessToken": tokens["AccessToken"], "DeviceKey": device.key})
        ),
        Ok(Value::Null)
    );
    assert_eq!(
        device.get_device(&test_pool, &text_of(&tokens["AccessToken"])),
        unknown_device_error()
    );
    assert_eq!(
        sign_in_with_device(&test_pool, "ann", &json!(device.key)),
        unknown_device_error()
    );
    // With SRP the key is in both requests. A client that gets this error deletes the key and responds to the same
    // challenge again.
    let (ephemeral, round) = test_pool.start_srp("ann").unwrap();
    let mut answer =
        test_pool.srp_response((ephemeral, &round), PASSWORD, &test_pool.srp_timestamp());
    answer["ChallengeResponses"]["DEVICE_KEY"] = json!(device.key);
    assert_eq!(
        test_pool.call_as_app("RespondToAuthChallenge", answer.clone()),
        unknown_device_error()
    );
    answer["ChallengeResponses"]["DEVICE_KEY"] = Value::Null;
    let signed_in = test_pool
        .call_as_app("RespondToAuthChallenge", answer)
        .unwrap();
    assert_ne!(
        Device::from_sign_in_result(&signed_in["AuthenticationResult"]).key,
        device.key
    );
    // Without a session, as pycognito responds: the error is the same for a forgotten device and for an unknown user's
    // device.
    sign_in_with_device(&test_pool, "ann", &Value::Null).unwrap();
    for name in ["ann", "unknown"] {
        let answer = device.respond_to_srp_auth(&test_pool, name, &Value::Null);
        assert_eq!(answer.map(|(_, answer)| answer), unknown_device_error());
    }
}

#[test]
fn wrong_password_response_does_not_reveal_unknown_devices() {
    let test_pool = pool_with_devices(true, false);
    let (_, _) = sign_in_and_confirm_device(&test_pool, "ann");
    let (ephemeral, round) = test_pool.start_srp("ann").unwrap();
    let mut answer =
        test_pool.srp_response((ephemeral, &round), "Passw0rd?", &test_pool.srp_timestamp());
    answer["ChallengeResponses"]["DEVICE_KEY"] =
        json!("us-east-1_3f1c8d0e-0000-4000-8000-000000000000");
    assert_eq!(
        test_pool.call_as_app("RespondToAuthChallenge", answer),
        wrong_password_error()
    );
}

#[test]
fn remembered_device_replaces_mfa_if_the_pool_allows_it() {
    for replaces in [true, false] {
        let test_pool = pool_with_devices(replaces, false);
        let (device, tokens) = sign_in_and_confirm_device(&test_pool, "ann");
        enable_email_factor(&test_pool, &text_of(&tokens["AccessToken"]));
        // Without the device the second factor is required.
        assert_eq!(
            test_pool.sign_in_by_password("ann", PASSWORD).unwrap()["ChallengeName"],
            "EMAIL_OTP"
        );
        let asked = sign_in_with_device(&test_pool, "ann", &json!(device.key)).unwrap();
        let expected = if replaces {
            "DEVICE_SRP_AUTH"
        } else {
            "EMAIL_OTP"
        };
        assert_eq!(asked["ChallengeName"], expected);
        if replaces {
            let (ephemeral, round) = device
                .respond_to_srp_auth(&test_pool, "ann", &asked["Session"])
                .unwrap();
            let proof = device.srp_proof_response(&test_pool, "ann", (ephemeral, &round), SECRET);
            let signed_in = test_pool
                .call_as_app("RespondToAuthChallenge", proof)
                .unwrap();
            assert_eq!(
                member_names(&signed_in),
                ["AuthenticationResult", "ChallengeParameters"]
            );
        } else {
            let code = test_pool.newest_code(&test_pool.email_address("ann"));
            let signed_in = test_pool
                .call_as_app(
                    "RespondToAuthChallenge",
                    json!({"ChallengeName": "EMAIL_OTP", "Session": asked["Session"],
                           "ChallengeResponses": {"USERNAME": "ann", "EMAIL_OTP_CODE": code}}),
                )
                .unwrap();
            // The device is still tracked and gets no new key.
            let result = &signed_in["AuthenticationResult"];
            assert_eq!(result.get("NewDeviceMetadata"), None);
            assert_eq!(
                decode_claims(&result["AccessToken"])["device_key"],
                json!(device.key)
            );
        }
    }
}

#[test]
fn device_is_not_remembered_without_the_users_consent() {
    let test_pool = pool_with_devices(true, true);
    test_pool.create_confirmed_user("ann");
    let tokens = test_pool.sign_in_for_tokens("ann");
    let token = text_of(&tokens["AccessToken"]);
    let device = Device::from_sign_in_result(&tokens);
    assert_eq!(
        device.confirm_device(&test_pool, &token),
        Ok(json!({"UserConfirmationNecessary": true}))
    );
    enable_email_factor(&test_pool, &token);
    let asked = || {
        sign_in_with_device(&test_pool, "ann", &json!(device.key)).unwrap()["ChallengeName"].clone()
    };
    assert_eq!(asked(), "EMAIL_OTP");
    let agree = |status: &str| {
        test_pool.call_action(
            "UpdateDeviceStatus",
            json!({"AccessToken": token, "DeviceKey": device.key, "DeviceRememberedStatus": status}),
        )
    };
    assert_eq!(agree("remembered"), Ok(json!({})));
    assert_eq!(asked(), "DEVICE_SRP_AUTH");
    assert_eq!(agree("not_remembered"), Ok(json!({})));
    assert_eq!(asked(), "EMAIL_OTP");
    assert_eq!(
        agree("perhaps"),
        expected_error(
            "InvalidParameterException",
            "1 validation error detected: Value 'perhaps' at 'deviceRememberedStatus' failed to satisfy constraint: Member must satisfy enum value set: [remembered, not_remembered]"
        )
    );
}

#[test]
fn device_forgotten_during_its_challenge_cannot_complete_it() {
    let test_pool = pool_with_devices(true, false);
    let (device, tokens) = sign_in_and_confirm_device(&test_pool, "ann");
    let asked = sign_in_with_device(&test_pool, "ann", &json!(device.key)).unwrap();
    let (ephemeral, round) = device
        .respond_to_srp_auth(&test_pool, "ann", &asked["Session"])
        .unwrap();
    test_pool
        .call_action(
            "UpdateDeviceStatus",
            json!({"AccessToken": tokens["AccessToken"], "DeviceKey": device.key, "DeviceRememberedStatus": "not_remembered"}),
        )
        .unwrap();
    let proof = device.srp_proof_response(&test_pool, "ann", (ephemeral, &round), SECRET);
    assert_eq!(
        test_pool.call_as_app("RespondToAuthChallenge", proof),
        unknown_device_error()
    );
}

#[test]
fn refresh_of_a_device_session_needs_the_device_key() {
    let test_pool = pool_with_devices(true, false);
    let (device, tokens) = sign_in_and_confirm_device(&test_pool, "ann");
    let by_flow = |key: Value| {
        test_pool
            .call_as_app(
                "InitiateAuth",
                json!({"AuthFlow": "REFRESH_TOKEN_AUTH",
                       "AuthParameters": {"REFRESH_TOKEN": tokens["RefreshToken"], "DEVICE_KEY": key}}),
            )
            .map(|answer| answer["AuthenticationResult"].clone())
    };
    let by_action = |key: Value| {
        test_pool
            .call_as_app(
                "GetTokensFromRefreshToken",
                json!({"RefreshToken": tokens["RefreshToken"], "DeviceKey": key}),
            )
            .map(|answer| answer["AuthenticationResult"].clone())
    };
    for key in [
        Value::Null,
        json!("us-east-1_3f1c8d0e-0000-4000-8000-000000000000"),
    ] {
        let invalid = || expected_error("NotAuthorizedException", "Invalid Refresh Token");
        assert_eq!(by_flow(key.clone()), invalid());
        assert_eq!(by_action(key), invalid());
    }
    for renewed in [by_flow(json!(device.key)), by_action(json!(device.key))] {
        let renewed = renewed.unwrap();
        assert_eq!(
            member_names(&renewed),
            ["AccessToken", "ExpiresIn", "IdToken", "TokenType"]
        );
        assert_eq!(
            decode_claims(&renewed["AccessToken"])["device_key"],
            json!(device.key)
        );
    }
}

#[test]
fn user_and_administrator_can_list_devices_in_pages() {
    let test_pool = pool_with_devices(true, false);
    let (first, tokens) = sign_in_and_confirm_device(&test_pool, "ann");
    test_pool.advance_clock(1);
    let tokens_of_second = test_pool.sign_in_for_tokens("ann");
    let second = Device::from_sign_in_result(&tokens_of_second);
    second
        .confirm_device(&test_pool, &text_of(&tokens_of_second["AccessToken"]))
        .unwrap();
    sign_in_and_confirm_device(&test_pool, "bob");
    let keys = |answer: &Value| -> Vec<String> {
        answer["Devices"]
            .as_array()
            .unwrap()
            .iter()
            .map(|device| text_of(&device["DeviceKey"]))
            .collect()
    };
    let both = vec![first.key.clone(), second.key.clone()];
    let page = |more: Value| {
        let mut request = json!({"AccessToken": tokens["AccessToken"]});
        request
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        test_pool.call_action("ListDevices", request).unwrap()
    };
    assert_eq!(member_names(&page(json!({}))), ["Devices"]);
    assert_eq!(keys(&page(json!({}))), both);
    assert_eq!(keys(&page(json!({"Limit": 10}))), both);
    let begin = page(json!({"Limit": 1}));
    assert_eq!(keys(&begin), both[..1]);
    let rest = page(json!({"Limit": 1, "PaginationToken": begin["PaginationToken"]}));
    assert_eq!(
        (keys(&rest), rest.get("PaginationToken")),
        (vec![second.key.clone()], None)
    );

    let admin = |operation: &str, more: Value| {
        let mut request = json!({"Username": "ann"});
        request
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        test_pool.call_as_operator(operation, request)
    };
    assert_eq!(keys(&admin("AdminListDevices", json!({})).unwrap()), both);
    let token = text_of(&tokens["AccessToken"]);
    let key = json!({"DeviceKey": first.key});
    assert_eq!(
        admin("AdminGetDevice", key.clone()),
        first.get_device(&test_pool, &token)
    );
    assert_eq!(
        admin(
            "AdminUpdateDeviceStatus",
            json!({"DeviceKey": first.key, "DeviceRememberedStatus": "not_remembered"})
        ),
        Ok(json!({}))
    );
    let shown = first.get_device(&test_pool, &token).unwrap();
    assert_eq!(
        shown["Device"]["DeviceAttributes"][2],
        json!({"Name": "dev:device_remembered_status", "Value": "not_remembered"})
    );
    assert_eq!(admin("AdminForgetDevice", key.clone()), Ok(Value::Null));
    assert_eq!(admin("AdminGetDevice", key), unknown_device_error());
    assert_eq!(keys(&page(json!({}))), [second.key]);
}

#[test]
fn a_user_cannot_read_or_forget_other_users_devices() {
    let test_pool = pool_with_devices(true, false);
    let (anns, _) = sign_in_and_confirm_device(&test_pool, "ann");
    let (_, bobs_tokens) = sign_in_and_confirm_device(&test_pool, "bob");
    let token = &bobs_tokens["AccessToken"];
    for operation in ["GetDevice", "ForgetDevice", "UpdateDeviceStatus"] {
        assert_eq!(
            test_pool.call_action(
                operation,
                json!({"AccessToken": token, "DeviceKey": anns.key})
            ),
            unknown_device_error(),
            "{operation}"
        );
    }
}

#[test]
fn unknown_device_error_does_not_reveal_which_users_exist() {
    let test_pool = TestPool::with_settings(
        json!({"DeviceConfiguration": {"ChallengeRequiredOnNewDevice": true}}),
        json!({"ExplicitAuthFlows": ["ALLOW_USER_AUTH"], "PreventUserExistenceErrors": "ENABLED"}),
    );
    test_pool.create_confirmed_user("ann");
    for name in ["ann", "unknown"] {
        assert_eq!(
            test_pool.call_as_app(
                "InitiateAuth",
                json!({"AuthFlow": "USER_AUTH",
                       "AuthParameters": {"USERNAME": name, "DEVICE_KEY": "us-east-1_3f1c8d0e-0000-4000-8000-000000000000"}})
            ),
            unknown_device_error(),
            "{name}"
        );
    }
}
