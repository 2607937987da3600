use serde_json::{Value, json};

use crate::test_pool::{BEGINNING, PASSWORD, TestPool, expected_error, text_of};

#[test]
fn admin_create_user_sends_a_temporary_password() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.email_address("ann");
    let made = test_pool
        .call_as_operator("AdminCreateUser", json!({"Username": ann}))
        .unwrap();
    let id = &made["User"]["Username"];
    assert_eq!(
        made,
        json!({"User": {
            "Username": id,
            "Attributes": [{"Name": "email", "Value": ann}, {"Name": "sub", "Value": id}],
            "UserCreateDate": BEGINNING, "UserLastModifiedDate": BEGINNING,
            "Enabled": true, "UserStatus": "FORCE_CHANGE_PASSWORD"
        }})
    );
    let messages = test_pool.messages_to(&ann);
    let [message] = messages.as_slice() else {
        panic!("one message")
    };
    assert_eq!(message.subject, "Your temporary password");
    assert_eq!(
        message.text,
        format!(
            "Your username is {ann} and temporary password is {}.",
            message.code
        )
    );
    let round = test_pool.sign_in_by_srp(&ann, &message.code).unwrap();
    assert_eq!(round["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    assert_eq!(
        test_pool.call_as_operator("AdminCreateUser", json!({"Username": ann})),
        expected_error(
            "UsernameExistsException",
            "An account with the given email already exists."
        )
    );
}

#[test]
fn admin_create_user_can_resend_or_suppress_the_invitation() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    let ann = test_pool.email_address("ann");
    let create = |action: Value| {
        test_pool.call_as_operator(
            "AdminCreateUser",
            json!({"Username": "ann", "MessageAction": action,
                "UserAttributes": [{"Name": "email", "Value": ann}]}),
        )
    };
    assert_eq!(
        create(json!("RESEND")),
        expected_error("UserNotFoundException", "User does not exist.")
    );
    create(json!("SUPPRESS")).unwrap();
    assert_eq!(test_pool.messages_to(&ann), []);
    create(json!("RESEND")).unwrap();
    let password = test_pool.newest_code(&ann);
    assert_eq!(
        test_pool.sign_in_by_srp("ann", &password).unwrap()["ChallengeName"],
        "NEW_PASSWORD_REQUIRED"
    );
    assert_eq!(
        create(Value::Null),
        expected_error("UsernameExistsException", "User account already exists")
    );
}

#[test]
fn admin_set_user_password_can_be_permanent_or_temporary() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool
        .sign_up("ann", &test_pool.email_address("ann"))
        .unwrap();
    let set = |password: &str, permanent: bool| {
        test_pool.call_as_operator(
            "AdminSetUserPassword",
            json!({"Username": "ann", "Password": password, "Permanent": permanent}),
        )
    };
    assert_eq!(
        set("weak", true),
        expected_error(
            "InvalidPasswordException",
            "Password did not conform with policy: Password not long enough"
        )
    );
    assert_eq!(set("Perm4nent!", true), Ok(json!({})));
    assert!(
        test_pool.sign_in_by_srp("ann", "Perm4nent!").unwrap()["AuthenticationResult"].is_object()
    );
    assert_eq!(set("Temp0rary!", false), Ok(json!({})));
    assert_eq!(
        test_pool.sign_in_by_srp("ann", "Temp0rary!").unwrap()["ChallengeName"],
        "NEW_PASSWORD_REQUIRED"
    );
}

#[test]
fn admin_confirm_sign_up_does_not_verify_the_email() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool
        .sign_up("ann", &test_pool.email_address("ann"))
        .unwrap();
    assert_eq!(
        test_pool.call_as_operator("AdminConfirmSignUp", json!({"Username": "ann"})),
        Ok(json!({}))
    );
    assert_eq!(
        test_pool.call_as_operator("AdminConfirmSignUp", json!({"Username": "ann"})),
        expected_error(
            "NotAuthorizedException",
            "User cannot be confirmed. Current status is CONFIRMED"
        )
    );
    let user = test_pool
        .call_as_operator("AdminGetUser", json!({"Username": "ann"}))
        .unwrap();
    assert_eq!(
        user["UserAttributes"][1],
        json!({"Name": "email_verified", "Value": "false"})
    );
}

#[test]
fn administrator_can_set_the_email_verified_attribute() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    let sent = test_pool.messages_to(&ann).len();
    let new = test_pool.email_address("anna");
    assert_eq!(
        test_pool.call_as_operator(
            "AdminUpdateUserAttributes",
            json!({"Username": ann, "UserAttributes": [
                {"Name": "email", "Value": new}, {"Name": "email_verified", "Value": "true"}
            ]})
        ),
        Ok(json!({}))
    );
    assert_eq!(test_pool.messages_to(&new), []);
    assert_eq!(test_pool.messages_to(&ann).len(), sent);
    test_pool.sign_in_by_srp(&new, PASSWORD).unwrap();
    let user = test_pool
        .call_as_operator("AdminGetUser", json!({"Username": new}))
        .unwrap();
    assert_eq!(
        user["UserAttributes"][1],
        json!({"Name": "email_verified", "Value": "true"})
    );
    assert_eq!(
        test_pool.call_as_operator(
            "AdminUpdateUserAttributes",
            json!({"Username": new, "UserAttributes": [{"Name": "sub", "Value": "x"}]})
        ),
        expected_error(
            "InvalidParameterException",
            "Cannot modify the non-mutable attribute sub"
        )
    );
}

#[test]
fn admin_actions_return_an_error_for_unknown_users() {
    let test_pool = TestPool::workshop();
    let unknown = expected_error("UserNotFoundException", "User does not exist.");
    for operation in [
        "AdminGetUser",
        "AdminConfirmSignUp",
        "AdminDeleteUser",
        "AdminDisableUser",
        "AdminEnableUser",
        "AdminResetUserPassword",
        "AdminUserGlobalSignOut",
    ] {
        assert_eq!(
            test_pool.call_as_operator(operation, json!({"Username": "unknown@example.com"})),
            unknown,
            "{operation}"
        );
        assert_eq!(
            test_pool.call_action(
                operation,
                json!({"UserPoolId": "us-east-1_Nowhere00", "Username": "ann"})
            ),
            expected_error(
                "ResourceNotFoundException",
                "User pool us-east-1_Nowhere00 does not exist."
            ),
            "{operation}"
        );
    }
}

#[test]
fn admin_delete_user_returns_an_empty_body() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.create_confirmed_user("ann");
    assert_eq!(
        test_pool.call_as_operator("AdminDeleteUser", json!({"Username": "ann"})),
        Ok(Value::Null)
    );
    assert_eq!(
        test_pool.call_as_operator("AdminGetUser", json!({"Username": "ann"})),
        expected_error("UserNotFoundException", "User does not exist.")
    );
}

#[test]
fn admin_initiate_auth_refuses_a_client_of_another_pool() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    let other = TestPool::with_settings(json!({}), json!({}));
    assert_eq!(
        test_pool.call_as_operator(
            "AdminInitiateAuth",
            json!({"ClientId": other.client_id, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": {}})
        ),
        expected_error(
            "ResourceNotFoundException",
            &format!("User pool client {} does not exist.", other.client_id)
        )
    );
}

/// Returns the usernames in a response of `ListUsers`.
fn usernames_in(answer: &Value) -> Vec<String> {
    answer["Users"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| text_of(&user["Username"]))
        .collect()
}

#[test]
fn list_users_returns_users_in_pages() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    for name in ["ann", "bob", "cleo", "dan", "eve"] {
        test_pool
            .call_as_operator(
                "AdminCreateUser",
                json!({"Username": name, "MessageAction": "SUPPRESS"}),
            )
            .unwrap();
    }
    let mut seen = Vec::new();
    let mut request = json!({"Limit": 2});
    loop {
        let page = test_pool
            .call_as_operator("ListUsers", request.clone())
            .unwrap();
        assert!(page["Users"].as_array().unwrap().len() <= 2);
        seen.extend(usernames_in(&page));
        match page.get("PaginationToken") {
            Some(token) => request["PaginationToken"] = token.clone(),
            None => break,
        }
    }
    assert_eq!(seen, ["ann", "bob", "cleo", "dan", "eve"]);
    assert_eq!(
        test_pool
            .call_as_operator("ListUsers", json!({"PaginationToken": "junk"}))
            .map_err(|(name, _)| name),
        Err("InvalidParameterException")
    );
}

#[test]
fn list_users_filters_by_attribute_username_and_status() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    for name in ["ann", "anna", "bob"] {
        test_pool
            .call_as_operator(
                "AdminCreateUser",
                json!({"Username": name, "MessageAction": "SUPPRESS", "UserAttributes":
                    [{"Name": "email", "Value": format!("{name}@example.com")}]}),
            )
            .unwrap();
    }
    test_pool
        .call_as_operator("AdminDisableUser", json!({"Username": "bob"}))
        .unwrap();
    test_pool
        .call_as_operator(
            "AdminSetUserPassword",
            json!({"Username": "anna", "Password": PASSWORD, "Permanent": true}),
        )
        .unwrap();
    let find = |filter: &str| {
        usernames_in(
            &test_pool
                .call_as_operator("ListUsers", json!({"Filter": filter}))
                .unwrap(),
        )
    };
    assert_eq!(find("email = \"ann@example.com\""), ["ann"]);
    assert_eq!(find("email ^= \"ann\""), ["ann", "anna"]);
    assert_eq!(find("username ^= \"ann\""), ["ann", "anna"]);
    assert_eq!(find("username = \"bob\""), ["bob"]);
    assert_eq!(find("status = \"Disabled\""), ["bob"]);
    assert_eq!(find("cognito:user_status = \"CONFIRMED\""), ["anna"]);
    assert_eq!(find("email = \"unknown@example.com\""), [] as [&str; 0]);
    let ann = test_pool
        .call_as_operator(
            "ListUsers",
            json!({"Filter": "username = \"ann\"", "AttributesToGet": ["email"]}),
        )
        .unwrap();
    assert_eq!(
        ann["Users"][0]["Attributes"],
        json!([{"Name": "email", "Value": "ann@example.com"}])
    );
}
