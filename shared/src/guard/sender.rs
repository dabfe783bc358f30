//! The sender of a request: the network that it comes from.

use jiff::{Timestamp, ToSpan, civil::Date};

use super::count::{Count, Counted, Period};
use crate::{
    clinic::{Allowance, Clinic},
    http::ClientAddress,
    link::LinkKeys,
    store::{Key, Table},
};

const WHAT: &str = "count of a sender";
const PLACE: &str = "sent";
const DAY: &str = "day";
const MINUTE_SECONDS: i64 = 60;
/// How many times as much as one /64 the /48 around it may send. Providers give a whole /48 to one customer (RFC
/// 6177), and some of them to one household.
const SITE_FACTOR: u32 = 4;

/// A sender. Only keyed hashes of the network are kept, and those of counts change daily.
#[derive(Clone, Debug)]
pub struct Sender {
    address: ClientAddress,
    keys: LinkKeys,
    today: Date,
    tomorrow: Timestamp,
    now: Timestamp,
}

impl Sender {
    /// The sender at `address`, today by the clinic's time zone.
    #[must_use]
    pub fn of(address: ClientAddress, keys: &LinkKeys, clinic: &Clinic, now: Timestamp) -> Self {
        let today = now.to_zoned(clinic.time_zone().clone());
        let tomorrow = today
            .start_of_day()
            .and_then(|day| day.checked_add(1.day()));
        Self {
            address,
            keys: keys.clone(),
            today: today.date(),
            tomorrow: tomorrow.map_or(now, |day| day.timestamp()),
            now,
        }
    }

    /// A pseudonym of the network in which a request is recognised. Another request gives another pseudonym.
    pub(super) fn pseudonym(&self, request: &str) -> String {
        let network = self.address.network();
        self.keys.pseudonym("sender-of-request", request, &network)
    }

    /// The counts of the sender's requests in `table`: of the address and, for IPv6, of the /48 around it, which
    /// has a larger allowance.
    pub(super) fn counts(&self, table: &Table, allowance: Allowance) -> Vec<Count> {
        let larger = Allowance {
            per_minute: allowance.per_minute.saturating_mul(SITE_FACTOR),
            per_day: allowance.per_day.saturating_mul(SITE_FACTOR),
        };
        let address = self.count(Counted::Address, &self.address.network(), table, allowance);
        let site = self.address.site();
        let site = site.map(|site| self.count(Counted::Site, &site, table, larger));
        std::iter::once(address).chain(site).collect()
    }

    fn count(&self, of: Counted, network: &str, table: &Table, allowance: Allowance) -> Count {
        let day = self.today.to_string();
        let pseudonym = self.keys.pseudonym("sender-address", &day, network);
        let minute = self.now.as_second().div_euclid(MINUTE_SECONDS);
        let next_minute = Timestamp::from_second((minute + 1) * MINUTE_SECONDS);
        Count {
            of,
            table: table.clone(),
            key: Key::pair(WHAT, format!("sender#{pseudonym}"), PLACE),
            periods: vec![
                Period {
                    name: format!("m{minute}"),
                    most: allowance.per_minute,
                    ends: next_minute.unwrap_or(self.now),
                },
                Period {
                    name: DAY.to_owned(),
                    most: allowance.per_day,
                    ends: self.tomorrow,
                },
            ],
            now: self.now,
        }
    }
}
