//! `clinic.toml`: every mistake is named with its line and field.

use std::fs;

use frontdesk_tests::infra;
use shared::clinic::{Clinic, Mistake};

fn reference() -> String {
    fs::read_to_string(infra().join("clinic.toml")).unwrap()
}

/// The mistakes after replacing `this`, first found, by `that`.
fn mistakes(this: &str, that: &str) -> Vec<Mistake> {
    let toml = reference();
    assert!(toml.contains(this), "{this}");
    Clinic::parse(&toml.replacen(this, that, 1))
        .expect_err(that)
        .0
}

#[test]
fn the_reference_clinic_has_none() {
    let clinic = Clinic::parse(&reference()).unwrap();

    assert_eq!(clinic.services().len(), 5);
    assert_eq!(clinic.practitioners().len(), 3);
}

/// A setting, a mistake in its place, and the field that the mistake is in.
const MISTAKES: [(&str, &str, &str); 33] = [
    (
        "time_zone = \"America/Toronto\"",
        "time_zone = \"America/Tronto\"",
        "time_zone",
    ),
    ("phone = \"416-769-3338\"", "phone = \"call us\"", "phone"),
    (
        "website = \"https://feetfirst.example\"",
        "website = \"https://feetfirst.example/\"",
        "website",
    ),
    ("currency = \"CAD\"", "currency = \"dollars\"", "currency"),
    ("latitude = 43.6532\n", "", "location"),
    ("language = \"en-CA\"", "language = \"fr-CA\"", "language"),
    (
        "staff = \"reception@feetfirst.example\"",
        "staff = \"reception\"",
        "mail.staff",
    ),
    (
        "horizon_days = 90",
        "horizon_days = 0",
        "booking.horizon_days",
    ),
    (
        "step_minutes = 15",
        "step_minutes = 7",
        "booking.step_minutes",
    ),
    (
        "answer_within_hours = 8",
        "answer_within_hours = 0",
        "contact.answer_within_hours",
    ),
    (
        "cancel_until_hours = 24",
        "cancel_until_hours = 1000",
        "booking.cancel_until_hours",
    ),
    (
        "reminder_hours = [48]",
        "reminder_hours = [48, 48]",
        "booking.reminder_hours",
    ),
    (
        "reminder_hours = [48]",
        "reminder_hours = [1, 2, 3, 4]",
        "booking.reminder_hours",
    ),
    (
        "arrive_minutes = 10",
        "arrive_minutes = 10\nplace = \"phone\"",
        "services[1].arrive_minutes",
    ),
    ("minutes = 45", "minutes = 44", "services[1].minutes"),
    ("minutes = 45", "minutes = \"45\"", "services[1].minutes"),
    ("price = \"95.00\"", "price = \"95\"", "services[1].price"),
    (
        "id = \"follow-up\"",
        "id = \"initial-assessment\"",
        "services[2].id",
    ),
    (
        "practitioners = [\"chiropodist-2\"]",
        "practitioners = [\"chiropodist-9\"]",
        "services[4].practitioners[1]",
    ),
    (
        "patients = \"returning\"",
        "patients = \"old\"",
        "services[2].patients",
    ),
    (
        "monday = [\"09:00-17:00\"]",
        "monday = [\"17:00-09:00\"]",
        "practitioners[1].hours.monday",
    ),
    (
        "monday = [\"09:00-17:00\"]",
        "mon = [\"09:00-17:00\"]",
        "practitioners[1].hours.mon",
    ),
    (
        "monday = [\"12:30-13:15\"]",
        "monday = [\"19:30-20:15\"]",
        "practitioners[1].breaks.monday",
    ),
    (
        "from = \"2026-12-25\"",
        "from = \"25 December\"",
        "closures[1].from",
    ),
    (
        "messages_days = 365",
        "messages_days = 0",
        "retention.messages_days",
    ),
    (
        "minimum_notice_hours = 4",
        "minimum_notice = 4",
        "booking.minimum_notice",
    ),
    (
        "answer_within_hours = 8   # of opening hours; then",
        "answer_within_hours = 0 # then",
        "booking.answer_within_hours",
    ),
    (
        "cancel_until_hours = 24",
        "cancel_until_hours = 721",
        "booking.cancel_until_hours",
    ),
    (
        "reminder_hours = [48]",
        "reminder_hours = [48, 48]",
        "booking.reminder_hours",
    ),
    (
        "reminder_hours = [48]",
        "reminder_hours = [1, 2, 3, 4]",
        "booking.reminder_hours",
    ),
    (
        "digest_hour = 15",
        "digest_hour = 24",
        "contact.digest_hour",
    ),
    (
        "next_origins = []",
        "next_origins = [\"https://a.example/path\"]",
        "contact.next_origins[1]",
    ),
    (
        "proof_of_work = \"on\"",
        "proof_of_work = \"sometimes\"",
        "contact.spam.proof_of_work",
    ),
];

#[test]
fn each_mistake_is_named_with_its_line_and_field() {
    for (this, that, field) in MISTAKES {
        let found = mistakes(this, that);
        let toml = reference();
        let line = toml[..toml.find(this).unwrap()].matches('\n').count() + 1;
        let named = |mistake: &Mistake| mistake.field == field && mistake.line == line;
        assert!(found.iter().any(named), "{that}, line {line}: {found:?}");
    }
}

#[test]
fn a_service_with_its_buffers_takes_at_most_eight_hours() {
    // It has ten minutes behind it.
    let found = mistakes("minutes = 45", "minutes = 475");

    assert_eq!(found.len(), 1, "{found:?}");
    let said = found[0].to_string();
    assert!(
        said.contains("services[1].minutes: with its buffers a service may take 480 minutes"),
        "{said}"
    );
    assert!(Clinic::parse(&reference().replace("minutes = 45", "minutes = 470")).is_ok());
}

#[test]
fn settings_that_contradict_each_other_are_named_with_their_table() {
    for (this, that, field) in [
        (
            "refuse_per_minute = 60",
            "refuse_per_minute = 9",
            "contact.limits",
        ),
        (
            "quarantine_per_day = 50",
            "quarantine_per_day = 0",
            "contact.limits",
        ),
        (
            "quarantine_score = 3",
            "quarantine_score = 0",
            "contact.spam",
        ),
        ("version = \"2026-11\"", "version = \"\"", "contact.consent"),
    ] {
        let found = mistakes(this, that);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].field, field);
        let toml = reference();
        let table = toml[..toml.find(this).unwrap()].rfind("\n[").unwrap();
        let line = toml[..table].matches('\n').count() + 2;
        assert_eq!(found[0].line, line, "{found:?}");
    }
}

#[test]
fn all_mistakes_are_named_at_once() {
    let toml = reference()
        .replace("digest_hour = 15", "digest_hour = 99")
        .replace("horizon_days = 90", "horizon_days = 0")
        .replace("price = \"95.00\"", "price = \"x\"")
        .replace("currency = \"CAD\"", "currency = \"x\"");

    let found = Clinic::parse(&toml).unwrap_err();

    let fields: Vec<&str> = found
        .0
        .iter()
        .map(|mistake| mistake.field.as_str())
        .collect();
    let expected = [
        "currency",
        "contact.digest_hour",
        "booking.horizon_days",
        "services[1].price",
    ];
    assert_eq!(fields, expected);
    assert!(
        found
            .to_string()
            .starts_with("line 13, currency: use an ISO 4217 code"),
        "{found}"
    );
}
