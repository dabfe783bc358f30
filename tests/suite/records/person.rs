//! `frontdesk export` and `frontdesk erase`, as an operator uses them.

use std::{
    io::Write as _,
    process::{Command, Output, Stdio},
};

use aws_sdk_dynamodb::types::AttributeValue;
use booking::BookingRecords;
use frontdesk_tests::{
    BOOKING_MAILS, DIGESTS, Desk, MESSAGE_MAILS, NOW, booking, infra, message, program::binary,
    text, with,
};
use serde_json::{Value, json};
use shared::{
    clinic::Clinic,
    environment::Environment,
    records::Identity,
    store::{Uncommitted, Write},
    values::EmailAddress,
};

pub(super) async fn frontdesk(desk: &Desk, arguments: &[&str], typed: &str) -> Output {
    let environment = desk.environment().await;
    let mut child = Command::new(binary("frontdesk"))
        .env_clear()
        .envs(environment)
        .env("USER", "operator-1")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(typed.as_bytes())
        .unwrap();
    tokio::task::spawn_blocking(|| child.wait_with_output().unwrap())
        .await
        .unwrap()
}

pub(super) fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Somebody else, who has nothing in common with the first.
fn bobs(text: &str) -> Value {
    json!({ "name": "Bob", "email": "bob@example.com", "phone": "647-555-9999", "message": text, "consent": true })
}

fn other(body: Value, email_field: &str) -> Value {
    with(body, email_field, json!("other@example.com"))
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_of_one_person_is_exported_and_nothing_of_another() {
    let desk = Desk::start().await;
    desk.post("/contact", &message()).await;
    desk.post(
        "/contact",
        &with(
            other(message(), "email"),
            "message",
            json!("Secret of another"),
        ),
    )
    .await;
    desk.post("/bookings", &booking()).await;
    desk.all_mails_sent().await;

    let output = frontdesk(&desk, &["export", "--email", "ZOE@example.com"], "").await;

    assert!(output.status.success(), "{output:?}");
    let all: Value = serde_json::from_str(&said(&output)).unwrap();
    let count = |list: &str| all[list].as_array().unwrap().len();
    assert_eq!(
        (count("messages"), count("bookings"), count("mails")),
        (1, 1, 4)
    );
    assert_eq!(
        all["messages"][0]["message"],
        "My heel hurts in the morning.\nWhat can I do?"
    );
    assert_eq!(all["messages"][0]["consent_version"], "2026-11");
    assert_eq!(all["bookings"][0]["reason"], "A corn on the left foot");
    assert!(!said(&output).contains("another"));
    assert!(
        !said(&output).contains("/review?token="),
        "staff's links are not the person's"
    );
    let trail = desk.items_of("ContactTable", "audit#").await;
    assert_eq!(text(&trail[0], "action"), "exported_person");
    let trail = format!("{trail:?}");
    assert!(
        trail.contains("operator-1") && !trail.to_lowercase().contains("zoe@"),
        "{trail}"
    );
}

/// Zoë and Bob have each a message in the digest that waits, another message, and a booking.
struct Both {
    desk: Desk,
    zoes_quarantined: String,
    bobs_quarantined: String,
    zoes_message: String,
    bobs_booking: Value,
}

impl Both {
    async fn start() -> Self {
        let desk = Desk::start().await;
        desk.faults(json!({ "ses": "down" })).await;
        let zoes = with(message(), "message", json!("Zoes words"));
        let zoes_quarantined = desk.quarantine(&zoes).await;
        let bobs_quarantined = desk.quarantine(&bobs("Bob's, told of")).await;
        desk.clock(json!({ "advance": "PT6H" })).await;
        let first = desk.post("/contact", &message()).await.json();
        desk.post("/contact", &bobs("Bob's own")).await;
        desk.post("/bookings", &booking()).await;
        let bobs_booking = json!({
            "service": "foot-care", "practitioner": "chiropodist-1", "start": "2026-12-01T11:00:00-05:00",
            "patient": { "name": "Bob", "email": "bob@example.com", "phone": "647-555-9999" },
            "reason": "Bob's reason", "consent": true,
        });
        desk.post("/bookings", &bobs_booking).await;
        Self {
            desk,
            zoes_quarantined,
            bobs_quarantined,
            zoes_message: first["reference"].as_str().unwrap().to_owned(),
            bobs_booking,
        }
    }

    async fn erase_zoe(&self, typed: &str) -> Output {
        let arguments = ["erase", "--email", "Zoe@Example.com"];
        frontdesk(&self.desk, &arguments, typed).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_shows_what_it_would_erase_and_asks() {
    let both = Both::start().await;

    let declined = both.erase_zoe("no\n").await;
    let closed = both.erase_zoe("").await;

    assert!(!declined.status.success());
    assert!(!closed.status.success(), "nobody answered");
    let shown = said(&declined);
    assert!(shown.contains(&both.zoes_message), "{shown}");
    assert!(shown.contains("2 mails (2 will not be sent)"), "{shown}");
    assert!(!shown.contains("heel"));
    let messages = both.desk.items_of("ContactTable", "message#").await;
    assert_eq!(messages.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_leaves_nothing_of_one_person_and_everything_of_another() {
    let both = Both::start().await;
    let desk = &both.desk;

    let erased = both.erase_zoe("yes\n").await;

    assert!(erased.status.success(), "{erased:?}");
    let mut left = desk.items("ContactTable").await;
    left.extend(desk.items("BookingTable").await);
    left.extend(desk.stored_mails().await);
    let all = format!("{left:?}").to_lowercase();
    for trace in ["zoe@", "zoë", "heel", "zoes words", "left foot", "555-0123"] {
        assert!(!all.contains(trace), "{trace}");
    }
    left.retain(|item| text(item, "id").contains("/digest/"));
    let digests = format!("{left:?}");
    assert!(digests.contains(&both.bobs_quarantined), "{digests}");
    assert!(!digests.contains(&both.zoes_quarantined), "{digests}");
    for (table, prefix, count) in [
        ("ContactTable", "message#", 2),
        ("ContactTable", "idempotency#", 2),
        ("BookingTable", "booking#", 1),
        ("BookingTable", "idempotency#", 1),
    ] {
        let bobs = desk.items_of(table, prefix).await.len();
        assert_eq!(bobs, count, "{table} {prefix}");
    }
    let mails = desk.stored_mails().await;
    assert_eq!(mails.len(), 5, "Bob's four and the digest");
    let mut trail = desk.items_of("ContactTable", "audit#").await;
    trail.retain(|item| text(item, "action") == "erased_person");
    assert_eq!(trail.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_erased_frees_its_time_and_sends_no_mail() {
    let both = Both::start().await;
    let desk = &both.desk;
    let erased = both.erase_zoe("yes\n").await;
    assert!(erased.status.success(), "{erased:?}");

    let start = json!("2026-12-01T10:00:00-05:00");
    let again = with(both.bobs_booking.clone(), "start", start);
    let again = desk.post("/bookings", &again).await;
    desk.faults(json!({ "ses": "ok" })).await;
    desk.clock(json!({ "advance": "PT2H" })).await;

    assert_eq!(again.status, 201, "the time is free again: {again:?}");
    // Bob's: two bookings, the message that went through, the digest with his quarantined one.
    let mut sent = desk.mails_of(&BOOKING_MAILS, 4).await;
    sent.extend(desk.mails_of(&MESSAGE_MAILS, 2).await);
    sent.extend(desk.mails_of(&DIGESTS, 1).await);
    for mail in sent {
        let text = mail["text"].as_str().unwrap();
        assert!(!text.contains(&both.zoes_quarantined), "{text}");
        assert_ne!(mail["to"], json!(["zoe@example.com"]));
    }
    let nothing = both.erase_zoe("").await;
    assert!(said(&nothing).contains("Nothing is stored"), "{nothing:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_come_as_a_sheet_that_runs_no_formulas() {
    let desk = Desk::start().await;
    let hostile = with(
        message(),
        "name",
        json!("=HYPERLINK(\"https://evil.example\",\"Zoë\")"),
    );
    let hostile = with(hostile, "message", json!("+1, \"quoted\"\nsecond line"));
    let hostile = with(hostile, "phone", json!("+1 416 555 0123"));
    desk.post("/contact", &hostile).await;
    desk.quarantine(&with(message(), "message", json!("@SUM(A1)")))
        .await;
    desk.clock(json!({ "advance": "PT24H" })).await;
    desk.post("/contact", &with(message(), "message", json!("Tuesday")))
        .await;
    let monday = ["--from", "2026-11-30", "--to", "2026-11-30"];

    let output = frontdesk(
        &desk,
        &[&["export", "--messages"], &monday[..]].concat(),
        "",
    )
    .await;

    assert!(output.status.success(), "{output:?}");
    let sheet = said(&output);
    assert!(
        sheet.starts_with("\u{feff}reference,received_at,inbox,name,"),
        "{sheet}"
    );
    assert!(
        sheet.contains("\"'=HYPERLINK(\"\"https://evil.example\"\",\"\"Zoë\"\")\""),
        "{sheet}"
    );
    assert!(
        sheet.contains("'+1 416 555 0123")
            && sheet.contains("\"'+1, \"\"quoted\"\"\nsecond line\"")
    );
    assert!(
        sheet.contains("'@SUM(A1)")
            && sheet.contains("quarantined")
            && sheet.contains("hidden_field")
    );
    assert!(sheet.contains("2026-11-30T09:00:") && !sheet.contains("Tuesday"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_has_its_own_days_and_the_audit_trail_says_who_took_it() {
    let desk = Desk::start().await;
    desk.clock(json!({ "advance": "PT24H" })).await;
    desk.post("/contact", &with(message(), "message", json!("Tuesday")))
        .await;
    let monday = ["--from", "2026-11-30", "--to", "2026-11-30"];
    let monday = [&["export", "--messages"], &monday[..]].concat();
    frontdesk(&desk, &monday, "").await;

    let port = desk.url.rsplit(':').next().unwrap();
    let local = [
        "--from",
        "2026-12-01",
        "--to",
        "2026-12-01",
        "--local",
        port,
    ];
    let tuesday = frontdesk(&desk, &[&["export", "--messages"], &local[..]].concat(), "").await;
    assert!(said(&tuesday).contains("Tuesday"), "{tuesday:?}");
    let there = frontdesk(&desk, &[&["export", "--audit"], &local[..]].concat(), "").await;
    assert!(
        said(&there).contains("exported_messages,2026-12-01"),
        "its own clock: {there:?}"
    );
    let days = ["--from", "2020-01-01", "--to", "2100-01-01"];
    let trail = frontdesk(&desk, &[&["export", "--audit"], &days[..]].concat(), "").await;
    let trail = said(&trail);
    assert!(
        trail.contains("operator operator-1,exported_messages,2026-11-30 2026-11-30"),
        "{trail}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_or_contradicts_itself_is_said() {
    let desk = Desk::start().await;

    for (arguments, words) in [
        (vec!["export"], "--email"),
        (vec!["export", "--email", "zoe"], "Enter an email address"),
        (vec!["export", "--messages"], "--from"),
        (
            vec![
                "export",
                "--messages",
                "--from",
                "2026-12-02",
                "--to",
                "2026-12-01",
            ],
            "on or after",
        ),
        (vec!["erase"], "--email"),
        (
            vec!["erase", "--email", "a@b.ca", "--local", "1"],
            "no front desk answers on port 1",
        ),
    ] {
        let output = frontdesk(&desk, &arguments, "").await;
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success());
        assert!(error.contains(words), "{arguments:?}: {error}");
    }
    let port = desk.url.rsplit(':').next().unwrap();
    let local = Command::new(binary("frontdesk"))
        .env_clear()
        .args(["export", "--email", "zoe@example.com", "--local", port])
        .output()
        .unwrap();
    assert!(local.status.success(), "{local:?}");
    let bare = Command::new(binary("frontdesk"))
        .env_clear()
        .args(["export", "--email", "zoe@example.com"])
        .output()
        .unwrap();
    assert!(
        String::from_utf8(bare.stderr)
            .unwrap()
            .contains("add --local")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clinics_own_address_is_not_everybodys() {
    let desk = Desk::start().await;
    desk.post("/contact", &message()).await;
    desk.mails_of(&MESSAGE_MAILS, 2).await;

    let output = frontdesk(
        &desk,
        &["erase", "--email", "reception@feetfirst.example", "--yes"],
        "",
    )
    .await;

    assert!(said(&output).contains("Nothing is stored"), "{output:?}");
    assert_eq!(desk.stored_mails().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_erases_what_another_has_erased_frees_nobody_elses_time() {
    let desk = Desk::start().await;
    let client = desk.dynamodb().await;
    desk.post("/bookings", &booking()).await;
    let environment: Environment = desk.environment().await.into_iter().collect();
    let records = BookingRecords::open(&client, &environment).unwrap();
    let clinic = Clinic::parse(&std::fs::read_to_string(infra().join("clinic.toml")).unwrap());
    let zoe = Identity::Email(EmailAddress::parse("zoe@example.com").unwrap());
    let clinic = clinic.unwrap();
    let found = async || {
        let found = records.find(&zoe, &clinic, NOW.parse().unwrap()).await;
        let mut write = Write::of("erasure");
        for change in found
            .unwrap()
            .into_iter()
            .filter_map(|record| record.erasure)
            .flatten()
        {
            write.add("erasure", change);
        }
        write
    };
    let (one, other) = (found().await, found().await);

    assert!(one.commit(&client).await.is_ok());
    let bobs = with(booking(), "patient.email", json!("bob@example.com"));
    assert_eq!(desk.post("/bookings", &bobs).await.status, 201);
    let late = other.commit(&client).await;

    assert!(matches!(late, Err(Uncommitted::Refused(_))), "{late:?}");
    let eves = with(booking(), "patient.email", json!("eve@example.com"));
    assert_eq!(desk.post("/bookings", &eves).await.status, 409);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_operators_at_once_both_leave_nothing() {
    let desk = Desk::start().await;
    desk.post("/bookings", &booking()).await;
    desk.post("/contact", &message()).await;
    desk.all_mails_sent().await;
    let erase = || frontdesk(&desk, &["erase", "--email", "zoe@example.com", "--yes"], "");

    let (one, two) = tokio::join!(erase(), erase());

    assert!(
        one.status.success() && two.status.success(),
        "{one:?} {two:?}"
    );
    assert!(desk.stored_mails().await.is_empty());
    assert!(desk.items_of("BookingTable", "booking#").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_this_version_cannot_read_is_exported_and_erased_and_hides_no_page() {
    let desk = Desk::start().await;
    let sent = desk.post("/contact", &message()).await.json();
    let reference = sent["reference"].as_str().unwrap();
    desk.mails_of(&MESSAGE_MAILS, 2).await;
    desk.all_mails_sent().await;
    let path = desk.review_path(reference).await;
    let update = desk.dynamodb().await.update_item();
    let id = AttributeValue::S(format!("{reference}/message_receipt/0"));
    let future = AttributeValue::S("from_the_future".to_owned());
    let update = update
        .table_name("MailTable")
        .key("id", id)
        .update_expression("SET letter.#kind = :future")
        .expression_attribute_names("#kind", "kind")
        .expression_attribute_values(":future", future);
    update.send().await.unwrap();

    assert_eq!(desk.page(&path).await.status, 200);
    let export = ["export", "--email", "zoe@example.com"];
    let exported = said(&frontdesk(&desk, &export, "").await);
    assert!(exported.contains("from_the_future"), "{exported}");
    let erase = ["erase", "--email", "zoe@example.com", "--yes"];
    let erased = frontdesk(&desk, &erase, "").await;

    assert!(erased.status.success(), "{erased:?}");
    assert!(desk.stored_mails().await.is_empty());
}

/// Stores a mail of a kind that only a newer version knows.
async fn put_mail_of_the_future(desk: &Desk, id: &str, to: &str, named: &str) {
    let string = |value: &str| AttributeValue::S(value.to_owned());
    let lines = AttributeValue::L(vec![string(named)]);
    let letter = [("kind".to_owned(), string("from_the_future"))];
    let letter = AttributeValue::M(
        [("lines".to_owned(), lines)]
            .into_iter()
            .chain(letter)
            .collect(),
    );
    let put = desk.dynamodb().await.put_item().table_name("MailTable");
    let put = put
        .item("id", string(id))
        .item("state", string("failed"))
        .item("to", string(to))
        .item("letter", letter);
    put.send().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_this_version_cannot_read_is_nobody_elses() {
    let desk = Desk::start().await;
    let clinic = std::fs::read_to_string(infra().join("clinic.toml")).unwrap();
    let clinic = Clinic::parse(&clinic).unwrap();
    let staff = clinic.mail().staff.as_str();
    let near = ["nada@example.com", "ada@example.com.au", staff];
    for (to, group) in near.into_iter().zip(["AAAAA", "BBBBB", "CCCCC"]) {
        let id = format!("B-{group}-{group}/from_the_future/0");
        put_mail_of_the_future(&desk, &id, to, "near ada@example.com").await;
    }

    for email in ["ada@example.com", staff] {
        let exported = said(&frontdesk(&desk, &["export", "--email", email], "").await);
        assert!(exported.contains(r#""mails": []"#), "{email}: {exported}");
        let erased = frontdesk(&desk, &["erase", "--email", email, "--yes"], "").await;
        assert!(said(&erased).contains("Nothing is stored"), "{erased:?}");
    }
    assert_eq!(desk.stored_mails().await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_that_this_version_cannot_read_stops_an_erasure_and_no_export() {
    let desk = Desk::start().await;
    let sent = desk.post("/contact", &message()).await.json();
    let reference = sent["reference"].as_str().unwrap();
    desk.all_mails_sent().await;
    let stored = desk.stored_mails().await.len();
    put_mail_of_the_future(&desk, "digest/1/0", "reception@example.com", reference).await;

    let exported = frontdesk(&desk, &["export", "--email", "zoe@example.com"], "").await;
    let erase = ["erase", "--email", "zoe@example.com", "--yes"];
    let erased = frontdesk(&desk, &erase, "").await;

    assert!(said(&exported).contains(reference), "{exported:?}");
    let error = String::from_utf8_lossy(&erased.stderr);
    assert!(
        !erased.status.success() && error.contains("newer version"),
        "{erased:?}"
    );
    assert_eq!(desk.stored_mails().await.len(), stored + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_mail_that_this_version_cannot_place_is_an_error_that_says_what_to_do() {
    let desk = Desk::start().await;
    put_mail_of_the_future(&desk, "sign-in/1/0", "Zoe@example.com", "").await;

    for command in [&["export"][..], &["erase", "--yes"]] {
        let arguments = [command, &["--email", "zoe@example.com"]].concat();
        let output = frontdesk(&desk, &arguments, "").await;
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(
            !output.status.success() && error.contains("newer version"),
            "{output:?}"
        );
    }
    assert_eq!(desk.stored_mails().await.len(), 1);
}
