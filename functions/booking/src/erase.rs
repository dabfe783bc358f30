//! What erasing a booking takes: the item, and the cells of a time that is still to come.

use aws_sdk_dynamodb::types::{AttributeValue, Delete, TransactWriteItem};
use jiff::Timestamp;
use shared::transaction::{Item, StoreError};

use crate::{
    bookings::StoredBooking,
    day::{Cells, give_back},
};

/// The writes that erase a stored booking and free its time, if it is not over; on the condition that it
/// stands as it did, or somebody else's time could be freed.
///
/// # Errors
/// When the item is not a booking.
pub fn erasure(
    item: &Item,
    table: &str,
    now: Timestamp,
) -> Result<Vec<TransactWriteItem>, StoreError> {
    let booking: StoredBooking =
        serde_dynamo::from_item(item.clone()).map_err(|_| StoreError::unreadable("booking"))?;
    let status = serde_dynamo::to_attribute_value(booking.status)
        .map_err(|error| StoreError::new("booking", &error))?;
    let delete = Delete::builder()
        .table_name(table)
        .key("pk", AttributeValue::S(booking.pk.clone()))
        .key("sk", AttributeValue::S(booking.sk.clone()))
        .condition_expression("revision = :revision AND #status = :status")
        .expression_attribute_names("#status", "status")
        .expression_attribute_values(":revision", AttributeValue::N(booking.revision.to_string()))
        .expression_attribute_values(":status", status)
        .build()
        .map_err(|error| StoreError::new("booking", &error))?;
    let mut writes = vec![TransactWriteItem::builder().delete(delete).build()];
    let is_over = booking.end.parse().is_ok_and(|end: Timestamp| end <= now);
    if !is_over {
        let cells = Cells::between(booking.first_cell, booking.end_cell);
        writes.push(give_back(table, &booking.practitioner, booking.day, cells)?);
    }
    Ok(writes)
}
