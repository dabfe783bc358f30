//! From when until when starts can be booked online: the minimum notice and the horizon.

use jiff::{Timestamp, ToSpan, civil::Date};
use shared::clinic::Clinic;

/// The last day that can be booked.
pub(crate) fn horizon(clinic: &Clinic, now: Timestamp) -> Date {
    let today = clinic.local_date(now);
    today.saturating_add(i64::from(clinic.booking().horizon_days).days())
}

/// Whether a start is inside the minimum notice.
pub(crate) fn is_too_soon(start: Timestamp, clinic: &Clinic, now: Timestamp) -> bool {
    start.duration_since(now) < clinic.booking().minimum_notice || start <= now
}
