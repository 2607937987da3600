//! Chromium and ChromeDriver, for the tests that need a real browser.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

use crate::{progress::ProgressStep, tools::find_in_path};

/// The names under which Chromium can be installed on `PATH`.
const CHROMIUM_NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// The paths of Chromium's program in a folder of macOS apps. ChromeDriver looks for the same apps.
const MACOS_CHROMIUM_PATHS: [&str; 3] = [
    "Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
];

/// The text that tells the developer how to install Chromium and ChromeDriver.
const INSTALL_HINT: &str = if cfg!(target_os = "macos") {
    "Install Google Chrome for Testing in /Applications, and the chromedriver of the same version in a folder of PATH. \
     https://googlechromelabs.github.io/chrome-for-testing/ has both."
} else {
    "On Debian or Ubuntu: sudo apt-get install -y chromium chromium-driver"
};

/// The paths of Chromium and ChromeDriver.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) driver: PathBuf,
}

impl Browser {
    fn find_installed_browser() -> Option<Self> {
        let app_folder = cfg!(target_os = "macos").then_some(Path::new("/Applications"));
        Self::find_programs(&env::var_os("PATH")?, app_folder)
    }

    /// Finds Chromium and ChromeDriver in the folders of `path`, and Chromium also in the folder of macOS apps. Returns
    /// `None` if one is missing.
    fn find_programs(path: &OsStr, app_folder: Option<&Path>) -> Option<Self> {
        let on_path = CHROMIUM_NAMES.iter().map(|name| find_in_path(path, name));
        let in_app_folder = MACOS_CHROMIUM_PATHS.iter().map(|program| {
            let file = app_folder?.join(program);
            file.is_file().then_some(file)
        });
        Some(Self {
            chromium: on_path.chain(in_app_folder).flatten().next()?,
            driver: find_in_path(path, "chromedriver")?,
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
            bail!("Chromium or chromedriver is not installed. {INSTALL_HINT}");
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
        Self::find_installed_browser().context(
            "Chromium was installed, but chromium or chromedriver is not in a folder of PATH.",
        )
    }
}

#[cfg(test)]
mod tests {
    use fs_err as fs;

    use super::*;

    #[test]
    fn chromium_is_found_on_path_and_among_the_apps_of_macos() {
        let folder = env::temp_dir().join(format!("xtask-browser-{}", std::process::id()));
        let (bin, apps) = (folder.join("bin"), folder.join("Applications"));
        let find = || Browser::find_programs(bin.as_os_str(), Some(&apps));
        let (chrome, driver) = (apps.join(MACOS_CHROMIUM_PATHS[0]), bin.join("chromedriver"));
        let create_file = |file: &Path| {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
        };
        create_file(&chrome);
        assert_eq!(find(), None);
        create_file(&driver);
        let browser = |chromium: &Path| {
            Some(Browser {
                chromium: chromium.to_owned(),
                driver: driver.clone(),
            })
        };
        assert_eq!(find(), browser(&chrome));
        assert_eq!(Browser::find_programs(bin.as_os_str(), None), None);
        create_file(&bin.join("chromium-browser"));
        assert_eq!(find(), browser(&bin.join("chromium-browser")));
        fs::remove_dir_all(folder).unwrap();
    }
}
