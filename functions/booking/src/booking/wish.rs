//! What somebody asks for, and the form that it is read from.

use jiff::Timestamp;
use shared::{
    clinic::{Clinic, Place, Practitioner, Service},
    guard::{HONEYPOT, KEY_FIELD, PROOF},
    http::{CONSENT_VERSION, Fields, Problem},
    reference::Reference,
    values::{Code, EmailAddress, FreeText, Invalid, PersonName, PhoneNumber},
};

use super::{Booking, Claim, Patient, Status};

/// The longest reason, in characters. What brings somebody here fits in a few sentences.
const REASON_LIMIT: usize = 1_000;

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
        let service = form.required("service", |id| service(id, clinic));
        let practitioner = form.optional("practitioner", |id| match &service {
            Ok(service) => practitioner(id, service, clinic),
            Err(_) => one_of(
                clinic.practitioner(id),
                "Choose somebody who offers this service",
            ),
        });
        let start = form.required("start", start);
        let name = form.required("patient.name", PersonName::parse);
        let email = form.optional("patient.email", EmailAddress::parse);
        let phone = form.optional("patient.phone", PhoneNumber::parse);
        let email = form.either("patient.email", email, &phone);
        let is_call = service.as_ref().is_ok_and(|one| one.place == Place::Phone);
        let phone = match phone {
            Ok(None) if is_call => {
                let message = "Enter a phone number: this appointment is a call";
                form.reject("patient.phone", Invalid::new(Code::Required, message))
            }
            phone => phone,
        };
        let returning = form.flag("patient.returning");
        let reason = form.optional("reason", |text| FreeText::parse(text, REASON_LIMIT));
        let why = "Agree that the clinic may store your details for this appointment";
        let version = fields.peek(CONSENT_VERSION);
        let consent = form.consented(version, &clinic.booking().consent.version, why);
        form.finish()?;
        consent?;
        Ok(Self {
            service: service?,
            practitioner: practitioner?,
            start: start?,
            patient: Patient {
                name: name?,
                email: email?,
                phone: phone?,
                returning: returning?,
            },
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
            note: None,
            cancel_reason: None,
            told: Vec::new(),
            reminders: None,
        }
    }
}

/// The service of this id.
///
/// # Errors
/// `required` or `not_allowed`.
pub(crate) fn service<'a>(id: &str, clinic: &'a Clinic) -> Result<&'a Service, Invalid> {
    if id.is_empty() {
        return Err(Invalid::new(Code::Required, "Choose a service"));
    }
    one_of(clinic.service(id), "Choose one of the services")
}

/// The practitioner of this id, who has to offer the service.
///
/// # Errors
/// `not_allowed`.
pub(crate) fn practitioner<'a>(
    id: &str,
    service: &Service,
    clinic: &'a Clinic,
) -> Result<&'a Practitioner, Invalid> {
    let offering = clinic
        .practitioner(id)
        .filter(|one| service.practitioners.contains(&one.id));
    one_of(offering, "Choose somebody who offers this service")
}

/// What was found, or `not_allowed`.
///
/// # Errors
/// `not_allowed`, with this message.
pub(crate) fn one_of<T>(found: Option<T>, message: &str) -> Result<T, Invalid> {
    found.ok_or_else(|| Invalid::new(Code::NotAllowed, message))
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
