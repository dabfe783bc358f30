//! Times and prices as people say them.

use jiff::Timestamp;

use super::{Clinic, Service};

impl Clinic {
    /// A moment in the clinic's time as people say it: `Tuesday, December 1, 2026 at 9:00 a.m.` No line break parts its
    /// last words. A sentence that ends with it needs no full stop.
    #[must_use]
    pub fn spoken_time(&self, moment: Timestamp) -> String {
        let day = moment.to_zoned(self.time_zone.clone());
        let day = day.strftime("%A, %B %-d, %Y at");
        format!("{day} {}", self.spoken_clock(moment))
    }

    /// A moment for readers who may be elsewhere: `Tuesday, December 1, 2026 at 9:00 a.m. (Toronto time)`.
    #[must_use]
    pub fn spoken_time_there(&self, moment: Timestamp) -> String {
        let name = &self.time_zone_name;
        let place = name
            .rsplit_once('/')
            .map_or(name.as_str(), |(_, place)| place);
        let place = place.replace('_', " ");
        format!("{} ({place} time)", self.spoken_time(moment))
    }

    /// A moment within the next months, short enough for the subject of a mail: `Tue, Dec 1 at 9:00 a.m.`
    #[must_use]
    pub fn spoken_time_briefly(&self, moment: Timestamp) -> String {
        let day = moment.to_zoned(self.time_zone.clone());
        let clock = self.spoken_clock(moment).replace('\u{a0}', " ");
        format!("{} {clock}", day.strftime("%a, %b %-d at"))
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
