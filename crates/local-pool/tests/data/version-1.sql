-- A data file that the first version of the local pool wrote (schema version 1). It contains users, codes, a sign-in and
-- to-dos. The repository contains no keys: the signing keys are removed, and the pool's secret is replaced by 32 bytes of
-- value 7. The refresh token is `recorded-refresh-token`.
BEGIN TRANSACTION;
CREATE TABLE alias (
    pool_id TEXT NOT NULL,
    kind    TEXT NOT NULL,
    key     TEXT NOT NULL,
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    PRIMARY KEY (pool_id, kind, key)
) WITHOUT ROWID;
INSERT INTO "alias" VALUES('us-east-1_Poolgate1','email','ann@example.com',1);
INSERT INTO "alias" VALUES('us-east-1_Poolgate1','email','bob@example.com',2);
INSERT INTO "alias" VALUES('us-east-1_TeqWoVULl','email','carl@example.com',3);
CREATE TABLE app_client (
    id          TEXT PRIMARY KEY,
    pool_id     TEXT NOT NULL REFERENCES user_pool (id) ON DELETE CASCADE,
    created_at  INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    settings    TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO "app_client" VALUES('1poolgate23456789012345678','us-east-1_Poolgate1',1795274043,1795274043,'{"ClientName":"app","RefreshTokenValidity":30,"TokenValidityUnits":{},"ExplicitAuthFlows":["ALLOW_USER_SRP_AUTH","ALLOW_USER_PASSWORD_AUTH","ALLOW_REFRESH_TOKEN_AUTH"],"PreventUserExistenceErrors":"ENABLED","EnableTokenRevocation":true,"AuthSessionValidity":3,"AllowedOAuthFlowsUserPoolClient":false,"EnablePropagateAdditionalUserContextData":false}');
INSERT INTO "app_client" VALUES('rle6r3h5uuge7vm5rf9db9e35i','us-east-1_TeqWoVULl',1795274044,1795274044,'{"ClientName":"app","ClientSecret":"recordedsecretofanobodywhouseditneverandnowhere1234","RefreshTokenValidity":30,"TokenValidityUnits":{},"ExplicitAuthFlows":["ALLOW_USER_SRP_AUTH","ALLOW_REFRESH_TOKEN_AUTH"],"EnableTokenRevocation":true,"AuthSessionValidity":3,"AllowedOAuthFlowsUserPoolClient":false,"EnablePropagateAdditionalUserContextData":false}');
CREATE TABLE attempt (
    subject TEXT NOT NULL,
    kind    TEXT NOT NULL,
    since   INTEGER NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (subject, kind)
) WITHOUT ROWID;
INSERT INTO "attempt" VALUES('us-east-1_Poolgate1/3c2b58d4-0a0e-4f70-960a-ceaeb64bb476','ConfirmSignUp',1795274044,1);
INSERT INTO "attempt" VALUES('us-east-1_Poolgate1/3c2b58d4-0a0e-4f70-960a-ceaeb64bb476','ForgotPassword',1795274044,1);
CREATE TABLE code (
    subject    TEXT NOT NULL,
    purpose    TEXT NOT NULL,
    code       TEXT NOT NULL,
    attribute  TEXT NOT NULL,
    pending    TEXT,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (subject, purpose)
) WITHOUT ROWID;
INSERT INTO "code" VALUES('us-east-1_Poolgate1/3c2b58d4-0a0e-4f70-960a-ceaeb64bb476','reset_password','224262','email',NULL,1795277644);
INSERT INTO "code" VALUES('us-east-1_Poolgate1/516d1b8a-1646-4c20-a5c2-b633b06e5675','sign_up','559557','email',NULL,1795360444);
CREATE TABLE demo_todo (
                 id         INTEGER PRIMARY KEY AUTOINCREMENT,
                 pool_id    TEXT NOT NULL,
                 sub        TEXT NOT NULL,
                 title      TEXT NOT NULL,
                 done       INTEGER NOT NULL,
                 created_at INTEGER NOT NULL
             );
INSERT INTO "demo_todo" VALUES(1,'us-east-1_Poolgate1','3c2b58d4-0a0e-4f70-960a-ceaeb64bb476','Water the roses',0,1795274044);
CREATE TABLE demo_user (
                 pool_id    TEXT NOT NULL,
                 sub        TEXT NOT NULL,
                 username   TEXT,
                 name       TEXT,
                 email      TEXT,
                 created_at INTEGER NOT NULL,
                 PRIMARY KEY (pool_id, sub)
             ) WITHOUT ROWID;
INSERT INTO "demo_user" VALUES('us-east-1_Poolgate1','3c2b58d4-0a0e-4f70-960a-ceaeb64bb476','3c2b58d4-0a0e-4f70-960a-ceaeb64bb476','Ann Lee','ann@example.com',1795274044);
CREATE TABLE family (
    event_id   TEXT PRIMARY KEY,
    origin_jti TEXT NOT NULL UNIQUE,
    user_id    INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    client_id  TEXT NOT NULL REFERENCES app_client (id) ON DELETE CASCADE,
    auth_time  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
) WITHOUT ROWID;
INSERT INTO "family" VALUES('3ae4124e-d6cc-45c5-804b-c18b141cd109','32e582e5-637e-4ed3-af0c-22a5bd38d3d5',1,'1poolgate23456789012345678',1795274044,1797866044,NULL);
CREATE TABLE lockout (
    subject      TEXT PRIMARY KEY,
    failures     INTEGER NOT NULL,
    last_attempt INTEGER NOT NULL,
    locked_until INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO "lockout" VALUES('us-east-1_Poolgate1/3c2b58d4-0a0e-4f70-960a-ceaeb64bb476',1,1795274044,1795274044);
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
INSERT INTO "message" VALUES(1,'ann@example.com','ann@example.com','EMAIL','Your verification code','Your confirmation code is 091320','091320',1795274044);
INSERT INTO "message" VALUES(2,'bob@example.com','bob@example.com','EMAIL','Your verification code','Your confirmation code is 559557','559557',1795274044);
INSERT INTO "message" VALUES(3,'ann@example.com','ann@example.com','EMAIL','Your verification code','Your confirmation code is 224262','224262',1795274044);
INSERT INTO "message" VALUES(4,'carl@example.com','carl@example.com','EMAIL','Your temporary password','Your username is carl and temporary password is Passw0rd!.','Passw0rd!',1795274044);
CREATE TABLE refresh_token (
    hash       BLOB PRIMARY KEY,
    event_id   TEXT NOT NULL REFERENCES family (event_id) ON DELETE CASCADE,
    rotated_at INTEGER
) WITHOUT ROWID;
INSERT INTO "refresh_token" VALUES(X'BC275DEA82E259B2C12CD95FAC7837394EE5205332DD78D5CDBAAEFB643CA7B9','3ae4124e-d6cc-45c5-804b-c18b141cd109',NULL);
CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;
INSERT INTO "setting" VALUES('master_secret',X'0707070707070707070707070707070707070707070707070707070707070707');
CREATE TABLE spent (
    id         TEXT PRIMARY KEY,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;
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
INSERT INTO "user" VALUES(1,'us-east-1_Poolgate1','3c2b58d4-0a0e-4f70-960a-ceaeb64bb476','3c2b58d4-0a0e-4f70-960a-ceaeb64bb476','3c2b58d4-0a0e-4f70-960a-ceaeb64bb476','CONFIRMED',1,1795274044,1795274044,X'8B5CB73F14E1F6219956D672EAEABB9F',X'50B2C3DE299F26602ECC594CC7BEB8C84C079853A3D6F3230BCF800547079511BB41818A8BA3E9832A9D349AC064ED8A2579B3ECD71CA6783E45196461C7A6B17DB48201389FB0DE537F940060619206D7D83606D10CE5D7AC2018F635BF0C5EBAE9E06E4BCC85192C8CD130BB36D37345C255B614184C603E9796616612B15D5ADAD4E7BD7EFB9769328E5C62A513DB7E8E4B66CB4ADD5287A05A38D8DC8C3DA87844AC3C2A0F6E7F455D763610CC40705D3AF3FD2F3AC9496397B232BE2C039FD64A2B963F1A24B3635D7819468006DF9C5FA4205F51BADDB82430323575E03E6762C0C76B2D4E277FA7702406DF41614F8B21878498AB72D8251E7CD9988598D9DD021730A27DF8C8236D657667355C9B6A1E0DFEB792AD00164682B6ABDCEA3ED09E04B6EE7445F2790AA64896B1C266156BED583711B0C05553A72BAAB49D9D64C376DECF48D423812F22D77B932DF599F80F6DBABC7904E185FDD3504178CE9B29B91A62241C68F07FC56B3B1A38D99CE4705A1676EF96807F99469603',NULL);
INSERT INTO "user" VALUES(2,'us-east-1_Poolgate1','516d1b8a-1646-4c20-a5c2-b633b06e5675','516d1b8a-1646-4c20-a5c2-b633b06e5675','516d1b8a-1646-4c20-a5c2-b633b06e5675','UNCONFIRMED',1,1795274044,1795274044,X'CBF9C3F922D15123D086D98B70D17A8F',X'36B36E19747BE2B418F6A6C2855947C8F3FCBC9CEB9A9F6C8F8F12F2F661C309267F59B241E11DAA0F82498DB39D8910FDDECF6F122792E8488D82EAA04A82112B625FD5466B0E0926AE9A3FFD7F4CA94F761C6C4115AD86AEB44DE0B58CBB7B080F1233BCDDC7BA879B03A8CEBFCEB9577F236481B31970CA1D2A59334C92EEC18C6C89B9888A78E4AD59B9EA7FD7E47019497E0DE12730770070528F56BA1138C8AEBA58C854994B6E08FB7D916EF912177FDE075DC746416C6352311FC4A6747FA02D88661A79B5525152126A4F4E57DE0A39115BB744473E606DFC24E0B59CA2C2B663F690298D2F0E64E454854826BFBD3561CC0472C0C5E87388EE6FB5CB22CE802A3F87C6E6DDE350C0CD11959E841662B09B1085E8C5CAB73CA2E95D3E694ED1553AB4AAB50EC5F53495267A3ACC278253C74DC08E9725004FB6BB08BF27DBF49EEB4E56E40FB4772D4F28E77063B5E09DE46F3900913B9E6F73BE9B42AF880A4FE93305B09CBAC911D129D94F7900B9F46178FF0ADC1D6F5388FDF5',NULL);
INSERT INTO "user" VALUES(3,'us-east-1_TeqWoVULl','carl','carl','932b5349-4aa2-4e25-8747-045d4d0aa478','FORCE_CHANGE_PASSWORD',1,1795274044,1795274044,X'7DEF879F9E23DA6CA6AA4E9D421C3D8C',X'EE8AFBF0F8585ECE4BDED7E44FD18BBD11316B803AF511AF1EE2CC5DD6AF03259C08A6BB1381E1CC8288236B2A4E6AB57823800A7E0D0F84E47508C676A7C3863F1FD508A190434927BA31574BDB5292013AF4260746EEAF511B0B172B0BFAA98B89F091EDCF0606C42C9DBA1E0202A2A7CB14055489D57BC0EBFFCF583C00F2FF90C83E5E853845EF7BDC93EBE757DF0A175FD1E6E7B71694E52EAA9A04716EF174CD04DC8FA322FF237291EE18FD32F0AFACA10C511352880DE395C9E4363FF57703F852E0874EC797978C74CDB89CDFE2C399D48C8A8E8C47696F2D09E3EDDE466AE72F5737E9B2C97F23FCC192FFC4A3FCD6F79A17B7C9D75FD84230A2E83D57B36C441C4CBABD17D7628B715B7656BC7D2F31E768B9D5A16D7D9B8326E7E5CB8D4C3004BB2CE37252C5779CF00E81AB1BC7C319001521A1253311A671C060DE89C482158E111A1D26E7A4428CE1D855C6234F1DB9C03DCF9FD9FDD64D5905ACDBE8CC3068471C9C6938F19A59169DF175FDCFA5A8203A95BA31DBB94C2B',1795274044);
CREATE TABLE user_attribute (
    user_id INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    name    TEXT NOT NULL,
    value   TEXT NOT NULL,
    PRIMARY KEY (user_id, name)
) WITHOUT ROWID;
INSERT INTO "user_attribute" VALUES(1,'email','ann@example.com');
INSERT INTO "user_attribute" VALUES(2,'email','bob@example.com');
INSERT INTO "user_attribute" VALUES(3,'email','carl@example.com');
INSERT INTO "user_attribute" VALUES(2,'email_verified','false');
INSERT INTO "user_attribute" VALUES(1,'email_verified','true');
INSERT INTO "user_attribute" VALUES(3,'email_verified','true');
INSERT INTO "user_attribute" VALUES(1,'name','Ann Lee');
CREATE TABLE user_pool (
    id          TEXT PRIMARY KEY,
    created_at  INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    settings    TEXT NOT NULL
) WITHOUT ROWID;
INSERT INTO "user_pool" VALUES('us-east-1_Poolgate1',1795274043,1795274043,'{"Name":"poolgate","Policies":{"PasswordPolicy":{"MinimumLength":8,"RequireUppercase":true,"RequireLowercase":true,"RequireNumbers":true,"RequireSymbols":true,"TemporaryPasswordValidityDays":7},"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD"]}},"SchemaAttributes":[{"Name":"sub","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":false,"Required":true,"StringAttributeConstraints":{"MinLength":"1","MaxLength":"2048"}},{"Name":"name","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"given_name","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"family_name","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"middle_name","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"nickname","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"preferred_username","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"profile","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"picture","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"website","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"email","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"gender","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"birthdate","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"10","MaxLength":"10"}},{"Name":"zoneinfo","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"locale","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"phone_number","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"address","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"email_verified","AttributeDataType":"Boolean","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false},{"Name":"phone_number_verified","AttributeDataType":"Boolean","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false},{"Name":"updated_at","AttributeDataType":"Number","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"NumberAttributeConstraints":{"MinValue":"0"}}],"AutoVerifiedAttributes":["email"],"UsernameAttributes":["email"],"UsernameConfiguration":{"CaseSensitive":false},"VerificationMessageTemplate":{"DefaultEmailOption":"CONFIRM_WITH_CODE"},"AdminCreateUserConfig":{"AllowAdminCreateUserOnly":false,"UnusedAccountValidityDays":7},"AccountRecoverySetting":{"RecoveryMechanisms":[{"Priority":1,"Name":"verified_email"}]},"DeletionProtection":"INACTIVE","EmailConfiguration":{"EmailSendingAccount":"COGNITO_DEFAULT"},"LambdaConfig":{},"MfaConfiguration":"OFF","UserPoolTags":{},"UserPoolTier":"ESSENTIALS"}');
INSERT INTO "user_pool" VALUES('us-east-1_TeqWoVULl',1795274044,1795274044,'{"Name":"enterprise","Policies":{"PasswordPolicy":{"MinimumLength":8,"RequireUppercase":true,"RequireLowercase":true,"RequireNumbers":true,"RequireSymbols":true,"TemporaryPasswordValidityDays":7},"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD"]}},"SchemaAttributes":[{"Name":"sub","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":false,"Required":true,"StringAttributeConstraints":{"MinLength":"1","MaxLength":"2048"}},{"Name":"name","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"given_name","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"family_name","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"middle_name","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"nickname","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"preferred_username","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"profile","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"picture","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"website","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"email","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"gender","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"birthdate","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"10","MaxLength":"10"}},{"Name":"zoneinfo","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"locale","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"phone_number","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"address","AttributeDataType":"String","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"StringAttributeConstraints":{"MinLength":"0","MaxLength":"2048"}},{"Name":"email_verified","AttributeDataType":"Boolean","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false},{"Name":"phone_number_verified","AttributeDataType":"Boolean","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false},{"Name":"updated_at","AttributeDataType":"Number","DeveloperOnlyAttribute":false,"Mutable":true,"Required":false,"NumberAttributeConstraints":{"MinValue":"0"}}],"AliasAttributes":["email","preferred_username"],"VerificationMessageTemplate":{"DefaultEmailOption":"CONFIRM_WITH_CODE"},"AdminCreateUserConfig":{"AllowAdminCreateUserOnly":true,"UnusedAccountValidityDays":7},"DeletionProtection":"INACTIVE","EmailConfiguration":{"EmailSendingAccount":"COGNITO_DEFAULT"},"LambdaConfig":{},"MfaConfiguration":"OFF","UserPoolTags":{},"UserPoolTier":"ESSENTIALS"}');
CREATE INDEX app_client_by_pool ON app_client (pool_id, id);
CREATE INDEX user_by_pool ON user (pool_id, id);
CREATE INDEX user_by_status ON user (pool_id, status, id);
CREATE INDEX user_by_enabled ON user (pool_id, enabled, id);
CREATE INDEX user_attribute_by_value ON user_attribute (name, value, user_id);
CREATE INDEX alias_by_user ON alias (user_id, kind);
CREATE INDEX code_by_expiry ON code (expires_at);
CREATE INDEX attempt_by_age ON attempt (since);
CREATE INDEX lockout_by_age ON lockout (last_attempt);
CREATE INDEX spent_by_expiry ON spent (expires_at);
CREATE INDEX family_by_user ON family (user_id);
CREATE INDEX family_by_client ON family (client_id);
CREATE INDEX family_by_expiry ON family (expires_at);
CREATE INDEX refresh_token_by_family ON refresh_token (event_id);
CREATE INDEX message_by_recipient ON message (recipient_key, id);
CREATE INDEX demo_todo_by_person ON demo_todo (pool_id, sub, id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('user',3);
INSERT INTO "sqlite_sequence" VALUES('message',4);
INSERT INTO "sqlite_sequence" VALUES('demo_todo',1);
PRAGMA user_version = 1;
COMMIT;
