//! Visits on the nights on which the clocks change, from 2026 to 2040: they last as long as they should, move, and are told
//! of at the right time.

use frontdesk_tests::{Answer, Desk, Item, booked::Booked, booking, seeds, text, with};
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned, civil::Date, tz::TimeZone};
use reqwest::Method;
use serde_json::{Value, json};

/// Open all night on every day, in that time zone, with a visit of 45 minutes.
fn at_night(toml: &str, time_zone: &str) -> String {
    let mut toml = toml.replace("\"America/Toronto\"", &format!("\"{time_zone}\""));
    toml = toml.replace(
        "minutes = 30\nbuffer_after_minutes = 10",
        "minutes = 45\nbuffer_after_minutes = 10",
    );
    let days = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let night = days
        .map(|day| format!("{day} = [\"00:00-23:00\"]\n"))
        .concat();
    let mut lines = Vec::new();
    let mut skips = false;
    for line in toml.lines() {
        let table = line.trim().trim_matches(['[', ']']);
        if line.starts_with('[') {
            skips = [
                "hours",
                "practitioners.hours",
                "practitioners.breaks",
                "closures",
            ]
            .contains(&table);
            if ["hours", "practitioners.hours"].contains(&table) {
                lines.push(line.to_owned());
                lines.push(night.clone());
            }
        }
        if !skips {
            lines.push(line.to_owned());
        }
    }
    lines.join("\n")
}

/// When the clocks of a time zone change, from 2026 to 2040.
fn changes(time_zone: &TimeZone) -> Vec<Timestamp> {
    let (from, to): (Timestamp, Timestamp) = (
        "2026-01-01T00:00:00Z".parse().unwrap(),
        "2041-01-01T00:00:00Z".parse().unwrap(),
    );
    let changes = time_zone.following(from).map(|change| change.timestamp());
    changes.take_while(|change| *change < to).collect()
}

struct Night<'a> {
    desk: &'a Desk,
    time_zone: TimeZone,
    /// How many people have booked so far.
    people: &'a mut usize,
}

impl Night<'_> {
    /// The start of the day's slot that is so long after midnight, as time passes.
    fn start(&self, date: Date, after: SignedDuration) -> Timestamp {
        let midnight = date.to_zoned(self.time_zone.clone()).unwrap();
        midnight.timestamp() + after
    }

    async fn book(&mut self, start: Timestamp) -> Booked {
        *self.people += 1;
        let n = *self.people;
        let body = with(booking(), "start", json!(start.to_string()));
        let body = with(body, "patient.email", json!(format!("p{n}@example.com")));
        let body = with(body, "patient.phone", json!(format!("416-555-{n:04}")));
        let request = self.desk.request(Method::POST, "/bookings").json(&body);
        let address = format!("10.0.{}.{}", n / 256, n % 256);
        let answer = Answer::to(request.header("x-forwarded-for", address)).await;
        assert_eq!(answer.status, 201, "{start}: {answer:?}");
        let receipt = answer.json();
        let url = receipt["manage_url"].as_str().unwrap();
        Booked {
            reference: receipt["reference"].as_str().unwrap().to_owned(),
            patient: url.split_once("token=").unwrap().1.to_owned(),
            staff: String::new(),
        }
    }

    /// Everything that tells of the visit tells of this start, and of 45 minutes.
    async fn is_at(&self, booked: &Booked, start: Timestamp) {
        let end = start + SignedDuration::from_mins(45);
        let view = booked.view(self.desk).await;
        let moment = |name: &str| view[name].as_str().unwrap().parse::<Timestamp>().unwrap();
        assert_eq!((moment("start"), moment("end")), (start, end));
        let local = start.to_zoned(self.time_zone.clone());
        let offset = view["start"].as_str().unwrap();
        assert!(
            offset.ends_with(&local.strftime("%:z").to_string()),
            "{offset}"
        );

        let file = self.desk.get(&booked.address("invite.ics")).await.text;
        for (name, moment) in [("DTSTART", start), ("DTEND", end)] {
            let utc = moment.strftime("%Y%m%dT%H%M%SZ");
            assert!(file.contains(&format!("{name}:{utc}\r\n")), "{file}");
        }
        let page = self.desk.page(&booked.address("")).await.text;
        let spoken = spoken(&local);
        assert!(page.contains(&spoken), "{spoken}: {page}");
        let due: Vec<Timestamp> = self.reminders(booked).await;
        assert_eq!(
            due,
            [start - SignedDuration::from_hours(48)],
            "{}",
            booked.reference
        );
    }

    async fn reminders(&self, booked: &Booked) -> Vec<Timestamp> {
        let prefix = format!("{}/booking_reminder/", booked.reference);
        let mails = self.desk.stored_mails().await;
        let waits =
            |mail: &&Item| text(mail, "id").starts_with(&prefix) && mail.contains_key("queue");
        let due = mails.iter().filter(waits);
        due.map(|mail| text(mail, "due_at").parse().unwrap())
            .collect()
    }

    /// How many cells of the day are busy.
    async fn busy(&self, date: Date) -> usize {
        let days = self
            .desk
            .items_of("BookingTable", "practitioner#chiropodist-1")
            .await;
        let day = days
            .iter()
            .find(|day| text(day, "sk") == format!("day#{date}"));
        day.and_then(|day| day.get("busy"))
            .map_or(0, |busy| busy.as_ns().unwrap().len())
    }
}

/// As the clinic says a time: `Sunday, March 14, 2027 at 1:30 a.m.`
fn spoken(local: &Zoned) -> String {
    let half = if local.hour() < 12 { "a.m." } else { "p.m." };
    format!("{}\u{a0}{half}", local.strftime("%A, %B %-d, %Y at %-I:%M"))
}

async fn visits_are_right(time_zone: &str) {
    let desk = Desk::with_clinic(|toml| at_night(&toml, time_zone)).await;
    let zone = TimeZone::get(time_zone).unwrap();
    let mut people = 0;
    let changes = changes(&zone);
    assert_eq!(changes.len(), 30, "two a year");
    // All of them take a while: with more seeds, all; else one in spring, one in autumn, and so on.
    let every = if seeds(1) > 1 { 1 } else { 7 };
    for change in changes.into_iter().step_by(every) {
        let date = change.to_zoned(zone.clone()).date();
        let (before, after) = (date.yesterday().unwrap(), date.tomorrow().unwrap());
        desk.set_now(change - SignedDuration::from_hours(24 * 6))
            .await;
        let mut night = Night {
            desk: &desk,
            time_zone: zone.clone(),
            people: &mut people,
        };
        let elapsed = change.duration_since(date.to_zoned(zone.clone()).unwrap().timestamp());
        // It begins half an hour before the change and ends a quarter of an hour after it.
        let spanning = night.start(date, elapsed - SignedDuration::from_mins(30));

        let booked = night.book(spanning).await;
        night.is_at(&booked, spanning).await;
        assert_eq!(night.busy(date).await, 11, "45 minutes and ten more");
        let two = SignedDuration::from_hours(2);
        for (day, start) in [
            (before, night.start(before, two)),
            (after, night.start(after, two)),
            (date, change),
        ] {
            let moved = booked.reschedule(&desk, &start.to_string()).await;
            assert_eq!(moved.status, 200, "{moved:?}");
            night.is_at(&booked, start).await;
            assert_eq!(night.busy(day).await, 11);
        }
        assert_eq!((night.busy(before).await, night.busy(after).await), (0, 0));
        is_listed(&desk, date, change).await;
        booked.press(&desk, "cancel", json!({})).await;
        assert_eq!(night.busy(date).await, 0);
    }
}

/// Of the times around the visit at `taken`, those are listed that it leaves free, and no time is listed twice.
async fn is_listed(desk: &Desk, date: Date, taken: Timestamp) {
    let path =
        format!("/availability?service=foot-care&practitioner=chiropodist-1&from={date}&to={date}");
    let answer = desk.get(&path).await.json();
    let starts = answer["days"][date.to_string()].as_array().unwrap().iter();
    let starts: Vec<Timestamp> = starts
        .map(|one: &Value| one["start"].as_str().unwrap().parse().unwrap())
        .collect();
    let busy = taken - SignedDuration::from_mins(54)..taken + SignedDuration::from_mins(55);
    assert!(
        !starts.iter().any(|start| busy.contains(start)),
        "{starts:?}"
    );
    assert!(starts.is_sorted_by(|one, next| one < next), "{starts:?}");
    let midnight = date.at(0, 0, 0, 0);
    let hours = midnight.to_zoned(TimeZone::get(answer["time_zone"].as_str().unwrap()).unwrap());
    let hours = hours.unwrap();
    let lasts = hours.checked_add(1.day()).unwrap().duration_since(&hours);
    // Until 11 p.m.: each quarter of an hour at which 45 minutes fit in, but those that meet the visit.
    let quarters = (lasts.as_mins() - 60 - 45) / 15 + 1;
    assert_eq!(
        i64::try_from(starts.len()).unwrap(),
        quarters - 7,
        "{date}: {starts:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn in_toronto() {
    visits_are_right("America/Toronto").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_st_johns() {
    visits_are_right("America/St_Johns").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_lord_howe_island_where_clocks_change_by_half_an_hour() {
    visits_are_right("Australia/Lord_Howe").await;
}
