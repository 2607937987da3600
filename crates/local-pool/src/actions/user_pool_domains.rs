//! The actions `CreateUserPoolDomain`, `DescribeUserPoolDomain`, `UpdateUserPoolDomain` and `DeleteUserPoolDomain` of
//! the user-pool API.

use serde_json::{Map, Value, json};

use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::UserPool;
use crate::pool::domain::UserPoolDomain;

/// The members of a request that the local pool stores and returns, and that have no effect.
const STORED_MEMBERS: [&str; 3] = ["ManagedLoginVersion", "CustomDomainConfig", "Routing"];

/// The CloudFront host that a custom domain would point to at Amazon. The local pool does not serve it.
const CLOUD_FRONT: &str = "d111111abcdef8.cloudfront.net";

/// Returns the members of a request that the local pool stores, and that have no effect.
fn stored_settings(mut members: Map<String, Value>) -> Map<String, Value> {
    members.retain(|name, _| STORED_MEMBERS.contains(&name.as_str()));
    members
}

/// Takes the domain of the hosted pages from the request, and returns an error if the request is not valid.
fn parse_domain_input(mut input: ActionInput) -> Result<UserPoolDomain, ApiError> {
    let name = input.take_text("Domain");
    let pool_id = input.take_text("UserPoolId");
    let settings = stored_settings(input.finish_and_take_rest()?);
    let version = settings.get("ManagedLoginVersion");
    if version.is_some_and(|version| ![json!(1), json!(2)].contains(version)) {
        return Err(ApiError::invalid_parameter(
            "ManagedLoginVersion must be 1 or 2.",
        ));
    }
    Ok(UserPoolDomain {
        name,
        pool_id,
        settings,
    })
}

/// Returns the response about a new or changed domain: `ManagedLoginVersion` and, for a custom domain,
/// `CloudFrontDomain`.
fn cloud_front_response(domain: &UserPoolDomain) -> ActionResponse {
    let mut response = json!({"ManagedLoginVersion": domain.managed_login_version()});
    if domain.is_custom_domain() {
        response["CloudFrontDomain"] = json!(CLOUD_FRONT);
    }
    ActionResponse::Json(response)
}

/// Returns the error for a domain that does not exist.
fn unknown_domain_error() -> ApiError {
    ApiError::invalid_parameter("No such domain or user pool exists.")
}

/// Executes `CreateUserPoolDomain`: gives a pool a domain, and thereby hosted pages.
pub(crate) fn create_user_pool_domain(
    service: &UserPoolService,
    input: ActionInput,
    _caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let domain = parse_domain_input(input)?;
    domain.check_domain_name()?;
    service.store().run_transaction(|tx| {
        let pool = UserPool::load_pool(tx, &domain.pool_id)?;
        if UserPoolDomain::find_domain_of_pool(tx, &pool.id)?.is_some() {
            return Err(ApiError::invalid_parameter(
                "User pool already has a domain configured.",
            ));
        }
        if UserPoolDomain::find_domain(tx, &domain.name)?.is_some() {
            return Err(ApiError::invalid_parameter(
                "Domain already associated with another user pool.",
            ));
        }
        domain.save_domain(tx)
    })?;
    Ok(cloud_front_response(&domain))
}

/// Executes `DescribeUserPoolDomain`: returns a domain. As in Cognito, an unknown domain is described by an
/// empty object.
pub(crate) fn describe_user_pool_domain(
    service: &UserPoolService,
    mut input: ActionInput,
    _caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let name = input.take_text("Domain");
    input.finish_and_take_rest()?;
    let found = service
        .store()
        .run_query(|connection| UserPoolDomain::find_domain(connection, &name))?;
    let Some(domain) = found else {
        return Ok(ActionResponse::Json(json!({"DomainDescription": {}})));
    };
    let mut description = json!({
        "UserPoolId": domain.pool_id,
        "AWSAccountId": "000000000000",
        "Domain": domain.name,
        "S3Bucket": "local-pool",
        "CloudFrontDistribution": CLOUD_FRONT,
        "Version": "1",
        "Status": "ACTIVE",
        "CustomDomainConfig": {},
        "ManagedLoginVersion": domain.managed_login_version(),
    });
    for (member, value) in &domain.settings {
        description[member.as_str()] = value.clone();
    }
    Ok(ActionResponse::Json(
        json!({"DomainDescription": description}),
    ))
}

/// Executes `UpdateUserPoolDomain`: replaces the settings of a domain.
pub(crate) fn update_user_pool_domain(
    service: &UserPoolService,
    input: ActionInput,
    _caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let given = parse_domain_input(input)?;
    let domain = service.store().run_transaction(|tx| {
        let mut domain = UserPoolDomain::find_domain(tx, &given.name)?
            .filter(|domain| domain.pool_id == given.pool_id)
            .ok_or_else(unknown_domain_error)?;
        domain.settings.extend(given.settings);
        domain.check_domain_name()?;
        domain.save_domain(tx)?;
        Ok::<_, ApiError>(domain)
    })?;
    Ok(cloud_front_response(&domain))
}

/// Executes `DeleteUserPoolDomain`: deletes a domain, so that the pool has no hosted pages any more.
pub(crate) fn delete_user_pool_domain(
    service: &UserPoolService,
    input: ActionInput,
    _caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let given = parse_domain_input(input)?;
    service.store().run_transaction(|tx| {
        let domain = UserPoolDomain::find_domain(tx, &given.name)?
            .filter(|domain| domain.pool_id == given.pool_id)
            .ok_or_else(unknown_domain_error)?;
        domain.delete_domain(tx)
    })?;
    Ok(ActionResponse::empty_object())
}
