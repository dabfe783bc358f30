//! The appointment in a patient's own calendar: with each mail that changes it, and from their page.

use std::{fs, path::PathBuf};

use frontdesk_tests::{
    Desk,
    booked::{Booked, assessment},
    booking, with,
};
use serde_json::{Value, json};

/// The value of a property of an event, unfolded (RFC 5545, section 3.1).
fn property(event: &str, name: &str) -> String {
    let unfolded = event.replace("\r\n ", "");
    let mut lines = unfolded.split("\r\n");
    let starts = |line: &&str| {
        let rest = line.strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with([':', ';']))
    };
    let line = lines.find(starts).unwrap_or_default();
    line.strip_prefix(name).unwrap_or_default().to_owned()
}

/// The method, status and revision of an event, and when it is.
fn gist(event: &str) -> [String; 4] {
    ["METHOD", "STATUS", "SEQUENCE", "DTSTART"].map(|name| property(event, name))
}

/// The calendar file of a mail.
fn file(mail: &Value) -> String {
    let file = &mail["files"][0];
    assert_eq!(file["name"], "invite.ics", "{mail}");
    let text = file["text"].as_str().unwrap().to_owned();
    let media_type = file["media_type"].as_str().unwrap();
    let method = property(&text, "METHOD").split_off(1);
    assert_eq!(
        media_type,
        format!("text/calendar; charset=utf-8; method={method}")
    );
    text
}

/// The file of the one mail of that kind about a booking.
async fn of_mail(desk: &Desk, booked: &Booked, kind: &str) -> String {
    file(&desk.mail(&booked.reference, kind).await)
}

/// The file that the patient's page leads to.
async fn of_page(desk: &Desk, booked: &Booked) -> String {
    let answer = desk.get(&booked.address("invite.ics")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(
        answer
            .header("content-type")
            .starts_with("text/calendar; charset=utf-8; method=")
    );
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.text
}

/// Keeps files for programs that read calendars, in the order in which a patient gets them.
fn keep(name: &str, files: &[String]) {
    let Some(folder) = std::env::var_os("FRONTDESK_CALENDARS").map(PathBuf::from) else {
        return;
    };
    fs::create_dir_all(&folder).unwrap();
    for (n, file) in files.iter().enumerate() {
        fs::write(folder.join(format!("{name}-{n}.ics")), file).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_mail_takes_the_place_of_the_event_before_and_the_last_one_removes_it() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &assessment()).await;
    let requested = of_mail(&desk, &booked, "booking_requested").await;
    booked.decide(&desk, "confirm").await;
    let confirmed = of_mail(&desk, &booked, "booking_confirmed").await;
    booked.reschedule(&desk, "2026-12-03T09:00:00-05:00").await;
    let moved = of_mail(&desk, &booked, "booking_moved").await;
    booked.press(&desk, "cancel", json!({})).await;
    let cancelled = of_mail(&desk, &booked, "booking_cancelled").await;

    let files = [requested, confirmed, moved, cancelled];
    let (first, then) = (":20261201T150000Z", ":20261203T140000Z");
    assert_eq!(
        files.each_ref().map(|file| gist(file)),
        [
            [":REQUEST", ":TENTATIVE", ":0", first],
            [":REQUEST", ":CONFIRMED", ":1", first],
            [":REQUEST", ":CONFIRMED", ":2", then],
            [":CANCEL", ":CANCELLED", ":3", then],
        ]
        .map(|gist| gist.map(str::to_owned))
    );
    for file in &files {
        assert_eq!(
            property(file, "UID"),
            format!(":{}@frontdesk", booked.reference)
        );
        assert_eq!(
            property(file, "ORGANIZER"),
            ";CN=Feet First Clinic:mailto:reception@feetfirst.example"
        );
        assert!(property(file, "ATTENDEE").ends_with(":mailto:zoe@example.com"));
        assert!(property(file, "LOCATION").contains("100 Example Street"));
        // A locked screen shows the summary: what somebody comes for is not in it.
        assert!(!property(file, "SUMMARY").contains("assessment"), "{file}");
        assert!(file.lines().all(|line| line.len() <= 75), "{file}");
    }
    keep("life", &files);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_declined_or_expires_leaves_the_calendar() {
    let desk = Desk::start().await;
    let declined = Booked::of(&desk, &assessment()).await;
    declined.decide(&desk, "decline").await;
    let expired = with(assessment(), "start", json!("2026-12-02T10:00:00-05:00"));
    let expired = Booked::of(&desk, &expired).await;
    desk.set_now("2026-11-30T17:01:00-05:00".parse().unwrap())
        .await;

    for (name, booked, kind) in [
        ("declined", declined, "booking_declined"),
        ("expired", expired, "booking_expired"),
    ] {
        let requested = of_mail(&desk, &booked, "booking_requested").await;
        let over = of_mail(&desk, &booked, kind).await;
        assert_eq!(gist(&over)[..3], [":CANCEL", ":CANCELLED", ":1"]);
        keep(name, &[requested, over]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_patients_page_leads_to_the_event_as_it_is_now() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &booking()).await;
    let page = desk.page(&booked.address("")).await.text;
    let link = format!("{}/invite.ics?token={}", booked.reference, booked.patient);
    assert!(page.contains(&link), "{page}");

    let confirmed = of_page(&desk, &booked).await;
    booked.reschedule(&desk, "2026-12-03T09:00:00-05:00").await;
    let moved = of_page(&desk, &booked).await;
    booked.press(&desk, "cancel", json!({})).await;
    let cancelled = of_page(&desk, &booked).await;

    assert_eq!(gist(&confirmed)[..3], [":REQUEST", ":CONFIRMED", ":0"]);
    assert_eq!(gist(&moved)[3], ":20261203T140000Z");
    assert_eq!(gist(&cancelled)[..3], [":CANCEL", ":CANCELLED", ":2"]);
    let forged = format!("/bookings/{}/invite.ics?token=x", booked.reference);
    assert_eq!(desk.get(&forged).await.problem(), "not_found");
    keep("page", &[confirmed, moved, cancelled]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_invited_without_an_address_and_a_call_has_no_place() {
    let desk = Desk::start().await;
    let call = with(booking(), "service", json!("new-patient-call"));
    let call = with(call, "practitioner", json!("chiropodist-3"));
    let call = with(call, "start", json!("2026-12-02T10:00:00-05:00"));
    let call = with(call, "patient.email", json!(""));
    let answer = desk.post("/bookings", &call).await.json();
    let url = answer["manage_url"].as_str().unwrap();
    let path = url.strip_prefix(&desk.url).unwrap();

    let file = desk.get(&path.replacen('?', "/invite.ics?", 1)).await.text;

    assert_eq!(gist(&file)[..3], [":PUBLISH", ":TENTATIVE", ":0"]);
    assert_eq!(property(&file, "ATTENDEE"), "");
    assert_eq!(property(&file, "LOCATION"), ":By phone: we will call you");
    keep("published", &[file]);
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_names_and_long_words_stay_within_their_property() {
    let odd = |toml: String| {
        let name =
            "name = \"Zoë's \\\"Feet\\\"; Füße, & Söhne \\\\ 足の診療所 of a rather long name\"";
        let toml = toml.replacen("name = \"Feet First Clinic\"", name, 1);
        let bring = "bring = \"shoes;\\nDTSTART:19700101T000000Z\\r\\nlists, and \\u0007 more\"";
        toml.replacen(
            "bring = \"the shoes that you wear most, and a list of your medicines\"",
            bring,
            1,
        )
    };
    let desk = Desk::with_clinic(odd).await;
    let body = with(
        assessment(),
        "patient.email",
        json!("o'neil+feet@example.com"),
    );

    let booked = Booked::of(&desk, &body).await;
    let file = of_mail(&desk, &booked, "booking_requested").await;

    assert_eq!(property(&file, "DTSTART"), ":20261201T150000Z");
    assert!(!file.contains('\u{7}') && !file.contains("\r\r"), "{file}");
    assert!(file.contains("足"), "{file}");
    keep("odd", &[file]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_refused_with_its_file_is_sent_without_it() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &assessment()).await;
    desk.all_mails_sent().await;
    desk.faults(json!({ "ses": "reject", "times": 1 })).await;

    booked.decide(&desk, "decline").await;

    let mail = desk.mail(&booked.reference, "booking_declined").await;
    assert_eq!(mail["files"], Value::Null);
    let mails = desk.all_mails_sent().await;
    assert!(mails.iter().all(|mail| mail["kind"] != "undelivered"));
}
