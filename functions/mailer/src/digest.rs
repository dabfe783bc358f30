//! The daily digest: the mailer writes its own part of it, about mails that did not arrive, and makes one mail of all parts.

use std::sync::PoisonError;

use jiff::{SignedDuration, Timestamp};
use shared::{
    clinic::{Clinic, DigestDay},
    outbox::{
        Digest, DigestParts, Letter, Lines, Mail, MailState, Owner, Sections, StoredPart,
        Undelivered,
    },
    store::{self, Uncommitted, Write},
};

use crate::{Mailer, MailerError};

/// Whose parts make a digest.
const OWNERS: [Owner; 3] = [Owner::Mail, Owner::Contact, Owner::Booking];
/// How long the parts of others are waited for. Their owners try several times an hour.
const PATIENCE: SignedDuration = SignedDuration::from_mins(35);
/// How many noted mails are looked at, from the first on and from the last back. Those between are counted.
const LOOKED_AT: usize = 100;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Mail,
    OwnersPart,
}

/// An owner's part of a day's digest, as the mailer finds it.
enum Found {
    Written(Box<StoredPart>),
    Missing,
    /// Only another version can read it.
    Unreadable,
}

/// What became of a day's digest.
enum Outcome {
    /// It is a mail now, of this id.
    Queued(String),
    /// It was a mail already, or there was nothing to tell.
    Done,
    /// It still waits for parts.
    Waiting,
}

impl Found {
    fn is_written(&self) -> bool {
        matches!(self, Self::Written(_))
    }

    fn is_merged(&self) -> bool {
        matches!(self, Self::Written(part) if part.is_merged())
    }
}

impl Mailer {
    /// Sends the day's digest, once all its parts are there, or when the other owners have had their time. An empty one is not sent.
    ///
    /// # Errors
    /// When there is no clinic, or the store does not answer. The next sweep tries again.
    pub(crate) async fn digest(&self) -> Result<(), MailerError> {
        let Some(clinic) = self.clinic.published().await? else {
            return Ok(());
        };
        let now = self.clock.now();
        let day = clinic.digest_day(now);
        if *self.digested.lock().unwrap_or_else(PoisonError::into_inner) == Some(day.date) {
            return Ok(());
        }
        self.write_own_part(&clinic, now).await?;
        let outcome = self.merge(day, &clinic, now).await?;
        if !matches!(outcome, Outcome::Waiting) {
            let mut digested = self.digested.lock().unwrap_or_else(PoisonError::into_inner);
            *digested = Some(day.date);
        }
        match outcome {
            Outcome::Queued(id) => self.deliver(&id).await,
            Outcome::Done | Outcome::Waiting => Ok(()),
        }
    }

    /// Writes the mailer's part of the day, unless it is there.
    async fn write_own_part(&self, clinic: &Clinic, now: Timestamp) -> Result<(), store::Error> {
        let parts = DigestParts::of(Owner::Mail);
        let Some(due) = parts.due(&self.outbox, clinic, now).await? else {
            return Ok(());
        };
        let sections = Sections {
            undelivered: self.undelivered(due.day.until, now).await?,
            ..Sections::default()
        };
        parts.write(&self.outbox, due, sections, now).await?;
        Ok(())
    }

    /// Makes a mail of the parts, if it is time.
    async fn merge(
        &self,
        day: DigestDay,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<Outcome, store::Error> {
        let mut parts = Vec::new();
        for owner in OWNERS {
            parts.push((owner, self.found(owner, day).await?));
        }
        if parts.iter().any(|(_, found)| found.is_merged()) {
            return Ok(Outcome::Done);
        }
        let are_all_there = parts.iter().all(|(_, found)| found.is_written());
        // After an outage the others start at the same time as the mailer, whose part says when.
        let since = match &parts[..] {
            [(Owner::Mail, Found::Written(own)), ..] => own.written_at.0,
            // Somebody was erased meanwhile, so it is written once more.
            [(Owner::Mail, Found::Missing), ..] => return Ok(Outcome::Waiting),
            _ => day.until,
        };
        if !are_all_there && now.duration_since(since) < PATIENCE {
            return Ok(Outcome::Waiting);
        }
        let mut write = Write::of("digest");
        let letter = self.take_over(parts, day, now, &mut write);
        let mut outcome = Outcome::Done;
        if !letter.is_empty() {
            let letter = Letter::from(letter);
            outcome = Outcome::Queued(letter.id(0));
            let to = clinic.mail().staff.clone();
            let keep_days = clinic.retention().mails_days;
            let mail = self.outbox.queue(Mail { to, letter }, now, 0, keep_days)?;
            write.add(Part::Mail, mail);
        }
        match write.commit(self.outbox.client()).await {
            Ok(()) => Ok(outcome),
            // Another sweep was first, or a part has changed since it was read.
            Err(Uncommitted::Refused(_)) => Ok(Outcome::Waiting),
            Err(error) => Err(error.into()),
        }
    }

    /// The letter of these parts, whose content moves from them to it.
    fn take_over(
        &self,
        parts: Vec<(Owner, Found)>,
        day: DigestDay,
        now: Timestamp,
        write: &mut Write<Part>,
    ) -> Digest {
        let (mut sections, mut missing) = (Sections::default(), Vec::new());
        for (owner, found) in parts {
            let change = match found {
                Found::Written(part) => {
                    sections.join(part.sections.clone());
                    self.outbox.merge(&part, now)
                }
                Found::Missing => {
                    missing.push(owner);
                    self.outbox.skip_missing(owner, day.date, now)
                }
                Found::Unreadable => {
                    missing.push(owner);
                    self.outbox.skip_unreadable(owner, day.date, now)
                }
            };
            write.add(Part::OwnersPart, change);
        }
        Digest {
            date: day.date,
            until: day.until,
            sections,
            missing,
        }
    }

    async fn found(&self, owner: Owner, day: DigestDay) -> Result<Found, store::Error> {
        match self.outbox.part(owner, day.date).await {
            Ok(Some(part)) => Ok(Found::Written(Box::new(part))),
            Ok(None) => Ok(Found::Missing),
            Err(store::Error::Unreadable { .. }) => Ok(Found::Unreadable),
            Err(error) => Err(error),
        }
    }

    /// The mails that were given up or came back, that no digest has told of, and that staff have not seen to.
    async fn undelivered(
        &self,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Lines<Undelivered>, store::Error> {
        let noted = self.outbox.noted(until).await?;
        let between = LOOKED_AT..noted.len().saturating_sub(LOOKED_AT).max(LOOKED_AT);
        let mut lines = Lines::default();
        for (number, mail) in noted.iter().enumerate() {
            if between.contains(&number) {
                continue;
            }
            match self.failure(mail).await? {
                Some(failure) => lines.add(failure),
                None => self.forget_note(mail, now).await?,
            }
        }
        lines.left_out += u32::try_from(between.len()).unwrap_or(u32::MAX);
        Ok(lines)
    }

    /// What staff were told about a mail. `None` when the notice or the mail is gone, or the mail has arrived after all.
    async fn failure(&self, mail: &str) -> Result<Option<Undelivered>, store::Error> {
        let Some(notice) = self.outbox.noted_notice(mail).await? else {
            return Ok(None);
        };
        let notice = match self.outbox.get(&notice).await {
            Err(store::Error::Unreadable { .. }) => None,
            found => found?,
        };
        let Some(Letter::Undelivered(failure)) = notice.map(|notice| notice.letter) else {
            return Ok(None);
        };
        let is_open = match self.outbox.get(mail).await {
            // It still waits for a version that can read it.
            Err(store::Error::Unreadable { .. }) => true,
            found => found?.is_some_and(|mail| {
                matches!(
                    mail.state(),
                    MailState::Failed | MailState::Bounced | MailState::Complained
                )
            }),
        };
        Ok(is_open.then_some(failure))
    }

    async fn forget_note(&self, mail: &str, now: Timestamp) -> Result<(), store::Error> {
        let mut write = Write::of("note");
        write.add(Part::Mail, self.outbox.told(mail, now));
        Ok(write.commit(self.outbox.client()).await?)
    }
}
