//! A booking with both of its links, as its patient and staff hold them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{Answer, Desk, booking, html, with};

/// A booking that was just made, with the tokens of its links.
#[derive(Clone, Debug)]
pub struct Booked {
    pub reference: String,
    pub patient: String,
    pub staff: String,
}

/// A request that staff have to answer: an assessment, tomorrow at ten with the first chiropodist.
#[must_use]
pub fn assessment() -> Value {
    with(booking(), "service", json!("initial-assessment"))
}

/// The booking in the name of another person, who has an address and a number of their own.
#[must_use]
pub fn of_person(body: Value, n: usize) -> Value {
    let body = with(body, "patient.email", json!(format!("p{n}@example.com")));
    with(body, "patient.phone", json!(format!("416-555-{n:04}")))
}

impl Booked {
    /// Asks for a booking, waits until both sides were told, and reads both of its links.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn of(desk: &Desk, body: &Value) -> Self {
        let answer = desk.post("/bookings", body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let receipt = answer.json();
        let reference = receipt["reference"].as_str().unwrap().to_owned();
        let token = |url: &str| url.split_once("token=").unwrap().1.to_owned();
        let mail = desk.mail(&reference, "booking_to_staff").await;
        if body["patient"]["email"] != "" {
            // A step that comes before it was sent would withdraw it.
            let status = receipt["status"].as_str().unwrap();
            desk.mail(&reference, &format!("booking_{status}")).await;
        }
        let links = html::links(mail["html"].as_str().unwrap());
        let staff = links.iter().find(|link| link.contains("/decision?token="));
        Self {
            patient: token(receipt["manage_url"].as_str().unwrap()),
            staff: token(staff.unwrap()),
            reference,
        }
    }

    /// The address of `page` with the token of who uses it.
    #[must_use]
    pub fn address(&self, page: &str) -> String {
        let token = self.token(page);
        format!("{}?token={token}", self.path(page))
    }

    /// The booking as its patient sees it.
    pub async fn view(&self, desk: &Desk) -> Value {
        let answer = desk.get(&self.address("")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// Presses a button, as a program: `decision`, `cancel`, `reschedule`, `accept`, `reason` or `no-show`.
    pub async fn press(&self, desk: &Desk, page: &str, body: Value) -> Answer {
        let body = with(body, "token", json!(self.token(page)));
        let request = desk.request(Method::POST, &self.path(page));
        desk.settled(request.json(&body)).await
    }

    /// Posts a decision of staff.
    pub async fn decide(&self, desk: &Desk, decision: &str) -> Answer {
        let body = json!({ "decision": decision });
        self.press(desk, "decision", body).await
    }

    /// The patient wants this start instead.
    pub async fn reschedule(&self, desk: &Desk, start: &str) -> Answer {
        self.press(desk, "reschedule", json!({ "start": start }))
            .await
    }

    fn path(&self, page: &str) -> String {
        let slash = if page.is_empty() { "" } else { "/" };
        format!("/bookings/{}{slash}{page}", self.reference)
    }

    fn token(&self, page: &str) -> &str {
        match page {
            "decision" | "reason" | "no-show" => &self.staff,
            _ => &self.patient,
        }
    }
}
