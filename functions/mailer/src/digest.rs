//! The daily digest: the mailer writes its own part of it, about mails that did not arrive, and makes one mail of all parts.

use std::sync::PoisonError;

use jiff::{SignedDuration, Timestamp, ToSpan as _};
use shared::{
    clinic::{Clinic, DigestDay},
    outbox::{
        Digest, DigestParts, Letter, Lines, Mail, MailState, Owner, Sections, StoredPart,
        Undelivered,
    },
    store::{self, Uncommitted, Write},
};

use crate::{Mailer, MailerError};

/// Who else writes a part.
const OTHERS: [Owner; 2] = [Owner::Contact, Owner::Booking];
/// How long the other parts are waited for. Their owners try several times an hour.
const PATIENCE: SignedDuration = SignedDuration::from_mins(35);
/// How many days back the digest before this one is looked for: notes are kept for longer.
const LOOK_BACK_DAYS: i32 = 5;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Mail,
    /// The part of an owner.
    Merged,
}

/// An owner's part of a day's digest, as the mailer finds it.
enum Found {
    Written(Box<StoredPart>),
    Missing,
    /// Only another version can read it.
    Unreadable,
}

/// What became of a day's digest.
enum Merged {
    /// It is a mail now, of this id.
    Queued(String),
    /// It was a mail already, or there was nothing to tell.
    Before,
    /// Parts of it are still waited for.
    Later,
}

impl Found {
    fn is_written(&self) -> bool {
        matches!(self, Self::Written(_))
    }
}

impl Mailer {
    /// Sends the day's digest, once all its parts are there, or when the other owners have had their time. There is none when
    /// there is nothing to tell.
    ///
    /// # Errors
    /// When there is no clinic, or the store does not answer. The next sweep tries again.
    pub(crate) async fn digest(&self) -> Result<(), MailerError> {
        let clinic = self.clinic.current().await?;
        let now = self.clock.now();
        let day = clinic.digest_day(now);
        if *self.digested.lock().unwrap_or_else(PoisonError::into_inner) == Some(day.date) {
            return Ok(());
        }
        let own = self.own_part(day, &clinic, now).await?;
        let merged = if own.is_merged() {
            Merged::Before
        } else {
            self.merge(&own, day, &clinic, now).await?
        };
        if !matches!(merged, Merged::Later) {
            let mut digested = self.digested.lock().unwrap_or_else(PoisonError::into_inner);
            *digested = Some(day.date);
        }
        match merged {
            Merged::Queued(id) => self.deliver(&id).await,
            Merged::Later | Merged::Before => Ok(()),
        }
    }

    /// The mailer's part, which is written first if it has not been.
    async fn own_part(
        &self,
        day: DigestDay,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<StoredPart, store::Error> {
        if let Some(part) = self.outbox.part(Owner::Mail, day.date).await? {
            return Ok(part);
        }
        let sections = Sections {
            undelivered: self.undelivered(day, clinic).await?,
            ..Sections::default()
        };
        let parts = DigestParts::of(Owner::Mail);
        parts.write(&self.outbox, day, sections, now).await?;
        let written = self.outbox.part(Owner::Mail, day.date).await?;
        written.ok_or_else(|| self.outbox.unreadable())
    }

    /// Makes a mail of the parts, if it is time.
    async fn merge(
        &self,
        own: &StoredPart,
        day: DigestDay,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<Merged, store::Error> {
        let mut others = Vec::new();
        for owner in OTHERS {
            others.push((owner, self.found(owner, day).await?));
        }
        let are_all_there = others.iter().all(|(_, found)| found.is_written());
        if !are_all_there && now.duration_since(own.written_at.0) < PATIENCE {
            return Ok(Merged::Later);
        }
        let mut write = Write::of("digest");
        let (mut sections, mut missing) = (own.sections.clone(), Vec::new());
        write.add(Part::Merged, self.outbox.merge(own, now));
        for (owner, found) in others {
            let change = match found {
                Found::Written(part) => {
                    sections.join(part.sections.clone());
                    self.outbox.merge(&part, now)
                }
                Found::Missing | Found::Unreadable => {
                    missing.push(owner);
                    let is_unreadable = matches!(found, Found::Unreadable);
                    self.outbox.go_without(owner, day.date, is_unreadable, now)
                }
            };
            write.add(Part::Merged, change);
        }
        let mut merged = Merged::Before;
        if !sections.is_empty() || !missing.is_empty() {
            let letter = Letter::from(Digest {
                date: day.date,
                until: day.until,
                sections,
                missing,
            });
            merged = Merged::Queued(letter.id(0));
            let to = clinic.mail().staff.clone();
            let keep_days = clinic.retention().mails_days;
            let mail = self.outbox.queue(Mail { to, letter }, now, 0, keep_days)?;
            write.add(Part::Mail, mail);
        }
        match write.commit(self.outbox.client()).await {
            Ok(()) => Ok(merged),
            // Another sweep was first, or a part has changed since it was read.
            Err(Uncommitted::Refused(_)) => Ok(Merged::Later),
            Err(error) => Err(error.into()),
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

    /// The mails that were given up or came back since the digest before, and that have not arrived since.
    async fn undelivered(
        &self,
        day: DigestDay,
        clinic: &Clinic,
    ) -> Result<Lines<Undelivered>, store::Error> {
        let since = self.digest_before(day, clinic).await?;
        let mut notices = Lines::default();
        for notice in self.outbox.noted(since, day.until).await? {
            notices.add(notice);
        }
        let mut lines = Lines {
            left_out: notices.left_out,
            ..Lines::default()
        };
        for notice in &notices.first {
            lines.first.extend(self.failure(notice).await?);
        }
        for notice in &notices.last {
            lines.last.extend(self.failure(notice).await?);
        }
        Ok(lines)
    }

    /// The moment up to which the digest before this one told of failures.
    async fn digest_before(
        &self,
        day: DigestDay,
        clinic: &Clinic,
    ) -> Result<Timestamp, store::Error> {
        let mut before = day;
        for _ in 0..LOOK_BACK_DAYS {
            before = clinic.digest_of(before.date.saturating_sub(1.day()));
            match self.found(Owner::Mail, before).await? {
                Found::Missing => {}
                Found::Written(_) | Found::Unreadable => break,
            }
        }
        Ok(before.until)
    }

    /// What a notice says. `None` when it or its mail is gone or cannot be read, or when the mail has arrived after all.
    async fn failure(&self, notice: &str) -> Result<Option<Undelivered>, store::Error> {
        let notice = match self.outbox.get(notice).await {
            Err(store::Error::Unreadable { .. }) => None,
            found => found?,
        };
        let Some(Letter::Undelivered(failure)) = notice.map(|notice| notice.letter) else {
            return Ok(None);
        };
        let of = failure.of_id.as_deref().or(failure.mail.as_deref());
        let mail = match self.outbox.get(of.unwrap_or_default()).await {
            // It still waits for a version that can read it.
            Err(store::Error::Unreadable { .. }) => return Ok(Some(failure)),
            found => found?,
        };
        let is_open = mail.is_some_and(|mail| {
            matches!(
                mail.state(),
                MailState::Failed | MailState::Bounced | MailState::Complained
            )
        });
        Ok(is_open.then_some(failure))
    }
}
