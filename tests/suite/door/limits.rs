//! A call that the real service would refuse is refused on a laptop, too. Each limit is shown at its edge and one
//! over it. <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>

use frontdesk_tests::{Desk, booking, with};
use serde_json::{Value, json};

/// A call at the edge of a limit, and the same call one over it.
struct Limit {
    name: &'static str,
    operation: &'static str,
    within: Value,
    over: Value,
}

fn limit(
    name: &'static str,
    operation: &'static str,
    (edge, over): (usize, usize),
    call: impl Fn(usize) -> Value,
) -> Limit {
    Limit {
        name,
        operation,
        within: call(edge),
        over: call(over),
    }
}

fn key(pk: &str) -> Value {
    json!({ "pk": { "S": pk }, "sk": { "S": "limits" } })
}

fn text(length: usize) -> String {
    "x".repeat(length)
}

/// An update of one item under a condition, with as many values as the condition has.
fn conditional(condition: &str, values: usize) -> Value {
    let mut call = json!({
        "TableName": "ContactTable", "Key": key("conditional"),
        "UpdateExpression": "SET a = :v0", "ConditionExpression": condition,
    });
    call["ExpressionAttributeValues"] = numbers(values);
    call
}

fn numbers(count: usize) -> Value {
    (0..count)
        .map(|n| (format!(":v{n}"), json!({ "N": n.to_string() })))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn joined(count: usize, each: impl Fn(usize) -> String, between: &str) -> String {
    (0..count).map(each).collect::<Vec<_>>().join(between)
}

fn puts(count: usize, length: usize) -> Value {
    let put = |n: usize| {
        let mut item = key(&format!("put {n}"));
        item["text"] = json!({ "S": text(length) });
        json!({ "Put": { "TableName": "ContactTable", "Item": item } })
    };
    json!({ "TransactItems": (0..count).map(put).collect::<Vec<_>>() })
}

fn put(item: &Value) -> Value {
    json!({ "TableName": "ContactTable", "Item": item })
}

fn expressions() -> Vec<Limit> {
    vec![
        limit(
            "4 KB of an expression",
            "UpdateItem",
            (4_096, 4_097),
            |length| {
                let start = "attribute_not_exists(b) AND a <> :v0";
                conditional(&format!("{start}{}", " ".repeat(length - start.len())), 1)
            },
        ),
        // NOT, contains and AND for each but the first.
        limit(
            "300 operators and functions of a condition",
            "UpdateItem",
            (100, 101),
            |count| {
                let free = joined(count, |n| format!("NOT contains(busy, :v{n})"), " AND ");
                conditional(&free, count)
            },
        ),
        limit(
            "300 operators of an update",
            "UpdateItem",
            (300, 301),
            |count| {
                let sets = joined(count, |n| format!("a{n}=b+:v0"), ",");
                json!({
                    "TableName": "ContactTable", "Key": key("operators"), "UpdateExpression": format!("SET {sets}"),
                    "ExpressionAttributeValues": numbers(1),
                })
            },
        ),
        limit(
            "255 bytes of a placeholder",
            "UpdateItem",
            (255, 256),
            |length| {
                let name = format!(":{}", text(length - 1));
                json!({
                    "TableName": "ContactTable", "Key": key("placeholder"), "UpdateExpression": format!("SET a = {name}"),
                    "ExpressionAttributeValues": { name: { "N": "1" } },
                })
            },
        ),
    ]
}

fn keys_and_items() -> Vec<Limit> {
    vec![
        limit(
            "2,048 bytes of a partition key",
            "PutItem",
            (2_048, 2_049),
            |length| put(&key(&text(length))),
        ),
        limit(
            "1,024 bytes of a sort key",
            "PutItem",
            (1_024, 1_025),
            |length| put(&json!({ "pk": { "S": "long" }, "sk": { "S": text(length) } })),
        ),
        limit(
            "a key that is read",
            "GetItem",
            (2_048, 2_049),
            |length| json!({ "TableName": "ContactTable", "Key": key(&text(length)) }),
        ),
        // Names count: pk, sk, text, and the key's values.
        limit("400 KB of an item", "PutItem", (409_600, 409_601), |size| {
            let mut item = key("item");
            let others = "pk".len() + "item".len() + "sk".len() + "limits".len() + "text".len();
            item["text"] = json!({ "S": text(size - others) });
            put(&item)
        }),
        limit(
            "400 KB of an item, with the names of its attributes",
            "PutItem",
            (409_600, 409_601),
            |size| {
                let mut item = key("item");
                let others = "pk".len() + "item".len() + "sk".len() + "limits".len();
                item[text(50_000)] = json!({ "S": text(size - others - 50_000) });
                put(&item)
            },
        ),
        limit("32 levels of nesting", "PutItem", (31, 32), |levels| {
            let mut item = key("nested");
            let leaf = json!({ "S": "leaf" });
            item["nested"] = (0..levels).fold(leaf, |inner, _| json!({ "L": [inner] }));
            put(&item)
        }),
        limit("38 digits of a number", "PutItem", (38, 39), |digits| {
            let mut item = key("number");
            item["number"] = json!({ "N": "7".repeat(digits) });
            put(&item)
        }),
    ]
}

fn transactions() -> Vec<Limit> {
    vec![
        limit(
            "100 items of a transaction",
            "TransactWriteItems",
            (100, 101),
            |count| puts(count, 1),
        ),
        limit(
            "4 MB of a transaction",
            "TransactWriteItems",
            (10, 11),
            |count| puts(count, 400_000),
        ),
        limit(
            "one operation on an item",
            "TransactWriteItems",
            (1, 2),
            |count| {
                let update = json!({ "Update": {
                "TableName": "ContactTable", "Key": key("twice"), "UpdateExpression": "SET a = :a",
                "ExpressionAttributeValues": { ":a": { "N": "1" } } } });
                json!({ "TransactItems": vec![update; count] })
            },
        ),
        limit(
            "36 characters of a token",
            "TransactWriteItems",
            (36, 37),
            |length| {
                let mut call = puts(1, 1);
                call["ClientRequestToken"] = json!(text(length));
                call
            },
        ),
        limit(
            "25 items of a batch that is written",
            "BatchWriteItem",
            (25, 26),
            |count| {
                let put =
                    |n: usize| json!({ "PutRequest": { "Item": key(&format!("batch {n}")) } });
                json!({ "RequestItems": { "ContactTable": (0..count).map(put).collect::<Vec<_>>() } })
            },
        ),
        limit(
            "100 items of a batch that is read",
            "BatchGetItem",
            (100, 101),
            |count| {
                let keys: Vec<Value> = (0..count).map(|n| key(&format!("batch {n}"))).collect();
                json!({ "RequestItems": { "ContactTable": { "Keys": keys } } })
            },
        ),
        limit(
            "300 operators in one of a transaction's conditions",
            "TransactWriteItems",
            (100, 101),
            |count| {
                let free = joined(count, |n| format!("NOT contains(busy, :v{n})"), " AND ");
                json!({ "TransactItems": [{ "Update": conditional(&free, count) }] })
            },
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_one_over_a_limit_of_the_service_is_refused() {
    let desk = Desk::start().await;
    let limits = expressions()
        .into_iter()
        .chain(keys_and_items())
        .chain(transactions());

    let mut number = key("operators");
    number["b"] = json!({ "N": "1" });
    assert_eq!(desk.store("PutItem", &put(&number)).await.0, 200);

    let mut wrong = Vec::new();
    for limit in limits {
        let (within, _) = desk.store(limit.operation, &limit.within).await;
        if within != 200 {
            wrong.push(format!("{}: refused at its edge", limit.name));
        }
        let (over, answer) = desk.store(limit.operation, &limit.over).await;
        let kind = answer["__type"].as_str().unwrap_or_default();
        if over != 400 || !kind.ends_with("#ValidationException") {
            wrong.push(format!("{}: {over} {kind} one over it", limit.name));
        }
    }

    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_query_has_one_megabyte_at_most() {
    let desk = Desk::start().await;
    for n in 0..4 {
        let mut item = json!({ "pk": { "S": "page" }, "sk": { "S": n.to_string() } });
        item["text"] = json!({ "S": text(400_000) });
        assert_eq!(desk.store("PutItem", &put(&item)).await.0, 200);
    }

    let query = json!({
        "TableName": "ContactTable", "KeyConditionExpression": "pk = :page",
        "ExpressionAttributeValues": { ":page": { "S": "page" } },
    });
    let (status, page) = desk.store("Query", &query).await;

    assert_eq!(status, 200);
    assert!(page["Count"].as_u64().unwrap() < 4, "1.6 MB are two pages");
    assert!(page["LastEvaluatedKey"].is_object());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longest_service_of_a_clinic_stays_within_the_limits() {
    let desk = Desk::with_clinic(|toml| {
        toml.replacen("tuesday = [\"12:30-13:15\"]\n", "", 1)
            .replace("minutes = 30\nbuffer_after", "minutes = 470\nbuffer_after")
    })
    .await;

    let answer = desk
        .post(
            "/bookings",
            &with(booking(), "start", json!("2026-12-01T09:00:00-05:00")),
        )
        .await;

    assert_eq!(answer.status, 201, "{answer:?}");
    let days = desk.items_of("BookingTable", "practitioner#").await;
    assert_eq!(days[0]["busy"].as_ns().unwrap().len(), 96);
}
