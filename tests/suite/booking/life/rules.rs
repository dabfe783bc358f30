//! The sequential model: what each event should make of a booking.

use jiff::{SignedDuration, Timestamp};

use super::model::{BUFFER, Booking, Proposal, Service, Status, Time};

pub const NOTICE: SignedDuration = SignedDuration::from_hours(4);
const CANCEL_UNTIL: SignedDuration = SignedDuration::from_hours(24);

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
