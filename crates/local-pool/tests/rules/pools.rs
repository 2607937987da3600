use serde_json::{Value, json};

use crate::test_pool::{BEGINNING, TestPool, expected_error, text_of};

#[test]
fn describe_user_pool_fills_in_defaults() {
    let test_pool = TestPool::with_settings(
        json!({
            "PoolName": "Workshop", "UsernameAttributes": ["email"], "UserPoolTags": {"team": "a"},
            "Policies": {"PasswordPolicy": {"MinimumLength": 12, "RequireSymbols": false}},
            "Schema": [{"Name": "tier", "AttributeDataType": "String", "Mutable": true}]
        }),
        json!({}),
    );
    let described = test_pool
        .call_as_operator("DescribeUserPool", json!({}))
        .unwrap();
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
            "Id": test_pool.pool_id, "Name": "Workshop",
            "Arn": format!("arn:aws:cognito-idp:us-east-1:000000000000:userpool/{}", test_pool.pool_id),
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
fn pool_and_client_ids_have_the_format_of_cognitos_ids() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    let (region, name) = test_pool.pool_id.split_once('_').unwrap();
    assert_eq!(region, "us-east-1");
    assert!(name.len() == 9 && name.bytes().all(|letter| letter.is_ascii_alphanumeric()));
    let id = &test_pool.client_id;
    assert!(
        id.len() == 26
            && id
                .bytes()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
    );
}

#[test]
fn update_user_pool_resets_omitted_settings_to_defaults() {
    let test_pool = TestPool::with_settings(
        json!({
            "UsernameAttributes": ["email"],
            "Policies": {"PasswordPolicy": {"MinimumLength": 12}}
        }),
        json!({}),
    );
    test_pool.advance_clock(60);
    assert_eq!(
        test_pool.call_as_operator("UpdateUserPool", json!({"UserPoolTags": {"a": "b"}})),
        Ok(json!({}))
    );
    let pool = test_pool
        .call_as_operator("DescribeUserPool", json!({}))
        .unwrap()["UserPool"]
        .clone();
    assert_eq!(pool["Policies"]["PasswordPolicy"]["MinimumLength"], 8);
    assert_eq!(pool["UserPoolTags"], json!({"a": "b"}));
    assert_eq!(pool.get("AutoVerifiedAttributes"), None);
    // These settings cannot change after the pool was created.
    assert_eq!(pool["UsernameAttributes"], json!(["email"]));
    assert_eq!(pool["Name"], "test");
    assert_eq!(
        (&pool["CreationDate"], &pool["LastModifiedDate"]),
        (&json!(BEGINNING), &json!(BEGINNING + 60))
    );
}

#[test]
fn deleting_a_pool_deletes_its_users_and_clients() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.create_confirmed_user("ann");
    let token = test_pool.access_token("ann");
    assert_eq!(
        test_pool.call_as_operator("DeleteUserPool", json!({})),
        Ok(Value::Null)
    );
    assert_eq!(
        test_pool.call_as_operator("DescribeUserPool", json!({})),
        expected_error(
            "ResourceNotFoundException",
            &format!("User pool {} does not exist.", test_pool.pool_id)
        )
    );
    assert_eq!(
        test_pool.sign_in_by_password("ann", "x"),
        expected_error(
            "ResourceNotFoundException",
            &format!("User pool client {} does not exist.", test_pool.client_id)
        )
    );
    assert_eq!(
        test_pool.call_action("GetUser", json!({"AccessToken": token})),
        expected_error("NotAuthorizedException", "Invalid Access Token")
    );
}

#[test]
fn describe_user_pool_client_returns_the_created_client() {
    let test_pool = TestPool::with_settings(
        json!({}),
        json!({
            "ClientName": "web", "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
            "PreventUserExistenceErrors": "ENABLED", "AccessTokenValidity": 10,
            "TokenValidityUnits": {"AccessToken": "minutes"}, "CallbackURLs": ["http://localhost:8000/login/"],
            "ReadAttributes": ["email"]
        }),
    );
    let expected = json!({"UserPoolClient": {
        "ClientId": test_pool.client_id, "UserPoolId": test_pool.pool_id, "ClientName": "web",
        "CreationDate": BEGINNING, "LastModifiedDate": BEGINNING,
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"], "PreventUserExistenceErrors": "ENABLED",
        "RefreshTokenValidity": 30, "AccessTokenValidity": 10,
        "TokenValidityUnits": {"AccessToken": "minutes"}, "ReadAttributes": ["email"],
        "CallbackURLs": ["http://localhost:8000/login/"], "AllowedOAuthFlowsUserPoolClient": false,
        "EnableTokenRevocation": true, "EnablePropagateAdditionalUserContextData": false,
        "AuthSessionValidity": 3
    }});
    assert_eq!(
        test_pool.call_as_operator(
            "DescribeUserPoolClient",
            json!({"ClientId": test_pool.client_id})
        ),
        Ok(expected)
    );
}

#[test]
fn update_user_pool_client_keeps_the_client_secret() {
    let test_pool = TestPool::with_settings(json!({}), json!({"GenerateSecret": true}));
    let secret = test_pool.client_secret.clone().unwrap();
    assert_eq!(secret.len(), 51);
    let updated = test_pool
        .call_as_operator(
            "UpdateUserPoolClient",
            json!({"ClientId": test_pool.client_id, "AuthSessionValidity": 15}),
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
fn pool_and_client_settings_out_of_bounds_are_refused() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    let client = |more: Value| {
        let mut request = json!({"ClientName": "x"});
        request
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        test_pool.call_as_operator("CreateUserPoolClient", request)
    };
    let range = expected_error(
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
        expected_error(
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
            test_pool
                .call_action("CreateUserPool", pool)
                .map_err(|(name, _)| name),
            Err("InvalidParameterException")
        );
    }
}

#[test]
fn user_pools_and_clients_are_listed_in_pages() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    let second = test_pool
        .call_as_operator("CreateUserPoolClient", json!({"ClientName": "second"}))
        .unwrap();
    let mut expected = [
        test_pool.client_id.clone(),
        text_of(&second["UserPoolClient"]["ClientId"]),
    ];
    expected.sort();
    let first = test_pool
        .call_as_operator("ListUserPoolClients", json!({"MaxResults": 1}))
        .unwrap();
    let rest = test_pool
        .call_as_operator(
            "ListUserPoolClients",
            json!({"MaxResults": 1, "NextToken": first["NextToken"]}),
        )
        .unwrap();
    assert_eq!(rest.get("NextToken"), None);
    let listed = [&first, &rest].map(|page| text_of(&page["UserPoolClients"][0]["ClientId"]));
    assert_eq!(listed, expected);
    assert_eq!(
        test_pool.call_action("ListUserPools", json!({})),
        expected_error(
            "InvalidParameterException",
            "1 validation error detected: Value null at 'maxResults' failed to satisfy constraint: Member must not be null"
        )
    );
    let mut request = json!({"MaxResults": 60});
    loop {
        let page = test_pool
            .call_action("ListUserPools", request.clone())
            .unwrap();
        let found = page["UserPools"]
            .as_array()
            .unwrap()
            .iter()
            .find(|pool| pool["Id"] == json!(test_pool.pool_id));
        if let Some(found) = found {
            assert_eq!(
                found,
                &json!({
                    "Id": test_pool.pool_id, "Name": "test", "LambdaConfig": {},
                    "CreationDate": BEGINNING, "LastModifiedDate": BEGINNING
                })
            );
            break;
        }
        request["NextToken"] = page["NextToken"].clone();
        assert!(page["NextToken"].is_string(), "the pool is on some page");
    }
}

/// The texts are those of moto, whose authors compared them with the service:
/// <https://github.com/getmoto/moto/blob/master/tests/test_cognitoidp/test_cognitoidp.py>.
#[test]
fn pool_refuses_an_attribute_schema_with_invalid_bounds() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    let text = |name: &str, bounds: Value| json!({"Name": name, "AttributeDataType": "String", "StringAttributeConstraints": bounds});
    let number = |name: &str, bounds: Value| json!({"Name": name, "AttributeDataType": "Number", "NumberAttributeConstraints": bounds});
    // The attribute, its name in errors as a standard and as a custom attribute, and the text of the error.
    for (attribute, standard, expected) in [
        (
            text("email", json!({"MinLength": "2", "MaxLength": "1"})),
            true,
            "user.NAME: Max length cannot be less than min length.",
        ),
        (
            text("email", json!({"MaxLength": "2049"})),
            true,
            "user.NAME: String attributes cannot have a length of more than 2048",
        ),
        (
            text("tier", json!({"MinLength": "2049"})),
            false,
            "user.NAME: String attributes cannot have a length of more than 2048",
        ),
        (
            text("tier", json!({"MinLength": "2", "MaxLength": "1"})),
            false,
            "user.NAME: Max length cannot be less than min length.",
        ),
        (
            text("tier", json!({"MinLength": "few"})),
            false,
            "Invalid StringAttributeConstraints for schema attribute NAME",
        ),
        (
            text("tier", json!({"MaxLength": "-1"})),
            false,
            "Invalid StringAttributeConstraints for schema attribute NAME",
        ),
        (
            number("updated_at", json!({"MinValue": "2", "MaxValue": "1"})),
            true,
            "user.NAME: Max value cannot be less than min value.",
        ),
        (
            number("age", json!({"MinValue": "2", "MaxValue": "-1"})),
            false,
            "user.NAME: Max value cannot be less than min value.",
        ),
        (
            number("age", json!({"MaxValue": "many"})),
            false,
            "Invalid NumberAttributeConstraints for schema attribute NAME",
        ),
        (
            json!({"Name": "email", "AttributeDataType": "Number"}),
            true,
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute NAME",
        ),
        (
            json!({"Name": "email", "DeveloperOnlyAttribute": true}),
            true,
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute NAME",
        ),
        (
            json!({"Name": "tier", "Required": true}),
            false,
            "Required custom attributes are not supported currently.",
        ),
        (
            json!({"Name": "tier", "AttributeDataType": "Integer"}),
            false,
            "1 validation error detected: Value 'Integer' at 'LIST.1.member.attributeDataType' failed to satisfy constraint: Member must satisfy enum value set: [String, Number, DateTime, Boolean]",
        ),
        (
            json!({"AttributeDataType": "String"}),
            false,
            "1 validation error detected: Value at 'LIST.1.member.name' failed to satisfy constraint: Member must not be null",
        ),
    ] {
        let name = attribute["Name"].as_str().unwrap_or_default();
        let shown = if standard {
            name.to_owned()
        } else {
            format!("custom:{name}")
        };
        let expected = |list: &str| {
            expected_error(
                "InvalidParameterException",
                &expected.replace("NAME", &shown).replace("LIST", list),
            )
        };
        assert_eq!(
            test_pool.call_action(
                "CreateUserPool",
                json!({"PoolName": "x", "Schema": [attribute.clone()]})
            ),
            expected("schema")
        );
        if !standard {
            assert_eq!(
                test_pool.call_as_operator(
                    "AddCustomAttributes",
                    json!({"CustomAttributes": [attribute]})
                ),
                expected("customAttributes")
            );
        }
    }
}

#[test]
fn custom_attribute_ignores_bounds_of_another_data_type() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    test_pool.advance_clock(60);
    let bounds = json!({
        "StringAttributeConstraints": {"MinLength": "0", "MaxLength": "2048"},
        "NumberAttributeConstraints": {"MinValue": "-5"}
    });
    let with_bounds = |mut attribute: Value| {
        attribute
            .as_object_mut()
            .unwrap()
            .extend(bounds.as_object().unwrap().clone());
        attribute
    };
    let add = |attributes: Value| {
        test_pool.call_as_operator(
            "AddCustomAttributes",
            json!({"CustomAttributes": attributes}),
        )
    };
    assert_eq!(
        add(json!([
            with_bounds(json!({"Name": "tier", "AttributeDataType": "String", "Mutable": true})),
            with_bounds(json!({"Name": "age", "AttributeDataType": "Number"})),
            with_bounds(json!({"Name": "vip", "AttributeDataType": "Boolean", "DeveloperOnlyAttribute": true})),
            {"Name": "email"}
        ])),
        Ok(json!({}))
    );
    let pool = &test_pool
        .call_as_operator("DescribeUserPool", json!({}))
        .unwrap()["UserPool"];
    assert_eq!(pool["LastModifiedDate"], json!(BEGINNING + 60));
    assert_eq!(
        pool["SchemaAttributes"].as_array().unwrap()[20..],
        [
            json!({
                "Name": "custom:tier", "AttributeDataType": "String", "DeveloperOnlyAttribute": false,
                "Mutable": true, "Required": false,
                "StringAttributeConstraints": {"MinLength": "0", "MaxLength": "2048"}
            }),
            json!({
                "Name": "custom:age", "AttributeDataType": "Number", "DeveloperOnlyAttribute": false,
                "Mutable": false, "Required": false, "NumberAttributeConstraints": {"MinValue": "-5"}
            }),
            json!({
                "Name": "dev:custom:vip", "AttributeDataType": "Boolean", "DeveloperOnlyAttribute": true,
                "Mutable": false, "Required": false
            }),
            json!({
                "Name": "custom:email", "AttributeDataType": "String", "DeveloperOnlyAttribute": false,
                "Mutable": false, "Required": false
            }),
        ]
    );
    // If one attribute is refused, none of the request is added.
    assert_eq!(
        add(json!([{"Name": "new"}, {"Name": "tier"}])),
        expected_error(
            "InvalidParameterException",
            "custom:tier: Existing attribute already has name custom:tier."
        )
    );
    assert_eq!(add(json!([{"Name": "new"}])), Ok(json!({})));
}
