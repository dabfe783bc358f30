//! The mark that a time of the waiting list is held for a person. Two times that become free at once are offered in two
//! transactions, and only one of them can set it.

use serde::Serialize;
use shared::{
    reference::Reference,
    store::{Change, Error, ExpiresAt, Key, Moment, Table},
};

use crate::{booking::Booking, context::Context};

const WHAT: &str = "mark of an offer";
const PARTITION: &str = "person#";
const PLACE: &str = "offer";
/// For how many days the mark is kept after the time to answer. It counts only until then.
const KEEP_DAYS: u32 = 1;

#[derive(Serialize)]
struct Mark {
    offer: Reference,
    held_until: Moment,
    expires_at: ExpiresAt,
}

/// The key of the person's mark, if the patient has an address.
fn key(booking: &Booking, context: &Context<'_>) -> Option<Key> {
    let email = booking.patient.email.as_ref()?;
    let partition = format!("{PARTITION}{}", context.links.mailbox(email));
    Some(Key::pair(WHAT, partition, PLACE))
}

/// The part of a write that marks that a time is held for the person, on the condition that none is.
///
/// # Errors
/// When it cannot be written as attributes.
pub(super) fn mark(
    table: &Table,
    booking: &Booking,
    context: &Context<'_>,
) -> Result<Option<Change>, Error> {
    let (Some(key), Some(until)) = (key(booking, context), booking.answer_by) else {
        return Ok(None);
    };
    let mark = Mark {
        offer: booking.reference.clone(),
        held_until: Moment(until),
        expires_at: ExpiresAt::days_after(until, KEEP_DAYS),
    };
    let put = table.put(&key, mark)?;
    let is_free = "attribute_not_exists(held_until) OR held_until <= :now";
    Ok(Some(
        put.condition(is_free).value(":now", Moment(context.now)),
    ))
}

/// The part of a write that takes the mark back.
pub(super) fn release(table: &Table, booking: &Booking, context: &Context<'_>) -> Option<Change> {
    let key = key(booking, context)?;
    let expires_at = ExpiresAt::days_after(context.now, KEEP_DAYS);
    let expression = "SET expires_at = :expires_at REMOVE held_until";
    Some(
        table
            .update(&key, expression)
            .value(":expires_at", expires_at),
    )
}
