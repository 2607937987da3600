//! User pools, app clients and users: their data, and the rules about them. Every rule takes the current time
//! as an argument.
//!
//! | module | contents |
//! |---|---|
//! | [`settings`], [`user_pool`] | a user pool, as `CreateUserPool` takes and `DescribeUserPool` returns it |
//! | [`client_settings`], [`client`] | an app client, the flows that it allows, and the check of `SECRET_HASH` |
//! | [`oauth_settings`] | a client's callback URLs, OAuth flows, scopes and identity providers |
//! | [`domain`] | the domain under which a pool has hosted pages |
//! | [`schema`] | attributes: their types, which are required, which may change |
//! | [`contact`] | email address and phone number |
//! | [`user`] | users and their attributes in the database |
//! | [`name`] | usernames, aliases, email as username, case |
//! | [`password`] | the password policy, and the SRP verifiers that are stored instead of passwords |
//! | [`code`] | verification codes |
//! | [`attempts`] | rate limits per hour, and the lockout after wrong passwords |
//! | [`delivery`] | the destination and the text of a verification code |
//! | [`scope`] | the scopes of a hosted sign-in, and the attributes that they reveal |
//! | [`authorization_code`] | the authorization code between the hosted pages and the token endpoint |
//! | [`mfa`] | second factors: which of them a pool offers, a user has turned on, and a sign-in asks for |
//! | [`software_token`] | authenticator apps |
//! | [`group`] | groups of users |
//! | [`triggers`] | the built-in replacements of Lambda functions |
//! | [`session`] | the `Session` between two requests of a sign-in |
//! | [`sign_up_session`] | the `Session` from a sign-up to the first sign-in |
//! | [`token_family`] | a sign-in and the refresh tokens that result from it |
//! | [`passkey`], [`relying_party`] | a user's passkeys, and the domain for which a pool's passkeys are valid |
//! | [`device`] | the devices on which users sign in |
//! | [`claims`] | the claims of the tokens |
//! | [`issuer`] | the issuer URL of the tokens |

pub(crate) mod attempts;
pub(crate) mod authorization_code;
pub(crate) mod claims;
pub(crate) mod client;
pub(crate) mod client_settings;
pub(crate) mod code;
pub(crate) mod contact;
pub(crate) mod delivery;
pub(crate) mod device;
pub(crate) mod domain;
pub(crate) mod group;
pub(crate) mod issuer;
pub(crate) mod mfa;
pub(crate) mod name;
pub(crate) mod oauth_settings;
pub(crate) mod passkey;
pub(crate) mod password;
pub(crate) mod relying_party;
pub(crate) mod schema;
pub(crate) mod scope;
pub(crate) mod session;
pub(crate) mod settings;
pub(crate) mod sign_up_session;
pub(crate) mod software_token;
pub(crate) mod token_family;
pub(crate) mod triggers;
pub(crate) mod user;
pub(crate) mod user_pool;

pub(crate) use client::AppClient;
pub(crate) use user::{Attributes, User, UserStatus};
pub(crate) use user_pool::UserPool;
