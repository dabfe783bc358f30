//! The functions get new versions when they or their configuration change, and only then.
//!
//! SAM makes a version when the code changes, but does not notice a changed parameter in a variable. So a checksum
//! of the template and the parameters is put beside the code, where it changes the package.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

/// The functions, by the names of their folders under `.build`.
const FUNCTIONS: [&str; 6] = [
    "articles", "booking", "contact", "digest", "mailer", "sweep",
];

/// Writes the checksum beside each function's code.
///
/// # Errors
/// When a file cannot be read or written.
pub(super) fn write(infra: &Path, parameters: &[String]) -> Result<()> {
    let template = infra.join("template.yaml");
    let template = fs::read(&template).context("infra/template.yaml cannot be read")?;
    let mut parameters = Vec::from(parameters);
    parameters.sort_unstable();
    let mut sum = Sha256::new();
    for part in parameters.iter().map(String::as_bytes).chain([&*template]) {
        sum.update((part.len() as u64).to_be_bytes());
        sum.update(part);
    }
    let sum: [u8; 32] = sum.finalize().into();
    for function in FUNCTIONS {
        let file = infra.join(format!(".build/{function}/revision"));
        // An unchanged file keeps its time, so that the package keeps its checksum.
        if fs::read(&file).is_ok_and(|before| before == sum) {
            continue;
        }
        fs::write(&file, sum).with_context(|| format!("{} cannot be written", file.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_template_or_parameter_is_another_revision() {
        let infra = tempfile::tempdir().unwrap();
        let path = |file: &str| infra.path().join(file);
        for function in FUNCTIONS {
            fs::create_dir_all(path(&format!(".build/{function}"))).unwrap();
        }
        let revision = |parameters: [&str; 2]| {
            write(infra.path(), &parameters.map(str::to_owned)).unwrap();
            let all =
                FUNCTIONS.map(|name| fs::read(path(&format!(".build/{name}/revision"))).unwrap());
            assert!(all.iter().all(|one| *one == all[0]));
            all[0].clone()
        };
        fs::write(path("template.yaml"), "one").unwrap();
        let first = revision(["A=1", "B=2"]);

        assert_eq!(revision(["B=2", "A=1"]), first);
        assert_ne!(revision(["A=1", "B=3"]), first);
        fs::write(path("template.yaml"), "two").unwrap();
        assert_ne!(revision(["A=1", "B=2"]), first);
    }
}
