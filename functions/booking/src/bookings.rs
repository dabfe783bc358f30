//! Bookings in the Booking table: one write takes the day's cells and stores the booking, its
//! idempotency record and its two mails.

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, TransactWriteItem},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use shared::{
    clinic::{Clinic, Practitioner, Service},
    guard::{Answer, Attempt, ReplayError},
    outbox::{Appointment, BookingToPatient, BookingToStaff, Letter, Mail},
    reference::Reference,
    stored::{ExpiresAt, sortable},
    transaction::{StoreError, Uncommitted, commit, put_new},
    values::FreeText,
};

use crate::{
    booking::{Patient, Status},
    day::take,
    request::Receipt,
    schedule::Slot,
};

/// The bookings of the clinic.
#[derive(Clone)]
pub(crate) struct Bookings {
    client: Client,
    table: String,
    mail_table: String,
}

/// A booking that is to be stored.
#[derive(Debug)]
pub(crate) struct NewBooking<'a> {
    pub(crate) reference: Reference,
    pub(crate) status: Status,
    pub(crate) service: &'a Service,
    pub(crate) practitioner: &'a Practitioner,
    pub(crate) date: Date,
    pub(crate) slot: Slot,
    pub(crate) patient: &'a Patient,
    pub(crate) reason: Option<&'a FreeText>,
    pub(crate) manage_url: String,
    pub(crate) now: Timestamp,
}

/// A booking that was not stored.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HoldError {
    /// It came before, under the same key.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// Somebody else has some of its cells.
    #[error("the slot is taken")]
    SlotTaken,
    /// The store did not take it.
    #[error("the booking could not be stored")]
    Unavailable(#[source] Uncommitted),
    /// It could not be written as attributes.
    #[error("the booking could not be written")]
    Unwritable(#[from] StoreError),
}

/// A booking as it is stored. `practitioner` and `start` are the key of the index `agenda`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct StoredBooking {
    pub(crate) pk: String,
    pub(crate) sk: String,
    pub(crate) reference: Reference,
    pub(crate) status: Status,
    pub(crate) service: String,
    pub(crate) practitioner: String,
    pub(crate) start: String,
    pub(crate) end: String,
    pub(crate) day: Date,
    pub(crate) first_cell: u16,
    pub(crate) end_cell: u16,
    patient: Patient,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<FreeText>,
    pub(crate) revision: u32,
    requested_at: String,
    expires_at: ExpiresAt,
}

fn partition(reference: &Reference) -> String {
    format!("booking#{reference}")
}

const SORT: &str = "booking";

impl Bookings {
    pub(crate) fn new(client: Client, table: &str, mail_table: &str) -> Self {
        Self {
            client,
            table: table.to_owned(),
            mail_table: mail_table.to_owned(),
        }
    }

    /// Stores the booking, takes its cells and queues its mails, or finds the answer that it was given
    /// before.
    ///
    /// # Errors
    /// [`HoldError`]; nothing was stored then.
    pub(crate) async fn hold(
        &self,
        booking: &NewBooking<'_>,
        attempt: &Attempt,
        clinic: &Clinic,
    ) -> Result<Answer<Receipt>, HoldError> {
        let receipt = Receipt::of(booking, clinic);
        let NewBooking {
            practitioner,
            date,
            slot,
            now,
            ..
        } = booking;
        let mut items = vec![
            attempt.record(&self.table, *now, &receipt)?,
            take(&self.table, &practitioner.id, *date, slot.cells, slot.end)?,
            self.item(booking, clinic)?,
        ];
        for mail in mails(booking, clinic) {
            items.push(mail.queue(&self.mail_table, *now, 0, clinic.retention.mails_days)?);
        }
        match commit(&self.client, items).await {
            Ok(()) => Ok(Answer {
                content: receipt,
                replayed: false,
            }),
            // In the order of the items: the record before the day.
            Err(Uncommitted::Refused(refusals)) => match refusals.as_slice() {
                [Some(record), ..] => Ok(attempt.replay(record)?),
                [None, Some(_), ..] => Err(HoldError::SlotTaken),
                _ => Err(HoldError::Unavailable(Uncommitted::Refused(refusals))),
            },
            Err(error) => Err(HoldError::Unavailable(error)),
        }
    }

    /// The answer that this request was given before, if it was.
    ///
    /// # Errors
    /// When the store does not answer, or the key belongs to another request.
    pub(crate) async fn earlier(
        &self,
        attempt: &Attempt,
        now: Timestamp,
    ) -> Result<Option<Answer<Receipt>>, ReplayError> {
        attempt.earlier(&self.client, &self.table, now).await
    }

    /// The booking of that reference. One that has expired is not there.
    ///
    /// # Errors
    /// When the store does not answer, or the item cannot be read.
    pub(crate) async fn find(
        &self,
        reference: &Reference,
        now: Timestamp,
    ) -> Result<Option<StoredBooking>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("pk", AttributeValue::S(partition(reference)))
            .key("sk", AttributeValue::S(SORT.to_owned()))
            .send()
            .await
            .map_err(|error| StoreError::new("GetItem", &error))?;
        let Some(item) = answer.item else {
            return Ok(None);
        };
        let booking: StoredBooking =
            serde_dynamo::from_item(item).map_err(|_| StoreError::unreadable("booking"))?;
        Ok(Some(booking).filter(|booking| !booking.expires_at.is_past(now)))
    }

    fn item(
        &self,
        booking: &NewBooking<'_>,
        clinic: &Clinic,
    ) -> Result<TransactWriteItem, StoreError> {
        let stored = StoredBooking {
            pk: partition(&booking.reference),
            sk: SORT.to_owned(),
            reference: booking.reference.clone(),
            status: booking.status,
            service: booking.service.id.clone(),
            practitioner: booking.practitioner.id.clone(),
            start: sortable(booking.slot.start),
            end: sortable(booking.slot.end),
            day: booking.date,
            first_cell: booking.slot.cells.first(),
            end_cell: booking.slot.cells.end(),
            patient: booking.patient.clone(),
            reason: booking.reason.cloned(),
            revision: 0,
            requested_at: sortable(booking.now),
            expires_at: ExpiresAt::days_after(booking.slot.end, clinic.retention.bookings_days),
        };
        put_new(&self.table, "pk", stored)
    }
}

fn mails(booking: &NewBooking<'_>, clinic: &Clinic) -> [Mail; 2] {
    let appointment = Appointment {
        reference: booking.reference.clone(),
        standing: booking.status.standing(),
        service: booking.service.name.clone(),
        practitioner: booking.practitioner.name.clone(),
        start: booking.slot.start,
        end: booking.slot.end,
    };
    let Patient {
        name,
        email,
        phone,
        returning,
    } = booking.patient.clone();
    let to_patient = BookingToPatient {
        appointment: appointment.clone(),
        manage_url: booking.manage_url.clone(),
    };
    let reason = booking.reason.cloned();
    let to_staff = BookingToStaff {
        appointment,
        name,
        email: email.clone(),
        phone,
        returning,
        reason,
    };
    [
        Mail {
            to: clinic.mail.staff.clone(),
            letter: Letter::BookingToStaff(to_staff),
        },
        Mail {
            to: email,
            letter: Letter::BookingToPatient(to_patient),
        },
    ]
}
