//! All of the mail table, for an operator's command.

use super::{
    digest_parts::{StoredPart, is_part},
    erasures::is_erasures,
    letter::Letter,
    mail::{StoredMail, WHAT},
    notes::is_note,
    raw::RawMail,
    returned::is_address,
    table::{Outbox, key},
};
use crate::{
    guard::is_count,
    store::{Change, Error, text},
};

/// What is in the mail table about people.
#[derive(Debug, Default)]
pub struct Scanned {
    pub mails: Vec<StoredMail>,
    /// The parts of digests that the mailer has not made a mail of yet.
    pub parts: Vec<StoredPart>,
    /// The mails and parts that this version cannot read.
    pub unreadable: Vec<RawMail>,
}

/// Whether an item of the mail table with this id is a mail. It also has counts of people, addresses that are held back,
/// parts of digests and notes for them, and a count of erasures.
#[must_use]
pub fn is_mail(id: &str) -> bool {
    let others = [is_count, is_address, is_part, is_note, is_erasures];
    !others.iter().any(|is_other| is_other(id))
}

impl Outbox {
    /// All mails and parts of digests.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn all(&self) -> Result<Scanned, Error> {
        let mut scanned = Scanned::default();
        for item in self.table().scan(WHAT).await? {
            let id = text(&item, "id").unwrap_or_default();
            if item.contains_key("letter") && !is_count(id) {
                match self.read(item.clone()) {
                    Ok(mail) => scanned.mails.push(mail),
                    Err(_) => scanned.unreadable.push(RawMail(item)),
                }
            } else if is_part(id) {
                match self.read_part(item.clone()) {
                    Ok(part) => scanned.parts.push(part),
                    Err(_) => scanned.unreadable.push(RawMail(item)),
                }
            }
            // Withdrawing a mail that is gone leaves a mark, which is no mail.
        }
        Ok(scanned)
    }

    /// The part of a write that deletes a mail.
    #[must_use]
    pub fn delete(&self, id: &str) -> Change {
        self.table().delete(&key(id))
    }

    /// The part of a write that puts `digest` in the place of what a mail says, on the condition that no mailer has taken the
    /// mail since it was read. A mail that waits and would be empty is deleted.
    #[must_use]
    pub fn rewrite(&self, mail: &StoredMail, digest: super::Digest) -> Change {
        let key = key(&mail.id);
        let change = if digest.is_empty() && mail.is_waiting() {
            self.table().delete(&key)
        } else {
            let change = self.table().update(&key, "SET letter = :letter");
            change.value(":letter", Letter::from(digest))
        };
        change
            .condition("attempts = :attempts")
            .value(":attempts", mail.attempts)
    }

    /// The error of a mail that this version cannot read.
    #[must_use]
    pub fn unreadable(&self) -> Error {
        self.table().unreadable(WHAT)
    }
}
