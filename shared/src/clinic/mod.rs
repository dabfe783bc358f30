//! The clinic: who it is, what it offers, who works when. It is written in `infra/clinic.toml`, published
//! into the Clinic table as it is, and parsed by the same code wherever it is read.

mod artwork;
mod booking;
mod brand;
mod contact;
mod day;
mod digest;
mod file;
mod hours;
mod limits;
mod location;
mod mail;
mod mistake;
mod opening;
mod practitioners;
mod published;
mod retention;
mod rooms;
mod services;
mod spoken;
mod spoken_hours;
mod team;
mod week;

pub use artwork::{Artwork, Drawing};
pub use booking::BookingRules;
pub use brand::{Brand, Color, Font};
pub use contact::{Consent, ContactRules, ProofOfWork, Screening, Topic};
pub use day::Day;
pub use digest::DigestDay;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
pub use limits::{Allowance, Limits, PersonLimits};
pub use location::Location;
pub use mail::MailSettings;
pub use mistake::{Mistake, Mistakes};
pub use opening::Opening;
pub use practitioners::{CalendarSettings, Closure, Practitioner};
pub use published::{ClinicError, PublishedClinic, refresh_beside};
pub use retention::Retention;
pub use rooms::Room;
pub use services::{Confirmation, Patients, Place, Service};
pub use team::TeamMember;
pub use week::{Period, Week};

use self::mistake::Strictness;
use crate::{
    local_time::LocalTime,
    values::{PhoneNumber, RoomId},
};

/// A clinic. Only [`Clinic::parse`] makes one and nobody changes one, so its ids refer to what is there.
#[derive(Clone, Debug)]
pub struct Clinic {
    name: String,
    summary: String,
    slogan: Option<String>,
    welcome: Option<String>,
    phone: PhoneNumber,
    address: String,
    location: Option<Location>,
    directions: Option<String>,
    language: String,
    time_zone: TimeZone,
    time_zone_name: String,
    website: String,
    hours: Week,
    currency: String,
    mail: MailSettings,
    retention: Retention,
    contact: ContactRules,
    booking: BookingRules,
    persons: PersonLimits,
    services: Vec<Service>,
    practitioners: Vec<Practitioner>,
    rooms: Vec<Room>,
    closures: Vec<Closure>,
    calendar: CalendarSettings,
    team: Vec<TeamMember>,
    brand: Brand,
    artwork_files: Artwork<String>,
    artwork: Artwork<Drawing>,
    embed_origins: Vec<String>,
}

impl Clinic {
    /// Parses a `clinic.toml` that is to be published.
    ///
    /// # Errors
    /// Every mistake at once, each with its line and field. A setting that is not known is one, too.
    pub fn parse(toml: &str) -> Result<Self, Mistakes> {
        file::parse(toml, Strictness::Strict)
    }

    /// Reads a `clinic.toml` that is published, by this version or by the one before or after it: settings that
    /// are not known are left alone, and new ones that are missing have a default.
    ///
    /// # Errors
    /// When it has other mistakes.
    pub fn read(toml: &str) -> Result<Self, Mistakes> {
        file::parse(toml, Strictness::Lenient)
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the clinic is, in a sentence.
    #[must_use]
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// What it promises, in a few words: the heading of its home page.
    #[must_use]
    pub fn slogan(&self) -> Option<&str> {
        self.slogan.as_deref()
    }

    /// Who may come, in a sentence.
    #[must_use]
    pub fn welcome(&self) -> Option<&str> {
        self.welcome.as_deref()
    }

    #[must_use]
    pub fn phone(&self) -> &PhoneNumber {
        &self.phone
    }

    /// The street address, on one line.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// How to find it, in a sentence or two.
    #[must_use]
    pub fn directions(&self) -> Option<&str> {
        self.directions.as_deref()
    }

    /// The language of its pages, as a BCP 47 tag.
    #[must_use]
    pub fn language(&self) -> &str {
        &self.language
    }

    #[must_use]
    pub fn time_zone(&self) -> &TimeZone {
        &self.time_zone
    }

    /// The IANA name of the time zone.
    #[must_use]
    pub fn time_zone_name(&self) -> &str {
        &self.time_zone_name
    }

    /// The address of the public website, without a slash at the end.
    #[must_use]
    pub fn website(&self) -> &str {
        &self.website
    }

    /// When its doors are open.
    #[must_use]
    pub fn hours(&self) -> &Week {
        &self.hours
    }

    /// The currency of its prices, as an ISO 4217 code.
    #[must_use]
    pub fn currency(&self) -> &str {
        &self.currency
    }

    #[must_use]
    pub fn mail(&self) -> &MailSettings {
        &self.mail
    }

    /// How long what is stored about people is kept.
    #[must_use]
    pub fn retention(&self) -> Retention {
        self.retention
    }

    /// The rules of the contact form.
    #[must_use]
    pub fn contact(&self) -> &ContactRules {
        &self.contact
    }

    #[must_use]
    pub fn booking(&self) -> &BookingRules {
        &self.booking
    }

    /// How many mails and bookings strangers can cause in one person's name.
    #[must_use]
    pub fn persons(&self) -> PersonLimits {
        self.persons
    }

    #[must_use]
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    #[must_use]
    pub fn practitioners(&self) -> &[Practitioner] {
        &self.practitioners
    }

    #[must_use]
    pub fn rooms(&self) -> &[Room] {
        &self.rooms
    }

    #[must_use]
    pub fn room(&self, id: &RoomId) -> Option<&Room> {
        self.rooms.iter().find(|room| room.id == *id)
    }

    /// What practitioners' own calendar programs are shown.
    #[must_use]
    pub fn calendar(&self) -> CalendarSettings {
        self.calendar
    }

    #[must_use]
    pub fn closures(&self) -> &[Closure] {
        &self.closures
    }

    #[must_use]
    pub fn team(&self) -> &[TeamMember] {
        &self.team
    }

    /// The look of its pages.
    #[must_use]
    pub fn brand(&self) -> Brand {
        self.brand
    }

    /// The origins of other websites that may show its pages in a frame.
    #[must_use]
    pub fn embed_origins(&self) -> &[String] {
        &self.embed_origins
    }

    #[must_use]
    pub fn service(&self, id: &str) -> Option<&Service> {
        self.services
            .iter()
            .find(|service| service.id.as_str() == id)
    }

    /// What a message can be about, by its id.
    #[must_use]
    pub fn topic(&self, id: &str) -> Option<&Topic> {
        let mut topics = self.contact.topics.iter();
        topics.find(|topic| topic.id.as_str() == id)
    }

    #[must_use]
    pub fn practitioner(&self, id: &str) -> Option<&Practitioner> {
        self.practitioners
            .iter()
            .find(|practitioner| practitioner.id.as_str() == id)
    }

    /// A moment in the clinic's time, as the API writes it.
    #[must_use]
    pub fn local_time(&self, moment: Timestamp) -> LocalTime {
        LocalTime::new(moment, &self.time_zone)
    }

    /// The date at the clinic.
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
