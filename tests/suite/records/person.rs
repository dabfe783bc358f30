//! `frontdesk export` and `frontdesk erase`, as an operator uses them.

use std::{
    io::Write as _,
    process::{Command, Output, Stdio},
};

use booking::BookingRecords;
use frontdesk_tests::{Desk, NOW, booking, infra, message, program::binary, text, with};
use serde_json::{Value, json};
use shared::{
    clinic::Clinic,
    environment::Environment,
    store::{Uncommitted, Write},
    values::EmailAddress,
};

async fn frontdesk(desk: &Desk, arguments: &[&str], typed: &str) -> Output {
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

fn said(output: &Output) -> String {
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
    desk.mails_once(6).await;

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

#[tokio::test(flavor = "multi_thread")]
async fn erasing_shows_what_asks_and_leaves_nothing_but_the_audit_trail() {
    let desk = Desk::start().await;
    // One went into yesterday's digest, which waits; one into today's.
    desk.faults(json!({ "ses": "down" })).await;
    let told = desk
        .quarantine(&with(message(), "message", json!("Zoes words")))
        .await;
    let others = desk.quarantine(&bobs("Bob's, told of")).await;
    desk.clock(json!({ "advance": "PT6H" })).await;
    let first = desk.post("/contact", &message()).await.json();
    desk.post("/contact", &bobs("Bob's own")).await;
    desk.post("/bookings", &booking()).await;
    let theirs = json!({
        "service": "foot-care", "practitioner": "chiropodist-1", "start": "2026-12-01T11:00:00-05:00",
        "patient": { "name": "Bob", "email": "bob@example.com", "phone": "647-555-9999" },
        "reason": "Bob's reason", "consent": true,
    });
    desk.post("/bookings", &theirs).await;

    let wrong = frontdesk(&desk, &["erase", "--email", "zoe@example.com"], "no\n").await;
    assert!(!wrong.status.success());
    assert!(
        said(&wrong).contains(first["reference"].as_str().unwrap()),
        "{}",
        said(&wrong)
    );
    assert!(
        said(&wrong).contains("2 mails (2 will not be sent)"),
        "{}",
        said(&wrong)
    );
    assert!(!said(&wrong).contains("heel"));
    assert_eq!(desk.items_of("ContactTable", "message#").await.len(), 4);
    let closed = frontdesk(&desk, &["erase", "--email", "zoe@example.com"], "").await;
    assert!(!closed.status.success(), "nobody answered");

    let erased = frontdesk(&desk, &["erase", "--email", "Zoe@Example.com"], "yes\n").await;

    assert!(erased.status.success(), "{erased:?}");
    let mut left = desk.items("ContactTable").await;
    left.extend(desk.items("BookingTable").await);
    left.extend(desk.items("MailTable").await);
    let all = format!("{left:?}").to_lowercase();
    for trace in ["zoe@", "zoë", "heel", "zoes words", "left foot", "555-0123"] {
        assert!(!all.contains(trace), "{trace}");
    }
    let digests: Vec<_> = left
        .iter()
        .filter(|item| text(item, "id").contains("/digest/"))
        .collect();
    let digests = format!("{digests:?}");
    assert!(
        digests.contains(&others) && !digests.contains(&told),
        "{digests}"
    );
    assert_eq!(desk.items_of("ContactTable", "message#").await.len(), 2);
    assert_eq!(desk.items_of("ContactTable", "idempotency#").await.len(), 2);
    assert_eq!(desk.items_of("BookingTable", "booking#").await.len(), 1);
    assert_eq!(desk.items_of("BookingTable", "idempotency#").await.len(), 1);
    assert_eq!(
        desk.items("MailTable").await.len(),
        5,
        "Bob's four and the digest"
    );
    let trail = desk.items_of("ContactTable", "audit#").await;
    assert_eq!(
        trail
            .iter()
            .filter(|item| text(item, "action") == "erased_person")
            .count(),
        3
    );
    let again = with(theirs, "start", json!("2026-12-01T10:00:00-05:00"));
    let again = desk.post("/bookings", &again).await;
    assert_eq!(again.status, 201, "the time is free again: {again:?}");
    desk.faults(json!({ "ses": "ok" })).await;
    desk.clock(json!({ "advance": "PT2H" })).await;
    let mails = desk.mails_once(7).await;
    assert!(
        mails
            .iter()
            .all(|mail| !mail["text"].as_str().unwrap().contains(&told))
    );
    assert!(
        mails
            .iter()
            .all(|mail| mail["to"] != json!(["zoe@example.com"]))
    );
    let nothing = frontdesk(&desk, &["erase", "--email", "zoe@example.com", "--yes"], "").await;
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
    desk.mails_once(2).await;

    let output = frontdesk(
        &desk,
        &["erase", "--email", "reception@feetfirst.example", "--yes"],
        "",
    )
    .await;

    assert!(said(&output).contains("Nothing is stored"), "{output:?}");
    assert_eq!(desk.items("MailTable").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_erases_what_another_has_erased_frees_nobody_elses_time() {
    let desk = Desk::start().await;
    let client = desk.dynamodb().await;
    desk.post("/bookings", &booking()).await;
    let environment: Environment = desk.environment().await.into_iter().collect();
    let records = BookingRecords::open(&client, &environment).unwrap();
    let clinic = Clinic::parse(&std::fs::read_to_string(infra().join("clinic.toml")).unwrap());
    let zoe = EmailAddress::parse("zoe@example.com").unwrap();
    let clinic = clinic.unwrap();
    let found = async || {
        let found = records.find(&zoe, &clinic, NOW.parse().unwrap()).await;
        let mut write = Write::of("erasure");
        for change in found.unwrap().into_iter().flat_map(|record| record.erasure) {
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
    desk.mails_once(4).await;
    let erase = || frontdesk(&desk, &["erase", "--email", "zoe@example.com", "--yes"], "");

    let (one, two) = tokio::join!(erase(), erase());

    assert!(
        one.status.success() && two.status.success(),
        "{one:?} {two:?}"
    );
    assert!(desk.items("MailTable").await.is_empty());
    assert!(desk.items_of("BookingTable", "booking#").await.is_empty());
}
