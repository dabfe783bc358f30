//! A booking, and the form it is read from.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    clinic::{Clinic, Confirmation, Practitioner, Service},
    http::{Fields, Problem},
    outbox::Standing,
    values::{Code, EmailAddress, FreeText, Invalid, PersonName, PhoneNumber},
};
use utoipa::ToSchema;

use crate::availability::{practitioner, service};

/// In characters. What brings somebody here fits in a few sentences.
const REASON_LIMIT: usize = 1_000;

/// Where a booking is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = BookingStatus)]
pub(crate) enum Status {
    Requested,
    Confirmed,
}

impl Status {
    pub(crate) fn at_first(confirmation: Confirmation) -> Self {
        match confirmation {
            Confirmation::Request => Self::Requested,
            Confirmation::Instant => Self::Confirmed,
        }
    }

    pub(crate) fn standing(self) -> Standing {
        match self {
            Self::Requested => Standing::Requested,
            Self::Confirmed => Standing::Confirmed,
        }
    }
}

/// Who comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Patient {
    pub(crate) name: PersonName,
    pub(crate) email: EmailAddress,
    pub(crate) phone: PhoneNumber,
    pub(crate) returning: bool,
}

/// What somebody asks for, before anybody looked whether it is free.
#[derive(Debug)]
pub(crate) struct Wish<'a> {
    pub(crate) service: &'a Service,
    /// `None` is anybody who offers the service.
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
        form.known(&["_next", "_gotcha", "_idempotency_key"]);
        let service = form.required("service", |id| service(id, clinic));
        let practitioner = form.optional("practitioner", |id| match &service {
            Ok(service) => practitioner(id, service, clinic),
            Err(_) => clinic.practitioner(id).ok_or_else(|| {
                Invalid::new(Code::NotAllowed, "Choose somebody who offers this service")
            }),
        });
        let start = form.required("start", start);
        let name = form.required("patient.name", PersonName::parse);
        let email = form.required("patient.email", EmailAddress::parse);
        let phone = form.required("patient.phone", PhoneNumber::parse);
        let returning = form.flag("patient.returning");
        let reason = form.optional("reason", |text| FreeText::parse(text, REASON_LIMIT));
        let consent = form.accepted(
            "consent",
            "Agree that the clinic may store your details for this appointment",
        );
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
