//! The reference pools of the local pool, as far as `dev` must know them before it has built the local pool: it checks
//! the name and the app's port first, so that the developer learns about an error before minutes of building.

use std::{fmt, str::FromStr};

use anyhow::{Error, anyhow};

/// A reference pool of the local pool. A test compares the names and ports with those of the local pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ReferencePool {
    #[default]
    Workshop,
    Redirect,
    Playground,
    Quickstart,
    Enterprise,
}

impl ReferencePool {
    const ALL: [Self; 5] = [
        Self::Workshop,
        Self::Redirect,
        Self::Playground,
        Self::Quickstart,
        Self::Enterprise,
    ];

    /// Returns the name, as command lines accept it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Workshop => "workshop",
            Self::Redirect => "redirect",
            Self::Playground => "playground",
            Self::Quickstart => "quickstart",
            Self::Enterprise => "enterprise",
        }
    }

    /// Returns the names of all reference pools, separated by commas.
    pub(super) fn all_names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }

    /// Returns the app's port, which the callback URLs of the pool's app client contain.
    pub(super) const fn app_port(self) -> u16 {
        match self {
            Self::Workshop | Self::Redirect | Self::Enterprise => 8000,
            Self::Playground => 4200,
            Self::Quickstart => 80,
        }
    }
}

impl fmt::Display for ReferencePool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ReferencePool {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let named = |pool: &Self| pool.name() == text;
        Self::ALL.into_iter().find(named).ok_or_else(|| {
            anyhow!(
                "{text:?} is not a reference pool. The reference pools are: {}.",
                Self::all_names()
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use local_pool::presets::PoolPreset;

    use super::*;

    #[test]
    fn xtask_dev_and_local_pool_have_the_same_pool_names_and_ports() {
        assert_eq!(
            ReferencePool::ALL.map(|pool| (pool.name(), pool.app_port())),
            PoolPreset::ALL.map(|preset| (preset.name(), preset.app_port()))
        );
        assert_eq!(
            ReferencePool::default().name(),
            PoolPreset::default().name()
        );
    }
}
