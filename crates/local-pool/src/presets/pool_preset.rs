//! The names and ids of the reference pools, and where each expects its app. Nothing but the standard library is needed here:
//! the commands of the repository read this very file.

use std::fmt;
use std::str::FromStr;

/// One of the five reference pools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PoolPreset {
    /// E-mail and password, a code by e-mail, an API that takes the ID token: the repository's own.
    #[default]
    Workshop,
    /// User name or e-mail address; hosted pages that come back to one address and no other.
    Redirect,
    /// Hardly a rule for passwords; the custom flow and the implicit grant allowed.
    Playground,
    /// As a newcomer makes it: the password flow is off, and an administrator confirms who registers.
    Quickstart,
    /// Nobody registers: people are invited, and sign in by their preferred user name too.
    Enterprise,
}

impl PoolPreset {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Workshop,
        Self::Redirect,
        Self::Playground,
        Self::Quickstart,
        Self::Enterprise,
    ];

    /// The name, as commands take it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Workshop => "workshop",
            Self::Redirect => "redirect",
            Self::Playground => "playground",
            Self::Quickstart => "quickstart",
            Self::Enterprise => "enterprise",
        }
    }

    /// The pool's id.
    pub const fn pool_id(self) -> &'static str {
        match self {
            Self::Workshop => "us-east-1_Poolgate1",
            Self::Redirect => "us-east-1_Redirect1",
            Self::Playground => "us-east-1_Playground1",
            Self::Quickstart => "us-east-1_Quickstart1",
            Self::Enterprise => "us-east-1_Enterprise1",
        }
    }

    /// The app client's id.
    pub const fn client_id(self) -> &'static str {
        match self {
            Self::Workshop => "1poolgate23456789012345678",
            Self::Redirect => "2redirect34567890123456789",
            Self::Playground => "3playground456789012345678",
            Self::Quickstart => "4quickstart567890123456789",
            Self::Enterprise => "5enterprise678901234567890",
        }
    }

    /// The port of `http://localhost` on which its app is served; 80 is left out of addresses.
    pub const fn app_port(self) -> u16 {
        match self {
            Self::Workshop | Self::Redirect | Self::Enterprise => 8000,
            Self::Playground => 4200,
            Self::Quickstart => 80,
        }
    }

    /// Where its app is served: an origin, as `CallbackURLs` begin.
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

    /// Reads a name; of any other it is said which there are.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = |preset: &Self| preset.name() == text;
        Self::ALL.into_iter().find(named).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            format!("{text:?} is none of the reference pools, which are: {names}.")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back_and_any_other_is_told_the_five() {
        for preset in PoolPreset::ALL {
            assert_eq!(preset.to_string().parse(), Ok(preset));
        }
        assert_eq!(
            "nonsense".parse::<PoolPreset>(),
            Err("\"nonsense\" is none of the reference pools, which are: workshop, redirect, playground, quickstart, enterprise.".to_owned())
        );
    }
}
