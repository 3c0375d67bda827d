//! A browser of the test's own: a driver, and a Chromium with a new profile.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::temp::TempFolder;

/// No network but the test's own server, nothing to download or to sign in to.
const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-device-scale-factor=1",
];

/// What a reader holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Screen {
    /// A window of 1440 by 1040 CSS pixels, its frame included.
    Desk,
    /// A telephone of 390 by 844. Windows cannot be as narrow.
    Hand,
}

/// Ended, with its driver, when it is dropped.
pub(crate) struct Chromium {
    driver: Child,
    port: u16,
    session: String,
    pub(crate) client: Client,
    _profile: TempFolder,
}

impl Chromium {
    pub(crate) async fn open(screen: Screen) -> Chromium {
        Chromium::open_with(screen, &[]).await
    }

    /// With more flags than it needs.
    pub(crate) async fn open_with(screen: Screen, more: &[&str]) -> Chromium {
        let (driver, port) = start_driver();
        let profile = TempFolder::new();
        let flags = FLAGS.iter().chain(more);
        let mut args: Vec<String> = flags.map(|flag| (*flag).to_owned()).collect();
        args.push("--window-size=1440,1040".into());
        args.push(format!("--user-data-dir={}", profile.path().display()));
        let mut options = json!({ "args": args });
        if screen == Screen::Hand {
            let metrics = json!({ "width": 390, "height": 844, "pixelRatio": 1.0 });
            options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
        }
        if let Some(binary) = env::var_os("INTERLEAVE_CHROMIUM") {
            options["binary"] = json!(binary.to_string_lossy());
        }
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("goog:chromeOptions".into(), options);
        capabilities.insert("goog:loggingPrefs".into(), json!({ "browser": "ALL" }));
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("chromedriver opens a Chromium of its own version");
        let session = client
            .session_id()
            .await
            .expect("a session")
            .expect("its id");
        Chromium {
            driver,
            port,
            session,
            client,
            _profile: profile,
        }
    }

    /// What the page wrote to the console as errors since the last question.
    pub(crate) async fn errors(&self) -> Vec<String> {
        let log = format!(
            "http://127.0.0.1:{}/session/{}/se/log",
            self.port, self.session
        );
        let question = reqwest::Client::new()
            .post(log)
            .json(&json!({ "type": "browser" }));
        let answer = question.send().await.expect("the driver's log");
        let answer: Value = answer.json().await.expect("the log as JSON");
        let entries = answer["value"].as_array().cloned().unwrap_or_default();
        let severe = entries.iter().filter(|entry| entry["level"] == "SEVERE");
        severe
            .filter_map(|entry| entry["message"].as_str().map(String::from))
            .collect()
    }
}

impl Drop for Chromium {
    /// Without the runtime of the test, which may be unwinding.
    fn drop(&mut self) {
        let request = format!(
            "DELETE /session/{} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
            self.session
        );
        if let Ok(mut driver) = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)) {
            let _ = driver.set_read_timeout(Some(Duration::from_secs(10)));
            let _ = driver.write_all(request.as_bytes());
            let _ = driver.read(&mut [0; 512]);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The driver says on its standard output which port it took.
fn start_driver() -> (Child, u16) {
    let program = env::var_os("INTERLEAVE_CHROMEDRIVER")
        .map_or_else(|| PathBuf::from("chromedriver"), PathBuf::from);
    let mut driver = Command::new(&program)
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| {
            panic!(
                "cannot start {}: {error}. `cargo xtask test` installs Chromium and its driver, or \
                 says how",
                program.display()
            )
        });
    let output = driver.stdout.take().expect("its standard output");
    let mut lines = BufReader::new(output).lines();
    let port = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| {
            let rest = line.split("started successfully on port ").nth(1)?;
            rest.trim_end_matches('.').parse().ok()
        })
        .expect("chromedriver says its port");
    // It stops where nobody reads what it writes.
    std::thread::spawn(move || lines.for_each(drop));
    (driver, port)
}
