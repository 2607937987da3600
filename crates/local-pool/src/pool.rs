//! Users and the rules about them; every rule takes the moment it is asked.
//!
//! | module | knows |
//! |---|---|
//! | [`settings`], [`user_pool`] | a user pool, as `CreateUserPool` takes and `DescribeUserPool` gives it |
//! | [`client_settings`], [`client`] | an app client, likewise; which flows it allows; `SECRET_HASH` |
//! | [`oauth_settings`] | a client's callbacks, flows, scopes and identity providers |
//! | [`domain`] | the domain under which a pool has hosted pages |
//! | [`schema`] | attributes: their types, which are required, which may change |
//! | [`contact`] | e-mail and phone |
//! | [`user`] | users and their attributes in the data |
//! | [`name`] | user names, aliases, e-mail as user name, case |
//! | [`password`] | the password policy; verifiers in place of passwords |
//! | [`code`] | codes that are sent and typed back |
//! | [`attempts`] | limits by the hour, and the lock-out after wrong passwords |
//! | [`delivery`] | where a code goes and in which words |
//! | [`scope`] | what a hosted sign-in grants, and which attributes that shows |
//! | [`authorization_code`] | the code between the hosted pages and the token endpoint |
//! | [`mfa`] | second factors: what a pool offers, what a user has switched on, what a sign-in asks for |
//! | [`software_token`] | authenticator apps |
//! | [`group`] | groups of users |
//! | [`triggers`] | what stands in place of Lambda functions |
//! | [`session`] | the `Session` between two rounds |
//! | [`sign_up_session`] | the `Session` from a sign-up to the first sign-in |
//! | [`token_family`] | a sign-in and the refresh tokens that come of it |
//! | [`passkey`], [`relying_party`] | a user's passkeys; for which domain a pool's are |
//! | [`device`] | the devices that users sign in on |
//! | [`claims`] | what the tokens say |
//! | [`issuer`] | the address that tokens name as their issuer |

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
pub(crate) use user::{Attributes, Status, User};
pub(crate) use user_pool::UserPool;
