//! A booking, the form it is read from, and the answer to its sender.

mod claim;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    clinic::{Clinic, Confirmation, Practitioner, Service},
    guard::{HONEYPOT, KEY_FIELD, PROOF, Reason, Repeatable},
    http::{CONSENT_VERSION, Fields, Problem},
    local_time::LocalTime,
    reference::Reference,
    values::{
        Code, EmailAddress, FreeText, Invalid, PersonName, PhoneNumber, PractitionerId, ServiceId,
    },
};
use utoipa::ToSchema;

pub(crate) use claim::Claim;

/// The longest reason, in characters. What brings somebody here fits in a few sentences.
const REASON_LIMIT: usize = 1_000;

/// The fields that do not make a request another one.
pub(crate) const NOT_CONTENT: [&str; 4] = ["_next", HONEYPOT, "_token", PROOF];

/// Where a booking is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = BookingStatus)]
pub(crate) enum Status {
    Requested,
    Confirmed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Patient {
    pub(crate) name: PersonName,
    /// One of `email` and `phone` is always there. Without an address nobody can be mailed a link, so that the clinic
    /// confirms such a booking by phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<EmailAddress>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<PhoneNumber>,
    /// Whether they say that they have been here before.
    pub(crate) returning: bool,
}

/// An appointment that somebody asked for, or has.
#[derive(Clone, Debug)]
pub(crate) struct Booking {
    pub(crate) reference: Reference,
    pub(crate) status: Status,
    pub(crate) service: ServiceId,
    pub(crate) claim: Claim,
    pub(crate) patient: Patient,
    pub(crate) reason: Option<FreeText>,
    /// The version of the text that the patient agreed to.
    pub(crate) consent_version: String,
    /// Why it waits for the clinic's answer, if it is suspicious.
    pub(crate) suspicions: Vec<Reason>,
    /// How many times it has changed.
    pub(crate) revision: u32,
    pub(crate) requested_at: Timestamp,
}

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

impl Booking {
    /// Judges a new booking. It is confirmed at once only if its service allows that, if nothing about it is
    /// suspicious, and if the patient can be mailed a link to it.
    pub(crate) fn judge(&mut self, suspicions: &[Reason], confirmation: Confirmation) {
        let instant = confirmation == Confirmation::Instant
            && suspicions.is_empty()
            && self.patient.email.is_some();
        self.status = if instant {
            Status::Confirmed
        } else {
            Status::Requested
        };
        self.suspicions = suspicions.to_vec();
    }
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
            claim,
            patient: self.patient.clone(),
            reason: self.reason.clone(),
            consent_version: clinic.booking().consent.version.clone(),
            suspicions: Vec::new(),
            revision: 0,
            requested_at: now,
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

/// The service's name; its id when the clinic no longer offers it.
pub(crate) fn service_name<'a>(id: &'a ServiceId, clinic: &'a Clinic) -> &'a str {
    let service = clinic.service(id.as_str());
    service.map_or(id.as_str(), |service| &service.name)
}

/// The practitioner's name; their id when they have left the clinic.
pub(crate) fn practitioner_name<'a>(id: &'a PractitionerId, clinic: &'a Clinic) -> &'a str {
    let practitioner = clinic.practitioner(id.as_str());
    practitioner.map_or(id.as_str(), |practitioner| &practitioner.name)
}

fn start(text: &str) -> Result<Timestamp, Invalid> {
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

/// The answer to somebody who asked for an appointment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = BookingReceipt)]
pub(crate) struct Receipt {
    pub(crate) reference: Reference,
    pub(crate) status: Status,
    #[schema(value_type = String)]
    pub(crate) service: ServiceId,
    #[schema(value_type = String)]
    pub(crate) practitioner: PractitionerId,
    #[schema(value_type = String, format = DateTime)]
    pub(crate) start: LocalTime,
    #[schema(value_type = String, format = DateTime)]
    pub(crate) end: LocalTime,
    /// Only for the network that asked for the booking first: another one has it by mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri")]
    pub(crate) manage_url: Option<String>,
}

impl Repeatable for Receipt {
    fn for_another_sender(self) -> Self {
        Self {
            manage_url: None,
            ..self
        }
    }
}

impl Receipt {
    pub(crate) fn of(booking: &Booking, manage_url: String, clinic: &Clinic) -> Self {
        Self {
            reference: booking.reference.clone(),
            status: booking.status,
            service: booking.service.clone(),
            practitioner: booking.claim.practitioner.clone(),
            start: clinic.local_time(booking.claim.start()),
            end: clinic.local_time(booking.claim.end()),
            manage_url: Some(manage_url),
        }
    }
}
