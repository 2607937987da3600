//! Data files of older versions: they open, and no data in them is lost.

use cognito_proto::time::UnixTime;
use local_pool::actions::{DEV_CLIENT_ID, DEV_POOL_ID, UserPoolService};
use local_pool::presets::PoolPreset;
use local_pool::settings::DataLocation;
use rusqlite::Connection;
use rusqlite::types::Value as Cell;
use serde_json::{Value, json};

use crate::data_file::{Scratch, call_action_at};
use crate::test_pool::{BASE_URL, PASSWORD};

/// The time at which `tests/data/version-1.sql` was recorded.
const RECORDED: UnixTime = UnixTime::from_secs(1_795_274_044);

/// The tables of version 1 and their columns.
const TABLES: [(&str, &str); 14] = [
    ("user_pool", "id, created_at, modified_at, settings"),
    (
        "app_client",
        "id, pool_id, created_at, modified_at, settings",
    ),
    (
        "user",
        "id, pool_id, username, username_key, sub, status, enabled, created_at, modified_at, salt, verifier, \
         temporary_since",
    ),
    ("user_attribute", "user_id, name, value"),
    ("alias", "pool_id, kind, key, user_id"),
    (
        "code",
        "subject, purpose, code, attribute, pending, expires_at",
    ),
    ("attempt", "subject, kind, since, count"),
    ("lockout", "subject, failures, last_attempt, locked_until"),
    (
        "family",
        "event_id, origin_jti, user_id, client_id, auth_time, expires_at, revoked_at",
    ),
    ("refresh_token", "hash, event_id, rotated_at"),
    (
        "message",
        "id, recipient, recipient_key, channel, subject, text, code, sent_at",
    ),
    ("demo_todo", "*"),
    ("demo_user", "*"),
    ("sqlite_sequence", "name, seq"),
];

/// Creates a data file of version 1.
fn create_version_1_file(name: &str) -> (Scratch, DataLocation) {
    let scratch = Scratch::new(name);
    let connection = Connection::open(scratch.file()).expect("a new file");
    connection
        .pragma_update(None, "foreign_keys", false)
        .expect("a dump is in the order of its tables' names");
    connection
        .execute_batch(include_str!("../data/version-1.sql"))
        .expect("a good dump");
    let data = DataLocation::File(scratch.file());
    (scratch, data)
}

/// Returns every row of a table.
fn read_rows(scratch: &Scratch, table: &str, columns: &str) -> Vec<Vec<Cell>> {
    let connection = Connection::open(scratch.file()).expect("the file opens");
    let mut query = connection
        .prepare(&format!("SELECT {columns} FROM {table} ORDER BY 1, 2"))
        .expect("the table is there");
    let width = query.column_count();
    query
        .query_map([], |row| (0..width).map(|column| row.get(column)).collect())
        .and_then(Iterator::collect)
        .expect("rows")
}

#[test]
fn data_file_of_version_1_opens_with_unchanged_rows() {
    let (scratch, data) = create_version_1_file("version-1-rows");
    let all = || TABLES.map(|(table, columns)| (table, read_rows(&scratch, table, columns)));
    let mut before = all();
    assert!(
        before.iter().all(|(_, rows)| !rows.is_empty()),
        "{before:?}"
    );
    let service = UserPoolService::open(&data).expect("an older file opens");
    service
        .seed_preset_pool(PoolPreset::Workshop, None, BASE_URL, RECORDED)
        .expect("the pool is there");

    // The one difference is the development client, which got hosted pages.
    let (_, clients) = &mut before[1];
    let Cell::Text(settings) = &mut clients[0][4] else {
        panic!("settings are text")
    };
    let mut wanted: Value = serde_json::from_str(settings).expect("JSON");
    for (name, value) in [
        (
            "CallbackURLs",
            json!([
                "http://localhost:8000/login/",
                "http://localhost:8000/login"
            ]),
        ),
        (
            "LogoutURLs",
            json!(["http://localhost:8000", "http://localhost:8000/"]),
        ),
        ("AllowedOAuthFlows", json!(["code"])),
        (
            "AllowedOAuthScopes",
            json!([
                "openid",
                "email",
                "phone",
                "profile",
                "aws.cognito.signin.user.admin"
            ]),
        ),
        ("AllowedOAuthFlowsUserPoolClient", json!(true)),
        ("SupportedIdentityProviders", json!(["COGNITO", "Google"])),
    ] {
        wanted[name] = value;
    }
    let mut after = all();
    let Cell::Text(found) = &after[1].1[0][4] else {
        panic!("settings are text")
    };
    assert_eq!(serde_json::from_str::<Value>(found).expect("JSON"), wanted);
    after[1].1[0][4] = before[1].1[0][4].clone();
    assert_eq!(after, before);
}

#[test]
fn users_and_tokens_of_a_version_1_data_file_still_work() {
    let (_scratch, data) = create_version_1_file("version-1-people");
    let service = UserPoolService::open(&data).expect("an older file opens");
    service
        .seed_preset_pool(PoolPreset::Workshop, None, BASE_URL, RECORDED)
        .expect("the pool is there");
    let call =
        |operation: &str, request: Value| call_action_at(&service, operation, &request, RECORDED);
    let sign_in = |name: &str, password: &str| {
        let tokens = call(
            "InitiateAuth",
            json!({
                "ClientId": DEV_CLIENT_ID, "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": {"USERNAME": name, "PASSWORD": password}
            }),
        );
        call(
            "GetUser",
            json!({"AccessToken": tokens["AuthenticationResult"]["AccessToken"]}),
        )
    };
    let ann = sign_in("ann@example.com", PASSWORD);
    assert_eq!(
        ann["UserAttributes"],
        json!([
            {"Name": "email", "Value": "ann@example.com"},
            {"Name": "email_verified", "Value": "true"},
            {"Name": "name", "Value": "Ann Lee"},
            {"Name": "sub", "Value": "3c2b58d4-0a0e-4f70-960a-ceaeb64bb476"}
        ])
    );
    let renewed = call(
        "GetTokensFromRefreshToken",
        json!({"ClientId": DEV_CLIENT_ID, "RefreshToken": "recorded-refresh-token"}),
    );
    assert_eq!(renewed["AuthenticationResult"]["TokenType"], "Bearer");

    let code_of = |name: &str| {
        service.messages(Some(name)).expect("messages")[0]
            .code
            .clone()
    };
    call(
        "ConfirmForgotPassword",
        json!({
            "ClientId": DEV_CLIENT_ID, "Username": "ann@example.com",
            "ConfirmationCode": code_of("ann@example.com"), "Password": "N3w-password"
        }),
    );
    assert_eq!(
        sign_in("ann@example.com", "N3w-password")["Username"],
        ann["Username"]
    );
    call(
        "ConfirmSignUp",
        json!({
            "ClientId": DEV_CLIENT_ID, "Username": "bob@example.com",
            "ConfirmationCode": code_of("bob@example.com")
        }),
    );
    let bob = sign_in("bob@example.com", PASSWORD);
    assert_eq!(bob["Username"], "516d1b8a-1646-4c20-a5c2-b633b06e5675");
    let carl = call(
        "AdminGetUser",
        json!({"UserPoolId": "us-east-1_TeqWoVULl", "Username": "carl@example.com"}),
    );
    assert_eq!(
        (&carl["Username"], &carl["UserStatus"]),
        (&json!("carl"), &json!("FORCE_CHANGE_PASSWORD"))
    );
}

#[test]
fn workshop_pool_of_a_version_1_data_file_gets_a_domain() {
    let (_scratch, data) = create_version_1_file("version-1-domain");
    let service = UserPoolService::open(&data).expect("an older file opens");
    let domain = call_action_at(
        &service,
        "DescribeUserPoolDomain",
        &json!({"Domain": "poolgate"}),
        RECORDED,
    );
    assert_eq!(domain["DomainDescription"]["UserPoolId"], DEV_POOL_ID);
}

#[test]
fn pool_of_a_version_1_data_file_ignores_required_mfa() {
    let (scratch, data) = create_version_1_file("version-1-mfa");
    Connection::open(scratch.file())
        .and_then(|connection| {
            connection.execute(
                "UPDATE user_pool SET settings = json_set(settings, '$.MfaConfiguration', 'ON')",
                [],
            )
        })
        .expect("changed");
    let service = UserPoolService::open(&data).expect("an older file opens");
    let call =
        |operation: &str, request: Value| call_action_at(&service, operation, &request, RECORDED);
    assert_eq!(
        call("GetUserPoolMfaConfig", json!({"UserPoolId": DEV_POOL_ID})),
        json!({"MfaConfiguration": "ON"})
    );
    let signed_in = call(
        "InitiateAuth",
        json!({
            "ClientId": DEV_CLIENT_ID, "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": "ann@example.com", "PASSWORD": PASSWORD}
        }),
    );
    assert_eq!(signed_in["AuthenticationResult"]["TokenType"], "Bearer");
}

#[test]
fn data_file_of_a_newer_version_is_refused_and_unchanged() {
    let (scratch, data) = create_version_1_file("version-newer");
    let connection = Connection::open(scratch.file()).expect("the file opens");
    connection
        .pragma_update(None, "user_version", 1_000)
        .expect("another version");
    drop(connection);
    let refused = UserPoolService::open(&data).expect_err("its schema is unknown");
    assert_eq!(
        refused.to_string(),
        "the data file cannot be used: the data file was written by a newer version of the local pool"
    );
    let version: u32 = Connection::open(scratch.file())
        .and_then(|connection| {
            connection.pragma_query_value(None, "user_version", |row| row.get(0))
        })
        .expect("a version");
    assert_eq!(version, 1_000);
}
