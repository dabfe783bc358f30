//! A clinic that another version published.

use aws_sdk_dynamodb::types::AttributeValue;
use frontdesk_tests::{
    Desk, booking,
    lambda::{Function, http_event},
    message,
};
use serde_json::json;
use shared::clinic::Clinic;

use super::{FROM_THE_FUTURE, OF_BEFORE};

/// Publishes without a check, as another version would.
async fn publish(desk: &Desk, toml: &str) {
    let client = desk.dynamodb().await;
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let put = client
        .put_item()
        .table_name("ClinicTable")
        .item("id", text("clinic"))
        .item("toml", text(toml))
        .item("published_at", text("2026-11-30T14:00:00Z"))
        .item("future_attribute", text("not known yet"));
    put.send().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_works_with_a_clinic_of_the_version_before_and_of_the_next() {
    for toml in [OF_BEFORE, FROM_THE_FUTURE] {
        let desk = Desk::start().await;
        publish(&desk, toml).await;
        let environment = desk.environment().await;

        for (name, event, status) in [
            ("articles", http_event("GET", "/clinic", None), 200),
            ("articles", http_event("GET", "/team", None), 200),
            (
                "contact",
                http_event("POST", "/contact", Some(&message())),
                201,
            ),
            ("contact", http_event("GET", "/contact/form", None), 200),
            ("booking", http_event("GET", "/services", None), 200),
            (
                "booking",
                http_event("POST", "/bookings", Some(&booking())),
                201,
            ),
        ] {
            let mut function = Function::start(name, &environment).await;
            let answer = function.invoke(event).await;
            let answered = answer["statusCode"].as_u64().unwrap();
            // The function has the system's clock: a start of the desk's tomorrow may be refused by its rules.
            let by_rules = name == "booking" && answered == 422;
            assert!(answered == status || by_rules, "{name}: {answer}");
        }
        for (name, event) in [
            ("mailer", json!({ "sweep": true })),
            ("digest", json!({ "digest": true })),
        ] {
            let mut function = Function::start(name, &environment).await;
            let answer = function.invoke(event).await;
            assert!(answer["errorMessage"].is_null(), "{name}: {answer}");
        }
    }
}

#[test]
fn who_publishes_is_told_of_every_setting_that_is_not_known_with_its_line() {
    let mistakes = Clinic::parse(FROM_THE_FUTURE).unwrap_err().0;

    let fields: Vec<&str> = mistakes
        .iter()
        .map(|mistake| mistake.field.as_str())
        .collect();
    assert_eq!(
        fields,
        [
            "future_motto",
            "hours.futureday",
            "mail.future_sender",
            "contact.spam.future_score",
            "contact.spam.proof_of_work",
            "booking.limits.future_per_hour",
            "services[3].future_rooms",
            "services[4].patients",
            "services[4].confirmation",
            "practitioners[1].future_photo",
            "future_rooms",
            "team[1].future_years",
        ]
    );
    for mistake in mistakes {
        let line = FROM_THE_FUTURE.lines().nth(mistake.line - 1).unwrap();
        assert!(line.contains("future"), "line {}: {line}", mistake.line);
    }
}

#[test]
fn who_publishes_is_told_of_a_setting_that_is_new() {
    let mistakes = Clinic::parse(OF_BEFORE).unwrap_err().0;

    let told: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].contains("booking.consent: say what a patient agrees to"),
        "{told:?}"
    );
    assert!(
        Clinic::read(OF_BEFORE).is_ok(),
        "a function does without it"
    );
}
