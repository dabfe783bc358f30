//! Where somebody looks for a time: in a month, at one of its days.

use jiff::civil::Date;
use shared::http::Fields;

/// The month and the day that are looked at. Without a day, the first with a free time is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// The first of the month.
    month: Option<Date>,
    day: Option<Date>,
}

impl Look {
    /// Reads `month` and `day` of an address.
    pub(crate) fn read(fields: &Fields) -> Self {
        Self {
            month: fields.peek("month").and_then(first_of),
            day: fields.peek("day").and_then(|day| day.parse().ok()),
        }
    }

    /// Reads what a button says: `month:2026-12` or `day:2026-12-01`.
    pub(crate) fn at(button: &str) -> Self {
        let (month, day) = (button.strip_prefix("month:"), button.strip_prefix("day:"));
        Self {
            month: month.and_then(first_of),
            day: day.and_then(|day| day.parse().ok()),
        }
    }

    pub(crate) fn on(day: Date) -> Self {
        Self {
            month: None,
            day: Some(day),
        }
    }

    pub(crate) fn day(self) -> Option<Date> {
        self.day
    }

    /// A day of the month that is looked at.
    pub(crate) fn month(self) -> Option<Date> {
        self.month.or(self.day)
    }

    /// The names and values with which an address says it.
    pub(crate) fn query(self) -> [(&'static str, String); 2] {
        let text = |of: Option<String>| of.unwrap_or_default();
        let month = self.month.map(|month| month.strftime("%Y-%m").to_string());
        [
            ("month", text(month)),
            ("day", text(self.day.map(|day| day.to_string()))),
        ]
    }
}

/// The first day of a month: `2026-12`.
fn first_of(month: &str) -> Option<Date> {
    format!("{month}-01").parse().ok()
}
