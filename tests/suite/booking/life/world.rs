//! The front desk beside its model: each step is taken by both, and the answers are compared.

use frontdesk_tests::{Answer, Desk, booked::Booked, ledger::items};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{
    model::{Booking, Status},
    rules::{Event, Model, NOTICE, Outcome},
    steps::{Call, Dice, Step, Wish, who},
};

pub struct World {
    pub desk: Desk,
    pub model: Model,
    pub dice: Dice,
    pub booked: Vec<Booked>,
    /// How many people have asked for a time so far.
    pub people: usize,
}

impl World {
    pub fn new(desk: Desk, seed: u64, now: Timestamp) -> Self {
        let bookings = Vec::new();
        Self {
            desk,
            model: Model { now, bookings },
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
        }
    }

    /// Sends what the step would send and does not wait for the answer, which may never come.
    pub fn begin(&self, step: &Step) -> Option<tokio::task::JoinHandle<()>> {
        let call = match step {
            Step::Wait(_) => return None,
            Step::Hold(wish) => Self::asking(self.people + 1, wish),
            Step::Happen(number, event) => self.call(*number, event),
        };
        let request = Self::request(&self.desk, &call);
        Some(tokio::spawn(async move {
            let _ = request.send().await;
        }))
    }

    /// Goes on with the front desk that has taken the place of one that was killed. Its clock has to be set.
    pub async fn go_on_at(&mut self, url: &str) {
        self.desk = Desk::at(url);
        self.desk.set_now(self.model.now).await;
    }

    async fn wait(&mut self, lasts: SignedDuration) {
        self.model.now += lasts;
        self.calm().await;
        self.desk.set_now(self.model.now).await;
        let now = self.model.now;
        for booking in &mut self.model.bookings {
            let is_due = booking.answer_by.is_some_and(|by| by <= now);
            if booking.status == Status::Requested && is_due {
                booking.expire();
            }
        }
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
        let possible =
            time.start - NOTICE >= self.model.now && self.model.is_free(time, service, None);
        if !possible {
            assert!([409, 422].contains(&answer.status.as_u16()), "{answer:?}");
            return;
        }
        assert_eq!(answer.status, 201, "{answer:?}");
        let booking = Booking::new(service, time, has_email, self.model.now);
        assert_eq!(answer.json()["status"], booking.status.name());
        self.model.bookings.push(booking);
        self.booked.push(self.links(&answer.json()).await);
        self.learn_answer_by(self.booked.len() - 1).await;
    }

    /// Makes the call, and sometimes makes it again.
    async fn made(&mut self, call: &Call) -> Answer {
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
            self.model.bookings[number] = after;
            self.learn_answer_by(number).await;
        }
    }

    /// How long staff have to answer is counted in opening hours, which have tests of their own.
    async fn learn_answer_by(&mut self, number: usize) {
        self.calm().await;
        let view = self.booked[number].view(&self.desk).await;
        let answer_by = view["answer_by"].as_str().map(|by| by.parse().unwrap());
        let booking = &mut self.model.bookings[number];
        assert_eq!(answer_by.is_some(), booking.status == Status::Requested);
        booking.answer_by = answer_by;
    }

    /// Does many things at once. Nobody can say what comes first, so the model learns what has happened; that it could
    /// happen is checked.
    pub async fn burst(&mut self, size: usize) {
        let mut calls = Vec::new();
        for _ in 0..size {
            match self.next() {
                Step::Wait(_) => {}
                Step::Hold(wish) => {
                    self.people += 1;
                    calls.push(Self::asking(self.people, &wish));
                }
                Step::Happen(number, event) => calls.push(self.call(number, &event)),
            }
        }
        let sent = calls.iter().map(|call| Self::send(&self.desk, call));
        let answers = futures_util::future::join_all(sent).await;
        for (call, answer) in calls.iter().zip(answers) {
            let status = answer.status.as_u16();
            assert!(
                [200, 201, 409, 422].contains(&status),
                "{call:?}: {answer:?}"
            );
            if status == 201 {
                self.booked.push(self.links(&answer.json()).await);
            }
        }
        self.learn().await;
    }
}
