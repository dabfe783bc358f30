//! The emulator of AWS, on loopback, and what it knows.

use std::{
    env,
    fs::File,
    net::TcpListener,
    os::unix::process::CommandExt as _,
    path::PathBuf,
    process::{Child, Command},
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

/// Where everything is deployed to, as the reference clinic's stages say.
pub(crate) const REGION: &str = "ca-central-1";

/// `ministack`, which ends with this.
pub(crate) struct Emulator {
    pub(crate) url: String,
    child: Child,
    folder: TempDir,
}

impl Emulator {
    /// A program of the virtual environment that the emulator is in.
    pub(crate) fn beside(name: &str) -> PathBuf {
        let program = env::var_os("FRONTDESK_EMULATOR").map(PathBuf::from);
        let program = program.expect("FRONTDESK_EMULATOR names the emulator's program");
        program.with_file_name(name)
    }

    /// Starts it on a free port and waits until it answers.
    pub(crate) async fn start() -> Self {
        let program = Self::beside("ministack");
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let folder = TempDir::new().unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        let url = format!("http://127.0.0.1:{port}");
        let child = Command::new(program)
            .env("BIND_HOST", "127.0.0.1")
            .env("IOT_MTLS_ENABLED", "0")
            .env("GATEWAY_PORT", port.to_string())
            .env("AUTH", "true")
            .env("TMPDIR", folder.path())
            .env("MINISTACK_REGION", REGION)
            .envs(environment(&url))
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            // Its functions run as children of its own, and end with it.
            .process_group(0)
            .spawn()
            .unwrap();
        let emulator = Self { url, child, folder };
        let until = Instant::now() + Duration::from_mins(1);
        while reqwest::get(format!("{}/_ministack/health", emulator.url))
            .await
            .is_err()
        {
            assert!(
                Instant::now() < until,
                "the emulator does not answer: {}",
                emulator.log()
            );
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        emulator
    }

    /// What every program needs in its environment to ask it instead of AWS.
    pub(crate) fn environment(&self) -> [(&'static str, String); 5] {
        environment(&self.url)
    }

    /// The mails that SES was given.
    pub(crate) async fn mails(&self) -> Vec<Value> {
        let answer = reqwest::get(format!("{}/_ministack/ses/messages", self.url))
            .await
            .unwrap();
        let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        let accounts = answer["messages"].as_object().unwrap().values();
        accounts
            .flat_map(|mails| mails.as_array().unwrap().clone())
            .collect()
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

fn environment(url: &str) -> [(&'static str, String); 5] {
    [
        ("AWS_ENDPOINT_URL", url.to_owned()),
        ("AWS_REGION", REGION.to_owned()),
        ("AWS_DEFAULT_REGION", REGION.to_owned()),
        ("AWS_ACCESS_KEY_ID", "test".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
    ]
}

impl Drop for Emulator {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let end = log.lines().rev().take(40).collect::<Vec<_>>();
            eprintln!(
                "the end of the emulator's log, the newest first:\n{}",
                end.join("\n")
            );
        }
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-TERM", "--", &group]).status();
        std::thread::sleep(Duration::from_secs(2));
        let _ = Command::new("kill")
            .args(["-KILL", "--", &group])
            .stderr(std::process::Stdio::null())
            .status();
        let _ = self.child.wait();
    }
}
