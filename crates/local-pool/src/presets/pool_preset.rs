//! The names, IDs and app URLs of the reference pools.

use std::fmt;
use std::str::FromStr;

/// A reference pool: a user pool with an app client and a matching `config.js`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PoolPreset {
    /// Users sign in with email and password, verification codes come by email, and the API accepts the ID token. This
    /// is the repository's default.
    #[default]
    Workshop,
    /// Users sign in with username or email address, and the hosted pages have exactly one callback URL.
    Redirect,
    /// The password policy is minimal. The custom flow and the implicit grant are allowed.
    Playground,
    /// A pool as a new Cognito user creates it: the password flow is off, and an administrator confirms new
    /// users.
    Quickstart,
    /// Users cannot register. They are invited, and can also sign in with their preferred username.
    Enterprise,
}

impl PoolPreset {
    /// All reference pools.
    pub const ALL: [Self; 5] = [
        Self::Workshop,
        Self::Redirect,
        Self::Playground,
        Self::Quickstart,
        Self::Enterprise,
    ];

    /// Returns the name of the reference pool, as command lines accept it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Workshop => "workshop",
            Self::Redirect => "redirect",
            Self::Playground => "playground",
            Self::Quickstart => "quickstart",
            Self::Enterprise => "enterprise",
        }
    }

    /// Returns the ID of the reference pool's user pool.
    pub const fn pool_id(self) -> &'static str {
        match self {
            Self::Workshop => "us-east-1_Poolgate1",
            Self::Redirect => "us-east-1_Redirect1",
            Self::Playground => "us-east-1_Playground1",
            Self::Quickstart => "us-east-1_Quickstart1",
            Self::Enterprise => "us-east-1_Enterprise1",
        }
    }

    /// Returns the ID of the reference pool's app client.
    pub const fn client_id(self) -> &'static str {
        match self {
            Self::Workshop => "1poolgate23456789012345678",
            Self::Redirect => "2redirect34567890123456789",
            Self::Playground => "3playground456789012345678",
            Self::Quickstart => "4quickstart567890123456789",
            Self::Enterprise => "5enterprise678901234567890",
        }
    }

    /// Returns the port of `http://localhost` on which the app is served. URLs omit port 80.
    pub const fn app_port(self) -> u16 {
        match self {
            Self::Workshop | Self::Redirect | Self::Enterprise => 8000,
            Self::Playground => 4200,
            Self::Quickstart => 80,
        }
    }

    /// Returns the origin at which the app is served, with which the `CallbackURLs` begin.
    pub fn app_url(self) -> String {
        match self.app_port() {
            80 => "http://localhost".to_owned(),
            port => format!("http://localhost:{port}"),
        }
    }
}

impl fmt::Display for PoolPreset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for PoolPreset {
    type Err = String;

    /// Parses the name of a reference pool. The error lists the valid names.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = |preset: &Self| preset.name() == text;
        Self::ALL.into_iter().find(named).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("{text:?} is not a reference pool. The reference pools are {names}.")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_for_an_unknown_reference_pool_lists_the_valid_names() {
        for preset in PoolPreset::ALL {
            assert_eq!(preset.to_string().parse(), Ok(preset));
        }
        assert_eq!(
            "nonsense".parse::<PoolPreset>(),
            Err("\"nonsense\" is not a reference pool. The reference pools are workshop, redirect, playground, quickstart, enterprise.".to_owned())
        );
    }
}
