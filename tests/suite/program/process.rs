//! `frontdesk local` as a process: killed, started twice, interrupted.

use std::{thread::sleep, time::Duration};

use frontdesk_tests::{DIGESTS, Desk, MESSAGE_MAILS, booking, message, program::Program, with};
use serde_json::{Value, json};
use tempfile::TempDir;

async fn get(url: &str) -> Value {
    reqwest::get(url).await.unwrap().json().await.unwrap()
}

async fn mails_of(url: &str, kinds: &[&str], count: usize) -> Vec<Value> {
    for _ in 0..600 {
        let mut mails = get(&format!("{url}/_local/outbox")).await["mails"]
            .as_array()
            .unwrap()
            .clone();
        mails.retain(|mail| kinds.contains(&mail["kind"].as_str().unwrap()));
        if mails.len() >= count {
            return mails;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{count} mails did not come");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_with_201_survives_kill_9_and_its_mails_go_out_once() {
    let http = reqwest::Client::new();
    // Killed at once, and at several moments while the mails are on their way.
    for millis in [0, 0, 0, 120, 240, 400] {
        let data = TempDir::new().unwrap();
        let program = Program::start(data.path());
        let url = program.url.clone();
        let sent = http
            .post(format!("{url}/contact"))
            .json(&message())
            .send()
            .await
            .unwrap();
        assert_eq!(sent.status(), 201);
        let reference = sent.json::<Value>().await.unwrap()["reference"]
            .as_str()
            .unwrap()
            .to_owned();
        sleep(Duration::from_millis(millis));
        program.kill();

        let program = Program::start(data.path());
        let again = http
            .post(format!("{}/contact", program.url))
            .json(&message())
            .send()
            .await
            .unwrap();
        assert_eq!(
            again.headers()["idempotency-replayed"],
            "true",
            "the message is there"
        );
        let mails = mails_of(&program.url, &MESSAGE_MAILS, 2).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(
            mails_of(&program.url, &MESSAGE_MAILS, 2).await.len(),
            2,
            "killed after {millis} ms"
        );
        let mut kinds: Vec<&str> = mails
            .iter()
            .map(|mail| mail["kind"].as_str().unwrap())
            .collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["message_receipt", "message_to_staff"]);
        assert!(
            mails
                .iter()
                .all(|mail| mail["subject"].as_str().unwrap().contains(&reference))
        );
        assert!(program.interrupt(), "Ctrl-C ends it well");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_that_was_given_stays_given_after_a_restart_and_links_still_work() {
    let data = TempDir::new().unwrap();
    let http = reqwest::Client::new();
    let program = Program::start(data.path());
    let answer = http
        .post(format!("{}/bookings", program.url))
        .json(&booking())
        .send()
        .await
        .unwrap();
    let receipt: Value = answer.json().await.unwrap();
    program.kill();

    let program = Program::start(data.path());
    let other = with(booking(), "patient.email", json!("other@example.com"));
    let second = http
        .post(format!("{}/bookings", program.url))
        .json(&other)
        .send()
        .await
        .unwrap();
    let path = receipt["manage_url"]
        .as_str()
        .unwrap()
        .splitn(4, '/')
        .nth(3)
        .unwrap();

    assert_eq!(second.status(), 409);
    assert_eq!(
        get(&format!("{}/{path}", program.url)).await["reference"],
        receipt["reference"]
    );
}

#[test]
fn a_second_start_on_the_same_folder_and_a_taken_port_are_clear_errors() {
    let data = TempDir::new().unwrap();
    let program = Program::start(data.path());

    let same_folder = Program::command(data.path()).output().unwrap();
    let other = TempDir::new().unwrap();
    let port = program.url.rsplit(':').next().unwrap();
    let same_port = std::process::Command::new(frontdesk_tests::program::binary("frontdesk"))
        .arg("--infra")
        .arg(frontdesk_tests::infra())
        .args(["local", "--port", port, "--data"])
        .arg(other.path())
        .output()
        .unwrap();

    for (output, words) in [
        (same_folder, "another front desk is open on the data folder"),
        (same_port, "is taken: choose another"),
    ] {
        assert!(!output.status.success());
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains(words), "{error}");
        assert!(!error.contains("panicked"), "{error}");
    }
}

/// What somebody sends who types the canary everywhere.
fn spoiled(mut body: Value, canary: &str) -> Value {
    for field in ["name", "message", "reason"] {
        if body.get(field).is_some() {
            body[field] = json!(canary);
        }
    }
    if body.get("page").is_some() {
        body["page"] = json!(format!("https://example.com/{canary}"));
        for field in ["_gotcha", "_token", "_next", "altcha"] {
            body[field] = json!(canary);
        }
    }
    for pointer in ["/email", "/patient/email"] {
        if let Some(email) = body.pointer_mut(pointer) {
            *email = json!(format!("{canary}@example.com"));
        }
    }
    body
}

/// What staff do with the first message of the digest: read it, release it. The link's token.
async fn reviewed(http: &reqwest::Client, mails: &[Value]) -> String {
    let digest = mails.iter().find(|mail| mail["kind"] == "digest").unwrap();
    let text = digest["text"].as_str().unwrap();
    let review = text
        .lines()
        .find(|line| line.contains("/review?token="))
        .unwrap();
    let (address, review) = review.split_once("?token=").unwrap();
    for action in ["show", "release"] {
        let acted = http
            .post(address)
            .header("accept", "text/html")
            .form(&[("token", review), ("action", action)]);
        assert_eq!(acted.send().await.unwrap().status(), 200);
    }
    review.to_owned()
}

const CANARY: &str = "cAnArY7";

/// Sends the canary in every way, through successes and failures; the tokens of the links come back.
async fn type_everywhere(url: &str) -> [String; 2] {
    let http = reqwest::Client::new();
    let post = async |path: &str, body: Value| {
        let request = http.post(format!("{url}{path}")).json(&body);
        let sent = request.header("x-forwarded-for", "203.0.113.77").send();
        sent.await.unwrap()
    };
    let status = async |path: &str, body: Value| post(path, body).await.status().as_u16();
    let mine = spoiled(message(), CANARY);
    let bad = json!({ CANARY: CANARY, "email": CANARY });
    let another = spoiled(with(message(), "phone", json!("416-555-0199")), CANARY);

    assert_eq!(status("/contact", mine).await, 201);
    let booked = post("/bookings", spoiled(booking(), CANARY)).await;
    let booked: Value = booked.json().await.unwrap();
    let manage = booked["manage_url"].as_str().unwrap();
    assert_eq!(http.get(manage).send().await.unwrap().status(), 200);
    assert_eq!(status("/contact", bad).await, 422);
    let nowhere = http.get(format!("{url}/{CANARY}?q={CANARY}")).send().await;
    assert_eq!(nowhere.unwrap().status(), 404);
    post("/_local/faults", json!({ "dynamodb": "down" })).await;
    assert_eq!(status("/contact", another).await, 503);
    post("/_local/faults", json!({ "dynamodb": "ok" })).await;
    post("/_local/clock", json!({ "advance": "PT24H" })).await;
    let digest = mails_of(url, &DIGESTS, 1).await;
    let review = reviewed(&http, &digest).await;
    mails_of(url, &MESSAGE_MAILS, 2).await;
    let manage = manage.split_once("token=").unwrap().1;
    [manage.to_owned(), review]
}

#[test]
fn nothing_that_was_typed_is_logged_at_any_level() {
    use std::io::Read as _;
    let data = TempDir::new().unwrap();
    let mut child = Program::command(data.path())
        .env("LOG_LEVEL", "trace")
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let lines = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut lines = std::io::BufRead::lines(lines).map(Result::unwrap);
    let url = lines
        .find_map(|line| line.strip_prefix("listening on ").map(str::to_owned))
        .unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();

    let tokens = runtime.block_on(type_everywhere(&url));

    child.kill().unwrap();
    let mut log = String::new();
    let mut stderr = child.stderr.take().unwrap();
    stderr.read_to_string(&mut log).unwrap();
    child.wait().unwrap();
    assert!(log.contains("stored contact message"), "{log}");
    for secret in [CANARY, "416-555", "203.0.113", &tokens[0], &tokens[1]] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_loopback_names_are_answered() {
    let desk = Desk::start().await;
    let environment = desk.environment().await;
    let doors = [
        format!("{}/clinic", desk.url),
        format!("{}/_local/outbox", desk.url),
        environment["AWS_ENDPOINT_URL_DYNAMODB"].clone(),
        environment["AWS_ENDPOINT_URL_SESV2"].clone(),
    ];
    let asked = async |url: &str, host: &str| {
        let request = frontdesk_tests::client().get(url).header("host", host);
        request.send().await.unwrap().status()
    };

    for url in &doors {
        for host in [
            "127.0.0.1",
            "localhost:3000",
            "LocalHost",
            "a.localhost:1",
            "[::1]:3000",
            "127.9.9.9",
        ] {
            assert_ne!(asked(url, host).await, 421, "{url} as {host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example:80",
            "192.168.0.1",
            "[fe80::1]",
        ] {
            assert_eq!(asked(url, host).await, 421, "{url} as {host}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_of_a_website_reads_the_tables() {
    let desk = Desk::start().await;
    let environment = desk.environment().await;
    for service in ["DYNAMODB", "SESV2"] {
        let url = &environment[&format!("AWS_ENDPOINT_URL_{service}")];
        for method in [reqwest::Method::OPTIONS, reqwest::Method::POST] {
            let request = frontdesk_tests::client()
                .request(method.clone(), url)
                .header("origin", "https://evil.example")
                .header("access-control-request-headers", "x-amz-target")
                .header("x-amz-target", "DynamoDB_20120810.ListTables")
                .header("content-type", "application/x-amz-json-1.0")
                .body("{}");
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 403, "{method} {url}");
            let allowed = answer.headers().get("access-control-allow-origin");
            assert_eq!(allowed, None, "{method} {url}");
        }
    }
}
