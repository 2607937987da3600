//! The reference pool that the developer has chosen, and the port of the app.

use std::{
    io::{self, ErrorKind},
    net::{Ipv4Addr, TcpListener},
};

use anyhow::{Result, bail};

use super::reference_pool::ReferencePool;

/// The ID of the user pool of the reference pool `quickstart`.
const QUICKSTART_POOL_ID: &str = "us-east-1_Quickstart1";

/// The app's port if this user may not use the port of the reference pool, such as 80.
const FALLBACK_PORT: u16 = 8000;

/// The reference pool that the command `dev` starts, and the app's port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DevPool {
    pub(super) reference_pool: ReferencePool,
    /// The app's port.
    pub(super) port: u16,
}

impl DevPool {
    /// Parses the arguments of the command `dev`: the name of a reference pool.
    pub(super) fn parse_reference_pool(arguments: &[&str]) -> Result<ReferencePool> {
        let name = match arguments {
            [] => return Ok(ReferencePool::default()),
            ["--pool", name] => name,
            [word] if word.starts_with("--pool=") => &word["--pool=".len()..],
            _ => {
                let arguments = arguments.join(" ");
                bail!(
                    "The only option of dev is --pool NAME, not {arguments}. The reference pools are: {}.",
                    ReferencePool::all_names()
                );
            }
        };
        name.parse()
    }

    /// Chooses the app's port: the one for which the reference pool is configured, or 8000 if this user may not use
    /// that port.
    pub(super) fn new(reference_pool: ReferencePool) -> Self {
        Self::choose_port(reference_pool, |port| {
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map(drop)
        })
    }

    /// Chooses the app's port. `bind` tries to open a port and fails if this user may not do so.
    fn choose_port(reference_pool: ReferencePool, bind: impl Fn(u16) -> io::Result<()>) -> Self {
        let port = reference_pool.app_port();
        let is_forbidden =
            matches!(bind(port), Err(error) if error.kind() == ErrorKind::PermissionDenied);
        Self {
            reference_pool,
            port: if is_forbidden { FALLBACK_PORT } else { port },
        }
    }

    /// Returns the URL under which the developer opens the app.
    pub(super) fn app_url(self) -> String {
        app_url_with_port(self.port)
    }

    /// Returns the app's address that the reference pool is made for. [`DevPool::app_url`] differs from it if this user
    /// may not use its port.
    pub(super) fn expected_app_url(self) -> String {
        app_url_with_port(self.reference_pool.app_port())
    }

    /// Returns true if the app does not use the port for which the reference pool is configured.
    pub(super) fn uses_other_port(self) -> bool {
        self.port != self.reference_pool.app_port()
    }

    /// Returns the command-line arguments for the local pool.
    pub(super) fn local_pool_arguments(self) -> Vec<String> {
        let mut arguments = vec!["--pool".to_owned(), self.reference_pool.name().to_owned()];
        if self.uses_other_port() {
            arguments.extend(["--app-url".to_owned(), self.app_url()]);
        }
        arguments
    }

    /// Returns instructions for the developer's first steps with the reference pool, one line each.
    pub(super) fn first_steps_text(self) -> String {
        let app = self.app_url();
        let steps: &[String] = &match self.reference_pool {
            ReferencePool::Workshop => vec![
                format!("Create an account at {app}/register with any email address. No email is sent."),
                "Read the verification code in the demo inbox and enter it.".to_owned(),
                "You are signed in. Write a to-do. It is still there when you sign in again.".to_owned(),
            ],
            ReferencePool::Redirect => vec![
                format!("Create an account at {app}/register with a username. The demo inbox has the code."),
                "Sign out. Then sign in on the hosted page with the username or the email address.".to_owned(),
                "Remove the slash at the end of redirectSignIn in the config.js above and reload. The app explains the error."
                    .to_owned(),
            ],
            ReferencePool::Playground => vec![
                format!("Create an account at {app}/register. A password of six letters is enough."),
                "Set responseType: 'token' in the config.js above and reload. The app uses the implicit grant and warns."
                    .to_owned(),
                "Set authFlow: 'CUSTOM_AUTH' in it. The pool asks a question of its own. The answer is: blue.".to_owned(),
            ],
            ReferencePool::Quickstart => vec![
                format!("Create an account at {app}/register. No code is sent. Confirm the account as an administrator:"),
                format!("  aws cognito-idp admin-confirm-sign-up --user-pool-id {QUICKSTART_POOL_ID} --username EMAIL"),
                "Sign in. The page names the disabled flow and how to enable it. The README has all steps.".to_owned(),
            ],
            ReferencePool::Enterprise => vec![
                "Ann has an invitation. Read her temporary password in the demo inbox.".to_owned(),
                format!("Sign in at {app}/signin as e1001 or ann.lee, and enter the missing name."),
                format!("Open {app}/register. This pool does not allow sign-up."),
            ],
        };
        let mut number = 0;
        let numbered = steps.iter().map(|step| {
            if step.starts_with(' ') {
                return format!("   {step}");
            }
            number += 1;
            format!("  {number}. {step}")
        });
        numbered.collect::<Vec<_>>().join("\n")
    }
}

/// Returns the origin of an app on this port of this computer. URLs omit port 80.
fn app_url_with_port(port: u16) -> String {
    match port {
        80 => "http://localhost".to_owned(),
        port => format!("http://localhost:{port}"),
    }
}

#[cfg(test)]
mod tests {
    use local_pool::presets::PoolPreset;

    use super::*;

    #[test]
    fn xtask_dev_starts_the_workshop_pool_by_default() {
        for (arguments, pool) in [
            (&[][..], ReferencePool::Workshop),
            (&["--pool", "redirect"], ReferencePool::Redirect),
            (&["--pool=enterprise"], ReferencePool::Enterprise),
        ] {
            assert_eq!(DevPool::parse_reference_pool(arguments).unwrap(), pool);
        }
    }

    #[test]
    fn xtask_dev_error_lists_the_five_valid_pool_names() {
        const FIVE: &str = "workshop, redirect, playground, quickstart, enterprise.";
        for (arguments, message) in [
            (
                &["--pool", "nonsense"][..],
                "\"nonsense\" is not a reference pool. The reference pools are: ",
            ),
            (
                &["--pool"],
                "The only option of dev is --pool NAME, not --pool. The reference pools are: ",
            ),
            (
                &["redirect"],
                "The only option of dev is --pool NAME, not redirect. The reference pools are: ",
            ),
        ] {
            let error = DevPool::parse_reference_pool(arguments).unwrap_err();
            assert_eq!(error.to_string(), format!("{message}{FIVE}"));
        }
    }

    #[test]
    fn xtask_dev_replaces_a_port_below_1024_if_it_needs_root() {
        let allowed = |_| Ok(());
        let denied = |_| Err(io::Error::from(ErrorKind::PermissionDenied));
        let taken = |_| Err(io::Error::from(ErrorKind::AddrInUse));
        for (chosen, url, arguments) in [
            (
                DevPool::choose_port(ReferencePool::Playground, allowed),
                "http://localhost:4200",
                "--pool playground",
            ),
            (
                DevPool::choose_port(ReferencePool::Quickstart, allowed),
                "http://localhost",
                "--pool quickstart",
            ),
            // A port in use is reported as an error. The command does not change to another port.
            (
                DevPool::choose_port(ReferencePool::Quickstart, taken),
                "http://localhost",
                "--pool quickstart",
            ),
            (
                DevPool::choose_port(ReferencePool::Quickstart, denied),
                "http://localhost:8000",
                "--pool quickstart --app-url http://localhost:8000",
            ),
        ] {
            assert_eq!(chosen.app_url(), url);
            assert_eq!(chosen.local_pool_arguments().join(" "), arguments);
        }
    }

    #[test]
    fn xtask_dev_and_local_pool_agree_on_app_urls_and_pool_id() {
        for preset in PoolPreset::ALL {
            let reference_pool: ReferencePool = preset.name().parse().unwrap();
            let pool = DevPool::choose_port(reference_pool, |_| Ok(()));
            assert_eq!(pool.app_url(), preset.app_url());
            assert_eq!(pool.expected_app_url(), preset.app_url());
        }
        assert_eq!(QUICKSTART_POOL_ID, PoolPreset::Quickstart.pool_id());
    }
}
