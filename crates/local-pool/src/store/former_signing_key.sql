-- Version 3: public keys of former signing keys; kind is a token_use.
CREATE TABLE former_signing_key (
    modulus    BLOB PRIMARY KEY,
    exponent   BLOB NOT NULL,
    kind       TEXT NOT NULL,
    retired_at INTEGER NOT NULL
) WITHOUT ROWID;
