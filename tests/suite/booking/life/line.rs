//! The sequential model: who is offered what, and what a time off does to what is booked.

use jiff::{SignedDuration, Timestamp, civil::Date};

use super::{
    model::{Booking, Entry, Off, Service, Status, Time, date},
    rules::{Model, NOTICE},
};

/// Nobody is offered a time that they would have to take within less.
const LEAST: SignedDuration = SignedDuration::from_mins(15);

/// How many times are offered for one entry.
const MOST_OFFERS: usize = 4;

impl Entry {
    /// Whether they were offered as many times as anybody is.
    pub fn had_enough(&self) -> bool {
        self.offered.len() >= MOST_OFFERS
    }

    /// What becomes of them when the time that was held for them is not taken.
    fn took_nothing(&mut self) {
        if self.status == "offered" {
            self.status = if self.had_enough() { "over" } else { "waiting" };
        }
    }
}

/// The starts of a service on a day: from ten on, each quarter of an hour, so that it ends by a quarter past eleven.
pub fn starts_on(day: Date, service: Service) -> Vec<Timestamp> {
    let ten: Timestamp = format!("{day}T10:00:00-05:00").parse().unwrap();
    let quarters = (0..5).map(|quarter| ten + SignedDuration::from_mins(15 * quarter));
    let close = ten + SignedDuration::from_mins(75);
    quarters
        .filter(|start| *start + service.lasts() <= close)
        .collect()
}

impl Model {
    /// The first start that suits somebody and is free, with whom, and where.
    fn first_free(&self, entry: &Entry, least: SignedDuration) -> Option<(Time, &'static str)> {
        let who = [1, 2]
            .into_iter()
            .filter(|one| entry.practitioner.is_none_or(|wanted| wanted == *one));
        let who: Vec<u8> = who.collect();
        let starts = starts_on(entry.date, entry.service).into_iter();
        let mut free = starts
            .filter(|start| *start - NOTICE - least >= self.now && !entry.was_offered(*start))
            .flat_map(|start| {
                who.iter().map(move |one| Time {
                    practitioner: *one,
                    start,
                })
            })
            .filter_map(|time| Some((time, self.room(time, entry.service, None)?)));
        free.next()
    }

    /// Whether somebody can join: nothing that suits them can be booked.
    pub fn must_wait(&self, entry: &Entry) -> bool {
        self.first_free(entry, SignedDuration::ZERO).is_none()
    }

    /// Offers what is free on that day to those in line.
    pub fn offer(&mut self, day: Date) {
        for number in 0..self.entries.len() {
            let entry = &self.entries[number];
            if entry.status != "waiting" || entry.date != day || day < date(self.now) {
                continue;
            }
            let Some((time, room)) = self.first_free(entry, LEAST) else {
                continue;
            };
            let booking = Booking::offer(number, entry.service, (time, room));
            let entry = &mut self.entries[number];
            entry.status = "offered";
            entry.offered.push(time.start);
            entry.offer = Some(self.bookings.len());
            self.bookings.push(booking);
        }
    }

    /// What a change of a booking does to the waiting list.
    pub fn settle(&mut self, number: usize, before: &Booking) {
        let after = &self.bookings[number];
        if before.status == Status::Offered && after.status != Status::Offered {
            let entry = &mut self.entries[after.entry.unwrap()];
            if after.status == Status::Confirmed {
                entry.status = "booked";
            } else {
                entry.took_nothing();
            }
            entry.offer = None;
        }
        let frees = before.status.is_live()
            && (!after.status.is_live() || (after.time, after.room) != (before.time, before.room));
        if frees && before.time.start > self.now {
            self.offer(date(before.time.start));
        }
    }

    /// Whatever nobody has answered in time expires; then what is free is offered.
    pub fn pass_time(&mut self) {
        let now = self.now;
        let mut freed = Vec::new();
        for number in 0..self.bookings.len() {
            let booking = &self.bookings[number];
            let waits = matches!(booking.status, Status::Requested | Status::Offered);
            if waits && booking.answer_by.is_some_and(|by| by <= now) {
                freed.extend(self.expire(number));
            }
        }
        self.offer_all(freed);
    }

    /// The day on which that frees time, if it is to come.
    fn expire(&mut self, number: usize) -> Option<Date> {
        let booking = &mut self.bookings[number];
        let was_offered = booking.status == Status::Offered;
        booking.expire();
        if was_offered {
            let entry = &mut self.entries[booking.entry.unwrap()];
            entry.took_nothing();
            entry.offer = None;
        }
        (booking.time.start > self.now).then(|| date(booking.time.start))
    }

    fn offer_all(&mut self, mut freed: Vec<Date>) {
        freed.sort_unstable();
        freed.dedup();
        for day in freed {
            self.offer(day);
        }
    }

    /// Adds a time off, or finds the same one that is there.
    pub fn add_off(&mut self, off: &Off) -> usize {
        let is_the_same = |one: &Off| {
            one.is_there
                && (one.practitioner, one.from, one.to) == (off.practitioner, off.from, off.to)
        };
        let number = self.offs.iter().position(is_the_same).unwrap_or_else(|| {
            self.offs.push(off.clone());
            self.offs.len() - 1
        });
        self.offs[number].tells |= off.tells;
        let off = self.offs[number].clone();
        let mut freed = Vec::new();
        for number in 0..self.bookings.len() {
            let booking = &mut self.bookings[number];
            let ends = booking.time.start + booking.service.lasts();
            if !booking.status.is_live() || !off.meets(booking) || ends <= self.now {
                continue;
            }
            let is_to_come = booking.time.start > self.now;
            let is_open = matches!(booking.status, Status::Requested | Status::Confirmed);
            if booking.status == Status::Offered {
                freed.extend(self.expire(number));
            } else if off.tells && is_open && is_to_come && !booking.must_move {
                booking.displace();
            }
        }
        self.offer_all(freed);
        number
    }

    /// Takes a time off back.
    pub fn remove_off(&mut self, number: usize) {
        self.offs[number].is_there = false;
        let off = self.offs[number].clone();
        let there: Vec<Off> = self
            .offs
            .iter()
            .filter(|off| off.is_there)
            .cloned()
            .collect();
        let now = self.now;
        for booking in &mut self.bookings {
            let stands = booking.status.is_live() && booking.time.start > now;
            let is_in_the_way = off.meets(booking);
            if booking.must_move
                && is_in_the_way
                && stands
                && !there.iter().any(|off| off.meets(booking))
            {
                booking.restore(now);
            }
        }
        let (mut day, last) = (date(off.from), date(off.to - SignedDuration::from_secs(1)));
        while day <= last {
            self.offer(day);
            day = day.tomorrow().unwrap();
        }
    }
}
