//! A person's mails: finding, exporting and erasing them.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::Client;
use jiff::Timestamp;
use serde_json::Value;
use shared::{
    clinic::Clinic,
    environment::{Environment, MissingVariable},
    outbox::{Audience, Digest, Letter, Outbox, RawMail, Scanned, StoredMail, StoredPart},
    records::{Belonging, Identity, Record, without},
    reference::Reference,
    store::{Change, Error},
    values::{EmailAddress, PhoneNumber},
};

/// What is stored about people in the Mail table, for the operators' program.
pub struct MailRecords(Outbox);

/// A person's mails, and what concerns them in mails about several people.
#[derive(Debug)]
pub struct Mails {
    /// Mails about their messages and bookings, and mails to or from them.
    pub records: Vec<Record>,
    /// The changes that take the lines about them out of digests. `None` when a digest names them that this
    /// version cannot read.
    pub lines: Option<Vec<Change>>,
}

impl MailRecords {
    /// From `MAIL_TABLE`.
    ///
    /// # Errors
    /// When it is missing.
    pub fn open(client: &Client, environment: &Environment) -> Result<Self, MissingVariable> {
        let name = environment.require("MAIL_TABLE")?;
        Ok(Self(Outbox::new(client.clone(), name)))
    }

    /// The name of the table.
    #[must_use]
    pub fn table(&self) -> &str {
        self.0.name()
    }

    /// The mails to or from this person's address, and those about what has these references. Digests are searched
    /// for the references of `erased` as well.
    ///
    /// # Errors
    /// When the store does not answer, or this version cannot tell what a mail to or from the person is about.
    pub async fn find(
        &self,
        person: &Identity,
        clinic: &Clinic,
        references: &BTreeSet<Reference>,
        erased: &BTreeSet<Reference>,
        now: Timestamp,
    ) -> Result<Mails, Error> {
        let Scanned {
            mails,
            parts,
            unreadable,
        } = self.0.all().await?;
        let theirs = mails.iter().filter_map(|mail| {
            let reference = mail.letter.reference()?;
            let mut named = mail.letter.references().into_iter();
            let theirs = named.any(|one| references.contains(one)) || concerns(mail, person);
            theirs.then(|| self.record(mail, reference, now))
        });
        let mut records = theirs.collect::<Result<Vec<Record>, _>>()?;
        let is_staff = person.gave(Some(clinic.mail().staff.as_str()), None);
        for mail in &unreadable {
            let about = mail.reference();
            let about_theirs = about.is_some_and(|reference| references.contains(&reference));
            if about_theirs || (!is_staff && mail.has(person.as_str())) {
                records.push(self.unreadable(mail)?);
            }
        }
        // That mail came back from their address is forgotten with them.
        if let (Some(record), Ok(address)) =
            (records.first_mut(), EmailAddress::parse(person.as_str()))
        {
            record
                .erasure
                .get_or_insert_default()
                .push(self.0.forget(&address));
        }
        let about = records.iter().map(|record| record.reference.clone());
        let known: BTreeSet<Reference> = about.chain(references | erased).collect();
        let names_them = |mail: &RawMail| known.iter().any(|r| mail.has(r.as_str()));
        let mut digests = unreadable.iter().filter(|mail| mail.reference().is_none());
        let of_parts = parts
            .iter()
            .filter_map(|part| self.strike_part(part, &known));
        let of_mails = mails.iter().filter_map(|mail| self.strike(mail, &known));
        let lines = of_parts.chain(of_mails);
        Ok(Mails {
            lines: (!digests.any(names_them)).then(|| lines.collect()),
            records,
        })
    }

    /// The part of a write that counts an erasure, when what was found is gone.
    #[must_use]
    pub fn count_erasure(&self) -> Change {
        self.0.count_erasure()
    }

    fn record(
        &self,
        mail: &StoredMail,
        reference: &Reference,
        now: Timestamp,
    ) -> Result<Record, Error> {
        let live = !mail.expires_at.is_past(now);
        Ok(Record {
            reference: reference.clone(),
            kind: Belonging::Mail {
                waiting: mail.is_waiting(),
            },
            description: String::new(),
            export: live.then(|| export(mail)).transpose()?,
            erasure: Some(vec![self.0.delete(&mail.id)]),
        })
    }

    /// A mail that this version cannot read. Its id says what it is about.
    fn unreadable(&self, mail: &RawMail) -> Result<Record, Error> {
        let waiting = mail.is_waiting();
        Ok(Record {
            reference: mail.reference().ok_or_else(|| self.0.unreadable())?,
            kind: Belonging::Mail { waiting },
            description: String::new(),
            export: Some(mail.export()?),
            erasure: Some(vec![self.0.delete(mail.id())]),
        })
    }

    /// Takes the lines about these references out of a digest; `None` when it has none.
    fn strike(&self, mail: &StoredMail, references: &BTreeSet<Reference>) -> Option<Change> {
        let Letter::Digest(digest) = &mail.letter else {
            return None;
        };
        let left = Digest {
            sections: digest.sections.without(references)?,
            ..digest.clone()
        };
        Some(self.0.rewrite(mail, left))
    }

    /// The same for a part that no digest was made of yet.
    fn strike_part(&self, part: &StoredPart, references: &BTreeSet<Reference>) -> Option<Change> {
        let left = part.sections.without(references)?;
        Some(self.0.strike(part, left))
    }
}

/// Whether a mail is from the person or to them. The clinic's own address is that of all mails to staff, and
/// of nobody in particular.
fn concerns(mail: &StoredMail, person: &Identity) -> bool {
    let address = match mail.letter.kind().audience() {
        Audience::Visitor => Some(&mail.to),
        Audience::Staff => mail.letter.reply_to(),
    };
    let (email, phone) = (address.map(EmailAddress::as_str), mail.letter.phone());
    person.gave(email, phone.map(PhoneNumber::as_str))
}

/// The mail without what only the table needs, and without the link by which staff decide.
fn export(mail: &StoredMail) -> Result<Value, Error> {
    let whole = serde_json::to_value(mail);
    let mut mail = whole.map_err(|error| Error::unwritable("mail", error))?;
    if let Some(letter) = mail.get_mut("letter") {
        *letter = without(letter.take(), &["review_url"]);
    }
    Ok(without(mail, &["queue"]))
}
