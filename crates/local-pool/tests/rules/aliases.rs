use serde_json::{Value, json};

use crate::test_pool::{PASSWORD, Refusal, TestPool, expected_error};

/// Creates a pool with email address and preferred username as aliases.
fn pool_with_aliases() -> TestPool {
    TestPool::with_settings(
        json!({
            "AliasAttributes": ["email", "preferred_username"],
            "UsernameConfiguration": {"CaseSensitive": false}
        }),
        json!({}),
    )
}

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

#[test]
fn user_can_sign_in_by_a_verified_alias_address() {
    let test_pool = pool_with_aliases();
    let email = test_pool.create_confirmed_user("ann");
    let (_, round) = test_pool.start_srp(&email).unwrap();
    assert_eq!(round["ChallengeParameters"]["USER_ID_FOR_SRP"], "ann");
    test_pool
        .sign_in_by_srp(&email.to_uppercase(), PASSWORD)
        .unwrap();
}

#[test]
fn user_cannot_sign_in_by_an_unverified_alias_address() {
    let test_pool = pool_with_aliases();
    let email = test_pool.email_address("ann");
    test_pool.sign_up("ann", &email).unwrap();
    test_pool
        .call_as_operator("AdminConfirmSignUp", json!({"Username": "ann"}))
        .unwrap();
    assert_eq!(
        test_pool.sign_in_by_password(&email, PASSWORD),
        expected_error("UserNotFoundException", "User does not exist.")
    );
    test_pool.sign_in_by_password("ann", PASSWORD).unwrap();
}

#[test]
fn sign_up_refuses_a_username_that_looks_like_an_alias() {
    let test_pool = pool_with_aliases();
    let email = test_pool.email_address("ann");
    assert_eq!(
        test_pool.sign_up(&email, &email),
        expected_error(
            "InvalidParameterException",
            "Username cannot be of email format, since user pool is configured for email alias."
        )
    );
}

#[test]
fn confirm_sign_up_refuses_a_taken_alias_unless_forced() {
    let test_pool = pool_with_aliases();
    let email = test_pool.create_confirmed_user("ann");
    test_pool.sign_up("bob", &email).unwrap();
    let code = test_pool.newest_code(&email);
    assert_eq!(
        test_pool.confirm_user("bob", &code),
        expected_error(
            "AliasExistsException",
            "An account with the email already exists."
        )
    );
    assert_eq!(
        test_pool.call_as_app(
            "ConfirmSignUp",
            json!({"Username": "bob", "ConfirmationCode": code, "ForceAliasCreation": true})
        ),
        Ok(json!({}))
    );
    let (_, round) = test_pool.start_srp(&email).unwrap();
    assert_eq!(round["ChallengeParameters"]["USER_ID_FOR_SRP"], "bob");
    let ann = test_pool
        .call_as_operator("AdminGetUser", json!({"Username": "ann"}))
        .unwrap();
    assert!(
        ann["UserAttributes"]
            .as_array()
            .unwrap()
            .contains(&json!({"Name": "email_verified", "Value": "false"}))
    );
}

#[test]
fn user_can_sign_in_by_preferred_username_which_is_unique() {
    let test_pool = pool_with_aliases();
    test_pool.create_confirmed_user("ann");
    test_pool.create_confirmed_user("bob");
    assert_eq!(
        update_attribute(
            &test_pool,
            &test_pool.access_token("ann"),
            "preferred_username",
            "Annie"
        ),
        Ok(json!({"CodeDeliveryDetailsList": []}))
    );
    test_pool.sign_in_by_srp("annie", PASSWORD).unwrap();
    assert_eq!(
        update_attribute(
            &test_pool,
            &test_pool.access_token("bob"),
            "preferred_username",
            "ANNIE"
        ),
        expected_error(
            "AliasExistsException",
            "An account with the given preferred_username already exists."
        )
    );
}

#[test]
fn user_can_sign_in_by_a_changed_alias_immediately() {
    let test_pool = TestPool::workshop();
    let old = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    let new = test_pool.email_address("anna");
    let token = test_pool.access_token(&old);
    assert_eq!(
        update_attribute(&test_pool, &token, "email", &new),
        Ok(json!({"CodeDeliveryDetailsList": [
            {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@u***"}
        ]}))
    );
    test_pool.sign_in_by_srp(&new, PASSWORD).unwrap();
    assert_eq!(
        test_pool.sign_in_by_srp(&old, PASSWORD),
        expected_error("NotAuthorizedException", "Incorrect username or password.")
    );
}

#[test]
fn user_cannot_change_the_email_to_that_of_another_user() {
    let test_pool = TestPool::workshop();
    let ann = test_pool.create_confirmed_user(&test_pool.email_address("ann"));
    let bob = test_pool.create_confirmed_user(&test_pool.email_address("bob"));
    assert_eq!(
        update_attribute(&test_pool, &test_pool.access_token(&bob), "email", &ann),
        expected_error(
            "AliasExistsException",
            "An account with the given email already exists."
        )
    );
}
