//! What is done to the front desk, thrown by dice.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use frontdesk_tests::waiting::Waiting;

use super::{
    model::{Entry, Off, Service, Time, date},
    rules::Event,
    world::World,
};

/// A small generator, so that a seed says everything (Marsaglia's xorshift).
pub struct Dice(u64);

impl Dice {
    pub fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number from 0 until just before `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 16) % u64::try_from(end).unwrap()).unwrap()
    }
}

/// Somebody asks for a time.
#[derive(Clone, Debug)]
pub struct Wish {
    pub service: Service,
    pub time: Time,
    pub has_email: bool,
}

/// Something that is done. The front desk's clock goes on meanwhile: the minutes that are waited for are odd, so that
/// nothing falls due within seconds of them.
#[derive(Clone, Debug)]
pub enum Step {
    Hold(Wish),
    /// Somebody asks for a place on the waiting list.
    Join(Entry),
    Leave(usize),
    AddOff(Off),
    RemoveOff(usize),
    Happen(usize, Event),
    Wait(SignedDuration),
}

/// A request that can be made again.
#[derive(Clone, Debug)]
pub struct Call {
    pub path: String,
    pub body: Value,
    pub key: Option<usize>,
}

/// The starts that are asked for: few enough that most of them are wanted twice.
fn starts() -> Vec<Timestamp> {
    let days = [1, 2, 8];
    let on = |day: i32| {
        let ten: Timestamp = format!("2026-12-{day:02}T10:00:00-05:00").parse().unwrap();
        (0..4).map(move |quarter| ten + SignedDuration::from_mins(15 * quarter))
    };
    days.into_iter().flat_map(on).collect()
}

pub fn who(practitioner: u8) -> String {
    format!("chiropodist-{practitioner}")
}

impl World {
    /// Throws what is done next.
    pub fn next(&mut self) -> Step {
        let count = self.booked.len();
        match self.dice.below(24) {
            0..4 => self.hold(),
            _ if count == 0 => self.hold(),
            16..20 => self.wants_to_wait(),
            20 => self.wants_to_leave(),
            21 => self.wants_off(),
            22 | 23 => self.wants_back(),
            4 => {
                let halves = i64::try_from(self.dice.below(8)).unwrap();
                Step::Wait(SignedDuration::from_mins(37 + 30 * halves))
            }
            choice => {
                // The latest ones have most to come.
                let number = count - 1 - self.dice.below(count.min(12));
                Step::Happen(number, self.event(number, choice))
            }
        }
    }

    fn hold(&mut self) -> Step {
        let service = [Service::FootCare, Service::Assessment][self.dice.below(2)];
        Step::Hold(Wish {
            service,
            time: self.time(),
            has_email: self.dice.below(6) > 0,
        })
    }

    fn wants_to_wait(&mut self) -> Step {
        // Most of those who ask have to wait.
        for _ in 0..8 {
            let entry = Entry {
                service: [Service::FootCare, Service::Assessment][self.dice.below(2)],
                practitioner: [None, Some(1), Some(2)][self.dice.below(3)],
                date: date(self.start()),
                status: "waiting",
                offered: Vec::new(),
                offer: None,
            };
            let is_over = entry.date < date(self.model.now);
            if !is_over && (self.model.must_wait(&entry) || self.dice.below(8) == 0) {
                return Step::Join(entry);
            }
        }
        self.hold()
    }

    fn wants_to_leave(&mut self) -> Step {
        match self.model.entries.len() {
            0 => self.wants_to_wait(),
            count => Step::Leave(self.dice.below(count)),
        }
    }

    fn wants_off(&mut self) -> Step {
        let from = self.start();
        let quarters = [1, 2, 3, 5, 5, 100][self.dice.below(6)];
        let off = Off {
            practitioner: [1, 2][self.dice.below(2)],
            from,
            to: from + SignedDuration::from_mins(15 * quarters),
            tells: self.dice.below(2) == 0,
            is_there: true,
        };
        if off.to <= self.model.now {
            return self.hold();
        }
        Step::AddOff(off)
    }

    fn wants_back(&mut self) -> Step {
        let offs = self.model.offs.iter().enumerate();
        let there: Vec<usize> = offs
            .filter(|(_, off)| off.is_there)
            .map(|(n, _)| n)
            .collect();
        match there.len() {
            0 => self.wants_off(),
            count => Step::RemoveOff(there[self.dice.below(count)]),
        }
    }

    fn time(&mut self) -> Time {
        let practitioner = [1, 2][self.dice.below(2)];
        let start = self.start();
        Time {
            practitioner,
            start,
        }
    }

    fn start(&mut self) -> Timestamp {
        let starts = starts();
        starts[self.dice.below(starts.len())]
    }

    fn event(&mut self, number: usize, choice: usize) -> Event {
        let booking = &self.model.bookings[number];
        if self.booked[number].staff.is_empty() {
            // Staff know nothing of it.
            return match choice {
                5..11 => Event::TakeOffer,
                11 => Event::Accept(booking.time.start),
                12 | 13 => Event::Move(self.time()),
                _ => Event::Cancel,
            };
        }
        let proposed = &booking.proposed;
        match choice {
            5 | 6 => Event::Confirm,
            7 => Event::Decline,
            8 | 9 => {
                let count = 1 + self.dice.below(3);
                let starts: BTreeSet<Timestamp> = (0..count).map(|_| self.start()).collect();
                Event::Propose(starts.into_iter().collect())
            }
            10 | 11 if !proposed.is_empty() => {
                Event::Accept(proposed[self.dice.below(proposed.len())].start)
            }
            10 => Event::Accept(self.start()),
            11..14 => Event::Move(self.time()),
            14 => Event::Cancel,
            _ => Event::Miss,
        }
    }

    /// Each person asks from a network of their own.
    pub fn asking(person: usize, wish: &Wish) -> Call {
        let email = if wish.has_email {
            format!("p{person}@example.com")
        } else {
            String::new()
        };
        let body = json!({
            "service": wish.service.id(), "practitioner": who(wish.time.practitioner), "start": wish.time.start.to_string(),
            "patient": { "name": "Zoë", "email": email, "phone": format!("416-{:03}-{:04}", 200 + person / 10_000, person % 10_000) },
            "consent": true,
        });
        let path = "/bookings".to_owned();
        let key = Some(person);
        Call { path, body, key }
    }

    /// Asks for a place on the waiting list, from a network of their own.
    pub fn joining(person: usize, entry: &Entry) -> Call {
        let body = json!({
            "service": entry.service.id(), "practitioner": entry.practitioner.map(who),
            "from": entry.date.to_string(), "to": entry.date.to_string(),
            "patient": { "name": "Zoë", "email": format!("p{person}@example.com") }, "consent": true,
        });
        let path = "/waitlist".to_owned();
        let key = Some(person);
        Call { path, body, key }
    }

    pub fn leaving(&self, number: usize) -> Call {
        let Waiting { reference, token } = &self.waiting[number];
        Call {
            path: format!("/waitlist/{reference}/leave"),
            body: json!({ "token": token }),
            key: None,
        }
    }

    pub fn call(&self, number: usize, event: &Event) -> Call {
        let booked = &self.booked[number];
        let (page, token, body) = match event {
            Event::Confirm => ("decision", &booked.staff, json!({ "decision": "confirm" })),
            Event::Decline => ("decision", &booked.staff, json!({ "decision": "decline" })),
            Event::Propose(starts) => {
                let starts: Vec<String> = starts.iter().map(Timestamp::to_string).collect();
                let body = json!({ "decision": "propose", "starts": starts });
                ("decision", &booked.staff, body)
            }
            Event::Accept(start) => (
                "accept",
                &booked.patient,
                json!({ "start": start.to_string() }),
            ),
            Event::Move(Time {
                practitioner,
                start,
            }) => {
                let body =
                    json!({ "start": start.to_string(), "practitioner": who(*practitioner) });
                ("reschedule", &booked.patient, body)
            }
            Event::TakeOffer => ("accept", &booked.patient, json!({})),
            Event::Cancel => ("cancel", &booked.patient, json!({})),
            Event::Miss => ("no-show", &booked.staff, json!({})),
        };
        let body = frontdesk_tests::with(body, "token", json!(token));
        let path = format!("/bookings/{}/{page}", booked.reference);
        let key = None;
        Call { path, body, key }
    }
}
