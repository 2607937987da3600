use serde_json::{Value, json};

use crate::world::{PASSWORD, World, refused};

const NOBODY: &str = "nobody@example.com";

fn telling() -> World {
    World::plain(
        json!({"UsernameAttributes": ["email"], "UsernameConfiguration": {"CaseSensitive": false}}),
        json!({"PreventUserExistenceErrors": "LEGACY"}),
    )
}

fn hint() -> Value {
    json!({"CodeDeliveryDetails":
        {"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "n***@e***"}})
}

#[test]
fn a_telling_client_says_that_nobody_has_the_name() {
    let world = telling();
    let unknown = refused("UserNotFoundException", "User does not exist.");
    assert_eq!(world.by_password(NOBODY, PASSWORD), unknown);
    assert_eq!(world.by_srp(NOBODY, PASSWORD), unknown);
    let unknown = refused(
        "UserNotFoundException",
        "Username/client id combination not found.",
    );
    assert_eq!(
        world.app("ForgotPassword", json!({"Username": NOBODY})),
        unknown
    );
    assert_eq!(
        world.app("ResendConfirmationCode", json!({"Username": NOBODY})),
        unknown
    );
    assert_eq!(world.confirm(NOBODY, "123456"), unknown);
    assert_eq!(
        world.app(
            "ConfirmForgotPassword",
            json!({"Username": NOBODY, "ConfirmationCode": "123456", "Password": PASSWORD})
        ),
        unknown
    );
}

#[test]
fn a_client_that_hides_it_refuses_a_password_as_wrong() {
    let world = World::workshop();
    let incorrect = refused("NotAuthorizedException", "Incorrect username or password.");
    assert_eq!(world.by_password(NOBODY, PASSWORD), incorrect);
    assert_eq!(world.by_srp(NOBODY, PASSWORD), incorrect);
}

#[test]
fn nobody_is_challenged_like_somebody_and_always_with_the_same_salt_and_id() {
    let world = World::workshop();
    let (_, first) = world.start_srp(NOBODY).unwrap();
    let (_, again) = world.start_srp("NoBody@Example.com").unwrap();
    let (_, other) = world.start_srp("somebody@example.com").unwrap();
    let steady = |round: &Value| {
        let given = &round["ChallengeParameters"];
        (
            given["SALT"].clone(),
            given["USER_ID_FOR_SRP"].clone(),
            given["USERNAME"].clone(),
        )
    };
    assert_eq!(steady(&first), steady(&again));
    assert_ne!(steady(&first), steady(&other));
    for drawn in ["SRP_B", "SECRET_BLOCK"] {
        assert_ne!(
            first["ChallengeParameters"][drawn],
            again["ChallengeParameters"][drawn]
        );
    }
    let ann = world.confirmed(&world.address("ann"));
    let (_, real) = world.start_srp(&ann).unwrap();
    let shape = |round: &Value| -> Vec<(String, usize)> {
        let given = round["ChallengeParameters"].as_object().unwrap();
        given
            .iter()
            .filter(|(name, _)| *name != "SECRET_BLOCK" && *name != "SRP_B" && *name != "SALT")
            .map(|(name, value)| (name.clone(), value.as_str().unwrap().len()))
            .collect()
    };
    assert_eq!(shape(&first), shape(&real));
}

#[test]
fn nobody_is_sent_nothing_and_the_answer_does_not_tell() {
    let world = World::workshop();
    assert_eq!(
        world.app("ForgotPassword", json!({"Username": NOBODY})),
        Ok(hint())
    );
    assert_eq!(
        world.app("ResendConfirmationCode", json!({"Username": NOBODY})),
        Ok(hint())
    );
    assert_eq!(world.messages(NOBODY), []);
}

#[test]
fn a_code_for_nobody_is_expired_until_one_was_asked_for_and_then_wrong() {
    let world = World::workshop();
    let expired = refused(
        "ExpiredCodeException",
        "Invalid code provided, please request a code again.",
    );
    assert_eq!(world.confirm(NOBODY, "123456"), expired);
    let reset = || {
        world.app(
            "ConfirmForgotPassword",
            json!({"Username": NOBODY, "ConfirmationCode": "123456", "Password": PASSWORD}),
        )
    };
    assert_eq!(reset(), expired);
    world
        .app("ForgotPassword", json!({"Username": NOBODY}))
        .unwrap();
    assert_eq!(
        reset(),
        refused(
            "CodeMismatchException",
            "Invalid verification code provided, please try again."
        )
    );
}

#[test]
fn limits_hold_for_nobody_as_for_somebody() {
    let world = World::workshop();
    for _ in 0..5 {
        world
            .app("ForgotPassword", json!({"Username": NOBODY}))
            .unwrap();
    }
    assert_eq!(
        world.app("ForgotPassword", json!({"Username": NOBODY})),
        refused(
            "LimitExceededException",
            "Attempt limit exceeded, please try after some time."
        )
    );
    for _ in 0..5 {
        assert_eq!(
            world.by_password(NOBODY, PASSWORD),
            refused("NotAuthorizedException", "Incorrect username or password.")
        );
    }
    assert_eq!(
        world.by_password(NOBODY, PASSWORD),
        refused("NotAuthorizedException", "Password attempts exceeded")
    );
}

#[test]
fn a_taken_name_is_told_at_sign_up_even_where_existence_is_hidden() {
    let world = World::workshop();
    let ann = world.confirmed(&world.address("ann"));
    assert_eq!(
        world.sign_up(&ann, &ann),
        refused(
            "UsernameExistsException",
            "An account with the given email already exists."
        )
    );
}
