//! The settings of a user pool, as `CreateUserPool` takes them and `DescribeUserPool` returns them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::contact::{AliasKind, ContactKind};
use super::device::DeviceConfiguration;
use super::issuer::IssuerType;
use super::mfa::{MfaConfiguration, PoolMfaSettings};
use super::schema::SchemaAttribute;
use crate::error::ApiError;

/// Members of a pool's settings that the local pool stores and returns, but does not use.
const STORED_MEMBERS: [&str; 12] = [
    "DeletionProtection",
    "LambdaConfig",
    "SmsAuthenticationMessage",
    "EmailConfiguration",
    "SmsConfiguration",
    "UserPoolTags",
    "UserPoolAddOns",
    "UserPoolTier",
    "DcrConfiguration",
    "KeyConfiguration",
    "IssuerConfiguration",
    "AcrConfiguration",
];

/// The member under which [`PoolSettings::factors`] is stored. The service model has no such member.
pub(crate) const FACTORS: &str = "Factors";

/// The rules for new passwords (`PasswordPolicyType`).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct PasswordPolicy {
    pub(crate) minimum_length: usize,
    pub(crate) require_uppercase: bool,
    pub(crate) require_lowercase: bool,
    pub(crate) require_numbers: bool,
    pub(crate) require_symbols: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) password_history_size: Option<u32>,
    pub(crate) temporary_password_validity_days: u64,
}

impl Default for PasswordPolicy {
    fn default() -> Self {
        Self {
            minimum_length: 8,
            require_uppercase: true,
            require_lowercase: true,
            require_numbers: true,
            require_symbols: true,
            password_history_size: None,
            temporary_password_validity_days: 7,
        }
    }
}

/// The first factors with which users may sign in (`SignInPolicyType`).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct SignInPolicy {
    pub(crate) allowed_first_auth_factors: Vec<String>,
}

impl Default for SignInPolicy {
    fn default() -> Self {
        Self {
            allowed_first_auth_factors: vec!["PASSWORD".to_owned()],
        }
    }
}

/// The policies of a pool for passwords and sign-ins (`UserPoolPolicyType`).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Policies {
    pub(crate) password_policy: PasswordPolicy,
    pub(crate) sign_in_policy: SignInPolicy,
}

/// The texts of messages that contain a verification code (`VerificationMessageTemplateType`).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct VerificationMessageTemplate {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sms_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email_subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email_message_by_link: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email_subject_by_link: Option<String>,
    pub(crate) default_email_option: String,
}

impl Default for VerificationMessageTemplate {
    fn default() -> Self {
        Self {
            sms_message: None,
            email_message: None,
            email_subject: None,
            email_message_by_link: None,
            email_subject_by_link: None,
            default_email_option: "CONFIRM_WITH_CODE".to_owned(),
        }
    }
}

/// The texts of invitations (`MessageTemplateType`).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct MessageTemplate {
    #[serde(rename = "SMSMessage", skip_serializing_if = "Option::is_none")]
    pub(crate) sms_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email_message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email_subject: Option<String>,
}

/// Whether only administrators may create users, and the texts of invitations (`AdminCreateUserConfigType`).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct AdminCreateUserConfig {
    pub(crate) allow_admin_create_user_only: bool,
    pub(crate) unused_account_validity_days: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) invite_message_template: Option<MessageTemplate>,
}

impl Default for AdminCreateUserConfig {
    fn default() -> Self {
        Self {
            allow_admin_create_user_only: false,
            unused_account_validity_days: 7,
            invite_message_template: None,
        }
    }
}

/// Whether usernames are case-sensitive (`UsernameConfigurationType`).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct UsernameConfiguration {
    pub(crate) case_sensitive: bool,
}

/// The contacts that must be verified before a change takes effect (`UserAttributeUpdateSettingsType`).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct UserAttributeUpdateSettings {
    pub(crate) attributes_require_verification_before_update: Vec<ContactKind>,
}

/// A way in which a user can reset a forgotten password (`RecoveryOptionNameType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RecoveryOption {
    VerifiedEmail,
    VerifiedPhoneNumber,
    AdminOnly,
}

/// A way in which a user can reset a forgotten password, and its priority (`RecoveryOptionType`).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RecoveryMechanism {
    pub(crate) priority: u8,
    pub(crate) name: RecoveryOption,
}

/// The ways in which users can reset a forgotten password (`AccountRecoverySettingType`).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct AccountRecoverySetting {
    pub(crate) recovery_mechanisms: Vec<RecoveryMechanism>,
}

/// The settings of a user pool. The schema, username attributes, alias attributes and case sensitivity cannot change
/// after the pool is created.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct PoolSettings {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) policies: Policies,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) schema_attributes: Vec<SchemaAttribute>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) auto_verified_attributes: Vec<ContactKind>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) alias_attributes: Vec<AliasKind>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) username_attributes: Vec<ContactKind>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) username_configuration: Option<UsernameConfiguration>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sms_verification_message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) email_verification_message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) email_verification_subject: Option<String>,
    #[serde(default)]
    pub(crate) verification_message_template: VerificationMessageTemplate,
    #[serde(default)]
    pub(crate) admin_create_user_config: AdminCreateUserConfig,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) user_attribute_update_settings: Option<UserAttributeUpdateSettings>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) account_recovery_setting: Option<AccountRecoverySetting>,
    #[serde(default)]
    pub(crate) mfa_configuration: MfaConfiguration,
    /// The second factors and passkeys that `SetUserPoolMfaConfig` has set. `DescribeUserPool` does not return them.
    #[serde(default)]
    pub(crate) factors: PoolMfaSettings,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) device_configuration: Option<DeviceConfiguration>,
    /// The other members of the request. The local pool stores and returns them unchanged.
    #[serde(flatten)]
    pub(crate) stored_members: Map<String, Value>,
}

impl PoolSettings {
    /// Reads a pool's settings from a `CreateUserPool` or `UpdateUserPool` request that was checked against the service
    /// model, and fills in the defaults. Returns an error for settings that exclude each other.
    pub(crate) fn from_request(mut request: Map<String, Value>) -> Result<Self, ApiError> {
        let schema = request.remove("Schema");
        if let Some(name) = request.remove("PoolName") {
            request.insert("Name".to_owned(), name);
        }
        let mut settings: Self = serde_json::from_value(Value::Object(request))
            .map_err(|error| ApiError::internal(format_args!("user pool settings: {error}")))?;
        settings
            .stored_members
            .retain(|name, _| STORED_MEMBERS.contains(&name.as_str()));
        for (name, default) in [
            ("DeletionProtection", json!("INACTIVE")),
            ("LambdaConfig", json!({})),
            (
                "EmailConfiguration",
                json!({"EmailSendingAccount": "COGNITO_DEFAULT"}),
            ),
            ("UserPoolTags", json!({})),
            ("UserPoolTier", json!("ESSENTIALS")),
        ] {
            settings.stored_members.entry(name).or_insert(default);
        }
        settings.schema_attributes = super::schema::build_schema(schema)?;
        settings.check_pool_settings()?;
        settings.check_triggers()?;
        Ok(settings)
    }

    /// Returns an error if the settings contain members that exclude each other.
    fn check_pool_settings(&self) -> Result<(), ApiError> {
        if !self.alias_attributes.is_empty() && !self.username_attributes.is_empty() {
            return Err(ApiError::invalid_parameter(
                "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.",
            ));
        }
        if self
            .alias_attributes
            .contains(&AliasKind::PreferredUsername)
            && self
                .schema_attributes
                .iter()
                .any(|known| known.name == "preferred_username" && known.required)
        {
            return Err(ApiError::invalid_parameter(
                "preferred_username cannot be both required and an alias.",
            ));
        }
        Ok(())
    }

    /// Returns these settings as a replacement of `old_settings`. Settings that cannot change after creation
    /// are taken from `old_settings`.
    pub(crate) fn keep_immutable_settings_of(mut self, old_settings: &Self) -> Self {
        self.schema_attributes
            .clone_from(&old_settings.schema_attributes);
        self.alias_attributes
            .clone_from(&old_settings.alias_attributes);
        self.username_attributes
            .clone_from(&old_settings.username_attributes);
        self.username_configuration
            .clone_from(&old_settings.username_configuration);
        self
    }

    /// Returns the form of the tokens' issuer (`IssuerConfiguration`).
    pub(crate) fn issuer_type(&self) -> IssuerType {
        let configuration = self.stored_members.get("IssuerConfiguration");
        match configuration.and_then(|set| set["Type"].as_str()) {
            Some("UPDATED") => IssuerType::Updated,
            _ => IssuerType::Original,
        }
    }

    /// Returns true if usernames are case-sensitive, so that `Ann` and `ann` are two users. This is the API's default.
    pub(crate) fn is_case_sensitive(&self) -> bool {
        self.username_configuration
            .as_ref()
            .is_none_or(|configuration| configuration.case_sensitive)
    }

    /// Returns true if a changed email address or phone number takes effect only after it is verified.
    pub(crate) fn verifies_contact_before_update(&self, contact: ContactKind) -> bool {
        self.user_attribute_update_settings
            .as_ref()
            .is_some_and(|settings| {
                settings
                    .attributes_require_verification_before_update
                    .contains(&contact)
            })
    }
}
