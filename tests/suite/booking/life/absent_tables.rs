//! What has to hold in the tables for time off and the waiting list.

use std::collections::BTreeSet;

use frontdesk_tests::{ledger::of_kind, waiting::Waiting};
use jiff::Timestamp;
use serde_json::Value;

use super::{
    model::{Entry, Service, Status},
    world::World,
};

fn moments(value: &Value) -> Vec<Timestamp> {
    let list = value.as_array().into_iter().flatten();
    list.map(|one| one.as_str().unwrap().parse().unwrap())
        .collect()
}

impl World {
    /// The number of the entry of that reference.
    pub(super) fn entry_of(&self, reference: &str) -> usize {
        let mut waiting = self.waiting.iter();
        waiting.position(|one| one.reference == reference).unwrap()
    }

    fn stored_entry(&self, items: &[Value], number: usize) -> Entry {
        let pk = format!("waitlist#{}", self.waiting[number].reference);
        let stored = of_kind(items, "waitlist#");
        let item = stored
            .into_iter()
            .find(|item| item["pk"] == pk.as_str())
            .unwrap();
        // Whose day is over waits for nothing any more, with the word for it or without.
        let statuses = [
            ("waiting", "waiting"),
            ("over", "waiting"),
            ("offered", "offered"),
            ("booked", "booked"),
            ("left", "left"),
        ];
        let entry = Entry {
            service: match item["service"].as_str().unwrap() {
                "foot-care" => Service::FootCare,
                _ => Service::Assessment,
            },
            practitioner: item["with"]
                .as_str()
                .map(|who| who.strip_prefix("chiropodist-").unwrap().parse().unwrap()),
            date: item["from"].as_str().unwrap().parse().unwrap(),
            status: statuses
                .into_iter()
                .find_map(|(stored, status)| (item["status"] == stored).then_some(status))
                .unwrap(),
            offered: moments(&item["offered"]),
            offer: item["offer"].as_str().map(|offer| {
                let mut booked = self.booked.iter();
                booked.position(|one| one.reference == offer).unwrap()
            }),
        };
        let is_over = item["status"] == "over" && entry.had_enough();
        Entry {
            status: if is_over { "over" } else { entry.status },
            ..entry
        }
    }

    /// Puts those on the waiting list into the order in which they have joined: of those who join at once, chance decides.
    pub(super) fn sort_line(&mut self, items: &[Value]) {
        let stored = of_kind(items, "waitlist#");
        let joined = |waiting: &Waiting| {
            let is_it = |item: &&&Value| item["reference"] == waiting.reference.as_str();
            let item = stored.iter().find(is_it).unwrap();
            item["joined_at"].as_str().unwrap().to_owned()
        };
        self.waiting
            .sort_by_cached_key(|waiting| (joined(waiting), waiting.reference.clone()));
    }

    /// Reads the waiting list into the model.
    pub(super) fn learn_line(&mut self, items: &[Value]) {
        let count = self.waiting.len();
        self.model.entries = (0..count)
            .map(|number| self.stored_entry(items, number))
            .collect();
    }

    /// The waiting list is that of the model; nobody has two offers, nor the same start twice, and what is held is held for
    /// one of them.
    pub(super) fn check_line(&self, items: &[Value]) {
        assert_eq!(of_kind(items, "waitlist#").len(), self.waiting.len());
        let mut held = BTreeSet::new();
        for (number, entry) in self.model.entries.iter().enumerate() {
            assert_eq!(
                format!("{:?}", self.stored_entry(items, number)),
                format!("{entry:?}")
            );
            let once: BTreeSet<&Timestamp> = entry.offered.iter().collect();
            assert_eq!(once.len(), entry.offered.len(), "{entry:?}");
            assert_eq!(
                entry.offer.is_some(),
                entry.status == "offered",
                "{entry:?}"
            );
            held.extend(entry.offer);
        }
        let offered = self.model.bookings.iter().enumerate();
        let offered = offered.filter(|(_, one)| one.status == Status::Offered);
        let offered: BTreeSet<usize> = offered.map(|(number, _)| number).collect();
        assert_eq!(held, offered, "each offer is made to one");
    }

    /// The days have the time off that there is, and nothing of what was taken back.
    pub(super) fn check_off(&self, items: &[Value]) {
        let offs = self.offs.iter().zip(&self.model.offs);
        let there = offs.filter(|(_, off)| off.is_there);
        let expected: BTreeSet<(u8, String)> = there
            .map(|(id, off)| (off.practitioner, id.to_string()))
            .collect();
        let mut found = BTreeSet::new();
        for day in of_kind(items, "practitioner#chiropodist-") {
            let practitioner = day["pk"].as_str().unwrap().rsplit_once('-').unwrap().1;
            for off in day["off"].as_array().into_iter().flatten() {
                let id = off.as_str().unwrap().split('|').next().unwrap();
                found.insert((practitioner.parse().unwrap(), id.to_owned()));
            }
        }
        assert_eq!(found, expected, "the days have the time off that there is");
    }
}
