//! Mail scanners open every link, and some press the buttons of what they find.

use frontdesk_tests::{
    Desk,
    booked::{Booked, assessment, of_person},
    booking,
    html::{buttons, links},
    office::{add, now, office, time_off},
    waiting::{self, Waiting, entry},
    with,
};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;

const OPENINGS: usize = 100;

/// The paths of all links to this front desk in all mails, each once.
async fn mailed(desk: &Desk) -> Vec<String> {
    let mails = desk.all_mails_sent().await;
    let html = mails.iter().map(|mail| mail["html"].as_str().unwrap());
    let mut paths: Vec<String> = html
        .flat_map(links)
        .filter_map(|link| link.strip_prefix(&desk.url).map(str::to_owned))
        .collect();
    paths.sort();
    paths.dedup();
    paths
}

async fn open_all(desk: &Desk) {
    for path in mailed(desk).await {
        for method in [Method::GET, Method::HEAD] {
            let opened = (0..OPENINGS).map(|_| {
                let request = desk
                    .request(method.clone(), &path)
                    .header("accept", "text/html");
                async { request.send().await.unwrap().status() }
            });
            let opened = join_all(opened).await;
            assert!(
                opened.iter().all(|status| *status == 200),
                "{method} {path}: {opened:?}"
            );
        }
    }
}

async fn press_all(desk: &Desk) {
    for path in mailed(desk).await {
        let page = desk.page(&path).await;
        for button in buttons(&page.text) {
            let address = path.split_once('?').unwrap().0;
            let folder = address.rsplit_once('/').unwrap().0;
            let fields: Vec<(&str, &str)> = button
                .fields
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            let pressed = desk
                .post_form(&format!("{folder}/{}", button.action), &fields)
                .await;
            assert!(
                pressed.status != 404 && pressed.status != 405,
                "{button:?}: {pressed:?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_every_link_changes_nothing_and_pressing_every_button_nothing_for_good() {
    let soon = |toml: String| toml.replace("reminder_hours = [48]", "reminder_hours = [44]");
    let desk = Desk::with_clinic(soon).await;
    let confirmed = with(booking(), "start", json!("2026-12-02T10:00:00-05:00"));
    let confirmed = Booked::of(&desk, &of_person(confirmed, 1)).await;
    let requested = with(assessment(), "start", json!("2026-12-03T10:00:00-05:00"));
    let requested = Booked::of(&desk, &of_person(requested, 2)).await;
    let proposed = with(assessment(), "start", json!("2026-12-04T10:00:00-05:00"));
    let proposed = Booked::of(&desk, &of_person(proposed, 3)).await;
    let body = json!({ "decision": "propose", "starts": ["2026-12-04T13:15:00-05:00"] });
    proposed.press(&desk, "decision", body).await;
    let lost = json!({ "email": "p1@example.com" });
    assert_eq!(desk.post("/bookings/links", &lost).await.status, 202);
    desk.set_now("2026-11-30T14:00:00-05:00".parse().unwrap())
        .await;
    let mails = desk.all_mails_sent().await;
    for kind in ["booking_links", "booking_reminder"] {
        assert!(mails.iter().any(|mail| mail["kind"] == kind), "{kind}");
    }
    let before = desk.everything().await;

    open_all(&desk).await;
    assert_eq!(desk.everything().await, before, "opened");
    press_all(&desk).await;

    for booked in [&confirmed, &requested, &proposed] {
        let view = booked.view(&desk).await;
        assert_eq!(view["status"], "confirmed", "{view}");
        assert_eq!(view["can"], json!(["cancel", "reschedule"]), "{view}");
    }
    // After the visit the same links lead to the same pages.
    desk.set_now("2026-12-04T15:00:00-05:00".parse().unwrap())
        .await;
    press_all(&desk).await;
    for booked in [&confirmed, &requested, &proposed] {
        assert_eq!(booked.view(&desk).await["status"], "completed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_leaves_the_waiting_list_because_a_scanner_presses_buttons() {
    let desk = Desk::start().await;
    let from = "2026-12-03T00:00:00-05:00";
    let (whole, _) = add(
        &desk,
        time_off("chiropodist-1", from, "2026-12-04T00:00:00-05:00"),
    )
    .await;
    let on_thursday = |n| {
        let body = with(waiting::of_person(entry(), n), "from", json!("2026-12-03"));
        with(body, "to", json!("2026-12-03"))
    };
    let mut line = Vec::new();
    for n in 1..=2 {
        line.push(Waiting::of(&desk, &on_thursday(n)).await);
    }
    // Half an hour becomes free: one of them is offered it.
    let office = office(&desk).await;
    add(
        &desk,
        time_off("chiropodist-1", from, "2026-12-03T16:30:00-05:00"),
    )
    .await;
    let removed = office.remove_time_off(&whole.id, now(&desk).await).await;
    removed.unwrap();
    desk.clock(json!({ "advance": "PT1S" })).await;
    let offer = line[0].offer(&desk).await.unwrap();
    desk.all_mails_sent().await;
    let before = desk.everything().await;

    open_all(&desk).await;
    assert_eq!(desk.everything().await, before, "opened");
    press_all(&desk).await;

    assert_eq!(line[1].view(&desk).await["status"], "waiting");
    let view = offer.view(&desk).await;
    assert_eq!(view["status"], "confirmed", "{view}");
    assert_eq!(view["can"], json!(["cancel", "reschedule"]), "{view}");
}
