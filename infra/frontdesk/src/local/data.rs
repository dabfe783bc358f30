//! The data folder: the database, the outbox, the link key. One program at a time.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::Write as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use dynoxide::Database;

const LOCK: &str = "lock";

/// A folder that is ours until this is dropped.
#[derive(Debug)]
pub(super) struct DataFolder {
    path: PathBuf,
    /// Held for its lock, which the system releases however the program ends.
    _lock: File,
}

impl DataFolder {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let shown = path.display();
        fs::create_dir_all(path)
            .with_context(|| format!("the data folder {shown} cannot be made"))?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.join(LOCK))
            .with_context(|| format!("the data folder {shown} cannot be written"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!(
                "another front desk is open on the data folder {shown}: stop it, or choose another folder with --data"
            ),
            Err(TryLockError::Error(error)) => {
                return Err(error).context(format!("the data folder {shown} cannot be locked"));
            }
        }
        let folder = Self {
            path: path.to_owned(),
            _lock: lock,
        };
        Ok(folder)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    pub(super) fn database(&self) -> Result<Database> {
        let path = self.path("dynamodb.sqlite");
        Database::new(&path.to_string_lossy()).map_err(|error| {
            anyhow::anyhow!("the database {} cannot be opened: {error}", path.display())
        })
    }

    /// The key that signs links. It is made at the first start, so that links in yesterday's mails still work.
    pub(super) fn link_keys(&self) -> Result<String> {
        let path = self.path("link-key");
        if let Ok(key) = fs::read_to_string(&path) {
            return Ok(key);
        }
        let mut random = [0; 32];
        getrandom::fill(&mut random).context("the system has no random generator")?;
        let key: String = random
            .iter()
            .map(|byte| char::from(b'a' + byte % 26))
            .collect();
        write_secret(&path, &key).context("the link key cannot be written")?;
        Ok(key)
    }

    /// Deletes only what this program makes, so that a folder that was named by mistake keeps its own files.
    pub(super) fn clear(&self) -> Result<()> {
        for name in [
            "dynamodb.sqlite",
            "dynamodb.sqlite-wal",
            "dynamodb.sqlite-shm",
            "link-key",
        ] {
            match fs::remove_file(self.path(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("{name} cannot be deleted"));
                }
                _ => {}
            }
        }
        match fs::remove_dir_all(self.path("outbox")) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).context("the outbox cannot be deleted")
            }
            _ => Ok(()),
        }
    }
}

/// Readable by the owner only, where the system supports that.
fn write_secret(path: &Path, secret: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(secret.as_bytes())
}
