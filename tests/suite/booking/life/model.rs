//! A booking in the sequential model, by the words of the contract and without the program's code.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

/// Before the start, in which hours patients are reminded.
pub const REMINDERS: [i64; 2] = [48, 3];
/// After each visit the practitioner is kept free for so long.
pub const BUFFER: SignedDuration = SignedDuration::from_mins(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Requested,
    Offered,
    Confirmed,
    Declined,
    Expired,
    Cancelled,
    NoShow,
}

impl Status {
    pub fn is_live(self) -> bool {
        matches!(
            self,
            Self::Requested | Self::Offered | Self::Confirmed | Self::NoShow
        )
    }

    /// Its name as it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Offered => "offered",
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
            Self::Offered,
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

    /// The rooms that it could have, the first choice first.
    pub fn rooms(self) -> &'static [&'static str] {
        match self {
            Self::FootCare => &ROOMS,
            Self::Assessment => &ROOMS[..1],
        }
    }

    pub fn lasts(self) -> SignedDuration {
        SignedDuration::from_mins(match self {
            Self::FootCare => 30,
            Self::Assessment => 45,
        })
    }
}

/// The rooms, which both services need one of: an assessment the first, foot care either.
pub const ROOMS: [&str; 2] = ["casting-room", "blue-room"];

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
    pub room: &'static str,
    pub status: Status,
    pub revision: u32,
    pub proposed: Vec<Proposal>,
    /// Whether the patient was asked to choose another time.
    pub must_move: bool,
    /// The number of the entry in the waiting list that it was offered for.
    pub entry: Option<usize>,
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
    /// A booking that was just made, in that room.
    pub fn new(
        service: Service,
        (time, room): (Time, &'static str),
        has_email: bool,
        now: Timestamp,
    ) -> Self {
        let instant = service == Service::FootCare && has_email;
        let mut booking = Self {
            service,
            time,
            room,
            status: Status::Requested,
            revision: 0,
            proposed: Vec::new(),
            must_move: false,
            entry: None,
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

    /// A time that is held for somebody on the waiting list.
    pub fn offer(entry: usize, service: Service, (time, room): (Time, &'static str)) -> Self {
        Self {
            service,
            time,
            room,
            status: Status::Offered,
            revision: 0,
            proposed: Vec::new(),
            must_move: false,
            entry: Some(entry),
            answer_by: None,
            has_email: true,
            reminders: None,
            mails: BTreeSet::from(["waitlist_offer/0".to_owned()]),
            audited: 0,
        }
    }

    pub fn confirm(&mut self, now: Timestamp) {
        self.status = Status::Confirmed;
        self.answer_by = None;
        self.proposed.clear();
        self.must_move = false;
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
        self.must_move = false;
        self.reminders = None;
    }

    /// Nobody has answered in time. Staff have never heard of an offer.
    pub fn expire(&mut self) {
        let was_offered = self.status == Status::Offered;
        self.revision += 1;
        self.over(Status::Expired);
        self.told("booking_expired");
        if !was_offered {
            self.told_to_staff();
        }
    }

    /// The practitioner is away then.
    pub fn displace(&mut self) {
        self.revision += 1;
        self.must_move = true;
        self.reminders = None;
        self.told("booking_must_move");
    }

    /// The practitioner is there after all.
    pub fn restore(&mut self, now: Timestamp) {
        self.revision += 1;
        self.must_move = false;
        if self.status == Status::Confirmed {
            self.remind(now);
            self.told("booking_confirmed");
        } else {
            self.told("booking_requested");
        }
    }

    pub fn ends(&self, time: Time) -> Timestamp {
        time.start + self.service.lasts() + BUFFER
    }
}

/// Somebody on the waiting list, for one day.
#[derive(Clone, Debug)]
pub struct Entry {
    pub service: Service,
    /// `None` is either of them.
    pub practitioner: Option<u8>,
    pub date: Date,
    pub status: &'static str,
    /// The starts that were offered.
    pub offered: Vec<Timestamp>,
    /// The number of the booking that holds a time for them.
    pub offer: Option<usize>,
}

impl Entry {
    /// Whether they were offered a part of a time that begins then.
    pub fn was_offered(&self, start: Timestamp) -> bool {
        let lasts = self.service.lasts();
        let mut offered = self.offered.iter();
        offered.any(|other| start < *other + lasts && *other < start + lasts)
    }
}

/// A time off of one of both.
#[derive(Clone, Debug)]
pub struct Off {
    pub practitioner: u8,
    pub from: Timestamp,
    pub to: Timestamp,
    pub tells: bool,
    pub is_there: bool,
}

impl Off {
    pub fn meets(&self, booking: &Booking) -> bool {
        let start = booking.time.start;
        self.practitioner == booking.time.practitioner
            && start < self.to
            && self.from < start + booking.service.lasts()
    }
}

/// The date at the clinic; the clocks do not change in December.
pub fn date(moment: Timestamp) -> Date {
    (moment - SignedDuration::from_hours(5))
        .to_zoned(TimeZone::UTC)
        .date()
}
