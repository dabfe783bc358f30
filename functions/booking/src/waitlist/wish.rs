//! What somebody waits for, and the form that it is read from.

use jiff::{Timestamp, civil::Date};
use shared::{
    clinic::{Clinic, Place, Practitioner},
    guard::{KEY_FIELD, Reason},
    http::{CONSENT_VERSION, Fields, Form, Problem, Rejected},
    reference::Reference,
    values::{Code, Invalid},
};

use super::{Entry, EntryStatus};
use crate::{
    booking::{
        NOT_CONTENT, Needs, Patient, PatientFields, date,
        fields::{FROM, TO},
        whom,
    },
    time::{Search, horizon},
};

/// What somebody waits for, before anybody has looked whether it is free.
#[derive(Debug)]
pub(crate) struct WaitlistWish<'a> {
    pub(crate) search: Search<'a>,
    practitioner: Option<&'a Practitioner>,
    pub(crate) patient: Patient,
}

impl<'a> WaitlistWish<'a> {
    /// Reads the form.
    ///
    /// # Errors
    /// 422 with every bad field.
    pub(crate) fn parse(
        fields: &Fields,
        clinic: &'a Clinic,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let mut form = fields.form();
        form.known(&NOT_CONTENT);
        form.known(&[CONSENT_VERSION, KEY_FIELD]);
        let (service, practitioner) = whom(&mut form, clinic);
        let days = days(&mut form, clinic, now);
        let is_call = service.is_ok_and(|one| one.place == Place::Phone);
        let needs: &[Needs] = if is_call {
            &[Needs::Email, Needs::Phone]
        } else {
            &[Needs::Email]
        };
        let patient = PatientFields::read(&mut form, needs);
        let why = "Tick the box if you agree";
        let version = fields.peek(CONSENT_VERSION);
        let consent = form.consented(version, &clinic.booking().consent.version, why);
        form.finish()?;
        consent?;
        let practitioner = practitioner?;
        Ok(Self {
            search: Search::of(service?, practitioner, days?, clinic),
            practitioner,
            patient: patient.patient()?,
        })
    }

    /// The entry that it becomes.
    pub(crate) fn entry(&self, suspicions: &[Reason], clinic: &Clinic, now: Timestamp) -> Entry {
        Entry {
            reference: Reference::waitlist(),
            status: EntryStatus::Waiting,
            service: self.search.service.id.clone(),
            practitioner: self.practitioner.map(|one| one.id.clone()),
            from: self.search.from,
            to: self.search.to,
            patient: self.patient.clone(),
            consent_version: clinic.booking().consent.version.clone(),
            suspicions: suspicions.to_vec(),
            record: None,
            revision: 0,
            joined_at: now,
            offered: Vec::new(),
            offer: None,
        }
    }
}

/// Reads `from` and `to`: days that can be booked, from today to the horizon.
fn days(form: &mut Form<'_>, clinic: &Clinic, now: Timestamp) -> Result<(Date, Date), Rejected> {
    let (today, last) = (clinic.local_date(now), horizon(clinic, now));
    let from = form.required(FROM.name, date);
    let to = form.required(TO.name, date);
    let (from, to) = (from?, to?);
    if to < from || to < today {
        let message = "Choose a last day that is today or later, and not before the first day";
        return form.reject(TO.name, Invalid::new(Code::Invalid, message));
    }
    if to > last {
        let last = last.strftime("%B %-d, %Y");
        let message = format!("Choose a day up to {last}. Later days cannot be booked yet");
        return form.reject(TO.name, Invalid::new(Code::NotAllowed, message));
    }
    Ok((from.max(today), to))
}
