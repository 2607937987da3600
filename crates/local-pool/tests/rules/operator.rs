use serde_json::{Value, json};

use crate::test_pool::{BEGINNING, PASSWORD, TestPool, refused, text};

#[test]
fn admin_create_user_sends_a_temporary_password() {
    let world = TestPool::workshop();
    let ann = world.address("ann");
    let made = world
        .admin("AdminCreateUser", json!({"Username": ann}))
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
    let messages = world.messages(&ann);
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
    let round = world.by_srp(&ann, &message.code).unwrap();
    assert_eq!(round["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    assert_eq!(
        world.admin("AdminCreateUser", json!({"Username": ann})),
        refused(
            "UsernameExistsException",
            "An account with the given email already exists."
        )
    );
}

#[test]
fn an_invitation_can_be_resent_or_suppressed() {
    let world = TestPool::with_settings(json!({}), json!({}));
    let ann = world.address("ann");
    let create = |action: Value| {
        world.admin(
            "AdminCreateUser",
            json!({"Username": "ann", "MessageAction": action,
                "UserAttributes": [{"Name": "email", "Value": ann}]}),
        )
    };
    assert_eq!(
        create(json!("RESEND")),
        refused("UserNotFoundException", "User does not exist.")
    );
    create(json!("SUPPRESS")).unwrap();
    assert_eq!(world.messages(&ann), []);
    create(json!("RESEND")).unwrap();
    let password = world.code(&ann);
    assert_eq!(
        world.by_srp("ann", &password).unwrap()["ChallengeName"],
        "NEW_PASSWORD_REQUIRED"
    );
    assert_eq!(
        create(Value::Null),
        refused("UsernameExistsException", "User account already exists")
    );
}

#[test]
fn admin_set_user_password_can_be_permanent_or_temporary() {
    let world = TestPool::with_settings(json!({}), json!({}));
    world.sign_up("ann", &world.address("ann")).unwrap();
    let set = |password: &str, permanent: bool| {
        world.admin(
            "AdminSetUserPassword",
            json!({"Username": "ann", "Password": password, "Permanent": permanent}),
        )
    };
    assert_eq!(
        set("weak", true),
        refused(
            "InvalidPasswordException",
            "Password did not conform with policy: Password not long enough"
        )
    );
    assert_eq!(set("Perm4nent!", true), Ok(json!({})));
    assert!(world.by_srp("ann", "Perm4nent!").unwrap()["AuthenticationResult"].is_object());
    assert_eq!(set("Temp0rary!", false), Ok(json!({})));
    assert_eq!(
        world.by_srp("ann", "Temp0rary!").unwrap()["ChallengeName"],
        "NEW_PASSWORD_REQUIRED"
    );
}

#[test]
fn an_operator_confirms_without_a_code_and_without_verifying() {
    let world = TestPool::with_settings(json!({}), json!({}));
    world.sign_up("ann", &world.address("ann")).unwrap();
    assert_eq!(
        world.admin("AdminConfirmSignUp", json!({"Username": "ann"})),
        Ok(json!({}))
    );
    assert_eq!(
        world.admin("AdminConfirmSignUp", json!({"Username": "ann"})),
        refused(
            "NotAuthorizedException",
            "User cannot be confirmed. Current status is CONFIRMED"
        )
    );
    let user = world
        .admin("AdminGetUser", json!({"Username": "ann"}))
        .unwrap();
    assert_eq!(
        user["UserAttributes"][1],
        json!({"Name": "email_verified", "Value": "false"})
    );
}

#[test]
fn an_operator_can_set_the_verified_flag() {
    let world = TestPool::workshop();
    let ann = world.confirmed(&world.address("ann"));
    let sent = world.messages(&ann).len();
    let new = world.address("anna");
    assert_eq!(
        world.admin(
            "AdminUpdateUserAttributes",
            json!({"Username": ann, "UserAttributes": [
                {"Name": "email", "Value": new}, {"Name": "email_verified", "Value": "true"}
            ]})
        ),
        Ok(json!({}))
    );
    assert_eq!(world.messages(&new), []);
    assert_eq!(world.messages(&ann).len(), sent);
    world.by_srp(&new, PASSWORD).unwrap();
    let user = world
        .admin("AdminGetUser", json!({"Username": new}))
        .unwrap();
    assert_eq!(
        user["UserAttributes"][1],
        json!({"Name": "email_verified", "Value": "true"})
    );
    assert_eq!(
        world.admin(
            "AdminUpdateUserAttributes",
            json!({"Username": new, "UserAttributes": [{"Name": "sub", "Value": "x"}]})
        ),
        refused(
            "InvalidParameterException",
            "Cannot modify the non-mutable attribute sub"
        )
    );
}

#[test]
fn operators_always_learn_that_a_user_does_not_exist() {
    let world = TestPool::workshop();
    let unknown = refused("UserNotFoundException", "User does not exist.");
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
            world.admin(operation, json!({"Username": "unknown@example.com"})),
            unknown,
            "{operation}"
        );
        assert_eq!(
            world.call(
                operation,
                json!({"UserPoolId": "us-east-1_Nowhere00", "Username": "ann"})
            ),
            refused(
                "ResourceNotFoundException",
                "User pool us-east-1_Nowhere00 does not exist."
            ),
            "{operation}"
        );
    }
}

#[test]
fn admin_delete_user_has_no_body() {
    let world = TestPool::with_settings(json!({}), json!({}));
    world.confirmed("ann");
    assert_eq!(
        world.admin("AdminDeleteUser", json!({"Username": "ann"})),
        Ok(Value::Null)
    );
    assert_eq!(
        world.admin("AdminGetUser", json!({"Username": "ann"})),
        refused("UserNotFoundException", "User does not exist.")
    );
}

#[test]
fn an_operators_client_must_belong_to_the_pool() {
    let world = TestPool::with_settings(json!({}), json!({}));
    let other = TestPool::with_settings(json!({}), json!({}));
    assert_eq!(
        world.admin(
            "AdminInitiateAuth",
            json!({"ClientId": other.client_id, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "AuthParameters": {}})
        ),
        refused(
            "ResourceNotFoundException",
            &format!("User pool client {} does not exist.", other.client_id)
        )
    );
}

fn usernames(answer: &Value) -> Vec<String> {
    answer["Users"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| text(&user["Username"]))
        .collect()
}

#[test]
fn users_are_listed_in_pages() {
    let world = TestPool::with_settings(json!({}), json!({}));
    for name in ["ann", "bob", "cleo", "dan", "eve"] {
        world
            .admin(
                "AdminCreateUser",
                json!({"Username": name, "MessageAction": "SUPPRESS"}),
            )
            .unwrap();
    }
    let mut seen = Vec::new();
    let mut request = json!({"Limit": 2});
    loop {
        let page = world.admin("ListUsers", request.clone()).unwrap();
        assert!(page["Users"].as_array().unwrap().len() <= 2);
        seen.extend(usernames(&page));
        match page.get("PaginationToken") {
            Some(token) => request["PaginationToken"] = token.clone(),
            None => break,
        }
    }
    assert_eq!(seen, ["ann", "bob", "cleo", "dan", "eve"]);
    assert_eq!(
        world
            .admin("ListUsers", json!({"PaginationToken": "junk"}))
            .map_err(|(name, _)| name),
        Err("InvalidParameterException")
    );
}

#[test]
fn users_are_found_by_attribute_name_and_state() {
    let world = TestPool::with_settings(json!({}), json!({}));
    for name in ["ann", "anna", "bob"] {
        world
            .admin(
                "AdminCreateUser",
                json!({"Username": name, "MessageAction": "SUPPRESS", "UserAttributes":
                    [{"Name": "email", "Value": format!("{name}@example.com")}]}),
            )
            .unwrap();
    }
    world
        .admin("AdminDisableUser", json!({"Username": "bob"}))
        .unwrap();
    world
        .admin(
            "AdminSetUserPassword",
            json!({"Username": "anna", "Password": PASSWORD, "Permanent": true}),
        )
        .unwrap();
    let find =
        |filter: &str| usernames(&world.admin("ListUsers", json!({"Filter": filter})).unwrap());
    assert_eq!(find("email = \"ann@example.com\""), ["ann"]);
    assert_eq!(find("email ^= \"ann\""), ["ann", "anna"]);
    assert_eq!(find("username ^= \"ann\""), ["ann", "anna"]);
    assert_eq!(find("username = \"bob\""), ["bob"]);
    assert_eq!(find("status = \"Disabled\""), ["bob"]);
    assert_eq!(find("cognito:user_status = \"CONFIRMED\""), ["anna"]);
    assert_eq!(find("email = \"unknown@example.com\""), [] as [&str; 0]);
    let ann = world
        .admin(
            "ListUsers",
            json!({"Filter": "username = \"ann\"", "AttributesToGet": ["email"]}),
        )
        .unwrap();
    assert_eq!(
        ann["Users"][0]["Attributes"],
        json!([{"Name": "email", "Value": "ann@example.com"}])
    );
}
