//! The outbox: every mail that was sent, to look at.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use mail_builder::{MessageBuilder, headers::address::Address};
use maud::html;
use serde::{Deserialize, Serialize};
use shared::pages::Page;

/// A mail as it was sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SentMail {
    pub(super) id: String,
    pub(super) to: Vec<String>,
    pub(super) from: String,
    pub(super) reply_to: Vec<String>,
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
    pub(super) kind: String,
    /// The files that go with it, calendar files mostly.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) files: Vec<SentFile>,
    pub(super) sent_at: Timestamp,
}

/// A text file that was sent with a mail.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SentFile {
    pub(super) name: String,
    pub(super) media_type: String,
    pub(super) text: String,
}

/// The mails in the order in which they were sent, a file each; clones share them.
#[derive(Clone)]
pub(super) struct SentMails {
    folder: PathBuf,
    mails: Arc<Mutex<Vec<SentMail>>>,
}

impl SentMails {
    pub(super) fn open(folder: &Path) -> Result<Self> {
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
            serde_json::from_slice(&text)
                .with_context(|| format!("{} is not a mail", path.display()))
        };
        let mails = files.iter().map(read).collect::<Result<Vec<_>>>()?;
        Ok(Self {
            folder: folder.to_owned(),
            mails: Arc::new(Mutex::new(mails)),
        })
    }

    pub(super) fn keep(&self, mail: SentMail) -> io::Result<()> {
        let mut mails = self.mails.lock().unwrap_or_else(PoisonError::into_inner);
        let name = format!("{:08}-{}", mails.len(), mail.id);
        let unfinished = self.folder.join(format!("{name}.part"));
        let mut file = fs::File::create(&unfinished)?;
        file.write_all(&serde_json::to_vec_pretty(&mail)?)?;
        fs::rename(unfinished, self.folder.join(format!("{name}.json")))?;
        mails.push(mail);
        Ok(())
    }

    pub(super) fn mails(&self) -> Vec<SentMail> {
        self.mails
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(super) fn find(&self, id: &str) -> Option<SentMail> {
        self.mails().into_iter().find(|mail| mail.id == id)
    }
}

impl SentMail {
    /// The mail as it goes over the wire (RFC 5322).
    pub(super) fn rfc822(&self) -> io::Result<Vec<u8>> {
        let (name, address) = match self.from.split_once(" <") {
            Some((name, rest)) => (name.trim_matches('"'), rest.trim_end_matches('>')),
            None => ("", self.from.as_str()),
        };
        let plain = |list: &'_ [String]| -> Vec<Address<'static>> {
            list.iter()
                .map(|address| Address::from(address.clone()))
                .collect()
        };
        let mut message = MessageBuilder::new()
            .message_id(format!("{}@ses.local", self.id))
            .date(self.sent_at.as_second())
            .from((name.to_owned(), address.to_owned()))
            .to(Address::new_list(plain(&self.to)))
            .reply_to(Address::new_list(plain(&self.reply_to)))
            .subject(self.subject.as_str())
            .text_body(self.text.as_str())
            .html_body(self.html.as_str());
        for file in &self.files {
            let (name, text) = (file.name.as_str(), file.text.as_str());
            message = message.attachment(file.media_type.as_str(), name, text);
        }
        message.write_to_vec()
    }
}

/// The outbox as a page, the newest mail first.
pub(super) fn outbox_page(mails: &[SentMail]) -> Page {
    Page::new(
        "Outbox",
        &html! {
            @if mails.is_empty() { p { "No mail was sent yet. Send a message or ask for an appointment first." } }
            @for mail in mails.iter().rev() {
                article {
                    h2 { (mail.subject) }
                    p.small {
                        "To " strong { (mail.to.join(", ")) } ", from " (mail.from)
                        ", answers to " (mail.reply_to.join(", ")) br;
                        time datetime=(mail.sent_at) { (mail.sent_at.strftime("%Y-%m-%d %H:%M:%S UTC")) } " · " (mail.kind) " · "
                        a href={ "/_local/outbox/" (mail.id) } { "as sent" }
                    }
                    iframe title={ "The mail: " (mail.subject) } src={ "/_local/outbox/" (mail.id) "/html" } loading="lazy" width="100%" height="480" {}
                    details { summary { "Text" } pre { (mail.text) } }
                    @for file in &mail.files {
                        details { summary { (file.name) } pre { (file.text) } }
                    }
                }
            }
        },
    )
}
