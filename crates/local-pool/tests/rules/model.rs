use serde_json::json;

use crate::world::{PASSWORD, World, refused};

fn violation(text: &str) -> Result<serde_json::Value, (&'static str, String)> {
    refused("InvalidParameterException", text)
}

#[test]
fn violations_of_the_model_are_told_all_at_once_and_before_anything_else() {
    let world = World::workshop();
    assert_eq!(
        world.call(
            "ConfirmSignUp",
            json!({"Username": "ann", "ConfirmationCode": "123456"})
        ),
        violation(
            "1 validation error detected: Value at 'clientId' failed to satisfy constraint: Member must not be null"
        )
    );
    assert_eq!(
        world.app(
            "ConfirmSignUp",
            json!({"Username": "", "ConfirmationCode": "123456", "Session": "short"})
        ),
        violation(
            "2 validation errors detected: Value at 'username' failed to satisfy constraint: Member must have length greater than or equal to 1; Value at 'session' failed to satisfy constraint: Member must have length greater than or equal to 20"
        )
    );
    assert_eq!(
        world.app("InitiateAuth", json!({"AuthFlow": "FOO"})),
        violation(
            "1 validation error detected: Value 'FOO' at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]"
        )
    );
    assert_eq!(
        world.app(
            "SignUp",
            json!({"Username": "ann", "Password": PASSWORD,
                "UserAttributes": [{"Name": "n".repeat(33), "Value": "x"}]})
        ),
        violation(&format!(
            "1 validation error detected: Value '{}' at 'userAttributes.1.member.name' failed to satisfy constraint: Member must have length less than or equal to 32",
            "n".repeat(33)
        ))
    );
}

#[test]
fn a_password_has_no_space_at_its_edges() {
    let world = World::workshop();
    for password in [" Passw0rd!", "Passw0rd! ", "x", "", "Passw\n0rd!"] {
        assert_eq!(
            world.app(
                "SignUp",
                json!({"Username": world.address("ann"), "Password": password})
            ),
            violation(
                r"1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\S]+.*[\S]+$"
            ),
            "{password:?}"
        );
    }
    world
        .app(
            "SignUp",
            json!({"Username": world.address("ann"), "Password": "Pass w0rd"}),
        )
        .unwrap();
}

#[test]
fn a_user_name_has_no_white_space_and_at_most_128_letters() {
    let world = World::plain(json!({}), json!({}));
    assert_eq!(
        world.app(
            "SignUp",
            json!({"Username": "ann lee", "Password": PASSWORD})
        ),
        violation(
            r"1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+"
        )
    );
    assert_eq!(
        world.app(
            "SignUp",
            json!({"Username": "a".repeat(129), "Password": PASSWORD})
        ),
        violation(
            "1 validation error detected: Value at 'username' failed to satisfy constraint: Member must have length less than or equal to 128"
        )
    );
}

#[test]
fn what_is_no_json_object_or_of_another_type_cannot_be_read() {
    let world = World::workshop();
    for body in ["", "{", "[]", "null", "\"x\"", "{\"ClientId\":"] {
        assert_eq!(
            world.call_with_body("SignUp", body.as_bytes()),
            refused("SerializationException", ""),
            "{body:?}"
        );
    }
    for request in [
        json!({"Username": 7}),
        json!({"Username": ["a"], "Password": PASSWORD}),
        json!({"Username": "a", "Password": PASSWORD, "UserAttributes": {"Name": "x"}}),
        json!({"Username": "a", "Password": PASSWORD, "UserAttributes": ["x"]}),
        json!({"Username": "a", "Password": PASSWORD, "UserAttributes": [{"Name": 1}]}),
    ] {
        assert_eq!(
            world.app("SignUp", request).map_err(|(name, _)| name),
            Err("SerializationException")
        );
    }
    assert_eq!(
        world
            .app(
                "InitiateAuth",
                json!({"AuthFlow": "USER_SRP_AUTH", "AuthParameters": {"USERNAME": {}}})
            )
            .map_err(|(name, _)| name),
        Err("SerializationException")
    );
}

#[test]
fn an_action_that_is_not_there_is_unknown_and_case_matters() {
    let world = World::workshop();
    for operation in ["ListUserSessions", "signup", "", "SignUp "] {
        assert_eq!(
            world.call(operation, json!({})),
            refused("UnknownOperationException", ""),
            "{operation:?}"
        );
    }
}
