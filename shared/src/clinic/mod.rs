//! The clinic: who it is, what it offers, who works when. Written in `infra/clinic.toml`, published
//! into the Clinic table as it is, and parsed by the same code wherever it is read.

mod booking;
mod contact;
mod file;
mod mistake;
mod published;
mod week;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use booking::{BookingRules, Closure, Confirmation, Patients, Practitioner, Service};
pub use contact::{Consent, ContactRules, Limits, ProofOfWork, Screening, Topic};
pub use mistake::{Mistake, Mistakes};
pub use published::{ClinicError, PublishedClinic, publication, refresh_beside};
pub use week::{Period, Week};

use crate::values::{EmailAddress, PhoneNumber};

/// A clinic. Only [`Clinic::parse`] makes one, so its ids refer to what is there.
#[derive(Clone, Debug)]
pub struct Clinic {
    /// As it is called.
    pub name: String,
    /// In a sentence.
    pub summary: String,
    /// As it is dialled.
    pub phone: PhoneNumber,
    /// The street address, on one line.
    pub address: String,
    /// BCP 47.
    pub language: String,
    /// Where its days begin and end.
    pub time_zone: TimeZone,
    /// The IANA name of the time zone.
    pub time_zone_name: String,
    /// The public website, without a slash at the end.
    pub website: String,
    /// When its doors are open.
    pub hours: Week,
    /// ISO 4217.
    pub currency: String,
    /// How mail goes out and comes in.
    pub mail: MailSettings,
    /// How long what is stored about people is kept.
    pub retention: Retention,
    /// The rules of the contact form.
    pub contact: ContactRules,
    /// The rules of booking.
    pub booking: BookingRules,
    /// What can be booked.
    pub services: Vec<Service>,
    /// Who can be booked.
    pub practitioners: Vec<Practitioner>,
    /// When nobody can be.
    pub closures: Vec<Closure>,
    /// Who else works there.
    pub team: Vec<TeamMember>,
}

/// How mail goes out and comes in.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// The sender of every mail: an address of a domain that SES has verified.
    pub from: EmailAddress,
    /// The sender's display name, in ASCII.
    pub from_name: String,
    /// Where staff read theirs.
    pub staff: EmailAddress,
}

/// How many days things are kept.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Contact messages.
    pub messages_days: u32,
    /// Bookings, from the appointment on.
    pub bookings_days: u32,
    /// Mails, from when they were queued.
    pub mails_days: u32,
    /// Who saw or changed what.
    pub audit_days: u32,
}

/// Somebody who works at the clinic, as the website shows them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamMember {
    /// What addresses name them by.
    pub id: String,
    /// As they are called.
    pub name: String,
    /// If they say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pronouns: Option<String>,
    /// What they do.
    pub role: String,
    /// A few sentences.
    pub bio: String,
}

impl Clinic {
    /// Parses a `clinic.toml`.
    ///
    /// # Errors
    /// Every mistake at once, each with its line and field.
    pub fn parse(toml: &str) -> Result<Self, Mistakes> {
        file::parse(toml)
    }

    /// The service of that id.
    #[must_use]
    pub fn service(&self, id: &str) -> Option<&Service> {
        self.services.iter().find(|service| service.id == id)
    }

    /// What a message can be about, by its id.
    #[must_use]
    pub fn topic(&self, id: &str) -> Option<&Topic> {
        self.contact.topics.iter().find(|topic| topic.id == id)
    }

    /// The practitioner of that id.
    #[must_use]
    pub fn practitioner(&self, id: &str) -> Option<&Practitioner> {
        self.practitioners
            .iter()
            .find(|practitioner| practitioner.id == id)
    }

    /// Those who offer the service.
    pub fn offering<'a>(&'a self, service: &'a Service) -> impl Iterator<Item = &'a Practitioner> {
        self.practitioners
            .iter()
            .filter(|practitioner| service.practitioners.contains(&practitioner.id))
    }

    /// A moment in the clinic's time: RFC 3339 with its offset, in whole seconds.
    #[must_use]
    pub fn local_time(&self, moment: Timestamp) -> String {
        let local = moment.to_zoned(self.time_zone.clone());
        local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
    }

    /// A moment in the clinic's time as people say it: `Tuesday, December 1, 2026 at 9:00 a.m.`
    #[must_use]
    pub fn spoken_time(&self, moment: Timestamp) -> String {
        let local = moment.to_zoned(self.time_zone.clone());
        let half = if local.hour() < 12 { "a.m." } else { "p.m." };
        format!("{} {half}", local.strftime("%A, %B %-d, %Y at %-I:%M"))
    }

    /// The date that it is at the clinic.
    #[must_use]
    pub fn local_date(&self, moment: Timestamp) -> Date {
        moment.to_zoned(self.time_zone.clone()).date()
    }

    /// Whether the clinic is closed on that day.
    #[must_use]
    pub fn is_closed(&self, day: Date) -> bool {
        self.closures
            .iter()
            .any(|closure| closure.from <= day && day <= closure.to)
    }
}
