//! An appointment as an event for a calendar (iCalendar, RFC 5545), with what calendars need to replace it by a later one
//! and to remove it (iTIP, RFC 5546).
//!
//! All times are in UTC, so that no calendar needs to know the rules of the clinic's time zone.

use icalendar::{Calendar, Component as _, Event, Parameter, Property};
use jiff::{Timestamp, tz::TimeZone};

use crate::{
    clinic::{Clinic, Place},
    outbox::{Appointment, Standing},
    reference::Reference,
    values::EmailAddress,
};

/// Where the appointment is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// The clinic has still to confirm it (`TENTATIVE`).
    Requested,
    Confirmed,
    /// It was called off, declined, or has expired.
    Over,
}

impl From<Standing> for Life {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Requested => Self::Requested,
            Standing::Confirmed => Self::Confirmed,
        }
    }
}

/// An appointment as an event, as it is at one revision.
#[derive(Clone, Debug)]
pub struct Invitation<'a> {
    pub appointment: &'a Appointment,
    pub life: Life,
    /// The patient's address. Without one nobody is invited: the event is only published.
    pub attendee: Option<&'a EmailAddress>,
    /// The patient's page of the booking.
    pub manage_url: &'a str,
    /// The moment at which it was written, for `DTSTAMP`.
    pub written_at: Timestamp,
}

/// The event could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the invitation cannot be written")]
pub struct Unwritable(#[from] std::fmt::Error);

impl Invitation<'_> {
    /// Its media type, with the method, as mails and HTTP need it (RFC 5545, section 8.1; RFC 6047).
    #[must_use]
    pub fn media_type(&self) -> String {
        format!("text/calendar; charset=utf-8; method={}", self.method())
    }

    /// What a calendar program does with it (RFC 5546).
    #[must_use]
    pub fn method(&self) -> &'static str {
        match (self.attendee, self.life) {
            (None, _) => "PUBLISH",
            (Some(_), Life::Over) => "CANCEL",
            (Some(_), Life::Requested | Life::Confirmed) => "REQUEST",
        }
    }

    /// The event. Its UID stays the same for all of the booking's life, and its SEQUENCE is the booking's revision, so
    /// that a later one takes the place of an earlier one.
    ///
    /// # Errors
    /// [`Unwritable`].
    pub fn to_text(&self, clinic: &Clinic) -> Result<String, Unwritable> {
        let mut calendar = calendar(self.method());
        calendar.push(self.event(clinic));
        text(&calendar)
    }

    fn event(&self, clinic: &Clinic) -> Event {
        let Appointment {
            reference,
            revision,
            start,
            end,
            ..
        } = self.appointment;
        let status = match self.life {
            Life::Requested => "TENTATIVE",
            Life::Confirmed => "CONFIRMED",
            Life::Over => "CANCELLED",
        };
        let mut event = Event::new();
        event
            .add_property("UID", uid(reference))
            .add_property("SEQUENCE", revision.to_string())
            .add_property("DTSTAMP", utc(self.written_at))
            .add_property("DTSTART", utc(*start))
            .add_property("DTEND", utc(*end))
            .add_property("STATUS", status)
            .add_property("SUMMARY", plain(&self.summary(clinic)))
            .add_property("DESCRIPTION", plain(&self.description(clinic)))
            .add_property("LOCATION", plain(&self.location(clinic)))
            // Others who see this calendar read that the time is taken, and nothing else.
            .add_property("CLASS", "PRIVATE")
            .add_property("TRANSP", "OPAQUE")
            .append_property(organizer(clinic));
        if let Some(address) = self.attendee {
            event.append_multi_property(attendee(address));
        }
        event.done()
    }

    /// Nothing of the service: a phone shows this line on its locked screen.
    fn summary(&self, clinic: &Clinic) -> String {
        let name = clinic.name();
        let what = match self.appointment.place {
            Place::Clinic => format!("Appointment at {name}"),
            Place::Phone => format!("Call from {name}"),
        };
        match self.life {
            Life::Requested => format!("{what} (not confirmed yet)"),
            Life::Confirmed => what,
            Life::Over => format!("Cancelled: {what}"),
        }
    }

    fn description(&self, clinic: &Clinic) -> String {
        let appointment = self.appointment;
        let mut lines = vec![format!(
            "{} with {}",
            appointment.service, appointment.practitioner
        )];
        if self.life == Life::Over {
            lines.push(format!("Any questions? Call {}.", clinic.phone().as_str()));
            lines.push(format!("Reference: {}", appointment.reference));
            return lines.join("\n");
        }
        let bring = appointment.bring.as_deref();
        lines.extend(bring.map(|bring| format!("Please bring {bring}.")));
        if appointment.arrive_minutes > 0 {
            lines.push(format!(
                "Please be here {} minutes before the start.",
                appointment.arrive_minutes
            ));
        }
        lines.push(format!("Change or cancel it: {}", self.manage_url));
        lines.push(format!("Or call {}.", clinic.phone().as_str()));
        lines.push(format!("Reference: {}", appointment.reference));
        lines.join("\n")
    }

    fn location(&self, clinic: &Clinic) -> String {
        match self.appointment.place {
            Place::Clinic => format!("{}, {}", clinic.name(), clinic.address()),
            Place::Phone => "By phone: we will call you".to_owned(),
        }
    }
}

/// A calendar without events, with this method (RFC 5546, section 1.4).
#[must_use]
pub fn calendar(method: &str) -> Calendar {
    let mut calendar = Calendar::empty();
    for (name, value) in [
        ("VERSION", "2.0"),
        ("PRODID", "-//Frontdesk//Frontdesk//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", method),
    ] {
        calendar.append_property((name, value));
    }
    calendar
}

/// The calendar as a file.
///
/// # Errors
/// [`Unwritable`].
pub fn text(calendar: &Calendar) -> Result<String, Unwritable> {
    let mut text = String::new();
    std::fmt::Write::write_fmt(&mut text, format_args!("{calendar}"))?;
    Ok(text)
}

/// The UID of an event: it stays the same for all of a booking's or time off's life, also when the clinic's domain
/// changes.
#[must_use]
pub fn uid(reference: &Reference) -> String {
    format!("{reference}@frontdesk")
}

/// The address at which people answer, since a calendar may send answers to it.
#[must_use]
pub fn organizer(clinic: &Clinic) -> Property {
    let mut organizer = Property::new("ORGANIZER", clinic.mail().staff.mailto());
    let name = plain(clinic.name()).replace('"', "'");
    organizer.append_parameter(Parameter::new("CN", &name));
    organizer.done()
}

/// They have asked for the time themselves, so they need not answer.
fn attendee(address: &EmailAddress) -> Property {
    let mut attendee = Property::new("ATTENDEE", address.mailto());
    for (name, value) in [
        ("CUTYPE", "INDIVIDUAL"),
        ("ROLE", "REQ-PARTICIPANT"),
        ("PARTSTAT", "ACCEPTED"),
        ("RSVP", "FALSE"),
    ] {
        attendee.append_parameter(Parameter::new(name, value));
    }
    attendee.done()
}

/// A moment as a calendar has it (RFC 5545, section 3.3.5, form 2).
#[must_use]
pub fn utc(moment: Timestamp) -> String {
    let utc = moment.to_zoned(TimeZone::UTC);
    utc.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Text without control characters, none of which a value may hold (RFC 5545, section 3.3.11); line breaks stay.
#[must_use]
pub fn plain(text: &str) -> String {
    let allowed = |c: &char| *c == '\n' || !c.is_control();
    text.chars().filter(allowed).collect()
}
