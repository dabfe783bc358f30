//! Binaries of this workspace as processes of their own.
//!
//! `cargo test --workspace` builds them, since each of their packages has an integration test; they
//! stand in the folder above the tests' own.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::{NOW, infra};

/// The path of a binary.
#[must_use]
pub fn binary(name: &str) -> PathBuf {
    let own = std::env::current_exe().unwrap();
    let path = own
        .parent()
        .unwrap()
        .parent()
        .unwrap()
        .join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        path.is_file(),
        "{} is not built: run cargo test --workspace",
        path.display()
    );
    path
}

/// `frontdesk local` as a process. It ends with the test.
pub struct Program {
    pub url: String,
    child: Child,
}

impl Program {
    /// Starts it on this data folder and waits until it serves.
    #[must_use]
    pub fn start(data: &Path) -> Self {
        Self::run(Self::command(data))
    }

    /// Starts it with what is in that folder instead of the repository's `infra`.
    #[must_use]
    pub fn start_with(infra: &Path, data: &Path) -> Self {
        Self::run(Self::command_with(infra, data))
    }

    fn run(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut lines = lines.map(Result::unwrap);
        let url = lines.find_map(|line| line.strip_prefix("listening on ").map(str::to_owned));
        // Somebody has to read on, or the program would write into a pipe that is closed.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            url: url.expect("it prints where it listens"),
            child,
        }
    }

    #[must_use]
    pub fn command(data: &Path) -> Command {
        Self::command_with(&infra(), data)
    }

    fn command_with(infra: &Path, data: &Path) -> Command {
        let mut command = Command::new(binary("frontdesk"));
        command
            .arg("--infra")
            .arg(infra)
            .args(["local", "--port", "0", "--now", NOW, "--data"])
            .arg(data);
        command
    }

    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ctrl-C; whether it ended well.
    #[must_use]
    pub fn interrupt(mut self) -> bool {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &pid])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap().success()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
