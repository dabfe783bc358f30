//! The bookings and the practitioners' days in the Booking table.

mod agenda;
mod carry_out;
mod days;
mod due;
mod hold;
mod item;
mod links;
mod pointers;

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
pub(crate) use days::Days;
pub(crate) use hold::HoldError;
pub(crate) use links::SendLinksError;

use self::item::{BookingItem, WHAT, is_booking, key};
use crate::{booking::Booking, context::Context};

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

    /// All items of the table that are bookings, and those that are not, for an operator's command.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn scan(&self) -> Result<(Vec<Item>, Vec<Item>), Error> {
        let items = self.table.scan(WHAT).await?;
        let is_booking = |item: &Item| text(item, "pk").is_some_and(is_booking);
        Ok(items.into_iter().partition(is_booking))
    }

    /// Reads an item as a booking.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn read(&self, item: Item) -> Result<Booking, Error> {
        let item: BookingItem = self.table.read(WHAT, item)?;
        Ok(item.into())
    }

    /// The parts of a write that delete a booking with its pointer, and give its time back if it holds time to come.
    /// The booking must be as it was read, or somebody else's time could be given back.
    pub(crate) fn erase(&self, booking: &Booking, now: Timestamp) -> Vec<Change> {
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
        changes
    }
}
