//! Transactions that meet on an item: one goes through, and the others are cancelled as at AWS.

use frontdesk_tests::Desk;
use futures_util::future::join_all;
use serde_json::{Value, json};

fn update() -> Value {
    json!({
        "TableName": "ContactTable", "Key": { "pk": { "S": "shared" }, "sk": { "S": "item" } },
        "UpdateExpression": "ADD n :one", "ExpressionAttributeValues": { ":one": { "N": "1" } },
    })
}

/// A transaction about an item of its own and the shared one.
fn transaction(n: usize) -> Value {
    let own = json!({ "pk": { "S": format!("own {n}") }, "sk": { "S": "item" } });
    json!({ "TransactItems": [
        { "Put": { "TableName": "ContactTable", "Item": own } },
        { "Update": update() },
    ] })
}

fn kind(answer: &Value) -> &str {
    let kind = answer["__type"].as_str().unwrap_or_default();
    kind.rsplit('#').next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_transactions_that_meet_on_an_item_the_later_are_cancelled_and_leave_nothing() {
    let desk = Desk::start().await;
    let (mut done, mut cancelled) = (0, 0);

    for round in 0..4 {
        let calls: Vec<Value> = (0..32).map(|n| transaction(round * 32 + n)).collect();
        let answers = join_all(
            calls
                .iter()
                .map(|call| desk.store("TransactWriteItems", call)),
        );
        for (status, answer) in answers.await {
            if status == 200 {
                done += 1;
                continue;
            }
            cancelled += 1;
            assert_eq!(kind(&answer), "TransactionCanceledException");
            let code = |index: usize| answer["CancellationReasons"][index]["Code"].clone();
            assert_eq!(
                (code(0), code(1)),
                (json!("None"), json!("TransactionConflict"))
            );
        }
    }

    assert!(
        done > 0 && cancelled > 0,
        "{done} done, {cancelled} cancelled"
    );
    let shared = desk.items_of("ContactTable", "shared").await;
    assert_eq!(*shared[0]["n"].as_n().unwrap(), done.to_string());
    assert_eq!(desk.items_of("ContactTable", "own").await.len(), done);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_write_of_an_item_that_a_transaction_has_is_refused() {
    let desk = Desk::start().await;
    let (mut done, mut refused) = (0, 0);

    for round in 0..20 {
        let (transaction, update) = (transaction(round), update());
        let calls = (0..8).map(|n| match n % 2 {
            0 => desk.store("TransactWriteItems", &transaction),
            _ => desk.store("UpdateItem", &update),
        });
        let answers = join_all(calls).await;
        done += answers.iter().filter(|(status, _)| *status == 200).count();
        let kinds = answers.iter().map(|(_, answer)| kind(answer));
        refused += kinds
            .filter(|kind| *kind == "TransactionConflictException")
            .count();
    }

    assert!(refused > 0, "no write met a transaction");
    let shared = desk.items_of("ContactTable", "shared").await;
    assert_eq!(*shared[0]["n"].as_n().unwrap(), done.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_meets_the_calls_that_it_is_aimed_at() {
    let desk = Desk::start().await;
    let mut mail = update();
    mail["TableName"] = json!("MailTable");
    mail["Key"] = json!({ "id": { "S": "mail" } });
    let get = json!({ "TableName": "ContactTable", "Key": update()["Key"] });
    let fault = json!({ "dynamodb": "down", "table": "ContactTable", "operation": "UpdateItem", "after": 2, "times": 1 });
    desk.faults(fault).await;

    let mut answers = Vec::new();
    for (operation, call) in [
        ("GetItem", &get),
        ("UpdateItem", &update()),
        ("UpdateItem", &mail),
        ("UpdateItem", &update()),
        ("UpdateItem", &update()),
        ("UpdateItem", &update()),
    ] {
        answers.push(desk.store_status(operation, call).await);
    }

    assert_eq!(answers, [200, 200, 200, 200, 503, 200]);
    for wrong in [
        json!({ "table": "Nothing" }),
        json!({ "operation": "PutItems" }),
    ] {
        assert_eq!(desk.post("/_local/faults", &wrong).await.status, 400);
    }
}
