//! The front desk beside its model: what is done to both, and what has to hold afterwards.

use std::collections::{BTreeMap, BTreeSet};

use frontdesk_tests::{Answer, Desk, booked::Booked};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::model::{Booking, Event, Model, Outcome, Proposal, Service, Status, Time};

/// A small generator, so that a seed says everything (Marsaglia's xorshift).
pub struct Dice(u64);

impl Dice {
    pub fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `end`.
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
    service: Service,
    time: Time,
    has_email: bool,
}

/// Something that is done. The front desk's clock goes on meanwhile: the minutes that are waited for are odd, so that
/// nothing falls due within seconds of them.
#[derive(Clone, Debug)]
pub enum Step {
    Hold(Wish),
    Happen(usize, Event),
    Wait(SignedDuration),
}

/// A request that can be made again.
#[derive(Clone, Debug)]
struct Call {
    path: String,
    body: Value,
    key: Option<usize>,
}

pub struct World {
    pub desk: Desk,
    pub model: Model,
    pub dice: Dice,
    booked: Vec<Booked>,
    /// How many people have asked for a time so far.
    people: usize,
}

/// The starts that are asked for: few enough that most of them are wanted twice.
fn starts() -> Vec<Timestamp> {
    let days = [1, 2, 3, 8, 9, 10];
    let on = |day: i32| {
        let ten: Timestamp = format!("2026-12-{day:02}T10:00:00-05:00").parse().unwrap();
        (0..7).map(move |quarter| ten + SignedDuration::from_mins(15 * quarter))
    };
    days.into_iter().flat_map(on).collect()
}

fn who(practitioner: u8) -> String {
    format!("chiropodist-{practitioner}")
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

    /// What happens next.
    pub fn next(&mut self) -> Step {
        let count = self.booked.len();
        match self.dice.below(16) {
            0..4 => self.hold(),
            _ if count == 0 => self.hold(),
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
        let proposed = &self.model.bookings[number].proposed;
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
        let possible = time.start - super::model::NOTICE >= self.model.now
            && self.model.is_free(time, service, None);
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

    /// Each person asks from a network of their own.
    fn asking(person: usize, wish: &Wish) -> Call {
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
        let mails = self.json("MailTable").await;
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

    fn call(&self, number: usize, event: &Event) -> Call {
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
            Event::Cancel => ("cancel", &booked.patient, json!({})),
            Event::Miss => ("no-show", &booked.staff, json!({})),
        };
        let body = frontdesk_tests::with(body, "token", json!(token));
        let path = format!("/bookings/{}/{page}", booked.reference);
        let key = None;
        Call { path, body, key }
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

    /// Reads everything into the model.
    pub async fn learn(&mut self) {
        self.calm().await;
        let items = self.json("BookingTable").await;
        let mails = self.json("MailTable").await;
        let find = |booked: &Booked| {
            let pk = format!("booking#{}", booked.reference);
            let mut found = items.iter().filter(|item| item["pk"] == pk.as_str());
            let item = found.next().unwrap();
            let audited = items_about(&items_of(&items, "audit#"), &booked.reference);
            read(item, mails_about(&mails, &booked.reference), audited)
        };
        self.model.bookings = self.booked.iter().map(find).collect();
    }

    /// All items of a table, as JSON.
    async fn json(&self, table: &str) -> Vec<Value> {
        let items = self.desk.items(table).await.into_iter();
        let items = items.map(|item| serde_dynamo::from_item(item).unwrap());
        items.collect()
    }

    /// What has to hold after every step.
    pub async fn check(&self) {
        self.calm().await;
        let items = self.json("BookingTable").await;
        let mails = self.json("MailTable").await;
        let stored = items_of(&items, "booking#");
        assert_eq!(
            stored.len(),
            self.booked.len(),
            "who was told yes is who is stored"
        );
        let mut cells: BTreeMap<(String, String), BTreeSet<u64>> = BTreeMap::new();
        for (booked, booking) in self.booked.iter().zip(&self.model.bookings) {
            let about = |item: &&&Value| item["reference"] == booked.reference.as_str();
            let item = stored.iter().find(about).unwrap();
            let audited = items_about(&items_of(&items, "audit#"), &booked.reference);
            let found = read(item, mails_about(&mails, &booked.reference), audited);
            assert_eq!(
                format!("{found:?}"),
                format!("{booking:?}"),
                "{}",
                booked.reference
            );
            is_told_of_each_step(booking);
            check_reminders(booking, &mails, &booked.reference, self.model.now);
            if booking.status.is_live() {
                let text = |name: &str| item[name].as_str().unwrap().to_owned();
                let day = cells
                    .entry((text("practitioner"), text("day")))
                    .or_default();
                let number = |name: &str| item[name].as_u64().unwrap();
                for cell in number("first_cell")..number("end_cell") {
                    assert!(
                        day.insert(cell),
                        "{}: cell {cell} is given twice",
                        booked.reference
                    );
                }
            }
        }
        let mut busy = BTreeMap::new();
        for day in items_of(&items, "practitioner#") {
            let set: BTreeSet<u64> = match &day["busy"] {
                Value::Null => continue,
                set => serde_json::from_value(set.clone()).unwrap(),
            };
            let part = |name: &str, prefix: &str| {
                day[name]
                    .as_str()
                    .unwrap()
                    .strip_prefix(prefix)
                    .unwrap()
                    .to_owned()
            };
            busy.insert((part("pk", "practitioner#"), part("sk", "day#")), set);
        }
        assert_eq!(busy, cells, "the busy cells are those of live bookings");
    }
}

fn items_of<'a>(items: &'a [Value], prefix: &str) -> Vec<&'a Value> {
    let of = |item: &&Value| item["pk"].as_str().unwrap().starts_with(prefix);
    items.iter().filter(of).collect()
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
fn read(item: &Value, mails: BTreeSet<String>, audited: usize) -> Booking {
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
        status: Status::parse(item["status"].as_str().unwrap()),
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
            ([], [1, 0]) => revision == 0 && !booking.has_email,
            ([kind], [1, 0]) => {
                revision == 0 && ["booking_requested", "booking_confirmed"].contains(kind)
            }
            ([kind], [0, 0]) => {
                ["booking_confirmed", "booking_declined", "booking_proposed"].contains(kind)
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
