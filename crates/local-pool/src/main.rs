//! `local-pool`: the local pool as a program.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use local_pool::presets::PoolPreset;
use local_pool::settings::{
    DEFAULT_PORT, DataLocation, ListenAddresses, LocalPoolSettings, PublicUrl,
};
use local_pool::{LocalPool, StartError};

/// The text of `--help`.
const HELP: &str = "\
local-pool: a small, faithful Amazon Cognito user pool on this computer, for development and tests only.

Usage: local-pool [--pool NAME] [--app-url URL] [--listen ADDR:PORT] [--data FILE | --ephemeral]
                  [--public-url URL] [--issuer-url URL] [--tls] [--new-keys] [--print-config]

  --pool NAME         the reference pool to start with: workshop (default), redirect, playground, quickstart or
                      enterprise
  --app-url URL       the URL of that pool's app, if it is not the default of the pool
  --listen ADDR:PORT  the address to listen on; default localhost:9229, which is 127.0.0.1 and ::1. Port 0 means any
                      free port
  --data FILE         the data file, created if it does not exist;
                      default ${XDG_DATA_HOME:-~/.local/share}/poolgate/local-pool.sqlite
  --ephemeral         keep the data in memory; it is lost when the program stops
  --public-url URL    the URL at which clients reach the pool, if it is not the listening address (behind a proxy, in
                      a container); tokens and discovery documents then contain this URL
  --issuer-url URL    the base URL of issuers, if it is not the URL of the API; tokens and discovery documents then
                      contain this URL. Port 0 means the port that the pool listens on
  --tls               use https instead of http, with a self-signed certificate, which is written beside the data file
                      so that clients can trust it
  --new-keys          rotate the signing keys at the start; tokens signed before remain valid
  --print-config      print a matching config.js for an app, and exit
  --help, --version
";

/// What the command line asks the program to do: print its help or its version, print a `config.js`, or run the pool.
#[derive(Debug, PartialEq, Eq)]
enum Command {
    Run(CommandLineOptions),
    PrintConfig(CommandLineOptions),
    Help,
    Version,
}

/// The options of the command line.
#[derive(Debug, PartialEq, Eq)]
struct CommandLineOptions {
    preset: PoolPreset,
    app_url: Option<PublicUrl>,
    listen: ListenAddresses,
    data: Option<DataLocation>,
    public_url: Option<PublicUrl>,
    issuer_url: Option<PublicUrl>,
    tls: bool,
    new_keys: bool,
}

impl Default for CommandLineOptions {
    fn default() -> Self {
        Self {
            preset: PoolPreset::default(),
            app_url: None,
            listen: ListenAddresses::Loopback { port: DEFAULT_PORT },
            data: None,
            public_url: None,
            issuer_url: None,
            tls: false,
            new_keys: false,
        }
    }
}

fn main() -> ExitCode {
    match parse_arguments(std::env::args().skip(1)) {
        Ok(Command::Help) => print_text(HELP),
        Ok(Command::Version) => print_text(concat!("local-pool ", env!("CARGO_PKG_VERSION"), "\n")),
        Ok(Command::PrintConfig(options)) => print_text(&config_js_of_preset(&options)),
        Ok(Command::Run(options)) => match run_pool(options) {
            Ok(()) => ExitCode::SUCCESS,
            Err(text) => print_error(&text),
        },
        Err(text) => print_error(&format!("{text}\nRun local-pool --help for the options.")),
    }
}

/// Prints a text to standard output, and returns the exit code.
fn print_text(text: &str) -> ExitCode {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Prints an error or a warning to standard error, and returns the exit code for a failure.
fn print_error(text: &str) -> ExitCode {
    // If standard error is closed, the text cannot be shown anywhere.
    let _ = writeln!(io::stderr(), "local-pool: {text}");
    ExitCode::FAILURE
}

/// Parses the arguments of the command line. The error is a text for the user.
fn parse_arguments(arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut arguments = arguments;
    let mut options = CommandLineOptions::default();
    let mut print_config = false;
    while let Some(argument) = arguments.next() {
        let (name, attached) = match argument.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (argument, None),
        };
        let mut value = || {
            attached
                .clone()
                .or_else(|| arguments.next())
                .ok_or_else(|| format!("{name} needs a value."))
        };
        match name.as_str() {
            "--pool" => options.preset = value()?.parse()?,
            "--app-url" => options.app_url = Some(value()?.parse()?),
            "--print-config" => print_config = true,
            "--listen" => options.listen = value()?.parse()?,
            "--data" => set_data_location_once(
                &mut options.data,
                DataLocation::File(PathBuf::from(value()?)),
            )?,
            "--ephemeral" => set_data_location_once(&mut options.data, DataLocation::InMemory)?,
            "--public-url" => options.public_url = Some(value()?.parse()?),
            "--issuer-url" => options.issuer_url = Some(value()?.parse()?),
            "--tls" => options.tls = true,
            "--new-keys" => options.new_keys = true,
            "--help" | "-h" => return Ok(Command::Help),
            "--version" | "-V" => return Ok(Command::Version),
            _ => return Err(format!("{name:?} is not an option.")),
        }
    }
    Ok(if print_config {
        Command::PrintConfig(options)
    } else {
        Command::Run(options)
    })
}

/// Returns the text of `config.js` for an app of the pool that these options start.
fn config_js_of_preset(options: &CommandLineOptions) -> String {
    let scheme = if options.tls { "https" } else { "http" };
    let endpoint = match (&options.public_url, options.listen) {
        (Some(url), _) => url.as_str().to_owned(),
        (None, ListenAddresses::Loopback { port }) => format!("{scheme}://localhost:{port}"),
        (None, ListenAddresses::Address(address)) => format!("{scheme}://{address}"),
    };
    let app_url = options
        .app_url
        .as_ref()
        .map_or_else(|| options.preset.app_url(), |url| url.as_str().to_owned());
    let port = match options.listen {
        ListenAddresses::Loopback { port } => port,
        ListenAddresses::Address(address) => address.port(),
    };
    let issuer = options.issuer_url.clone().map(|url| url.with_port(port));
    let issuer = issuer.as_ref().map(PublicUrl::as_str);
    options.preset.config_js(&endpoint, issuer, &app_url)
}

/// Sets the location of the data, or returns an error if an earlier option has already set it.
fn set_data_location_once(
    data: &mut Option<DataLocation>,
    new_data: DataLocation,
) -> Result<(), String> {
    match data.replace(new_data) {
        None => Ok(()),
        Some(_) => {
            Err("--data and --ephemeral exclude each other, and each can be given once.".to_owned())
        }
    }
}

/// Starts the pool and waits until the user stops the program. The error is a text for the user.
fn run_pool(options: CommandLineOptions) -> Result<(), String> {
    let listen = options.listen;
    let data = match options.data {
        Some(data) => data,
        None => DataLocation::File(create_default_data_path()?),
    };
    // Signal handlers are installed before the start message: a program that reads the message may stop the
    // pool at once.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("The system cannot create a runtime: {error}."))?;
    let mut signals = runtime
        .block_on(async { TerminationSignals::new() })
        .map_err(|error| format!("The signal handlers cannot be installed: {error}."))?;

    let pool = LocalPool::start(LocalPoolSettings {
        listen,
        data: data.clone(),
        preset: options.preset,
        app_url: options.app_url,
        public_url: options.public_url,
        issuer_url: options.issuer_url,
        tls: options.tls,
        ..LocalPoolSettings::for_development(data.clone())
    })
    .map_err(|error: StartError| error.to_string())?;
    if options.new_keys {
        pool.rotate_keys()
            .map_err(|error| format!("The new keys cannot be stored: {error}."))?;
    }

    if !listen.is_loopback() {
        print_error(
            "WARNING: the pool accepts connections from other computers. Every client that can reach it can change all \
             users, because administrators' signatures are not checked. Never use it for real accounts.",
        );
    }
    print_text(&startup_message(&pool, options.preset, &data));
    runtime.block_on(signals.wait_for_signal());
    pool.stop();
    Ok(())
}

/// Returns the text that the program prints when the pool has started.
fn startup_message(pool: &LocalPool, preset: PoolPreset, data: &DataLocation) -> String {
    let addresses: Vec<String> = pool.addresses().iter().map(ToString::to_string).collect();
    let data = match data {
        DataLocation::File(file) => file.display().to_string(),
        DataLocation::InMemory => "in memory, lost when the program stops".to_owned(),
    };
    let url = pool.url();
    let issuer = match pool.issuer(preset.pool_id()) {
        Ok(Some(issuer)) if issuer != format!("{url}/{}", preset.pool_id()) => {
            format!("\x20 issuer      {issuer}\n")
        }
        _ => String::new(),
    };
    let certificate = match (pool.certificate_pem(), pool.certificate_file()) {
        (None, _) => String::new(),
        (Some(_), Some(file)) => format!("\x20 trust       {}\n", file.display()),
        (Some(_), None) => {
            "\x20 trust       a new certificate at every start; use --data FILE to keep it\n"
                .to_owned()
        }
    };
    format!(
        "Local pool, for development and tests only: {url}\n\
         \x20 listens on  {}\n\
         \x20 user pool   {preset}: {}, app client {}\n\
         {issuer}\
         \x20 demo inbox  {url}/inbox\n\
         \x20 demo API    {url}/api\n\
         \x20 data        {data}\n\
         {certificate}\
         Press Ctrl-C to stop.\n",
        addresses.join(" and "),
        preset.pool_id(),
        preset.client_id(),
    )
}

/// Returns the default path of the data file, in the user's data folder (XDG Base Directory Specification), and
/// creates the folder for this user only.
fn create_default_data_path() -> Result<PathBuf, String> {
    let folder = std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute())
        .or_else(|| std::env::home_dir().map(|home| home.join(".local/share")))
        .ok_or("There is no home folder for the data file. Use --data FILE or --ephemeral.")?
        .join("poolgate");
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&folder).map_err(|error| {
        format!(
            "Cannot create the folder {}: {error}. Use --data FILE.",
            folder.display()
        )
    })?;
    Ok(folder.join("local-pool.sqlite"))
}

/// The signals that stop the program: Ctrl-C, and SIGTERM on Unix.
struct TerminationSignals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl TerminationSignals {
    /// Installs the signal handlers.
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for the first signal.
    async fn wait_for_signal(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl TerminationSignals {
    /// Creates the [`TerminationSignals`] without installing a handler, because Ctrl-C needs none before it is awaited.
    fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Waits for Ctrl-C.
    async fn wait_for_signal(&mut self) {
        // If the signal handler fails, the pool runs until the process is killed.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parses a command line whose arguments are separated by spaces.
    fn parse_command_line(line: &str) -> Result<Command, String> {
        parse_arguments(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn pool_without_options_listens_on_both_loopback_addresses() {
        assert_eq!(
            parse_command_line(""),
            Ok(Command::Run(CommandLineOptions {
                preset: PoolPreset::Workshop,
                app_url: None,
                listen: ListenAddresses::Loopback { port: 9229 },
                data: None,
                public_url: None,
                issuer_url: None,
                tls: false,
                new_keys: false,
            }))
        );
    }

    #[test]
    fn command_line_option_value_follows_a_space_or_equals_sign() {
        let wanted = Ok(Command::Run(CommandLineOptions {
            preset: PoolPreset::Redirect,
            app_url: Some("http://localhost:9000".parse().expect("a URL")),
            listen: ListenAddresses::Address("127.0.0.1:0".parse().expect("an address")),
            data: Some(DataLocation::File("pool.sqlite".into())),
            public_url: Some("https://pool.example.com".parse().expect("a URL")),
            issuer_url: Some("https://id.example.com".parse().expect("a URL")),
            tls: false,
            new_keys: false,
        }));
        assert_eq!(
            parse_command_line(
                "--pool redirect --app-url http://localhost:9000 --listen 127.0.0.1:0 --data pool.sqlite --public-url https://pool.example.com --issuer-url https://id.example.com"
            ),
            wanted
        );
        assert_eq!(
            parse_command_line(
                "--pool=redirect --app-url=http://localhost:9000 --listen=127.0.0.1:0 --data=pool.sqlite --public-url=https://pool.example.com --issuer-url=https://id.example.com"
            ),
            wanted
        );
    }

    #[test]
    fn error_names_the_conflicting_or_unknown_command_line_option() {
        for (line, text) in [
            (
                "--data a --ephemeral",
                "--data and --ephemeral exclude each other, and each can be given once.",
            ),
            (
                "--ephemeral --data a",
                "--data and --ephemeral exclude each other, and each can be given once.",
            ),
            ("--port 3", "\"--port\" is not an option."),
            ("--listen", "--listen needs a value."),
            (
                "--pool nonsense",
                "\"nonsense\" is not a reference pool. The reference pools are workshop, redirect, playground, quickstart, enterprise.",
            ),
        ] {
            assert_eq!(parse_command_line(line), Err(text.to_owned()), "{line}");
        }
    }
}
