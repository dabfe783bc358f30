//! The harness: a front desk of its own for each test, driven over HTTP, with a look into its tables and
//! its outbox.

pub mod booked;
pub mod counter;
pub mod html;
pub mod lambda;
pub mod ledger;
pub mod office;
pub mod program;
pub mod snapshots;
pub mod waiting;

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use altcha::{Challenge, SolveChallengeOptions, solve_challenge};
use aws_sdk_dynamodb::{Client, types::AttributeValue};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use frontdesk::{
    local::{Options, Running, start},
    publish::Content,
};
use jiff::Timestamp;
use reqwest::{Method, RequestBuilder, StatusCode, header::HeaderMap, redirect::Policy};
use serde_json::{Value, json};
use shared::{aws::Aws, environment::Environment};
use tempfile::TempDir;

pub type Item = HashMap<String, AttributeValue>;

/// A Monday in winter, at nine in Toronto.
pub const NOW: &str = "2026-11-30T09:00:00-05:00";
/// The same Monday at three in the afternoon, when the digest is written.
pub const DIGEST: &str = "2026-11-30T15:00:00-05:00";
/// The kinds of mail about a message that goes through.
pub const MESSAGE_MAILS: [&str; 2] = ["message_to_staff", "message_receipt"];
/// The kinds of mail about a new booking.
pub const BOOKING_MAILS: [&str; 3] = ["booking_to_staff", "booking_requested", "booking_confirmed"];
/// The kinds of mail about what happens to a booking later.
pub const CHANGE_MAILS: [&str; 7] = [
    "booking_changed_to_staff",
    "booking_declined",
    "booking_proposed",
    "booking_moved",
    "booking_cancelled",
    "booking_expired",
    "booking_must_move",
];
/// The kinds of mail to those on the waiting list.
pub const WAITLIST_MAILS: [&str; 2] = ["waitlist_joined", "waitlist_offer"];
pub const REMINDERS: [&str; 1] = ["booking_reminder"];
pub const DIGESTS: [&str; 1] = ["digest"];
pub const UNDELIVERED: [&str; 1] = ["undelivered"];

pub const TABLES: [&str; 5] = [
    "ClinicTable",
    "ArticlesTable",
    "ContactTable",
    "BookingTable",
    "MailTable",
];

#[must_use]
pub fn infra() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra")
}

/// Everything that a front desk is made of, in `folder`, with a `clinic.toml` that was changed.
pub fn infra_with(folder: &Path, change: impl FnOnce(String) -> String) -> PathBuf {
    let own = folder.join("infra");
    copy(&infra().join("content"), &own.join("content"));
    fs::copy(infra().join("template.yaml"), own.join("template.yaml")).unwrap();
    let clinic = fs::read_to_string(infra().join("clinic.toml")).unwrap();
    fs::write(own.join("clinic.toml"), change(clinic)).unwrap();
    own
}

/// A front desk that is open, with nothing in it but the reference clinic.
pub struct Desk {
    pub url: String,
    http: reqwest::Client,
    /// What runs in this process, and where its data is; `None` for a front desk that is a process of its own.
    running: Option<(Running, TempDir)>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub async fn to(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("the front desk answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.expect("the answer is whole");
        Self {
            status,
            headers,
            text,
        }
    }

    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The last part of a problem's type, after checking that it is a whole problem.
    #[must_use]
    pub fn problem(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{self:?}"
        );
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        assert!(!problem["title"].as_str().unwrap().is_empty());
        assert!(
            problem["instance"]
                .as_str()
                .unwrap()
                .starts_with("urn:request:")
        );
        let kind = problem["type"].as_str().unwrap();
        kind.strip_prefix("https://frontdesk.example/problems/")
            .unwrap()
            .to_owned()
    }

    /// `field: code` of each bad field.
    #[must_use]
    pub fn field_codes(&self) -> Vec<String> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let errors = self.json()["errors"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        errors
            .iter()
            .map(|error| format!("{}: {}", text(&error["field"]), text(&error["code"])))
            .collect()
    }
}

impl Desk {
    /// The reference clinic at [`NOW`].
    pub async fn start() -> Self {
        Self::of(infra(), TempDir::new().unwrap()).await
    }

    /// A clinic whose `clinic.toml` was changed.
    pub async fn with_clinic(change: impl FnOnce(String) -> String) -> Self {
        let folder = TempDir::new().unwrap();
        Self::of(infra_with(folder.path(), change), folder).await
    }

    /// A clinic with files of its own: `change` gets the folder in which those of the reference clinic are.
    pub async fn with_infra(change: impl FnOnce(&Path)) -> Self {
        let folder = TempDir::new().unwrap();
        let own = infra_with(folder.path(), |toml| toml);
        change(&own);
        Self::of(own, folder).await
    }

    /// A front desk that runs as a process of its own and listens there.
    #[must_use]
    pub fn at(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            http: client(),
            running: None,
        }
    }

    /// A front desk on a data folder that is there already: `data` in `folder`.
    pub async fn on(folder: TempDir) -> Self {
        Self::of(infra(), folder).await
    }

    async fn of(infra: PathBuf, folder: TempDir) -> Self {
        let content = Self::content(&infra);
        let options = Options {
            infra,
            content,
            data: folder.path().join("data"),
            port: 0,
            fresh: false,
            now: Some(NOW.parse().unwrap()),
        };
        let running = start(options).await.expect("the front desk opens");
        Self {
            url: running.url().to_owned(),
            http: client(),
            running: Some((running, folder)),
        }
    }

    /// What a folder publishes. That of the reference clinic is read once for all tests.
    fn content(folder: &Path) -> Arc<Content> {
        static REFERENCE: OnceLock<Arc<Content>> = OnceLock::new();
        let load = || Arc::new(Content::load(folder).expect("the content has no mistakes"));
        if folder == infra() {
            REFERENCE.get_or_init(load).clone()
        } else {
            load()
        }
    }

    pub async fn close(self) -> TempDir {
        let (running, folder) = self.running.expect("it runs in this process");
        running.stop().await;
        folder
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::to(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::to(self.request(Method::POST, path).json(body)).await
    }

    /// Sends a request again for as long as the answer is the documented 503, which a busy store may lead to.
    pub async fn settled(&self, request: RequestBuilder) -> Answer {
        for _ in 0..40 {
            let again = request.try_clone().expect("the body is in memory");
            let answer = Answer::to(again).await;
            if answer.status != 503 {
                return answer;
            }
            assert_eq!(answer.problem(), "unavailable");
            assert_eq!(answer.header("retry-after"), "2");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the store stays busy");
    }

    /// Posts a form as a browser without script does.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self
            .request(Method::POST, path)
            .header("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        Answer::to(request.form(fields)).await
    }

    /// A page, as a browser asks for it.
    pub async fn page(&self, path: &str) -> Answer {
        let request = self
            .request(Method::GET, path)
            .header("accept", "text/html");
        Answer::to(request).await
    }

    /// The page that a browser goes on to after this answer to its form.
    pub async fn followed(&self, answer: &Answer) -> Answer {
        assert_eq!(answer.status, 303, "{answer:?}");
        let location = answer.header("location");
        self.page(location.strip_prefix(&self.url).unwrap_or(location))
            .await
    }

    /// What a browser shows after its form was sent.
    pub async fn sent(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.post_form(path, fields).await;
        match answer.status {
            StatusCode::SEE_OTHER => self.followed(&answer).await,
            _ => answer,
        }
    }

    pub async fn post_raw(&self, path: &str, media_type: &str, body: impl Into<Vec<u8>>) -> Answer {
        let request = self
            .request(Method::POST, path)
            .header("content-type", media_type);
        Answer::to(request.body(body.into())).await
    }

    /// Moves the clock, and runs what has fallen due.
    pub async fn clock(&self, body: Value) {
        let answer = self.post("/_local/clock", &body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    pub async fn set_now(&self, now: Timestamp) {
        self.clock(json!({ "now": now.to_string() })).await;
    }

    pub async fn faults(&self, body: Value) {
        assert_eq!(self.post("/_local/faults", &body).await.status, 200);
    }

    /// The mails that were sent so far.
    pub async fn mails(&self) -> Vec<Value> {
        self.get("/_local/outbox").await.json()["mails"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// The mails of these kinds, once there are as many. More of them are a mistake; mails of other kinds
    /// are not looked at.
    pub async fn mails_of(&self, kinds: &[&str], count: usize) -> Vec<Value> {
        assert!(count > 0, "no mail can be waited for that must not come");
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            let mut mails = self.mails().await;
            mails.retain(|mail| kinds.contains(&mail["kind"].as_str().unwrap()));
            if mails.len() >= count || Instant::now() > until {
                assert_eq!(mails.len(), count, "mails of {kinds:?}");
                return mails;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The one mail of this kind about a message or booking, once it is there.
    pub async fn mail(&self, reference: &str, kind: &str) -> Value {
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            let mut mails = self.mails().await;
            mails.retain(|mail| {
                mail["kind"] == kind && mail["text"].as_str().unwrap().contains(reference)
            });
            if !mails.is_empty() || Instant::now() > until {
                assert_eq!(mails.len(), 1, "mails of {kind} about {reference}");
                return mails.swap_remove(0);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// All mails, once none waits to be sent but reminders, which are for later.
    pub async fn all_mails_sent(&self) -> Vec<Value> {
        let until = Instant::now() + Duration::from_secs(20);
        let is_late = |mail: &Item| {
            mail.contains_key("queue") && !text(mail, "id").contains("/booking_reminder/")
        };
        let waits = |mails: Vec<Item>| mails.iter().any(is_late);
        while waits(self.stored_mails().await) {
            assert!(Instant::now() < until, "a mail still waits");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.mails().await
    }

    /// What a function's binary would be given.
    pub async fn environment(&self) -> HashMap<String, String> {
        serde_json::from_value(self.get("/_local/endpoints").await.json()["environment"].clone())
            .unwrap()
    }

    pub async fn dynamodb(&self) -> Client {
        let environment: Environment = self.environment().await.into_iter().collect();
        Aws::from_environment(&environment).unwrap().dynamodb()
    }

    /// Calls the store as an SDK does: the status and the body of its answer.
    pub async fn store(&self, operation: &str, call: &Value) -> (u16, Value) {
        let answer = self.call_store(operation, call).await;
        (answer.status.as_u16(), answer.json())
    }

    /// The status of a call of the store that may have no answer in JSON.
    pub async fn store_status(&self, operation: &str, call: &Value) -> u16 {
        self.call_store(operation, call).await.status.as_u16()
    }

    async fn call_store(&self, operation: &str, call: &Value) -> Answer {
        let environment = self.environment().await;
        let signed = "AWS4-HMAC-SHA256 Credential=local/20261130/ca-central-1/dynamodb/aws4_request, \
                      SignedHeaders=host, Signature=0";
        let request = self
            .http
            .post(&environment["AWS_ENDPOINT_URL_DYNAMODB"])
            .header("x-amz-target", format!("DynamoDB_20120810.{operation}"))
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-date", "20261130T140000Z")
            .header("authorization", signed)
            .body(call.to_string());
        Answer::to(request).await
    }

    /// A challenge of the front desk, with its solution.
    pub async fn proof(&self) -> Value {
        let answer = self.get("/contact/challenge").await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("cache-control")),
            (200, "no-store")
        );
        let challenge: Challenge = serde_json::from_str(&answer.text).unwrap();
        let solution = solve_challenge(SolveChallengeOptions::new(&challenge));
        json!({ "challenge": challenge, "solution": solution.unwrap().unwrap() })
    }

    /// Posts a message and has it quarantined for its honeypot; its reference.
    pub async fn quarantine(&self, body: &Value) -> String {
        let answer = self
            .post("/contact", &with(body.clone(), "_gotcha", json!("x")))
            .await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()["reference"].as_str().unwrap().to_owned()
    }

    /// The message of that reference, as it is stored.
    pub async fn stored(&self, reference: &str) -> Item {
        let mut items = self
            .items_of("ContactTable", &format!("message#{reference}"))
            .await;
        assert_eq!(items.len(), 1, "{reference}");
        items.swap_remove(0)
    }

    /// The review link of that reference in the mails so far, as a path.
    pub async fn review_path(&self, reference: &str) -> String {
        let mails = self.mails().await;
        let links = mails
            .iter()
            .flat_map(|mail| html::links(mail["html"].as_str().unwrap()));
        let part = format!("/contact/{reference}/review?");
        let mut links = links.filter(|link| link.contains(&part));
        let link = links.next().expect("a review link was mailed");
        link.strip_prefix(&self.url).unwrap().to_owned()
    }

    /// Presses a button of staff's page, as a program.
    pub async fn decide(&self, review_path: &str, action: &str) -> Answer {
        let (address, token) = review_path.split_once("?token=").unwrap();
        let body = json!({ "token": token, "action": action });
        self.settled(self.request(Method::POST, address).json(&body))
            .await
    }

    /// Everything in every table, in one text: what must not change.
    pub async fn everything(&self) -> String {
        let mut all = Vec::new();
        for table in TABLES {
            for item in self.items(table).await {
                // Without the catalogue's bytes, which JSON has no form for.
                let item: Item = item
                    .into_iter()
                    .filter(|(_, value)| !value.is_b())
                    .collect();
                let item: Value = serde_dynamo::from_item(item).unwrap();
                all.push(format!("{table} {item}"));
            }
        }
        all.sort_unstable();
        all.join("\n")
    }

    /// All mails in the mail table, and the addresses that are held back; not the counts of people and erasures, and not what
    /// the next digest is made of.
    pub async fn stored_mails(&self) -> Vec<Item> {
        let mut items = self.items("MailTable").await;
        let others = ["person#", "erasures#", "digest/", "undelivered#"];
        let is_other = |id: &str| others.iter().any(|other| id.starts_with(other));
        items.retain(|item| item.contains_key("letter") || !is_other(text(item, "id")));
        items
    }

    /// All items of a table.
    pub async fn items(&self, table: &str) -> Vec<Item> {
        let client = self.dynamodb().await;
        let scanned = client
            .scan()
            .table_name(table)
            .consistent_read(true)
            .send()
            .await
            .unwrap();
        scanned.items.unwrap_or_default()
    }

    /// Items of a table whose `pk` starts so.
    pub async fn items_of(&self, table: &str, prefix: &str) -> Vec<Item> {
        let mut items = self.items(table).await;
        items.retain(|item| text(item, "pk").starts_with(prefix));
        items
    }
}

/// How many seeds a race is run with: `FRONTDESK_SEEDS`, or a few, so that the suite stays short.
#[must_use]
pub fn seeds(few: u64) -> u64 {
    let environment = Environment::of_the_process();
    let seeds = environment.get("FRONTDESK_SEEDS");
    seeds.map_or(few, |seeds| {
        seeds.parse().expect("FRONTDESK_SEEDS is a number")
    })
}

/// The one seed to run, if `FRONTDESK_SEED` names one: to see a failure again.
#[must_use]
pub fn only_seed() -> Option<u64> {
    let environment = Environment::of_the_process();
    let seed = environment.get("FRONTDESK_SEED")?;
    Some(seed.parse().expect("FRONTDESK_SEED is a number"))
}

/// A client that shows redirects instead of following them.
#[must_use]
pub fn client() -> reqwest::Client {
    let client = reqwest::Client::builder().redirect(Policy::none());
    client.build().unwrap()
}

#[must_use]
pub fn text<'a>(item: &'a Item, name: &str) -> &'a str {
    item.get(name)
        .and_then(|value| value.as_s().ok())
        .map_or("", String::as_str)
}

/// A message that is as it should be.
#[must_use]
pub fn message() -> Value {
    json!({
        "name": "Zoë Łukasz", "email": "zoe@example.com", "phone": "416-555-0123", "topic": "foot-pain",
        "message": "My heel hurts in the morning.\nWhat can I do?", "consent": true,
        "page": "https://feetfirst.example/articles/gut-health-and-foot-pain",
    })
}

/// A booking that is as it should be, tomorrow at ten with the first chiropodist.
#[must_use]
pub fn booking() -> Value {
    json!({
        "service": "foot-care", "practitioner": "chiropodist-1", "start": "2026-12-01T10:00:00-05:00",
        "patient": { "name": "Zoë Łukasz", "email": "zoe@example.com", "phone": "416-555-0123", "returning": false },
        "reason": "A corn on the left foot", "consent": true,
    })
}

/// `base` with a solved challenge, as the widget sends it.
#[must_use]
pub fn with_proof(base: Value, proof: &Value) -> Value {
    with(base, "altcha", json!(STANDARD.encode(proof.to_string())))
}

/// `base` with one field, dotted for a nested one, set to `value`.
#[must_use]
pub fn with(mut base: Value, field: &str, value: Value) -> Value {
    let pointer = format!("/{}", field.replace('.', "/"));
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    base.pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap()
        .insert(name.to_owned(), value);
    base
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
