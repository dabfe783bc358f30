//! The calendar file of a letter: the appointment as it is then, for the patient's own calendar.

use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::Timestamp;
use shared::{
    clinic::Clinic,
    invitation::{Invitation, Life},
    outbox::{Appointment, Letter, StoredMail},
};

/// A file that goes with a mail.
#[derive(Clone, Debug)]
pub(crate) struct CalendarFile {
    /// What a calendar program does with it: `REQUEST` or `CANCEL` (RFC 5546).
    pub(crate) method: &'static str,
    pub(crate) text: String,
}

/// The calendar file of the mail. `None` when its letter has none, or when none can be written: the mail goes out all the
/// same.
pub(crate) fn calendar_file(mail: &StoredMail, clinic: &Clinic) -> Option<CalendarFile> {
    let (appointment, manage_url, life) = event(&mail.letter)?;
    let invitation = Invitation {
        appointment,
        life,
        attendee: Some(&mail.to),
        manage_url,
        written_at: Timestamp::from_second(mail.queued_at.as_second()).ok()?,
    };
    // The file is made by a library: not even a panic in it may hold up the mail.
    let written = catch_unwind(AssertUnwindSafe(|| invitation.to_text(clinic)));
    let Ok(Ok(text)) = written else {
        tracing::error!(
            mail.id = mail.id,
            "a mail goes out without its calendar file, which could not be written"
        );
        return None;
    };
    let method = invitation.method();
    Some(CalendarFile { method, text })
}

/// What a letter changes in a patient's calendar. A proposal changes nothing until the patient takes it, and by the time of
/// a reminder the event is there.
fn event(letter: &Letter) -> Option<(&Appointment, &str, Life)> {
    Some(match letter {
        Letter::BookingRequested(it) => (&it.appointment, &it.manage_url, Life::Requested),
        Letter::BookingConfirmed(it) => (&it.appointment, &it.manage_url, Life::Confirmed),
        Letter::BookingMoved(it) => (&it.appointment, &it.manage_url, it.standing.into()),
        Letter::BookingCancelled(it) => (&it.appointment, &it.manage_url, Life::Over),
        Letter::BookingDeclined(it) => (&it.appointment, &it.manage_url, Life::Over),
        Letter::BookingMustMove(it) => (&it.appointment, &it.manage_url, Life::Requested),
        // Nobody has an offer in their calendar.
        Letter::BookingExpired(it) if !it.offered => (&it.appointment, &it.manage_url, Life::Over),
        _ => return None,
    })
}
