//! Somebody on the waiting list, with their link.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{Answer, Desk, booked::Booked, with};

/// An entry in the waiting list, with the token of its link.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub reference: String,
    pub token: String,
}

/// An entry for foot care with the first chiropodist, tomorrow.
#[must_use]
pub fn entry() -> Value {
    json!({
        "service": "foot-care", "practitioner": "chiropodist-1", "from": "2026-12-01", "to": "2026-12-01",
        "patient": { "name": "Zoë Łukasz", "email": "zoe@example.com", "phone": "416-555-0123", "returning": false },
        "consent": true,
    })
}

impl Waiting {
    /// Joins the waiting list, from a network of their own.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn of(desk: &Desk, body: &Value) -> Self {
        let answer = join(desk, body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let receipt = answer.json();
        let url = receipt["manage_url"].as_str().unwrap();
        Self {
            reference: receipt["reference"].as_str().unwrap().to_owned(),
            token: url.split_once("token=").unwrap().1.to_owned(),
        }
    }

    /// The address of their page.
    #[must_use]
    pub fn address(&self) -> String {
        format!("/waitlist/{}?token={}", self.reference, self.token)
    }

    /// The entry as they see it.
    pub async fn view(&self, desk: &Desk) -> Value {
        let answer = desk.get(&self.address()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    pub async fn leave(&self, desk: &Desk) -> Answer {
        let path = format!("/waitlist/{}/leave", self.reference);
        let request = desk.request(Method::POST, &path);
        let body = json!({ "token": self.token });
        desk.settled(request.json(&body)).await
    }

    /// The booking that holds a time for them, by the link on their page.
    pub async fn offer(&self, desk: &Desk) -> Option<Booked> {
        let view = self.view(desk).await;
        let (path, token) = view["offer_url"].as_str()?.split_once("?token=").unwrap();
        let (_, reference) = path.rsplit_once('/').unwrap();
        Some(Booked {
            reference: reference.to_owned(),
            patient: token.to_owned(),
            staff: String::new(),
        })
    }
}

/// Asks for a place on the waiting list, from the network of the patient's address.
pub async fn join(desk: &Desk, body: &Value) -> Answer {
    let email = body["patient"]["email"].as_str().unwrap();
    let from = email.bytes().fold(7_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    });
    let address = format!(
        "10.{}.{}.{}",
        from % 251,
        from / 251 % 251,
        from / 63_001 % 251
    );
    let request = desk.request(Method::POST, "/waitlist").json(body);
    desk.settled(request.header("x-forwarded-for", address))
        .await
}

/// The entry in the name of another person, who has an address and a number of their own.
#[must_use]
pub fn of_person(body: Value, n: usize) -> Value {
    with(
        crate::booked::of_person(body, n),
        "patient.name",
        json!(format!("Person {n}")),
    )
}
