//! Clinics for tests.

use std::fmt::Write as _;

use shared::clinic::{Clinic, Week};

/// What tests vary of a clinic. Each practitioner, `p1`, `p2` …, offers its one service.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    pub(crate) time_zone: &'static str,
    /// When the clinic is open every day, as `"09:00-17:00"`; several periods are separated by commas.
    pub(crate) hours: String,
    /// The hours of each practitioner, alike.
    pub(crate) practitioners: Vec<String>,
    /// More lines of the table `[booking]`.
    pub(crate) booking: String,
    pub(crate) step: u32,
    pub(crate) minutes: u32,
    /// More lines of the service.
    pub(crate) service: String,
    /// How many rooms there are, `r1`, `r2` …, of which the service needs one. Without any, it needs none.
    pub(crate) rooms: usize,
    /// Days on which it is closed.
    pub(crate) closed: Vec<String>,
}

impl Sample {
    /// A clinic with one practitioner, who is there whenever it is open.
    pub(crate) fn open(hours: &str, time_zone: &'static str) -> Self {
        Self {
            time_zone,
            hours: hours.to_owned(),
            practitioners: vec![hours.to_owned()],
            booking: "minimum_notice_hours = 0\nhorizon_days = 30".to_owned(),
            step: 30,
            minutes: 30,
            service: "confirmation = \"instant\"".to_owned(),
            rooms: 0,
            closed: Vec::new(),
        }
    }

    pub(crate) fn clinic(&self) -> Clinic {
        let toml = self.toml();
        Clinic::parse(&toml).unwrap_or_else(|mistakes| panic!("{mistakes}\n{toml}"))
    }

    fn toml(&self) -> String {
        [self.rules(), self.service(), self.people()].concat()
    }

    fn rules(&self) -> String {
        format!(
            r#"
            name = "Test"
            summary = "A clinic"
            phone = "416-555-0100"
            address = "1 Test Street"
            language = "en-CA"
            time_zone = "{time_zone}"
            website = "https://clinic.example"
            currency = "CAD"
            [hours]
            {hours}
            [mail]
            from = "a@clinic.example"
            from_name = "Test"
            staff = "b@clinic.example"
            [retention]
            messages_days = 1
            bookings_days = 1
            mails_days = 1
            [contact]
            topics = []
            consent.version = "1"
            consent.text = "Yes"
            [booking]
            step_minutes = {step}
            {booking}
            consent.version = "1"
            consent.text = "Yes"
            "#,
            time_zone = self.time_zone,
            hours = every_day(&self.hours),
            step = self.step,
            booking = self.booking,
        )
    }

    fn service(&self) -> String {
        let ids = |letter: &str, count: usize| {
            let ids = (1..=count).map(|n| format!("\"{letter}{n}\""));
            ids.collect::<Vec<_>>().join(", ")
        };
        format!(
            r#"
            [[services]]
            id = "visit"
            name = "Visit"
            summary = "A visit"
            minutes = {minutes}
            price = "10.00"
            patients = "any"
            {service}
            practitioners = [{people}]
            rooms = [{rooms}]
            "#,
            minutes = self.minutes,
            service = self.service,
            people = ids("p", self.practitioners.len()),
            rooms = ids("r", self.rooms),
        )
    }

    fn people(&self) -> String {
        let mut toml = String::new();
        for (n, hours) in (1..).zip(&self.practitioners) {
            let hours = every_day(hours);
            let _ = writeln!(
                toml,
                "[[practitioners]]\nid = \"p{n}\"\nname = \"P{n}\"\nrole = \"Chiropodist\"\n[practitioners.hours]\n{hours}"
            );
        }
        for n in 1..=self.rooms {
            let _ = writeln!(toml, "[[rooms]]\nid = \"r{n}\"\nname = \"Room {n}\"");
        }
        for day in &self.closed {
            let _ = writeln!(toml, "[[closures]]\nfrom = \"{day}\"\nreason = \"Closed\"");
        }
        toml
    }
}

fn every_day(hours: &str) -> String {
    let periods: Vec<String> = hours
        .split(',')
        .map(|period| format!("\"{period}\""))
        .collect();
    let periods = periods.join(", ");
    let days = Week::DAYS
        .iter()
        .map(|(_, day)| format!("{day} = [{periods}]\n"));
    days.collect()
}
