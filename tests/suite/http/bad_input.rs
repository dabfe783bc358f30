//! Bad input gets the documented problem; nothing is stored, nothing is queued, nothing is echoed.

use frontdesk_tests::{Answer, Desk, booking, message, with};
use serde_json::{Value, json};

/// Whatever a sender types holds this.
const CANARY: &str = "cAnArY7";

async fn nothing_happened(desk: &Desk, answer: &Answer) {
    assert!(!answer.text.contains(CANARY), "echoed: {answer:?}");
    assert!(desk.items("ContactTable").await.is_empty());
    assert!(desk.items("BookingTable").await.is_empty());
    assert!(desk.stored_mails().await.is_empty());
}

async fn refused(desk: &Desk, path: &str, body: &Value, codes: &[&str]) {
    let answer = desk.post(path, body).await;
    assert_eq!(answer.status, 422, "{body} → {answer:?}");
    assert_eq!(answer.problem(), "invalid");
    assert_eq!(answer.field_codes(), codes, "{body}");
    nothing_happened(desk, &answer).await;
}

/// A message with one bad field, and the field's code.
fn bad_messages() -> Vec<(Value, &'static str)> {
    let long = |length| json!(CANARY.repeat(length / CANARY.len() + 1));
    let one = |field, value| with(message(), field, value);
    vec![
        (one("name", json!(null)), "name: required"),
        (one("name", json!("  ")), "name: required"),
        (one("name", long(100)), "name: too_long"),
        (one("name", json!(5)), "name: invalid"),
        (one("name", json!([CANARY])), "name: invalid"),
        (
            one("name", json!(format!("{CANARY}\u{0}"))),
            "name: invalid",
        ),
        (
            one("name", json!(format!("{CANARY}\r\nBcc: all@example.com"))),
            "name: invalid",
        ),
        (one("email", json!(CANARY)), "email: invalid_email"),
        (
            one(
                "email",
                json!(format!("{CANARY}@example.com\nBcc: x@example.com")),
            ),
            "email: invalid_email",
        ),
        (one("email", long(260)), "email: too_long"),
        (one("phone", json!(CANARY)), "phone: invalid_phone"),
        (one("phone", long(40)), "phone: too_long"),
        (one("topic", json!(CANARY)), "topic: not_allowed"),
        (one("message", long(5000)), "message: too_long"),
        (
            one("message", json!(format!("{CANARY}\u{7}"))),
            "message: invalid",
        ),
        (one("message", json!({ "a": CANARY })), "message: required"),
        (
            one("page", json!(format!("javascript:{CANARY}"))),
            "page: invalid",
        ),
        (one("consent", json!(false)), "consent: must_accept"),
        (one("consent", json!(CANARY)), "consent: invalid"),
        (
            one("_idempotency_key", json!(5)),
            "_idempotency_key: invalid",
        ),
        (one("shoe_size", json!(CANARY)), "shoe_size: unknown_field"),
        (one(CANARY, json!("x")), "(unknown): unknown_field"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_field_of_a_message_is_named_at_once() {
    let desk = Desk::start().await;

    refused(
        &desk,
        "/contact",
        &json!({}),
        &[
            "name: required",
            "email: required",
            "message: required",
            "consent: must_accept",
        ],
    )
    .await;
    let two = with(
        with(message(), "_idempotency_key", json!(5)),
        "email",
        json!(CANARY),
    );
    let codes = ["_idempotency_key: invalid", "email: invalid_email"];
    refused(&desk, "/contact", &two, &codes).await;
    for (body, code) in bad_messages() {
        let unknown = ["message.a: unknown_field"];
        let codes: Vec<&str> = match code {
            "message: required" => vec![code, unknown[0]],
            _ => vec![code],
        };
        refused(&desk, "/contact", &body, &codes).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_field_of_a_booking_is_named_at_once() {
    let desk = Desk::start().await;
    let one = |field, value| with(booking(), field, value);

    refused(
        &desk,
        "/bookings",
        &json!({ "patient": {} }),
        &[
            "service: required",
            "start: required",
            "patient.name: required",
            "patient.email: required",
            "consent: must_accept",
        ],
    )
    .await;
    for (body, code) in [
        (one("service", json!(CANARY)), "service: not_allowed"),
        (
            one("practitioner", json!(CANARY)),
            "practitioner: not_allowed",
        ),
        (
            one("service", json!("orthotics-fitting")),
            "practitioner: not_allowed",
        ),
        (one("start", json!(CANARY)), "start: invalid"),
        (one("start", json!("2026-12-01T10:00:00")), "start: invalid"),
        (one("start", json!(1_796_047_200)), "start: invalid"),
        (
            one("patient.name", json!(format!("{CANARY}\n"))),
            "patient.name: invalid",
        ),
        (one("practitioner", json!(5)), "practitioner: invalid"),
        (
            one("patient.email", json!(CANARY)),
            "patient.email: invalid_email",
        ),
        (
            one("patient.returning", json!(CANARY)),
            "patient.returning: invalid",
        ),
        (
            one("patient.health_card", json!(CANARY)),
            "patient.health_card: unknown_field",
        ),
        (one("reason", json!(CANARY.repeat(200))), "reason: too_long"),
    ] {
        refused(&desk, "/bookings", &body, &[code]).await;
    }
}

/// A body that cannot be read: its media type, its bytes, and the status and kind of the problem.
type Unreadable = (&'static str, Vec<u8>, u16, &'static str);

fn unreadable() -> Vec<Unreadable> {
    let (json, form) = ("application/json", "application/x-www-form-urlencoded");
    let multipart = "multipart/form-data";
    let long = CANARY.repeat(17 * 1024 / CANARY.len() + 1);
    let malformed = |media_type, body: &[u8]| (media_type, body.to_vec(), 400, "malformed");
    let too_large = |media_type, body: String| (media_type, body.into_bytes(), 413, "too_large");
    let unsupported = |media_type| (media_type, CANARY.into(), 415, "unsupported_media_type");
    vec![
        malformed(json, b"{"),
        malformed(json, b""),
        malformed(json, format!("\"{CANARY}\"").as_bytes()),
        malformed(json, b"{\"name\":\"\xff\xfe\"}"),
        malformed(form, b"name=%FF%FE"),
        malformed(form, b"name=\xff"),
        malformed(form, b"name=%zz"),
        malformed(multipart, CANARY.as_bytes()),
        malformed("multipart/form-data; boundary=b", CANARY.as_bytes()),
        too_large(json, format!("{{\"message\":\"{long}\"}}")),
        too_large(form, format!("message={long}")),
        too_large("multipart/form-data; boundary=b", long.repeat(4)),
        unsupported("text/plain"),
        unsupported("application/xml"),
        unsupported(""),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_refused_as_a_whole() {
    let desk = Desk::start().await;

    for path in ["/contact", "/bookings"] {
        for (media_type, body, status, kind) in unreadable() {
            let answer = desk.post_raw(path, media_type, body).await;
            assert_eq!(
                (answer.status.as_u16(), answer.problem().as_str()),
                (status, kind),
                "{path} {media_type}"
            );
            nothing_happened(&desk, &answer).await;
        }
    }
}

/// An address, and the status, the kind and the bad fields of its problem.
const QUERIES: [(&str, u16, &str, &[&str]); 17] = [
    (
        "/availability",
        422,
        "invalid",
        &["service: required", "from: required", "to: required"],
    ),
    (
        "/availability?service=foot-care&from=2026-12-01&to=2027-01-01",
        422,
        "invalid",
        &["to: invalid"],
    ),
    (
        "/availability?service=foot-care&from=2026-12-02&to=2026-12-01",
        422,
        "invalid",
        &["to: invalid"],
    ),
    (
        "/availability?service=cAnArY7&from=x&to=2026-12-01",
        422,
        "invalid",
        &["service: not_allowed", "from: invalid"],
    ),
    (
        "/availability?service=foot-care&from=2026-12-01&to=2026-12-01&practitioner=cAnArY7",
        422,
        "invalid",
        &["practitioner: not_allowed"],
    ),
    ("/availability?service=%FF", 400, "malformed", &[]),
    ("/articles?limit=0", 422, "invalid", &["limit: invalid"]),
    ("/articles?limit=101", 422, "invalid", &["limit: invalid"]),
    (
        "/articles?cursor=cAnArY7",
        422,
        "invalid",
        &["cursor: invalid"],
    ),
    ("/articles/cAnArY7", 404, "not_found", &[]),
    ("/articles/%23index", 404, "not_found", &[]),
    ("/articles/%FF", 400, "malformed", &[]),
    ("/cAnArY7", 404, "not_found", &[]),
    ("/bookings/cAnArY7?token=cAnArY7", 404, "not_found", &[]),
    (
        "/bookings/B-00000-00000?token=cAnArY7",
        404,
        "not_found",
        &[],
    ),
    ("/bookings", 405, "method_not_allowed", &[]),
    ("/contact", 405, "method_not_allowed", &[]),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_query_or_address_is_a_problem_too() {
    let desk = Desk::start().await;

    for (path, status, kind, codes) in QUERIES {
        let answer = desk.get(path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.problem().as_str()),
            (status, kind),
            "{path}"
        );
        assert_eq!(answer.field_codes(), codes, "{path}");
        nothing_happened(&desk, &answer).await;
    }
    let answer = desk.post("/cAnArY7", &json!({})).await;
    assert_eq!(
        (answer.status.as_u16(), answer.problem().as_str()),
        (404, "not_found")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_is_there_twice_is_refused() {
    let desk = Desk::start().await;
    let (json, form) = ("application/json", "application/x-www-form-urlencoded");
    let message = "\"message\":\"Hello\",\"consent\":true,\"email\":\"a@b.ca\"";
    let patient = "\"patient\":{\"name\":\"A\",\"phone\":\"416-555-0123\"";

    for (path, media_type, body, code) in [
        (
            "/contact",
            json,
            format!("{{\"name\":\"A\",\"name\":\"B\",{message}}}"),
            "name",
        ),
        (
            "/contact",
            json,
            format!("{{\"name\":\"A\",\"name\":null,{message}}}"),
            "name",
        ),
        (
            "/contact",
            json,
            format!("{{\"name\":\"A\",{message},\"_next\":\"x\",\"_next\":\"y\"}}"),
            "_next",
        ),
        (
            "/contact",
            form,
            "name=A&message=Hi&consent=on&consent=on&email=a%40b.ca".into(),
            "consent",
        ),
        (
            "/contact",
            form,
            "name=A&message=Hi&consent=on&email=a%40b.ca&email=c%40d.ca".into(),
            "email",
        ),
        (
            "/bookings",
            json,
            format!("{{{patient},\"name\":\"B\"}}}}"),
            "patient.name",
        ),
        (
            "/bookings",
            json,
            format!("{{{patient}}},\"patient.name\":\"B\"}}"),
            "patient.name",
        ),
        (
            "/bookings",
            json,
            format!("{{{patient}}},\"patient\":{{}}}}"),
            "patient",
        ),
    ] {
        let answer = desk.post_raw(path, media_type, body.clone()).await;
        assert_eq!(answer.status, 422, "{body}");
        let expected = format!("{code}: duplicate_field");
        assert!(
            answer.field_codes().contains(&expected),
            "{body}: {:?}",
            answer.field_codes()
        );
        nothing_happened(&desk, &answer).await;
    }
    let twice = desk
        .get("/availability?service=foot-care&service=follow-up&from=2026-12-01&to=2026-12-01")
        .await;
    assert_eq!(twice.field_codes(), ["service: duplicate_field"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_most_twenty_errors_are_told_at_once() {
    let desk = Desk::start().await;
    let many: serde_json::Map<String, Value> = (0..100)
        .map(|n| {
            (
                format!("field_{}", "a".repeat(n / 4 + 1) + &"b".repeat(n % 4)),
                json!("x"),
            )
        })
        .collect();

    let answer = desk.post("/contact", &Value::Object(many)).await;

    assert_eq!(answer.status, 422);
    assert_eq!(answer.json()["errors"].as_array().unwrap().len(), 20);
    assert_eq!(
        answer.field_codes()[0],
        "name: required",
        "those of the form come first"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_without_members_is_a_field_like_any_other() {
    let desk = Desk::start().await;

    refused(
        &desk,
        "/contact",
        &with(message(), "foo", json!({})),
        &["foo: unknown_field"],
    )
    .await;
    refused(
        &desk,
        "/contact",
        &with(message(), "phone", json!({})),
        &["phone: invalid"],
    )
    .await;
}
