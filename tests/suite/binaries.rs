//! The functions' real binaries under a Lambda runtime API, against the local program's store and mail.

use frontdesk_tests::{
    Desk, infra,
    lambda::{Function, http_event},
    message,
};
use serde_json::{Value, json};

fn body(answer: &Value) -> Value {
    serde_json::from_str(answer["body"].as_str().unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_http_functions_answer_api_gateway() {
    let desk = Desk::start().await;
    let environment = desk.environment().await;

    let mut contact = Function::start("contact", &environment).await;
    let stored = contact.invoke(http_event("POST", "/contact", Some(&message()))).await;
    let refused = contact.invoke(http_event("POST", "/contact", Some(&json!({})))).await;
    let mut booking = Function::start("booking", &environment).await;
    let services = booking.invoke(http_event("GET", "/services", None)).await;
    let mut articles = Function::start("articles", &environment).await;
    let article = articles.invoke(http_event("GET", "/articles/gut-health-and-foot-pain", None)).await;

    assert_eq!(stored["statusCode"], 201, "{stored}");
    assert!(body(&stored)["reference"].as_str().unwrap().starts_with("C-"));
    assert_eq!(refused["statusCode"], 422);
    assert_eq!(body(&refused)["instance"], "urn:request:gateway-request-id");
    assert_eq!(body(&services)["time_zone"], "America/Toronto");
    assert_eq!(body(&article)["slug"], "gut-health-and-foot-pain");
    assert_eq!(desk.items_of("ContactTable", "message#").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_reads_the_clinic_before_it_asks_for_its_first_event() {
    let desk = Desk::start().await;
    let mut environment = desk.environment().await;
    let counter = frontdesk_tests::counter::Counter::before(&environment["AWS_ENDPOINT_URL_DYNAMODB"]).await;
    environment.insert("AWS_ENDPOINT_URL_DYNAMODB".to_owned(), counter.url.clone());

    for name in ["contact", "booking", "articles", "mailer"] {
        let mut function = Function::start(name, &environment).await;
        function.asked().await;
        assert_eq!(counter.take().into_iter().collect::<Vec<_>>(), [("GetItem".to_owned(), 1)], "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mailer_takes_stream_events_and_sweeps_and_reports_what_it_could_not_do() {
    let desk = Desk::start().await;
    let environment = desk.environment().await;
    // The mails wait: nobody has sent them yet.
    desk.faults(json!({ "ses": "down" })).await;
    assert_eq!(desk.post("/contact", &message()).await.status, 201);
    let mut mailer = Function::start("mailer", &environment).await;
    let record = |id: &str, sequence_number: &str| {
        json!({
            "eventID": "1", "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
            "awsRegion": "ca-central-1",
            "dynamodb": {
                "ApproximateCreationDateTime": 1_796_047_200.0, "Keys": { "id": { "S": id } },
                "SequenceNumber": sequence_number, "SizeBytes": 10, "StreamViewType": "KEYS_ONLY",
            },
        })
    };

    let unknown = mailer.invoke(json!({ "Records": [record("nothing", "1")] })).await;
    let sweep = mailer.invoke(json!({ "sweep": true })).await;
    desk.faults(json!({ "dynamodb": "down" })).await;
    let store_down = mailer.invoke(json!({ "Records": [record("a", "7"), record("b", "8")] })).await;
    desk.faults(json!({ "dynamodb": "ok", "ses": "ok" })).await;

    assert_eq!(unknown["batchItemFailures"], json!([]));
    assert_eq!(sweep["batchItemFailures"], json!([]));
    assert_eq!(
        store_down["batchItemFailures"],
        json!([{ "itemIdentifier": "7" }, { "itemIdentifier": "8" }])
    );
    desk.clock(json!({ "advance": "PT1H" })).await;
    desk.mails_once(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_environment_of_the_local_program_is_all_that_the_template_gives() {
    let desk = Desk::start().await;
    let environment = desk.environment().await;

    for name in frontdesk::Template::read(&infra()).unwrap().environment().keys() {
        assert!(environment.contains_key(name), "{name}");
    }
}
