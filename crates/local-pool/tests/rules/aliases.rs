use serde_json::{Value, json};

use crate::test_pool::{PASSWORD, Refusal, TestPool, refused};

fn aliased() -> TestPool {
    TestPool::with_settings(
        json!({
            "AliasAttributes": ["email", "preferred_username"],
            "UsernameConfiguration": {"CaseSensitive": false}
        }),
        json!({}),
    )
}

fn update(world: &TestPool, token: &str, name: &str, value: &str) -> Result<Value, Refusal> {
    world.call(
        "UpdateUserAttributes",
        json!({"AccessToken": token, "UserAttributes": [{"Name": name, "Value": value}]}),
    )
}

#[test]
fn a_verified_alias_signs_in_with_the_stored_username() {
    let world = aliased();
    let email = world.confirmed("ann");
    let (_, round) = world.start_srp(&email).unwrap();
    assert_eq!(round["ChallengeParameters"]["USER_ID_FOR_SRP"], "ann");
    world.by_srp(&email.to_uppercase(), PASSWORD).unwrap();
}

#[test]
fn an_unverified_alias_does_not_sign_in() {
    let world = aliased();
    let email = world.address("ann");
    world.sign_up("ann", &email).unwrap();
    world
        .admin("AdminConfirmSignUp", json!({"Username": "ann"}))
        .unwrap();
    assert_eq!(
        world.by_password(&email, PASSWORD),
        refused("UserNotFoundException", "User does not exist.")
    );
    world.by_password("ann", PASSWORD).unwrap();
}

#[test]
fn a_user_name_may_not_look_like_an_alias() {
    let world = aliased();
    let email = world.address("ann");
    assert_eq!(
        world.sign_up(&email, &email),
        refused(
            "InvalidParameterException",
            "Username cannot be of email format, since user pool is configured for email alias."
        )
    );
}

#[test]
fn a_taken_alias_is_refused_at_confirmation_unless_forced() {
    let world = aliased();
    let email = world.confirmed("ann");
    world.sign_up("bob", &email).unwrap();
    let code = world.code(&email);
    assert_eq!(
        world.confirm("bob", &code),
        refused(
            "AliasExistsException",
            "An account with the email already exists."
        )
    );
    assert_eq!(
        world.app(
            "ConfirmSignUp",
            json!({"Username": "bob", "ConfirmationCode": code, "ForceAliasCreation": true})
        ),
        Ok(json!({}))
    );
    let (_, round) = world.start_srp(&email).unwrap();
    assert_eq!(round["ChallengeParameters"]["USER_ID_FOR_SRP"], "bob");
    let ann = world
        .admin("AdminGetUser", json!({"Username": "ann"}))
        .unwrap();
    assert!(
        ann["UserAttributes"]
            .as_array()
            .unwrap()
            .contains(&json!({"Name": "email_verified", "Value": "false"}))
    );
}

#[test]
fn a_preferred_username_signs_in_and_is_unique() {
    let world = aliased();
    world.confirmed("ann");
    world.confirmed("bob");
    assert_eq!(
        update(
            &world,
            &world.access_token("ann"),
            "preferred_username",
            "Annie"
        ),
        Ok(json!({"CodeDeliveryDetailsList": []}))
    );
    world.by_srp("annie", PASSWORD).unwrap();
    assert_eq!(
        update(
            &world,
            &world.access_token("bob"),
            "preferred_username",
            "ANNIE"
        ),
        refused(
            "AliasExistsException",
            "An account with the given preferred_username already exists."
        )
    );
}

#[test]
fn a_changed_alias_takes_effect_at_once() {
    let world = TestPool::workshop();
    let old = world.confirmed(&world.address("ann"));
    let new = world.address("anna");
    let token = world.access_token(&old);
    assert_eq!(
        update(&world, &token, "email", &new),
        Ok(json!({"CodeDeliveryDetailsList": [
            {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@u***"}
        ]}))
    );
    world.by_srp(&new, PASSWORD).unwrap();
    assert_eq!(
        world.by_srp(&old, PASSWORD),
        refused("NotAuthorizedException", "Incorrect username or password.")
    );
}

#[test]
fn an_alias_of_another_user_cannot_be_taken() {
    let world = TestPool::workshop();
    let ann = world.confirmed(&world.address("ann"));
    let bob = world.confirmed(&world.address("bob"));
    assert_eq!(
        update(&world, &world.access_token(&bob), "email", &ann),
        refused(
            "AliasExistsException",
            "An account with the given email already exists."
        )
    );
}
