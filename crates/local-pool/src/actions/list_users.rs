//! The action `ListUsers` of the user-pool API: users in the order of their creation, in pages, with filters that an
//! index supports.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params_from_iter};
use serde_json::{Value, json};

use super::input::ActionInput;
use super::{ActionCaller, ActionResponse, UserPoolService};
use crate::error::ApiError;
use crate::pool::user::COLUMNS;
use crate::pool::{User, UserPool};

/// The maximum number of users on one page.
const MAX_PAGE_SIZE: u64 = 60;

/// Executes `ListUsers`: returns a page of the users of a pool, with an optional filter.
pub(crate) fn list_users(
    service: &UserPoolService,
    mut input: ActionInput,
    _caller: &ActionCaller<'_>,
) -> Result<ActionResponse, ApiError> {
    let pool_id = input.take_text("UserPoolId");
    let wanted = input.take_optional_texts("AttributesToGet");
    let limit = input
        .take_optional_number("Limit")
        .filter(|limit| *limit > 0)
        .unwrap_or(MAX_PAGE_SIZE);
    let page = input.take_optional_text("PaginationToken");
    let filter = input.take_optional_text("Filter").unwrap_or_default();
    input.finish_and_take_rest()?;
    let after = page.as_deref().map_or(Ok(0), decode_page_token)?;

    let (users, next) = service.store().run_query(|connection| {
        let pool = UserPool::load_pool(connection, &pool_id)?;
        let filter = UserFilter::parse_filter(&filter)?;
        let mut users = find_users(connection, &pool, filter.as_ref(), after, limit + 1)?;
        let has_more = users.len() as u64 > limit;
        users.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = users
            .last()
            .filter(|_| has_more)
            .map(|user| encode_page_token(user.id));
        let shown = |name: &str| {
            wanted
                .as_ref()
                .is_none_or(|wanted| wanted.iter().any(|want| want == name))
        };
        let described = users
            .iter()
            .map(|user| Ok(user.describe_user(&user.load_attributes(connection)?, shown)))
            .collect::<Result<Vec<Value>, ApiError>>()?;
        Ok::<_, ApiError>((described, next))
    })?;
    let mut response = json!({"Users": users});
    if let Some(next) = next {
        response["PaginationToken"] = json!(next);
    }
    Ok(ActionResponse::Json(response))
}

/// Returns the pagination token for the page that begins after the row with this ID.
pub(super) fn encode_page_token(after_id: i64) -> String {
    URL_SAFE_NO_PAD.encode(after_id.to_be_bytes())
}

/// Returns the row ID after which the page of this pagination token begins, or an error if the token is invalid.
pub(super) fn decode_page_token(token: &str) -> Result<i64, ApiError> {
    URL_SAFE_NO_PAD
        .decode(token)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .map(i64::from_be_bytes)
        .ok_or_else(|| ApiError::invalid_parameter("Invalid pagination token."))
}

/// A filter of users: `name = "value"` or `name
/// = "prefix"`.
#[derive(Debug, PartialEq, Eq)]
struct UserFilter {
    name: String,
    prefix: bool,
    value: String,
}

impl UserFilter {
    /// The attributes by which `ListUsers` can filter, according to Amazon's API reference.
    const NAMES: [&str; 11] = [
        "username",
        "email",
        "phone_number",
        "name",
        "given_name",
        "family_name",
        "preferred_username",
        "cognito:user_status",
        "status",
        "sub",
        "nickname",
    ];

    /// Parses the member `Filter` of a request. Returns `None` for an empty text, and an error for a filter that
    /// Cognito does not allow.
    fn parse_filter(text: &str) -> Result<Option<Self>, ApiError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let error = || ApiError::invalid_parameter("Error while parsing filter.");
        let (left, right) = text.split_once('=').ok_or_else(error)?;
        let (name, prefix) = match left.strip_suffix('^') {
            Some(name) => (name, true),
            None => (left, false),
        };
        let name = name.trim().trim_matches('"');
        let quoted = right
            .trim()
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .ok_or_else(error)?;
        if !Self::NAMES.contains(&name) {
            return Err(error());
        }
        Ok(Some(Self {
            name: name.to_owned(),
            prefix,
            value: quoted.replace("\\\"", "\""),
        }))
    }

    /// Returns the SQL condition for the filter, and the values of its `?` placeholders.
    fn sql_condition(&self, pool: &UserPool) -> (String, Vec<Sql>) {
        let exact = |column: &str, value: String| (format!("{column} = ?"), vec![Sql::Text(value)]);
        match self.name.as_str() {
            "status" => {
                let enabled = self.value == "Enabled";
                (
                    "user.enabled = ?".to_owned(),
                    vec![Sql::Integer(enabled.into())],
                )
            }
            "cognito:user_status" => exact("user.status", self.value.clone()),
            "sub" if !self.prefix => exact("user.sub", self.value.clone()),
            "sub" => self.prefix_condition("user.sub", self.value.clone()),
            "username" if !self.prefix => {
                exact("user.username_key", pool.normalize_username(&self.value))
            }
            "username" => {
                self.prefix_condition("user.username_key", pool.normalize_username(&self.value))
            }
            name => {
                let (value, mut values) = if self.prefix {
                    self.prefix_condition("value", self.value.clone())
                } else {
                    exact("value", self.value.clone())
                };
                values.insert(0, Sql::Text(name.to_owned()));
                (
                    format!(
                        "user.id IN (SELECT user_id FROM user_attribute WHERE name = ? AND {value})"
                    ),
                    values,
                )
            }
        }
    }

    /// Returns the SQL condition that a column begins with `prefix`, and the values of its `?` placeholders. The
    /// condition is a range, so that it can use an index.
    fn prefix_condition(&self, column: &str, prefix: String) -> (String, Vec<Sql>) {
        let end = format!("{prefix}\u{10ffff}");
        (
            format!("{column} >= ? AND {column} < ?"),
            vec![Sql::Text(prefix), Sql::Text(end)],
        )
    }
}

/// Returns at most `limit` users of the pool that match the filter, starting after the row ID `after_id`.
fn find_users(
    connection: &Connection,
    pool: &UserPool,
    filter: Option<&UserFilter>,
    after_id: i64,
    limit: u64,
) -> Result<Vec<User>, ApiError> {
    let mut values = vec![Sql::Text(pool.id.clone()), Sql::Integer(after_id)];
    let mut query = format!("SELECT {COLUMNS} FROM user WHERE pool_id = ? AND id > ?");
    if let Some(filter) = filter {
        let (condition, more) = filter.sql_condition(pool);
        query.push_str(" AND ");
        query.push_str(&condition);
        values.extend(more);
    }
    query.push_str(" ORDER BY id LIMIT ?");
    values.push(Sql::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
    let users = connection
        .prepare_cached(&query)?
        .query_map(params_from_iter(values), User::from_row)?
        .collect::<Result<_, _>>()?;
    Ok(users)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the result of the parser for a filter with these members.
    fn parsed_filter(
        name: &str,
        is_prefix: bool,
        value: &str,
    ) -> Result<Option<UserFilter>, ApiError> {
        Ok(Some(UserFilter {
            name: name.to_owned(),
            prefix: is_prefix,
            value: value.to_owned(),
        }))
    }

    #[test]
    fn list_users_filter_is_attribute_operator_and_quoted_value() {
        assert_eq!(UserFilter::parse_filter(""), Ok(None));
        assert_eq!(
            UserFilter::parse_filter("email = \"ann@example.com\""),
            parsed_filter("email", false, "ann@example.com")
        );
        assert_eq!(
            UserFilter::parse_filter("given_name^=\"An\""),
            parsed_filter("given_name", true, "An")
        );
        assert_eq!(
            UserFilter::parse_filter("\"name\" = \"a=b\""),
            parsed_filter("name", false, "a=b")
        );
        assert!(UserFilter::parse_filter("email = ann").is_err());
        assert!(UserFilter::parse_filter("custom:tier = \"free\"").is_err());
        assert!(UserFilter::parse_filter("\"").is_err());
    }
}
