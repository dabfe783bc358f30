//! Runs the programs that do the work.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};
use serde::de::DeserializeOwned;

/// The programs that are needed: how to see whether one is installed, and what it is called where it is installed
/// from.
const TOOLS: [(&str, &[&str], &str); 3] = [
    ("sam", &["--version"], "it is aws-sam-cli"),
    ("aws", &["--version"], "it is awscli"),
    ("cargo", &["lambda", "--version"], "it is cargo-lambda"),
];

/// Checks that these tools are installed.
///
/// # Errors
/// Names each tool that is missing, and how to install it.
pub(super) fn check(programs: &[&str]) -> Result<()> {
    let needed = TOOLS
        .iter()
        .filter(|(program, ..)| programs.contains(program));
    let missing = needed.filter(|(program, arguments, _)| {
        let mut command = command(program);
        let answer = command.args(*arguments).stdin(Stdio::null()).output();
        !answer.is_ok_and(|answer| answer.status.success())
    });
    let missing: Vec<String> = missing
        .map(|(program, arguments, how)| {
            let name = if arguments.len() > 1 {
                "cargo lambda"
            } else {
                program
            };
            format!("{name} is not installed ({how})")
        })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    bail!(
        "{}: pip install --require-hashes -r infra/requirements.txt",
        missing.join("; ")
    )
}

/// Runs an `aws` command and reads its answer.
///
/// # Errors
/// When it fails, with its message, or when the answer has another shape.
pub(super) fn aws<T: DeserializeOwned>(region: &str, arguments: &[&str]) -> Result<T> {
    let options = ["--region", region, "--output", "json"];
    let answer = aws_text(&[arguments, &options].concat())?;
    // Some commands print nothing.
    let answer = if answer.is_empty() { "null" } else { &answer };
    let what = || {
        format!(
            "aws {} has an answer of another shape than expected",
            arguments.join(" ")
        )
    };
    serde_json::from_str(answer).with_context(what)
}

/// Runs an `aws` command and returns what it prints, trimmed.
///
/// # Errors
/// When it fails, with its message.
pub(super) fn aws_text(arguments: &[&str]) -> Result<String> {
    let mut command = command("aws");
    let answer = command.args(arguments).stdin(Stdio::null()).output();
    let answer = answer.context("aws cannot be started")?;
    if !answer.status.success() {
        bail!("{}", String::from_utf8_lossy(&answer.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&answer.stdout).trim().to_owned())
}

/// Runs `sam` in `infra`, with its output on the terminal.
///
/// # Errors
/// When it fails. Its own output says why.
pub(super) fn sam(infra: &Path, stage: &str, region: &str, arguments: &[&str]) -> Result<()> {
    let mut command = command("sam");
    command.current_dir(infra).args(arguments);
    command.args(["--template-file", "template.yaml"]);
    command.args(["--config-env", stage]);
    command.args(["--region", region]);
    watched(command)
}

/// Runs `cargo lambda`, with its output on the terminal.
///
/// # Errors
/// When it fails; it has said why.
pub(super) fn cargo_lambda(workspace: &Path, arguments: &[&str]) -> Result<()> {
    let mut command = command("cargo");
    command.current_dir(workspace).arg("lambda").args(arguments);
    watched(command)
}

fn watched(mut command: Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.stdin(Stdio::null()).status();
    let status = status.with_context(|| format!("{program} cannot be started"))?;
    if !status.success() {
        bail!("{program} ended with {status}");
    }
    Ok(())
}

/// The program, without telemetry and without a pager that waits for a key.
fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env("SAM_CLI_TELEMETRY", "0").env("AWS_PAGER", "");
    command
}
