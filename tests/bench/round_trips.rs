//! What a request costs beside the one `DynamoDB` round trip that it has to wait for.
//!
//! Warm, over loopback, one request at a time, in a release build: `cargo bench -p frontdesk-tests`.
//! Figures are medians. Compare the ratios: both sides of one come from the same run on the same machine. The store is asked with the functions' own client.

use std::{
    future::Future,
    hint::black_box,
    time::{Duration, Instant},
};

use altcha::{SolveChallengeOptions, solve_challenge};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, GlobalSecondaryIndex, KeySchemaElement,
    KeyType, Projection, ProjectionType, Put, ScalarAttributeType, StreamSpecification,
    StreamViewType, TransactWriteItem, Update,
};
use axum::serve::{Listener as _, ListenerExt as _};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use frontdesk_tests::{Desk, message, with};
use serde_json::json;
use shared::guard::proof::Proofs;
use shared::{clock::Clock, environment::Environment, http::edge, link::LinkKeys};
use tokio::net::TcpListener;

const WARM_UP: usize = 200;
const SAMPLES: usize = 1000;

#[tokio::main]
async fn main() {
    // One address sends thousands of messages, so the limits are out of the way.
    let desk = Desk::with_clinic(unlimited).await;
    let store = desk.dynamodb().await;
    let key = |id: &str| AttributeValue::S(id.to_owned());

    let get = || async {
        let item = store
            .get_item()
            .table_name("ArticlesTable")
            .key("slug", key("gut-health-and-foot-pain"));
        assert!(item.send().await.unwrap().item.is_some());
    };
    let read = || async {
        let answer = desk.get("/articles/gut-health-and-foot-pain").await;
        assert_eq!(answer.status, 200);
    };
    let get = median(get).await;
    let read = median(read).await;

    let mut written = 0;
    let transact = || {
        written += 1;
        transaction(&store, written)
    };
    let transact = median(transact).await;
    let url = contact_alone(&desk).await;
    let http = reqwest::Client::new();
    let mut posted = 0;
    let post = || {
        posted += 1;
        let body = with(message(), "message", json!(format!("Message {posted}")));
        let request = http.post(format!("{url}/contact")).json(&body);
        async { assert_eq!(request.send().await.unwrap().status(), 201) }
    };
    let post = median(post).await;

    println!("medians of {SAMPLES}, one request at a time, everything on this machine\n");
    row("DynamoDB GetItem (an article)", get, get);
    row("GET /articles/{slug}", read, get);
    println!();
    row(
        "TransactWriteItems (4 puts, 3 counters)",
        transact,
        transact,
    );
    row("POST /contact", post, transact);
    println!();
    proofs();
    desk.close().await;
}

/// A transaction like that of a message: four puts, and a counter for the sender, the email address and the phone number.
async fn transaction(store: &aws_sdk_dynamodb::Client, written: u32) {
    let key = |id: &str| AttributeValue::S(id.to_owned());
    let puts = (0..4).map(|part| {
        let put = Put::builder()
            .table_name("ContactTable")
            .item("pk", key(&format!("bench#{written}#{part}")));
        let put = put
            .item("sk", key("bench"))
            .item("text", key(&"x".repeat(300)));
        TransactWriteItem::builder()
            .put(put.build().unwrap())
            .build()
    });
    let counts = (0..3).map(|count| {
        let update = Update::builder()
            .table_name("ContactTable")
            .key("pk", key(&format!("bench#{count}")))
            .key("sk", key("count"))
            .update_expression("ADD written :one")
            .condition_expression("attribute_not_exists(written) OR written < :most")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(":most", AttributeValue::N("1000000".to_owned()));
        TransactWriteItem::builder()
            .update(update.build().unwrap())
            .build()
    });
    let items = puts.chain(counts);
    let transaction = store
        .transact_write_items()
        .set_transact_items(Some(items.collect()));
    transaction.send().await.unwrap();
}

fn unlimited(toml: String) -> String {
    let limits = [
        (
            "quarantine_per_minute = 10",
            "quarantine_per_minute = 1000000",
        ),
        ("quarantine_per_day = 50", "quarantine_per_day = 1000000"),
        ("refuse_per_minute = 60", "refuse_per_minute = 1000000"),
        ("refuse_per_day = 500", "refuse_per_day = 1000000"),
        ("mails_per_day = 12", "mails_per_day = 1000000"),
    ];
    limits
        .iter()
        .fold(toml, |toml, (this, that)| toml.replace(this, that))
}

/// Checks of a proof of work: a good one, one that was made cheaper, and as long a one as is read.
fn proofs() {
    let keys = [("LINK_KEYS".to_owned(), "k".repeat(32))];
    let keys = LinkKeys::from_environment(&keys.into_iter().collect()).unwrap();
    let (proofs, now) = (Proofs::new(&keys), Clock::system().now());
    let challenge = proofs.challenge(now).unwrap();
    let solution = solve_challenge(SolveChallengeOptions::new(&challenge));
    let good = json!({ "challenge": challenge, "solution": solution.unwrap().unwrap() });
    let mut cheaper = good.clone();
    cheaper["challenge"]["parameters"]["cost"] = json!(1);
    let mut long = good.clone();
    long["challenge"]["parameters"]["salt"] = json!("0".repeat(2_300));
    for (name, proof) in [("good", good), ("made cheaper", cheaper), ("long", long)] {
        let field = STANDARD.encode(proof.to_string());
        let mut samples: Vec<Duration> = (0..SAMPLES)
            .map(|_| {
                let started = Instant::now();
                black_box(proofs.check(black_box(&field), now));
                started.elapsed()
            })
            .collect();
        samples.sort_unstable();
        let name = format!("checking a proof of work, {name}");
        println!("{name:<40} {:>8} µs", samples[SAMPLES / 2].as_micros());
    }
}

/// The contact function with a mail table of its own, with the real one's index and stream: the mails
/// that it queues stay there, and their sending is not measured with it.
async fn contact_alone(desk: &Desk) -> String {
    let text = |name: &str| {
        let text = AttributeDefinition::builder().attribute_name(name);
        text.attribute_type(ScalarAttributeType::S).build().unwrap()
    };
    let key = |name: &str, kind: KeyType| {
        let key = KeySchemaElement::builder().attribute_name(name);
        key.key_type(kind).build().unwrap()
    };
    let due = GlobalSecondaryIndex::builder()
        .index_name("due")
        .key_schema(key("queue", KeyType::Hash))
        .key_schema(key("due_at", KeyType::Range))
        .projection(
            Projection::builder()
                .projection_type(ProjectionType::KeysOnly)
                .build(),
        );
    let stream = StreamSpecification::builder().stream_enabled(true);
    let stream = stream.stream_view_type(StreamViewType::KeysOnly);
    let store = desk.dynamodb().await;
    store
        .create_table()
        .table_name("BenchMail")
        .billing_mode(BillingMode::PayPerRequest)
        .set_attribute_definitions(Some(["id", "queue", "due_at"].map(text).into()))
        .key_schema(key("id", KeyType::Hash))
        .global_secondary_indexes(due.build().unwrap())
        .stream_specification(stream.build().unwrap())
        .send()
        .await
        .unwrap();
    let mut variables = desk.environment().await;
    variables.insert("MAIL_TABLE".to_owned(), "BenchMail".to_owned());
    let environment: Environment = variables.into_iter().collect();
    let contact = contact::ContactDesk::open(&environment, Clock::system())
        .await
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .tap_io(|io| io.set_nodelay(true).unwrap());
    let url = format!("http://{}", listener.local_addr().unwrap());
    let site = contact.site();
    tokio::spawn(async {
        axum::serve(listener, edge(contact::routes(contact), site))
            .await
            .unwrap();
    });
    url
}

async fn median<F: Future<Output = ()>>(mut once: impl FnMut() -> F) -> Duration {
    let mut samples = Vec::with_capacity(SAMPLES);
    for round in 0..WARM_UP + SAMPLES {
        let started = Instant::now();
        once().await;
        if round >= WARM_UP {
            samples.push(started.elapsed());
        }
    }
    samples.sort_unstable();
    samples[samples.len() / 2]
}

fn row(name: &str, took: Duration, base: Duration) {
    let ratio = took.as_secs_f64() / base.as_secs_f64();
    println!("{name:<40} {:>8} µs   {ratio:.2} ×", took.as_micros());
}
