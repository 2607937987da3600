use serde_json::{Value, json};

use crate::test_pool::{PASSWORD, Refusal, TestPool, expected_error};

/// Updates one attribute of the signed-in user.
fn update_attribute(
    test_pool: &TestPool,
    token: &str,
    name: &str,
    value: &str,
) -> Result<Value, Refusal> {
    test_pool.call_action(
        "UpdateUserAttributes",
        json!({"AccessToken": token, "UserAttributes": [{"Name": name, "Value": value}]}),
    )
}

/// Returns the value of a user's attribute, or `None` if it is not set.
fn find_attribute_value(test_pool: &TestPool, username: &str, name: &str) -> Option<String> {
    let user = test_pool
        .call_as_operator("AdminGetUser", json!({"Username": username}))
        .unwrap();
    let list = user["UserAttributes"].as_array().unwrap();
    let found = list.iter().find(|attribute| attribute["Name"] == name)?;
    found["Value"].as_str().map(str::to_owned)
}

#[test]
fn update_user_attributes_deletes_an_attribute_set_to_empty() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.create_confirmed_user("ann");
    let token = test_pool.access_token("ann");
    let done = Ok(json!({"CodeDeliveryDetailsList": []}));
    assert_eq!(
        update_attribute(&test_pool, &token, "nickname", "Annie"),
        done
    );
    assert_eq!(
        update_attribute(&test_pool, &token, "nickname", "Anna"),
        done
    );
    assert_eq!(
        find_attribute_value(&test_pool, "ann", "nickname"),
        Some("Anna".to_owned())
    );
    assert_eq!(update_attribute(&test_pool, &token, "nickname", ""), done);
    assert_eq!(find_attribute_value(&test_pool, "ann", "nickname"), None);
}

#[test]
fn changed_email_is_unverified_until_the_user_enters_its_code() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.create_confirmed_user("ann");
    let token = test_pool.access_token("ann");
    let new = test_pool.email_address("new");
    update_attribute(&test_pool, &token, "email", &new).unwrap();
    assert_eq!(
        find_attribute_value(&test_pool, "ann", "email"),
        Some(new.clone())
    );
    assert_eq!(
        find_attribute_value(&test_pool, "ann", "email_verified"),
        Some("false".to_owned())
    );
    let verify = |code: &str| {
        test_pool.call_action(
            "VerifyUserAttribute",
            json!({"AccessToken": token, "AttributeName": "email", "Code": code}),
        )
    };
    assert_eq!(
        verify(&test_pool.wrong_code(&new)),
        expected_error(
            "CodeMismatchException",
            "Invalid verification code provided, please try again."
        )
    );
    let code = test_pool.newest_code(&new);
    assert_eq!(verify(&code), Ok(json!({})));
    assert_eq!(
        find_attribute_value(&test_pool, "ann", "email_verified"),
        Some("true".to_owned())
    );
    assert_eq!(
        verify(&code),
        expected_error(
            "ExpiredCodeException",
            "Invalid code provided, please request a code again."
        )
    );
}

#[test]
fn pool_can_keep_the_old_email_until_the_new_one_is_verified() {
    let test_pool = TestPool::with_settings(
        json!({"UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]}}),
        json!({}),
    );
    let old = test_pool.create_confirmed_user("ann");
    let token = test_pool.access_token("ann");
    let new = test_pool.email_address("new");
    update_attribute(&test_pool, &token, "email", &new).unwrap();
    assert_eq!(find_attribute_value(&test_pool, "ann", "email"), Some(old));
    assert_eq!(
        find_attribute_value(&test_pool, "ann", "email_verified"),
        Some("true".to_owned())
    );
    // Another code for the pending change also goes to the new address.
    assert_eq!(
        test_pool.call_action(
            "GetUserAttributeVerificationCode",
            json!({"AccessToken": token, "AttributeName": "email"})
        ),
        Ok(json!({"CodeDeliveryDetails":
            {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "n***@u***"}}))
    );
    assert_eq!(
        test_pool.call_action(
            "VerifyUserAttribute",
            json!({"AccessToken": token, "AttributeName": "email", "Code": test_pool.newest_code(&new)})
        ),
        Ok(json!({}))
    );
    assert_eq!(find_attribute_value(&test_pool, "ann", "email"), Some(new));
}

#[test]
fn user_can_verify_an_email_address_after_sign_in() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    let email = test_pool.email_address("ann");
    test_pool.sign_up("ann", &email).unwrap();
    test_pool
        .call_as_operator("AdminConfirmSignUp", json!({"Username": "ann"}))
        .unwrap();
    assert_eq!(
        find_attribute_value(&test_pool, "ann", "email_verified"),
        Some("false".to_owned())
    );
    let token = test_pool.access_token("ann");
    test_pool
        .call_action(
            "GetUserAttributeVerificationCode",
            json!({"AccessToken": token, "AttributeName": "email"}),
        )
        .unwrap();
    test_pool
        .call_action(
            "VerifyUserAttribute",
            json!({"AccessToken": token, "AttributeName": "email", "Code": test_pool.newest_code(&email)}),
        )
        .unwrap();
    assert_eq!(
        find_attribute_value(&test_pool, "ann", "email_verified"),
        Some("true".to_owned())
    );
}

#[test]
fn only_email_and_phone_number_attributes_can_be_verified() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.create_confirmed_user("ann");
    let token = test_pool.access_token("ann");
    for operation in ["GetUserAttributeVerificationCode", "VerifyUserAttribute"] {
        assert_eq!(
            test_pool
                .call_action(
                    operation,
                    json!({"AccessToken": token, "AttributeName": "nickname", "Code": "1"})
                )
                .map_err(|(name, _)| name),
            Err("InvalidParameterException")
        );
    }
}

#[test]
fn user_cannot_change_immutable_or_delete_required_attributes() {
    let test_pool = TestPool::with_settings(
        json!({"Schema": [
            {"Name": "given_name", "Mutable": false},
            {"Name": "email", "Required": true, "Mutable": true}
        ]}),
        json!({}),
    );
    test_pool
        .call_as_app(
            "SignUp",
            json!({"Username": "ann", "Password": PASSWORD, "UserAttributes": [
                {"Name": "email", "Value": test_pool.email_address("ann")}, {"Name": "given_name", "Value": "Ann"}
            ]}),
        )
        .unwrap();
    test_pool
        .call_as_operator("AdminConfirmSignUp", json!({"Username": "ann"}))
        .unwrap();
    let token = test_pool.access_token("ann");
    assert_eq!(
        update_attribute(&test_pool, &token, "given_name", "Anna"),
        expected_error(
            "InvalidParameterException",
            "user.given_name: Attribute cannot be updated.\n"
        )
    );
    let delete = |name: &str| {
        test_pool.call_action(
            "DeleteUserAttributes",
            json!({"AccessToken": token, "UserAttributeNames": [name]}),
        )
    };
    for name in ["email", "sub"] {
        assert_eq!(
            delete(name).map_err(|(name, _)| name),
            Err("InvalidParameterException")
        );
    }
    update_attribute(&test_pool, &token, "nickname", "Annie").unwrap();
    assert_eq!(delete("nickname"), Ok(json!({})));
    assert_eq!(find_attribute_value(&test_pool, "ann", "nickname"), None);
}

#[test]
fn app_client_cannot_set_the_email_verified_attribute() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.create_confirmed_user("ann");
    let token = test_pool.access_token("ann");
    for name in ["email_verified", "sub"] {
        assert_eq!(
            update_attribute(&test_pool, &token, name, "true"),
            expected_error(
                "NotAuthorizedException",
                "A client attempted to write unauthorized attribute"
            )
        );
    }
}

#[test]
fn code_for_the_previous_email_does_not_verify_the_new_one() {
    let test_pool = TestPool::with_settings(json!({"AutoVerifiedAttributes": []}), json!({}));
    let former = test_pool.email_address("ann");
    test_pool.sign_up("ann", &former).unwrap();
    test_pool
        .call_as_operator("AdminConfirmSignUp", json!({"Username": "ann"}))
        .unwrap();
    let token = test_pool.access_token("ann");
    let send = || {
        test_pool
            .call_action(
                "GetUserAttributeVerificationCode",
                json!({"AccessToken": token, "AttributeName": "email"}),
            )
            .unwrap()
    };
    let verify = |code: String| {
        test_pool.call_action(
            "VerifyUserAttribute",
            json!({"AccessToken": token, "AttributeName": "email", "Code": code}),
        )
    };
    let dead = expected_error(
        "ExpiredCodeException",
        "Invalid code provided, please request a code again.",
    );
    send();
    let new = test_pool.email_address("new");
    update_attribute(&test_pool, &token, "email", &new).unwrap();
    assert_eq!(verify(test_pool.newest_code(&former)), dead);
    send();
    test_pool
        .call_action(
            "DeleteUserAttributes",
            json!({"AccessToken": token, "UserAttributeNames": ["email"]}),
        )
        .unwrap();
    assert_eq!(verify(test_pool.newest_code(&new)), dead);
    assert_eq!(
        find_attribute_value(&test_pool, "ann", "email_verified"),
        None
    );
}

#[test]
fn email_change_is_refused_if_another_user_now_has_the_email() {
    let test_pool = TestPool::with_settings(
        json!({
            "UsernameAttributes": ["email"],
            "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]}
        }),
        json!({}),
    );
    let ann = test_pool.email_address("ann");
    test_pool.create_confirmed_user(&ann);
    let token = test_pool.access_token(&ann);
    let wished = test_pool.email_address("wished");
    update_attribute(&test_pool, &token, "email", &wished).unwrap();
    let code = test_pool.newest_code(&wished);
    test_pool.sign_up(&wished, &wished).unwrap();
    assert_eq!(
        test_pool.call_action(
            "VerifyUserAttribute",
            json!({"AccessToken": token, "AttributeName": "email", "Code": code})
        ),
        expected_error(
            "AliasExistsException",
            "An account with the given email already exists."
        )
    );
    test_pool.sign_in_by_password(&ann, PASSWORD).unwrap();
}

#[test]
fn changed_email_is_the_new_username_before_its_verification() {
    let test_pool = TestPool::with_settings(json!({"UsernameAttributes": ["email"]}), json!({}));
    let old = test_pool.email_address("old");
    test_pool.create_confirmed_user(&old);
    let token = test_pool.access_token(&old);
    let new = test_pool.email_address("new");
    let sent = update_attribute(&test_pool, &token, "email", &new).unwrap();
    assert_eq!(
        sent,
        json!({"CodeDeliveryDetailsList":
            [{"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "n***@u***"}]})
    );
    assert_eq!(
        test_pool.sign_in_by_password(&old, PASSWORD),
        expected_error("UserNotFoundException", "User does not exist.")
    );
    test_pool.sign_in_by_password(&new, PASSWORD).unwrap();
}

#[test]
fn boolean_attribute_values_are_stored_in_lower_case() {
    let test_pool = TestPool::with_settings(
        json!({"Schema": [{"Name": "vip", "AttributeDataType": "Boolean", "Mutable": true}]}),
        json!({}),
    );
    let given = |value: &str| {
        json!([
            {"Name": "email", "Value": test_pool.email_address("ann")}, {"Name": "email_verified", "Value": value},
            {"Name": "phone_number", "Value": "+14325554114"}, {"Name": "phone_number_verified", "Value": value},
            {"Name": "custom:vip", "Value": value}
        ])
    };
    let kept = || {
        ["email_verified", "phone_number_verified", "custom:vip"]
            .map(|name| find_attribute_value(&test_pool, "ann", name).unwrap())
    };
    test_pool
        .call_as_operator(
            "AdminCreateUser",
            json!({"Username": "ann", "UserAttributes": given("True"), "MessageAction": "SUPPRESS"}),
        )
        .unwrap();
    assert_eq!(kept(), ["true"; 3]);
    for (value, expected) in [("FALSE", "false"), ("tRUE", "true"), ("False", "false")] {
        test_pool
            .call_as_operator(
                "AdminUpdateUserAttributes",
                json!({"Username": "ann", "UserAttributes": given(value)}),
            )
            .unwrap();
        assert_eq!(kept(), [expected; 3]);
    }
    for value in ["yes", "1", "True "] {
        assert_eq!(
            test_pool
                .call_as_operator(
                    "AdminUpdateUserAttributes",
                    json!({"Username": "ann", "UserAttributes": [{"Name": "custom:vip", "Value": value}]}),
                )
                .map_err(|(name, _)| name),
            Err("InvalidParameterException"),
            "{value}"
        );
    }
    // The operator's flag counts in any case: the address is verified, and no code is sent to it.
    let new = test_pool.email_address("anna");
    test_pool
        .call_as_operator(
            "AdminUpdateUserAttributes",
            json!({"Username": "ann", "UserAttributes": [
                {"Name": "email", "Value": new}, {"Name": "email_verified", "Value": "True"}
            ]}),
        )
        .unwrap();
    assert_eq!(test_pool.messages_to(&new), []);
    assert_eq!(
        find_attribute_value(&test_pool, "ann", "email_verified"),
        Some("true".to_owned())
    );
}
