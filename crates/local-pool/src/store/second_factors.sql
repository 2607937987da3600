-- Version 4: second factors. A row of second_factor is a factor that a user has enabled, by its wire name.
CREATE TABLE second_factor (
    user_id   INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    factor    TEXT NOT NULL,
    preferred INTEGER NOT NULL,
    PRIMARY KEY (user_id, factor)
) WITHOUT ROWID;

-- A user's authenticator app: pending is a secret that was shown but not yet verified by a code.
-- last_step is the time step of the last used code. This code and earlier ones are not accepted.
CREATE TABLE software_token (
    user_id   INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    secret    BLOB,
    pending   BLOB,
    name      TEXT,
    last_step INTEGER
);
