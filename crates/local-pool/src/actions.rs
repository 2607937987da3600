//! The actions of the user-pool API, one file per action, and the table that finds an action by its wire name.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cognito_proto::time::UnixTime;
use serde_json::{Map, Value};

use crate::error::{ApiError, ErrorKind};
use crate::outbox::{self, OutboxMessage};
use crate::pool::UserPool;
use crate::pool::domain::UserPoolDomain;
use crate::sealed::TextSealer;
use crate::service_model;
use crate::settings::DataLocation;
use crate::srp::PendingSrpExchanges;
use crate::store::SqliteStore;
use crate::tokens::TokenSigningKeys;

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

pub use data::OpenDataError;
pub(crate) use data::{load_setting, save_setting};
pub use seed::{DEV_CLIENT_ID, DEV_POOL_ID};

/// The caller of an action: its address, the base URL that it used, and the time of the call.
#[derive(Clone, Copy, Debug)]
pub struct ActionCaller<'a> {
    /// The base URL by which the caller reached the pool, for example `http://localhost:9229`.
    pub base_url: &'a str,
    /// The base URL with which issuers begin: `base_url`, unless
    /// [`LocalPoolSettings::issuer_url`](crate::settings::LocalPoolSettings::issuer_url) names another one.
    pub issuer_base: &'a str,
    /// The time of the call.
    pub now: UnixTime,
    /// The IP address of the caller.
    pub ip: IpAddr,
}

/// The body of a successful response to an action.
#[derive(Clone, Debug, PartialEq)]
pub enum ActionResponse {
    /// The response has this JSON body. Actions with an empty output shape respond with `{}`.
    Json(Value),
    /// The response has no body, because the service model gives the action no output shape.
    EmptyBody,
}

impl ActionResponse {
    /// Returns a response with the JSON body `{}`.
    pub(crate) fn empty_object() -> Self {
        Self::Json(Value::Object(Map::new()))
    }
}

/// The type of the functions that execute an action of the user-pool API.
type ActionHandler =
    fn(&UserPoolService, input::ActionInput, &ActionCaller<'_>) -> Result<ActionResponse, ApiError>;

/// Returns the function that executes the action with this wire name, or `None` if the local pool has no such
/// action.
fn find_action_handler(operation: &str) -> Option<ActionHandler> {
    Some(match operation {
        "SignUp" => sign_up::sign_up,
        "ConfirmSignUp" => confirm_sign_up::confirm_sign_up,
        "ResendConfirmationCode" => resend_confirmation_code::resend_confirmation_code,
        "InitiateAuth" => initiate_auth::initiate_auth,
        "RespondToAuthChallenge" => respond_to_auth_challenge::respond_to_auth_challenge,
        "GetTokensFromRefreshToken" => get_tokens_from_refresh_token::get_tokens_from_refresh_token,
        "ForgotPassword" => forgot_password::forgot_password,
        "ConfirmForgotPassword" => confirm_forgot_password::confirm_forgot_password,
        "GetUser" => get_user::get_user,
        "RevokeToken" => revoke_token::revoke_token,
        "GlobalSignOut" => global_sign_out::global_sign_out,
        "ChangePassword" => change_password::change_password,
        "UpdateUserAttributes" => update_user_attributes::update_user_attributes,
        "DeleteUserAttributes" => delete_user_attributes::delete_user_attributes,
        "GetUserAttributeVerificationCode" => {
            get_user_attribute_verification_code::get_user_attribute_verification_code
        }
        "VerifyUserAttribute" => verify_user_attribute::verify_user_attribute,
        "DeleteUser" => delete_user::delete_user,

        "GetUserAuthFactors" => get_user_auth_factors::get_user_auth_factors,
        "StartWebAuthnRegistration" => start_web_authn_registration::start_web_authn_registration,
        "CompleteWebAuthnRegistration" => {
            complete_web_authn_registration::complete_web_authn_registration
        }
        "ListWebAuthnCredentials" => list_web_authn_credentials::list_web_authn_credentials,
        "DeleteWebAuthnCredential" => delete_web_authn_credential::delete_web_authn_credential,
        "ConfirmDevice" => confirm_device::confirm_device,
        "GetDevice" => devices::get_device,
        "ListDevices" => devices::list_devices,
        "UpdateDeviceStatus" => devices::update_device_status,
        "ForgetDevice" => devices::forget_device,
        "AssociateSoftwareToken" => software_token::associate_software_token,
        "VerifySoftwareToken" => software_token::verify_software_token,
        "SetUserMFAPreference" => mfa_preference::set_user_mfa_preference,
        "SetUserSettings" => mfa_preference::set_user_settings,

        "CreateUserPool" => user_pools::create_user_pool,
        "DescribeUserPool" => user_pools::describe_user_pool,
        "UpdateUserPool" => user_pools::update_user_pool,
        "DeleteUserPool" => user_pools::delete_user_pool,
        "AddCustomAttributes" => add_custom_attributes::add_custom_attributes,
        "ListUserPools" => user_pools::list_user_pools,
        "SetUserPoolMfaConfig" => user_pool_mfa_config::set_user_pool_mfa_config,
        "GetUserPoolMfaConfig" => user_pool_mfa_config::get_user_pool_mfa_config,
        "CreateUserPoolClient" => user_pool_clients::create_user_pool_client,
        "DescribeUserPoolClient" => user_pool_clients::describe_user_pool_client,
        "UpdateUserPoolClient" => user_pool_clients::update_user_pool_client,
        "DeleteUserPoolClient" => user_pool_clients::delete_user_pool_client,
        "ListUserPoolClients" => user_pool_clients::list_user_pool_clients,
        "CreateUserPoolDomain" => user_pool_domains::create_user_pool_domain,
        "DescribeUserPoolDomain" => user_pool_domains::describe_user_pool_domain,
        "UpdateUserPoolDomain" => user_pool_domains::update_user_pool_domain,
        "DeleteUserPoolDomain" => user_pool_domains::delete_user_pool_domain,

        "AdminCreateUser" => admin_create_user::admin_create_user,
        "AdminConfirmSignUp" => admin_user_state::admin_confirm_sign_up,
        "AdminSetUserPassword" => admin_set_user_password::admin_set_user_password,
        "AdminGetUser" => admin_get_user::admin_get_user,
        "AdminUpdateUserAttributes" => admin_update_user_attributes::admin_update_user_attributes,
        "AdminDeleteUserAttributes" => delete_user_attributes::admin_delete_user_attributes,
        "AdminDeleteUser" => delete_user::admin_delete_user,
        "AdminDisableUser" => admin_user_state::admin_disable_user,
        "AdminEnableUser" => admin_user_state::admin_enable_user,
        "AdminResetUserPassword" => admin_user_state::admin_reset_user_password,
        "AdminUserGlobalSignOut" => admin_user_state::admin_user_global_sign_out,
        "AdminSetUserMFAPreference" => mfa_preference::admin_set_user_mfa_preference,
        "AdminSetUserSettings" => mfa_preference::admin_set_user_settings,
        "ListUsers" => list_users::list_users,
        "CreateGroup" => groups::create_group,
        "GetGroup" => groups::get_group,
        "UpdateGroup" => groups::update_group,
        "DeleteGroup" => groups::delete_group,
        "ListGroups" => groups::list_groups,
        "ListUsersInGroup" => groups::list_users_in_group,
        "AdminAddUserToGroup" => groups::admin_add_user_to_group,
        "AdminRemoveUserFromGroup" => groups::admin_remove_user_from_group,
        "AdminListGroupsForUser" => groups::admin_list_groups_for_user,
        "AdminInitiateAuth" => initiate_auth::admin_initiate_auth,
        "AdminRespondToAuthChallenge" => respond_to_auth_challenge::admin_respond_to_auth_challenge,
        "AdminGetDevice" => devices::admin_get_device,
        "AdminListDevices" => devices::admin_list_devices,
        "AdminUpdateDeviceStatus" => devices::admin_update_device_status,
        "AdminForgetDevice" => devices::admin_forget_device,
        _ => return None,
    })
}

/// Returns true if Amazon's service model says that this action needs no signature (`authtype` is `none`), so that apps
/// may send it. Only operators may call all other actions.
pub(crate) fn is_allowed_without_signature(operation: &str) -> bool {
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

/// The user pools that are stored in one data file, and the actions on them.
#[derive(Debug)]
pub struct UserPoolService {
    store: SqliteStore,
    keys: TokenSigningKeys,
    sealer: TextSealer,
    pending_exchanges: PendingSrpExchanges,
    /// True after the service was dropped. The thread that generates the signing keys then does not save them any more.
    closed: Arc<AtomicBool>,
}

impl Drop for UserPoolService {
    fn drop(&mut self) {
        self.closed.store(true, Ordering::Release);
    }
}

impl UserPoolService {
    /// Opens the data of a local pool, or creates it. If the data has no signing keys yet, they are generated in the
    /// background.
    ///
    /// # Errors
    /// [`OpenDataError`] if the file cannot be opened, or is not the data file of a local pool.
    pub fn open(data: &DataLocation) -> Result<Self, OpenDataError> {
        let store = data::open_store(data)?;
        let closed = Arc::default();
        let keys = data::keys::load_or_generate_keys(&store, &closed)?;
        Self::new(store, keys, closed)
    }

    /// Opens the data as [`UserPoolService::open`] does, but signs tokens with the given keys instead of the keys in
    /// the data. A process with many short-lived pools needs only one pair of RSA keys in this way.
    ///
    /// # Errors
    /// The errors of [`UserPoolService::open`].
    pub fn open_with_keys(
        data: &DataLocation,
        keys: TokenSigningKeys,
    ) -> Result<Self, OpenDataError> {
        Self::new(data::open_store(data)?, keys, Arc::default())
    }

    /// Creates the service from an opened database. The service sets `closed` to true when it is dropped.
    fn new(
        store: SqliteStore,
        keys: TokenSigningKeys,
        closed: Arc<AtomicBool>,
    ) -> Result<Self, OpenDataError> {
        let master = data::load_or_create_master_secret(&store).map_err(OpenDataError::Contents)?;
        let sealer = TextSealer::new(master).map_err(OpenDataError::Contents)?;
        Ok(Self {
            store,
            keys,
            sealer,
            pending_exchanges: PendingSrpExchanges::default(),
            closed,
        })
    }

    /// Executes one action of the user-pool API, and returns its response.
    ///
    /// # Errors
    /// The exception that Cognito responds with; [`ErrorKind::UnknownOperation`] for an action that the local
    /// pool does not have.
    pub fn call_action(
        &self,
        operation: &str,
        body: &[u8],
        caller: &ActionCaller<'_>,
    ) -> Result<ActionResponse, ApiError> {
        let action = find_action_handler(operation)
            .ok_or_else(|| ApiError::without_message(ErrorKind::UnknownOperation))?;
        let request = service_model::parse_request(operation, body)?;
        action(self, input::ActionInput::new(request), caller)
    }

    /// Returns the database. Other modules keep their own tables in it.
    pub fn store(&self) -> &SqliteStore {
        &self.store
    }

    /// Returns the keys that sign the tokens of this service.
    pub fn keys(&self) -> &TokenSigningKeys {
        &self.keys
    }

    /// Returns the cache of the SRP key pairs of challenges that have no response yet.
    pub(crate) fn pending_exchanges(&self) -> &PendingSrpExchanges {
        &self.pending_exchanges
    }

    /// Returns the [`TextSealer`] that encrypts sessions and pagination tokens.
    pub(crate) fn sealer(&self) -> &TextSealer {
        &self.sealer
    }

    /// Returns the emails and text messages that would have been sent to this address or number (in any case),
    /// newest first. If `recipient` is `None`, returns the messages to all recipients.
    ///
    /// # Errors
    /// The data file cannot be read.
    pub fn messages(&self, recipient: Option<&str>) -> Result<Vec<OutboxMessage>, ApiError> {
        self.store
            .run_query(|connection| outbox::load_messages(connection, recipient))
    }

    /// Returns the pool with this ID, and whether the pool has a domain and therefore hosted pages. Returns
    /// `None` if no pool has this ID.
    ///
    /// # Errors
    /// The data file cannot be read.
    pub(crate) fn find_pool_and_domain(
        &self,
        pool_id: &str,
    ) -> Result<Option<(UserPool, bool)>, ApiError> {
        self.store.run_query(|connection| {
            Ok(match UserPool::find_pool(connection, pool_id)? {
                Some(pool) => {
                    let has_domain =
                        UserPoolDomain::find_domain_of_pool(connection, &pool.id)?.is_some();
                    Some((pool, has_domain))
                }
                None => None,
            })
        })
    }

    /// Returns the issuer of the pool's tokens, which begins with the base URL `issuer_base`, or `None` if no pool has
    /// this ID.
    ///
    /// # Errors
    /// The data file cannot be read.
    pub(crate) fn find_issuer_of_pool(
        &self,
        pool_id: &str,
        issuer_base: &str,
    ) -> Result<Option<String>, ApiError> {
        let pool = self
            .store
            .run_query(|connection| UserPool::find_pool(connection, pool_id))?;
        Ok(pool.map(|pool| pool.issuer(issuer_base)))
    }

    /// Returns true if a pool with this ID exists.
    ///
    /// # Errors
    /// The data file cannot be read.
    pub fn pool_exists(&self, pool_id: &str) -> Result<bool, ApiError> {
        self.store.run_query(|connection| {
            Ok(connection
                .prepare_cached("SELECT 1 FROM user_pool WHERE id = ?1")?
                .exists([pool_id])?)
        })
    }

    /// Returns the IDs of the app clients of a pool, in alphabetical order. The list is empty if the pool does
    /// not exist.
    ///
    /// # Errors
    /// The data file cannot be read.
    pub fn client_ids(&self, pool_id: &str) -> Result<Vec<String>, ApiError> {
        self.store.run_query(|connection| {
            let ids = connection
                .prepare_cached("SELECT id FROM app_client WHERE pool_id = ?1 ORDER BY id")?
                .query_map([pool_id], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            Ok(ids)
        })
    }
}
