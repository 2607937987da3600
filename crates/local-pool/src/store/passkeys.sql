-- Version 6: passkeys, and the pending challenges of registrations.
CREATE TABLE passkey (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id          INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    credential_id    BLOB NOT NULL,
    relying_party_id TEXT NOT NULL,
    public_key       BLOB NOT NULL,
    sign_count       INTEGER NOT NULL,
    backup_eligible  INTEGER NOT NULL,
    aaguid           BLOB NOT NULL,
    attachment       TEXT,
    transports       TEXT NOT NULL,
    created_at       INTEGER NOT NULL
);
CREATE INDEX passkey_by_user ON passkey (user_id, id);
CREATE INDEX passkey_by_credential ON passkey (credential_id);

CREATE TABLE passkey_registration (
    user_id          INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    client_id        TEXT NOT NULL,
    relying_party_id TEXT NOT NULL,
    challenge        BLOB NOT NULL,
    expires_at       INTEGER NOT NULL
);
