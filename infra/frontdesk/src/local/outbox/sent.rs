//! A mail as it was sent, and what a mail program reads in it.

use jiff::Timestamp;
use mail_parser::{Address, Message, MessageParser, MimeHeaders, PartType};
use serde::{Deserialize, Serialize};

/// A mail as it was sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SentMail {
    pub(crate) id: String,
    pub(crate) to: Vec<String>,
    pub(crate) from: String,
    pub(crate) reply_to: Vec<String>,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) kind: String,
    /// The id of the mail in the Mail table.
    #[serde(default)]
    pub(crate) mail: String,
    /// The files that are attached, calendar files mostly.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) files: Vec<SentFile>,
    pub(crate) sent_at: Timestamp,
    /// The mail as it goes over the wire (RFC 5322). It has a file of its own; mails that were sent before there was one
    /// have none.
    #[serde(skip)]
    pub(crate) source: String,
}

/// A text file that was sent with a mail.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SentFile {
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) text: String,
}

impl SentMail {
    /// Reads a mail that was sent to these addresses. `None` when no mail program could show it.
    pub(crate) fn read(source: String, to: Vec<String>) -> Option<Self> {
        let message = MessageParser::default().parse(source.as_bytes())?;
        let read = Self {
            id: format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..)),
            to,
            from: addresses(message.from()?).pop()?,
            reply_to: message.reply_to().map(addresses).unwrap_or_default(),
            subject: message.subject()?.to_owned(),
            text: message.body_text(0)?.into_owned().replace('\r', ""),
            html: message.body_html(0)?.into_owned(),
            kind: String::new(),
            mail: String::new(),
            files: files(&message),
            sent_at: Timestamp::UNIX_EPOCH,
            source: String::new(),
        };
        Some(Self { source, ..read })
    }
}

fn addresses(list: &Address<'_>) -> Vec<String> {
    let written = |one: &mail_parser::Addr<'_>| {
        let address = one.address().unwrap_or_default();
        match one.name() {
            Some(name) => format!("\"{name}\" <{address}>"),
            None => address.to_owned(),
        }
    };
    list.iter().map(written).collect()
}

/// What has a name, which are the files, and the calendar part among the forms of the mail, with its media type.
fn files(message: &Message<'_>) -> Vec<SentFile> {
    let event = message.parts.iter().find_map(|part| {
        let kind = part.content_type()?;
        (kind.subtype() == Some("calendar")).then(|| {
            let method = kind.attribute("method").unwrap_or_default();
            format!("text/calendar; charset=utf-8; method={method}")
        })
    });
    let files = message.attachments().filter_map(|part| {
        let name = part.attachment_name()?.to_owned();
        let text = match &part.body {
            PartType::Text(text) => text.to_string(),
            PartType::Binary(bytes) => String::from_utf8(bytes.to_vec()).ok()?,
            _ => return None,
        };
        let media_type = event.clone().unwrap_or_default();
        Some(SentFile {
            name,
            media_type,
            text,
        })
    });
    files.collect()
}
