//! The mails in a folder.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context as _, Result};

use super::sent::SentMail;

/// The mails in the order in which they were sent; clones share them. Each has a file with what was read in it, and one with
/// the mail as it was sent, which is written first.
#[derive(Clone)]
pub(crate) struct SentMails {
    folder: PathBuf,
    mails: Arc<Mutex<Vec<SentMail>>>,
}

impl SentMails {
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).context("the outbox folder cannot be made")?;
        let mut files: Vec<PathBuf> = fs::read_dir(folder)
            .context("the outbox folder cannot be read")?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| {
                path.extension()
                    .is_some_and(|extension| extension == "json")
            })
            .collect();
        files.sort();
        let read = |path: &PathBuf| -> Result<SentMail> {
            let text = fs::read(path)?;
            let read = serde_json::from_slice(&text);
            let mail: SentMail =
                read.with_context(|| format!("{} is not a mail", path.display()))?;
            // Mails of earlier versions have no file of their own.
            let source = fs::read_to_string(path.with_extension("eml")).unwrap_or_default();
            Ok(SentMail { source, ..mail })
        };
        let mails = files.iter().map(read).collect::<Result<Vec<_>>>()?;
        Ok(Self {
            folder: folder.to_owned(),
            mails: Arc::new(Mutex::new(mails)),
        })
    }

    pub(crate) fn keep(&self, mail: SentMail) -> io::Result<()> {
        let mut mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        let name = format!("{:08}-{}", mails.len(), mail.id);
        fs::write(self.folder.join(format!("{name}.eml")), &mail.source)?;
        let unfinished = self.folder.join(format!("{name}.part"));
        let mut file = fs::File::create(&unfinished)?;
        file.write_all(&serde_json::to_vec_pretty(&mail)?)?;
        fs::rename(unfinished, self.folder.join(format!("{name}.json")))?;
        mails.push(mail);
        Ok(())
    }

    pub(crate) fn mails(&self) -> Vec<SentMail> {
        self.mails
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn find(&self, id: &str) -> Option<SentMail> {
        self.mails().into_iter().find(|mail| mail.id == id)
    }
}
