//! Another clinic, quite different from the first: nothing of the first one is left anywhere.

use frontdesk_tests::{
    Answer, Desk,
    html::{links, tags},
};
use reqwest::Method;
use serde_json::json;

/// The reference clinic's file with everything else in it: name, place, time zone, money, colours, topics, people, texts.
fn brookside(toml: String) -> String {
    let mut other = toml;
    for (first, second) in [
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
        ("en-CA", "en-IE"),
        ("America/Toronto", "Europe/Dublin"),
        ("https://feetfirst.example", "https://brookside.example"),
        ("feetfirst.example", "brookside.example"),
        ("currency = \"CAD\"", "currency = \"EUR\""),
        ("color = \"#00596b\"", "color = \"#7a2e4d\""),
        ("font = \"humanist\"", "font = \"serif\""),
        ("radius = 10", "radius = 0"),
        (
            "{ id = \"foot-pain\", name = \"Foot pain\" }",
            "{ id = \"back\", name = \"Back pain\" }",
        ),
        ("version = \"2026-11\"", "version = \"ie-1\""),
        ("Chiropodist", "Physiotherapist"),
        ("Carolina Charles", "Aoife Byrne"),
        ("Carolina has", "Aoife has"),
        ("podiatry", "physiotherapy"),
    ] {
        assert!(other.contains(first), "{first}");
        other = other.replace(first, second);
    }
    other
}

/// What belongs to the first clinic alone.
const OF_THE_FIRST: [&str; 8] = [
    "Feet First",
    "feetfirst",
    "416-769",
    "Toronto",
    "Chiropodist",
    "Carolina",
    "#00596b",
    "CAD",
];

fn check(what: &str, text: &str) {
    for words in OF_THE_FIRST {
        assert!(!text.contains(words), "{what}: {words}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_mail_and_file_is_the_second_clinics_and_every_form_works() {
    let desk = Desk::with_clinic(brookside).await;

    let mut seen = vec!["/".to_owned()];
    let mut next = 0;
    // Every page that a link leads to, but for articles, which the clinic would write anew.
    while let Some(path) = seen.get(next).cloned() {
        next += 1;
        let page = desk.page(&path).await;
        assert!(page.status.is_success(), "{path}: {page:?}");
        check(&path, &page.text);
        assert!(page.text.contains("Brookside Physiotherapy"), "{path}");
        assert!(page.text.contains("<html lang=\"en-IE\">"), "{path}");
        for link in links(&page.text) {
            let link = link.split('#').next().unwrap_or_default().to_owned();
            let is_page = link.starts_with('/') && !link.starts_with("/articles");
            let is_other_time = link.contains("start=") || link.contains("month=");
            if is_page && !is_other_time && !seen.contains(&link) {
                seen.push(link);
            }
        }
        for tag in tags(&page.text) {
            let file = [tag.get("href"), tag.get("src")].concat();
            if file.starts_with("/assets/") {
                check(&file, &desk.get(&file).await.text);
            }
        }
    }
    assert!(seen.len() > 20, "{seen:?}");

    let message = [
        ("name", "Niamh"),
        ("email", "niamh@example.com"),
        ("topic", "back"),
        ("message", "My back hurts."),
        ("consent", "on"),
        ("_consent_version", "ie-1"),
    ];
    let sent = desk.post_form("/contact", &message).await;
    check("thanks", &desk.followed(&sent).await.text);
    let booking = [
        ("service", "foot-care"),
        ("practitioner", ""),
        ("start", "2026-12-01T10:00:00Z"),
        ("patient.name", "Niamh"),
        ("patient.email", "niamh@example.com"),
        ("patient.returning", "no"),
        ("consent", "on"),
        ("_consent_version", "ie-1"),
    ];
    let booked = desk.post_form("/bookings", &booking).await;
    let page = desk.followed(&booked).await;
    assert!(
        page.text
            .contains("Tuesday, December 1, 2026 at 10:00 a.m."),
        "{}",
        page.text
    );
    check("booked", &page.text);

    let mails = desk
        .mails_of(
            &[
                "message_to_staff",
                "message_receipt",
                "booking_confirmed",
                "booking_to_staff",
            ],
            4,
        )
        .await;
    for mail in mails {
        check("mail", &mail.to_string());
    }
    for path in ["/clinic", "/team", "/services"] {
        let answer = Answer::to(desk.request(Method::GET, path)).await;
        check(path, &answer.text);
    }
    let clinic = desk.get("/clinic").await.json();
    assert_eq!(clinic["open_now"], json!(true));
    let address = &clinic["json_ld"]["address"];
    assert_eq!(address["addressLocality"], "Dublin");
    assert_eq!(address["addressCountry"], "IE");
    assert_eq!(clinic["json_ld"]["geo"]["latitude"], json!(43.6532));
}
