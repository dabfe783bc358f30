//! What somebody asks for, and the form that it is read from.

use jiff::{Timestamp, civil::Date};
use shared::{
    clinic::{Clinic, Place, Practitioner, Service},
    guard::{HONEYPOT, KEY_FIELD, PROOF},
    http::{CONSENT_VERSION, Fields, Form, Problem, Rejected},
    reference::Reference,
    values::{Code, FreeText, Invalid},
};

use super::{
    Booking, Claim, Needs, Patient, PatientFields, Status,
    fields::{PRACTITIONER, REASON, SERVICE, START},
};

/// The fields that do not make a request another one.
pub(crate) const NOT_CONTENT: [&str; 4] = ["_next", HONEYPOT, "_token", PROOF];

/// What somebody asks for, before anybody has looked whether it is free.
#[derive(Debug)]
pub(crate) struct Wish<'a> {
    pub(crate) service: &'a Service,
    /// `None` is any practitioner who offers the service.
    pub(crate) practitioner: Option<&'a Practitioner>,
    pub(crate) start: Timestamp,
    pub(crate) patient: Patient,
    pub(crate) reason: Option<FreeText>,
}

impl<'a> Wish<'a> {
    /// Reads the form.
    ///
    /// # Errors
    /// 422 with every bad field.
    pub(crate) fn parse(fields: &Fields, clinic: &'a Clinic) -> Result<Self, Problem> {
        let mut form = fields.form();
        form.known(&NOT_CONTENT);
        form.known(&[CONSENT_VERSION, KEY_FIELD]);
        let (service, practitioner) = whom(&mut form, clinic);
        let start = form.required(START.name, start);
        let is_call = service.is_ok_and(|one| one.place == Place::Phone);
        let needs: &[Needs] = if is_call { &[Needs::Phone] } else { &[] };
        let patient = PatientFields::read(&mut form, needs);
        let reason = form.optional(REASON.name, |text| FreeText::parse(text, REASON.limit()));
        let why = "Tick the box if you agree";
        let version = fields.peek(CONSENT_VERSION);
        let consent = form.consented(version, &clinic.booking().consent.version, why);
        form.finish()?;
        consent?;
        Ok(Self {
            service: service?,
            practitioner: practitioner?,
            start: start?,
            patient: patient.patient()?,
            reason: reason?,
        })
    }

    /// The practitioners whom it may be with.
    pub(crate) fn practitioners(&self, clinic: &'a Clinic) -> Vec<&'a Practitioner> {
        match self.practitioner {
            Some(one) => vec![one],
            None => clinic.offering(self.service).collect(),
        }
    }

    /// The booking that it becomes, at that time.
    pub(crate) fn booking(&self, claim: Claim, clinic: &Clinic, now: Timestamp) -> Booking {
        Booking {
            reference: Reference::booking(),
            status: Status::Requested,
            service: self.service.id.clone(),
            place: Some(self.service.place),
            claim,
            patient: self.patient.clone(),
            reason: self.reason.clone(),
            consent_version: clinic.booking().consent.version.clone(),
            suspicions: Vec::new(),
            revision: 0,
            requested_at: now,
            person: None,
            record: None,
            answer_by: None,
            proposed: Vec::new(),
            must_move: None,
            waitlist: None,
            note: None,
            cancel_reason: None,
            told: Vec::new(),
            reminders: None,
        }
    }
}

/// The service and the practitioner of a form, or why there is none.
pub(crate) type Whom<'a> = (
    Result<&'a Service, Rejected>,
    Result<Option<&'a Practitioner>, Rejected>,
);

/// Reads `service` and `practitioner`. Without the second, it is any practitioner who offers the service.
pub(crate) fn whom<'a>(form: &mut Form<'_>, clinic: &'a Clinic) -> Whom<'a> {
    let service = form.required(SERVICE.name, |id| service(id, clinic));
    let practitioner = form.optional(PRACTITIONER.name, |id| {
        let found = clinic.practitioner(id);
        let offers = |one: &&Practitioner| match &service {
            Ok(service) => service.practitioners.contains(&one.id),
            Err(_) => true,
        };
        one_of(
            found.filter(offers),
            "Choose somebody who offers this service",
        )
    });
    (service, practitioner)
}

/// The service of this id.
///
/// # Errors
/// `required` or `not_allowed`.
fn service<'a>(id: &str, clinic: &'a Clinic) -> Result<&'a Service, Invalid> {
    if id.is_empty() {
        return Err(Invalid::new(Code::Required, "Choose a service"));
    }
    one_of(clinic.service(id), "Choose one of the services")
}

/// What was found, or `not_allowed`.
///
/// # Errors
/// `not_allowed`, with this message.
fn one_of<T>(found: Option<T>, message: &str) -> Result<T, Invalid> {
    found.ok_or_else(|| Invalid::new(Code::NotAllowed, message))
}

/// A date, in its plain form only.
///
/// # Errors
/// `required` or `invalid`.
pub(crate) fn date(text: &str) -> Result<Date, Invalid> {
    if text.is_empty() {
        return Err(Invalid::new(Code::Required, "Give a date, like 2026-12-01"));
    }
    // jiff also reads dates with times behind them.
    let plain = text.len() == 10;
    let date = text.parse().ok().filter(|_| plain);
    date.ok_or_else(|| Invalid::new(Code::Invalid, "Write the date as 2026-12-01"))
}

/// A start with its offset.
///
/// # Errors
/// `required` or `invalid`.
pub(crate) fn start(text: &str) -> Result<Timestamp, Invalid> {
    if text.is_empty() {
        return Err(Invalid::new(Code::Required, "Choose a time"));
    }
    text.parse().map_err(|_| {
        Invalid::new(
            Code::Invalid,
            "Write the start with its offset, as 2026-12-01T09:00:00-05:00",
        )
    })
}
