//! A booking in the sequential model, by the words of the contract and without the program's code.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

/// Before the start, in which hours patients are reminded.
pub const REMINDERS: [i64; 2] = [48, 3];
/// After each visit the practitioner is kept free for so long.
pub const BUFFER: SignedDuration = SignedDuration::from_mins(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Requested,
    Confirmed,
    Declined,
    Expired,
    Cancelled,
    NoShow,
}

impl Status {
    pub fn is_live(self) -> bool {
        matches!(self, Self::Requested | Self::Confirmed | Self::NoShow)
    }

    /// Its name as it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::NoShow => "no_show",
        }
    }

    pub fn parse(name: &str) -> Self {
        let all = [
            Self::Requested,
            Self::Confirmed,
            Self::Declined,
            Self::Expired,
            Self::Cancelled,
            Self::NoShow,
        ];
        all.into_iter().find(|one| one.name() == name).unwrap()
    }
}

/// One of two services: routine foot care, which is confirmed at once, or an assessment, which staff confirm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    FootCare,
    Assessment,
}

impl Service {
    pub fn id(self) -> &'static str {
        match self {
            Self::FootCare => "foot-care",
            Self::Assessment => "initial-assessment",
        }
    }

    pub fn lasts(self) -> SignedDuration {
        SignedDuration::from_mins(match self {
            Self::FootCare => 30,
            Self::Assessment => 45,
        })
    }
}

/// A practitioner's time: whose (1 or 2), and from when on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    pub practitioner: u8,
    pub start: Timestamp,
}

/// A start that was proposed, and who was free then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    pub start: Timestamp,
    pub practitioners: Vec<u8>,
}

#[derive(Clone, Debug)]
pub struct Booking {
    pub service: Service,
    pub time: Time,
    pub status: Status,
    pub revision: u32,
    pub proposed: Vec<Proposal>,
    pub answer_by: Option<Timestamp>,
    pub has_email: bool,
    /// The revision of the booking that queued reminders, and how many hours before the start they are due.
    pub reminders: Option<(u32, Vec<i64>)>,
    /// The mails about it, as `<kind>/<revision>`.
    pub mails: BTreeSet<String>,
    /// How many lines of the audit trail are about it.
    pub audited: usize,
}

impl Booking {
    /// A booking that was just made.
    pub fn new(service: Service, time: Time, has_email: bool, now: Timestamp) -> Self {
        let instant = service == Service::FootCare && has_email;
        let mut booking = Self {
            service,
            time,
            status: Status::Requested,
            revision: 0,
            proposed: Vec::new(),
            answer_by: None,
            has_email,
            reminders: None,
            mails: BTreeSet::from(["booking_to_staff/0".to_owned()]),
            audited: 0,
        };
        if instant {
            booking.confirm(now);
        }
        let receipt = if instant {
            "booking_confirmed"
        } else {
            "booking_requested"
        };
        booking.told(receipt);
        booking
    }

    pub fn confirm(&mut self, now: Timestamp) {
        self.status = Status::Confirmed;
        self.answer_by = None;
        self.proposed.clear();
        self.remind(now);
    }

    pub fn remind(&mut self, now: Timestamp) {
        let hours = REMINDERS.iter().copied();
        let hours =
            hours.filter(|hours| self.time.start - SignedDuration::from_hours(*hours) > now);
        let hours: Vec<i64> = hours.collect();
        let any = self.has_email && !hours.is_empty();
        self.reminders = any.then_some((self.revision, hours));
    }

    /// The patient is told, if they left an address.
    pub fn told(&mut self, kind: &str) {
        if self.has_email {
            self.mails.insert(format!("{kind}/{}", self.revision));
        }
    }

    pub fn told_to_staff(&mut self) {
        let revision = self.revision;
        self.mails
            .insert(format!("booking_changed_to_staff/{revision}"));
    }

    pub fn over(&mut self, status: Status) {
        self.status = status;
        self.answer_by = None;
        self.proposed.clear();
        self.reminders = None;
    }

    /// Nobody has answered in time.
    pub fn expire(&mut self) {
        self.revision += 1;
        self.over(Status::Expired);
        self.told("booking_expired");
        self.told_to_staff();
    }

    pub fn ends(&self, time: Time) -> Timestamp {
        time.start + self.service.lasts() + BUFFER
    }
}
