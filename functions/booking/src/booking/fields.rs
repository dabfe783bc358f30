//! The fields of a form that asks for an appointment, or for a place on the waiting list.

use shared::{
    described_form,
    forms::{
        CONSENT, CONSENT_VERSION_FIELD, Field, HONEYPOT_FIELD, KEY, Kind, NEXT, Need, PROOF_FIELD,
        TOKEN,
    },
    values::{EmailAddress, PersonName, PhoneNumber},
};

pub(crate) const SERVICE: Field =
    Field::required("service", Kind::Choice).about("The service's id.");
pub(crate) const PRACTITIONER: Field = Field::optional("practitioner", Kind::Choice)
    .about("Their id; without one, the least busy who is free.");
pub(crate) const START: Field =
    Field::required("start", Kind::Moment).about("One of the starts of `/availability`.");
pub(crate) const NAME: Field = Field::required("patient.name", Kind::Line)
    .up_to(PersonName::LONGEST)
    .labelled("Your name")
    .filled_by("name");
pub(crate) const EMAIL: Field = Field::optional("patient.email", Kind::Email)
    .up_to(EmailAddress::LONGEST)
    .labelled("Email")
    .about("It or `phone` has to be there. Without it a booking waits for the clinic's call.")
    .filled_by("email");
pub(crate) const PHONE: Field = Field::optional("patient.phone", Kind::Phone)
    .up_to(PhoneNumber::LONGEST)
    .labelled("Phone")
    .filled_by("tel");
pub(crate) const RETURNING: Field = Field::optional("patient.returning", Kind::Flag)
    .labelled("Have you been here before?")
    .about("Whether they were here before; false unless told.");
/// What brings somebody here fits in a few sentences.
pub(crate) const REASON: Field = Field::optional("reason", Kind::Text)
    .up_to(1_000)
    .labelled("What brings you here?");

pub(crate) const FROM: Field = Field::required("from", Kind::Date)
    .labelled("From")
    .about("The first day that suits, in the clinic's time zone.");
pub(crate) const TO: Field = Field::required("to", Kind::Date)
    .labelled("To")
    .about("The last day: at most as far ahead as can be booked.");

pub(crate) const PROPOSED_START: Field = Field::optional(START.name, Kind::Moment)
    .about("One of the starts that were proposed; not for a time that was offered.");
pub(crate) const OTHER_PRACTITIONER: Field =
    PRACTITIONER.about("Their id; without one, the same as before, or somebody else who is free.");
pub(crate) const CANCEL_REASON: Field = Field::optional("reason", Kind::Text)
    .up_to(500)
    .labelled("Reason, for the clinic");
pub(crate) const LINKS_EMAIL: Field = Field::required("email", Kind::Email)
    .up_to(EmailAddress::LONGEST)
    .labelled("Email")
    .about("The address that the appointments were booked with.")
    .filled_by("email");
pub(crate) const DECISION: Field =
    Field::required("decision", Kind::Choice).about("One of `confirm`, `decline` and `propose`.");
pub(crate) const REVISION: Field = Field::optional("revision", Kind::Number)
    .about("The revision that the page showed. If the booking has changed since, nothing is done.");
pub(crate) const NOTE: Field = Field::optional("note", Kind::Text)
    .up_to(500)
    .labelled("Message to the patient")
    .about("A few words to the patient, with `decline` or `propose`.");
/// How many starts can be proposed at once.
pub(crate) const MOST_STARTS: usize = 5;
pub(crate) const STARTS: Field = Field::optional("starts", Kind::Moments(MOST_STARTS))
    .about("With `propose`: free starts. A form sends them as `starts.1`, `starts.2` …");

/// A request for an appointment.
pub(crate) const BOOKING: [Field; 15] = [
    SERVICE,
    PRACTITIONER,
    START,
    NAME,
    EMAIL,
    PHONE,
    RETURNING,
    REASON,
    CONSENT,
    PROOF_FIELD,
    HONEYPOT_FIELD,
    NEXT,
    TOKEN,
    CONSENT_VERSION_FIELD,
    KEY,
];

/// Somebody who wants to wait for a time.
pub(crate) const WAITLIST: [Field; 15] = [
    SERVICE,
    Field {
        about: "Their id; without one, anybody who offers the service.",
        ..PRACTITIONER
    },
    FROM,
    TO,
    NAME,
    Field {
        need: Need::Required,
        about: "What becomes free is offered by mail.",
        ..EMAIL
    },
    PHONE,
    RETURNING,
    CONSENT,
    PROOF_FIELD,
    HONEYPOT_FIELD,
    NEXT,
    TOKEN,
    CONSENT_VERSION_FIELD,
    KEY,
];

described_form!(
    pub(crate) BookingForm,
    BOOKING,
    "What a form sends; its nested fields may be dotted, like `patient.name`. Any other field is refused."
);
described_form!(
    pub(crate) WaitlistForm,
    WAITLIST,
    "What a form sends; its nested fields may be dotted, like `patient.name`. Any other field is refused."
);
