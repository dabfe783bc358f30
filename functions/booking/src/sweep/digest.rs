//! The daily digest's part about bookings: the visits of today and of the next open day, and the requests that wait for an
//! answer.

use jiff::Timestamp;
use shared::{
    outbox::{BookingLine, Lines, MOST_VISITS, Person, Sections},
    store::Error,
};

use super::Sweep;
use crate::{
    booking::{Booking, Patient, Status},
    context::Context,
    mails::appointment,
    store::Due,
};

impl Sweep {
    /// Writes the day's part, if it is due.
    pub(super) async fn write_digest(&self, context: &Context<'_>) -> Result<(), Error> {
        let now = context.now;
        let outbox = &self.bookings.outbox;
        let Some(due) = self.digest.due(outbox, &context.clinic, now).await? else {
            return Ok(());
        };
        let sections = Sections {
            visits: self.visits(due.day.until, context).await?,
            requests: self.requests(due.day.until, context).await?,
            ..Sections::default()
        };
        let (visits, requests) = (sections.visits.count(), sections.requests.count());
        if self.digest.write(outbox, due, sections, now).await? {
            tracing::info!(
                digest.visits = visits,
                digest.requests = requests,
                "wrote the digest's part about bookings"
            );
        }
        Ok(())
    }

    /// The confirmed visits that are not over, up to the next day on which the clinic is open. Those booked after the digest's
    /// hour are left out: staff have just read of them.
    async fn visits(
        &self,
        until: Timestamp,
        context: &Context<'_>,
    ) -> Result<Lines<BookingLine>, Error> {
        let (clinic, now) = (&context.clinic, context.now);
        let today = clinic.local_date(now);
        let from = clinic.day(today).midnight;
        let to = clinic.day(clinic.next_open_date(today)).end;
        let mut visits = Vec::new();
        for practitioner in clinic.practitioners() {
            let agenda = self.bookings.agenda(&practitioner.id, from, to, now);
            visits.extend(agenda.await?);
        }
        visits.retain(|visit| {
            visit.status == Status::Confirmed
                && visit.claim.end() > now
                && visit.requested_at <= until
        });
        visits.sort_by_key(|visit| visit.claim.start());
        let left_out = visits.len().saturating_sub(MOST_VISITS);
        visits.truncate(MOST_VISITS);
        Ok(Lines {
            first: visits.iter().map(|visit| line(visit, context)).collect(),
            left_out: u32::try_from(left_out).unwrap_or(u32::MAX),
            ..Lines::default()
        })
    }

    /// The requests that wait for staff, the first to expire first. Those with proposed times wait for the patient and are left
    /// out.
    async fn requests(
        &self,
        until: Timestamp,
        context: &Context<'_>,
    ) -> Result<Lines<BookingLine>, Error> {
        let mut requests = Lines::default();
        for due in self.bookings.due(Timestamp::MAX).await? {
            let Due::Booking(reference) = due else {
                continue;
            };
            match self.bookings.find(&reference, context.now).await {
                Ok(Some(booking)) if is_for_staff(&booking, until) => {
                    requests.add(line(&booking, context));
                }
                Ok(_) => {}
                // Another version wrote it. The rest is listed all the same.
                Err(Error::Unreadable { .. }) => {
                    tracing::error!(booking.reference = %reference, "a booking cannot be read");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(requests)
    }
}

fn is_for_staff(booking: &Booking, until: Timestamp) -> bool {
    booking.status == Status::Requested
        && booking.proposed.is_empty()
        && booking.requested_at <= until
}

fn line(booking: &Booking, context: &Context<'_>) -> BookingLine {
    let Patient {
        name, email, phone, ..
    } = booking.patient.clone();
    BookingLine {
        appointment: appointment(booking, context),
        person: Person {
            name,
            email,
            phone,
            review_url: Some(context.decision_url(booking)),
        },
        answer_by: booking.answer_by,
        suspicions: booking.suspicions_in_words(),
        must_move: booking.must_move.is_some(),
    }
}
