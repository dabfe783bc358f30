//! The front desk beside its model: each step is taken by both, and the answers are compared.

use booking::Office;
use frontdesk_tests::{
    Answer, Desk, booked::Booked, ledger::items, office::office, waiting::Waiting,
};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use shared::reference::Reference;

use super::{
    absence::waiting_of,
    model::{Booking, ROOMS, Status},
    rules::{Event, Model, NOTICE, Outcome},
    steps::{Call, Dice, Step, Wish, who},
};

pub struct World {
    pub desk: Desk,
    pub model: Model,
    pub dice: Dice,
    pub booked: Vec<Booked>,
    /// Those on the waiting list, and the ids of the time off, as they are numbered in the model.
    pub waiting: Vec<Waiting>,
    pub offs: Vec<Reference>,
    pub(super) office: Office,
    /// How many people have asked for a time so far.
    pub people: usize,
}

impl World {
    pub async fn new(desk: Desk, seed: u64, now: Timestamp) -> Self {
        let model = Model {
            now,
            bookings: Vec::new(),
            entries: Vec::new(),
            offs: Vec::new(),
        };
        Self {
            office: office(&desk).await,
            desk,
            model,
            waiting: Vec::new(),
            offs: Vec::new(),
            dice: Dice::of(seed),
            booked: Vec::new(),
            people: 0,
        }
    }

    /// Does one thing to the front desk and to the model, and compares the answer. Sometimes it is done again, and has
    /// to be answered the same.
    pub async fn take(&mut self, step: &Step) {
        match step {
            Step::Wait(lasts) => self.wait(*lasts).await,
            Step::Hold(wish) => self.ask(wish).await,
            Step::Happen(number, event) => self.happen(*number, event).await,
            Step::Join(entry) => self.join(entry).await,
            Step::Leave(number) => self.leave(*number).await,
            Step::AddOff(off) => self.add_off(off).await,
            Step::RemoveOff(number) => self.remove_off(*number).await,
        }
        self.sweep().await;
        self.meet_offers().await;
    }

    /// Sends what the step would send and does not wait for the answer, which may never come.
    pub fn begin(&self, step: &Step) -> Option<tokio::task::JoinHandle<()>> {
        let call = match step {
            Step::Wait(_) | Step::AddOff(_) | Step::RemoveOff(_) => return None,
            Step::Hold(wish) => Self::asking(self.people + 1, wish),
            Step::Happen(number, event) => self.call(*number, event),
            Step::Join(entry) => Self::joining(self.people + 1, entry),
            Step::Leave(number) => self.leaving(*number),
        };
        let request = Self::request(&self.desk, &call);
        Some(tokio::spawn(async move {
            let _ = request.send().await;
        }))
    }

    /// Goes on with the front desk that has taken the place of one that was killed. Its clock has to be set, and not to
    /// before anything that was stored.
    pub async fn go_on_at(&mut self, url: &str) {
        self.desk = Desk::at(url);
        self.model.now += SignedDuration::from_secs(20);
        self.desk.set_now(self.model.now).await;
        self.office = office(&self.desk).await;
    }

    async fn wait(&mut self, lasts: SignedDuration) {
        self.model.now += lasts;
        self.calm().await;
        self.desk.set_now(self.model.now).await;
        self.model.pass_time();
    }

    /// Runs what is due. The clock goes on, so that the line is in the order of joining.
    pub async fn sweep(&self) {
        self.calm().await;
        self.desk.clock(json!({ "advance": "PT0S" })).await;
    }

    /// How many offers were made, how many visits were asked to move, and how many are in the second room.
    pub fn told(&self) -> [usize; 3] {
        let Model {
            bookings, entries, ..
        } = &self.model;
        let is_asked = |id: &String| id.starts_with("booking_must_move");
        let asked = bookings.iter().filter(|one| one.mails.iter().any(is_asked));
        let second = bookings.iter().filter(|one| one.room == ROOMS[1]);
        let offers = entries.iter().map(|entry| entry.offered.len()).sum();
        [offers, asked.count(), second.count()]
    }

    /// No call of the store fails any more.
    pub async fn calm(&self) {
        self.desk.faults(json!({ "dynamodb": "ok" })).await;
    }

    async fn ask(&mut self, wish: &Wish) {
        self.people += 1;
        let call = Self::asking(self.people, wish);
        let answer = self.made(&call).await;
        let Wish {
            service,
            time,
            has_email,
        } = *wish;
        let room = self.model.room(time, service, None);
        let room = room.filter(|_| time.start - NOTICE >= self.model.now);
        let Some(room) = room else {
            assert!([409, 422].contains(&answer.status.as_u16()), "{answer:?}");
            return;
        };
        assert_eq!(answer.status, 201, "{answer:?}");
        let booking = Booking::new(service, (time, room), has_email, self.model.now);
        assert_eq!(answer.json()["status"], booking.status.name());
        self.model.bookings.push(booking);
        self.booked.push(self.links(&answer.json()).await);
        self.learn_answer_by(self.booked.len() - 1).await;
    }

    /// Makes the call, and sometimes makes it again.
    pub(super) async fn made(&mut self, call: &Call) -> Answer {
        let answer = Self::send(&self.desk, call).await;
        if self.dice.below(3) == 0 {
            let again = Self::send(&self.desk, call).await;
            if answer.status.is_success() {
                assert_eq!((again.status, again.json()), (answer.status, answer.json()));
            } else {
                assert_eq!(again.status, answer.status, "{again:?}");
            }
        }
        answer
    }

    async fn send(desk: &Desk, call: &Call) -> Answer {
        desk.settled(Self::request(desk, call)).await
    }

    fn request(desk: &Desk, call: &Call) -> RequestBuilder {
        let mut request = desk.request(Method::POST, &call.path).json(&call.body);
        if let Some(key) = call.key {
            let address = format!("10.{}.{}.{}", key >> 16, (key >> 8) % 256, key % 256);
            request = request.header("x-forwarded-for", address);
            request = request.header("idempotency-key", format!("key-{key}"));
        }
        request
    }

    /// Both links, the staff's from the mail that tells them of the booking.
    async fn links(&self, receipt: &Value) -> Booked {
        self.calm().await;
        let reference = receipt["reference"].as_str().unwrap().to_owned();
        let id = format!("{reference}/booking_to_staff/0");
        let mails = items(&self.desk, "MailTable").await;
        let mail = mails.iter().find(|mail| mail["id"] == id.as_str()).unwrap();
        let token = |url: &Value| {
            url.as_str()
                .unwrap()
                .split_once("token=")
                .unwrap()
                .1
                .to_owned()
        };
        Booked {
            patient: token(&receipt["manage_url"]),
            staff: token(&mail["letter"]["review_url"]),
            reference,
        }
    }

    async fn happen(&mut self, number: usize, event: &Event) {
        let outcome = self.model.outcome(number, event);
        let call = self.call(number, event);
        let answer = self.made(&call).await;
        let before = &self.model.bookings[number];
        let (after, changed) = match outcome {
            Outcome::Refused => {
                let refused = [409, 422].contains(&answer.status.as_u16());
                assert!(refused, "{event:?} of {before:?}: {answer:?}");
                return;
            }
            Outcome::Same => (before.clone(), false),
            Outcome::Changed(after) => (*after, true),
        };
        assert_eq!(answer.status, 200, "{event:?} of {before:?}: {answer:?}");
        let view = answer.json();
        let start = view["start"].as_str().unwrap().parse::<Timestamp>();
        assert_eq!(view["revision"], after.revision, "{event:?} of {before:?}");
        assert_eq!(
            (start.unwrap(), &view["practitioner"]),
            (after.time.start, &json!(who(after.time.practitioner))),
            "{event:?} of {before:?}"
        );
        if changed {
            let before = std::mem::replace(&mut self.model.bookings[number], after);
            self.learn_answer_by(number).await;
            self.learn_staffs_link(number).await;
            self.model.settle(number, &before);
        }
    }

    /// How long staff have to answer is counted in opening hours, which have tests of their own.
    pub(super) async fn learn_answer_by(&mut self, number: usize) {
        self.calm().await;
        let view = self.booked[number].view(&self.desk).await;
        let answer_by = view["answer_by"].as_str().map(|by| by.parse().unwrap());
        let booking = &mut self.model.bookings[number];
        let waits = matches!(booking.status, Status::Requested | Status::Offered);
        assert_eq!(answer_by.is_some(), waits);
        booking.answer_by = answer_by;
    }

    /// Does many things at once. Nobody can say what comes first, so the model learns what has happened; that it could
    /// happen is checked.
    pub async fn burst(&mut self, size: usize) {
        let (mut calls, mut offs, mut removed) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..size {
            match self.next() {
                Step::Wait(_) => {}
                Step::Hold(wish) => {
                    self.people += 1;
                    calls.push(Self::asking(self.people, &wish));
                }
                Step::Happen(number, event) => calls.push(self.call(number, &event)),
                Step::Join(entry) => {
                    self.people += 1;
                    calls.push(Self::joining(self.people, &entry));
                }
                Step::Leave(number) => calls.push(self.leaving(number)),
                Step::AddOff(off) => offs.push(off),
                Step::RemoveOff(number) => removed.push(number),
            }
        }
        let sent = join_all(calls.iter().map(|call| Self::send(&self.desk, call)));
        let (answers, (), ()) = tokio::join!(sent, self.add_all(&offs), self.remove_all(&removed));
        self.learn_offs(&offs, &removed).await;
        for (call, answer) in calls.iter().zip(answers) {
            let status = answer.status.as_u16();
            assert!(
                [200, 201, 409, 422].contains(&status),
                "{call:?}: {answer:?}"
            );
            if status == 201 && call.path == "/waitlist" {
                self.waiting.push(waiting_of(&answer.json()));
            } else if status == 201 {
                self.booked.push(self.links(&answer.json()).await);
            }
        }
        self.calm().await;
        // Those who have just joined are asked once more ten seconds later.
        let settled = SignedDuration::from_secs(11);
        self.model.now += settled;
        self.desk.clock(json!({ "advance": "PT11S" })).await;
        self.learn().await;
    }
}
