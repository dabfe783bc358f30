//! The Lambda runtime API on loopback: a function's real binary asks it for events.
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::{
    collections::HashMap,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};
use tempfile::NamedTempFile;
use tokio::{
    net::TcpListener,
    sync::{Mutex, mpsc},
};

use crate::program::binary;

/// A function's binary under a runtime API of its own. It ends with the test.
pub struct Function {
    child: Child,
    log: NamedTempFile,
    events: mpsc::UnboundedSender<Value>,
    answers: mpsc::UnboundedReceiver<Value>,
    asked: mpsc::UnboundedReceiver<()>,
}

#[derive(Clone)]
struct Api {
    events: Arc<Mutex<mpsc::UnboundedReceiver<Value>>>,
    answers: mpsc::UnboundedSender<Value>,
    asked: mpsc::UnboundedSender<()>,
}

impl Function {
    /// Starts the binary with this environment and nothing else.
    pub async fn start(name: &str, environment: &HashMap<String, String>) -> Self {
        Self::run(Command::new(binary(name)), name, environment).await
    }

    /// The same under callgrind, which counts its instructions. It is fifty times as slow.
    pub async fn start_under_callgrind(name: &str, environment: &HashMap<String, String>) -> Self {
        let mut command = Command::new("valgrind");
        command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
        command.arg(binary(name));
        Self::run(command, name, environment).await
    }

    async fn run(mut command: Command, name: &str, environment: &HashMap<String, String>) -> Self {
        let (events, events_in) = mpsc::unbounded_channel();
        let (answers_out, answers) = mpsc::unbounded_channel();
        let (asked_out, asked) = mpsc::unbounded_channel();
        let api = Api {
            events: Arc::new(Mutex::new(events_in)),
            answers: answers_out,
            asked: asked_out,
        };
        let routes = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route(
                "/2018-06-01/runtime/invocation/{id}/response",
                post(response),
            )
            .route("/2018-06-01/runtime/invocation/{id}/error", post(response))
            .with_state(api);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async { axum::serve(listener, routes).await.unwrap() });
        let log = NamedTempFile::new().unwrap();
        let child = command
            .env_clear()
            .envs(environment)
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .env("AWS_LAMBDA_FUNCTION_NAME", name)
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", name)
            .env("AWS_LAMBDA_LOG_STREAM_NAME", name)
            .stdout(Stdio::from(log.reopen().unwrap()))
            .stderr(Stdio::from(log.reopen().unwrap()))
            .spawn()
            .unwrap();
        Self {
            child,
            log,
            events,
            answers,
            asked,
        }
    }

    /// What it has written so far.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log.path()).unwrap()
    }

    /// The most memory that it has had in RAM so far, in KB.
    #[must_use]
    pub fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let peak = peak.unwrap().trim().trim_end_matches(" kB");
        peak.parse().unwrap()
    }

    /// Ends it, and returns how many instructions callgrind has counted.
    #[must_use]
    pub fn instructions(mut self) -> u64 {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().unwrap();
        self.child.wait().unwrap();
        let log = self.log();
        let collected = log.lines().find_map(|line| line.split_once("Collected : "));
        collected.unwrap().1.trim().parse().unwrap()
    }

    /// Waits until the function has asked for an event.
    pub async fn asked(&mut self) {
        within(self.asked.recv()).await;
    }

    /// Gives the function an event, and waits for its answer.
    pub async fn invoke(&mut self, event: Value) -> Value {
        self.events.send(event).unwrap();
        within(self.answers.recv()).await
    }
}

async fn within<T>(wait: impl Future<Output = Option<T>>) -> T {
    tokio::time::timeout(Duration::from_secs(20), wait)
        .await
        .expect("the function answers")
        .unwrap()
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn next(State(api): State<Api>) -> Response {
    api.asked.send(()).unwrap();
    let Some(event) = api.events.lock().await.recv().await else {
        return StatusCode::GONE.into_response();
    };
    let headers = [
        (
            "lambda-runtime-aws-request-id",
            "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
        ),
        ("lambda-runtime-deadline-ms", "4102444800000"),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:ca-central-1:1:function:f",
        ),
    ];
    (headers, event.to_string()).into_response()
}

async fn response(State(api): State<Api>, Path(_): Path<String>, body: Bytes) -> StatusCode {
    api.answers
        .send(serde_json::from_slice(&body).unwrap())
        .unwrap();
    StatusCode::ACCEPTED
}

/// An HTTP API event (payload format 2.0).
#[must_use]
pub fn http_event(method: &str, path: &str, body: Option<&Value>) -> Value {
    json!({
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "",
        "headers": { "content-type": "application/json", "host": "api.example" },
        "requestContext": {
            "accountId": "1", "apiId": "a", "domainName": "api.example", "domainPrefix": "api",
            "http": { "method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "test" },
            "requestId": "gateway-request-id", "routeKey": "$default", "stage": "$default",
            "time": "30/Nov/2026:14:00:00 +0000", "timeEpoch": 1_796_047_200_000_i64,
        },
        "body": body.map(Value::to_string), "isBase64Encoded": false,
    })
}

/// An SES that takes everything and counts it.
pub struct Ses {
    pub url: String,
    count: Arc<AtomicUsize>,
}

impl Ses {
    pub async fn start() -> Self {
        let count = Arc::new(AtomicUsize::new(0));
        let counting = Arc::clone(&count);
        let send = move || {
            counting.fetch_add(1, Ordering::SeqCst);
            async { Json(json!({ "MessageId": "1" })) }
        };
        let routes = Router::new().route("/v2/email/outbound-emails", post(send));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async { axum::serve(listener, routes).await.unwrap() });
        Self { url, count }
    }

    /// How many mails it was given.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }
}
