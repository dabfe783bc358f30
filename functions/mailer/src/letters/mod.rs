//! The letters: a file for each kind of mail, and the parts that they share.
//!
//! Letters to visitors and patients repeat nothing that was typed into a form: somebody who fills in another
//! person's address could otherwise send them anything in the clinic's name.

mod booking_cancelled;
mod booking_changed_to_staff;
mod booking_confirmed;
mod booking_declined;
mod booking_expired;
mod booking_links;
mod booking_moved;
mod booking_must_move;
mod booking_proposed;
mod booking_reminder;
mod booking_requested;
mod booking_to_staff;
mod calendar;
mod digest;
mod document;
mod html;
mod look;
mod message_receipt;
mod message_to_staff;
mod parts;
mod undelivered;
mod waitlist_joined;
mod waitlist_offer;

use jiff::Timestamp;
use shared::{clinic::Clinic, outbox::Letter, values::EmailAddress};

pub(crate) use calendar::{CalendarFile, calendar_file};
pub(crate) use document::Document;

use look::Look;

/// The address that an answer to the letter goes to: the visitor's when staff answer, the clinic's when the
/// visitor does.
pub(crate) fn reply_to<'a>(letter: &'a Letter, clinic: &'a Clinic) -> &'a EmailAddress {
    letter.reply_to().unwrap_or(&clinic.mail().staff)
}

/// The letter as it reads at `now`, when it is sent. `site` is where the clinic's pages are, if that is known.
pub(crate) fn write(
    letter: &Letter,
    clinic: &Clinic,
    site: Option<&str>,
    now: Timestamp,
) -> Document {
    let draft = match letter {
        Letter::MessageToStaff(facts) => message_to_staff::write(facts, clinic),
        Letter::MessageReceipt(facts) => message_receipt::write(facts, clinic, now),
        Letter::BookingToStaff(facts) => booking_to_staff::write(facts, clinic),
        Letter::BookingRequested(facts) => booking_requested::write(facts, clinic, now),
        Letter::BookingConfirmed(facts) => booking_confirmed::write(facts, clinic, now),
        Letter::BookingChangedToStaff(facts) => booking_changed_to_staff::write(facts, clinic),
        Letter::BookingDeclined(facts) => booking_declined::write(facts, clinic),
        Letter::BookingProposed(facts) => booking_proposed::write(facts, clinic),
        Letter::BookingMoved(facts) => booking_moved::write(facts, clinic, now),
        Letter::BookingMustMove(facts) => booking_must_move::write(facts, clinic),
        Letter::BookingCancelled(facts) => booking_cancelled::write(facts, clinic),
        Letter::BookingExpired(facts) => booking_expired::write(facts, clinic),
        Letter::BookingReminder(facts) => booking_reminder::write(facts, clinic, now),
        Letter::BookingLinks(facts) => booking_links::write(facts, clinic),
        Letter::WaitlistJoined(facts) => waitlist_joined::write(facts, clinic),
        Letter::WaitlistOffer(facts) => waitlist_offer::write(facts, clinic),
        Letter::Digest(facts) => digest::write(facts, clinic, now),
        Letter::Undelivered(facts) => undelivered::write(facts, clinic),
    };
    Document {
        draft,
        signature: parts::signature(clinic),
        look: Look::of(clinic, site),
    }
}
