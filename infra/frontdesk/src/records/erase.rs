//! Erasing everything about one person.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use anyhow::{Context as _, Result, bail};
use jiff::Timestamp;
use shared::{
    audit::Action,
    records::{Belonging, Identity, Record},
    reference::Reference,
    store::{Change, Uncommitted, Write},
};

use super::{Part, Person, Records};

/// How many times it looks for more.
const ROUNDS: usize = 10;

/// How many items one write erases: `DynamoDB` takes 100 in a transaction.
const MOST_AT_ONCE: usize = 50;

const UNREADABLE_DIGEST: &str = "nothing was erased: a newer version queued a digest that names this person, \
    so run the command of that version";

impl Records {
    /// Erases everything: first the mails and the idempotency records of each message and booking, then itself, with a
    /// line in the audit trail. The time of an appointment to come becomes free.
    ///
    /// A mail may be queued meanwhile, so it looks again until nothing is left. If it breaks off, the next
    /// run erases the rest.
    ///
    /// # Errors
    /// When the store does not answer, or there is more each time.
    pub async fn erase(&self, identity: &Identity, now: Timestamp) -> Result<BTreeSet<Reference>> {
        let mut erased = BTreeSet::new();
        for _ in 0..ROUNDS {
            let person = self.person(identity, &erased, now).await?;
            if person.is_empty() {
                return Ok(erased);
            }
            if self
                .strike(person.lines.context(UNREADABLE_DIGEST)?)
                .await?
            {
                erased.extend(self.erase_belongings(person.belongings, now).await?);
                self.count_erasure().await?;
            }
        }
        bail!("not everything was erased, because more was stored meanwhile: run the command again")
    }

    /// Erases one message by its reference, without reading tables through: one that nobody wrote, and that no mail is
    /// about. The record of its post holds the reference alone, and expires within a day.
    ///
    /// # Errors
    /// When the store does not answer, the message is not there, or it changes meanwhile.
    pub async fn erase_message(&self, reference: &Reference, now: Timestamp) -> Result<()> {
        let found = self
            .contact
            .find_message(reference, &self.clinic, now)
            .await?;
        let message = found.with_context(|| format!("{reference} was taken, but is not stored"))?;
        self.count_erasure().await?;
        if !self.erase_one(reference, vec![message], now).await? {
            bail!("{reference} was not erased, because it changed meanwhile");
        }
        Ok(())
    }

    /// Takes the person's lines out of digests. Returns whether all digests were as they had been read.
    async fn strike(&self, lines: Vec<Change>) -> Result<bool> {
        for line in lines {
            let mut write = Write::of("digest");
            write.add(Part::Erasure, line);
            if !done(write.commit(&self.client).await)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Refuses what was read of the person before, and is written down only now.
    async fn count_erasure(&self) -> Result<()> {
        let mut write = Write::of("erasure");
        write.add(Part::Erasure, self.mails.count_erasure());
        write.commit(&self.client).await?;
        Ok(())
    }

    async fn erase_belongings(
        &self,
        belongings: BTreeMap<Reference, Vec<Record>>,
        now: Timestamp,
    ) -> Result<Vec<Reference>> {
        let mut erased = Vec::new();
        for (reference, records) in belongings {
            let again = || format!("{reference} was not erased: run the command again");
            if self
                .erase_one(&reference, records, now)
                .await
                .with_context(again)?
            {
                erased.push(reference);
            }
        }
        Ok(erased)
    }

    /// Returns whether everything was as it had been read. What comes along may be more than one write can hold.
    async fn erase_one(
        &self,
        reference: &Reference,
        records: Vec<Record>,
        now: Timestamp,
    ) -> Result<bool> {
        let (mut along, mut itself) = (Vec::new(), Write::of("erasure"));
        for record in records {
            let is_itself = matches!(
                record.kind,
                Belonging::Message | Belonging::Booking | Belonging::Waiting
            );
            let changes = record.erasure.with_context(|| cannot_read(reference))?;
            for change in changes {
                if is_itself {
                    itself.add(Part::Erasure, change);
                } else {
                    along.push(change);
                }
            }
        }
        let mut along = along.into_iter().peekable();
        while along.peek().is_some() {
            let mut write = Write::of("erasure");
            for change in along.by_ref().take(MOST_AT_ONCE) {
                write.add(Part::Erasure, change);
            }
            if !done(write.commit(&self.client).await)? {
                return Ok(false);
            }
        }
        let subject = vec![reference.to_string()];
        itself.add(Part::Audit, self.entry(Action::ErasedPerson, subject, now)?);
        done(itself.commit(&self.client).await)
    }
}

impl Person {
    /// What would be erased, a line for each message and booking; nothing that people wrote.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut lines = String::new();
        for (reference, records) in &self.belongings {
            let _ = writeln!(lines, "  {reference}: {}", describe(records));
        }
        lines
    }
}

fn describe(records: &[Record]) -> String {
    let described = records
        .iter()
        .filter(|record| !record.description.is_empty());
    let mut parts: Vec<String> = described.map(|record| record.description.clone()).collect();
    let count = |is: fn(Belonging) -> bool| records.iter().filter(|record| is(record.kind)).count();
    let mails = counted(count(|kind| matches!(kind, Belonging::Mail { .. })), "mail");
    parts.push(
        match count(|kind| matches!(kind, Belonging::Mail { waiting: true })) {
            0 => mails,
            unsent => format!("{mails} ({unsent} will not be sent)"),
        },
    );
    let posts = count(|kind| kind == Belonging::IdempotencyRecord);
    parts.push(counted(posts, "idempotency record"));
    parts.join(", ")
}

fn cannot_read(reference: &Reference) -> String {
    format!("{reference} was not erased: this version cannot read it, so erase it with a newer one")
}

fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

/// Whether the write was made; it was not if something has changed since it was read.
fn done(written: Result<(), Uncommitted<Part>>) -> Result<bool> {
    match written {
        Ok(()) => Ok(true),
        Err(Uncommitted::Refused(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
