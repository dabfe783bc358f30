//! The outbox: a mail is an item, written in the same transaction as what it reports.
//!
//! The mail table's stream wakes the mailer for a new mail, and a schedule wakes it for mails that are
//! due later or that a failure left behind. Whatever reads or changes a mail goes through this module;
//! nobody else knows the item's attributes.

mod appointment;
mod appointments;
mod facts;
mod former;
mod kind;
mod lanes;
mod links;
mod mail;
mod raw;
mod returned;
mod table;
mod waitlist;

pub use appointment::Appointment;
pub use appointments::{
    BookingCancelled, BookingChangedToStaff, BookingConfirmed, BookingDeclined, BookingExpired,
    BookingMoved, BookingMustMove, BookingProposed, BookingReminder, BookingRequested,
    BookingToStaff, Change, ProposedStart, Standing,
};
pub use facts::{Digest, DigestLine, MessageReceipt, MessageToStaff, Person};
pub use kind::{About, Audience, Failure, Kind, Letter, Undelivered, mail_id, part_id};
pub use links::{BookingLink, BookingLinks};
pub use mail::{HistoryEntry, Mail, MailState, Outcome, StoredMail};
pub use raw::RawMail;
pub use returned::{Returned, is_address};
pub use table::{Outbox, Settled, Taken};
pub use waitlist::{WaitlistJoined, WaitlistOffer};
