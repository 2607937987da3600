//! The configuration in `config.js` (`window._config`). It is parsed once at startup, and code behind
//! [`Config::parse`] can rely on it.

mod error;
mod hosted_ui;
mod parser;
mod pool_identity;
mod secrets;
mod value;

pub use error::{ConfigError, ConfigErrorKind};
pub use hosted_ui::{AuthorizationHints, GrantType, HostedUiConfig};
pub use value::ConfigValue;

use crate::factor::FirstFactor;
use crate::ids::{AttributeName, ClientId, SecureUrl, UserPoolId};
use crate::issuers::Issuers;

use crate::password_policy::PasswordRule;
use parser::ConfigParser;
use pool_identity::PoolIdentity;

/// The operator's configuration, parsed from `config.js`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The ID of the user pool.
    pub pool: UserPoolId,
    /// The ID of the app client. The client is public, so it has no secret.
    pub client: ClientId,
    /// The URL at which the user-pool API answers. The default is the region's public endpoint.
    pub endpoint: SecureUrl,
    /// The issuers that tokens may name in their claim `iss`.
    pub issuers: Issuers,
    /// The authentication flow of sign-ins on the app's own pages.
    pub auth_flow: ConfiguredFlow,
    /// The attributes that the page for a new account asks for, in addition to username and password.
    pub sign_up_attributes: Vec<AttributeName>,
    /// The rules for new passwords, if the operator stated them.
    pub password_rules: Vec<PasswordRule>,
    /// The settings of sign-in through the pool's hosted pages.
    pub hosted_ui: HostedUiConfig,
    /// The place where the browser stores tokens.
    pub storage: Storage,
    /// The API that the app calls with the user's tokens.
    pub api: Api,
}

/// `cognito.storage`: where tokens are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// `local`, the default: localStorage. All tabs share the session, and it survives closing the browser.
    Local,
    /// `session`: sessionStorage. The session belongs to one tab.
    Session,
    /// `memory`: no storage. A reload signs the user out.
    Memory,
}

/// `cognito.authFlow`: the authentication flow of direct sign-ins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfiguredFlow {
    /// `USER_SRP_AUTH`, the default: the password is proved with SRP and never leaves the browser.
    UserSrp,
    /// `USER_PASSWORD_AUTH`: the password is sent to the pool.
    UserPassword,
    /// `USER_AUTH`: the pool offers the first factors that a user can choose from.
    UserAuth {
        /// `cognito.preferredChallenge`: the first factor to start with if the user has not chosen one.
        preferred: Option<FirstFactor>,
    },
    /// `CUSTOM_AUTH`: the pool's triggers define the challenges.
    Custom {
        /// `cognito.srpFirst`: whether the password is proved with SRP before the first custom challenge.
        srp_first: bool,
    },
}

impl ConfiguredFlow {
    /// Returns the flow's name in the user-pool API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UserSrp => "USER_SRP_AUTH",
            Self::UserPassword => "USER_PASSWORD_AUTH",
            Self::UserAuth { .. } => "USER_AUTH",
            Self::Custom { .. } => "CUSTOM_AUTH",
        }
    }

    /// Returns true if the flow sends an entered password to the pool. All other flows prove the password with SRP.
    /// Only the operator's configuration decides this.
    pub const fn sends_password(self) -> bool {
        matches!(
            self,
            Self::UserPassword
                | Self::UserAuth {
                    preferred: Some(FirstFactor::Password)
                }
        )
    }

    /// Returns what the user enters first in this flow.
    pub const fn initial_step(self) -> InitialStep {
        match self {
            Self::UserSrp | Self::UserPassword | Self::Custom { srp_first: true } => {
                InitialStep::Password
            }
            Self::UserAuth { .. } => InitialStep::ChooseFactor,
            Self::Custom { srp_first: false } => InitialStep::UsernameOnly,
        }
    }
}

/// What the user enters at the start of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitialStep {
    /// Username and password.
    Password,
    /// The username. The user may enter the password at once, or choose one of the first factors that the pool
    /// offers.
    ChooseFactor,
    /// Only the username.
    UsernameOnly,
}

/// The API that the app calls with the user's tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    /// The URL of the API, or `None` if the operator has not configured one yet.
    pub invoke_url: Option<SecureUrl>,
    /// The kind of token that the API accepts.
    pub token: ApiToken,
    /// The word in front of the token in the header `Authorization`, such as `Bearer`. If it is empty, the header holds
    /// only the token.
    pub scheme: String,
}

/// `api.token`: the kind of token that the API accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiToken {
    /// The ID token. API Gateway's Cognito authorizer accepts it if the method has no scopes.
    Id,
    /// The access token, for authorizers that check scopes. This is the better practice.
    Access,
}

impl Config {
    /// Parses `window._config`, the value that `config.js` sets. If it has errors, returns all of them.
    pub fn parse(config: &ConfigValue) -> Result<Self, Vec<ConfigError>> {
        let mut parser = ConfigParser::default();
        let read = parser.parse_config(config);
        match read {
            Some(config) if parser.errors.is_empty() => Ok(config),
            _ => Err(parser.errors),
        }
    }
}

impl ConfigParser {
    fn parse_config(&mut self, config: &ConfigValue) -> Option<Config> {
        let ConfigValue::Object(_) = config else {
            return self.report_wrong_type("window._config", config);
        };
        self.reject_secrets(config);
        let cognito = config.get("cognito");
        let oidc = config.get("oidc");
        let has_pool_id = match (cognito, oidc) {
            (ConfigValue::Object(_), ConfigValue::Object(_)) => {
                *cognito.get("userPoolId") != ConfigValue::Null
            }
            (ConfigValue::Object(_), ConfigValue::Null) => true,
            (ConfigValue::Null, ConfigValue::Object(_)) => false,
            (ConfigValue::Null, ConfigValue::Null) => {
                return self.report("cognito", ConfigErrorKind::Missing);
            }
            (ConfigValue::Object(_) | ConfigValue::Null, other) => {
                return self.report_wrong_type("oidc", other);
            }
            (other, _) => {
                return self.report_wrong_type("cognito", other);
            }
        };
        let identity = if has_pool_id {
            self.parse_pool_ids(cognito)
        } else {
            self.parse_oidc(oidc, cognito)
        };
        let auth_flow = self.parse_auth_flow(cognito);
        let sign_up_attributes = self.parse_sign_up_attributes(cognito);
        let password_rules = self.parse_password_rules(cognito);
        let hosted = self.parse_hosted_ui(cognito);
        let storage = self.parse_storage(cognito);
        let api = self.parse_api(config.get("api"));
        let PoolIdentity {
            pool,
            client,
            endpoint,
            issuer,
        } = identity?;
        Some(Config {
            issuers: Issuers::for_pool(&pool, &endpoint, issuer),
            pool,
            client,
            endpoint,
            auth_flow: auth_flow?,
            sign_up_attributes: sign_up_attributes?,
            password_rules: password_rules?,
            hosted_ui: hosted?,
            storage: storage?,
            api: api?,
        })
    }

    /// Parses the configuration keys `authFlow`, `preferredChallenge` (only for `USER_AUTH`) and `srpFirst` (only for
    /// `CUSTOM_AUTH`). Returns `None` after it has reported an error.
    fn parse_auth_flow(&mut self, cognito: &ConfigValue) -> Option<ConfiguredFlow> {
        const FLOW: &str = "cognito.authFlow";
        let preferred = self.parse_optional(
            cognito,
            "cognito.preferredChallenge",
            FirstFactor::from_wire,
        );
        let srp_first = match cognito.get("srpFirst") {
            ConfigValue::Null => Some(None),
            ConfigValue::Bool(first) => Some(Some(*first)),
            other => self.report_wrong_type("cognito.srpFirst", other),
        };
        let flow = self.parse_optional(cognito, FLOW, |text| {
            [
                ConfiguredFlow::UserSrp,
                ConfiguredFlow::UserPassword,
                ConfiguredFlow::UserAuth { preferred: None },
                ConfiguredFlow::Custom { srp_first: false },
            ]
            .into_iter()
            .find(|flow| flow.as_str() == text)
        });
        let (flow, preferred, srp_first) = (flow?, preferred?, srp_first?);
        let flow = flow.unwrap_or(ConfiguredFlow::UserSrp);
        let contradicts = |flow: ConfiguredFlow, other| ConfigErrorKind::Contradicts {
            value: flow.as_str().to_owned(),
            other,
        };
        match (flow, preferred, srp_first) {
            (ConfiguredFlow::UserAuth { .. }, preferred, None) => {
                Some(ConfiguredFlow::UserAuth { preferred })
            }
            (ConfiguredFlow::Custom { .. }, None, srp_first) => Some(ConfiguredFlow::Custom {
                srp_first: srp_first == Some(true),
            }),
            (flow, None, None) => Some(flow),
            (flow, Some(_), _) if !matches!(flow, ConfiguredFlow::UserAuth { .. }) => {
                self.report(FLOW, contradicts(flow, "preferredChallenge"))
            }
            (flow, ..) => self.report(FLOW, contradicts(flow, "srpFirst")),
        }
    }

    fn parse_storage(&mut self, cognito: &ConfigValue) -> Option<Storage> {
        let kind = |text: &str| match text {
            "local" => Some(Storage::Local),
            "session" => Some(Storage::Session),
            "memory" => Some(Storage::Memory),
            _ => None,
        };
        self.parse_optional(cognito, "cognito.storage", kind)
            .map(|storage| storage.unwrap_or(Storage::Local))
    }

    fn parse_sign_up_attributes(&mut self, cognito: &ConfigValue) -> Option<Vec<AttributeName>> {
        self.parse_list(cognito, "cognito.signUpAttributes", AttributeName::parse)
    }

    /// Parses the configuration key `passwordPolicy`, whose members have the names of Amazon's `PasswordPolicyType` in
    /// camel case. Returns no rules if the key is missing, and `None` after it has reported an error.
    fn parse_password_rules(&mut self, cognito: &ConfigValue) -> Option<Vec<PasswordRule>> {
        const KEY: &str = "cognito.passwordPolicy";
        let policy = cognito.get("passwordPolicy");
        if *policy == ConfigValue::Null {
            return Some(Vec::new());
        }
        let ConfigValue::Object(members) = policy else {
            return self.report_wrong_type(KEY, policy);
        };
        let mut rules = Vec::new();
        for (name, value) in members {
            let rule = match name.as_str() {
                // `MinimumLength` of `PasswordPolicyType` in the API reference is 6 to 99.
                "minimumLength" => match value.as_u64() {
                    Some(least @ 6..=99) => {
                        Some((PasswordRule::MinimumLength(u16::try_from(least).ok()), true))
                    }
                    _ => None,
                },
                "requireUppercase" => value.as_bool().map(|on| (PasswordRule::Uppercase, on)),
                "requireLowercase" => value.as_bool().map(|on| (PasswordRule::Lowercase, on)),
                "requireNumbers" => value.as_bool().map(|on| (PasswordRule::Number, on)),
                "requireSymbols" => value.as_bool().map(|on| (PasswordRule::Symbol, on)),
                _ => None,
            };
            match rule {
                Some((rule, true)) => rules.push(rule),
                Some((_, false)) => {}
                None => {
                    let entry = ConfigValue::Object(vec![(name.clone(), value.clone())]);
                    return self.report_malformed(KEY, &entry);
                }
            }
        }
        Some(rules)
    }

    fn parse_api(&mut self, api: &ConfigValue) -> Option<Api> {
        match api {
            ConfigValue::Null | ConfigValue::Object(_) => {}
            other => return self.report_wrong_type("api", other),
        }
        // Workshops ship the key with an empty value, because their API is created later.
        let invoke_url = match api.get("invokeUrl") {
            ConfigValue::Null => Some(None),
            ConfigValue::String(text) if text.trim().is_empty() => Some(None),
            _ => self
                .parse_required(api, "api.invokeUrl", SecureUrl::parse)
                .map(Some),
        };
        let kind = |text: &str| match text {
            "id" => Some(ApiToken::Id),
            "access" => Some(ApiToken::Access),
            _ => None,
        };
        let token = self.parse_optional(api, "api.token", kind);
        let scheme = match api.get("scheme") {
            ConfigValue::Null => Some(String::new()),
            ConfigValue::String(text)
                if text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') =>
            {
                Some(text.clone())
            }
            other => self.report_malformed("api.scheme", other),
        };
        Some(Api {
            invoke_url: invoke_url?,
            token: token?.unwrap_or(ApiToken::Id),
            scheme: scheme?,
        })
    }
}

#[cfg(test)]
mod tests;
