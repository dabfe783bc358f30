//! A practitioner's visits and time off as a calendar that their own calendar program reads again and again (RFC 5545).

use icalendar::{Calendar, Component as _, Event, Parameter, Property};
use jiff::Timestamp;
use shared::{
    clinic::Clinic,
    invitation::{Unwritable, calendar, organizer, plain, text, uid, utc},
    values::PractitionerId,
};

use crate::{
    booking::{Booking, Status, practitioner_name, room_name, service_name},
    time::{Stage, TimeOff},
};

/// How often a calendar program is asked to read it again (RFC 7986, section 5.7).
const REFRESH: &str = "PT15M";

/// What a practitioner has to do, and when they are away.
pub(crate) struct Feed<'a> {
    pub(crate) practitioner: &'a PractitionerId,
    /// Also those that are over or were called off: they are left out.
    pub(crate) bookings: &'a [Booking],
    pub(crate) time_off: &'a [TimeOff],
    pub(crate) written_at: Timestamp,
}

impl Feed<'_> {
    /// The calendar. What is not in it any more disappears from the program that reads it.
    ///
    /// # Errors
    /// [`Unwritable`].
    pub(crate) fn to_text(&self, clinic: &Clinic) -> Result<String, Unwritable> {
        let name = practitioner_name(self.practitioner, clinic);
        let name = plain(&format!("{name}, {}", clinic.name()));
        let mut calendar: Calendar = calendar("PUBLISH");
        calendar.append_property(("NAME", name.as_str()));
        calendar.append_property(("X-WR-CALNAME", name.as_str()));
        let mut refresh = Property::new("REFRESH-INTERVAL", REFRESH);
        refresh.append_parameter(Parameter::new("VALUE", "DURATION"));
        calendar.append_property(refresh.done());
        let live = self.bookings.iter().filter(|one| one.status.is_live());
        for booking in live {
            calendar.push(self.visit(booking, clinic));
        }
        let there = self.time_off.iter();
        for time_off in there.filter(|one| matches!(one.stage, Stage::Adding | Stage::There)) {
            calendar.push(self.away(time_off, clinic));
        }
        text(&calendar)
    }

    fn visit(&self, booking: &Booking, clinic: &Clinic) -> Event {
        let status = match booking.status {
            _ if booking.must_move.is_some() => "TENTATIVE",
            Status::Confirmed | Status::NoShow => "CONFIRMED",
            _ => "TENTATIVE",
        };
        let mut event = Event::new();
        event
            .add_property("UID", uid(&booking.reference))
            .add_property("SEQUENCE", booking.revision.to_string())
            .add_property("DTSTAMP", utc(self.written_at))
            .add_property("DTSTART", utc(booking.claim.start()))
            .add_property("DTEND", utc(booking.claim.end()))
            .add_property("STATUS", status)
            .add_property("SUMMARY", plain(&summary(booking, clinic)))
            .add_property("DESCRIPTION", format!("Reference: {}", booking.reference))
            .add_property("CLASS", "PRIVATE")
            .add_property("TRANSP", "OPAQUE")
            .append_property(organizer(clinic));
        if let Some(room) = room_name(booking, clinic) {
            event.add_property("LOCATION", plain(&room));
        }
        event.done()
    }

    fn away(&self, time_off: &TimeOff, clinic: &Clinic) -> Event {
        let summary = match &time_off.reason {
            Some(reason) => format!("Time off: {reason}"),
            None => "Time off".to_owned(),
        };
        Event::new()
            .add_property("UID", uid(time_off.id()))
            .add_property("DTSTAMP", utc(self.written_at))
            .add_property("DTSTART", utc(time_off.off.from))
            .add_property("DTEND", utc(time_off.off.to))
            .add_property("STATUS", "CONFIRMED")
            .add_property("SUMMARY", plain(&summary))
            .add_property("CLASS", "PRIVATE")
            .add_property("TRANSP", "OPAQUE")
            .append_property(organizer(clinic))
            .done()
    }
}

/// The service, the patient's name if the clinic's settings allow it, and what is not certain yet.
fn summary(booking: &Booking, clinic: &Clinic) -> String {
    let mut summary = service_name(&booking.service, clinic).to_owned();
    if clinic.calendar().patient_names {
        summary = format!("{summary}: {}", booking.patient.name.as_str());
    }
    let standing = match booking.status {
        _ if booking.must_move.is_some() => " (has to move)",
        Status::Requested => " (not confirmed yet)",
        Status::Offered => " (offered)",
        Status::NoShow => " (did not come)",
        _ => "",
    };
    summary + standing
}
