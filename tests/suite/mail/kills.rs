//! A mailer that is killed at any step: every mail is sent, and one is sent twice only if the mailer died between SES's
//! answer and the mark.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};

use aws_sdk_dynamodb::types::AttributeValue;
use frontdesk_tests::{Desk, Item, MESSAGE_MAILS, lambda::Function, message, seeds, text};
use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::clock::Clock;

/// A desk on which only the mailer's binary sends: in the local program's past nothing is due.
async fn desk() -> (Desk, HashMap<String, String>, Item) {
    let desk = Desk::start().await;
    assert_eq!(desk.post("/contact", &message()).await.status, 201);
    desk.mails_of(&MESSAGE_MAILS, 2).await;
    desk.set_now("2020-01-01T00:00:00Z".parse().unwrap()).await;
    let environment = desk.environment().await;
    let mut mails = desk.stored_mails().await;
    mails.retain(|mail| text(mail, "id").contains("message_receipt"));
    let model = mails.swap_remove(0);
    (desk, environment, model)
}

/// Queues a mail like the model, due a minute ago.
async fn queue(desk: &Desk, model: &Item, number: usize) -> String {
    let id = format!("C-{number:05}-00000/message_receipt/0");
    let due = Clock::system().now() - SignedDuration::from_mins(1);
    let due = format!("{due:.3}");
    let mut mail = model.clone();
    let lane = if number.is_multiple_of(2) {
        "due"
    } else {
        "due-3"
    };
    for (name, value) in [
        ("id", id.as_str()),
        ("state", "waiting"),
        ("queue", lane),
        ("due_at", &due),
        ("first_due_at", &due),
    ] {
        mail.insert(name.to_owned(), AttributeValue::S(value.to_owned()));
    }
    mail.insert("attempts".to_owned(), AttributeValue::N("0".to_owned()));
    mail.remove("history");
    let client = desk.dynamodb().await;
    let put = client.put_item().table_name("MailTable");
    put.set_item(Some(mail)).send().await.unwrap();
    id
}

/// How many times SES got each mail.
async fn copies(desk: &Desk) -> BTreeMap<String, usize> {
    let mut copies = BTreeMap::new();
    for mail in desk.mails().await {
        let id = mail["mail"].as_str().unwrap().to_owned();
        *copies.entry(id).or_insert(0) += 1;
    }
    copies
}

/// The mails of the table that are in this state.
async fn in_state(desk: &Desk, state: &str) -> BTreeSet<String> {
    let mails = desk.stored_mails().await;
    let mails = mails.iter().filter(|mail| text(mail, "state") == state);
    mails.map(|mail| text(mail, "id").to_owned()).collect()
}

/// Sends what is due with a mailer that is killed after that time.
async fn sweep_and_kill(environment: &HashMap<String, String>, after: Duration) {
    let mut mailer = Function::start("mailer", environment).await;
    mailer.asked().await;
    let _ = tokio::time::timeout(after, mailer.invoke(json!({ "sweep": true }))).await;
    drop(mailer);
}

/// Lets the leases of the dead end, and sends what is left.
async fn sweep_to_the_end(desk: &Desk, environment: &HashMap<String, String>) {
    let client = desk.dynamodb().await;
    for id in in_state(desk, "waiting").await {
        let update = client.update_item().table_name("MailTable");
        let update = update.key("id", AttributeValue::S(id));
        let update = update.update_expression("SET due_at = first_due_at");
        update.send().await.unwrap();
    }
    let mut mailer = Function::start("mailer", environment).await;
    let swept: Value = mailer.invoke(json!({ "sweep": true })).await;
    assert_eq!(swept["batchItemFailures"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailer_that_is_killed_at_random_loses_no_mail_and_repeats_only_what_it_could_not_mark() {
    let (desk, environment, model) = desk().await;
    let kills = usize::try_from(seeds(6)).unwrap();
    let mut queued = Vec::new();
    // What SES had when a mailer died before it could mark it.
    let mut unmarked = BTreeSet::new();
    let mut random = fastrand::Rng::with_seed(7);

    for kill in 0..kills {
        for number in 0..8 {
            queued.push(queue(&desk, &model, kill * 8 + number).await);
        }
        let after = Duration::from_millis(random.u64(5..150));
        sweep_and_kill(&environment, after).await;
        let waiting = in_state(&desk, "waiting").await;
        let had = copies(&desk).await.into_keys();
        unmarked.extend(had.filter(|id| waiting.contains(id)));
    }
    sweep_to_the_end(&desk, &environment).await;

    let sent = in_state(&desk, "sent").await;
    let copies = copies(&desk).await;
    for id in &queued {
        assert!(sent.contains(id), "{id} was lost");
        let count = copies.get(id).copied().unwrap_or_default();
        assert!(count >= 1, "{id} is marked and was never sent");
        assert!(
            count == 1 || unmarked.contains(id),
            "{id} was sent {count} times"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailer_that_dies_between_the_answer_of_ses_and_the_mark_repeats_that_mail_once() {
    let (desk, environment, model) = desk().await;
    let id = queue(&desk, &model, 1).await;
    // The mark is a transaction, which the store does not take for as long as the mailer lives.
    let down =
        json!({ "dynamodb": "down", "table": "MailTable", "operation": "TransactWriteItems" });
    desk.faults(down).await;

    sweep_and_kill(&environment, Duration::from_secs(2)).await;

    assert_eq!(copies(&desk).await[&id], 1);
    assert!(in_state(&desk, "waiting").await.contains(&id));
    desk.faults(json!({ "dynamodb": "ok" })).await;
    sweep_to_the_end(&desk, &environment).await;
    assert_eq!(copies(&desk).await[&id], 2);
    assert!(in_state(&desk, "sent").await.contains(&id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailer_that_dies_with_a_lease_and_before_ses_sends_that_mail_once() {
    let (desk, environment, model) = desk().await;
    let id = queue(&desk, &model, 1).await;
    // The lease is written, and its answer is lost: the mailer asks until it dies.
    let lost = json!({ "dynamodb": "lost_reply", "table": "MailTable", "operation": "UpdateItem" });
    desk.faults(lost).await;

    sweep_and_kill(&environment, Duration::from_millis(300)).await;

    assert_eq!(copies(&desk).await.get(&id), None);
    desk.faults(json!({ "dynamodb": "ok" })).await;
    sweep_to_the_end(&desk, &environment).await;
    assert_eq!(copies(&desk).await[&id], 1);
}

/// The stream is off for an hour: nothing wakes the mailer but its schedule.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_stream_the_sweep_sends_everything_once() {
    let (desk, environment, model) = desk().await;
    let mut queued = Vec::new();
    for number in 0..60 {
        queued.push(queue(&desk, &model, number).await);
    }
    let mut mailer = Function::start("mailer", &environment).await;

    for _ in 0..2 {
        mailer.invoke(json!({ "sweep": true })).await;
    }

    let copies = copies(&desk).await;
    assert!(
        queued.iter().all(|id| copies.get(id) == Some(&1)),
        "{copies:?}"
    );
}
