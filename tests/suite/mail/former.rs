//! Mails that the version before this one has queued.
//!
//! `former/` is the data folder of commit e8bd1be, with waiting mails of every kind that it knew. Their names of
//! then are `message_to_staff`, `message_receipt`, `booking_to_staff`, `booking_to_patient` (requested and
//! confirmed), `quarantine_digest`, and `undelivered` (about a mail to staff, and about one to a patient).

use std::{fs, path::Path};

use frontdesk::records::Records;
use frontdesk_tests::{Desk, NOW, html, text};
use serde_json::json;
use shared::{environment::Environment, records::Identity, values::EmailAddress};
use tempfile::TempDir;

/// A front desk on a copy of the former version's data.
async fn former() -> Desk {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("suite/mail/former");
    for file in ["dynamodb.sqlite", "link-key"] {
        fs::copy(from.join(file), data.join(file)).unwrap();
    }
    Desk::on(folder).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_mail_that_the_former_version_queued_goes_out_under_its_name_of_today() {
    let desk = former().await;

    desk.clock(json!({ "now": "2026-11-30T16:30:00-05:00" }))
        .await;

    let mails = desk.all_mails_sent().await;
    let mut sent: Vec<(&str, &str)> = mails
        .iter()
        .map(|mail| {
            (
                mail["kind"].as_str().unwrap(),
                mail["subject"].as_str().unwrap(),
            )
        })
        .map(|(kind, subject)| (kind, subject.split(" (").next().unwrap()))
        .collect();
    sent.sort_unstable();
    assert_eq!(
        sent,
        [
            (
                "booking_confirmed",
                "Your visit is confirmed: Sat, Dec 5 at 9:00 a.m."
            ),
            (
                "booking_requested",
                "We have your request: Thu, Dec 3 at 9:00 a.m."
            ),
            ("booking_to_staff", "New visit: Sat, Dec 5 at 9:00 a.m."),
            (
                "booking_to_staff",
                "Please answer: request for Thu, Dec 3 at 9:00 a.m."
            ),
            // The former version's, and the one that this version writes on the same day.
            ("digest", "Mon, Nov 30: 1 message in quarantine"),
            ("digest", "Mon, Nov 30: 1 message in quarantine"),
            ("message_receipt", "We have your message"),
            ("message_to_staff", "Message from Zoë Łukasz: Foot pain"),
            (
                "undelivered",
                "Please call: our email to a patient did not arrive"
            ),
            ("undelivered", "We couldn't deliver an email"),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_former_versions_links_lead_to_their_pages() {
    let desk = former().await;
    desk.clock(json!({ "now": "2026-11-30T16:30:00-05:00" }))
        .await;

    let mails = desk.all_mails_sent().await;

    let links = mails
        .iter()
        .flat_map(|mail| html::links(mail["html"].as_str().unwrap()));
    let paths: Vec<String> = links
        .filter_map(|link| {
            Some(format!(
                "/{}",
                link.strip_prefix("http://127.0.0.1:")?.split_once('/')?.1
            ))
        })
        .collect();
    assert_eq!(
        paths.len(),
        5,
        "two bookings, a message, a quarantined one in two digests: {paths:?}"
    );
    for path in paths {
        assert_eq!(desk.page(&path).await.status, 200, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_former_versions_bookings_keep_their_time() {
    let desk = former().await;
    let stored = desk.items_of("BookingTable", "booking#").await;
    assert_eq!(stored.len(), 3);

    for booking in &stored {
        let wanted = json!({
            "service": text(booking, "service"), "practitioner": text(booking, "practitioner"),
            "start": text(booking, "start"), "consent": true,
            "patient": { "name": "Bob", "email": "bob@example.com", "phone": "647-555-9999" },
        });
        let answer = desk.post("/bookings", &wanted).await;
        assert_eq!(answer.problem(), "slot_taken", "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_former_version_stored_about_a_person_is_exported_and_erased() {
    let desk = former().await;
    let environment: Environment = desk.environment().await.into_iter().collect();
    let records = Records::open(&environment, "operator-1").await.unwrap();
    let now = NOW.parse().unwrap();
    let erase = async |email: &str| {
        let email = Identity::Email(EmailAddress::parse(email).unwrap());
        let exported = records.export_person(&email, now).await.unwrap();
        records.erase(&email, now).await.unwrap();
        ["messages", "bookings", "mails"].map(|list| exported[list].as_array().unwrap().len())
    };

    // A message, two bookings, and the two mails about each.
    assert_eq!(erase("zoe@example.com").await, [1, 2, 6]);
    // A quarantined message, and nothing but its line in the digest.
    assert_eq!(erase("eve@example.com").await, [1, 0, 0]);
    // A booking whose two mails failed, and the two notices of that.
    assert_eq!(erase("ada@example.com").await, [0, 1, 4]);

    assert!(desk.stored_mails().await.is_empty());
    assert!(desk.items_of("BookingTable", "booking#").await.is_empty());
    assert!(desk.items_of("ContactTable", "message#").await.is_empty());
}
