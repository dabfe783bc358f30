//! What 10, 100, 1,000 and 10,000 articles cost the articles function: its start, lists, searches, memory.
//!
//! The function's own binary, in a release build, under a runtime API on loopback: `cargo build --release -p articles`, then
//! `cargo bench -p frontdesk-tests --bench articles`. Times are medians and include a hop over loopback. Instructions are
//! counted by callgrind, if valgrind is installed.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "figures are shown rounded, and words are chosen by small numbers"
)]

use std::{
    collections::HashMap,
    future::Future,
    process::Command,
    time::{Duration, Instant},
};

use articles::{Article, Author, Edition, Entry, Image, Shelf, Text};
use fastrand::Rng;
use frontdesk::publish::Content;
use frontdesk_tests::{
    Desk, infra,
    lambda::{Function, http_event},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shared::{clock::Clock, values::Slug};

const STARTS: usize = 15;
const REQUESTS: usize = 400;
/// How many requests callgrind counts.
const COUNTED: u64 = 50;

const ARTICLE: &str = "/articles/article-3";
#[tokio::main]
async fn main() {
    let counts = Command::new("valgrind").arg("--version").output().is_ok();
    println!(
        "articles | start-up | list | search (slowest, first) | article | peak memory | instructions of a start-up"
    );
    for articles in [0, 10, 100, 1_000, 10_000] {
        let desk = Desk::start().await;
        publish(&desk, articles).await;
        let environment = desk.environment().await;
        let started = started(&environment).await;
        let mut function = Function::start("articles", &environment).await;
        function.asked().await;
        let lists = (0..REQUESTS).map(|_| "limit=20".to_owned());
        let list = times(&mut function, lists, "/articles").await.p50;
        let mut dice = Rng::with_seed(1);
        let searches = (0..REQUESTS).map(|number| match number % 4 {
            0 => format!("q={}", word(&mut dice)),
            1 => format!("q={}+{}", word(&mut dice), word(&mut dice)),
            2 => format!("q=w{}", number % 9),
            _ => "q=title".to_owned(),
        });
        let searches: Vec<String> = searches.collect();
        let search = times(&mut function, searches, "/articles").await;
        let read = (0..REQUESTS).map(|_| String::new());
        let article = times(&mut function, read, ARTICLE).await.p50;
        let peak = function.peak_memory() as f64 / 1024.0;
        let instructions = if counts {
            let event = http_event("GET", ARTICLE, None);
            million(instructions(&environment, 0, &event).await)
        } else {
            "?".to_owned()
        };
        println!(
            "{articles:>6} | {started:.1?} | {list:.0?} | {:.1?} ({:.1?}, {:.1?}) | {article:.0?} | {peak:.1} MB | {instructions}",
            search.p50, search.slowest, search.first
        );
        if counts && articles == 100 {
            warm(&environment).await;
        }
        desk.close().await;
    }
}

/// The instructions of a warm request for each form of an article, a list and a search.
async fn warm(environment: &HashMap<String, String>) {
    let first = instructions(environment, 1, &event(ARTICLE, "", "application/json")).await;
    println!("       | start-up and first article: {}", million(first));
    for (what, path, query, accept) in [
        ("article as JSON", ARTICLE, "", "application/json"),
        ("article as a page", ARTICLE, "", "text/html"),
        ("article as Markdown", ARTICLE, "", "text/markdown"),
        (
            "list of 20 as JSON",
            "/articles",
            "limit=20",
            "application/json",
        ),
        ("search as JSON", "/articles", "q=w40", "application/json"),
    ] {
        let event = event(path, query, accept);
        let few = instructions(environment, 10, &event).await;
        let many = instructions(environment, 10 + COUNTED, &event).await;
        println!("       | warm {what}: {}", million((many - few) / COUNTED));
    }
}

fn million(instructions: u64) -> String {
    format!("{:.2} M", instructions as f64 / 1e6)
}

async fn started(environment: &HashMap<String, String>) -> Duration {
    let start = || async {
        let mut function = Function::start("articles", environment).await;
        function.asked().await;
    };
    let mut samples = Vec::new();
    for _ in 0..STARTS {
        samples.push(timed(start()).await);
    }
    median(samples)
}

/// How long requests take: the first one, which reads what a start does not, the median and the slowest of the others.
struct Times {
    first: Duration,
    p50: Duration,
    slowest: Duration,
}

async fn times(
    function: &mut Function,
    queries: impl IntoIterator<Item = String>,
    path: &str,
) -> Times {
    let mut samples = Vec::new();
    for (number, query) in queries.into_iter().enumerate() {
        // Each accepts something else besides, since the same answer is held for five seconds.
        let event = event(path, &query, &format!("application/json, x/{number}"));
        let started = Instant::now();
        let answer = function.invoke(event).await;
        samples.push(started.elapsed());
        // Without articles there is none to read.
        assert!(
            ["200", "404"].contains(&answer["statusCode"].to_string().as_str()),
            "{answer}"
        );
    }
    Times {
        first: samples.remove(0),
        slowest: samples.iter().max().copied().unwrap_or_default(),
        p50: median(samples),
    }
}

fn event(path: &str, query: &str, accept: &str) -> Value {
    let mut event = http_event("GET", path, None);
    event["rawQueryString"] = json!(query);
    event["headers"]["accept"] = json!(accept);
    event
}

/// The instructions of a start and as many requests.
async fn instructions(environment: &HashMap<String, String>, requests: u64, event: &Value) -> u64 {
    let mut function = Function::start_under_callgrind("articles", environment).await;
    function.asked().await;
    for _ in 0..requests {
        function.invoke(event.clone()).await;
        function.asked().await;
    }
    function.instructions()
}

async fn timed<T>(work: impl Future<Output = T>) -> Duration {
    let started = Instant::now();
    work.await;
    started.elapsed()
}

fn median(mut samples: Vec<Duration>) -> Duration {
    samples.sort_unstable();
    samples[samples.len() / 2]
}

/// Publishes articles of 600 words, instead of those of the reference clinic.
async fn publish(desk: &Desk, articles: u64) {
    let clinic = Content::load(&infra()).unwrap().clinic;
    let environment = desk.environment().await.into_iter().collect();
    let shelf = Shelf::open(&desk.dynamodb().await, &environment).unwrap();
    let edition = Edition {
        articles: (0..articles).map(article).collect(),
        ..Edition::default()
    };
    let now = Clock::system().now();
    shelf
        .publish(&edition, &clinic, now, &|_, _| {})
        .await
        .unwrap();
}

fn article(number: u64) -> Article {
    let mut dice = Rng::with_seed(number);
    let mut words = |count: usize| -> String {
        let words: Vec<String> = (0..count).map(|_| word(&mut dice)).collect();
        words.join(" ")
    };
    let (title, summary, text) = (words(6), words(25), words(600));
    let newest: Timestamp = "2026-11-01T12:00:00Z".parse().unwrap();
    let published_at = newest - SignedDuration::from_hours(number.cast_signed());
    Article {
        entry: Entry {
            slug: Slug::parse(&format!("article-{number}")).unwrap(),
            title: format!("Title {title}"),
            summary,
            tags: vec![
                format!("tag {}", number % 40),
                format!("tag {}", number % 7),
            ],
            author: Author {
                id: "mirza-khan".to_owned(),
                name: "Mirza Khan".to_owned(),
            },
            published_at,
            updated_at: published_at,
            reviewed: None,
            reading_minutes: 3,
            image: Image {
                src: "/images/x.svg".to_owned(),
                srcset: None,
                alt: "A foot".to_owned(),
                width: 1200,
                height: 800,
                caption: None,
                credit: None,
            },
        },
        text: Text {
            markdown: text.clone(),
            html: format!("<p>{text}</p>\n"),
            contents: Vec::new(),
            plain: text,
        },
        share_picture: None,
    }
}

/// One of 20,000 words, some of them often and most of them seldom, as in a language.
fn word(dice: &mut Rng) -> String {
    format!("w{}", (20_000.0 * dice.f64().powi(4)) as u32)
}
