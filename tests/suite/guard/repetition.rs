//! A repetition from another network gets the same answer without its links: it may be the same phone, or somebody who
//! copied the request.

use frontdesk_tests::{Answer, Desk, booking, html::links, message};
use reqwest::{Method, RequestBuilder};

fn post(desk: &Desk, path: &str, address: &str) -> RequestBuilder {
    desk.request(Method::POST, path)
        .header("x-forwarded-for", address)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_somebodys_booking_from_elsewhere_gets_no_link_to_it() {
    for key in [None, Some("a-key-that-was-seen")] {
        let desk = Desk::start().await;
        let send = async |address: &str| {
            let request = post(&desk, "/bookings", address).json(&booking());
            let request = match key {
                Some(key) => request.header("idempotency-key", key),
                None => request,
            };
            Answer::to(request).await
        };
        let first = send("2001:db8:1:2::1").await;
        let mut without_link = first.json();
        without_link.as_object_mut().unwrap().remove("manage_url");

        for elsewhere in ["2001:db8:1:3::1", "192.0.2.1"] {
            let answer = send(elsewhere).await;

            assert_eq!(answer.status, 201, "{answer:?}");
            assert_eq!(answer.header("idempotency-replayed"), "true");
            assert_eq!(answer.json(), without_link);
        }
        let same_network = send("2001:db8:1:2:ffff::9").await;
        assert_eq!(same_network.json(), first.json());
        assert_eq!(desk.items_of("BookingTable", "booking#").await.len(), 1);
    }
}

fn has_link(page: &str) -> bool {
    links(page).iter().any(|link| link.contains("?token="))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_changes_networks_reads_that_the_link_was_mailed() {
    let desk = Desk::start().await;
    let fields = [
        ("service", "foot-care"),
        ("practitioner", "chiropodist-1"),
        ("start", "2026-12-01T10:00:00-05:00"),
        ("patient.name", "Zoë"),
        ("patient.email", "zoe@example.com"),
        ("consent", "on"),
    ];
    let send = async |address: &str| {
        let request = post(&desk, "/bookings", address).header("accept", "text/html");
        Answer::to(request.form(&fields)).await
    };
    let first = send("192.0.2.1").await;
    let second = send("192.0.2.2").await;

    assert_eq!((first.status.as_u16(), second.status.as_u16()), (303, 201));
    assert!(first.header("location").contains("?token="));
    assert!(!has_link(&second.text), "{}", second.text);
    assert!(second.text.contains("is in the mail that we sent you"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_looked_up_gives_no_link_away_either() {
    let desk = Desk::start().await;
    let send = async |address: &str| {
        let keyed = post(&desk, "/bookings", address).header("idempotency-key", "k");
        Answer::to(keyed.json(&booking())).await
    };
    let first = send("192.0.2.1").await;
    assert_eq!(first.status, 201);
    // The start is inside the minimum notice now: the rules refuse it, and the first answer is looked up.
    desk.clock(serde_json::json!({ "now": "2026-12-01T08:30:00-05:00" }))
        .await;

    let (same, other) = (send("192.0.2.1").await, send("192.0.2.2").await);

    assert_eq!((same.status.as_u16(), other.status.as_u16()), (201, 201));
    assert_eq!(same.json(), first.json());
    assert!(other.json()["manage_url"].is_null(), "{other:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_from_two_networks_is_one_message() {
    let desk = Desk::start().await;

    for address in ["192.0.2.1", "192.0.2.2", "2001:db8::1"] {
        let answer = Answer::to(post(&desk, "/contact", address).json(&message())).await;
        assert_eq!(answer.status, 201);
    }

    assert_eq!(desk.items_of("ContactTable", "message#").await.len(), 1);
}
