//! The bookings and the practitioners' days in the Booking table.

mod agenda;
mod carry_out;
mod days;
mod due;
mod freed;
mod held;
mod hold;
mod in_the_way;
mod item;
mod join;
mod line;
mod links;
mod offer;
mod offering;
mod pointers;
mod step;
mod time_off;
mod tokens;
mod waitlist;

use aws_sdk_dynamodb::Client;
use jiff::Timestamp;
use shared::{
    audit::{Action, Actor, Entry},
    environment::{Environment, MissingVariable},
    outbox::Outbox,
    reference::Reference,
    store::{Change, Consistency, Error, Item, Table, Write, text},
};

pub(crate) use carry_out::CarryOutError;
pub(crate) use days::{Days, OffChange};
pub(crate) use due::Due;
pub(crate) use freed::Freed;
pub(crate) use hold::HoldError;
pub(crate) use join::JoinError;
pub(crate) use links::SendLinksError;
pub(crate) use time_off::LookAgain;
pub(crate) use tokens::StoredToken;

use self::item::{BookingItem, WHAT, is_booking, key};
use crate::{booking::Booking, context::Context};

/// All items of the table, by what they are.
pub(crate) struct Scanned {
    pub(crate) bookings: Vec<Item>,
    /// Entries in the waiting list.
    pub(crate) entries: Vec<Item>,
    pub(crate) others: Vec<Item>,
}

/// The bookings of the clinic.
#[derive(Clone)]
pub(crate) struct Bookings {
    pub(crate) table: Table,
    pub(crate) outbox: Outbox,
}

impl Bookings {
    /// From `BOOKING_TABLE` and `MAIL_TABLE`.
    ///
    /// # Errors
    /// When one of them is missing.
    pub(crate) fn open(
        client: &Client,
        environment: &Environment,
    ) -> Result<Self, MissingVariable> {
        let table = Table::new(client.clone(), environment.require("BOOKING_TABLE")?);
        let outbox = Outbox::new(client.clone(), environment.require("MAIL_TABLE")?);
        Ok(Self { table, outbox })
    }

    /// The booking of that reference. An expired one counts as gone.
    ///
    /// # Errors
    /// When the store does not answer, or the item cannot be read.
    pub(crate) async fn find(
        &self,
        reference: &Reference,
        now: Timestamp,
    ) -> Result<Option<Booking>, Error> {
        let key = key(reference);
        let found: Option<BookingItem> = self.table.find(&key, Consistency::Strong).await?;
        let live = found.filter(|item| !item.expires_at.is_past(now));
        Ok(live.map(Booking::from))
    }

    /// Records that staff read what the patient wrote, before they do.
    ///
    /// # Errors
    /// When the store does not take it.
    pub(crate) async fn note_reading(
        &self,
        reference: &Reference,
        context: &Context<'_>,
    ) -> Result<(), Error> {
        let entry = Entry {
            at: context.now,
            actor: Actor::StaffLink,
            action: Action::Read,
            subject: vec![reference.to_string()],
        };
        let keep_days = context.clinic.retention().audit_days;
        let mut write = Write::of("audit entry");
        write.add("entry", entry.append(&self.table, keep_days)?);
        Ok(write.commit(self.table.client()).await?)
    }

    /// All items of the table, for an operator's command.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn scan(&self) -> Result<Scanned, Error> {
        let is = |item: &Item, kind: fn(&str) -> bool| text(item, "pk").is_some_and(kind);
        let items = self.table.scan(WHAT).await?.into_iter();
        let (bookings, others): (Vec<Item>, Vec<Item>) =
            items.partition(|item| is(item, is_booking));
        let (entries, others) = others
            .into_iter()
            .partition(|item| is(item, waitlist::is_entry));
        Ok(Scanned {
            bookings,
            entries,
            others,
        })
    }

    /// The change that deletes an entry in the waiting list as it was read. `None` when it cannot be read.
    pub(crate) fn erase_entry(&self, item: Item) -> Option<Change> {
        let entry = waitlist::read(&self.table, item).ok()?;
        Some(waitlist::delete(&self.table, &entry))
    }

    /// Reads an item as a booking.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn read(&self, item: Item) -> Result<Booking, Error> {
        let item: BookingItem = self.table.read(WHAT, item)?;
        Ok(item.into())
    }

    /// The parts of a write that delete a booking with its pointer, and give its time back if it holds time to come, with
    /// a note for the waiting list. The booking must be as it was read, or somebody else's time could be given back.
    ///
    /// # Errors
    /// When they cannot be written as attributes.
    pub(crate) fn erase(&self, booking: &Booking, now: Timestamp) -> Result<Vec<Change>, Error> {
        let delete = self
            .table
            .delete(&key(&booking.reference))
            .condition("revision = :revision")
            .value(":revision", booking.revision);
        let mut changes = vec![delete];
        changes.extend(pointers::delete(&self.table, booking));
        let claim = &booking.claim;
        let owners = claim.owners().filter(|_| booking.holds_time(now));
        changes.extend(owners.map(|owner| days::give_back(&self.table, claim, &owner)));
        if booking.holds_time(now) {
            let freed = Freed {
                by: booking.reference.clone(),
                revision: booking.revision + 1,
                from: claim.date,
                to: claim.date,
                asked: None,
            };
            changes.push(freed::note(&self.table, &freed, now)?);
        }
        Ok(changes)
    }
}
