//! Staff's page of a booking: what a patient wrote is shown by a press alone, and the press is recorded.

use frontdesk_tests::{Desk, booking, html::links, snapshots, text};
use insta::assert_snapshot;
use serde_json::{Value, json};

/// A booking, and the path of staff's page of it from their mail.
async fn booked(desk: &Desk) -> (Value, String) {
    let receipt = desk.post("/bookings", &booking()).await.json();
    let mail = desk
        .mail(receipt["reference"].as_str().unwrap(), "booking_to_staff")
        .await;
    let links = links(mail["html"].as_str().unwrap());
    let link = links
        .iter()
        .find(|link| link.contains("/decision?token="))
        .unwrap();
    (receipt, link.strip_prefix(&desk.url).unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_read_why_somebody_comes_by_a_press_that_is_recorded() {
    let desk = Desk::start().await;
    let (receipt, path) = booked(&desk).await;
    let reference = receipt["reference"].as_str().unwrap();
    let before = desk.everything().await;

    let (page, json) = (desk.page(&path).await, desk.get(&path).await);
    assert_eq!((page.status.as_u16(), json.status.as_u16()), (200, 200));
    for shown in [&page.text, &json.text] {
        assert!(
            !shown.contains("corn") && !shown.contains("Zoë") && !shown.contains("zoe@"),
            "{shown}"
        );
    }
    assert_eq!(json.json()["has_reason"], true);
    assert_eq!(desk.everything().await, before, "looking changes nothing");

    let token = path.split_once("token=").unwrap().1;
    let address = format!("/bookings/{reference}/reason");
    let read = desk.post(&address, &json!({ "token": token })).await;
    let pressed = desk.post_form(&address, &[("token", token)]).await;

    assert_eq!(read.json(), json!({ "reason": "A corn on the left foot" }));
    assert!(pressed.text.contains("A corn on the left foot") && pressed.text.contains("Zoë"));
    for answer in [&page, &read, &pressed] {
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let trail = desk.items_of("BookingTable", "audit#").await;
    assert_eq!(trail.len(), 2);
    assert!(trail.iter().all(|line| text(line, "action") == "read"));
    assert!(format!("{trail:?}").contains(reference));
    let _stable = snapshots::stable();
    assert_snapshot!("staffs_page_of_a_booking", snapshots::page(&page.text));
    assert_snapshot!(
        "staffs_page_of_a_booking_shown",
        snapshots::page(&pressed.text)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn staffs_link_and_the_patients_link_open_one_page_each() {
    let desk = Desk::start().await;
    let (receipt, path) = booked(&desk).await;
    let reference = receipt["reference"].as_str().unwrap();
    let staffs = path.split_once("token=").unwrap().1;
    let manage_url = receipt["manage_url"].as_str().unwrap();
    let patients = manage_url.split_once("token=").unwrap().1;
    let refused = [
        desk.get(&format!("/bookings/{reference}?token={staffs}"))
            .await,
        desk.get(&format!("/bookings/{reference}/decision?token={patients}"))
            .await,
        desk.get(&format!("/bookings/{reference}/decision?token=x"))
            .await,
        desk.get(&format!("/bookings/B-00000-00000/decision?token={staffs}"))
            .await,
        desk.post(
            &format!("/bookings/{reference}/reason"),
            &json!({ "token": patients }),
        )
        .await,
    ];

    for answer in refused {
        assert_eq!(answer.status, 404, "{answer:?}");
        assert_eq!(answer.problem(), "not_found");
    }
    assert!(desk.items_of("BookingTable", "audit#").await.is_empty());
}
