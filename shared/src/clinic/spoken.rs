//! Times and prices as people say them.

use jiff::Timestamp;

use super::{Clinic, Service};

impl Clinic {
    /// A moment in the clinic's time as people say it: `Tuesday, December 1, 2026 at 9:00 a.m.` A sentence that ends
    /// with it needs no full stop.
    #[must_use]
    pub fn spoken_time(&self, moment: Timestamp) -> String {
        let local = moment.to_zoned(self.time_zone.clone());
        let half = if local.hour() < 12 { "a.m." } else { "p.m." };
        format!("{} {half}", local.strftime("%A, %B %-d, %Y at %-I:%M"))
    }

    /// The time of day at the clinic: `9:15 a.m.`, which no line break parts.
    #[must_use]
    pub fn spoken_clock(&self, moment: Timestamp) -> String {
        let local = moment.to_zoned(self.time_zone.clone());
        let half = if local.hour() < 12 { "a.m." } else { "p.m." };
        format!("{}\u{a0}{half}", local.strftime("%-I:%M"))
    }

    /// A price as people say it: `$95`, `€40.50`, `95 CHF`, `free of charge`.
    #[must_use]
    pub fn spoken_price(&self, service: &Service) -> String {
        let amount = service.price.strip_suffix(".00").unwrap_or(&service.price);
        if amount.chars().all(|c| c == '0' || c == '.') {
            return "free of charge".to_owned();
        }
        match self.currency() {
            "CAD" | "USD" | "AUD" | "NZD" => format!("${amount}"),
            "EUR" => format!("€{amount}"),
            "GBP" => format!("£{amount}"),
            other => format!("{amount}\u{a0}{other}"),
        }
    }
}
