//! The API's description, and that it is true.

use std::{collections::BTreeSet, fs};

use frontdesk_tests::{Desk, infra};
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
fn fields(schemas: &Value, name: &str) -> (Vec<String>, BTreeSet<String>) {
    let schema = &schemas[name];
    let required: Vec<&str> = schema["required"]
        .as_array()
        .unwrap()
        .iter()
        .map(|field| field.as_str().unwrap())
        .collect();
    let (mut all, mut needed) = (Vec::new(), BTreeSet::new());
    for (field, content) in schema["properties"].as_object().unwrap() {
        let nested = content["$ref"].as_str();
        if let Some(nested) = nested.and_then(|path| path.strip_prefix("#/components/schemas/")) {
            let (inner, inner_needed) = fields(schemas, nested);
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
        let (all, required) = fields(schemas, form);
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
async fn the_sites_forms_lead_to_the_api_where_the_website_has_it() {
    let desk = Desk::start().await;
    let mut forms = 0;

    for page in ["/contact.html", "/booking.html"] {
        let page = desk.page(page).await.text;
        let (_, action) = page.split_once("method=\"post\" action=\"").unwrap();
        let action = action.split('"').next().unwrap();
        forms += 1;

        let operation = format!("POST {}", action.strip_prefix("/api").unwrap());
        assert!(operations().contains(&operation), "{operation}");
        assert_eq!(desk.post(action, &json!({})).await.status, 422, "{action}");
    }

    assert_eq!(forms, 2);
}
