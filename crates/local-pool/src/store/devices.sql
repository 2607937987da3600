-- Version 7: the devices of users, and the device of each sign-in.
CREATE TABLE device (
    key              TEXT PRIMARY KEY,
    user_id          INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    name             TEXT,
    salt             BLOB,
    verifier         BLOB,
    remembered       INTEGER NOT NULL,
    last_ip          TEXT NOT NULL,
    created_at       INTEGER NOT NULL,
    modified_at      INTEGER NOT NULL,
    authenticated_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX device_by_user ON device (user_id, created_at, key);

ALTER TABLE family ADD COLUMN device_key TEXT;

-- Sign-ins after the password proof that wait for the device proof. Some clients send no Session with it.
CREATE TABLE device_round (
    device_key TEXT NOT NULL REFERENCES device (key) ON DELETE CASCADE,
    client_id  TEXT NOT NULL,
    session    TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (device_key, client_id)
) WITHOUT ROWID;
CREATE INDEX device_round_by_expiry ON device_round (expires_at);
