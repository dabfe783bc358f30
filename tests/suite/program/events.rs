//! Events as a gateway would never send them, or would: each gets an answer that the gateway can pass on.

use axum::Router;
use frontdesk_tests::{
    Desk,
    lambda::{Function, http_event},
    message, with,
};
use lambda_http::{Context, LambdaEvent};
use serde_json::{Value, json};
use shared::{clock::Clock, environment::Environment, http::edge, runtime::gateway};

const EVENTS: usize = 10_000;

/// A small generator, so that a seed says everything (Marsaglia's xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.roll(list.len())]
    }
}

async fn routes(desk: &Desk) -> Router {
    let environment: Environment = desk.environment().await.into_iter().collect();
    let contact = contact::ContactDesk::open(&environment, Clock::system())
        .await
        .unwrap();
    let booking = booking::BookingDesk::open(&environment, Clock::system())
        .await
        .unwrap();
    let articles = articles::ArticleDesk::open(&environment, Clock::system())
        .await
        .unwrap();
    let site = articles.site();
    let routes = contact::routes(contact).merge(booking::routes(booking));
    edge(routes.merge(articles::routes(articles)), site)
}

async fn answer(routes: &Router, event: Value) -> Value {
    let event = LambdaEvent::new(event, Context::default());
    let Ok(answer) = gateway::answer(routes.clone(), event).await;
    serde_json::to_value(answer).unwrap()
}

/// What the gateway passes on: a status, headers that are text, and a body that is text or nothing.
fn well_formed(answer: &Value, event: &Value) -> u64 {
    let status = answer["statusCode"].as_u64().unwrap();
    assert!(
        (200..=599).contains(&status) && status != 500,
        "{event} → {answer}"
    );
    let headers = answer["headers"].as_object().unwrap();
    assert!(headers.values().all(Value::is_string), "{event} → {answer}");
    assert!(
        headers.contains_key("x-content-type-options"),
        "{event} → {answer}"
    );
    assert!(
        answer["body"].is_null() || answer["body"].is_string(),
        "{event} → {answer}"
    );
    assert!(answer["isBase64Encoded"].is_boolean(), "{event} → {answer}");
    if answer["headers"]["content-type"] == "application/problem+json" {
        let problem: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        assert_eq!(problem["status"], status);
    }
    status
}

/// Events as a browser and a program cause them. The ids and addresses are made up.
fn real() -> Vec<Value> {
    let mut page = http_event("GET", "/contact/form", None);
    page["rawQueryString"] = json!("from=article&x=%20a");
    page["cookies"] = json!(["a=b", "c=d"]);
    page["headers"]["accept"] = json!("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
    page["headers"]["x-forwarded-for"] = json!("192.0.2.1");
    page["headers"]["x-forwarded-proto"] = json!("https");
    page["headers"]["user-agent"] = json!("Mozilla/5.0");
    let mut availability = http_event("GET", "/availability", None);
    availability["rawQueryString"] = json!("service=foot-care&from=2026-12-01&to=2026-13-01");
    availability["queryStringParameters"] = json!({ "service": "foot-care" });
    let mut form = http_event("POST", "/contact", None);
    form["headers"]["content-type"] = json!("application/x-www-form-urlencoded");
    form["body"] = json!("bmFtZT1BZGEmZW1haWw9YWRh");
    form["isBase64Encoded"] = json!(true);
    let mut article = http_event("GET", "/articles/Not-A-Slug", None);
    article["pathParameters"] = json!({ "slug": "Not-A-Slug" });
    let bad_message = with(message(), "email", json!("nobody"));
    vec![
        page,
        availability,
        form,
        article,
        http_event("GET", "/clinic", None),
        http_event("POST", "/contact", Some(&bad_message)),
        http_event("GET", "/bookings/B-00000-00000", None),
    ]
}

const ODD: [&str; 22] = [
    "",
    " ",
    "é",
    "\u{0}",
    "\r\nx: y",
    "\u{202e}",
    "<script>",
    "\"",
    "a b",
    "%",
    "%zz",
    "%FF",
    "#",
    "?",
    "//",
    "..",
    "https,http",
    "://",
    "[::1",
    "localhost:99999",
    "999.999.999.999",
    "\\",
];

/// Changes one place of an event: its value, its type, its name, or whether it is there.
fn mutate(event: &mut Value, dice: &mut Dice) {
    let mut places = Vec::new();
    pointers(event, String::new(), &mut places);
    let place = dice.pick(&places).clone();
    let (parent, name) = place.rsplit_once('/').unwrap();
    let odd = (*dice.pick(&ODD)).to_owned();
    let chosen = dice.roll(8);
    let types = [
        json!(null),
        json!(7),
        json!(true),
        json!([]),
        json!({}),
        json!([[{}]]),
    ];
    let Some(value) = event.pointer_mut(&place) else {
        return;
    };
    match chosen {
        0 => *value = json!(odd),
        1 => *value = json!(format!("{}{odd}", value.as_str().unwrap_or_default())),
        2 => *value = json!(format!("{odd}{}", value.as_str().unwrap_or_default())),
        3 => {
            *value = dice.pick(&types).clone();
        }
        4 => *value = json!(odd.repeat(2_000)),
        5 => {
            let value = value.take();
            let whole = event.pointer_mut(parent).and_then(Value::as_object_mut);
            whole.map(|whole| whole.insert(format!("{name}{odd}"), value));
        }
        6 => {
            let headers = event.pointer_mut("/headers").and_then(Value::as_object_mut);
            headers.map(|headers| headers.insert(format!("x{odd}"), json!(odd)));
        }
        _ => {
            let whole = event.pointer_mut(parent).and_then(Value::as_object_mut);
            whole.map(|whole| whole.remove(name));
        }
    }
}

fn pointers(value: &Value, at: String, places: &mut Vec<String>) {
    if let Some(object) = value.as_object() {
        for (name, inner) in object {
            let name = name.replace('~', "~0").replace('/', "~1");
            pointers(inner, format!("{at}/{name}"), places);
        }
    }
    if !at.is_empty() {
        places.push(at);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_mutated_events_each_get_an_answer_that_the_gateway_can_pass_on() {
    let desk = Desk::start().await;
    let routes = routes(&desk).await;
    let real = real();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut statuses = std::collections::BTreeMap::new();

    for _ in 0..EVENTS {
        let mut event = dice.pick(&real).clone();
        for _ in 0..=dice.roll(3) {
            mutate(&mut event, &mut dice);
        }
        let answer = answer(&routes, event.clone()).await;
        *statuses.entry(well_formed(&answer, &event)).or_insert(0) += 1;
    }

    println!("{EVENTS} events: {statuses:?}");
    assert!(statuses[&400] > 100 && statuses[&200] > 100, "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_made_a_function_fail_is_cleaned_or_answered_400() {
    let desk = Desk::start().await;
    let routes = routes(&desk).await;
    let changed = |pointer: &str, value: Value| {
        let mut event = http_event("GET", "/clinic", None);
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        event.pointer_mut(parent).unwrap()[name] = value;
        event
    };
    let mut broken_body = http_event("POST", "/contact", None);
    broken_body["body"] = json!("no base64!");
    broken_body["isBase64Encoded"] = json!(true);
    let mut nothing = http_event("GET", "/clinic", None);
    nothing.as_object_mut().unwrap().remove("requestContext");

    for (event, status) in [
        (changed("/headers/x-name", json!("é\u{ff}")), 200),
        (changed("/headers/x-name", json!("a\r\nb")), 200),
        (changed("/headers/x name", json!("a")), 200),
        (changed("/rawQueryString", json!("a=<b>&c=\"d\" e")), 200),
        (
            changed("/headers/x-forwarded-proto", json!("https,http")),
            200,
        ),
        (changed("/headers/host", json!("[not a host")), 200),
        (changed("/requestContext/domainName", json!("a b")), 200),
        (changed("/requestContext/timeEpoch", json!("later")), 200),
        (changed("/rawPath", json!("/clinic/<\"é")), 404),
        (changed("/rawPath", json!("clinic")), 400),
        (changed("/rawPath", json!(null)), 400),
        (changed("/requestContext/http/method", json!("GE T")), 400),
        (broken_body, 400),
        (nothing, 400),
        (json!({}), 400),
        (json!([1]), 400),
    ] {
        let answer = answer(&routes, event.clone()).await;
        assert_eq!(well_formed(&answer, &event), status, "{event} → {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_odd_event_does_not_end_a_function() {
    let desk = Desk::start().await;
    let mut articles = Function::start("articles", &desk.environment().await).await;

    for odd in [
        json!({}),
        json!("text"),
        json!(null),
        json!({ "requestContext": { "http": {} } }),
    ] {
        let answer = articles.invoke(odd.clone()).await;
        assert_eq!(well_formed(&answer, &odd), 400);
    }
    let clinic = articles.invoke(http_event("GET", "/clinic", None)).await;
    assert_eq!(clinic["statusCode"], 200);
    assert!(!articles.log().contains("panicked"), "{}", articles.log());
}
