-- Version 1. Times are whole seconds since 1970. Columns ending in _key are in lower case if the pool ignores case.
CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE user_pool (
    id          TEXT PRIMARY KEY,
    created_at  INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    settings    TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE app_client (
    id          TEXT PRIMARY KEY,
    pool_id     TEXT NOT NULL REFERENCES user_pool (id) ON DELETE CASCADE,
    created_at  INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    settings    TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX app_client_by_pool ON app_client (pool_id, id);

CREATE TABLE user (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    pool_id       TEXT NOT NULL REFERENCES user_pool (id) ON DELETE CASCADE,
    username      TEXT NOT NULL,
    username_key  TEXT NOT NULL,
    sub           TEXT NOT NULL UNIQUE,
    status        TEXT NOT NULL,
    enabled       INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    modified_at   INTEGER NOT NULL,
    salt          BLOB,
    verifier      BLOB,
    temporary_since INTEGER,
    UNIQUE (pool_id, username_key)
);
CREATE INDEX user_by_pool ON user (pool_id, id);
CREATE INDEX user_by_status ON user (pool_id, status, id);
CREATE INDEX user_by_enabled ON user (pool_id, enabled, id);

CREATE TABLE user_attribute (
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    name    TEXT NOT NULL,
    value   TEXT NOT NULL,
    PRIMARY KEY (user_id, name)
) WITHOUT ROWID;
CREATE INDEX user_attribute_by_value ON user_attribute (name, value, user_id);

-- Aliases that find a user in addition to the stored username; kind is the attribute's name.
CREATE TABLE alias (
    pool_id TEXT NOT NULL,
    kind    TEXT NOT NULL,
    key     TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    PRIMARY KEY (pool_id, kind, key)
) WITHOUT ROWID;
CREATE INDEX alias_by_user ON alias (user_id, kind);

-- A subject is a user, or an entered username that does not exist. Both are counted in the same way.
CREATE TABLE code (
    subject    TEXT NOT NULL,
    purpose    TEXT NOT NULL,
    code       TEXT NOT NULL,
    attribute  TEXT NOT NULL,
    pending    TEXT,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (subject, purpose)
) WITHOUT ROWID;
CREATE INDEX code_by_expiry ON code (expires_at);

CREATE TABLE attempt (
    subject TEXT NOT NULL,
    kind    TEXT NOT NULL,
    since   INTEGER NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (subject, kind)
) WITHOUT ROWID;
CREATE INDEX attempt_by_age ON attempt (since);

CREATE TABLE lockout (
    subject      TEXT PRIMARY KEY,
    failures     INTEGER NOT NULL,
    last_attempt INTEGER NOT NULL,
    locked_until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX lockout_by_age ON lockout (last_attempt);

-- Sessions and secret blocks that were used and are not accepted again.
CREATE TABLE spent (
    id         TEXT PRIMARY KEY,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX spent_by_expiry ON spent (expires_at);

-- One sign-in and all its refreshes.
CREATE TABLE family (
    event_id   TEXT PRIMARY KEY,
    origin_jti TEXT NOT NULL UNIQUE,
    user_id    INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    client_id  TEXT NOT NULL REFERENCES app_client (id) ON DELETE CASCADE,
    auth_time  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
) WITHOUT ROWID;
CREATE INDEX family_by_user ON family (user_id);
CREATE INDEX family_by_client ON family (client_id);
CREATE INDEX family_by_expiry ON family (expires_at);

CREATE TABLE refresh_token (
    hash       BLOB PRIMARY KEY,
    event_id   TEXT NOT NULL REFERENCES family (event_id) ON DELETE CASCADE,
    rotated_at INTEGER
) WITHOUT ROWID;
CREATE INDEX refresh_token_by_family ON refresh_token (event_id);

CREATE TABLE message (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    recipient     TEXT NOT NULL,
    recipient_key TEXT NOT NULL,
    channel       TEXT NOT NULL,
    subject       TEXT NOT NULL,
    text          TEXT NOT NULL,
    code          TEXT NOT NULL,
    sent_at       INTEGER NOT NULL
);
CREATE INDEX message_by_recipient ON message (recipient_key, id);
