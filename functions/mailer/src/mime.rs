//! A mail as it goes over the wire (RFC 5322, RFC 2045).

use std::io;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use mail_builder::{
    MessageBuilder,
    headers::{HeaderType, address::Address, content_type::ContentType, raw::Raw, text::Text},
    mime::MimePart,
};
use shared::{clinic::Clinic, outbox::StoredMail};

use crate::letters::{self, CalendarFile, Document};

/// The value of a header, in one line: it has none of the characters with which another header could begin (RFC 5322,
/// 2.2).
#[derive(Debug)]
struct HeaderValue(String);

impl HeaderValue {
    fn of(text: &str) -> Self {
        let words = text.split(|c: char| c.is_control() || c.is_whitespace());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        Self(words.join(" "))
    }

    /// As a header. What looks like an encoded word is one to every reader (RFC 2047, 5), so that it is encoded itself.
    fn header(self) -> HeaderType<'static> {
        if !self.0.contains("=?") {
            return Text::new(self.0).into();
        }
        let mut words: Vec<String> = Vec::new();
        for c in self.0.chars() {
            match words.last_mut() {
                Some(word) if word.len() + c.len_utf8() <= ENCODED => word.push(c),
                _ => words.push(c.to_string()),
            }
        }
        let words = words
            .iter()
            .map(|word| format!("=?utf-8?B?{}?=", STANDARD.encode(word)));
        Raw::new(words.collect::<Vec<_>>().join(" ")).into()
    }
}

/// How many bytes fit into an encoded word on the header's first line, which has 76 characters (RFC 2047, 2).
const ENCODED: usize = 36;

/// The whole mail. SES replaces its `Message-ID` and its `Date`.
///
/// # Errors
/// When the message cannot be written to memory, which does not depend on what it says.
pub(crate) fn message(
    mail: &StoredMail,
    document: &Document,
    file: Option<&CalendarFile>,
    clinic: &Clinic,
    now: Timestamp,
) -> io::Result<Vec<u8>> {
    let sender = clinic.mail();
    let HeaderValue(from_name) = HeaderValue::of(&sender.from_name);
    let subject = HeaderValue::of(document.subject());
    let domain = sender.domain();
    let address = |name: Option<String>, email: &str| Address::new_address(name, email.to_owned());
    let mut message = MessageBuilder::new()
        .from(address(Some(from_name), sender.from.as_str()))
        .to(address(None, mail.to.as_str()))
        .reply_to(address(
            None,
            letters::reply_to(&mail.letter, clinic).as_str(),
        ))
        .header("Subject", subject.header())
        .date(now.as_second())
        .message_id(format!("{}@{domain}", atom(&mail.id)))
        // Programs that answer by themselves leave such a mail alone (RFC 3834, 5), Exchange only with the second one.
        .header("Auto-Submitted", Text::new("auto-generated"))
        .header("X-Auto-Response-Suppress", Text::new("OOF, AutoReply"));
    if let Some(reference) = mail.letter.reference() {
        // No mail has this id: it is what all mails about the same message or booking have in common.
        let thread = format!("{}@{domain}", reference.as_str());
        message = message.in_reply_to(thread.clone()).references(thread);
    }
    message.body(body(document, file)).write_to_vec()
}

/// The text and the HTML. A calendar file is one more form of the same, which mail programs act on, and is also attached
/// for those who want to open it elsewhere.
fn body<'a>(document: &Document, file: Option<&'a CalendarFile>) -> MimePart<'a> {
    let mut forms = vec![
        MimePart::new("text/plain", document.text()),
        MimePart::new("text/html", document.html()),
    ];
    let event = file.map(|file| {
        let kind = ContentType::new("text/calendar")
            .attribute("charset", "utf-8")
            .attribute("method", file.method);
        MimePart::new(kind, file.text.as_str())
    });
    forms.extend(event);
    let forms = MimePart::new("multipart/alternative", forms);
    let Some(file) = file else {
        return forms;
    };
    let attached = MimePart::new(
        ContentType::new("application/ics").attribute("name", NAME),
        file.text.as_bytes(),
    );
    MimePart::new("multipart/mixed", vec![forms, attached.attachment(NAME)])
}

/// What the attached calendar file is called.
const NAME: &str = "invite.ics";

/// An id in the characters that a message id may hold (RFC 5322, 3.2.3), as far as these go.
fn atom(id: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    id.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_value_is_one_line_whatever_it_is_made_from() {
        for (text, value) in [
            ("Ada\r\nBcc: x@y", "Ada Bcc: x@y"),
            ("\r\n\r\n<html>", "<html>"),
            ("a\u{0}b\u{85}c\u{2028}d\te", "a b c d e"),
            ("  Zoë  \u{1f9b6} ", "Zoë \u{1f9b6}"),
        ] {
            assert_eq!(HeaderValue::of(text).0, value);
        }
    }
}
