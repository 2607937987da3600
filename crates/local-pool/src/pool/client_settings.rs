//! The settings of an app client: the flows it allows, the lifetimes of its tokens, the attributes it may read and
//! write.

use core::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::oauth_settings::OAuthSettings;
use super::schema::READ_ONLY;
use crate::error::ApiError;

/// Members of an app client that the local pool stores and returns, but does not use.
const STORED_MEMBERS: [&str; 4] = [
    "AnalyticsConfiguration",
    "EnablePropagateAdditionalUserContextData",
    "ClientType",
    "SessionConfiguration",
];

/// A value in `ExplicitAuthFlows`, the list of sign-in flows that an app client allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ExplicitAuthFlow {
    AdminNoSrpAuth,
    CustomAuthFlowOnly,
    UserPasswordAuth,
    AllowAdminUserPasswordAuth,
    AllowCustomAuth,
    AllowUserPasswordAuth,
    AllowUserSrpAuth,
    AllowRefreshTokenAuth,
    AllowUserAuth,
    AllowTokenExchangeDelegation,
    AllowTokenExchangeImpersonation,
}

impl ExplicitAuthFlow {
    /// Returns true if this is one of the older values without the prefix `ALLOW_`, which cannot be combined with the
    /// newer values.
    const fn is_legacy_value(self) -> bool {
        matches!(
            self,
            Self::AdminNoSrpAuth | Self::CustomAuthFlowOnly | Self::UserPasswordAuth
        )
    }
}

/// A sign-in flow, independent of its names in `ExplicitAuthFlows`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AuthFlow {
    Srp,
    Password,
    AdminPassword,
    Refresh,
    Custom,
    Choice,
}

/// The client setting `PreventUserExistenceErrors`: whether errors reveal which users exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum PreventUserExistenceErrors {
    /// Errors may reveal that a user does not exist.
    Legacy,
    /// Errors do not reveal that a user does not exist.
    Enabled,
}

/// The unit of a token's lifetime (`TimeUnitsType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TimeUnit {
    Seconds,
    Minutes,
    Hours,
    Days,
}

impl TimeUnit {
    /// Returns the duration of `count` units, such as five minutes.
    const fn duration_of(self, count: u64) -> Duration {
        Duration::from_secs(count.saturating_mul(match self {
            Self::Seconds => 1,
            Self::Minutes => 60,
            Self::Hours => 3_600,
            Self::Days => 86_400,
        }))
    }
}

/// The units in which an app client states the lifetimes of its tokens (`TokenValidityUnitsType`).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct TokenValidityUnits {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) access_token: Option<TimeUnit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id_token: Option<TimeUnit>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refresh_token: Option<TimeUnit>,
}

/// Whether the rotation of refresh tokens is enabled (`FeatureType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum FeatureState {
    Enabled,
    Disabled,
}

/// Whether refresh tokens rotate, and how long a replaced token stays valid (`RefreshTokenRotationType`).
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RefreshTokenRotation {
    pub(crate) feature: FeatureState,
    #[serde(default)]
    pub(crate) retry_grace_period_seconds: u64,
}

/// The settings of an app client.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ClientSettings {
    pub(crate) client_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) client_secret: Option<String>,
    #[serde(default = "default_refresh_token_days")]
    pub(crate) refresh_token_validity: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) access_token_validity: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) id_token_validity: Option<u64>,
    #[serde(default)]
    pub(crate) token_validity_units: TokenValidityUnits,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) read_attributes: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) write_attributes: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) explicit_auth_flows: Option<Vec<ExplicitAuthFlow>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) prevent_user_existence_errors: Option<PreventUserExistenceErrors>,
    #[serde(default = "default_true")]
    pub(crate) enable_token_revocation: bool,
    #[serde(default = "default_session_minutes")]
    pub(crate) auth_session_validity: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refresh_token_rotation: Option<RefreshTokenRotation>,
    /// The app client's settings for the hosted pages and the OAuth endpoints.
    #[serde(flatten)]
    pub(crate) oauth: OAuthSettings,
    /// The other members of the request. The local pool stores and returns them unchanged.
    #[serde(flatten)]
    pub(crate) stored_members: Map<String, Value>,
}

impl core::fmt::Debug for ClientSettings {
    /// Writes the settings without the client secret.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("ClientSettings")
            .field("client_name", &self.client_name)
            .finish_non_exhaustive()
    }
}

/// Returns the default lifetime of refresh tokens in Cognito, in days.
const fn default_refresh_token_days() -> u64 {
    30
}

/// Returns the default time to respond to a challenge in Cognito, in minutes.
const fn default_session_minutes() -> u64 {
    3
}

/// Returns true: the default of settings that are on if the request omits them.
const fn default_true() -> bool {
    true
}

impl ClientSettings {
    /// Reads an app client's settings from a `CreateUserPoolClient` or `UpdateUserPoolClient` request that was checked
    /// against the service model. Returns an error for settings that contradict each other.
    pub(crate) fn from_request(request: Map<String, Value>) -> Result<Self, ApiError> {
        let mut settings: Self = serde_json::from_value(Value::Object(request))
            .map_err(|error| ApiError::internal(format_args!("app client settings: {error}")))?;
        settings
            .stored_members
            .retain(|name, _| STORED_MEMBERS.contains(&name.as_str()));
        settings
            .stored_members
            .entry("EnablePropagateAdditionalUserContextData")
            .or_insert(json!(false));
        // 0 means the default.
        if settings.refresh_token_validity == 0 {
            settings.refresh_token_validity = 30;
            settings.token_validity_units.refresh_token = None;
        }
        settings.check_settings()?;
        Ok(settings)
    }

    /// Returns an error for a lifetime out of bounds, or for settings that contradict each other.
    fn check_settings(&self) -> Result<(), ApiError> {
        const MINUTE: Duration = Duration::from_secs(60);
        const HOUR: Duration = Duration::from_secs(3_600);
        const DAY: Duration = Duration::from_secs(86_400);
        let short = 5 * MINUTE..=DAY;
        let long = HOUR..=3_650 * DAY;
        if !short.contains(&self.access_token_lifetime())
            || !short.contains(&self.id_token_lifetime())
            || !long.contains(&self.refresh_token_lifetime())
        {
            return Err(ApiError::invalid_parameter(
                "Invalid range for token validity.",
            ));
        }
        if let Some(flows) = &self.explicit_auth_flows {
            let legacy = flows.iter().filter(|flow| flow.is_legacy_value()).count();
            if legacy != 0 && legacy != flows.len() {
                return Err(ApiError::invalid_parameter(
                    "Legacy values of ExplicitAuthFlows cannot be mixed with values that begin with ALLOW_.",
                ));
            }
        }
        if let Some(rotation) = &self.refresh_token_rotation {
            let has_refresh_token = self
                .explicit_auth_flows
                .as_ref()
                .is_some_and(|flows| flows.contains(&ExplicitAuthFlow::AllowRefreshTokenAuth));
            if rotation.feature == FeatureState::Enabled && has_refresh_token {
                return Err(ApiError::invalid_parameter(
                    "Refresh token rotation cannot be enabled together with ALLOW_REFRESH_TOKEN_AUTH.",
                ));
            }
        }
        self.oauth.check_oauth_settings()
    }

    /// Returns how long a refresh token is valid, counted from the sign-in. A refresh does not extend it.
    pub(crate) fn refresh_token_lifetime(&self) -> Duration {
        self.token_validity_units
            .refresh_token
            .unwrap_or(TimeUnit::Days)
            .duration_of(self.refresh_token_validity)
    }

    /// Returns the lifetime of an access token.
    pub(crate) fn access_token_lifetime(&self) -> Duration {
        let unit = self
            .token_validity_units
            .access_token
            .unwrap_or(TimeUnit::Hours);
        self.access_token_validity
            .map_or(Duration::from_secs(3_600), |count| unit.duration_of(count))
    }

    /// Returns the lifetime of an ID token.
    pub(crate) fn id_token_lifetime(&self) -> Duration {
        let unit = self
            .token_validity_units
            .id_token
            .unwrap_or(TimeUnit::Hours);
        self.id_token_validity
            .map_or(Duration::from_secs(3_600), |count| unit.duration_of(count))
    }

    /// Returns the time that the client has to respond to a challenge.
    pub(crate) fn session_lifetime(&self) -> Duration {
        Duration::from_secs(60 * self.auth_session_validity)
    }

    /// Returns how long a refresh token stays valid after a new one has replaced it, or `None` if refresh tokens do not
    /// rotate.
    pub(crate) fn rotation_grace_period(&self) -> Option<Duration> {
        self.refresh_token_rotation
            .as_ref()
            .filter(|rotation| rotation.feature == FeatureState::Enabled)
            .map(|rotation| Duration::from_secs(rotation.retry_grace_period_seconds))
    }

    /// Returns true if errors may reveal that a user does not exist.
    pub(crate) fn reveals_user_existence(&self) -> bool {
        self.prevent_user_existence_errors != Some(PreventUserExistenceErrors::Enabled)
    }

    /// Returns true if this client may use the sign-in flow.
    pub(crate) fn allows_flow(&self, flow: AuthFlow) -> bool {
        use ExplicitAuthFlow as Explicit;
        if flow == AuthFlow::Refresh && self.rotation_grace_period().is_some() {
            return false;
        }
        // Without a list, the API's default applies: SRP, custom and refresh.
        let Some(flows) = self
            .explicit_auth_flows
            .as_ref()
            .filter(|flows| !flows.is_empty())
        else {
            return matches!(flow, AuthFlow::Srp | AuthFlow::Custom | AuthFlow::Refresh);
        };
        // A list in the legacy spelling also allows SRP, custom authentication and refresh.
        // `CUSTOM_AUTH_FLOW_ONLY` excludes SRP.
        let legacy = flows.iter().all(|flow| flow.is_legacy_value());
        let custom_only = flows.contains(&Explicit::CustomAuthFlowOnly);
        match flow {
            AuthFlow::Srp => {
                flows.contains(&Explicit::AllowUserSrpAuth) || (legacy && !custom_only)
            }
            AuthFlow::Password => {
                flows.contains(&Explicit::AllowUserPasswordAuth)
                    || flows.contains(&Explicit::UserPasswordAuth)
            }
            AuthFlow::AdminPassword => {
                flows.contains(&Explicit::AllowAdminUserPasswordAuth)
                    || flows.contains(&Explicit::AdminNoSrpAuth)
            }
            AuthFlow::Refresh => flows.contains(&Explicit::AllowRefreshTokenAuth) || legacy,
            AuthFlow::Custom => flows.contains(&Explicit::AllowCustomAuth) || legacy,
            AuthFlow::Choice => flows.contains(&Explicit::AllowUserAuth),
        }
    }

    /// Returns true if this client may write the attribute with this name. It can never write `sub` and the attributes
    /// that say whether an email address or phone number is verified.
    pub(crate) fn may_write_attribute(&self, name: &str) -> bool {
        if READ_ONLY.contains(&name) || name.starts_with("dev:") {
            return false;
        }
        self.write_attributes
            .as_ref()
            .is_none_or(|names| names.iter().any(|known| known == name))
    }

    /// Returns true if this client may read the attribute with this name. It can always read `sub`.
    pub(crate) fn may_read_attribute(&self, name: &str) -> bool {
        if name == "sub" {
            return true;
        }
        match self
            .read_attributes
            .as_ref()
            .filter(|names| !names.is_empty())
        {
            Some(names) => names.iter().any(|known| known == name),
            None => !name.starts_with("dev:"),
        }
    }
}
