//! A fresh clone, and the commands that are run in it.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    io::Write as _,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use frontdesk_tests::program::binary;
use serde_json::Value;
use tempfile::TempDir;

use crate::emulator::{Emulator, REGION};

/// A clone of what is committed, in a folder of its own.
pub(crate) struct Checkout {
    folder: TempDir,
    environment: Vec<(String, String)>,
}

/// Stands in for `aws`: prints a canned answer where a file has one, and runs the real command otherwise. Nobody's address
/// is suppressed at SES, unless a file says so.
const PLAYED: &str = r#"#!/bin/sh
echo "$*" >> "FOLDER/calls"
if [ -s "FOLDER/$1-$2" ]; then
  cat "FOLDER/$1-$2"
elif [ "$2" = get-suppressed-destination ]; then
  echo "An error occurred (NotFoundException) when calling the GetSuppressedDestination operation: none" >&2
  exit 254
else
  exec REAL "$@"
fi
"#;

/// What a command printed, and whether it did what it should.
pub(crate) struct Outcome {
    command: String,
    success: bool,
    pub(crate) output: String,
}

impl Checkout {
    pub(crate) fn clone_to_a_new_folder(emulator: &Emulator) -> Self {
        let folder = TempDir::new().unwrap();
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let clone = Command::new("git")
            .args(["clone", "--quiet"])
            .arg(repository)
            .arg(folder.path().join("frontdesk"))
            .status();
        assert!(clone.unwrap().success());
        let own = emulator
            .environment()
            .map(|(name, value)| (name.to_owned(), value));
        let mut environment = Vec::from(own);
        // What runs here has to be built for here.
        environment.push((
            "FRONTDESK_ARCHITECTURE".to_owned(),
            env::consts::ARCH.replace("aarch64", "arm64"),
        ));
        environment.push((
            "CARGO_TARGET_DIR".to_owned(),
            target().display().to_string(),
        ));
        let checkout = Self {
            folder,
            environment,
        };
        checkout.play();
        checkout
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("frontdesk")
    }

    /// The README's blocks of shell under this heading, word for word and in one shell.
    pub(crate) fn follow_the_readme(&self, heading: &str) -> Outcome {
        let readme = fs::read_to_string(self.path().join("README.md")).unwrap();
        let (_, section) = readme
            .split_once(&format!("\n## {heading}\n"))
            .expect("the heading is there");
        let section = section.split("\n## ").next().unwrap();
        let blocks = section.split("```sh\n").skip(1);
        let blocks: Vec<&str> = blocks
            .map(|block| block.split("```").next().unwrap())
            .collect();
        assert!(!blocks.is_empty());
        self.run("sh", &["-e", "-c", &blocks.concat()], "")
    }

    /// What the command would say where nothing is installed.
    pub(crate) fn deploy_without_tools(&self) -> Outcome {
        let program = binary("frontdesk").display().to_string();
        let nothing = self.folder.path().join("nothing").into();
        self.run_with_path(&program, &["deploy"], "", nothing)
    }

    /// Runs a command with the tools that the README has installed, typing `typed`.
    pub(crate) fn run(&self, command: &str, arguments: &[&str], typed: &str) -> Outcome {
        let mut folders = vec![self.played(), self.path().join(".venv/bin")];
        folders.extend(env::split_paths(&env::var_os("PATH").unwrap()));
        self.run_with_path(command, arguments, typed, env::join_paths(folders).unwrap())
    }

    /// What AWS's own command answers about this region.
    pub(crate) fn aws(&self, arguments: &[&str]) -> Value {
        let options = ["--region", REGION, "--output", "json"];
        self.run("aws", &[arguments, &options].concat(), "").json()
    }

    fn run_with_path(
        &self,
        command: &str,
        arguments: &[&str],
        typed: &str,
        path: OsString,
    ) -> Outcome {
        let output = self.folder.path().join("output");
        let file = fs::File::create(&output).unwrap();
        let mut child = Command::new(self.program(command, &path))
            .args(arguments)
            .current_dir(self.path())
            .envs(self.environment.iter().cloned())
            .env("PATH", path)
            .stdin(Stdio::piped())
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .spawn()
            .unwrap();
        // A command that does not read may have closed it.
        let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
        let success = child.wait().unwrap().success();
        Outcome {
            command: format!("{command} {}", arguments.join(" ")),
            success,
            output: fs::read_to_string(output).unwrap(),
        }
    }

    /// A program of the clone, or else the first of that name on the path.
    fn program(&self, command: &str, path: &OsStr) -> PathBuf {
        let own = self.path().join(command);
        let mut all = env::split_paths(path).map(|folder| folder.join(command));
        if own.is_file() {
            Some(own)
        } else {
            all.find(|program| program.is_file())
        }
        .expect("the program is there")
    }

    /// Changes a file of the clone.
    pub(crate) fn change(&self, file: &str, change: impl FnOnce(String) -> String) {
        let path = self.path().join(file);
        let before = fs::read_to_string(&path).unwrap();
        let after = change(before.clone());
        assert_ne!(after, before, "{file}");
        fs::write(path, after).unwrap();
    }

    /// Gives back a file of the clone as it is committed.
    pub(crate) fn give_back(&self, file: &str) {
        self.run("git", &["checkout", "--quiet", "--", file], "")
            .succeeded();
    }

    /// Cans an answer for the `aws` commands that begin with these two words.
    pub(crate) fn answer(&self, arguments: &str, answer: &str) {
        let name = arguments.replace(' ', "-");
        fs::write(self.played().join(name), answer).unwrap();
    }

    /// The commands of AWS that were played since the clone was made, one a line.
    pub(crate) fn played_calls(&self) -> String {
        fs::read_to_string(self.played().join("calls")).unwrap_or_default()
    }

    fn played(&self) -> PathBuf {
        self.folder.path().join("played")
    }

    /// Puts a command before AWS's own.
    fn play(&self) {
        let played = self.played();
        fs::create_dir_all(&played).unwrap();
        let command = played.join("aws");
        let real = self.path().join(".venv/bin/aws");
        let text = PLAYED
            .replace("FOLDER", &played.display().to_string())
            .replace("REAL", &real.display().to_string());
        fs::write(&command, text).unwrap();
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(&command, mode).unwrap();
    }

    /// Sets a parameter of a stage.
    pub(crate) fn set_parameter(&self, stage: &str, parameter: &str) {
        let path = self.path().join("infra/samconfig.toml");
        let file = fs::read_to_string(&path).unwrap();
        let name = parameter.split_once('=').unwrap().0;
        let mut lines: Vec<String> = file.lines().map(str::to_owned).collect();
        let after = |from: usize, begins: &str| {
            let mut following = lines[from..].iter();
            from + following.position(|line| line.starts_with(begins)).unwrap()
        };
        let start = after(0, &format!("[{stage}.deploy.parameters]"));
        let start = after(start, "parameter_overrides");
        let end = after(start, "]");
        lines[start + 1..end].iter_mut().for_each(|line| {
            if line.contains(&format!("\"{name}=")) {
                line.clear();
            }
        });
        lines.insert(start + 1, format!("  \"{parameter}\","));
        fs::write(path, lines.join("\n") + "\n").unwrap();
    }
}

/// The target directory that this was built in: the clone's dependencies are the same.
fn target() -> PathBuf {
    let own = env::current_exe().unwrap();
    own.ancestors().nth(3).unwrap().to_owned()
}

impl Outcome {
    pub(crate) fn succeeded(&self) {
        assert!(self.success, "{} failed:\n{}", self.command, self.output);
    }

    pub(crate) fn failed(&self) {
        assert!(
            !self.success,
            "{} did not fail:\n{}",
            self.command, self.output
        );
    }

    pub(crate) fn says(&self, text: &str) {
        assert!(
            self.output.contains(text),
            "{} does not say {text:?}:\n{}",
            self.command,
            self.output
        );
    }

    pub(crate) fn says_in_order(&self, first: &str, then: &str) {
        self.says(first);
        let (_, rest) = self.output.split_once(first).unwrap();
        assert!(
            rest.contains(then),
            "{then:?} does not come after {first:?}"
        );
    }

    pub(crate) fn json(&self) -> Value {
        self.succeeded();
        serde_json::from_str(&self.output).unwrap_or_default()
    }
}
