//! Chromium and ChromeDriver, for the tests that need a real browser.

use std::{env, path::PathBuf, process::Command};

use anyhow::{Context as _, Result, bail};

use crate::{progress::ProgressStep, tools::find_in_path};

const INSTALL: &str = "apt-get install -y chromium chromium-driver";

/// The paths of Chromium and ChromeDriver.
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) driver: PathBuf,
}

impl Browser {
    fn find_installed_browser() -> Option<Self> {
        let path = env::var_os("PATH")?;
        let chromium = ["chromium", "chromium-browser", "google-chrome"]
            .iter()
            .find_map(|name| find_in_path(&path, name))?;
        Some(Self {
            chromium,
            driver: find_in_path(&path, "chromedriver")?,
        })
    }

    /// Finds Chromium and ChromeDriver. If one is missing, installs Debian's packages, or returns an error if this user
    /// may not install packages.
    pub(crate) fn find_or_install_browser() -> Result<Self> {
        if let Some(found) = Self::find_installed_browser() {
            return Ok(found);
        }
        let path = env::var_os("PATH").unwrap_or_default();
        if find_in_path(&path, "apt-get").is_none() || !rustix::process::getuid().is_root() {
            bail!(
                "Chromium and chromedriver are not installed. On Debian or Ubuntu: sudo {INSTALL}"
            );
        }
        let apt = |arguments: &[&str], name: &str, expected_time: &str| {
            let mut command = Command::new("apt-get");
            command
                .env("DEBIAN_FRONTEND", "noninteractive")
                .args(arguments);
            ProgressStep {
                label: "browser",
                name,
                expected_time,
            }
            .run(&mut command)
        };
        apt(
            &["update"],
            "the package list of the system",
            "usually 10 s",
        )?;
        apt(
            &[
                "install",
                "-y",
                "--no-install-recommends",
                "chromium",
                "chromium-driver",
            ],
            "Chromium and chromedriver from the system's packages",
            "usually 1 minute",
        )?;
        Self::find_installed_browser()
            .with_context(|| format!("Chromium was installed but cannot be found. Try: {INSTALL}"))
    }
}
