//! Groups of users, and the group claims of tokens.

use cognito_proto::time::UnixTime;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::{Value, json};

use super::User;
use crate::error::{ApiError, ErrorKind};

/// A group of users of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// The ID of the group's database row, or 0 before the group is stored.
    pub(crate) id: i64,
    pub(crate) pool_id: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) role_arn: Option<String>,
    /// The priority of the group (`Precedence`). A lower number takes priority.
    pub(crate) precedence: Option<u64>,
    pub(crate) created_at: UnixTime,
    pub(crate) modified_at: UnixTime,
}

const COLUMNS: &str = "user_group.id, user_group.pool_id, user_group.name, user_group.description, \
     user_group.role_arn, user_group.precedence, user_group.created_at, user_group.modified_at";

impl Group {
    /// Makes a group from a database row with the columns `COLUMNS`.
    fn from_row(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            id: row.get(0)?,
            pool_id: row.get(1)?,
            name: row.get(2)?,
            description: row.get(3)?,
            role_arn: row.get(4)?,
            precedence: row.get(5)?,
            created_at: UnixTime::from_secs(row.get(6)?),
            modified_at: UnixTime::from_secs(row.get(7)?),
        })
    }

    /// Loads the group with this name. Returns an error if the pool has no such group.
    pub(crate) fn load_group(
        connection: &Connection,
        pool_id: &str,
        group_name: &str,
    ) -> Result<Self, ApiError> {
        connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM user_group WHERE pool_id = ?1 AND name = ?2"
            ))?
            .query_row([pool_id, group_name], Self::from_row)
            .optional()?
            .ok_or_else(|| ApiError::new(ErrorKind::ResourceNotFound, "Group not found."))
    }

    /// Stores a new group, and sets the ID of its database row.
    ///
    /// # Errors
    /// `GroupExistsException` if the pool has a group with this name.
    pub(crate) fn insert_group(&mut self, connection: &Connection) -> Result<(), ApiError> {
        let added = connection
            .prepare_cached(
                "INSERT OR IGNORE INTO user_group
                     (pool_id, name, description, role_arn, precedence, created_at, modified_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                self.pool_id,
                self.name,
                self.description,
                self.role_arn,
                self.precedence,
                self.created_at.as_secs(),
                self.modified_at.as_secs(),
            ])?;
        if added == 0 {
            return Err(ApiError::new(
                ErrorKind::GroupExists,
                "A group with the name already exists.",
            ));
        }
        self.id = connection.last_insert_rowid();
        Ok(())
    }

    /// Stores the changed description, role and precedence of the group.
    pub(crate) fn update_group_row(
        &mut self,
        connection: &Connection,
        now: UnixTime,
    ) -> Result<(), ApiError> {
        self.modified_at = now;
        connection
            .prepare_cached(
                "UPDATE user_group SET description = ?2, role_arn = ?3, precedence = ?4, modified_at = ?5
                 WHERE id = ?1",
            )?
            .execute(params![
                self.id,
                self.description,
                self.role_arn,
                self.precedence,
                self.modified_at.as_secs(),
            ])?;
        Ok(())
    }

    /// Deletes the group. Its users are not deleted.
    pub(crate) fn delete_group_row(&self, connection: &Connection) -> Result<(), ApiError> {
        connection
            .prepare_cached("DELETE FROM user_group WHERE id = ?1")?
            .execute([self.id])?;
        Ok(())
    }

    /// Adds a user to the group. Nothing changes if the user is already a member.
    pub(crate) fn add_group_member(
        &self,
        connection: &Connection,
        user: &User,
    ) -> Result<(), ApiError> {
        connection
            .prepare_cached(
                "INSERT OR IGNORE INTO group_member (group_id, user_id) VALUES (?1, ?2)",
            )?
            .execute([self.id, user.id])?;
        Ok(())
    }

    /// Removes a user from the group. Nothing changes if the user is not a member.
    pub(crate) fn remove_group_member(
        &self,
        connection: &Connection,
        user: &User,
    ) -> Result<(), ApiError> {
        connection
            .prepare_cached("DELETE FROM group_member WHERE group_id = ?1 AND user_id = ?2")?
            .execute([self.id, user.id])?;
        Ok(())
    }

    /// Loads at most `limit` groups of a pool whose row IDs are greater than `after_id`, in the order of
    /// creation.
    pub(crate) fn load_groups_of_pool(
        connection: &Connection,
        pool_id: &str,
        after_id: i64,
        limit: u64,
    ) -> Result<Vec<Self>, ApiError> {
        Ok(connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM user_group WHERE pool_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3"
            ))?
            .query_map(params![pool_id, after_id, limit], Self::from_row)?
            .collect::<Result<_, _>>()?)
    }

    /// Loads at most `limit` groups of a user whose row IDs are greater than `after_id`, in the order of
    /// creation.
    pub(crate) fn load_groups_of_user(
        connection: &Connection,
        user: &User,
        after_id: i64,
        limit: u64,
    ) -> Result<Vec<Self>, ApiError> {
        Ok(connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM group_member JOIN user_group ON user_group.id = group_id
                 WHERE user_id = ?1 AND group_id > ?2 ORDER BY group_id LIMIT ?3"
            ))?
            .query_map(params![user.id, after_id, limit], Self::from_row)?
            .collect::<Result<_, _>>()?)
    }

    /// Returns the group as responses show it (`GroupType`).
    pub(crate) fn describe_group(&self) -> Value {
        let mut described = json!({
            "GroupName": self.name,
            "UserPoolId": self.pool_id,
            "LastModifiedDate": self.modified_at.as_secs(),
            "CreationDate": self.created_at.as_secs(),
        });
        if let Some(description) = &self.description {
            described["Description"] = json!(description);
        }
        if let Some(role_arn) = &self.role_arn {
            described["RoleArn"] = json!(role_arn);
        }
        if let Some(precedence) = self.precedence {
            described["Precedence"] = json!(precedence);
        }
        described
    }
}

/// The groups and roles of a user, for the claims of the user's tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct GroupMembership {
    /// The claim `cognito:groups`: the names of the groups, in order of precedence.
    pub(crate) groups: Vec<String>,
    /// The claim `cognito:roles`: the roles of the groups.
    pub(crate) roles: Vec<String>,
    /// The claim `cognito:preferred_role`: the role of the group that takes priority among the groups with a role. It
    /// is absent if two such groups have different roles.
    pub(crate) preferred_role: Option<String>,
}

impl GroupMembership {
    /// Loads the current groups and roles of the user with this row ID.
    pub(crate) fn load_membership(connection: &Connection, user_id: i64) -> Result<Self, ApiError> {
        let groups: Vec<Group> = connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM group_member JOIN user_group ON user_group.id = group_id
                 WHERE user_id = ?1 ORDER BY precedence IS NULL, precedence, name"
            ))?
            .query_map([user_id], Group::from_row)?
            .collect::<Result<_, _>>()?;
        let foremost = groups
            .iter()
            .filter(|group| group.role_arn.is_some())
            .map(|group| group.precedence.unwrap_or(u64::MAX))
            .min();
        let mut best: Vec<&String> = groups
            .iter()
            .filter(|group| group.precedence.unwrap_or(u64::MAX) == foremost.unwrap_or(u64::MAX))
            .filter_map(|group| group.role_arn.as_ref())
            .collect();
        best.dedup();
        let preferred_role = match best.as_slice() {
            [only] => Some((*only).clone()),
            _ => None,
        };
        let mut roles: Vec<String> = groups
            .iter()
            .filter_map(|group| group.role_arn.clone())
            .collect();
        roles.dedup();
        Ok(Self {
            groups: groups.into_iter().map(|group| group.name).collect(),
            roles,
            preferred_role,
        })
    }
}
