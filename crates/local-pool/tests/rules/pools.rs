use serde_json::{Value, json};

use crate::world::{BEGINNING, World, refused, text};

#[test]
fn a_pool_is_described_as_it_was_made_with_defaults_filled_in() {
    let world = World::plain(
        json!({
            "PoolName": "Workshop", "UsernameAttributes": ["email"], "UserPoolTags": {"team": "a"},
            "Policies": {"PasswordPolicy": {"MinimumLength": 12, "RequireSymbols": false}},
            "Schema": [{"Name": "tier", "AttributeDataType": "String", "Mutable": true}]
        }),
        json!({}),
    );
    let described = world.admin("DescribeUserPool", json!({})).unwrap();
    let pool = &described["UserPool"];
    let mut rest = pool.clone();
    let schema = rest
        .as_object_mut()
        .unwrap()
        .remove("SchemaAttributes")
        .unwrap();
    assert_eq!(
        rest,
        json!({
            "Id": world.pool_id, "Name": "Workshop",
            "Arn": format!("arn:aws:cognito-idp:us-east-1:000000000000:userpool/{}", world.pool_id),
            "CreationDate": BEGINNING, "LastModifiedDate": BEGINNING, "EstimatedNumberOfUsers": 0,
            "Policies": {
                "PasswordPolicy": {
                    "MinimumLength": 12, "RequireUppercase": true, "RequireLowercase": true,
                    "RequireNumbers": true, "RequireSymbols": false, "TemporaryPasswordValidityDays": 7
                },
                "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}
            },
            "DeletionProtection": "INACTIVE", "LambdaConfig": {}, "MfaConfiguration": "OFF",
            "AutoVerifiedAttributes": ["email"], "UsernameAttributes": ["email"],
            "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
            "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
            "UserPoolTags": {"team": "a"}, "UserPoolTier": "ESSENTIALS",
            "AdminCreateUserConfig":
                {"AllowAdminCreateUserOnly": false, "UnusedAccountValidityDays": 7}
        })
    );
    let schema = schema.as_array().unwrap();
    assert_eq!(
        schema.len(),
        21,
        "20 standard attributes and one of its own"
    );
    assert_eq!(
        schema[20],
        json!({
            "Name": "custom:tier", "AttributeDataType": "String", "DeveloperOnlyAttribute": false,
            "Mutable": true, "Required": false
        })
    );
}

#[test]
fn ids_have_the_form_of_real_ones() {
    let world = World::plain(json!({}), json!({}));
    let (region, name) = world.pool_id.split_once('_').unwrap();
    assert_eq!(region, "us-east-1");
    assert!(name.len() == 9 && name.bytes().all(|letter| letter.is_ascii_alphanumeric()));
    let id = &world.client_id;
    assert!(
        id.len() == 26
            && id
                .bytes()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
    );
}

#[test]
fn an_update_puts_what_it_leaves_out_back_to_its_default() {
    let world = World::plain(
        json!({
            "UsernameAttributes": ["email"],
            "Policies": {"PasswordPolicy": {"MinimumLength": 12}}
        }),
        json!({}),
    );
    world.pass(60);
    assert_eq!(
        world.admin("UpdateUserPool", json!({"UserPoolTags": {"a": "b"}})),
        Ok(json!({}))
    );
    let pool = world.admin("DescribeUserPool", json!({})).unwrap()["UserPool"].clone();
    assert_eq!(pool["Policies"]["PasswordPolicy"]["MinimumLength"], 8);
    assert_eq!(pool["UserPoolTags"], json!({"a": "b"}));
    assert_eq!(pool.get("AutoVerifiedAttributes"), None);
    // Fixed at its making:
    assert_eq!(pool["UsernameAttributes"], json!(["email"]));
    assert_eq!(pool["Name"], "test");
    assert_eq!(
        (&pool["CreationDate"], &pool["LastModifiedDate"]),
        (&json!(BEGINNING), &json!(BEGINNING + 60))
    );
}

#[test]
fn a_deleted_pool_takes_everything_with_it() {
    let world = World::plain(json!({}), json!({}));
    world.confirmed("ann");
    let token = world.access_token("ann");
    assert_eq!(world.admin("DeleteUserPool", json!({})), Ok(Value::Null));
    assert_eq!(
        world.admin("DescribeUserPool", json!({})),
        refused(
            "ResourceNotFoundException",
            &format!("User pool {} does not exist.", world.pool_id)
        )
    );
    assert_eq!(
        world.by_password("ann", "x"),
        refused(
            "ResourceNotFoundException",
            &format!("User pool client {} does not exist.", world.client_id)
        )
    );
    assert_eq!(
        world.call("GetUser", json!({"AccessToken": token})),
        refused("NotAuthorizedException", "Invalid Access Token")
    );
}

#[test]
fn a_client_is_described_as_it_was_made() {
    let world = World::plain(
        json!({}),
        json!({
            "ClientName": "web", "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
            "PreventUserExistenceErrors": "ENABLED", "AccessTokenValidity": 10,
            "TokenValidityUnits": {"AccessToken": "minutes"}, "CallbackURLs": ["http://localhost:8000/login/"],
            "ReadAttributes": ["email"]
        }),
    );
    let expected = json!({"UserPoolClient": {
        "ClientId": world.client_id, "UserPoolId": world.pool_id, "ClientName": "web",
        "CreationDate": BEGINNING, "LastModifiedDate": BEGINNING,
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"], "PreventUserExistenceErrors": "ENABLED",
        "RefreshTokenValidity": 30, "AccessTokenValidity": 10,
        "TokenValidityUnits": {"AccessToken": "minutes"}, "ReadAttributes": ["email"],
        "CallbackURLs": ["http://localhost:8000/login/"], "AllowedOAuthFlowsUserPoolClient": false,
        "EnableTokenRevocation": true, "EnablePropagateAdditionalUserContextData": false,
        "AuthSessionValidity": 3
    }});
    assert_eq!(
        world.admin(
            "DescribeUserPoolClient",
            json!({"ClientId": world.client_id})
        ),
        Ok(expected)
    );
}

#[test]
fn a_client_keeps_its_secret_through_an_update_and_shows_it() {
    let world = World::plain(json!({}), json!({"GenerateSecret": true}));
    let secret = world.client_secret.clone().unwrap();
    assert_eq!(secret.len(), 51);
    let updated = world
        .admin(
            "UpdateUserPoolClient",
            json!({"ClientId": world.client_id, "AuthSessionValidity": 15}),
        )
        .unwrap();
    let client = &updated["UserPoolClient"];
    assert_eq!(
        (
            &client["ClientSecret"],
            &client["AuthSessionValidity"],
            client.get("ExplicitAuthFlows")
        ),
        (&json!(secret), &json!(15), None)
    );
}

#[test]
fn settings_out_of_bounds_are_refused() {
    let world = World::plain(json!({}), json!({}));
    let client = |more: Value| {
        let mut request = json!({"ClientName": "x"});
        request
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        world.admin("CreateUserPoolClient", request)
    };
    let range = refused(
        "InvalidParameterException",
        "Invalid range for token validity.",
    );
    assert_eq!(client(json!({"AccessTokenValidity": 25})), range);
    assert_eq!(
        client(json!({"IdTokenValidity": 4, "TokenValidityUnits": {"IdToken": "minutes"}})),
        range
    );
    assert_eq!(
        client(
            json!({"RefreshTokenValidity": 59, "TokenValidityUnits": {"RefreshToken": "minutes"}})
        ),
        range
    );
    assert_eq!(
        client(json!({"AuthSessionValidity": 2})),
        refused(
            "InvalidParameterException",
            "1 validation error detected: Value '2' at 'authSessionValidity' failed to satisfy constraint: Member must have value greater than or equal to 3"
        )
    );
    for refused_for_what_excludes_what in [
        json!({"ExplicitAuthFlows": ["ADMIN_NO_SRP_AUTH", "ALLOW_USER_SRP_AUTH"]}),
        json!({
            "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"],
            "RefreshTokenRotation": {"Feature": "ENABLED"}
        }),
        json!({"ExplicitAuthFlows": ["WHATEVER"]}),
        json!({"ReadAttributes": ["custom:unknown"]}),
    ] {
        assert_eq!(
            client(refused_for_what_excludes_what).map_err(|(name, _)| name),
            Err("InvalidParameterException")
        );
    }
    for pool in [
        json!({"PoolName": "x", "Policies": {"PasswordPolicy": {"MinimumLength": 5}}}),
        json!({"PoolName": "x", "AliasAttributes": ["email"], "UsernameAttributes": ["email"]}),
        json!({"PoolName": "x", "AutoVerifiedAttributes": ["nickname"]}),
    ] {
        assert_eq!(
            world.call("CreateUserPool", pool).map_err(|(name, _)| name),
            Err("InvalidParameterException")
        );
    }
}

#[test]
fn pools_and_clients_are_listed_page_by_page() {
    let world = World::plain(json!({}), json!({}));
    let second = world
        .admin("CreateUserPoolClient", json!({"ClientName": "second"}))
        .unwrap();
    let mut expected = [
        world.client_id.clone(),
        text(&second["UserPoolClient"]["ClientId"]),
    ];
    expected.sort();
    let first = world
        .admin("ListUserPoolClients", json!({"MaxResults": 1}))
        .unwrap();
    let rest = world
        .admin(
            "ListUserPoolClients",
            json!({"MaxResults": 1, "NextToken": first["NextToken"]}),
        )
        .unwrap();
    assert_eq!(rest.get("NextToken"), None);
    let listed = [&first, &rest].map(|page| text(&page["UserPoolClients"][0]["ClientId"]));
    assert_eq!(listed, expected);
    assert_eq!(
        world.call("ListUserPools", json!({})),
        refused(
            "InvalidParameterException",
            "1 validation error detected: Value at 'maxResults' failed to satisfy constraint: Member must not be null"
        )
    );
    let mut request = json!({"MaxResults": 60});
    loop {
        let page = world.call("ListUserPools", request.clone()).unwrap();
        let found = page["UserPools"]
            .as_array()
            .unwrap()
            .iter()
            .find(|pool| pool["Id"] == json!(world.pool_id));
        if let Some(found) = found {
            assert_eq!(
                found,
                &json!({
                    "Id": world.pool_id, "Name": "test", "LambdaConfig": {},
                    "CreationDate": BEGINNING, "LastModifiedDate": BEGINNING
                })
            );
            break;
        }
        request["NextToken"] = page["NextToken"].clone();
        assert!(page["NextToken"].is_string(), "the pool is on some page");
    }
}
