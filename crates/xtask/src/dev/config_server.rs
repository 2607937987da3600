//! Serves the `config.js` of a reference pool. Trunk's proxy fetches it from here, so that the repository's own file
//! stays unchanged.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result};
use fs_err as fs;

/// A running HTTP server for one `config.js` file. It runs until this program ends.
pub(super) struct ConfigServer {
    /// The path of the `config.js` file. The developer may edit the file while `dev` runs.
    pub(super) file: PathBuf,
    /// The URL under which the file is served.
    pub(super) url: String,
}

/// Writes `text` to the file `file` and serves the file on a free port of this computer.
pub(super) fn serve_config_file(file: PathBuf, text: &str) -> Result<ConfigServer> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&file, text)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .context("cannot listen for requests of config.js")?;
    let address = listener.local_addr()?;
    let server = ConfigServer {
        url: format!("http://{address}/config.js"),
        file,
    };
    let file = server.file.clone();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // An error means that the client has closed the connection.
            let _ = respond_with_file(stream, &file);
        }
    });
    Ok(server)
}

/// Reads an HTTP request and responds with the current content of the file, or with status 404 if there is no file.
fn respond_with_file(mut stream: TcpStream, file: &Path) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    while !lines.next().transpose()?.unwrap_or_default().is_empty() {}
    let (status, text) = match fs::read_to_string(file) {
        Ok(text) => ("200 OK", text),
        Err(_) => ("404 Not Found", String::new()),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: text/javascript; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n\
         Cross-Origin-Resource-Policy: same-origin\r\nCache-Control: no-cache\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{text}",
        text.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn fetch(url: &str) -> String {
        let address = url
            .strip_prefix("http://")
            .and_then(|rest| rest.strip_suffix("/config.js"))
            .unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET /config.js HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        response
    }

    #[test]
    fn config_server_sends_the_current_content_of_config_js() {
        let file = std::env::temp_dir()
            .join(format!("xtask-config-{}", std::process::id()))
            .join("config.js");
        let server = serve_config_file(file.clone(), "window._config = 1;\n").unwrap();
        let headers = "Content-Type: text/javascript; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n\
                       Cross-Origin-Resource-Policy: same-origin\r\nCache-Control: no-cache\r\n";
        assert_eq!(
            fetch(&server.url),
            format!(
                "HTTP/1.1 200 OK\r\n{headers}Content-Length: 20\r\nConnection: close\r\n\r\nwindow._config = 1;\n"
            )
        );
        fs::write(&file, "window._config = 22;\n").unwrap();
        assert!(fetch(&server.url).ends_with("\r\n\r\nwindow._config = 22;\n"));
        fs::remove_dir_all(file.parent().unwrap()).unwrap();
        assert!(fetch(&server.url).starts_with("HTTP/1.1 404 Not Found\r\n"));
    }
}
