//! The sequential model: what each event should make of a booking.

use jiff::{SignedDuration, Timestamp};

use super::{
    line::starts_on,
    model::{BUFFER, Booking, Entry, Off, Proposal, Service, Status, Time, date},
};

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
    /// The time that is held for them.
    TakeOffer,
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
    pub entries: Vec<Entry>,
    pub offs: Vec<Off>,
}

impl Model {
    /// The room that a visit at this time gets, if nobody but `but` is in its way.
    pub fn room(&self, time: Time, service: Service, but: Option<usize>) -> Option<&'static str> {
        let end = time.start + service.lasts() + BUFFER;
        let others = self.bookings.iter().enumerate();
        let live = others.filter(|(n, one)| Some(*n) != but && one.status.is_live());
        let meets = |one: &&Booking| one.time.start < end && time.start < one.ends(one.time);
        let met: Vec<&Booking> = live.map(|(_, one)| one).filter(meets).collect();
        let is_away = self.offs.iter().any(|off| {
            let ends = time.start + service.lasts();
            off.is_there
                && off.practitioner == time.practitioner
                && time.start < off.to
                && off.from < ends
        });
        let is_busy = |one: &&&Booking| one.time.practitioner == time.practitioner;
        let has_start = starts_on(date(time.start), service).contains(&time.start);
        if !has_start || is_away || met.iter().any(|one| is_busy(&one)) {
            return None;
        }
        let mut rooms = service.rooms().iter().copied();
        rooms.find(|room| met.iter().all(|one| one.room != *room))
    }

    pub fn is_free(&self, time: Time, service: Service, but: Option<usize>) -> bool {
        self.room(time, service, but).is_some()
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
            Event::TakeOffer => self.take_offer(before, &mut after),
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
            Status::Offered if before.time.start == start => self.take_offer(before, after),
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
                after.room = self.room(after.time, before.service, Some(number))?;
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
        // Whoever is asked to move cannot stay.
        let is_here = before.time == time && !before.must_move;
        match before.status {
            Status::Requested | Status::Confirmed if is_here => return Some(false),
            Status::Requested => {}
            Status::Confirmed if self.can_change(before) => {}
            _ => return None,
        }
        let room = self.room(time, before.service, Some(number));
        let room = room.filter(|_| time.start - NOTICE >= self.now);
        room.map(|room| {
            after.time = time;
            after.room = room;
            after.must_move = false;
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
            Status::Requested | Status::Offered => {}
            Status::Confirmed if self.can_change(before) => {}
            _ => return None,
        }
        after.over(Status::Cancelled);
        if before.status != Status::Offered {
            after.told("booking_cancelled");
            after.told_to_staff();
        }
        Some(true)
    }

    /// Whether a confirmed visit can still be moved or cancelled: who has to move can until it begins.
    fn can_change(&self, booking: &Booking) -> bool {
        let until = if booking.must_move {
            SignedDuration::ZERO
        } else {
            CANCEL_UNTIL
        };
        booking.time.start - until >= self.now
    }

    fn take_offer(&self, before: &Booking, after: &mut Booking) -> Option<bool> {
        match before.status {
            Status::Confirmed if before.entry.is_some() => Some(false),
            Status::Offered if before.time.start > self.now => {
                after.confirm(self.now);
                after.told("booking_confirmed");
                let revision = after.revision;
                after.mails.insert(format!("booking_to_staff/{revision}"));
                Some(true)
            }
            _ => None,
        }
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
