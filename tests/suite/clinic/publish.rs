//! A clinic that is published while visits are to come.

use booking::Stranded;
use frontdesk::publish::{Content, publish};
use frontdesk_tests::{
    Desk,
    booked::{Booked, of_person},
    booking, infra_with,
    office::now,
    waiting::{Waiting, entry},
    with,
};
use serde_json::json;
use shared::environment::Environment;
use tempfile::TempDir;

/// Publishes the reference clinic with a change, as `frontdesk publish` does.
async fn published(
    desk: &Desk,
    change: impl FnOnce(String) -> String,
) -> Result<frontdesk::publish::Publication, String> {
    let folder = TempDir::new().unwrap();
    let infra = infra_with(folder.path(), change);
    let now = now(desk).await;
    let content = Content::load(&infra).unwrap();
    let environment: Environment = desk.environment().await.into_iter().collect();
    let published = publish(
        &content,
        &desk.dynamodb().await,
        &environment,
        now,
        &|_, _| {},
    )
    .await;
    published.map_err(|error| error.to_string())
}

fn references(stranded: &[Stranded]) -> Vec<String> {
    stranded
        .iter()
        .map(|one| one.reference.to_string())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn visits_that_new_hours_or_closures_strand_are_named() {
    let desk = Desk::start().await;
    let tuesday = Booked::of(&desk, &booking()).await;
    let wednesday = with(
        of_person(booking(), 1),
        "start",
        json!("2026-12-02T15:00:00-05:00"),
    );
    let wednesday = Booked::of(&desk, &wednesday).await;
    let cancelled = with(
        of_person(booking(), 2),
        "start",
        json!("2026-12-02T16:00:00-05:00"),
    );
    let cancelled = Booked::of(&desk, &cancelled).await;
    cancelled.press(&desk, "cancel", json!({})).await;

    let closed = |toml: String| {
        let closure = "[[closures]]\nfrom = \"2026-12-01\"\nreason = \"Training\"\n\n[[closures]]\nfrom = \"2026-12-25\"";
        toml.replace("[[closures]]\nfrom = \"2026-12-25\"", closure)
    };
    let stranded = published(&desk, closed).await.unwrap();
    assert_eq!(references(&stranded.stranded), [tuesday.reference.as_str()]);
    let folder = TempDir::new().unwrap();
    let content = Content::load(&infra_with(folder.path(), closed)).unwrap();
    let warning = stranded.warning(&content.clinic).unwrap();
    assert!(
        warning.contains(&format!(
            "{}: Tuesday, December 1, 2026 at 10:00\u{a0}a.m., Routine foot care with Chiropodist 1",
            tuesday.reference
        )),
        "{warning}"
    );
    assert!(!warning.contains("Zoë"));

    // What was stranded before is named as long as nobody has moved it.
    let shorter = |toml: String| {
        closed(toml).replacen(
            "wednesday = [\"09:00-17:00\"]",
            "wednesday = [\"09:00-15:15\"]",
            1,
        )
    };
    let stranded = published(&desk, shorter).await.unwrap();
    let both = [tuesday.reference.as_str(), &wednesday.reference];
    assert_eq!(references(&stranded.stranded), both);
    let again = published(&desk, shorter).await.unwrap();
    assert_eq!(references(&again.stranded), both);
    assert_eq!(tuesday.view(&desk).await["status"], "confirmed");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_zone_cannot_change_while_visits_are_to_come() {
    let desk = Desk::start().await;
    let moved = |toml: String| toml.replace("America/Toronto", "America/Vancouver");
    let booked = Booked::of(&desk, &booking()).await;

    let refused = published(&desk, moved).await;

    assert!(refused.unwrap_err().contains("the time zone cannot change"));
    assert_eq!(
        desk.get("/services").await.json()["time_zone"],
        "America/Toronto"
    );
    booked.press(&desk, "cancel", json!({})).await;
    assert!(published(&desk, moved).await.unwrap().clinic);
}

#[tokio::test(flavor = "multi_thread")]
async fn new_hours_reach_the_waiting_list() {
    let desk = Desk::start().await;
    let saturday = with(entry(), "from", json!("2026-12-05"));
    let waiting = Waiting::of(&desk, &with(saturday, "to", json!("2026-12-05"))).await;

    let saturdays = |toml: String| {
        toml.replacen(
            "friday = [\"09:00-15:00\"]",
            "friday = [\"09:00-15:00\"]\nsaturday = [\"09:00-12:00\"]",
            1,
        )
    };
    published(&desk, saturdays).await.unwrap();
    // Functions read the clinic again after a minute of their own time, which this test does not wait for.
    let infra = desk.environment().await;
    let environment: Environment = infra.into_iter().collect();
    let clock = shared::clock::Clock::system();
    clock.set("2026-11-30T09:05:00-05:00".parse().unwrap());
    let sweep = booking::Sweep::open(&environment, clock).await.unwrap();
    sweep.run().await.unwrap();

    assert_eq!(waiting.view(&desk).await["status"], "offered");
}
