//! The outbox: a mail is an item, written in the same transaction as what it reports.
//!
//! The mail table's stream wakes the mailer for a new mail, and a schedule wakes it for mails that are
//! due later or that a failure left behind. Whatever reads or changes a mail goes through this module;
//! nobody else knows the item's attributes.

mod appointment;
mod appointments;
mod digest;
mod digest_parts;
mod erasures;
mod facts;
mod former;
mod kind;
mod lanes;
mod letter;
mod links;
mod mail;
mod notes;
mod raw;
mod returned;
mod scan;
mod table;
mod undelivered;
mod waitlist;

pub use appointment::Appointment;
pub use appointments::{
    BookingCancelled, BookingChangedToStaff, BookingConfirmed, BookingDeclined, BookingExpired,
    BookingMoved, BookingMustMove, BookingProposed, BookingReminder, BookingRequested,
    BookingToStaff, Change, ProposedStart, Standing,
};
pub use digest::{
    AT_EACH_END, BookingLine, Digest, Lines, MOST_VISITS, MessageLine, Owner, Sections,
};
pub use digest_parts::{DigestParts, DuePart, StoredPart};
pub use facts::{MessageReceipt, MessageToStaff, Person};
pub use kind::{About, Audience, Kind, mail_id, part_id};
pub use letter::Letter;
pub use links::{BookingLink, BookingLinks};
pub use mail::{HistoryEntry, Mail, MailState, Outcome, StoredMail};
pub use raw::RawMail;
pub use returned::Returned;
pub use scan::{Scanned, is_mail};
pub use table::{Outbox, Settled, Taken};
pub use undelivered::{Failure, Undelivered};
pub use waitlist::{WaitlistJoined, WaitlistOffer};
