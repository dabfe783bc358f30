//! What is deployed, summed up: the functions get new versions when it changes, and only then.

use std::path::Path;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

/// The functions, by the names of their binaries.
const FUNCTIONS: [&str; 5] = ["articles", "booking", "contact", "digest", "mailer"];

/// SHA-256 of the template, its parameters and what was built, in lower-case hexadecimal digits.
///
/// # Errors
/// When a file cannot be read.
pub(super) fn of(infra: &Path, parameters: &[String]) -> Result<String> {
    let mut sum = Sha256::new();
    let mut add = |part: &[u8]| {
        sum.update((part.len() as u64).to_be_bytes());
        sum.update(part);
    };
    let built = FUNCTIONS.map(|name| format!(".build/{name}/bootstrap"));
    for file in built.iter().map(String::as_str).chain(["template.yaml"]) {
        let content = std::fs::read(infra.join(file));
        add(&content.with_context(|| format!("infra/{file} cannot be read"))?);
    }
    let mut parameters = Vec::from(parameters);
    parameters.sort_unstable();
    for parameter in &parameters {
        add(parameter.as_bytes());
    }
    let sum: [u8; 32] = sum.finalize().into();
    let (high, low) = sum.split_at(16);
    let hexadecimal = |half: &[u8]| {
        let half = half
            .iter()
            .fold(0, |all, byte| (all << 8) | u128::from(*byte));
        format!("{half:032x}")
    };
    Ok(format!("{}{}", hexadecimal(high), hexadecimal(low)))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn another_binary_template_or_parameter_is_another_revision() {
        let infra = tempfile::tempdir().unwrap();
        let write = |file: &str, text: &str| {
            let path = infra.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        for name in FUNCTIONS {
            write(&format!(".build/{name}/bootstrap"), name);
        }
        write("template.yaml", "one");
        let parameters = ["A=1".to_owned(), "B=2".to_owned()];
        let revision = |parameters: &[String]| of(infra.path(), parameters).unwrap();
        let first = revision(&parameters);

        assert_eq!(first.len(), 64);
        assert_eq!(revision(&["B=2".to_owned(), "A=1".to_owned()]), first);
        assert_ne!(revision(&["A=1".to_owned(), "B=3".to_owned()]), first);
        write("template.yaml", "two");
        let second = revision(&parameters);
        assert_ne!(second, first);
        write(".build/mailer/bootstrap", "another");
        assert_ne!(revision(&parameters), second);
    }
}
