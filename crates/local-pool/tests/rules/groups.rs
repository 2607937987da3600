//! Groups, and the group claims of the tokens.

use serde_json::{Value, json};

use crate::second_factors::create_user;
use crate::test_pool::{
    BEGINNING, Refusal, TestPool, decode_claims, expected_error, member_names, text_of,
};

/// Calls `CreateGroup` with these additional members.
fn create_group(test_pool: &TestPool, name: &str, more: Value) -> Result<Value, Refusal> {
    let mut request = more;
    request["GroupName"] = json!(name);
    test_pool.call_as_operator("CreateGroup", request)
}

/// Adds a user to a group.
fn add_user_to_group(test_pool: &TestPool, name: &str, group: &str) -> Result<Value, Refusal> {
    test_pool.call_as_operator(
        "AdminAddUserToGroup",
        json!({"Username": name, "GroupName": group}),
    )
}

/// Removes a user from a group.
fn remove_user_from_group(test_pool: &TestPool, name: &str, group: &str) -> Result<Value, Refusal> {
    test_pool.call_as_operator(
        "AdminRemoveUserFromGroup",
        json!({"Username": name, "GroupName": group}),
    )
}

const ROLE: &str = "arn:aws:iam::111122223333:role/admin";
const OTHER_ROLE: &str = "arn:aws:iam::111122223333:role/reader";

/// Returns the error for an unknown group.
fn unknown_group_error() -> Result<Value, Refusal> {
    expected_error("ResourceNotFoundException", "Group not found.")
}

#[test]
fn user_group_is_created_described_updated_and_deleted() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    let made = create_group(
        &test_pool,
        "admins",
        json!({"Description": "They may", "RoleArn": ROLE, "Precedence": 1}),
    )
    .unwrap();
    assert_eq!(
        made,
        json!({"Group": {
            "GroupName": "admins", "UserPoolId": test_pool.pool_id, "Description": "They may", "RoleArn": ROLE,
            "Precedence": 1, "CreationDate": BEGINNING, "LastModifiedDate": BEGINNING
        }})
    );
    assert_eq!(
        create_group(&test_pool, "admins", json!({})),
        expected_error(
            "GroupExistsException",
            "A group with the name already exists."
        )
    );
    assert_eq!(
        test_pool.call_as_operator("GetGroup", json!({"GroupName": "admins"})),
        Ok(made)
    );
    test_pool.advance_clock(60);
    assert_eq!(
        test_pool.call_as_operator(
            "UpdateGroup",
            json!({"GroupName": "admins", "Precedence": 5})
        ),
        Ok(json!({"Group": {
            "GroupName": "admins", "UserPoolId": test_pool.pool_id, "Description": "They may", "RoleArn": ROLE,
            "Precedence": 5, "CreationDate": BEGINNING, "LastModifiedDate": BEGINNING + 60
        }}))
    );
    assert_eq!(
        test_pool.call_as_operator("DeleteGroup", json!({"GroupName": "admins"})),
        Ok(Value::Null)
    );
    for operation in ["GetGroup", "UpdateGroup", "DeleteGroup", "ListUsersInGroup"] {
        assert_eq!(
            test_pool.call_as_operator(operation, json!({"GroupName": "admins"})),
            unknown_group_error(),
            "{operation}"
        );
    }
}

#[test]
fn create_group_refuses_invalid_group_names() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    assert_eq!(
        create_group(
            &test_pool,
            "the admins",
            json!({"RoleArn": "arn:aws:iam::role"})
        ),
        expected_error(
            "InvalidParameterException",
            r"3 validation errors detected: Value 'the admins' at 'groupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+; Value 'arn:aws:iam::role' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20; Value 'arn:aws:iam::role' at 'roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?"
        )
    );
    assert_eq!(
        test_pool.call_action(
            "CreateGroup",
            json!({"UserPoolId": "us-east-1_Nowhere11", "GroupName": "x"})
        ),
        expected_error(
            "ResourceNotFoundException",
            "User pool us-east-1_Nowhere11 does not exist."
        )
    );
}

#[test]
fn users_are_added_to_groups_and_removed_from_them() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    for name in ["ann", "bob", "carl"] {
        create_user(&test_pool, name, json!([]));
        create_group(&test_pool, &format!("friends-of-{name}"), json!({})).unwrap();
    }
    for name in ["ann", "bob", "carl"] {
        assert_eq!(
            add_user_to_group(&test_pool, name, "friends-of-ann"),
            Ok(Value::Null)
        );
    }
    // Adding a user twice has the same result as adding the user once.
    add_user_to_group(&test_pool, "ann", "friends-of-ann").unwrap();
    add_user_to_group(&test_pool, "ann", "friends-of-carl").unwrap();
    assert_eq!(
        add_user_to_group(&test_pool, "ann", "friends-of-dan"),
        unknown_group_error()
    );
    assert_eq!(
        add_user_to_group(&test_pool, "dan", "friends-of-ann"),
        expected_error("UserNotFoundException", "User does not exist.")
    );
    let pages = |operation: &str, request: Value, member: &str, name: &str| {
        let mut found = Vec::new();
        let mut request = request;
        request["Limit"] = json!(2);
        loop {
            let page = test_pool
                .call_as_operator(operation, request.clone())
                .unwrap();
            let listed = page[member].as_array().unwrap();
            found.push(
                listed
                    .iter()
                    .map(|one| text_of(&one[name]))
                    .collect::<Vec<_>>(),
            );
            if page["NextToken"].is_null() {
                return found;
            }
            request["NextToken"] = page["NextToken"].clone();
        }
    };
    assert_eq!(
        pages("ListGroups", json!({}), "Groups", "GroupName"),
        [
            vec!["friends-of-ann", "friends-of-bob"],
            vec!["friends-of-carl"]
        ]
    );
    assert_eq!(
        pages(
            "ListUsersInGroup",
            json!({"GroupName": "friends-of-ann"}),
            "Users",
            "Username"
        ),
        [vec!["ann", "bob"], vec!["carl"]]
    );
    let of_ann = |test_pool: &TestPool| {
        let answer = test_pool
            .call_as_operator("AdminListGroupsForUser", json!({"Username": "ann"}))
            .unwrap();
        answer["Groups"]
            .as_array()
            .unwrap()
            .iter()
            .map(|group| text_of(&group["GroupName"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(of_ann(&test_pool), ["friends-of-ann", "friends-of-carl"]);
    assert_eq!(
        remove_user_from_group(&test_pool, "ann", "friends-of-ann"),
        Ok(Value::Null)
    );
    assert_eq!(
        remove_user_from_group(&test_pool, "ann", "friends-of-ann"),
        Ok(Value::Null)
    );
    assert_eq!(of_ann(&test_pool), ["friends-of-carl"]);
    test_pool
        .call_as_operator("AdminDeleteUser", json!({"Username": "bob"}))
        .unwrap();
    let left = test_pool
        .call_as_operator("ListUsersInGroup", json!({"GroupName": "friends-of-ann"}))
        .unwrap();
    assert_eq!(left["Users"].as_array().unwrap().len(), 1);
}

#[test]
fn tokens_contain_user_groups_and_the_id_token_their_roles() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    create_user(&test_pool, "ann", json!([]));
    let tokens = test_pool.sign_in_for_tokens("ann");
    for token in ["IdToken", "AccessToken"] {
        let claims = decode_claims(&tokens[token]);
        let about_groups: Vec<_> = member_names(&claims)
            .into_iter()
            .filter(|name| {
                ["cognito:groups", "cognito:roles", "cognito:preferred_role"].contains(name)
            })
            .collect();
        assert_eq!(about_groups, [""; 0], "{token}");
    }
    create_group(
        &test_pool,
        "readers",
        json!({"RoleArn": OTHER_ROLE, "Precedence": 7}),
    )
    .unwrap();
    create_group(
        &test_pool,
        "admins",
        json!({"RoleArn": ROLE, "Precedence": 1}),
    )
    .unwrap();
    create_group(&test_pool, "guests", json!({})).unwrap();
    for name in ["readers", "admins", "guests"] {
        add_user_to_group(&test_pool, "ann", name).unwrap();
    }
    // Refreshed tokens have the current groups.
    let renewed = test_pool
        .call_as_app(
            "GetTokensFromRefreshToken",
            json!({"RefreshToken": tokens["RefreshToken"]}),
        )
        .unwrap();
    for tokens in [
        test_pool.sign_in_for_tokens("ann"),
        renewed["AuthenticationResult"].clone(),
    ] {
        let (id, access) = (
            decode_claims(&tokens["IdToken"]),
            decode_claims(&tokens["AccessToken"]),
        );
        let groups = json!(["admins", "readers", "guests"]);
        assert_eq!(
            (&id["cognito:groups"], &access["cognito:groups"]),
            (&groups, &groups)
        );
        assert_eq!(id["cognito:roles"], json!([ROLE, OTHER_ROLE]));
        assert_eq!(id["cognito:preferred_role"], ROLE);
        assert_eq!(access["cognito:roles"], Value::Null);
        assert_eq!(access["cognito:preferred_role"], Value::Null);
    }
    // Two groups with the same precedence: no role is preferred.
    test_pool
        .call_as_operator(
            "UpdateGroup",
            json!({"GroupName": "readers", "Precedence": 1}),
        )
        .unwrap();
    let id = decode_claims(&test_pool.sign_in_for_tokens("ann")["IdToken"]);
    assert_eq!(id["cognito:preferred_role"], Value::Null);
}
