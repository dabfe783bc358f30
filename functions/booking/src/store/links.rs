//! The links to a person's bookings, mailed to them again.

use futures_util::future::join_all;
use shared::{
    guard::{Admission, Guarded, Repeatable, ReplayError, Ruling},
    store::{self, Uncommitted, Write},
    values::EmailAddress,
};

use super::Bookings;
use crate::{booking::Booking, context::Context, mails};

/// Why nobody can tell whether the links were mailed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendLinksError {
    /// The key of the request belongs to another one.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// The store did not take it.
    #[error("the links could not be mailed")]
    Unavailable(#[from] store::Error),
}

/// The answer says nothing: it is the same for every address.
#[derive(Clone, Copy, Debug, serde::Serialize, serde::Deserialize)]
struct Nothing {}

impl Repeatable for Nothing {}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Guard(Guarded),
    Mail,
}

impl From<Guarded> for Part {
    fn from(guarded: Guarded) -> Self {
        Self::Guard(guarded)
    }
}

impl Bookings {
    /// Bookings of this address that are still to come, the next one first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn to_come(
        &self,
        email: &EmailAddress,
        context: &Context<'_>,
    ) -> Result<Vec<Booking>, store::Error> {
        let mut bookings = self.of_person(email, context).await?;
        bookings.retain(|booking| booking.status.is_live() && booking.claim.end() > context.now);
        bookings.sort_by_key(|booking| booking.claim.start());
        Ok(bookings)
    }

    /// Bookings of this address, also those that are over or were called off, until a day after their time.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(super) async fn of_person(
        &self,
        email: &EmailAddress,
        context: &Context<'_>,
    ) -> Result<Vec<Booking>, store::Error> {
        let mut references = Vec::new();
        for person in context.links.persons(email) {
            references.extend(self.pointed_to(&person, context.now).await?);
        }
        let found = references.iter().map(|one| self.find(one, context.now));
        let mut bookings = Vec::new();
        for (reference, found) in references.iter().zip(join_all(found).await) {
            match found {
                Ok(found) => bookings.extend(found),
                // Another version wrote it. An error would tell a stranger that it exists.
                Err(error @ store::Error::Unreadable { .. }) => {
                    tracing::error!(booking.reference = %reference, %error, "a booking cannot be read");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(bookings)
    }

    /// Queues one mail with the links to these bookings, if there are any. The request is counted in any case, and the same
    /// one again does nothing. An address that has asked too often today is mailed nothing more.
    ///
    /// # Errors
    /// [`SendLinksError`].
    pub(crate) async fn send_links(
        &self,
        bookings: &[Booking],
        admission: &mut Admission,
        context: &Context<'_>,
    ) -> Result<(), SendLinksError> {
        loop {
            let mut write = Write::of("links");
            admission.guard(&mut write, &Nothing {}, context.now)?;
            if let Some(mail) = mails::of_links(bookings, context) {
                let keep_days = context.clinic.retention().mails_days;
                let mail = self.outbox.queue(mail, context.now, 0, keep_days)?;
                write.add(Part::Mail, mail);
            }
            let refused = match write.commit(self.table.client()).await {
                Ok(()) => return Ok(()),
                Err(Uncommitted::Refused(refused)) => refused,
                Err(error) => return Err(SendLinksError::Unavailable(error.into())),
            };
            match admission.rule(&refused) {
                Ruling::Replay(record) => {
                    admission.replay::<Nothing>(record.as_ref())?;
                    return Ok(());
                }
                Ruling::TooMany { .. } => {
                    tracing::warn!("links were not mailed again: too many were asked for");
                    return Ok(());
                }
                Ruling::Suspicious => {}
                // Somebody else has asked in the same second.
                Ruling::AnotherPart => return Ok(()),
            }
        }
    }
}
