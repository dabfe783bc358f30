//! Settings in hours.

use jiff::SignedDuration;
use toml::Spanned;

use super::mistake::Reader;

/// The longest time in hours: 30 days.
const MOST_HOURS: u32 = 30 * 24;

/// A time of whole hours, at least `least` of them; one that is too short or too long is noted.
pub(super) fn hours(
    value: &Spanned<u32>,
    field: &str,
    least: u32,
    reader: &mut Reader<'_>,
) -> Option<SignedDuration> {
    if !(least..=MOST_HOURS).contains(value.get_ref()) {
        let message = format!("use {least} to {MOST_HOURS} hours");
        reader.wrong(&value.span(), field, message);
        return None;
    }
    Some(SignedDuration::from_hours(i64::from(*value.get_ref())))
}

/// How long a clinic has to answer, unless it says otherwise.
pub(super) fn a_working_day() -> Spanned<u32> {
    Spanned::new(0..0, 8)
}
