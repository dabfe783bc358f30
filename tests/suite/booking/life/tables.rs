//! What has to hold in the tables after every step.

use std::collections::BTreeSet;

use frontdesk_tests::{
    booked::Booked,
    ledger::{self, of_kind},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{
    model::{Booking, Proposal, ROOMS, Service, Status, Time},
    world::World,
};

impl World {
    /// Reads everything into the model.
    pub async fn learn(&mut self) {
        self.calm().await;
        let items = ledger::items(&self.desk, "BookingTable").await;
        let mails = ledger::items(&self.desk, "MailTable").await;
        // What was offered meanwhile is new.
        let known: BTreeSet<&str> = self
            .booked
            .iter()
            .map(|one| one.reference.as_str())
            .collect();
        let stored = of_kind(&items, "booking#").into_iter();
        let stored = stored.map(|item| item["reference"].as_str().unwrap());
        let offered: Vec<&str> = stored.filter(|one| !known.contains(one)).collect();
        let offered = offered.iter().map(|one| Self::from_mails(&mails, one));
        let offered: Vec<Booked> = offered.collect();
        self.booked.extend(offered);
        for booked in self.booked.iter_mut().filter(|one| one.staff.is_empty()) {
            *booked = Self::from_mails(&mails, &booked.reference);
        }
        self.sort_line(&items);
        let find = |booked: &Booked| {
            let pk = format!("booking#{}", booked.reference);
            let mut found = items.iter().filter(|item| item["pk"] == pk.as_str());
            let item = found.next().unwrap();
            let audited = items_about(&of_kind(&items, "audit#"), &booked.reference);
            let entry = item["waitlist"].as_str().map(|of| self.entry_of(of));
            read(item, entry, mails_about(&mails, &booked.reference), audited)
        };
        self.model.bookings = self.booked.iter().map(find).collect();
        self.learn_line(&items);
    }

    /// What has to hold after every step.
    pub async fn check(&self) {
        self.calm().await;
        let items = ledger::items(&self.desk, "BookingTable").await;
        let mails = ledger::items(&self.desk, "MailTable").await;
        let stored = of_kind(&items, "booking#");
        assert_eq!(
            stored.len(),
            self.booked.len(),
            "who was told yes is who is stored"
        );
        for (booked, booking) in self.booked.iter().zip(&self.model.bookings) {
            let about = |item: &&&Value| item["reference"] == booked.reference.as_str();
            let item = stored.iter().find(about).unwrap();
            let audited = items_about(&of_kind(&items, "audit#"), &booked.reference);
            let entry = item["waitlist"].as_str().map(|of| self.entry_of(of));
            let found = read(item, entry, mails_about(&mails, &booked.reference), audited);
            assert_eq!(
                format!("{found:?}"),
                format!("{booking:?}"),
                "{}",
                booked.reference
            );
            is_told_of_each_step(booking);
            check_reminders(booking, &mails, &booked.reference, self.model.now);
            check_waiting(booking, &mails, &booked.reference);
        }
        self.check_line(&items);
        self.check_off(&items);
        assert_eq!(
            ledger::busy(&items),
            ledger::claimed(&items),
            "the busy cells are those of live bookings"
        );
    }
}

fn items_about(items: &[&Value], reference: &str) -> usize {
    let about = |item: &&&Value| item["subject"].to_string().contains(reference);
    items.iter().filter(about).count()
}

/// The mails about a booking but its reminders, as `<kind>/<revision>`.
fn mails_about(mails: &[Value], reference: &str) -> BTreeSet<String> {
    let ids = mails.iter().filter(|mail| mail["letter"].is_object());
    let ids = ids.filter_map(|mail| mail["id"].as_str()?.strip_prefix(&format!("{reference}/")));
    let ids = ids.filter(|id| !id.starts_with("booking_reminder/"));
    ids.map(str::to_owned).collect()
}

/// A moment as pages and answers show it.
fn whole_seconds(moment: &str) -> Timestamp {
    let moment: Timestamp = moment.parse().unwrap();
    Timestamp::from_second(moment.as_second()).unwrap()
}

/// A stored booking as the model has it.
fn read(item: &Value, entry: Option<usize>, mails: BTreeSet<String>, audited: usize) -> Booking {
    let moment = |value: &Value| -> Timestamp { value.as_str().unwrap().parse().unwrap() };
    let practitioner = |value: &Value| -> u8 {
        let number = value.as_str().unwrap().strip_prefix("chiropodist-");
        number.unwrap().parse().unwrap()
    };
    let proposals = item["proposed"].as_array().into_iter().flatten();
    let reminders = &item["reminders"];
    Booking {
        service: match item["service"].as_str().unwrap() {
            "foot-care" => Service::FootCare,
            _ => Service::Assessment,
        },
        time: Time {
            practitioner: practitioner(&item["practitioner"]),
            start: moment(&item["start"]),
        },
        room: ROOMS
            .into_iter()
            .find(|room| item["room"] == *room)
            .unwrap(),
        status: Status::parse(item["status"].as_str().unwrap()),
        must_move: item["must_move"].is_string(),
        entry,
        revision: u32::try_from(item["revision"].as_u64().unwrap()).unwrap(),
        proposed: proposals
            .map(|proposal| Proposal {
                start: moment(&proposal["start"]),
                practitioners: proposal["practitioners"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(practitioner)
                    .collect(),
            })
            .collect(),
        answer_by: item["due_at"].as_str().map(whole_seconds),
        has_email: item["patient"]["email"].is_string(),
        reminders: reminders.is_object().then(|| {
            let hours = serde_json::from_value(reminders["hours"].clone()).unwrap();
            (
                u32::try_from(reminders["revision"].as_u64().unwrap()).unwrap(),
                hours,
            )
        }),
        mails,
        audited,
    }
}

/// Each revision of a booking has the mails of one step, once.
fn is_told_of_each_step(booking: &Booking) {
    for revision in 0..=booking.revision {
        let kinds = booking
            .mails
            .iter()
            .filter_map(|mail| mail.strip_suffix(&format!("/{revision}")));
        let mut kinds: Vec<&str> = kinds.collect();
        kinds.retain(|kind| !kind.ends_with("_to_staff"));
        let staff = ["booking_to_staff", "booking_changed_to_staff"]
            .map(|kind| usize::from(booking.mails.contains(&format!("{kind}/{revision}"))));
        let told = match (kinds.as_slice(), staff) {
            (["waitlist_offer"], [0, 0]) => revision == 0 && booking.entry.is_some(),
            // An offer is taken, or let go.
            (["booking_confirmed"], [1, 0]) if booking.entry.is_some() => revision == 1,
            (["booking_expired"], [0, 0]) => revision == 1 && booking.entry.is_some(),
            ([], [0, 0]) if booking.entry.is_some() && revision == 1 => {
                booking.status == Status::Cancelled
            }
            ([], [1, 0]) => revision == 0 && !booking.has_email,
            ([kind], [1, 0]) => {
                revision == 0 && ["booking_requested", "booking_confirmed"].contains(kind)
            }
            ([kind], [0, 0]) => {
                let alone = [
                    "booking_confirmed",
                    "booking_declined",
                    "booking_proposed",
                    "booking_must_move",
                    "booking_requested",
                ];
                alone.contains(kind)
            }
            ([kind], [0, 1]) => [
                "booking_confirmed",
                "booking_moved",
                "booking_cancelled",
                "booking_expired",
            ]
            .contains(kind),
            ([], [0, staff]) => {
                staff == 0 && booking.status == Status::NoShow || !booking.has_email
            }
            _ => false,
        };
        assert!(
            told,
            "revision {revision} of {booking:?}: {kinds:?} {staff:?}"
        );
    }
}

/// The reminders that wait are those of the booking as it is, and none of them is missing.
fn check_reminders(booking: &Booking, mails: &[Value], reference: &str, now: Timestamp) {
    let prefix = format!("{reference}/booking_reminder/");
    let waiting: BTreeSet<&str> = mails
        .iter()
        .filter(|mail| mail["queue"].is_string())
        .filter_map(|mail| mail["id"].as_str()?.strip_prefix(&prefix))
        .collect();
    let mut to_come = BTreeSet::new();
    let mut current = BTreeSet::new();
    for (revision, hours) in booking
        .reminders
        .iter()
        .flat_map(|(revision, hours)| hours.iter().map(move |one| (revision, one)))
    {
        let id = format!("{revision}/{hours}");
        if booking.time.start - SignedDuration::from_hours(*hours) > now {
            to_come.insert(id.clone());
        }
        current.insert(id);
    }
    assert!(
        waiting.iter().all(|id| current.contains(*id)),
        "{booking:?}: {waiting:?} wait"
    );
    assert!(
        to_come.iter().all(|id| waiting.contains(id.as_str())),
        "{booking:?}: of {to_come:?} only {waiting:?} wait"
    );
}

/// What waits for the patient tells of the booking as it is: the last mail, if any.
fn check_waiting(booking: &Booking, mails: &[Value], reference: &str) {
    let is_to_patient =
        |id: &str| !id.contains("_to_staff/") && !id.starts_with("booking_reminder/");
    let told = booking.mails.iter().filter(|id| is_to_patient(id));
    let revision = |id: &str| id.rsplit_once('/').unwrap().1.parse::<u32>().unwrap();
    let last = told.map(|id| revision(id)).max();
    let waiting = mails.iter().filter(|mail| mail["queue"].is_string());
    let prefix = format!("{reference}/");
    let waiting = waiting.filter_map(|mail| mail["id"].as_str()?.strip_prefix(&prefix));
    for id in waiting.filter(|id| is_to_patient(id)) {
        assert_eq!(Some(revision(id)), last, "{id} waits for {booking:?}");
    }
}
