use serde_json::{Value, json};

use crate::test_pool::{Refusal, TestPool, expected_error};

/// Calls `CreateUserPoolDomain` for the pool.
fn create_domain(test_pool: &TestPool, domain: &str) -> Result<Value, Refusal> {
    test_pool.call_action(
        "CreateUserPoolDomain",
        json!({"Domain": domain, "UserPoolId": test_pool.pool_id}),
    )
}

/// Returns the description of a domain.
fn describe_domain(test_pool: &TestPool, domain: &str) -> Value {
    let answer = test_pool
        .call_action("DescribeUserPoolDomain", json!({"Domain": domain}))
        .expect("an answer");
    answer["DomainDescription"].clone()
}

#[test]
fn hosted_ui_domain_is_created_described_updated_and_deleted() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    assert_eq!(describe_domain(&test_pool, "todo-users"), json!({}));
    assert_eq!(
        create_domain(&test_pool, "todo-users"),
        Ok(json!({"ManagedLoginVersion": 1}))
    );
    let described = json!({
        "UserPoolId": test_pool.pool_id, "AWSAccountId": "000000000000", "Domain": "todo-users",
        "S3Bucket": "local-pool", "CloudFrontDistribution": "d111111abcdef8.cloudfront.net",
        "Version": "1", "Status": "ACTIVE", "CustomDomainConfig": {}, "ManagedLoginVersion": 1
    });
    assert_eq!(describe_domain(&test_pool, "todo-users"), described);
    let pool = test_pool
        .call_as_operator("DescribeUserPool", json!({}))
        .unwrap();
    assert_eq!(pool["UserPool"]["Domain"], "todo-users");

    let named = json!({"Domain": "todo-users", "UserPoolId": test_pool.pool_id});
    let mut changed = named.clone();
    changed["ManagedLoginVersion"] = json!(2);
    assert_eq!(
        test_pool.call_action("UpdateUserPoolDomain", changed),
        Ok(json!({"ManagedLoginVersion": 2}))
    );
    assert_eq!(
        describe_domain(&test_pool, "todo-users")["ManagedLoginVersion"],
        2
    );
    assert_eq!(
        test_pool.call_action("DeleteUserPoolDomain", named.clone()),
        Ok(json!({}))
    );
    assert_eq!(describe_domain(&test_pool, "todo-users"), json!({}));
    assert_eq!(
        test_pool.call_action("DeleteUserPoolDomain", named),
        expected_error(
            "InvalidParameterException",
            "No such domain or user pool exists."
        )
    );
}

#[test]
fn pool_can_be_deleted_only_after_its_single_hosted_domain() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    create_domain(&test_pool, "one").unwrap();
    let invalid = |text: &str| expected_error("InvalidParameterException", text);
    assert_eq!(
        create_domain(&test_pool, "two"),
        invalid("User pool already has a domain configured.")
    );
    let other = test_pool
        .call_action("CreateUserPool", json!({"PoolName": "other"}))
        .unwrap();
    assert_eq!(
        test_pool.call_action(
            "CreateUserPoolDomain",
            json!({"Domain": "one", "UserPoolId": other["UserPool"]["Id"]})
        ),
        invalid("Domain already associated with another user pool.")
    );
    assert_eq!(
        test_pool.call_as_operator("DeleteUserPool", json!({})),
        invalid(
            "User pool cannot be deleted. It has a domain configured that should be deleted first."
        )
    );
}

#[test]
fn hosted_ui_domain_prefix_must_follow_amazons_rules() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    for word in ["aws", "amazon", "cognito"] {
        assert_eq!(
            create_domain(&test_pool, &format!("my-{word}-pool")),
            expected_error(
                "InvalidParameterException",
                &format!("Domain cannot contain reserved word: {word}")
            )
        );
    }
    for bad in ["", "-a", "a-", "A", "a_b", "auth.example.com", "ä"] {
        assert_eq!(
            create_domain(&test_pool, bad).map_err(|(name, _)| name),
            Err("InvalidParameterException"),
            "{bad}"
        );
    }
    let custom = test_pool.call_action(
        "CreateUserPoolDomain",
        json!({
            "Domain": "auth.example.com", "UserPoolId": test_pool.pool_id,
            "CustomDomainConfig": {"CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/any"}
        }),
    );
    assert_eq!(
        custom,
        Ok(json!({
            "CloudFrontDomain": "d111111abcdef8.cloudfront.net", "ManagedLoginVersion": 1
        }))
    );
    let pool = test_pool
        .call_as_operator("DescribeUserPool", json!({}))
        .unwrap();
    assert_eq!(pool["UserPool"]["CustomDomain"], "auth.example.com");
}

#[test]
fn app_client_with_invalid_oauth_flows_or_scopes_is_refused() {
    let test_pool = TestPool::with_settings(json!({}), json!({}));
    let make = |members: Value| {
        let mut request = json!({
            "UserPoolId": test_pool.pool_id, "ClientName": "web", "AllowedOAuthScopes": ["openid"],
            "AllowedOAuthFlowsUserPoolClient": true
        });
        for (name, value) in members.as_object().unwrap() {
            request[name] = value.clone();
        }
        test_pool
            .call_action("CreateUserPoolClient", request)
            .map(|_| ())
            .map_err(|(name, _)| name)
    };
    assert_eq!(make(json!({"AllowedOAuthFlows": ["code"]})), Ok(()));
    for (members, refusal) in [
        (json!({}), "InvalidOAuthFlowException"),
        (
            json!({"AllowedOAuthFlows": ["client_credentials"]}),
            "InvalidOAuthFlowException",
        ),
        (
            json!({"AllowedOAuthFlows": ["client_credentials", "code"], "GenerateSecret": true}),
            "InvalidOAuthFlowException",
        ),
        (
            json!({"AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["cats"]}),
            "ScopeDoesNotExistException",
        ),
        (
            json!({"AllowedOAuthFlows": ["code"], "CallbackURLs": ["http://app.example.com"]}),
            "InvalidParameterException",
        ),
        (
            json!({"AllowedOAuthFlows": ["code"], "LogoutURLs": ["javascript:alert(1)"]}),
            "InvalidParameterException",
        ),
    ] {
        assert_eq!(make(members.clone()), Err(refusal), "{members}");
    }
}
