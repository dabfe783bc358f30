//! The API's description, and that it is true.

use std::{collections::BTreeSet, fs};

use frontdesk_tests::{Desk, html::tags, infra};
use serde_json::{Map, Value, json};

fn document() -> Value {
    serde_json::from_str(&frontdesk::openapi::document().unwrap()).unwrap()
}

/// `METHOD /path` of every operation.
pub(crate) fn operations() -> BTreeSet<String> {
    let document = document();
    let paths = document["paths"].as_object().unwrap();
    let operation = |(path, operations): (&String, &Value)| {
        let methods = operations.as_object().unwrap().keys();
        let path = path.clone();
        methods
            .map(move |method| format!("{} {path}", method.to_uppercase()))
            .collect::<Vec<_>>()
    };
    paths.iter().flat_map(operation).collect()
}

#[test]
fn the_document_in_infra_is_what_the_code_says() {
    let kept = fs::read_to_string(infra().join("openapi.json")).unwrap();

    assert!(
        kept == frontdesk::openapi::document().unwrap(),
        "write it anew: cargo run -- openapi > infra/openapi.json"
    );
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let document = document();
    let operations = document["paths"].as_object().unwrap().values();
    let operations = operations.flat_map(|path| path.as_object().unwrap().values());
    let names: Vec<&str> = operations
        .map(|operation| operation["operationId"].as_str().unwrap())
        .collect();

    let distinct: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names.len(), distinct.len(), "{names:?}");
}

/// A form's fields, nested ones dotted: all, and those that are required.
fn fields(schema: &Value) -> (Vec<String>, BTreeSet<String>) {
    let required: Vec<&str> = schema["required"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field.as_str().unwrap())
        .collect();
    let (mut all, mut needed) = (Vec::new(), BTreeSet::new());
    for (field, content) in schema["properties"].as_object().unwrap() {
        if content["properties"].is_object() {
            let (inner, inner_needed) = fields(content);
            all.extend(inner.iter().map(|inner| format!("{field}.{inner}")));
            needed.extend(inner_needed.iter().map(|inner| format!("{field}.{inner}")));
            continue;
        }
        all.push(field.clone());
        if required.contains(&field.as_str()) {
            needed.insert(field.clone());
        }
    }
    (all, needed)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_takes_the_fields_of_its_schema_and_asks_for_those_that_are_required() {
    let desk = Desk::start().await;
    let document = document();
    let schemas = &document["components"]["schemas"];

    for (path, form) in [("/contact", "ContactForm"), ("/bookings", "BookingForm")] {
        let (all, required) = fields(&schemas[form]);
        let filled: Map<String, Value> = all
            .iter()
            // An array is right for none of them, and a key that is no text is refused before the rest.
            .filter(|field| *field != "_idempotency_key")
            .map(|field| (field.clone(), json!([])))
            .collect();

        let empty = desk.post(path, &json!({})).await;
        let wrong = desk.post(path, &Value::Object(filled)).await;

        assert_eq!(empty.status, 422);
        let asked: BTreeSet<String> = empty
            .field_codes()
            .iter()
            .map(|code| code.split_once(": ").unwrap().0.to_owned())
            .collect();
        // Of email address and phone number one is enough; a schema of single fields cannot say so.
        let mut needed = required.clone();
        needed.extend(all.into_iter().filter(|field| field.ends_with("email")));
        assert_eq!(asked, needed, "{form}");
        assert_eq!(wrong.status, 422, "{wrong:?}");
        let unknown = wrong.field_codes().into_iter();
        let unknown: Vec<String> = unknown
            .filter(|code| code.ends_with("unknown_field"))
            .collect();
        assert!(unknown.is_empty(), "{form}: {unknown:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_forms_of_pages_lead_to_routes_of_the_document() {
    let desk = Desk::start().await;
    let mut forms = 0;

    for page in [
        "/contact",
        "/articles/gut-health-and-foot-pain",
        "/book?service=foot-care&practitioner=any&start=2026-12-01T10:00:00-05:00",
        "/waitlist?service=foot-care",
        "/bookings/links",
    ] {
        let html = desk.page(page).await.text;
        let actions = tags(&html).into_iter().filter(|tag| tag.name == "form");
        for form in actions {
            forms += 1;
            // A link may be relative to the page.
            let base = reqwest::Url::parse("https://desk.example")
                .unwrap()
                .join(page)
                .unwrap();
            let action = base.join(form.get("action")).unwrap().path().to_owned();
            let operation = format!("POST {action}");
            assert!(operations().contains(&operation), "{page}: {operation}");
            // Where nothing was chosen yet, the first step follows.
            let status = if action == "/book" { 200 } else { 422 };
            assert_eq!(
                desk.post(&action, &json!({})).await.status,
                status,
                "{action}"
            );
        }
    }

    assert_eq!(forms, 5);
}
