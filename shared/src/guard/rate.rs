//! Rate limits per address: how much one sender has sent in this minute and on this day.
//!
//! One item per address and day, written in the same transaction as what it counts. No item is
//! shared by all posts, since `DynamoDB` would cancel those that meet on it; the overall limit is the
//! API's throttle.

use aws_sdk_dynamodb::types::{
    AttributeValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::{
    clinic::Clinic,
    http::ClientAddress,
    link::LinkKeys,
    stored::ExpiresAt,
    transaction::{Item, Refusal, StoreError, update},
};

const SORT: &str = "sent";
const DAY: &str = "day";
const MINUTE_SECONDS: i64 = 60;
/// The count of a day is of no use after it.
const OUTLASTS_DAY: SignedDuration = SignedDuration::from_hours(1);

/// How much one sender may send in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// In a minute of the clock.
    pub per_minute: u32,
    /// In a day of the clinic.
    pub per_day: u32,
}

/// A sender, as far as it is kept: a keyed hash of the address (of its /64 for IPv6), another one
/// every day.
#[derive(Clone, Debug)]
pub struct Sender {
    pseudonym: String,
    /// The attribute that counts this minute.
    minute: String,
    now: Timestamp,
    tomorrow: Timestamp,
}

impl Sender {
    /// The sender at `address`, today.
    #[must_use]
    pub fn of(address: ClientAddress, keys: &LinkKeys, clinic: &Clinic, now: Timestamp) -> Self {
        let today = now.to_zoned(clinic.time_zone.clone());
        let tomorrow = today
            .start_of_day()
            .and_then(|day| day.checked_add(1.day()));
        let day = today.date().to_string();
        Self {
            pseudonym: keys.pseudonym("sender-address", &day, &address.network()),
            minute: format!("m{}", now.as_second().div_euclid(MINUTE_SECONDS)),
            now,
            tomorrow: tomorrow.map_or(now, |day| day.timestamp()),
        }
    }

    /// Counts one more, on the condition that the allowance is not used up yet.
    ///
    /// # Errors
    /// When the write cannot be put together.
    pub fn count(
        &self,
        table: &str,
        allowance: Allowance,
    ) -> Result<TransactWriteItem, StoreError> {
        let number = |number: i64| AttributeValue::N(number.to_string());
        let expires_at = serde_dynamo::to_attribute_value(self.expires_at())
            .map_err(|error| StoreError::new("sender", &error))?;
        let counting = Update::builder()
            .table_name(table)
            .key(
                "pk",
                AttributeValue::S(format!("sender#{}", self.pseudonym)),
            )
            .key("sk", AttributeValue::S(SORT.to_owned()))
            .update_expression("ADD #minute :one, #day :one SET expires_at = :expires_at")
            .condition_expression(
                "(attribute_not_exists(#minute) OR #minute < :per_minute) \
                 AND (attribute_not_exists(#day) OR #day < :per_day)",
            )
            .expression_attribute_names("#minute", &self.minute)
            .expression_attribute_names("#day", DAY)
            .expression_attribute_values(":one", number(1))
            .expression_attribute_values(":per_minute", number(allowance.per_minute.into()))
            .expression_attribute_values(":per_day", number(allowance.per_day.into()))
            .expression_attribute_values(":expires_at", expires_at)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(|error| StoreError::new("sender", &error))?;
        Ok(update(counting))
    }

    /// How many seconds to wait until the allowance has room again, by the count that stood in the
    /// way. `None` when it has.
    #[must_use]
    pub fn wait(&self, refusal: &Refusal, allowance: Allowance) -> Option<u32> {
        let old = refusal.old.as_ref()?;
        let until = if counted(old, DAY) >= allowance.per_day {
            self.tomorrow.as_second()
        } else if counted(old, &self.minute) >= allowance.per_minute {
            (self.now.as_second().div_euclid(MINUTE_SECONDS) + 1) * MINUTE_SECONDS
        } else {
            return None;
        };
        let seconds = until.saturating_sub(self.now.as_second()).max(1);
        Some(u32::try_from(seconds).unwrap_or(u32::MAX))
    }

    fn expires_at(&self) -> ExpiresAt {
        ExpiresAt::after(self.tomorrow, OUTLASTS_DAY)
    }
}

fn counted(item: &Item, name: &str) -> u32 {
    let number = item.get(name).and_then(|value| value.as_n().ok());
    number
        .and_then(|number| number.parse().ok())
        .unwrap_or_default()
}
