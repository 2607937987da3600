//! One file per action; this one finds it by name.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cognito_proto::time::UnixTime;
use serde_json::{Map, Value};

use crate::error::{ApiError, ErrorKind};
use crate::outbox::{self, Message};
use crate::pool::UserPool;
use crate::pool::domain::Domain;
use crate::sealed::Sealer;
use crate::service_model;
use crate::settings::Data;
use crate::srp::Outstanding;
use crate::store::Store;
use crate::tokens::Keys;

pub(crate) mod access;
pub(crate) mod add_custom_attributes;
pub(crate) mod admin_create_user;
pub(crate) mod admin_get_user;
pub(crate) mod admin_set_user_password;
pub(crate) mod admin_target;
pub(crate) mod admin_update_user_attributes;
pub(crate) mod admin_user_state;
pub(crate) mod challenges;
pub(crate) mod change_password;
pub(crate) mod complete_web_authn_registration;
pub(crate) mod confirm_device;
pub(crate) mod confirm_forgot_password;
pub(crate) mod confirm_sign_up;
mod data;
pub(crate) mod delete_user;
pub(crate) mod delete_user_attributes;
pub(crate) mod delete_web_authn_credential;
pub(crate) mod devices;
pub(crate) mod forgot_password;
pub(crate) mod get_tokens_from_refresh_token;
pub(crate) mod get_user;
pub(crate) mod get_user_attribute_verification_code;
pub(crate) mod get_user_auth_factors;
pub(crate) mod global_sign_out;
pub(crate) mod groups;
pub(crate) mod initiate_auth;
pub(crate) mod input;
pub(crate) mod list_users;
pub(crate) mod list_web_authn_credentials;
pub(crate) mod mfa_preference;
pub(crate) mod resend_confirmation_code;
pub(crate) mod respond_to_auth_challenge;
pub(crate) mod revoke_token;
pub(crate) mod seed;
pub(crate) mod sign_in;
pub(crate) mod sign_up;
pub(crate) mod software_token;
pub(crate) mod start_web_authn_registration;
pub(crate) mod update_user_attributes;
pub(crate) mod user_attributes;
pub(crate) mod user_pool_clients;
pub(crate) mod user_pool_domains;
pub(crate) mod user_pool_mfa_config;
pub(crate) mod user_pools;
pub(crate) mod verify_user_attribute;

pub use data::OpenError;
pub(crate) use data::{keep_setting, setting};
pub use seed::{DEV_CLIENT_ID, DEV_POOL_ID};

/// Who calls, by which address, and when.
#[derive(Clone, Copy, Debug)]
pub struct Caller<'a> {
    /// The address by which the pool was reached, e.g. `http://localhost:9229`.
    pub base_url: &'a str,
    /// The base address of issuers: `base_url`, unless
    /// [`Settings::issuer_url`](crate::settings::Settings::issuer_url) names another one.
    pub issuer_base: &'a str,
    /// Now.
    pub now: UnixTime,
    /// Where from.
    pub ip: IpAddr,
}

/// A successful answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// A JSON body; actions with an empty output shape answer `{}`.
    Json(Value),
    /// No body at all: the action's model has no output shape.
    EmptyBody,
}

impl Reply {
    /// `{}`.
    pub(crate) fn empty_object() -> Self {
        Self::Json(Value::Object(Map::new()))
    }
}

type Action = fn(&Service, input::Input, &Caller<'_>) -> Result<Reply, ApiError>;

/// Every action that the pool knows, by its name on the wire.
fn action(operation: &str) -> Option<Action> {
    Some(match operation {
        "SignUp" => sign_up::call,
        "ConfirmSignUp" => confirm_sign_up::call,
        "ResendConfirmationCode" => resend_confirmation_code::call,
        "InitiateAuth" => initiate_auth::call,
        "RespondToAuthChallenge" => respond_to_auth_challenge::call,
        "GetTokensFromRefreshToken" => get_tokens_from_refresh_token::call,
        "ForgotPassword" => forgot_password::call,
        "ConfirmForgotPassword" => confirm_forgot_password::call,
        "GetUser" => get_user::call,
        "RevokeToken" => revoke_token::call,
        "GlobalSignOut" => global_sign_out::call,
        "ChangePassword" => change_password::call,
        "UpdateUserAttributes" => update_user_attributes::call,
        "DeleteUserAttributes" => delete_user_attributes::call,
        "GetUserAttributeVerificationCode" => get_user_attribute_verification_code::call,
        "VerifyUserAttribute" => verify_user_attribute::call,
        "DeleteUser" => delete_user::call,

        "GetUserAuthFactors" => get_user_auth_factors::call,
        "StartWebAuthnRegistration" => start_web_authn_registration::call,
        "CompleteWebAuthnRegistration" => complete_web_authn_registration::call,
        "ListWebAuthnCredentials" => list_web_authn_credentials::call,
        "DeleteWebAuthnCredential" => delete_web_authn_credential::call,
        "ConfirmDevice" => confirm_device::call,
        "GetDevice" => devices::get,
        "ListDevices" => devices::list,
        "UpdateDeviceStatus" => devices::update_status,
        "ForgetDevice" => devices::forget,
        "AssociateSoftwareToken" => software_token::associate,
        "VerifySoftwareToken" => software_token::verify,
        "SetUserMFAPreference" => mfa_preference::set,
        "SetUserSettings" => mfa_preference::set_options,

        "CreateUserPool" => user_pools::create,
        "DescribeUserPool" => user_pools::describe,
        "UpdateUserPool" => user_pools::update,
        "DeleteUserPool" => user_pools::delete,
        "AddCustomAttributes" => add_custom_attributes::call,
        "ListUserPools" => user_pools::list,
        "SetUserPoolMfaConfig" => user_pool_mfa_config::set,
        "GetUserPoolMfaConfig" => user_pool_mfa_config::get,
        "CreateUserPoolClient" => user_pool_clients::create,
        "DescribeUserPoolClient" => user_pool_clients::describe,
        "UpdateUserPoolClient" => user_pool_clients::update,
        "DeleteUserPoolClient" => user_pool_clients::delete,
        "ListUserPoolClients" => user_pool_clients::list,
        "CreateUserPoolDomain" => user_pool_domains::create,
        "DescribeUserPoolDomain" => user_pool_domains::describe,
        "UpdateUserPoolDomain" => user_pool_domains::update,
        "DeleteUserPoolDomain" => user_pool_domains::delete,

        "AdminCreateUser" => admin_create_user::call,
        "AdminConfirmSignUp" => admin_user_state::confirm_sign_up,
        "AdminSetUserPassword" => admin_set_user_password::call,
        "AdminGetUser" => admin_get_user::call,
        "AdminUpdateUserAttributes" => admin_update_user_attributes::call,
        "AdminDeleteUserAttributes" => delete_user_attributes::call_as_operator,
        "AdminDeleteUser" => delete_user::call_as_operator,
        "AdminDisableUser" => admin_user_state::disable,
        "AdminEnableUser" => admin_user_state::enable,
        "AdminResetUserPassword" => admin_user_state::reset_password,
        "AdminUserGlobalSignOut" => admin_user_state::global_sign_out,
        "AdminSetUserMFAPreference" => mfa_preference::set_as_operator,
        "AdminSetUserSettings" => mfa_preference::set_options_as_operator,
        "ListUsers" => list_users::call,
        "CreateGroup" => groups::create,
        "GetGroup" => groups::get,
        "UpdateGroup" => groups::update,
        "DeleteGroup" => groups::delete,
        "ListGroups" => groups::list,
        "ListUsersInGroup" => groups::list_users,
        "AdminAddUserToGroup" => groups::add_user,
        "AdminRemoveUserFromGroup" => groups::remove_user,
        "AdminListGroupsForUser" => groups::list_of_user,
        "AdminInitiateAuth" => initiate_auth::call_as_operator,
        "AdminRespondToAuthChallenge" => respond_to_auth_challenge::call_as_operator,
        "AdminGetDevice" => devices::get_as_operator,
        "AdminListDevices" => devices::list_as_operator,
        "AdminUpdateDeviceStatus" => devices::update_status_as_operator,
        "AdminForgetDevice" => devices::forget_as_operator,
        _ => return None,
    })
}

/// Whether Amazon's service takes this action without an administrator's signature: `authtype` is `none` in its model.
/// Every other action is an administrator's.
pub(crate) fn is_self_service(operation: &str) -> bool {
    matches!(
        operation,
        "AssociateSoftwareToken"
            | "ChangePassword"
            | "CompleteWebAuthnRegistration"
            | "ConfirmDevice"
            | "ConfirmForgotPassword"
            | "ConfirmSignUp"
            | "DeleteUser"
            | "DeleteUserAttributes"
            | "DeleteWebAuthnCredential"
            | "ForgetDevice"
            | "ForgotPassword"
            | "GetDevice"
            | "GetTokensFromRefreshToken"
            | "GetUser"
            | "GetUserAttributeVerificationCode"
            | "GetUserAuthFactors"
            | "GlobalSignOut"
            | "InitiateAuth"
            | "ListDevices"
            | "ListUserSessions"
            | "ListWebAuthnCredentials"
            | "ResendConfirmationCode"
            | "RespondToAuthChallenge"
            | "RevokeToken"
            | "RevokeUserSession"
            | "SetUserMFAPreference"
            | "SetUserSettings"
            | "SignUp"
            | "StartWebAuthnRegistration"
            | "UpdateAuthEventFeedback"
            | "UpdateDeviceStatus"
            | "UpdateUserAttributes"
            | "VerifySoftwareToken"
            | "VerifyUserAttribute"
    )
}

/// The user pools of one data file and all their rules.
#[derive(Debug)]
pub struct Service {
    store: Store,
    keys: Keys,
    sealer: Sealer,
    outstanding: Outstanding,
    /// Tells the maker of the keys that nobody waits for them any more.
    closed: Arc<AtomicBool>,
}

impl Drop for Service {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Release);
    }
}

impl Service {
    /// Opens the data, or begins it; keys are made in the background when there are none yet.
    ///
    /// # Errors
    /// [`OpenError`] when the file cannot be opened or is not a local pool's.
    pub fn open(data: &Data) -> Result<Self, OpenError> {
        let store = data::open_store(data)?;
        let closed = Arc::default();
        let keys = data::keys::open(&store, &closed)?;
        Self::of(store, keys, closed)
    }

    /// Like [`Service::open`], with these keys in place of the data's own: for many short-lived pools in one
    /// process, which need not each make two RSA keys.
    ///
    /// # Errors
    /// As [`Service::open`].
    pub fn open_with_keys(data: &Data, keys: Keys) -> Result<Self, OpenError> {
        Self::of(data::open_store(data)?, keys, Arc::default())
    }

    fn of(store: Store, keys: Keys, closed: Arc<AtomicBool>) -> Result<Self, OpenError> {
        let master = data::master_secret(&store).map_err(OpenError::Contents)?;
        let sealer = Sealer::new(master).map_err(OpenError::Contents)?;
        Ok(Self {
            store,
            keys,
            sealer,
            outstanding: Outstanding::default(),
            closed,
        })
    }

    /// Carries out one action of the user-pool API.
    ///
    /// # Errors
    /// The exception that Cognito would answer; [`ErrorKind::UnknownOperation`] for an action that is not here.
    pub fn call(
        &self,
        operation: &str,
        body: &[u8],
        caller: &Caller<'_>,
    ) -> Result<Reply, ApiError> {
        let action =
            action(operation).ok_or_else(|| ApiError::bare(ErrorKind::UnknownOperation))?;
        let request = service_model::checked_request(operation, body)?;
        action(self, input::Input::new(request), caller)
    }

    /// The data, for what keeps its own tables beside the pool's.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The keys that sign this service's tokens.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    pub(crate) fn outstanding(&self) -> &Outstanding {
        &self.outstanding
    }

    pub(crate) fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// What would have been mailed or texted to this address or number (case does not matter), or to all; newest first.
    ///
    /// # Errors
    /// The data file cannot be read.
    pub fn messages(&self, to: Option<&str>) -> Result<Vec<Message>, ApiError> {
        self.store
            .with(|connection| outbox::messages(connection, to))
    }

    /// The pool of this id, and whether it has a domain, and so hosted pages; none when there is no such pool.
    ///
    /// # Errors
    /// The data file cannot be read.
    pub(crate) fn pool_and_domain(
        &self,
        pool_id: &str,
    ) -> Result<Option<(UserPool, bool)>, ApiError> {
        self.store.with(|connection| {
            Ok(match UserPool::find(connection, pool_id)? {
                Some(pool) => {
                    let has_domain = Domain::of_pool(connection, &pool.id)?.is_some();
                    Some((pool, has_domain))
                }
                None => None,
            })
        })
    }

    /// The issuer of a pool's tokens, given the base address of issuers; none when there is no such pool.
    ///
    /// # Errors
    /// The data file cannot be read.
    pub(crate) fn issuer(&self, pool_id: &str, base: &str) -> Result<Option<String>, ApiError> {
        let pool = self
            .store
            .with(|connection| UserPool::find(connection, pool_id))?;
        Ok(pool.map(|pool| pool.issuer(base)))
    }

    /// Whether there is a pool with this id.
    ///
    /// # Errors
    /// The data file cannot be read.
    pub fn pool_exists(&self, pool_id: &str) -> Result<bool, ApiError> {
        self.store.with(|connection| {
            Ok(connection
                .prepare_cached("SELECT 1 FROM user_pool WHERE id = ?1")?
                .exists([pool_id])?)
        })
    }

    /// The ids of a pool's app clients, in order.
    ///
    /// # Errors
    /// The data file cannot be read.
    pub fn client_ids(&self, pool_id: &str) -> Result<Vec<String>, ApiError> {
        self.store.with(|connection| {
            let ids = connection
                .prepare_cached("SELECT id FROM app_client WHERE pool_id = ?1 ORDER BY id")?
                .query_map([pool_id], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            Ok(ids)
        })
    }
}
