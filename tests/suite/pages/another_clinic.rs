//! Another clinic, quite different from the first: nothing of the first one is left anywhere.

use std::{fs, path::Path};

use frontdesk_tests::{
    Answer, Desk,
    booked::Booked,
    html::{links, tags},
    waiting::{self, Waiting},
    with,
};
use reqwest::Method;
use serde_json::{Value, json};

/// What the reference clinic's file says, and what this one says instead: name, place, time zone, money, look, topics,
/// services, people, texts.
const INSTEAD: [(&str, &str); 33] = [
    ("Feet First Clinic", "Brookside Physiotherapy"),
    (
        "A one-stop shop for feet in Toronto for 15 years: foot care, foot pain and foot products, with licensed chiropodists.",
        "Physiotherapy by the river.",
    ),
    (
        "Everything for healthy feet, under one roof",
        "Move freely again",
    ),
    (
        "New clients are welcome for any service, without a referral.",
        "Ring the bell, we are glad to see you.",
    ),
    ("416-769-3338", "+353 1 555 0199"),
    (
        "100 Example Street, Toronto, Ontario",
        "5 Mill Lane, Dublin 8",
    ),
    (
        "street = \"100 Example Street\"",
        "street = \"5 Mill Lane\"",
    ),
    ("locality = \"Toronto\"", "locality = \"Dublin\""),
    ("region = \"Ontario\"\n", ""),
    ("country = \"CA\"", "country = \"IE\""),
    ("latitude = 43.6532", "latitude = 53.3398"),
    ("longitude = -79.3832", "longitude = -6.2824"),
    (
        "The door is beside the pharmacy, with a ramp and a bell. There are two parking spaces behind the house.",
        "Cross the bridge.",
    ),
    ("en-CA", "en-IE"),
    ("America/Toronto", "Europe/Dublin"),
    ("https://feetfirst.example", "https://brookside.example"),
    ("feetfirst.example", "brookside.example"),
    ("currency = \"CAD\"", "currency = \"EUR\""),
    ("color = \"#00596b\"", "color = \"#7a2e4d\""),
    ("accent = \"#d9772b\"", "accent = \"#2b7fd9\""),
    ("font = \"humanist\"", "font = \"serif\""),
    ("radius = 10", "radius = 0"),
    ("logo = \"wordmark.svg\"", "logo = \"river.svg\""),
    ("icon = \"icon.svg\"", ""),
    ("picture = \"welcome.svg\"", "picture = \"river.svg\""),
    (
        "{ id = \"foot-pain\", name = \"Foot pain\", advice = \"If your foot is hot, swollen or bleeding, or if you have diabetes and a new wound, please do not wait for our answer: call us, or go to the nearest emergency department.\" }",
        "{ id = \"back\", name = \"Back pain\" }",
    ),
    ("version = \"2026-11\"", "version = \"ie-1\""),
    ("Routine foot care", "Manual therapy"),
    ("Custom orthotics fitting", "Taping"),
    ("Chiropodist", "Physiotherapist"),
    ("Carolina Charles", "Aoife Byrne"),
    ("Carolina has", "Aoife has"),
    ("podiatry", "physiotherapy"),
];

const ARTICLE: &str = "+++
title = \"Backs\"
summary = \"What helps them.\"
tags = [\"backs\"]
author = \"chiropodist-1\"
published_at = \"2026-10-19T09:00:00+01:00\"

[image]
src = \"river.svg\"
alt = \"A river\"
+++

Walk every day.
";
const RIVER: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 160 40\"><path d=\"M0 20q40-20 80 0t80 0\"/></svg>";

/// What belongs to the first clinic alone.
const OF_THE_FIRST: [&str; 14] = [
    "Feet First",
    "feetfirst",
    "416-769",
    "Toronto",
    "Ontario",
    "Example Street",
    "43.6532",
    "pharmacy",
    "Chiropodist",
    "Carolina",
    "foot care",
    "#00596b",
    "#d9772b",
    "CAD",
];

fn brookside(infra: &Path) {
    let path = infra.join("clinic.toml");
    let mut toml = fs::read_to_string(&path).unwrap();
    for (first, second) in INSTEAD {
        assert!(toml.contains(first), "{first}");
        toml = toml.replace(first, second);
    }
    fs::write(path, toml).unwrap();
    for folder in ["content/articles", "content/images"] {
        fs::remove_dir_all(infra.join(folder)).unwrap();
        fs::create_dir(infra.join(folder)).unwrap();
    }
    fs::write(infra.join("content/articles/backs.md"), ARTICLE).unwrap();
    fs::write(infra.join("content/images/river.svg"), RIVER).unwrap();
}

/// Nothing of the first clinic is in the text. Tokens may have its letters by chance, so that whole words count.
fn check(what: &str, text: &str) {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "-_".contains(c));
    for words in OF_THE_FIRST {
        let found = text.match_indices(words).find(|(at, _)| {
            let after = text[at + words.len()..].chars().next();
            !is_part(text[..*at].chars().next_back()) && (words.len() > 4 || !is_part(after))
        });
        assert_eq!(found, None, "{what}: {text}");
    }
}

fn check_page(what: &str, page: &Answer) {
    check(what, &page.text);
    let text = &page.text;
    assert!(
        text.contains("alt=\"Brookside Physiotherapy\""),
        "{what}: {text}"
    );
    assert!(text.contains("<html lang=\"en-IE\">"), "{what}: {text}");
    assert!(text.contains("+353 1 555 0199"), "{what}: {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_and_file_that_a_link_leads_to_is_the_second_clinics() {
    let desk = Desk::with_infra(brookside).await;

    let mut seen = vec!["/".to_owned()];
    let mut next = 0;
    while let Some(path) = seen.get(next).cloned() {
        next += 1;
        let page = desk.page(&path).await;
        assert!(page.status.is_success(), "{path}: {page:?}");
        check_page(&path, &page);
        for link in links(&page.text) {
            let link = link.split('#').next().unwrap_or_default().to_owned();
            let is_other_time =
                ["start=", "month=", "day="].map(|turn| link.contains(turn)) != [false; 3];
            if link.starts_with('/') && !is_other_time && !seen.contains(&link) {
                seen.push(link);
            }
        }
        for tag in tags(&page.text) {
            for file in [tag.get("href"), tag.get("src")] {
                if file.starts_with("/assets/") || file.starts_with("/images/") {
                    let file = desk.get(file).await;
                    assert_eq!(file.status, 200, "{tag:?}");
                    check(&path, &file.text);
                }
            }
        }
    }
    assert!(
        seen.iter().any(|path| path == "/articles/backs"),
        "{seen:?}"
    );
    assert!(seen.len() > 20, "{seen:?}");
    let nothing = desk.page("/nothing-here").await;
    assert_eq!(nothing.status, 404);
    check_page("an unknown address", &nothing);

    for path in [
        "/clinic",
        "/team",
        "/services",
        "/articles",
        "/articles/backs",
    ] {
        let answer = Answer::to(desk.request(Method::GET, path)).await;
        check(path, &answer.text);
    }
    let clinic = desk.get("/clinic").await.json();
    assert_eq!(clinic["open_now"], json!(true));
    let data = &clinic["json_ld"];
    assert_eq!(data["address"]["addressLocality"], "Dublin");
    assert_eq!(data["address"]["addressCountry"], "IE");
    assert_eq!(data["geo"]["latitude"], json!(53.3398));
}

/// Who fills in the forms.
const NIAMH: [(&str, &str); 5] = [
    ("patient.name", "Niamh"),
    ("patient.email", "niamh@example.com"),
    ("patient.returning", "no"),
    ("consent", "on"),
    ("_consent_version", "ie-1"),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_message_to_the_second_clinic_is_received_and_answered() {
    let desk = Desk::with_infra(brookside).await;
    let wrong = [("name", "Niamh"), ("topic", "foot-pain")];
    let message = [
        ("name", "Niamh"),
        ("email", "niamh@example.com"),
        ("topic", "back"),
        ("message", "My back hurts."),
        ("consent", "on"),
        ("_consent_version", "ie-1"),
    ];

    let refused = desk.post_form("/contact", &wrong).await;
    let sent = desk.post_form("/contact", &message).await;
    let thanks = desk.followed(&sent).await;

    assert_eq!(refused.status, 422);
    check_page("contact with mistakes", &refused);
    check_page("thanks", &thanks);
    let mails = desk.mails_of(&["message_to_staff", "message_receipt"], 2);
    for mail in mails.await {
        check("mail", &mail.to_string());
        let found = links(mail["html"].as_str().unwrap());
        for link in found.iter().filter(|link| link.contains("/review?")) {
            let path = link.strip_prefix(&desk.url).unwrap();
            check_page("the message as staff see it", &desk.page(path).await);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_to_the_second_clinic_is_booked_moved_and_cancelled() {
    let desk = Desk::with_infra(brookside).await;
    let chosen = [
        ("service", "foot-care"),
        ("practitioner", "chiropodist-1"),
        ("start", "2026-12-03T10:00:00Z"),
    ];
    let fields = [&chosen[..], &NIAMH].concat();

    check_page(
        "details with mistakes",
        &desk.post_form("/book", &chosen).await,
    );
    let to_check = desk.post_form("/book", &fields).await;
    assert!(
        to_check.text.contains("Check your appointment"),
        "{to_check:?}"
    );
    check_page("to be checked", &to_check);
    let booked = desk.post_form("/bookings", &fields).await;
    let page = desk.followed(&booked).await;
    let when = "Thursday, December 3, 2026 at 10:00\u{a0}a.m.";
    assert!(page.text.contains(when), "{}", page.text);
    check_page("booked", &page);
    let other = [&fields[..], &[("patient.phone", "+353 1 555 0101")]].concat();
    let again = desk.post_form("/bookings", &other).await;
    check_page("booked again", &again);

    let [confirmed] = &desk.mails_of(&["booking_confirmed"], 1).await[..] else {
        panic!("one mail");
    };
    let address = links(confirmed["html"].as_str().unwrap_or_default());
    let own = address.iter().find(|link| link.contains("/bookings/B-"));
    let own = own.unwrap().split_once("/bookings/").unwrap().1;
    let (reference, token) = own.split_once("?token=").unwrap();
    for inside in ["reschedule", "cancel", "invite.ics"] {
        let path = format!("/bookings/{reference}/{inside}?token={token}");
        check(inside, &desk.page(&path).await.text);
    }
    let press = async |action: &str, fields: &[(&str, &str)]| {
        let fields = [fields, &[("token", token)]].concat();
        let path = format!("/bookings/{reference}/{action}");
        let answer = desk.sent(&path, &fields).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        check_page(action, &answer);
    };
    press("reschedule", &[("start", "2026-12-03T14:00:00Z")]).await;
    press("cancel", &[("reason", "")]).await;
    check_mails(&desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_to_the_second_clinic_is_answered_and_its_waiting_list_joined() {
    let desk = Desk::with_infra(brookside).await;
    let patient = json!({ "name": "Niamh", "email": "niamh@example.com", "phone": "+353 1 555 0100", "returning": false });
    let request = json!({
        "service": "initial-assessment", "practitioner": "chiropodist-1", "start": "2026-12-03T10:00:00+00:00",
        "patient": patient, "consent": true,
    });

    let requested = Booked::of(&desk, &request).await;
    let decision = requested.address("decision");
    for page in ["", "&decision=propose", "&decision=decline"] {
        check_page(
            "staff's page",
            &desk.page(&format!("{decision}{page}")).await,
        );
    }
    let starts = json!({ "decision": "propose", "starts": ["2026-12-04T10:00:00+00:00"] });
    let proposed = requested.press(&desk, "decision", starts).await;
    assert_eq!(proposed.status, 200, "{proposed:?}");
    check_page("proposals", &desk.page(&requested.address("")).await);

    // A Sunday, on which nothing is free.
    let sunday = json!("2026-12-06");
    let entry = with(waiting::entry(), "from", sunday.clone());
    let waiting = Waiting::of(&desk, &with(entry, "to", sunday)).await;
    check_page("waiting", &desk.page(&waiting.address()).await);
    let wrong: &[(&str, &str)] = &[("service", "foot-care"), ("practitioner", "")];
    check_page(
        "waiting list with mistakes",
        &desk.post_form("/waitlist", wrong).await,
    );
    let links = desk.post_form("/bookings/links", &[("email", "niamh@example.com")]);
    check_page("links", &links.await);
    for lost in [
        "/bookings/B-00000-00000?token=x",
        "/bookings/B-00000-00000/decision?token=x",
        "/waitlist/W-00000-00000?token=x",
    ] {
        check_page(lost, &desk.page(lost).await);
    }
    check_mails(&desk).await;
}

async fn check_mails(desk: &Desk) {
    let mails = desk.all_mails_sent().await;
    assert!(!mails.is_empty());
    for mail in mails {
        check("mail", &Value::to_string(&mail));
    }
}
