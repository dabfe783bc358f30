//! Writing a command's result.

use std::io::Write as _;

use anyhow::Result;

/// Writes to standard output. A reader that stops before the end is no error.
///
/// # Errors
/// When standard output cannot be written.
pub(crate) fn write(text: &str) -> Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
