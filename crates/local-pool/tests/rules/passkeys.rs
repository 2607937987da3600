//! Passkeys: registration, list, deletion and sign-in.

use cognito_proto::time::UnixTime;
use local_pool::actions::UserPoolService;
use local_pool::settings::DataLocation;
use serde_json::{Value, json};

use crate::authenticator::{Algorithm, PRESENT, Passkey};
use crate::data_file::{Scratch, call_action_at};
use crate::test_pool::{
    BEGINNING, PASSWORD, Refusal, TestPool, decode_claims, expected_error, member_names, text_of,
};

/// Creates a pool that allows every first factor, for an app on localhost.
pub(crate) fn pool_with_all_first_factors() -> TestPool {
    pool_with_web_authn(json!({"RelyingPartyId": "localhost"}))
}

/// Creates a pool that allows every first factor, with this `WebAuthnConfiguration`.
fn pool_with_web_authn(web_authn: Value) -> TestPool {
    let test_pool = pool_without_relying_party();
    test_pool
        .call_as_operator(
            "SetUserPoolMfaConfig",
            json!({"WebAuthnConfiguration": web_authn}),
        )
        .unwrap();
    test_pool
}

/// Creates a pool that allows passkeys but has no relying party.
fn pool_without_relying_party() -> TestPool {
    TestPool::with_settings(
        json!({"Policies": {"SignInPolicy":
            {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]}}}),
        json!({
            "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            "PreventUserExistenceErrors": "ENABLED"
        }),
    )
}

/// Calls `StartWebAuthnRegistration`.
fn start_registration(test_pool: &TestPool, token: &str) -> Result<Value, Refusal> {
    test_pool
        .call_action("StartWebAuthnRegistration", json!({"AccessToken": token}))
        .map(|answer| answer["CredentialCreationOptions"].clone())
}

/// Calls `CompleteWebAuthnRegistration` with this credential.
fn complete_registration(
    test_pool: &TestPool,
    token: &str,
    credential: &Value,
) -> Result<Value, Refusal> {
    test_pool.call_action(
        "CompleteWebAuthnRegistration",
        json!({"AccessToken": token, "Credential": credential}),
    )
}

/// Returns the response of `ListWebAuthnCredentials`.
fn list_passkeys(test_pool: &TestPool, token: &str) -> Value {
    test_pool
        .call_action("ListWebAuthnCredentials", json!({"AccessToken": token}))
        .unwrap()
}

/// Creates a user with a passkey, and returns the passkey.
pub(crate) fn create_user_with_passkey(test_pool: &TestPool, name: &str) -> Passkey {
    create_user_with_passkey_of(test_pool, name, Algorithm::Es256)
}

/// Creates a user with a passkey of this algorithm, and returns the passkey.
fn create_user_with_passkey_of(test_pool: &TestPool, name: &str, algorithm: Algorithm) -> Passkey {
    test_pool.create_confirmed_user(name);
    let token = test_pool.access_token(name);
    let mut passkey = Passkey::new(algorithm);
    let options = start_registration(test_pool, &token).unwrap();
    complete_registration(test_pool, &token, &passkey.create_credential(&options)).unwrap();
    passkey
}

/// Starts a sign-in with a passkey. Returns the options for the browser and the session.
pub(crate) fn start_passkey_sign_in(test_pool: &TestPool, name: &str) -> (Value, Value) {
    let answer = test_pool
        .call_as_app(
            "InitiateAuth",
            json!({
                "AuthFlow": "USER_AUTH",
                "AuthParameters": {"USERNAME": name, "PREFERRED_CHALLENGE": "WEB_AUTHN"}
            }),
        )
        .unwrap();
    assert_eq!(answer["ChallengeName"], "WEB_AUTHN");
    let options = text_of(&answer["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"]);
    (
        serde_json::from_str(&options).unwrap(),
        answer["Session"].clone(),
    )
}

/// Responds to `WEB_AUTHN` with this credential.
fn respond_with_passkey(
    test_pool: &TestPool,
    name: &str,
    session: &Value,
    credential: &Value,
) -> Result<Value, Refusal> {
    test_pool.call_as_app(
        "RespondToAuthChallenge",
        json!({
            "ChallengeName": "WEB_AUTHN", "Session": session,
            "ChallengeResponses": {"USERNAME": name, "CREDENTIAL": credential.to_string()}
        }),
    )
}

/// Returns the error for a wrong passkey.
fn wrong_passkey_error() -> Result<Value, Refusal> {
    expected_error("NotAuthorizedException", "Incorrect username or password.")
}

#[test]
fn passkey_creation_options_equal_those_of_cognito() {
    let test_pool = pool_with_all_first_factors();
    test_pool.create_confirmed_user("ann");
    let tokens = test_pool.sign_in_for_tokens("ann");
    let mut options = start_registration(&test_pool, &text_of(&tokens["AccessToken"])).unwrap();
    let challenge = text_of(&options["challenge"].take());
    assert_eq!(challenge.len(), 43, "32 bytes in base64url");
    let sub = text_of(&decode_claims(&tokens["IdToken"])["sub"]);
    use base64::Engine as _;
    let handle = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(sub);
    assert_eq!(
        options,
        json!({
            "authenticatorSelection":
                {"requireResidentKey": true, "residentKey": "required", "userVerification": "preferred"},
            "challenge": null,
            "excludeCredentials": [],
            "pubKeyCredParams": [{"alg": -7, "type": "public-key"}, {"alg": -257, "type": "public-key"}],
            "rp": {"id": "localhost", "name": "localhost"},
            "timeout": 60000,
            "user": {"displayName": "ann", "id": handle, "name": "ann"}
        })
    );
}

#[test]
fn user_can_sign_in_with_es256_and_rs256_passkeys() {
    let test_pool = pool_with_all_first_factors();
    for (name, algorithm) in [("ann", Algorithm::Es256), ("bob", Algorithm::Rs256)] {
        let mut passkey = create_user_with_passkey_of(&test_pool, name, algorithm);
        let (options, session) = start_passkey_sign_in(&test_pool, name);
        assert_eq!(
            member_names(&options),
            [
                "allowCredentials",
                "challenge",
                "rpId",
                "timeout",
                "userVerification"
            ]
        );
        assert_eq!(
            (
                &options["rpId"],
                &options["timeout"],
                &options["userVerification"]
            ),
            (&json!("localhost"), &json!(180_000), &json!("preferred"))
        );
        assert_eq!(
            options["allowCredentials"],
            json!([{"type": "public-key", "id": passkey.credential_id(), "transports": ["internal", "hybrid"]}])
        );
        let signed_in = respond_with_passkey(
            &test_pool,
            name,
            &session,
            &passkey.sign_assertion(&options),
        )
        .unwrap();
        assert_eq!(
            decode_claims(&signed_in["AuthenticationResult"]["IdToken"])["cognito:username"],
            name
        );
    }
}

#[test]
fn passkeys_are_listed_in_pages_and_deleted_one_by_one() {
    let test_pool = pool_with_all_first_factors();
    let first = create_user_with_passkey(&test_pool, "ann");
    let token = test_pool.access_token("ann");
    test_pool.advance_clock(60);
    let options = start_registration(&test_pool, &token).unwrap();
    assert_eq!(
        options["excludeCredentials"],
        json!([{"type": "public-key", "id": first.credential_id(), "transports": ["internal", "hybrid"]}])
    );
    let mut second = Passkey::new(Algorithm::Es256);
    assert_eq!(
        complete_registration(&test_pool, &token, &second.create_credential(&options)),
        Ok(json!({}))
    );
    let shown = |passkey: &Passkey, at: u64| {
        json!({
            "CredentialId": passkey.credential_id(), "FriendlyCredentialName": "Passkey", "RelyingPartyId": "localhost",
            "AuthenticatorAttachment": "platform", "AuthenticatorTransports": ["internal", "hybrid"], "CreatedAt": at
        })
    };
    let now = test_pool.now().as_secs();
    assert_eq!(
        list_passkeys(&test_pool, &token),
        json!({"Credentials": [shown(&first, now - 60), shown(&second, now)]})
    );
    let page = |next: Value| {
        test_pool
            .call_action(
                "ListWebAuthnCredentials",
                json!({"AccessToken": token, "MaxResults": 1, "NextToken": next}),
            )
            .unwrap()
    };
    let begin = page(Value::Null);
    assert_eq!(begin["Credentials"], json!([shown(&first, now - 60)]));
    assert_eq!(
        page(begin["NextToken"].clone()),
        json!({"Credentials": [shown(&second, now)]})
    );

    let delete = |id: &str| {
        test_pool.call_action(
            "DeleteWebAuthnCredential",
            json!({"AccessToken": token, "CredentialId": id}),
        )
    };
    assert_eq!(delete(&first.credential_id()), Ok(json!({})));
    for unknown in [
        first.credential_id(),
        "no base64url!".to_owned(),
        "AAAA".to_owned(),
    ] {
        assert_eq!(
            delete(&unknown),
            expected_error("ResourceNotFoundException", "Credential does not exist.")
        );
    }
    assert_eq!(
        list_passkeys(&test_pool, &token),
        json!({"Credentials": [shown(&second, now)]})
    );
}

#[test]
fn passkey_of_one_user_cannot_sign_in_another_user() {
    let test_pool = pool_with_all_first_factors();
    let mut anns = create_user_with_passkey(&test_pool, "ann");
    let mut bobs = create_user_with_passkey(&test_pool, "bob");
    let token = test_pool.access_token("bob");
    assert_eq!(
        list_passkeys(&test_pool, &token)["Credentials"][0]["CredentialId"],
        json!(bobs.credential_id())
    );
    assert_eq!(
        list_passkeys(&test_pool, &token)["Credentials"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        test_pool.call_action(
            "DeleteWebAuthnCredential",
            json!({"AccessToken": token, "CredentialId": anns.credential_id()})
        ),
        expected_error("ResourceNotFoundException", "Credential does not exist.")
    );
    let (options, session) = start_passkey_sign_in(&test_pool, "bob");
    assert_eq!(
        respond_with_passkey(&test_pool, "bob", &session, &anns.sign_assertion(&options)),
        wrong_passkey_error()
    );
    // It also cannot be registered again, by any user.
    let options = start_registration(&test_pool, &token).unwrap();
    assert_eq!(
        complete_registration(&test_pool, &token, &anns.create_credential(&options)),
        expected_error(
            "InvalidParameterException",
            "The credential is already registered."
        )
    );
    let (options, session) = start_passkey_sign_in(&test_pool, "bob");
    respond_with_passkey(&test_pool, "bob", &session, &bobs.sign_assertion(&options)).unwrap();
}

#[test]
fn passkey_registration_of_another_origin_or_user_is_refused() {
    type Case = (fn(&mut Passkey), &'static str, &'static str);
    let refusals: [Case; 4] = [
        (
            |passkey| passkey.origin = "https://evil.example".to_owned(),
            "WebAuthnOriginNotAllowedException",
            "The page's origin is not the relying party ID or below it.",
        ),
        (
            |passkey| passkey.origin = "http://127.0.0.1:8000".to_owned(),
            "WebAuthnOriginNotAllowedException",
            "The page's origin is not the relying party ID or below it.",
        ),
        (
            |passkey| passkey.relying_party_id = Some("example.com"),
            "WebAuthnRelyingPartyMismatchException",
            "The credential is for another relying party ID.",
        ),
        (
            |passkey| passkey.flags = 0,
            "WebAuthnCredentialNotSupportedException",
            "The authenticator did not ask for the user.",
        ),
    ];
    let test_pool = pool_with_all_first_factors();
    test_pool.create_confirmed_user("ann");
    let token = test_pool.access_token("ann");
    for (change, name, message) in refusals {
        let mut passkey = Passkey::new(Algorithm::Es256);
        change(&mut passkey);
        let options = start_registration(&test_pool, &token).unwrap();
        assert_eq!(
            complete_registration(&test_pool, &token, &passkey.create_credential(&options)),
            expected_error(name, message)
        );
    }
    assert_eq!(
        list_passkeys(&test_pool, &token),
        json!({"Credentials": []})
    );
}

#[test]
fn passkey_registration_challenge_cannot_be_used_twice() {
    let not_found = || {
        expected_error(
            "WebAuthnChallengeNotFoundException",
            "The challenge of the registration was not found or has expired.",
        )
    };
    let test_pool = pool_with_all_first_factors();
    test_pool.create_confirmed_user("ann");
    let token = test_pool.access_token("ann");
    let mut passkey = Passkey::new(Algorithm::Es256);
    let options = start_registration(&test_pool, &token).unwrap();
    let made = passkey.create_credential(&options);
    complete_registration(&test_pool, &token, &made).unwrap();
    assert_eq!(
        complete_registration(&test_pool, &token, &made),
        not_found(),
        "replayed"
    );

    let stale = start_registration(&test_pool, &token).unwrap();
    start_registration(&test_pool, &token).unwrap();
    let made = Passkey::new(Algorithm::Es256).create_credential(&stale);
    assert_eq!(
        complete_registration(&test_pool, &token, &made),
        not_found(),
        "a newer one was asked for"
    );
    assert_eq!(
        complete_registration(&test_pool, &token, &made),
        not_found(),
        "and that is used up now"
    );

    let options = start_registration(&test_pool, &token).unwrap();
    test_pool.advance_clock(180);
    let made = Passkey::new(Algorithm::Es256).create_credential(&options);
    assert_eq!(
        complete_registration(&test_pool, &token, &made),
        not_found(),
        "too late"
    );

    let other = test_pool
        .call_as_operator(
            "CreateUserPoolClient",
            json!({"ClientName": "other", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]}),
        )
        .unwrap();
    let other = test_pool
        .call_action(
            "InitiateAuth",
            json!({
                "ClientId": other["UserPoolClient"]["ClientId"], "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": {"USERNAME": "ann", "PASSWORD": PASSWORD}
            }),
        )
        .unwrap();
    let options = start_registration(&test_pool, &token).unwrap();
    let made = Passkey::new(Algorithm::Es256).create_credential(&options);
    assert_eq!(
        complete_registration(
            &test_pool,
            &text_of(&other["AuthenticationResult"]["AccessToken"]),
            &made
        ),
        expected_error(
            "WebAuthnClientMismatchException",
            "The registration was started in another app client."
        )
    );
}

#[test]
fn malformed_passkey_registration_keeps_the_challenge_valid() {
    let test_pool = pool_with_all_first_factors();
    test_pool.create_confirmed_user("ann");
    let token = test_pool.access_token("ann");
    let options = start_registration(&test_pool, &token).unwrap();
    for junk in [json!({}), json!("text"), json!([1]), json!({"id": "%%%"})] {
        assert_eq!(
            complete_registration(&test_pool, &token, &junk),
            expected_error(
                "InvalidParameterException",
                "Credential is not the JSON of a registration response."
            )
        );
    }
    assert_eq!(
        test_pool.call_action(
            "CompleteWebAuthnRegistration",
            json!({"AccessToken": token})
        ),
        expected_error(
            "InvalidParameterException",
            "1 validation error detected: Value null at 'credential' failed to satisfy constraint: Member must not be null"
        )
    );
    complete_registration(
        &test_pool,
        &token,
        &Passkey::new(Algorithm::Es256).create_credential(&options),
    )
    .unwrap();
}

#[test]
fn passkey_sign_in_refuses_an_assertion_of_another_site() {
    let test_pool = pool_with_all_first_factors();
    let mut passkey = create_user_with_passkey(&test_pool, "ann");
    let (options, session) = start_passkey_sign_in(&test_pool, "ann");
    let good = passkey.sign_assertion(&options);
    let refuse = |credential: &Value, why: &str| {
        assert_eq!(
            respond_with_passkey(&test_pool, "ann", &session, credential),
            wrong_passkey_error(),
            "{why}"
        );
    };

    let (other_options, _) = start_passkey_sign_in(&test_pool, "ann");
    refuse(&passkey.sign_assertion(&other_options), "another challenge");
    passkey.origin = "https://evil.example".to_owned();
    refuse(&passkey.sign_assertion(&options), "another page");
    passkey.origin = crate::authenticator::ORIGIN.to_owned();
    passkey.relying_party_id = Some("example.com");
    refuse(&passkey.sign_assertion(&options), "another relying party");
    passkey.relying_party_id = None;
    passkey.flags = 0;
    refuse(&passkey.sign_assertion(&options), "no user present");
    passkey.flags = crate::authenticator::VERIFIED;
    let mut forged = good.clone();
    let signature = text_of(&forged["response"]["signature"]);
    let flipped = if signature.ends_with('A') { "Q" } else { "A" };
    let (kept, _) = signature.split_at(signature.len() - 1);
    forged["response"]["signature"] = json!(format!("{kept}{flipped}"));
    refuse(&forged, "a changed signature");
    let mut unknown = Passkey::new(Algorithm::Es256).sign_assertion(&options);
    refuse(&unknown, "an unknown credential");
    unknown["id"] = good["id"].clone();
    unknown["rawId"] = good["rawId"].clone();
    refuse(&unknown, "an unknown key under a known id");

    // None of these attempts has marked the session as used.
    respond_with_passkey(&test_pool, "ann", &session, &good).unwrap();
    assert_eq!(
        respond_with_passkey(&test_pool, "ann", &session, &good),
        expected_error(
            "NotAuthorizedException",
            "Invalid session for the user, session can only be used once."
        )
    );
    let (_, session) = start_passkey_sign_in(&test_pool, "ann");
    assert_eq!(
        respond_with_passkey(&test_pool, "ann", &session, &good),
        wrong_passkey_error(),
        "replayed"
    );
}

#[test]
fn passkey_signature_counter_must_increase() {
    let test_pool = pool_with_all_first_factors();
    let mut passkey = create_user_with_passkey(&test_pool, "ann");
    passkey.counts = true;
    for _ in 0..2 {
        let (options, session) = start_passkey_sign_in(&test_pool, "ann");
        respond_with_passkey(
            &test_pool,
            "ann",
            &session,
            &passkey.sign_assertion(&options),
        )
        .unwrap();
    }
    passkey.counts = false; // a copy that has seen the same count
    let (options, session) = start_passkey_sign_in(&test_pool, "ann");
    assert_eq!(
        respond_with_passkey(
            &test_pool,
            "ann",
            &session,
            &passkey.sign_assertion(&options)
        ),
        wrong_passkey_error()
    );
}

#[test]
fn passkey_without_required_user_verification_is_refused() {
    let test_pool =
        pool_with_web_authn(json!({"RelyingPartyId": "localhost", "UserVerification": "required"}));
    test_pool.create_confirmed_user("ann");
    let token = test_pool.access_token("ann");
    let mut passkey = Passkey::new(Algorithm::Es256);
    passkey.flags = PRESENT;
    let options = start_registration(&test_pool, &token).unwrap();
    assert_eq!(
        options["authenticatorSelection"]["userVerification"],
        "required"
    );
    assert_eq!(
        complete_registration(&test_pool, &token, &passkey.create_credential(&options)),
        expected_error(
            "WebAuthnCredentialNotSupportedException",
            "The authenticator did not verify the user."
        )
    );
    passkey.flags = crate::authenticator::VERIFIED;
    let options = start_registration(&test_pool, &token).unwrap();
    complete_registration(&test_pool, &token, &passkey.create_credential(&options)).unwrap();
    let (options, session) = start_passkey_sign_in(&test_pool, "ann");
    assert_eq!(options["userVerification"], "required");
    passkey.flags = PRESENT;
    assert_eq!(
        respond_with_passkey(
            &test_pool,
            "ann",
            &session,
            &passkey.sign_assertion(&options)
        ),
        wrong_passkey_error()
    );
    passkey.flags = crate::authenticator::VERIFIED;
    respond_with_passkey(
        &test_pool,
        "ann",
        &session,
        &passkey.sign_assertion(&options),
    )
    .unwrap();
}

#[test]
fn default_passkey_relying_party_is_the_domain_of_the_pool() {
    let test_pool = pool_without_relying_party();
    test_pool.create_confirmed_user("ann");
    let token = test_pool.access_token("ann");
    assert_eq!(
        start_registration(&test_pool, &token),
        expected_error(
            "WebAuthnConfigurationMissingException",
            "The user pool has no relying party ID for passkeys."
        )
    );
    test_pool
        .call_as_operator("CreateUserPoolDomain", json!({"Domain": "passkeys-here"}))
        .unwrap();
    assert_eq!(
        start_registration(&test_pool, &token).unwrap()["rp"]["id"],
        "localhost"
    );
}

#[test]
fn passkey_actions_fail_if_the_pool_has_no_passkeys_enabled() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.create_confirmed_user("ann");
    let token = test_pool.access_token("ann");
    let not_enabled = || {
        expected_error(
            "WebAuthnNotEnabledException",
            "Passkeys are not enabled for the user pool.",
        )
    };
    assert_eq!(start_registration(&test_pool, &token), not_enabled());
    assert_eq!(
        list_passkeys(&test_pool, &token),
        json!({"Credentials": []})
    );
}

#[test]
fn user_can_have_at_most_twenty_passkeys() {
    let test_pool = pool_with_all_first_factors();
    test_pool.create_confirmed_user("ann");
    let token = test_pool.access_token("ann");
    for _ in 0..20 {
        let options = start_registration(&test_pool, &token).unwrap();
        complete_registration(
            &test_pool,
            &token,
            &Passkey::new(Algorithm::Es256).create_credential(&options),
        )
        .unwrap();
    }
    assert_eq!(
        start_registration(&test_pool, &token),
        expected_error(
            "LimitExceededException",
            "A user can have at most 20 passkeys."
        )
    );
}

#[test]
fn deleting_a_user_deletes_the_users_passkeys() {
    let test_pool = pool_with_all_first_factors();
    let mut passkey = create_user_with_passkey(&test_pool, "ann");
    let token = test_pool.access_token("ann");
    test_pool
        .call_action("DeleteUser", json!({"AccessToken": token}))
        .unwrap();
    test_pool.create_confirmed_user("ann");
    let token = test_pool.access_token("ann");
    assert_eq!(
        list_passkeys(&test_pool, &token),
        json!({"Credentials": []})
    );
    // The same authenticator may create another passkey for another user.
    let options = start_registration(&test_pool, &token).unwrap();
    complete_registration(&test_pool, &token, &passkey.create_credential(&options)).unwrap();
}

#[test]
fn passkeys_and_open_challenges_survive_a_restart_of_the_pool() {
    let scratch = Scratch::new("passkeys");
    let data = DataLocation::File(scratch.file());
    // Each call opens its own service, so that the calls share only the data file.
    let ask = |operation: &str, request: Value| {
        let service = UserPoolService::open(&data).expect("the data opens");
        call_action_at(
            &service,
            operation,
            &request,
            UnixTime::from_secs(BEGINNING),
        )
    };
    let made = ask(
        "CreateUserPool",
        json!({
            "PoolName": "lasting", "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": true},
            "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}
        }),
    );
    let pool = &made["UserPool"]["Id"];
    ask(
        "SetUserPoolMfaConfig",
        json!({"UserPoolId": pool, "WebAuthnConfiguration": {"RelyingPartyId": "localhost"}}),
    );
    let made = ask(
        "CreateUserPoolClient",
        json!({"UserPoolId": pool, "ClientName": "app", "ExplicitAuthFlows": ["ALLOW_USER_AUTH"]}),
    );
    let client = &made["UserPoolClient"]["ClientId"];
    ask(
        "AdminCreateUser",
        json!({"UserPoolId": pool, "Username": "ann", "MessageAction": "SUPPRESS"}),
    );
    ask(
        "AdminSetUserPassword",
        json!({"UserPoolId": pool, "Username": "ann", "Password": PASSWORD, "Permanent": true}),
    );
    let begin = |parameters: Value| {
        ask(
            "InitiateAuth",
            json!({"ClientId": client, "AuthFlow": "USER_AUTH", "AuthParameters": parameters}),
        )
    };
    let tokens =
        &begin(json!({"USERNAME": "ann", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD}))
            ["AuthenticationResult"];
    let token = &tokens["AccessToken"];
    let key = &tokens["NewDeviceMetadata"]["DeviceKey"];
    ask(
        "ConfirmDevice",
        json!({"AccessToken": token, "DeviceKey": key}),
    );
    let options = ask("StartWebAuthnRegistration", json!({"AccessToken": token}));
    let mut passkey = Passkey::new(Algorithm::Es256);
    let credential = passkey.create_credential(&options["CredentialCreationOptions"]);
    ask(
        "CompleteWebAuthnRegistration",
        json!({"AccessToken": token, "Credential": credential}),
    );
    let posed =
        begin(json!({"USERNAME": "ann", "PREFERRED_CHALLENGE": "WEB_AUTHN", "DEVICE_KEY": key}));
    let options = text_of(&posed["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"]);
    let credential = passkey.sign_assertion(&serde_json::from_str(&options).unwrap());
    let signed_in = ask(
        "RespondToAuthChallenge",
        json!({
            "ClientId": client, "ChallengeName": "WEB_AUTHN", "Session": posed["Session"],
            "ChallengeResponses": {"USERNAME": "ann", "CREDENTIAL": credential.to_string()}
        }),
    );
    let result = &signed_in["AuthenticationResult"];
    assert_eq!(decode_claims(&result["AccessToken"])["device_key"], *key);
    assert_eq!(result.get("NewDeviceMetadata"), None);
}
