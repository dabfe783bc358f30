//! The binary's start.

use std::process::Command;

#[test]
fn a_missing_variable_is_named() {
    let output = Command::new(env!("CARGO_BIN_EXE_mailer"))
        .env_clear()
        .output()
        .unwrap();

    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    assert!(said.contains("AWS_ACCESS_KEY_ID"), "{said}");
}
