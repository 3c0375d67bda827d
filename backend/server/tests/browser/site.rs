//! A server of the test's own.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::temp::TempFolder;

/// Starts of a server before the test gives up: the free port that was found
/// may be taken before the server binds it.
const STARTS: usize = 5;
/// How long a debug build on a busy machine may take to answer.
const START_SECONDS: u64 = 60;

/// A running `interleave serve`, ended when it is dropped.
pub(crate) struct Site {
    server: Child,
    pub(crate) address: SocketAddr,
    _data: TempFolder,
}

/// The top of the repository.
pub(crate) fn root() -> &'static Path {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    top.expect("server lies two folders below the top")
}

/// The page as trunk built it.
pub(crate) fn dist() -> PathBuf {
    let dist = root().join("dist");
    assert!(
        dist.join("index.html").is_file(),
        "{} is missing: run `trunk build --release`, or `cargo xtask test`, which does",
        dist.join("index.html").display()
    );
    dist
}

/// The lessons of the tests' own.
pub(crate) fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/demo")
}

impl Site {
    /// With the lessons and the page of the repository.
    pub(crate) async fn start() -> Site {
        Site::with(&root().join("lessons"), &dist()).await
    }

    pub(crate) async fn with(lessons: &Path, dist: &Path) -> Site {
        for _ in 0..STARTS {
            if let Some(site) = Site::try_start(lessons, dist).await {
                return site;
            }
        }
        panic!("the server did not start in {STARTS} attempts");
    }

    async fn try_start(lessons: &Path, dist: &Path) -> Option<Site> {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = free.local_addr().expect("its address");
        drop(free);
        let data = TempFolder::new();
        let server = Command::new(env!("CARGO_BIN_EXE_interleave"))
            .arg("serve")
            .args(["--addr", &address.to_string()])
            .arg("--lessons")
            .arg(lessons)
            .arg("--dist")
            .arg(dist)
            .arg("--data")
            .arg(data.path())
            .current_dir(root())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("the server starts");
        let mut site = Site {
            server,
            address,
            _data: data,
        };
        site.answers().await.then_some(site)
    }

    /// False where the server ended by itself.
    async fn answers(&mut self) -> bool {
        let health = format!("http://{}/api/health", self.address);
        let deadline = Instant::now() + Duration::from_secs(START_SECONDS);
        loop {
            if let Ok(answer) = reqwest::get(&health).await
                && answer.status().is_success()
            {
                return true;
            }
            if self
                .server
                .try_wait()
                .expect("the server can be asked")
                .is_some()
            {
                return false;
            }
            assert!(
                Instant::now() < deadline,
                "no answer from {health} in {START_SECONDS} s"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
