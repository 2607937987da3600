//! The database tables of the demo API, which are separate from the tables of the user pools.

use cognito_proto::time::UnixTime;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::{Map, Value, json};

use super::authorizer::DemoApiUser;
use super::fault_injection;
use crate::error::ApiError;
use crate::format_time::format_rfc3339;
use crate::store::SqliteStore;

/// Creates the tables of the demo API that do not exist yet.
pub(crate) fn create_tables(store: &SqliteStore) -> Result<(), ApiError> {
    store.run_transaction(|transaction| {
        transaction.execute_batch(
            "CREATE TABLE IF NOT EXISTS demo_todo (
                 id         INTEGER PRIMARY KEY AUTOINCREMENT,
                 pool_id    TEXT NOT NULL,
                 sub        TEXT NOT NULL,
                 title      TEXT NOT NULL,
                 done       INTEGER NOT NULL,
                 created_at INTEGER NOT NULL
             );
             CREATE INDEX IF NOT EXISTS demo_todo_by_person ON demo_todo (pool_id, sub, id);
             CREATE TABLE IF NOT EXISTS demo_user (
                 pool_id    TEXT NOT NULL,
                 sub        TEXT NOT NULL,
                 username   TEXT,
                 name       TEXT,
                 email      TEXT,
                 created_at INTEGER NOT NULL,
                 PRIMARY KEY (pool_id, sub)
             ) WITHOUT ROWID;",
        )?;
        Ok(())
    })
}

/// A to-do of a user in the demo API.
pub(super) struct Todo {
    id: i64,
    title: String,
    done: bool,
    created_at: UnixTime,
}

impl Todo {
    /// Returns the to-do as JSON: `{"id","title","done","createdAt"}`. The time is in RFC 3339 format in UTC.
    pub(super) fn to_json(&self) -> Value {
        json!({
            "id": fault_injection::requested_fault_id(&self.title)
                .map_or_else(|| self.id.to_string(), str::to_owned),
            "title": self.title,
            "done": self.done,
            "createdAt": format_rfc3339(self.created_at),
        })
    }

    /// Makes a to-do from a database row with the columns `id`, `title`, `done` and `created_at`.
    fn from_row(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            id: row.get(0)?,
            title: row.get(1)?,
            done: row.get(2)?,
            created_at: UnixTime::from_secs(row.get(3)?),
        })
    }
}

/// Loads a user's to-dos, oldest first.
pub(super) fn load_todos(
    connection: &Connection,
    api_user: &DemoApiUser,
) -> Result<Vec<Todo>, ApiError> {
    let todos = connection
        .prepare_cached(
            "SELECT id, title, done, created_at FROM demo_todo WHERE pool_id = ?1 AND sub = ?2 ORDER BY id",
        )?
        .query_map([&api_user.pool_id, &api_user.sub], Todo::from_row)?
        .collect::<Result<_, _>>()?;
    Ok(todos)
}

/// Returns the number of a user's to-dos.
pub(super) fn count_todos(
    connection: &Connection,
    api_user: &DemoApiUser,
) -> Result<usize, ApiError> {
    Ok(connection
        .prepare_cached("SELECT count(*) FROM demo_todo WHERE pool_id = ?1 AND sub = ?2")?
        .query_row([&api_user.pool_id, &api_user.sub], |row| row.get(0))?)
}

/// Stores a new to-do and returns it.
pub(super) fn insert_todo(
    connection: &Connection,
    api_user: &DemoApiUser,
    title: &str,
    done: bool,
    now: UnixTime,
) -> Result<Todo, ApiError> {
    connection
        .prepare_cached(
            "INSERT INTO demo_todo (pool_id, sub, title, done, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![api_user.pool_id, api_user.sub, title, done, now.as_secs()])?;
    Ok(Todo {
        id: connection.last_insert_rowid(),
        title: title.to_owned(),
        done,
        created_at: now,
    })
}

/// Changes the title or the state of a to-do and returns the to-do, or `None` if the user has no such to-do. If `title`
/// or `done` is `None`, it stays unchanged.
pub(super) fn update_todo(
    connection: &Connection,
    api_user: &DemoApiUser,
    todo_id: &str,
    title: Option<&str>,
    done: Option<bool>,
) -> Result<Option<Todo>, ApiError> {
    let Ok(todo_id) = todo_id.parse::<i64>() else {
        return Ok(None);
    };
    Ok(connection
        .prepare_cached(
            "UPDATE demo_todo SET title = coalesce(?4, title), done = coalesce(?5, done)
             WHERE id = ?1 AND pool_id = ?2 AND sub = ?3
             RETURNING id, title, done, created_at",
        )?
        .query_row(
            params![todo_id, api_user.pool_id, api_user.sub, title, done],
            Todo::from_row,
        )
        .optional()?)
}

/// Deletes a to-do. Returns false if the user has no such to-do.
pub(super) fn delete_todo(
    connection: &Connection,
    api_user: &DemoApiUser,
    todo_id: &str,
) -> Result<bool, ApiError> {
    let Ok(todo_id) = todo_id.parse::<i64>() else {
        return Ok(false);
    };
    let removed = connection
        .prepare_cached("DELETE FROM demo_todo WHERE id = ?1 AND pool_id = ?2 AND sub = ?3")?
        .execute(params![todo_id, api_user.pool_id, api_user.sub])?;
    Ok(removed > 0)
}

/// Loads a user's profile in the demo API, or returns `None` if it does not exist.
///
/// The profile is `{"id","username","name","email","createdAt"}`, without the members that the token did not
/// contain.
pub(super) fn load_user_profile(
    connection: &Connection,
    api_user: &DemoApiUser,
) -> Result<Option<Value>, ApiError> {
    Ok(connection
        .prepare_cached("SELECT username, name, email, created_at FROM demo_user WHERE pool_id = ?1 AND sub = ?2")?
        .query_row([&api_user.pool_id, &api_user.sub], |row| {
            let mut record = Map::from_iter([("id".to_owned(), json!(api_user.sub))]);
            for (index, name) in ["username", "name", "email"].into_iter().enumerate() {
                if let Some(text) = row.get::<_, Option<String>>(index)? {
                    record.insert(name.to_owned(), json!(text));
                }
            }
            record.insert("createdAt".to_owned(), json!(format_rfc3339(UnixTime::from_secs(row.get(3)?))));
            Ok(Value::Object(record))
        })
        .optional()?)
}

/// Creates a user's profile in the demo API from the token's claims, unless the profile exists. Returns the profile,
/// and whether it was created.
pub(super) fn create_user_profile(
    connection: &Connection,
    api_user: &DemoApiUser,
    now: UnixTime,
) -> Result<(bool, Value), ApiError> {
    let made = connection
        .prepare_cached(
            "INSERT OR IGNORE INTO demo_user (pool_id, sub, username, name, email, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            api_user.pool_id,
            api_user.sub,
            api_user.username(),
            api_user.text_claim("name"),
            api_user.text_claim("email"),
            now.as_secs()
        ])?;
    let record = load_user_profile(connection, api_user)?
        .ok_or_else(|| ApiError::internal("the profile was not stored"))?;
    Ok((made > 0, record))
}
