-- Version 2: data of the hosted pages.
CREATE TABLE domain (
    name        TEXT PRIMARY KEY,
    pool_id     TEXT NOT NULL UNIQUE REFERENCES user_pool (id) ON DELETE CASCADE,
    settings    TEXT NOT NULL
) WITHOUT ROWID;

-- Scopes that the hosted pages granted. They are absent after a sign-in by the API, which has a fixed scope.
ALTER TABLE family ADD COLUMN scope TEXT;

-- A used code is kept for a while together with its sign-in, because a second use of the code ends that sign-in.
CREATE TABLE authorization_code (
    hash           BLOB PRIMARY KEY,
    client_id      TEXT NOT NULL REFERENCES app_client (id) ON DELETE CASCADE,
    user_id        INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    redirect_uri   TEXT NOT NULL,
    code_challenge TEXT,
    scope          TEXT NOT NULL,
    nonce          TEXT,
    auth_time      INTEGER NOT NULL,
    expires_at     INTEGER NOT NULL,
    used           INTEGER NOT NULL DEFAULT 0,
    event_id       TEXT
) WITHOUT ROWID;
CREATE INDEX authorization_code_by_client ON authorization_code (client_id);
CREATE INDEX authorization_code_by_user ON authorization_code (user_id);
CREATE INDEX authorization_code_by_expiry ON authorization_code (expires_at);

-- The development pool of an older data file gets hosted pages once.
INSERT INTO domain (name, pool_id, settings)
    SELECT 'poolgate', id, '{}' FROM user_pool WHERE id = 'us-east-1_Poolgate1';
UPDATE app_client
    SET settings = json_patch(settings, '{
        "CallbackURLs": ["http://localhost:8000/login/", "http://localhost:8000/login"],
        "LogoutURLs": ["http://localhost:8000", "http://localhost:8000/"],
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"],
        "AllowedOAuthFlowsUserPoolClient": true,
        "SupportedIdentityProviders": ["COGNITO", "Google"]
    }')
    WHERE id = '1poolgate23456789012345678' AND json_extract(settings, '$.CallbackURLs') IS NULL;
