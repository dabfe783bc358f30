//! A practitioner's calendar, as their own calendar program reads it.

use std::{fs, path::PathBuf};

use booking::NewTimeOff;
use frontdesk_tests::{
    Desk,
    booked::{Booked, assessment, of_person},
    booking,
    office::{add, now, office, time_off},
    with,
};
use serde_json::json;
use shared::values::PractitionerId;

fn practitioner(id: &str) -> PractitionerId {
    PractitionerId::parse(id).unwrap()
}

/// A link to the first chiropodist's calendar: its id and its path.
async fn link(desk: &Desk, label: Option<&str>) -> (String, String) {
    let office = office(desk).await;
    let label = label.map(str::to_owned);
    let whose = practitioner("chiropodist-1");
    let made = office.make_calendar_link(&whose, label, now(desk).await);
    let made = made.await.unwrap();
    (made.link.id, made.path)
}

/// The events of a feed, as `summary | status | start`, in order.
fn events(feed: &str) -> Vec<String> {
    let unfolded = feed.replace("\r\n ", "");
    let of = |event: &str, name: &str| {
        let mut lines = event.lines();
        let line = lines.find_map(|line| line.strip_prefix(&format!("{name}:")));
        line.unwrap_or_default().to_owned()
    };
    let mut events: Vec<String> = unfolded
        .split("BEGIN:VEVENT")
        .skip(1)
        .map(|event| {
            let parts = ["DTSTART", "SUMMARY", "STATUS", "LOCATION"].map(|name| of(event, name));
            parts.join(" | ")
        })
        .collect();
    events.sort();
    events
}

/// Keeps the feed for calendar programs that are not ours, if `.ci/run` asks for it.
fn keep(number: u8, feed: &str) {
    if let Some(folder) = std::env::var_os("FRONTDESK_CALENDARS").map(PathBuf::from) {
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("feed-{number}.ics")), feed).unwrap();
    }
}

async fn feed(desk: &Desk, path: &str) -> String {
    let answer = desk.get(path).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(
        answer.header("content-type"),
        "text/calendar; charset=utf-8"
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.text
}

#[tokio::test(flavor = "multi_thread")]
async fn visits_and_time_off_are_in_the_feed_and_what_is_called_off_is_not() {
    let desk = Desk::start().await;
    let (_, path) = link(&desk, Some("phone")).await;
    keep(0, &feed(&desk, &path).await);
    let visit = Booked::of(&desk, &of_person(booking(), 1)).await;
    let request = with(
        of_person(assessment(), 2),
        "start",
        json!("2026-12-01T11:00:00-05:00"),
    );
    let request = Booked::of(&desk, &request).await;
    let cancelled = with(
        of_person(booking(), 3),
        "start",
        json!("2026-12-02T10:00:00-05:00"),
    );
    let cancelled = Booked::of(&desk, &cancelled).await;
    cancelled.press(&desk, "cancel", json!({})).await;
    let other = with(
        of_person(booking(), 4),
        "practitioner",
        json!("chiropodist-2"),
    );
    Booked::of(&desk, &other).await;
    let new = NewTimeOff {
        reason: Some("Course; with, signs \\ and\nlines".to_owned()),
        ..time_off(
            "chiropodist-1",
            "2026-12-07T09:00:00-05:00",
            "2026-12-11T17:00:00-05:00",
        )
    };
    add(&desk, new).await;
    add(
        &desk,
        time_off(
            "chiropodist-2",
            "2026-12-08T09:00:00-05:00",
            "2026-12-09T17:00:00-05:00",
        ),
    )
    .await;

    let whole = feed(&desk, &path).await;

    assert_eq!(
        events(&whole),
        [
            "20261201T150000Z | Routine foot care | CONFIRMED | ",
            "20261201T160000Z | Initial assessment (not confirmed yet) | TENTATIVE | ",
            "20261207T140000Z | Time off: Course\\; with\\, signs \\\\ and\\nlines | CONFIRMED | ",
        ]
    );
    for private in ["Zoë", "p1@example.com", "A corn", "token="] {
        assert!(!whole.contains(private), "{private}");
    }
    keep(1, &whole);
    request.decide(&desk, "confirm").await;
    visit.press(&desk, "cancel", json!({})).await;
    let whole = feed(&desk, &path).await;
    assert_eq!(
        events(&whole)[0],
        "20261201T160000Z | Initial assessment | CONFIRMED | "
    );
    keep(2, &whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn patients_names_are_in_the_feed_only_if_the_clinic_wants_that() {
    let desk =
        Desk::with_clinic(|toml| toml.replace("patient_names = false", "patient_names = true"))
            .await;
    for n in 0..4 {
        let start = format!("2026-12-0{}T09:00:00-05:00", 1 + n);
        Booked::of(&desk, &of_person(with(booking(), "start", json!(start)), n)).await;
    }
    let (_, path) = link(&desk, None).await;

    let whole = feed(&desk, &path).await;

    assert_eq!(events(&whole).len(), 4);
    assert!(
        events(&whole)[0].contains("Routine foot care: Zoë Łukasz"),
        "{whole}"
    );
    keep(3, &whole);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_one_calendar_until_it_is_revoked() {
    let desk = Desk::start().await;
    let (id, path) = link(&desk, Some("phone")).await;
    let (other_id, other) = link(&desk, None).await;
    let office = office(&desk).await;
    let listed = office.calendar_links(None).await.unwrap();
    let ids: Vec<&str> = listed.iter().map(|link| link.id.as_str()).collect();
    assert!(ids.contains(&id.as_str()) && ids.contains(&other_id.as_str()) && ids.len() == 2);
    assert_eq!(
        listed
            .iter()
            .find(|link| link.id == id)
            .unwrap()
            .label
            .as_deref(),
        Some("phone")
    );
    feed(&desk, &path).await;

    office
        .revoke_calendar_link(&id, now(&desk).await)
        .await
        .unwrap();

    let token = other.split_once("token=").unwrap().1;
    for closed in [
        path,
        format!("/calendar/chiropodist-2/feed.ics?token={token}"),
        format!("/calendar/nobody/feed.ics?token={token}"),
        format!("{other}x"),
        "/calendar/chiropodist-1/feed.ics".to_owned(),
    ] {
        assert_eq!(desk.get(&closed).await.problem(), "not_found", "{closed}");
    }
    feed(&desk, &other).await;
    assert!(
        office
            .revoke_calendar_link(&id, now(&desk).await)
            .await
            .is_err()
    );
    // Nobody who reads the table can use what is there.
    assert!(!desk.everything().await.contains(token));
}
