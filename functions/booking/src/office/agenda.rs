//! A day's visits and time off, in the order of their starts.

use jiff::{Timestamp, civil::Date};
use shared::{
    audit::Action,
    clinic::Day,
    reference::Reference,
    store::Error,
    values::{EmailAddress, PhoneNumber, PractitionerId},
};

use super::Office;
use crate::{
    booking::{Booking, Standing, practitioner_name, room_name, service_name},
    time::TimeOff,
};

/// A visit or time off of a day. `Debug` does not show whose.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AgendaLine {
    pub start: Timestamp,
    /// The moment at which it is over.
    pub end: Timestamp,
    /// The practitioner's name, as patients read it.
    pub practitioner: String,
    /// The service's name, or the reason of the time off.
    pub what: String,
    /// The name of the room that is held.
    pub room: Option<String>,
    /// Where the visit is in its life: `confirmed`, for example; `time off` for a time off.
    pub status: String,
    /// The patient's name; `None` for a time off.
    pub patient: Option<String>,
    /// The patient's phone number or, without one, their email address.
    pub contact: Option<String>,
    pub reference: Reference,
}

impl std::fmt::Debug for AgendaLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AgendaLine({} [redacted])", self.reference)
    }
}

impl Office {
    /// The live visits and the time off of a day, of one practitioner or of all. The audit trail records whose were shown.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn agenda(
        &self,
        only: Option<&PractitionerId>,
        date: Date,
        now: Timestamp,
    ) -> Result<Vec<AgendaLine>, Error> {
        let Day {
            midnight: from,
            end: to,
            ..
        } = self.clinic.day(date);
        let mut practitioners = self.practitioners(only);
        if only.is_none() {
            // Somebody who has left may still have visits then.
            let live = self.bookings.all_after(from).await?.into_iter();
            let others = live.map(|booking| booking.claim.practitioner);
            practitioners
                .extend(others.filter(|one| self.clinic.practitioner(one.as_str()).is_none()));
            practitioners.sort();
            practitioners.dedup();
        }
        let mut lines = Vec::new();
        for practitioner in &practitioners {
            let day = self.bookings.agenda(practitioner, from, to, now).await?;
            let live = day.into_iter().filter(|booking| booking.status.is_live());
            lines.extend(live.map(|booking| self.visit(booking, now)));
        }
        let shown = lines.iter().map(|line| line.reference.to_string());
        self.note(Action::ListedVisits, shown.collect(), now)
            .await?;
        let all = self.bookings.all_time_off(now).await?.into_iter();
        let off =
            all.filter(|one| one.off.meets(from, to) && practitioners.contains(&one.practitioner));
        lines.extend(off.map(|one| self.time_off_line(one)));
        lines.sort();
        Ok(lines)
    }

    fn visit(&self, booking: Booking, now: Timestamp) -> AgendaLine {
        let clinic = &self.clinic;
        let patient = &booking.patient;
        let phone = patient.phone.as_ref().map(PhoneNumber::as_str);
        let email = patient.email.as_ref().map(EmailAddress::as_str);
        AgendaLine {
            start: booking.claim.start(),
            end: booking.claim.end(),
            practitioner: practitioner_name(&booking.claim.practitioner, clinic).to_owned(),
            what: service_name(&booking.service, clinic).to_owned(),
            room: room_name(&booking, clinic),
            status: match booking.standing(now) {
                _ if booking.must_move.is_some() && booking.claim.start() > now => "must move",
                Standing::Requested => "requested",
                Standing::Offered => "offered",
                Standing::Confirmed => "confirmed",
                Standing::Completed => "completed",
                Standing::NoShow => "no-show",
                Standing::Declined => "declined",
                Standing::Expired => "expired",
                Standing::Cancelled => "cancelled",
            }
            .to_owned(),
            patient: Some(patient.name.as_str().to_owned()),
            contact: phone.or(email).map(str::to_owned),
            reference: booking.reference,
        }
    }

    fn time_off_line(&self, time_off: TimeOff) -> AgendaLine {
        AgendaLine {
            start: time_off.off.from,
            end: time_off.off.to,
            practitioner: practitioner_name(&time_off.practitioner, &self.clinic).to_owned(),
            what: time_off.reason.unwrap_or_default(),
            room: None,
            status: "time off".to_owned(),
            patient: None,
            contact: None,
            reference: time_off.off.id,
        }
    }
}
