//! Suspicious messages: they wait, staff get a list of them, and nothing is lost.

use frontdesk_tests::{
    DIGEST, Desk, MESSAGE_MAILS,
    html::{Tag, field, tags},
    message, text, with,
};
use reqwest::Method;
use serde_json::{Value, json};

fn reasons(item: &frontdesk_tests::Item) -> Vec<&str> {
    match item.get("reasons") {
        Some(list) => list
            .as_l()
            .unwrap()
            .iter()
            .map(|r| r.as_s().unwrap().as_str())
            .collect(),
        None => Vec::new(),
    }
}

async fn post(desk: &Desk, body: &Value) -> String {
    let answer = desk.post("/contact", body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(
        answer.json()["status"],
        "received",
        "the sender sees no difference"
    );
    answer.json()["reference"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_whose_browser_filled_the_hidden_field_still_reaches_staff() {
    let desk = Desk::start().await;
    let receipt = desk
        .post("/contact", &with(message(), "_gotcha", json!("Zoë")))
        .await;
    let clean = desk
        .post("/contact", &with(message(), "message", json!("Clean")))
        .await;
    assert_eq!(receipt.status, 201);
    let shape = |answer: &frontdesk_tests::Answer| {
        let object = answer.json().as_object().unwrap().clone();
        (
            object.keys().cloned().collect::<Vec<_>>(),
            object["status"].clone(),
        )
    };
    assert_eq!(shape(&receipt), shape(&clean));
    let reference = receipt.json()["reference"].as_str().unwrap().to_owned();
    let stored = desk.stored(&reference).await;
    assert_eq!(
        (text(&stored, "inbox"), reasons(&stored)),
        ("quarantined", vec!["hidden_field"])
    );
    desk.mails_of(&MESSAGE_MAILS, 2).await;

    desk.set_now(DIGEST.parse().unwrap()).await;

    let digest = desk.mail(&reference, "digest").await;
    assert_eq!(digest["to"], json!(["reception@feetfirst.example"]));
    assert_eq!(digest["subject"], "Mon, Nov 30: 1 message in quarantine");
    let body = digest["text"].as_str().unwrap();
    assert!(
        body.contains(&reference) && body.contains("password managers"),
        "{body}"
    );
    assert!(!body.contains("Zoë") && !body.contains("heel"), "{body}");
    let path = desk.review_path(&reference).await;
    let released = desk.decide(&path, "release").await;
    assert_eq!(released.json()["status"], "received");

    desk.mail(&reference, "message_receipt").await;
    let staffs = desk.mail(&reference, "message_to_staff").await;
    assert_eq!(staffs["reply_to"], json!(["zoe@example.com"]));
    assert!(
        staffs["text"]
            .as_str()
            .unwrap()
            .contains("Received: Monday, November 30, 2026 at 9:00\u{a0}a.m.")
    );

    // Again: nothing more happens.
    assert_eq!(desk.decide(&path, "release").await.status, 200);
    desk.mails_of(&MESSAGE_MAILS, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_message_says_counts_by_points() {
    let desk = Desk::start().await;

    for (text, expected) in [
        (
            "BUY CHEAP WATCHES NOW https://a.example AND https://b.example",
            vec!["links", "capitals"],
        ),
        (
            "See https://a.example https://b.example https://c.example",
            vec!["links"],
        ),
        (
            "[url=https://a.example]cheap[/url]",
            vec!["links", "markup"],
        ),
        ("MY HEEL HURTS SINCE MONDAY AND I LOST MY GLASSES", vec![]),
        ("Are these good? https://shoes.example/1", vec![]),
    ] {
        let reference = post(&desk, &with(message(), "message", json!(text))).await;
        let stored = desk.stored(&reference).await;
        assert_eq!(reasons(&stored), expected, "{text}");
        let state = if expected.is_empty() {
            "received"
        } else {
            "quarantined"
        };
        assert_eq!(frontdesk_tests::text(&stored, "inbox"), state, "{text}");
    }
    let named = with(message(), "name", json!("Win at www.casino.example"));
    let reference = post(&desk, &named).await;
    assert_eq!(reasons(&desk.stored(&reference).await), ["link_in_name"]);
    desk.mails_of(&MESSAGE_MAILS, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_forms_token_tells_who_was_too_fast_and_nothing_else() {
    let desk = Desk::start().await;
    let page = desk.page("/contact/form").await.text;
    let token = field(&page, "_token").get("value").to_owned();
    let tokened = |text: &str, token: &str| {
        with(
            with(message(), "message", json!(text)),
            "_token",
            json!(token),
        )
    };
    let judged = async |body: Value| {
        let reference = post(&desk, &body).await;
        let stored = desk.stored(&reference).await;
        reasons(&stored).join(" ")
    };

    assert_eq!(
        judged(tokened("at once", &token)).await,
        "filled_in_too_fast"
    );
    desk.clock(json!({ "advance": "PT4S" })).await;
    assert_eq!(judged(tokened("in time", &token)).await, "");
    assert_eq!(
        judged(tokened("forged", &token.replace('A', "B"))).await,
        "forged_token"
    );
    desk.clock(json!({ "advance": "PT25H" })).await;
    assert_eq!(judged(tokened("left open over night", &token)).await, "");
}

/// The words by which a password manager knows a field: in names, labels, types and autocomplete.
const KNOWN_WORDS: [&str; 22] = [
    "name", "mail", "phone", "tel", "url", "web", "site", "company", "organi", "address", "street",
    "city", "zip", "postal", "country", "user", "login", "pass", "card", "birth", "subject",
    "comment",
];

/// What a password manager fills into a field of the page; nothing into one that it does not know.
fn filled_in(page: &str, tag: &Tag) -> String {
    let name = tag.get("name");
    let value = match tag.get("type") {
        "hidden" => tag.get("value"),
        "checkbox" => "on",
        kind => {
            let label = format!("<label for=\"{name}\">");
            let label = page.split(&label).nth(1).unwrap();
            let label = label.split('<').next().unwrap();
            let hints = format!("{name} {label} {kind} {}", tag.get("autocomplete"));
            let hints = hints.to_lowercase();
            match (KNOWN_WORDS.iter().any(|word| hints.contains(word)), name) {
                (false, _) => "",
                (true, "email") => "zoe@example.com",
                (true, "phone") => "416-555-0123",
                (true, _) => "Zoë Łukasz",
            }
        }
    };
    value.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_manager_fills_what_is_meant_for_it_and_leaves_the_hidden_field() {
    let desk = Desk::start().await;
    let page = desk.page("/contact/form").await.text;
    desk.clock(json!({ "advance": "PT10S" })).await;
    let tags = tags(&page);

    let inputs = tags.iter().filter(|tag| tag.name == "input");
    let mut fields: Vec<(&str, String)> = inputs
        .map(|tag| (tag.get("name"), filled_in(&page, tag)))
        .collect();
    fields.push(("message", "Hello".to_owned()));
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let answer = desk.post_form("/contact", &fields).await;

    assert_eq!(answer.status, 303, "{answer:?}");
    let stored = desk.items_of("ContactTable", "message#").await;
    assert_eq!(text(&stored[0], "inbox"), "received");
    let phone = text(&stored[0], "phone");
    assert_eq!(phone, "416-555-0123", "the others were filled in");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hidden_field_is_marked_for_password_managers_and_screen_readers() {
    let desk = Desk::start().await;

    let page = desk.page("/contact/form").await.text;

    let honeypot = field(&page, "_gotcha");
    for mark in [
        "data-1p-ignore",
        "data-lpignore",
        "data-bwignore",
        "data-form-type",
    ] {
        assert!(honeypot.has(mark), "{mark}");
    }
    assert_eq!(
        (honeypot.get("autocomplete"), honeypot.get("tabindex")),
        ("off", "-1")
    );
    let around = page.split("<div class=\"aside\"").nth(1).unwrap();
    assert!(
        around.starts_with(" aria-hidden=\"true\">"),
        "screen readers pass it by"
    );
}

fn with_proof(text: &str, proof: &Value) -> Value {
    frontdesk_tests::with_proof(with(message(), "message", json!(text)), proof)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_of_work_counts_once_and_cannot_be_made_cheaper() {
    let desk = Desk::start().await;
    let judged = async |body: Value| {
        let reference = post(&desk, &body).await;
        let stored = desk.stored(&reference).await;
        reasons(&stored).join(" ")
    };
    let good = desk.proof().await;
    let mut cheaper = desk.proof().await;
    cheaper["challenge"]["parameters"]["cost"] = json!(1);
    let mut other = desk.proof().await;
    other["solution"]["derivedKey"] = good["solution"]["derivedKey"].clone();

    assert_eq!(judged(with_proof("good", &good)).await, "");
    // The same request again is a replay, not a second use.
    let again = desk.post("/contact", &with_proof("good", &good)).await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(
        judged(with_proof("used", &good)).await,
        "proof_of_work_used_before"
    );
    assert_eq!(
        judged(with_proof("cheaper", &cheaper)).await,
        "wrong_proof_of_work"
    );
    assert_eq!(
        judged(with_proof("borrowed", &other)).await,
        "wrong_proof_of_work"
    );
    let old = desk.proof().await;
    desk.clock(json!({ "advance": "PT61M" })).await;
    assert_eq!(
        judged(with_proof("typed slowly", &old)).await,
        "",
        "age is no crime"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_20_messages_with_one_proof_one_goes_through() {
    let desk = Desk::start().await;
    let good = desk.proof().await;

    let posts = (0..20).map(|n| {
        let body = with_proof(&format!("Message {n}"), &good);
        let request = desk
            .request(Method::POST, "/contact")
            .header("x-forwarded-for", format!("192.0.2.{n}"));
        desk.settled(request.json(&body))
    });
    let answers = futures_util::future::join_all(posts).await;

    assert!(
        answers.iter().all(|answer| answer.status == 201),
        "{answers:?}"
    );
    let stored = desk.items_of("ContactTable", "message#").await;
    let received = stored
        .iter()
        .filter(|item| text(item, "inbox") == "received")
        .count();
    assert_eq!((stored.len(), received), (20, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clinic_says_who_has_to_prove_work() {
    let mode = |mode: &'static str| {
        Desk::with_clinic(move |toml| {
            toml.replace(
                "proof_of_work = \"on\"",
                &format!("proof_of_work = \"{mode}\""),
            )
        })
    };
    let off = mode("off").await;
    assert_eq!(off.get("/contact/challenge").await.status, 404);
    let reference = post(&off, &with(message(), "altcha", json!("nonsense"))).await;
    assert_eq!(text(&off.stored(&reference).await, "inbox"), "received");

    let required = mode("required_without_token").await;
    let neither = post(&required, &with(message(), "message", json!("neither"))).await;
    let proven = post(&required, &with_proof("proven", &required.proof().await)).await;
    let page = required.page("/contact/form").await.text;
    let token = field(&page, "_token").get("value").to_owned();
    required.clock(json!({ "advance": "PT10S" })).await;
    let tokened = post(&required, &with(message(), "_token", json!(token))).await;

    for (reference, expected) in [(neither, "no_proof_of_work"), (proven, ""), (tokened, "")] {
        assert_eq!(
            reasons(&required.stored(&reference).await).join(" "),
            expected
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forms_token_counts_once_where_the_clinic_requires_proof() {
    let desk = Desk::with_clinic(|toml| {
        toml.replace(
            "proof_of_work = \"on\"",
            "proof_of_work = \"required_without_token\"",
        )
    })
    .await;
    let open_form = async || {
        let page = desk.page("/contact/form").await.text;
        field(&page, "_token").get("value").to_owned()
    };
    // Two people may open the form in the same second.
    let (mine, anothers) = (open_form().await, open_form().await);
    desk.clock(json!({ "advance": "PT10S" })).await;
    let judged = async |text: &str, token: &str| {
        let body = with(message(), "message", json!(text));
        let reference = post(&desk, &with(body, "_token", json!(token))).await;
        reasons(&desk.stored(&reference).await).join(" ")
    };

    assert_eq!(judged("first", &mine).await, "");
    assert_eq!(judged("second", &mine).await, "token_used_before");
    assert_eq!(judged("third", &anothers).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_website_is_suspicious_and_never_a_link() {
    let desk = Desk::with_clinic(|toml| {
        toml.replace(
            "next_origins = []",
            "next_origins = [\"https://shop.example\"]",
        )
    })
    .await;
    let own = format!("{}/contact", desk.url.replace("127.0.0.1", "localhost"));
    let judged = async |page: &str| {
        let body = with(
            message(),
            "message",
            json!(format!("From page {}", page.len())),
        );
        let request = desk
            .request(Method::POST, "/contact")
            .json(&with(body, "page", json!(page)));
        let host = desk.url.replace("http://127.0.0.1", "localhost");
        let sent = frontdesk_tests::Answer::to(request.header("host", host))
            .await
            .json();
        let reference = sent["reference"].as_str().unwrap().to_owned();
        (reasons(&desk.stored(&reference).await).join(" "), reference)
    };

    for page in [
        "https://feetfirst.example/contact",
        "https://shop.example/a?b#c",
        &own,
    ] {
        assert_eq!(judged(page).await.0, "", "{page}");
    }
    let (why, reference) = judged("https://feetfirst.example.evil.example/login").await;
    assert_eq!(why, "foreign_page");
    desk.clock(json!({ "now": DIGEST })).await;
    desk.mails_of(&["digest"], 1).await;
    let review = desk.review_path(&reference).await;
    desk.decide(&review, "release").await;
    let released = desk.mail(&reference, "message_to_staff").await;
    let html = released["html"].as_str().unwrap();
    assert!(
        html.contains("evil.example") && !html.contains("href=\"https://feetfirst.example.evil"),
        "{html}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_another_website_has_copied_is_suspicious_even_if_it_hides_its_page() {
    let desk = Desk::start().await;
    for (number, (origin, why)) in [
        ("https://feetfirst.example", ""),
        (desk.url.as_str(), ""),
        ("null", ""),
        ("https://evil.example", "foreign_page"),
    ]
    .into_iter()
    .enumerate()
    {
        let body = with(message(), "message", json!(format!("Message {number}")));
        let request = desk.request(Method::POST, "/contact").json(&body);
        let sent = frontdesk_tests::Answer::to(request.header("origin", origin)).await;
        let sent = sent.json();
        let stored = desk.stored(sent["reference"].as_str().unwrap()).await;
        assert_eq!(reasons(&stored).join(" "), why, "{origin}");
    }
}
