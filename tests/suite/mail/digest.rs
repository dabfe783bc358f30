//! The daily digest: what waits for staff, in one mail a day.

use aws_sdk_dynamodb::types::AttributeValue;
use booking::{NewTimeOff, Sweep};
use contact::DailyDigest;
use frontdesk::records::Records;
use frontdesk_tests::{
    DIGEST, DIGESTS, Desk, Item, NOW, UNDELIVERED,
    booked::{Booked, assessment, of_person},
    booking, html, infra, message,
    office::{add, time_off},
    text, with,
};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use mailer::{Event, Mailer, tag_of};
use serde_json::{Value, json};
use shared::{
    clinic::Clinic,
    clock::Clock,
    environment::Environment,
    outbox::{DigestParts, Outbox, Owner, Sections},
    records::Identity,
    values::EmailAddress,
};

use super::feedback::publish;

/// The digest's hour on the day after [`DIGEST`].
const NEXT_DIGEST: &str = "2026-12-01T15:00:00-05:00";

fn numbered(n: u32) -> Value {
    with(message(), "message", json!(format!("Message {n}")))
}

async fn at(desk: &Desk, moment: &str) {
    desk.set_now(moment.parse().unwrap()).await;
}

/// How many digests were sent so far.
async fn digests(desk: &Desk) -> usize {
    let mails = desk.mails().await;
    let digests = mails.iter().filter(|mail| mail["kind"] == "digest");
    digests.count()
}

/// The text of the digest, once there are as many.
async fn digest(desk: &Desk, number: usize) -> String {
    let mut mails = desk.mails_of(&DIGESTS, number).await;
    let last = mails.pop().unwrap();
    last["text"].as_str().unwrap().to_owned()
}

/// The lines of a section, without its heading.
fn section<'a>(digest: &'a str, heading: &str) -> &'a str {
    let Some((_, section)) = digest.split_once(heading) else {
        return "";
    };
    // A line of dashes is under each heading.
    let section = section.split_once("---\n").unwrap().1;
    let end = section.find("\n---").or_else(|| section.find("\n-- "));
    &section[..end.unwrap()]
}

/// The parts of digests, as the Mail table has them.
async fn parts(desk: &Desk) -> Vec<Item> {
    let mut items = desk.items("MailTable").await;
    items.retain(|item| text(item, "id").starts_with("digest/"));
    items
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_to_say_is_no_mail() {
    let desk = Desk::start().await;

    desk.clock(json!({ "advance": "PT72H" })).await;

    assert_eq!(digests(&desk).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_comes_once_a_day_at_its_hour_until_somebody_has_decided() {
    let desk = Desk::start().await;
    let first = desk.quarantine(&numbered(1)).await;
    at(&desk, "2026-11-30T14:59:00-05:00").await;
    assert_eq!(digests(&desk).await, 0);

    at(&desk, DIGEST).await;
    let second = desk.quarantine(&numbered(2)).await;
    desk.clock(json!({ "advance": "PT4H" })).await;
    assert!(digest(&desk, 1).await.contains(&first));

    at(&desk, NEXT_DIGEST).await;
    let text = digest(&desk, 2).await;
    assert!(text.contains(&second) && text.contains(&first), "{text}");

    let path = desk.review_path(&first).await;
    assert_eq!(desk.decide(&path, "spam").await.status, 200);
    desk.clock(json!({ "advance": "PT24H" })).await;
    let text = digest(&desk, 3).await;
    assert!(text.contains(&second) && !text.contains(&first), "{text}");
    let path = desk.review_path(&second).await;
    assert_eq!(desk.decide(&path, "release").await.status, 200);
    let path = desk.review_path(&second).await;
    assert_eq!(desk.decide(&path, "handled").await.status, 200);
    desk.clock(json!({ "advance": "PT24H" })).await;
    assert_eq!(digests(&desk).await, 3);

    // After some days without a run nothing is left out.
    let third = desk.quarantine(&numbered(3)).await;
    desk.clock(json!({ "advance": "PT100H" })).await;
    assert!(digest(&desk, 4).await.contains(&third));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_that_was_never_delivered_is_made_up_for_by_the_next() {
    let desk = Desk::start().await;
    bounced_receipt(&desk).await;
    let reference = desk.quarantine(&numbered(1)).await;
    desk.faults(json!({ "ses": "reject" })).await;
    at(&desk, DIGEST).await;
    desk.faults(json!({ "ses": "ok" })).await;
    assert_eq!(digests(&desk).await, 0);

    desk.clock(json!({ "advance": "PT24H" })).await;

    let text = digest(&desk, 1).await;
    assert!(text.contains(&reference), "{text}");
    assert!(
        section(&text, "Problems with our emails").contains("Zoë"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_wrong_for_a_while_does_not_silence_it() {
    let desk = Desk::start().await;
    desk.quarantine(&message()).await;
    desk.clock(json!({ "advance": "PT2400H" })).await;
    desk.mails_of(&DIGESTS, 1).await;

    at(&desk, "2026-12-02T09:00:00-05:00").await;
    let reference = desk
        .quarantine(&with(message(), "message", json!("After it")))
        .await;
    at(&desk, "2026-12-02T15:00:00-05:00").await;

    desk.mail(&reference, "digest").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_flood_in_quarantine_the_oldest_and_the_newest_are_listed() {
    let desk =
        Desk::with_clinic(|toml| toml.replace("refuse_per_minute = 60", "refuse_per_minute = 500"))
            .await;
    // The first one cannot be read, and does not hold up the others.
    let mut references = vec![desk.quarantine(&message()).await];
    let spoiling = desk.dynamodb().await.update_item();
    let key = |value: &str| AttributeValue::S(value.to_owned());
    let spoiling = spoiling
        .table_name("ContactTable")
        .key("pk", key(&format!("message#{}", references[0])))
        .key("sk", key("message"))
        .update_expression("SET reasons = :spoiled")
        .expression_attribute_values(":spoiled", key("x"));
    spoiling.send().await.unwrap();
    for n in 0..32 {
        references.push(desk.quarantine(&numbered(n)).await);
        desk.clock(json!({ "advance": "PT1S" })).await;
    }

    at(&desk, DIGEST).await;

    let mail = desk.mails_of(&DIGESTS, 1).await.swap_remove(0);
    assert_eq!(mail["subject"], "Mon, Nov 30: 33 messages in quarantine");
    let text = mail["text"].as_str().unwrap();
    assert!(text.contains("the program cannot read it"), "{text}");
    assert!(text.contains("13 more are not shown."), "{text}");
    let links = html::links(mail["html"].as_str().unwrap());
    for (n, reference) in references.iter().enumerate() {
        let is_listed = links.iter().any(|link| link.contains(reference));
        assert_eq!(is_listed, !(10..23).contains(&n), "{n}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_listed_once_its_opening_hours_are_over_and_until_it_is_done() {
    let desk = Desk::start().await;
    // The first message's eight hours end on Monday at five; by Tuesday's digest the second has had seven.
    let early = desk.post("/contact", &numbered(1)).await.json();
    at(&desk, "2026-11-30T17:00:00-05:00").await;
    let late = with(message(), "name", json!("Bob"));
    desk.post("/contact", &late).await;

    at(&desk, NEXT_DIGEST).await;

    let reference = early["reference"].as_str().unwrap();
    let text = digest(&desk, 1).await;
    let list = section(&text, "Messages to answer");
    assert!(
        list.contains("Zoë Łukasz") && list.contains("Foot pain"),
        "{text}"
    );
    assert!(!text.contains("Bob") && !text.contains("heel"), "{text}");

    let path = desk.review_path(reference).await;
    assert!(list.contains(&path), "{list}");
    assert_eq!(desk.decide(&path, "handled").await.status, 200);
    desk.clock(json!({ "advance": "PT24H" })).await;
    let text = digest(&desk, 2).await;
    let list = section(&text, "Messages to answer");
    assert!(list.contains("Bob") && !list.contains("Zoë"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clinic_says_how_long_a_message_may_wait() {
    let four =
        |toml: String| toml.replacen("answer_within_hours = 8", "answer_within_hours = 4", 1);
    let desk = Desk::with_clinic(four).await;
    let early = desk.post("/contact", &numbered(1)).await.json();
    at(&desk, "2026-11-30T11:01:00-05:00").await;
    let late = desk.post("/contact", &numbered(2)).await.json();

    at(&desk, DIGEST).await;

    let text = digest(&desk, 1).await;
    assert!(
        text.contains(early["reference"].as_str().unwrap()),
        "{text}"
    );
    assert!(
        !text.contains(late["reference"].as_str().unwrap()),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_listed_until_staff_have_answered() {
    let desk = Desk::start().await;
    at(&desk, "2026-11-30T14:00:00-05:00").await;
    let starts = ["2026-12-02T09:00:00-05:00", "2026-12-02T10:15:00-05:00"];
    let mut requests = Vec::new();
    for (n, start) in starts.into_iter().enumerate() {
        let body = with(of_person(assessment(), n), "start", json!(start));
        requests.push(Booked::of(&desk, &body).await);
    }
    // Where other times were proposed, the patient has to answer.
    let propose = json!({ "decision": "propose", "starts": ["2026-12-03T09:00:00-05:00"] });
    let proposed = requests[1].press(&desk, "decision", propose).await;
    assert_eq!(proposed.status, 200, "{proposed:?}");

    at(&desk, DIGEST).await;

    let text = digest(&desk, 1).await;
    let list = section(&text, "Requests to answer");
    let page = requests[0].address("decision");
    assert!(list.contains(&page), "{text}");
    let by = "Please answer by Tuesday, December 1, 2026 at 1:00\u{a0}p.m.";
    assert!(list.contains(by), "{text}");
    assert!(!list.contains(&requests[1].reference), "{text}");
    assert_eq!(requests[0].decide(&desk, "confirm").await.status, 200);
    at(&desk, "2026-12-01T12:00:00-05:00").await;
    at(&desk, NEXT_DIGEST).await;
    let text = digest(&desk, 2).await;
    assert_eq!(section(&text, "Requests to answer"), "", "{text}");
    assert!(
        section(&text, "Visits tomorrow, ").contains(&page),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_saturday_the_visits_of_monday_are_listed_and_who_has_to_move() {
    let desk = Desk::start().await;
    let monday = with(booking(), "start", json!("2026-12-07T10:00:00-05:00"));
    Booked::of(&desk, &monday).await;
    let (from, to) = ("2026-12-07T09:00:00-05:00", "2026-12-07T12:00:00-05:00");
    let away = NewTimeOff {
        tell_patients: true,
        ..time_off("chiropodist-1", from, to)
    };
    add(&desk, away).await;
    desk.mails_of(&["booking_must_move"], 1).await;

    at(&desk, "2026-12-05T15:00:00-05:00").await;

    let text = digest(&desk, 1).await;
    let list = section(&text, "Visits on Monday, December 7");
    assert!(list.contains("10:00\u{a0}a.m.: Zoë"), "{text}");
    assert!(
        list.contains("We have asked them to choose another time."),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn visits_of_the_day_and_the_next_are_listed_that_are_still_to_come() {
    let desk = Desk::start().await;
    let mut booked = Vec::new();
    for (n, start) in [
        "2026-12-01T10:00:00-05:00",
        "2026-12-01T15:30:00-05:00",
        "2026-12-01T16:30:00-05:00",
        "2026-12-02T09:00:00-05:00",
        "2026-12-03T09:00:00-05:00",
    ]
    .into_iter()
    .enumerate()
    {
        let body = with(of_person(booking(), n), "start", json!(start));
        let body = with(body, "patient.name", json!(format!("Patient {n}")));
        desk.clock(json!({ "advance": "PT2M" })).await;
        booked.push(Booked::of(&desk, &body).await);
    }
    at(&desk, "2026-11-30T14:00:00-05:00").await;
    let cancelled = booked[2].press(&desk, "cancel", json!({})).await;
    assert_eq!(cancelled.status, 200);

    at(&desk, NEXT_DIGEST).await;

    let text = digest(&desk, 1).await;
    let today = section(&text, "Visits today, Tuesday, December 1");
    let tomorrow = section(&text, "Visits tomorrow, Wednesday, December 2");
    assert!(today.contains("3:30\u{a0}p.m.: Patient 1"), "{text}");
    assert!(
        today.contains("Routine foot care with Chiropodist 1"),
        "{text}"
    );
    assert!(today.contains("416-555-0001"), "{text}");
    assert!(today.contains(&booked[1].address("decision")), "{text}");
    assert!(tomorrow.contains("9:00\u{a0}a.m.: Patient 3"), "{text}");
    for other in ["Patient 0", "Patient 2", "Patient 4"] {
        assert!(!text.contains(other), "{other}: {text}");
    }
}

/// A message whose receipt came back; its reference.
async fn bounced_receipt(desk: &Desk) -> String {
    let sent = desk.post("/contact", &message()).await.json();
    let reference = sent["reference"].as_str().unwrap().to_owned();
    let receipt = desk.mail(&reference, "message_receipt").await;
    publish(desk, &receipt, "bounce").await;
    reference
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_message_that_is_done_the_bounced_receipt_is_not_listed() {
    let desk = Desk::start().await;
    let reference = bounced_receipt(&desk).await;
    let path = desk.review_path(&reference).await;
    assert_eq!(desk.decide(&path, "handled").await.status, 200);

    at(&desk, DIGEST).await;

    assert_eq!(digests(&desk).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_was_given_up_and_one_that_was_reported_as_spam_are_listed() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &booking()).await;
    let confirmed = desk.mail(&booked.reference, "booking_confirmed").await;
    publish(&desk, &confirmed, "complaint").await;
    desk.mails_of(&UNDELIVERED, 1).await;
    desk.faults(json!({ "ses": "reject", "times": 1 })).await;
    let bobs = with(message(), "email", json!("bob@example.com"));
    let bobs = with(bobs, "name", json!("Bob"));
    desk.post("/contact", &bobs).await;
    desk.mails_of(&UNDELIVERED, 2).await;

    at(&desk, DIGEST).await;

    let mail = desk.mails_of(&DIGESTS, 1).await.swap_remove(0);
    assert_eq!(mail["subject"], "Mon, Nov 30: 2 email problems, 1 visit");
    let text = mail["text"].as_str().unwrap();
    let list = section(text, "Problems with our emails");
    for words in [
        "Zoë Łukasz marked our email as spam",
        "Routine foot care on Tuesday, December 1, 2026 at 10:00\u{a0}a.m.",
    ] {
        assert!(list.contains(words), "{words}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_did_not_arrive_is_listed_once() {
    let desk = Desk::start().await;
    let reference = &bounced_receipt(&desk).await;

    at(&desk, DIGEST).await;

    let text = digest(&desk, 1).await;
    let list = section(&text, "Problems with our emails");
    for words in [
        "We couldn't deliver an email to Zoë Łukasz",
        "It said that we have their message. Please call them: 416-555-0123.",
        "Reason: there is no such email address",
        &desk.review_path(reference).await,
    ] {
        assert!(list.contains(words), "{words}: {text}");
    }
    let path = desk.review_path(reference).await;
    desk.decide(&path, "handled").await;
    desk.clock(json!({ "advance": "PT48H" })).await;
    assert_eq!(digests(&desk).await, 1, "it was told of");
}

/// What SES publishes for an automatic answer, and for a mailbox that was full for too long.
fn soft_bounce(mail: &str) -> Event {
    let event = json!({
        "id": "soft", "time": NOW,
        "detail": {
            "eventType": "Bounce",
            "bounce": { "bounceType": "Transient", "bounceSubType": "General", "timestamp": NOW },
            "mail": { "tags": { "mail": [tag_of(mail)] } },
        },
    });
    serde_json::from_value(event).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_arrived_after_all_is_not_listed() {
    let desk = Desk::start().await;
    let sent = desk.post("/contact", &message()).await.json();
    let receipt = desk
        .mail(sent["reference"].as_str().unwrap(), "message_receipt")
        .await;
    let environment: Environment = desk.environment().await.into_iter().collect();
    let clock = Clock::system();
    clock.set(NOW.parse().unwrap());
    let mailer = Mailer::open(&environment, clock).await.unwrap();
    let event = soft_bounce(receipt["mail"].as_str().unwrap());
    mailer.handle(event).await.unwrap();
    desk.mails_of(&UNDELIVERED, 1).await;
    publish(&desk, &receipt, "delivery").await;

    at(&desk, DIGEST).await;

    assert_eq!(digests(&desk).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_schedules_at_once_one_digest_is_sent_each_day() {
    let desk = Desk::start().await;
    let environment: Environment = desk.environment().await.into_iter().collect();
    let (morning, afternoon): (Timestamp, Timestamp) =
        (NOW.parse().unwrap(), DIGEST.parse().unwrap());
    for day in 0..8 {
        let later = SignedDuration::from_hours(24 * day);
        desk.set_now(morning + later).await;
        let number = u32::try_from(day).unwrap();
        let reference = desk.quarantine(&numbered(number)).await;
        let clock = Clock::system();
        clock.set(afternoon + later);
        let schedules = join_all((0..6).map(async |_| {
            let messages = DailyDigest::open(&environment, clock.clone()).await;
            let bookings = Sweep::open(&environment, clock.clone()).await;
            let mailer = Mailer::open(&environment, clock.clone()).await;
            (messages.unwrap(), bookings.unwrap(), mailer.unwrap())
        }))
        .await;

        for _ in 0..2 {
            let runs = schedules.iter().map(async |(messages, bookings, mailer)| {
                let sweep = mailer.handle(Event::Sweep { sweep: true });
                let (messages, bookings, sweep) =
                    tokio::join!(messages.run(), bookings.run(), sweep);
                messages.unwrap();
                bookings.unwrap();
                sweep.unwrap();
            });
            join_all(runs).await;
        }

        let mails = desk
            .mails_of(&DIGESTS, usize::try_from(day).unwrap() + 1)
            .await;
        let named = |mail: &&Value| mail["text"].as_str().unwrap().contains(&reference);
        assert_eq!(mails.iter().filter(named).count(), 1, "day {day}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_owner_cannot_write_is_said_to_be_missing_after_a_while() {
    let desk = Desk::start().await;
    let reference = desk.quarantine(&message()).await;
    let down = json!({ "dynamodb": "down", "table": "BookingTable", "operation": "Query" });
    desk.faults(down).await;
    let try_at = async |moment: &str| {
        desk.post("/_local/clock", &json!({ "now": moment })).await;
    };

    try_at(DIGEST).await;
    try_at("2026-11-30T15:34:00-05:00").await;
    assert_eq!(digests(&desk).await, 0, "the part may still come");
    try_at("2026-11-30T15:36:00-05:00").await;

    let text = digest(&desk, 1).await;
    assert!(text.contains(&reference), "{text}");
    assert!(
        text.contains("Today we could not list the visits and requests."),
        "{text}"
    );
    desk.faults(json!({ "dynamodb": "ok" })).await;
    desk.clock(json!({ "advance": "PT1H" })).await;
    desk.clock(json!({ "advance": "PT24H" })).await;
    let text = digest(&desk, 2).await;
    assert!(!text.contains("could not list"), "{text}");
}

/// After a rollback, for example.
#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_only_a_newer_version_can_read_is_said_to_be_missing() {
    for (owner, words) in [
        ("contact", "Today we could not list the messages"),
        (
            "booking",
            "Today we could not list the visits and requests.",
        ),
        (
            "mail",
            "Today we could not list the emails that did not arrive.",
        ),
    ] {
        let desk = Desk::start().await;
        let s = |text: &str| AttributeValue::S(text.to_owned());
        let section = AttributeValue::M(Item::from([("of_tomorrow".to_owned(), s("x"))]));
        let put = desk.dynamodb().await.put_item().table_name("MailTable");
        put.item("id", s(&format!("digest/2026-11-30/{owner}")))
            .item("sections", section)
            .item("struck", AttributeValue::N("0".to_owned()))
            .item("written_at", s(DIGEST))
            .item("expires_at", AttributeValue::N("9999999999".to_owned()))
            .send()
            .await
            .unwrap();

        at(&desk, DIGEST).await;
        assert_eq!(digests(&desk).await, 0);
        at(&desk, "2026-11-30T15:36:00-05:00").await;

        assert!(digest(&desk, 1).await.contains(words), "{owner}");
        desk.clock(json!({ "advance": "PT2H" })).await;
        assert_eq!(digests(&desk).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_is_not_written_from_what_was_read_before_somebody_was_erased() {
    let desk = Desk::start().await;
    let environment: Environment = desk.environment().await.into_iter().collect();
    let clinic = std::fs::read_to_string(infra().join("clinic.toml")).unwrap();
    let (clinic, now) = (Clinic::parse(&clinic).unwrap(), DIGEST.parse().unwrap());
    let outbox = Outbox::new(desk.dynamodb().await, "MailTable");
    let parts = DigestParts::of(Owner::Contact);
    desk.quarantine(&message()).await;
    let read = parts.due(&outbox, &clinic, now).await.unwrap().unwrap();

    let records = Records::open(&environment, "operator-1").await.unwrap();
    let zoe = Identity::Email(EmailAddress::parse("zoe@example.com").unwrap());
    records.erase(&zoe, now).await.unwrap();

    let written = parts.write(&outbox, read, Sections::default(), now).await;
    assert!(!written.unwrap(), "it may name who was erased");
    let anew = parts.due(&outbox, &clinic, now).await.unwrap().unwrap();
    let written = parts.write(&outbox, anew, Sections::default(), now).await;
    assert!(written.unwrap());
}

/// The parts wait in the table until the last one is there.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_erased_from_the_parts_as_well() {
    let desk = Desk::start().await;
    let zoes = desk.quarantine(&message()).await;
    let bobs = with(message(), "email", json!("bob@example.com"));
    let bobs = with(bobs, "phone", json!("647-555-9999"));
    let bobs = desk.quarantine(&bobs).await;
    let down = json!({ "dynamodb": "down", "table": "BookingTable", "operation": "Query" });
    desk.faults(down).await;
    desk.post("/_local/clock", &json!({ "now": DIGEST })).await;
    let written = format!("{:?}", parts(&desk).await);
    assert!(written.contains(&zoes), "{written}");

    let environment: Environment = desk.environment().await.into_iter().collect();
    let records = Records::open(&environment, "operator-1").await.unwrap();
    let zoe = Identity::Email(EmailAddress::parse("zoe@example.com").unwrap());
    records.erase(&zoe, DIGEST.parse().unwrap()).await.unwrap();

    let left = format!("{:?}", parts(&desk).await);
    assert!(!left.contains(&zoes) && left.contains(&bobs), "{left}");
    desk.faults(json!({ "dynamodb": "ok" })).await;
    desk.clock(json!({ "advance": "PT5M" })).await;
    let text = digest(&desk, 1).await;
    assert!(text.contains(&bobs) && !text.contains(&zoes), "{text}");
    let left = format!("{:?}", parts(&desk).await);
    assert!(!left.contains(&bobs), "a mail was made of it: {left}");
}
