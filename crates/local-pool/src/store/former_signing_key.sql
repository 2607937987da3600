-- Version 3: public halves of the keys that signed before the present ones; kind is a token_use.
CREATE TABLE former_signing_key (
    modulus    BLOB PRIMARY KEY,
    exponent   BLOB NOT NULL,
    kind       TEXT NOT NULL,
    retired_at INTEGER NOT NULL
) WITHOUT ROWID;
