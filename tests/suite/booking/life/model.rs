//! The sequential model: what a booking should become, by the words of the contract and without the program's code.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

/// Before the start, in which hours patients are reminded.
pub const REMINDERS: [i64; 2] = [48, 3];
pub const NOTICE: SignedDuration = SignedDuration::from_hours(4);
pub const CANCEL_UNTIL: SignedDuration = SignedDuration::from_hours(24);
/// After each visit the practitioner is kept free for so long.
const BUFFER: SignedDuration = SignedDuration::from_mins(10);

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

    /// As it is stored.
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

#[derive(Clone, Debug)]
pub enum Event {
    Confirm,
    Decline,
    Propose(Vec<Timestamp>),
    Accept(Timestamp),
    Move(Time),
    Cancel,
    Miss,
}

/// What an event should do.
#[derive(Debug)]
pub enum Outcome {
    Changed(Box<Booking>),
    /// It is answered with the booking as it is.
    Same,
    /// It is refused with 409 or 422, and nothing changes.
    Refused,
}

/// All bookings there are, and what time it is.
pub struct Model {
    pub now: Timestamp,
    pub bookings: Vec<Booking>,
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

    fn confirm(&mut self, now: Timestamp) {
        self.status = Status::Confirmed;
        self.answer_by = None;
        self.proposed.clear();
        self.remind(now);
    }

    fn remind(&mut self, now: Timestamp) {
        let hours = REMINDERS.iter().copied();
        let hours =
            hours.filter(|hours| self.time.start - SignedDuration::from_hours(*hours) > now);
        let hours: Vec<i64> = hours.collect();
        let any = self.has_email && !hours.is_empty();
        self.reminders = any.then_some((self.revision, hours));
    }

    /// The patient is told, if they left an address.
    fn told(&mut self, kind: &str) {
        if self.has_email {
            self.mails.insert(format!("{kind}/{}", self.revision));
        }
    }

    fn told_to_staff(&mut self) {
        let revision = self.revision;
        self.mails
            .insert(format!("booking_changed_to_staff/{revision}"));
    }

    fn over(&mut self, status: Status) {
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

    fn ends(&self, time: Time) -> Timestamp {
        time.start + self.service.lasts() + BUFFER
    }
}

impl Model {
    /// Whether nobody but `but` has some of this time.
    pub fn is_free(&self, time: Time, service: Service, but: Option<usize>) -> bool {
        let end = time.start + service.lasts() + BUFFER;
        let others = self.bookings.iter().enumerate();
        let mut live = others.filter(|(n, one)| Some(*n) != but && one.status.is_live());
        !live.any(|(_, one)| {
            one.time.practitioner == time.practitioner
                && one.time.start < end
                && time.start < one.ends(one.time)
        })
    }

    /// What the event should do to the booking of that number.
    pub fn outcome(&self, number: usize, event: &Event) -> Outcome {
        let before = &self.bookings[number];
        let mut after = before.clone();
        after.revision += 1;
        let happened = match event {
            Event::Confirm => self.confirm(before, &mut after),
            Event::Decline => Self::decline(before, &mut after),
            Event::Propose(starts) => self.propose(number, starts, &mut after),
            Event::Accept(start) => self.accept(number, *start, &mut after),
            Event::Move(time) => self.relocate(number, *time, &mut after),
            Event::Cancel => self.cancel(before, &mut after),
            Event::Miss => self.miss(before, &mut after),
        };
        match happened {
            Some(true) => Outcome::Changed(Box::new(after)),
            Some(false) => Outcome::Same,
            None => Outcome::Refused,
        }
    }

    fn confirm(&self, before: &Booking, after: &mut Booking) -> Option<bool> {
        match before.status {
            Status::Confirmed => Some(false),
            Status::Requested => {
                after.confirm(self.now);
                after.told("booking_confirmed");
                after.audited += 1;
                Some(true)
            }
            _ => None,
        }
    }

    fn decline(before: &Booking, after: &mut Booking) -> Option<bool> {
        match before.status {
            Status::Declined => Some(false),
            Status::Requested => {
                after.over(Status::Declined);
                after.told("booking_declined");
                after.audited += 1;
                Some(true)
            }
            _ => None,
        }
    }

    fn propose(&self, number: usize, starts: &[Timestamp], after: &mut Booking) -> Option<bool> {
        let before = &self.bookings[number];
        if before.status != Status::Requested {
            return None;
        }
        if before
            .proposed
            .iter()
            .map(|one| one.start)
            .eq(starts.iter().copied())
        {
            return Some(false);
        }
        let proposal = |start: &Timestamp| {
            let own = before.time.practitioner;
            let free = [1, 2].into_iter().filter(|practitioner| {
                let time = Time {
                    practitioner: *practitioner,
                    start: *start,
                };
                self.is_free(time, before.service, Some(number))
            });
            let free: Vec<u8> = free.collect();
            let possible = *start > self.now && *start != before.time.start && !free.is_empty();
            let practitioners = if free.contains(&own) { vec![own] } else { free };
            possible.then_some(Proposal {
                start: *start,
                practitioners,
            })
        };
        after.proposed = starts.iter().map(proposal).collect::<Option<_>>()?;
        after.told("booking_proposed");
        after.audited += 1;
        Some(true)
    }

    fn accept(&self, number: usize, start: Timestamp, after: &mut Booking) -> Option<bool> {
        let before = &self.bookings[number];
        match before.status {
            Status::Confirmed if before.time.start == start => Some(false),
            Status::Requested => {
                let proposal = before.proposed.iter().find(|one| one.start == start)?;
                let mut free = proposal.practitioners.iter().filter(|practitioner| {
                    let time = Time {
                        practitioner: **practitioner,
                        start,
                    };
                    self.is_free(time, before.service, Some(number))
                });
                let practitioner = *free.next().filter(|_| start > self.now)?;
                after.time = Time {
                    practitioner,
                    start,
                };
                after.confirm(self.now);
                after.told("booking_confirmed");
                after.told_to_staff();
                Some(true)
            }
            _ => None,
        }
    }

    fn relocate(&self, number: usize, time: Time, after: &mut Booking) -> Option<bool> {
        let before = &self.bookings[number];
        let is_here = before.time == time;
        match before.status {
            Status::Requested | Status::Confirmed if is_here => return Some(false),
            Status::Requested => {}
            Status::Confirmed if before.time.start - CANCEL_UNTIL >= self.now => {}
            _ => return None,
        }
        let possible =
            time.start - NOTICE >= self.now && self.is_free(time, before.service, Some(number));
        possible.then(|| {
            after.time = time;
            after.proposed.clear();
            if before.status == Status::Confirmed {
                after.remind(self.now);
            }
            after.told("booking_moved");
            after.told_to_staff();
            true
        })
    }

    fn cancel(&self, before: &Booking, after: &mut Booking) -> Option<bool> {
        match before.status {
            Status::Cancelled => return Some(false),
            Status::Requested => {}
            Status::Confirmed if before.time.start - CANCEL_UNTIL >= self.now => {}
            _ => return None,
        }
        after.over(Status::Cancelled);
        after.told("booking_cancelled");
        after.told_to_staff();
        Some(true)
    }

    fn miss(&self, before: &Booking, after: &mut Booking) -> Option<bool> {
        match before.status {
            Status::NoShow => Some(false),
            Status::Confirmed if before.time.start <= self.now => {
                after.status = Status::NoShow;
                after.audited += 1;
                Some(true)
            }
            _ => None,
        }
    }
}
