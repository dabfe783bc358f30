//! Who a booking is for, and the fields of a form that say so.

use serde::{Deserialize, Serialize};
use shared::{
    http::{Form, Rejected},
    values::{Code, EmailAddress, Invalid, PersonName, PhoneNumber},
};

use super::fields::{EMAIL, NAME, PHONE, RETURNING};

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

/// What a patient has to leave, where one of an email address and a phone number does not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// The appointment is a call.
    Phone,
    /// What becomes free is offered by mail.
    Email,
}

/// The fields of a form about the patient, as they were read.
pub(crate) struct PatientFields {
    name: Result<PersonName, Rejected>,
    email: Result<Option<EmailAddress>, Rejected>,
    phone: Result<Option<PhoneNumber>, Rejected>,
    returning: Result<bool, Rejected>,
}

impl PatientFields {
    /// Reads `patient.name`, `patient.email`, `patient.phone` and `patient.returning`.
    pub(crate) fn read(form: &mut Form<'_>, needs: &[Needs]) -> Self {
        let name = form.required(NAME.name, PersonName::parse);
        let email = form.optional(EMAIL.name, EmailAddress::parse);
        let phone = form.optional(PHONE.name, PhoneNumber::parse);
        let email = match email {
            Ok(None) if needs.contains(&Needs::Email) => {
                let message = "Enter an email address: we write to you when a time becomes free";
                form.reject(EMAIL.name, Invalid::new(Code::Required, message))
            }
            email => form.either(EMAIL.name, email, &phone),
        };
        let phone = match phone {
            Ok(None) if needs.contains(&Needs::Phone) => {
                let message = "Enter a phone number: this appointment is a call";
                form.reject(PHONE.name, Invalid::new(Code::Required, message))
            }
            phone => phone,
        };
        let returning = form.flag(RETURNING.name);
        Self {
            name,
            email,
            phone,
            returning,
        }
    }

    /// The patient.
    ///
    /// # Errors
    /// When a field was rejected.
    pub(crate) fn patient(self) -> Result<Patient, Rejected> {
        Ok(Patient {
            name: self.name?,
            email: self.email?,
            phone: self.phone?,
            returning: self.returning?,
        })
    }
}
