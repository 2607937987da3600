-- Version 4: second factors. A row of second_factor is a factor that a user has switched on, by its wire name.
CREATE TABLE second_factor (
    user_id   INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    factor    TEXT NOT NULL,
    preferred INTEGER NOT NULL,
    PRIMARY KEY (user_id, factor)
) WITHOUT ROWID;

-- A user's authenticator app: pending is a secret that was shown and not yet proved to be kept by an app.
-- last_step is the time step whose code was used last; its code and earlier ones are dead.
CREATE TABLE software_token (
    user_id   INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    secret    BLOB,
    pending   BLOB,
    name      TEXT,
    last_step INTEGER
);
