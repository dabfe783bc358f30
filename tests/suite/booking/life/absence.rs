//! Time off and the waiting list of the front desk, beside those of the model.

use std::time::Duration;

use booking::{NewTimeOff, TimeOffError};
use frontdesk_tests::{booked::Booked, ledger::items, waiting::Waiting};
use serde_json::Value;
use shared::{reference::Reference, values::PractitionerId};

use super::{
    model::{Entry, Off, Status},
    steps::who,
    world::World,
};

/// How many times an operator runs a command again that the store has broken off.
const AGAIN: usize = 40;

/// Both parts of a link to the waiting list, from the answer to who has joined.
pub fn waiting_of(receipt: &Value) -> Waiting {
    let url = receipt["manage_url"].as_str().unwrap();
    Waiting {
        reference: receipt["reference"].as_str().unwrap().to_owned(),
        token: url.split_once("token=").unwrap().1.to_owned(),
    }
}

fn new(off: &Off) -> NewTimeOff {
    NewTimeOff {
        practitioner: PractitionerId::parse(&who(off.practitioner)).unwrap(),
        from: off.from,
        to: off.to,
        reason: None,
        tell_patients: off.tells,
    }
}

impl World {
    pub(super) async fn join(&mut self, entry: &Entry) {
        self.people += 1;
        let call = Self::joining(self.people, entry);
        let answer = self.made(&call).await;
        if self.model.must_wait(entry) {
            assert_eq!(answer.status, 201, "{entry:?}: {answer:?}");
            self.waiting.push(waiting_of(&answer.json()));
            self.model.entries.push(entry.clone());
        } else {
            assert_eq!(answer.problem(), "slots_free", "{entry:?}: {answer:?}");
        }
    }

    pub(super) async fn leave(&mut self, number: usize) {
        let call = self.leaving(number);
        let answer = self.made(&call).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let entry = &mut self.model.entries[number];
        if !["waiting", "offered"].contains(&entry.status) {
            return;
        }
        entry.status = "left";
        if let Some(offer) = entry.offer {
            let before = self.model.bookings[offer].clone();
            let booking = &mut self.model.bookings[offer];
            booking.revision += 1;
            booking.over(Status::Cancelled);
            self.model.settle(offer, &before);
        }
    }

    pub(super) async fn add_off(&mut self, off: &Off) {
        let id = self.add(off).await;
        let number = self.model.add_off(off);
        if number == self.offs.len() {
            self.offs.push(id);
        } else {
            assert_eq!(self.offs[number], id, "the same time off is one");
        }
    }

    /// Adds a time off, again until the store takes all of it.
    async fn add(&self, off: &Off) -> Reference {
        for _ in 0..AGAIN {
            match self.office.add_time_off(new(off), self.model.now).await {
                Ok(added) => return added.time_off.id,
                Err(TimeOffError::Unavailable(_) | TimeOffError::Changed(_)) => {}
                Err(error) => panic!("{off:?}: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{off:?}: the store stays busy");
    }

    pub(super) async fn remove_off(&mut self, number: usize) {
        self.remove(number).await;
        self.model.remove_off(number);
    }

    async fn remove(&self, number: usize) {
        let id = &self.offs[number];
        for _ in 0..AGAIN {
            match self.office.remove_time_off(id, self.model.now).await {
                // The sweep may have finished what was broken off.
                Ok(_) | Err(TimeOffError::NotFound(_)) => return,
                Err(TimeOffError::Unavailable(_) | TimeOffError::Changed(_)) => {}
                Err(error) => panic!("{id}: {error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{id}: the store stays busy");
    }

    pub(super) async fn add_all(&self, offs: &[Off]) {
        for off in offs {
            self.add(off).await;
        }
    }

    pub(super) async fn remove_all(&self, numbers: &[usize]) {
        for number in numbers {
            self.remove(*number).await;
        }
    }

    /// Learns which time off there is after some were added and others removed at the same time.
    pub(super) async fn learn_offs(&mut self, added: &[Off], removed: &[usize]) {
        self.calm().await;
        for number in removed {
            self.model.offs[*number].is_there = false;
        }
        let listed = self.office.time_off(self.model.now).await.unwrap();
        for off in added {
            let is_this = |one: &&booking::ListedTimeOff| {
                (one.practitioner.as_str(), one.from, one.to)
                    == (who(off.practitioner).as_str(), off.from, off.to)
            };
            let mut found = listed.iter().filter(is_this);
            // The same one may have been removed meanwhile.
            let Some(found) = found.next() else { continue };
            if let Some(number) = self.offs.iter().position(|id| *id == found.id) {
                self.model.offs[number].tells |= off.tells;
            } else {
                self.offs.push(found.id.clone());
                self.model.offs.push(off.clone());
            }
        }
    }

    /// Reads the links of what was offered since, which the model knows already.
    pub(super) async fn meet_offers(&mut self) {
        for number in self.booked.len()..self.model.bookings.len() {
            let entry = self.model.bookings[number].entry.unwrap();
            let offer = self.waiting[entry].offer(&self.desk).await;
            let offer = offer
                .unwrap_or_else(|| panic!("nothing is offered to {:?}", self.model.entries[entry]));
            self.booked.push(offer);
            self.learn_answer_by(number).await;
        }
    }

    /// Staff hear of an offer when it is taken.
    pub(super) async fn learn_staffs_link(&mut self, number: usize) {
        let booked = &self.booked[number];
        if !booked.staff.is_empty() || self.model.bookings[number].status != Status::Confirmed {
            return;
        }
        let id = format!("{}/booking_to_staff/", booked.reference);
        let mails = items(&self.desk, "MailTable").await;
        let is_it = |mail: &&Value| mail["id"].as_str().unwrap().starts_with(&id);
        let mail = mails.iter().find(is_it).expect("staff are told of it");
        let url = mail["letter"]["review_url"].as_str().unwrap();
        let token = url.split_once("token=").unwrap().1;
        token.clone_into(&mut self.booked[number].staff);
    }

    /// The link of an offer, from its mail; staff's, once they were told of it.
    pub(super) fn from_mails(mails: &[Value], reference: &str) -> Booked {
        let of = |kind: &str, url: &str| {
            let id = format!("{reference}/{kind}/");
            let mut found = mails
                .iter()
                .filter(|mail| mail["id"].as_str().unwrap().starts_with(&id));
            let url = found.next()?["letter"][url]
                .as_str()?
                .split_once("token=")?
                .1;
            Some(url.to_owned())
        };
        Booked {
            reference: reference.to_owned(),
            patient: of("waitlist_offer", "manage_url").expect("it was offered by mail"),
            staff: of("booking_to_staff", "review_url").unwrap_or_default(),
        }
    }
}
