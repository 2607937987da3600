//! The actions on groups: `CreateGroup`, `GetGroup`, `UpdateGroup`, `DeleteGroup`, `ListGroups`, `AdminAddUserToGroup`,
//! `AdminRemoveUserFromGroup`, `AdminListGroupsForUser`, `ListUsersInGroup`.

use rusqlite::{Connection, params};
use serde_json::{Value, json};

use super::admin_target::load_pool_and_user;
use super::input::ActionInput;
use super::list_users::{decode_page_token, encode_page_token};
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::group::Group;
use crate::pool::user::COLUMNS;
use crate::pool::{User, UserPool};

/// The members of a request that describe a group, apart from its name.
struct GroupDescription {
    description: Option<String>,
    role_arn: Option<String>,
    precedence: Option<u64>,
}

impl GroupDescription {
    /// Takes the members that describe a group from the request.
    fn from_input(input: &mut ActionInput) -> Self {
        Self {
            description: input.take_optional_text("Description"),
            role_arn: input.take_optional_text("RoleArn"),
            precedence: input.take_optional_number("Precedence"),
        }
    }
}

/// Returns the response that contains a group as its member `Group`.
fn group_response(group: &Group) -> ActionResponse {
    ActionResponse::Json(json!({"Group": group.describe_group()}))
}

/// Executes `CreateGroup`: stores a new group and returns it.
pub(crate) fn create_group(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let name = input.take_text("GroupName");
    let pool_id = input.take_text("UserPoolId");
    let described = GroupDescription::from_input(&mut input);
    input.finish_and_take_rest()?;
    let group = service.store().run_transaction(|tx| {
        let pool = UserPool::load_pool(tx, &pool_id)?;
        let mut group = Group {
            id: 0,
            pool_id: pool.id,
            name,
            description: described.description,
            role_arn: described.role_arn,
            precedence: described.precedence,
            created_at: caller.now,
            modified_at: caller.now,
        };
        group.insert_group(tx)?;
        Ok::<_, ApiError>(group)
    })?;
    Ok(group_response(&group))
}

/// Executes `GetGroup`: returns a group.
pub(crate) fn get_group(
    service: &UserPoolService,
    mut input: ActionInput,
    _caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let name = input.take_text("GroupName");
    let pool_id = input.take_text("UserPoolId");
    input.finish_and_take_rest()?;
    let group = service.store().run_query(|connection| {
        let pool = UserPool::load_pool(connection, &pool_id)?;
        Group::load_group(connection, &pool.id, &name)
    })?;
    Ok(group_response(&group))
}

/// Executes `UpdateGroup`: changes a group and returns it. Members that the request omits stay unchanged.
pub(crate) fn update_group(
    service: &UserPoolService,
    mut input: ActionInput,
    caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let name = input.take_text("GroupName");
    let pool_id = input.take_text("UserPoolId");
    let described = GroupDescription::from_input(&mut input);
    input.finish_and_take_rest()?;
    let group = service.store().run_transaction(|tx| {
        let pool = UserPool::load_pool(tx, &pool_id)?;
        let mut group = Group::load_group(tx, &pool.id, &name)?;
        group.description = described.description.or(group.description);
        group.role_arn = described.role_arn.or(group.role_arn);
        group.precedence = described.precedence.or(group.precedence);
        group.update_group_row(tx, caller.now)?;
        Ok::<_, ApiError>(group)
    })?;
    Ok(group_response(&group))
}

/// Executes `DeleteGroup`: deletes a group, but not its users.
pub(crate) fn delete_group(
    service: &UserPoolService,
    mut input: ActionInput,
    _caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let name = input.take_text("GroupName");
    let pool_id = input.take_text("UserPoolId");
    input.finish_and_take_rest()?;
    service.store().run_transaction(|tx| {
        let pool = UserPool::load_pool(tx, &pool_id)?;
        Group::load_group(tx, &pool.id, &name)?.delete_group_row(tx)
    })?;
    Ok(ActionResponse::EmptyBody)
}

/// One page of a list: the maximum number of items, and the row ID after which the page begins.
struct PageRange {
    limit: u64,
    after: i64,
}

impl PageRange {
    /// Takes the members `Limit` and `NextToken`, which select a page, from the request.
    fn take_limit_and_next_token(input: &mut ActionInput) -> (Option<u64>, Option<String>) {
        (
            input.take_optional_number("Limit"),
            input.take_optional_text("NextToken"),
        )
    }

    /// Creates a page range from `Limit` and `NextToken`. The maximum and default number of items is 60. Amazon's API
    /// reference treats 0 like an absent limit. Returns an error for an invalid token.
    fn new((limit, token): (Option<u64>, Option<String>)) -> Result<Self, ApiError> {
        Ok(Self {
            limit: limit.filter(|limit| *limit > 0).unwrap_or(60),
            after: token.as_deref().map_or(Ok(0), decode_page_token)?,
        })
    }

    /// Returns the response for one page of a list. It has the items in the member `member`, and the token of the next
    /// page if one exists. `found` contains one item more than the page if a next page exists.
    fn page_response<T>(
        &self,
        member: &str,
        mut found: Vec<T>,
        row_id_of: impl Fn(&T) -> i64,
        describe_item: impl Fn(&T) -> Value,
    ) -> ActionResponse {
        let has_more = found.len() as u64 > self.limit;
        found.truncate(usize::try_from(self.limit).unwrap_or(usize::MAX));
        let described: Vec<Value> = found.iter().map(describe_item).collect();
        let mut response = json!({});
        response[member] = Value::Array(described);
        if let Some(last) = found.last().filter(|_| has_more) {
            response["NextToken"] = json!(encode_page_token(row_id_of(last)));
        }
        ActionResponse::Json(response)
    }
}

/// Executes `ListGroups`: returns a page of the groups of a pool.
pub(crate) fn list_groups(
    service: &UserPoolService,
    mut input: ActionInput,
    _caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    let page = PageRange::take_limit_and_next_token(&mut input);
    input.finish_and_take_rest()?;
    let page = PageRange::new(page)?;
    let groups = service.store().run_query(|connection| {
        let pool = UserPool::load_pool(connection, &pool_id)?;
        Group::load_groups_of_pool(connection, &pool.id, page.after, page.limit + 1)
    })?;
    Ok(page.page_response("Groups", groups, |group| group.id, Group::describe_group))
}

/// Executes `AdminListGroupsForUser`: returns a page of the groups of a user.
pub(crate) fn admin_list_groups_for_user(
    service: &UserPoolService,
    mut input: ActionInput,
    _caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let username = input.take_text("Username");
    let pool_id = input.take_text("UserPoolId");
    let page = PageRange::take_limit_and_next_token(&mut input);
    input.finish_and_take_rest()?;
    let page = PageRange::new(page)?;
    let groups = service.store().run_query(|connection| {
        let (_, user) = load_pool_and_user(connection, &pool_id, &username)?;
        Group::load_groups_of_user(connection, &user, page.after, page.limit + 1)
    })?;
    Ok(page.page_response("Groups", groups, |group| group.id, Group::describe_group))
}

/// Executes `ListUsersInGroup`: returns a page of the users of a group.
pub(crate) fn list_users_in_group(
    service: &UserPoolService,
    mut input: ActionInput,
    _caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    let name = input.take_text("GroupName");
    let page = PageRange::take_limit_and_next_token(&mut input);
    input.finish_and_take_rest()?;
    let page = PageRange::new(page)?;
    let users = service.store().run_query(|connection| {
        let pool = UserPool::load_pool(connection, &pool_id)?;
        let group = Group::load_group(connection, &pool.id, &name)?;
        load_group_members(connection, &group, page.after, page.limit + 1)?
            .into_iter()
            .map(|user| Ok((user.load_attributes(connection)?, user)))
            .collect::<Result<Vec<_>, ApiError>>()
    })?;
    Ok(page.page_response(
        "Users",
        users,
        |(_, user)| user.id,
        |(attributes, user)| user.describe_user(attributes, |_| true),
    ))
}

/// Loads at most `limit` users of the group. They come after the user with the row ID `after_id`, in the order of the
/// row IDs.
fn load_group_members(
    connection: &Connection,
    group: &Group,
    after_id: i64,
    limit: u64,
) -> Result<Vec<User>, ApiError> {
    Ok(connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM group_member JOIN user ON user.id = user_id
             WHERE group_id = ?1 AND user_id > ?2 ORDER BY user_id LIMIT ?3"
        ))?
        .query_map(params![group.id, after_id, limit], User::from_row)?
        .collect::<Result<_, _>>()?)
}

/// Executes an action that adds a user to a group or removes the user from it: calls `change` in a transaction, and
/// returns the response `{}`.
fn change_group_membership(
    service: &UserPoolService,
    mut input: ActionInput,
    change: impl FnOnce(&Connection, &Group, &User) -> Result<(), ApiError>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    let username = input.take_text("Username");
    let name = input.take_text("GroupName");
    input.finish_and_take_rest()?;
    service.store().run_transaction(|tx| {
        let (pool, user) = load_pool_and_user(tx, &pool_id, &username)?;
        let group = Group::load_group(tx, &pool.id, &name)?;
        change(tx, &group, &user)
    })?;
    Ok(ActionResponse::EmptyBody)
}

/// Executes `AdminAddUserToGroup`: adds a user to a group.
pub(crate) fn admin_add_user_to_group(
    service: &UserPoolService,
    input: ActionInput,
    _caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    change_group_membership(service, input, |connection, group, user| {
        group.add_group_member(connection, user)
    })
}

/// Executes `AdminRemoveUserFromGroup`: removes a user from a group.
pub(crate) fn admin_remove_user_from_group(
    service: &UserPoolService,
    input: ActionInput,
    _caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    change_group_membership(service, input, |connection, group, user| {
        group.remove_group_member(connection, user)
    })
}
