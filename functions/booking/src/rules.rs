//! Which wishes can be booked: for whom a service is, the minimum notice, the horizon, the hours.

use jiff::Timestamp;
use shared::clinic::{Clinic, Patients, Practitioner, Service};

use crate::{
    booking::{Claim, Wish},
    time::{Calendar, Obstacle, Owner, horizon, is_too_soon},
};

/// Why a wish cannot be booked, however free the day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The service is for these patients only.
    PatientsNotAccepted(Patients),
    /// The start is inside the minimum notice.
    TooSoon,
    /// The start is beyond the horizon.
    TooFar,
    /// No practitioner has a slot at that time.
    OutsideHours,
}

/// What the wish could claim: the time of each practitioner who has a slot at that start.
///
/// # Errors
/// [`Refused`].
pub(crate) fn candidates(
    wish: &Wish<'_>,
    clinic: &Clinic,
    now: Timestamp,
) -> Result<Vec<Claim>, Refused> {
    accepted(wish.service, wish.patient.returning)?;
    let practitioners = wish.practitioners(clinic);
    claims(wish.start, wish.service, &practitioners, clinic, now)
}

/// Whether the service is for a patient who has been here before (`returning`), or has not.
///
/// # Errors
/// [`Refused::PatientsNotAccepted`].
pub(crate) fn accepted(service: &Service, returning: bool) -> Result<(), Refused> {
    let patients = service.patients;
    let is_theirs = patients.include(returning);
    is_theirs
        .then_some(())
        .ok_or(Refused::PatientsNotAccepted(patients))
}

/// The time of each of the practitioners who has a slot at a start that can be booked, with each of the rooms that the
/// service could have.
///
/// # Errors
/// [`Refused`].
pub(crate) fn claims(
    start: Timestamp,
    service: &Service,
    practitioners: &[&Practitioner],
    clinic: &Clinic,
    now: Timestamp,
) -> Result<Vec<Claim>, Refused> {
    if is_too_soon(start, clinic, now) {
        return Err(Refused::TooSoon);
    }
    if clinic.local_date(start) > horizon(clinic, now) {
        return Err(Refused::TooFar);
    }
    let each = |one: &&Practitioner| Claim::each(start, service, one, clinic);
    let claims: Vec<Claim> = practitioners.iter().flat_map(each).collect();
    if claims.is_empty() {
        return Err(Refused::OutsideHours);
    }
    Ok(claims)
}

/// What becomes of a wish for that start, on days as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It can be booked, with any of these.
    Bookable(Vec<Claim>),
    Refused(Refused),
    /// It could be booked if something were not in the way of each of these.
    Taken(Vec<(Claim, Owner, Obstacle)>),
}

/// Judges a start as a booking is judged: by the rules first, then by the days.
pub(crate) fn judge(
    start: Timestamp,
    service: &Service,
    practitioners: &[&Practitioner],
    calendar: &Calendar,
    (clinic, now): (&Clinic, Timestamp),
) -> Verdict {
    let claims = match claims(start, service, practitioners, clinic, now) {
        Ok(claims) => claims,
        Err(refused) => return Verdict::Refused(refused),
    };
    let (mut free, mut taken) = (Vec::new(), Vec::new());
    for claim in claims {
        match claim.obstacle(calendar) {
            Some((owner, obstacle)) => taken.push((claim, owner, obstacle)),
            None => free.push(claim),
        }
    }
    if free.is_empty() {
        Verdict::Taken(taken)
    } else {
        Verdict::Bookable(free)
    }
}

impl Refused {
    /// The last part of the problem's type.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::PatientsNotAccepted(_) => "patients_not_accepted",
            Self::TooSoon => "too_soon",
            Self::TooFar => "too_far",
            Self::OutsideHours => "outside_hours",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use jiff::{SignedDuration, civil::Date};
    use proptest::{collection::vec, prelude::*};
    use shared::{
        clinic::Day,
        reference::Reference,
        values::{PractitionerId, RoomId},
    };

    use super::*;
    use crate::{
        samples::Sample,
        time::{Book, CELL, Cells, Off, Search},
    };

    /// The days around a change of clocks in Toronto: 2026-11-01.
    const FIRST: &str = "2026-10-30";
    const DAYS: i64 = 5;

    fn hours() -> impl Strategy<Value = String> {
        (0_u16..48, 1_u16..40).prop_map(|(from, lasts)| {
            let to = (from + lasts).min(48);
            let face = |halves: u16| format!("{:02}:{:02}", halves / 2, halves % 2 * 30);
            format!("{}-{}", face(from), face(to))
        })
    }

    fn sample() -> impl Strategy<Value = Sample> {
        let zones = ["America/Toronto", "America/St_Johns", "Australia/Lord_Howe"];
        let service = (1_u32..16, 0_u32..4, 0_u32..4, 1_u32..8);
        let window = (0_u32..40, 1_u32..5, any::<bool>(), 0_usize..3);
        (0..zones.len(), vec(hours(), 1..4), service, window).prop_map(
            move |(zone, practitioners, (minutes, before, after, step), (notice, horizon, closed, rooms))| {
                Sample {
                    practitioners,
                    booking: format!("minimum_notice_hours = {notice}\nhorizon_days = {horizon}"),
                    step: step * 5,
                    minutes: minutes * 5,
                    service: format!(
                        "confirmation = \"instant\"\nbuffer_before_minutes = {}\nbuffer_after_minutes = {}",
                        before * 5, after * 5
                    ),
                    rooms,
                    closed: closed.then(|| "2026-10-31".to_owned()).into_iter().collect(),
                    ..Sample::open("00:00-24:00", zones[zone])
                }
            },
        )
    }

    /// A stretch of time that is not free: on which day, whose, from which cell on, and how many cells; time off reaches
    /// over as many hours instead.
    type Stretch = (i64, usize, u16, u16);

    fn stretches(most: usize) -> impl Strategy<Value = Vec<Stretch>> {
        vec((0..DAYS, 0_usize..5, 0_u16..288, 1_u16..30), 0..most)
    }

    fn owner(number: usize) -> Owner {
        match number {
            0..3 => {
                let id = PractitionerId::parse(&format!("p{}", number + 1));
                Owner::Practitioner(id.unwrap())
            }
            room => Owner::Room(RoomId::parse(&format!("r{}", room - 2)).unwrap()),
        }
    }

    fn calendar(clinic: &Clinic, first: Date, busy: &[Stretch], off: &[Stretch]) -> Calendar {
        let mut calendar = Calendar::default();
        let date = |day: i64| first.saturating_add(jiff::Span::new().days(day));
        for (day, who, cell, count) in busy {
            let busy = calendar.day_mut(owner(*who), date(*day));
            busy.take(Cells::between(*cell, cell + count));
        }
        for (day, who, cell, hours) in off {
            let from = clinic.day(date(*day)).midnight + CELL * i32::from(*cell);
            let off = Off {
                id: Reference::time_off(),
                from,
                to: from + SignedDuration::from_hours(i64::from(*hours)),
            };
            for day in 0..DAYS {
                let Day {
                    midnight: begins,
                    end: ends,
                    ..
                } = clinic.day(date(day));
                if off.meets(begins, ends) {
                    let day = calendar.day_mut(owner(*who), date(day));
                    day.off.insert(off.clone());
                }
            }
        }
        calendar
    }

    /// Every start that can be booked, and with whom: each moment that a cell begins at is tried.
    fn bookable(
        clinic: &Clinic,
        calendar: &Calendar,
        (from, to): (Date, Date),
        now: Timestamp,
    ) -> BTreeMap<Timestamp, BTreeSet<PractitionerId>> {
        let service = &clinic.services()[0];
        let practitioners: Vec<&Practitioner> = clinic.offering(service).collect();
        let (mut moment, end) = (clinic.day(from).midnight, clinic.day(to).end);
        let mut bookable = BTreeMap::new();
        while moment < end {
            let verdict = judge(moment, service, &practitioners, calendar, (clinic, now));
            let claims = match verdict {
                Verdict::Bookable(claims) => claims,
                Verdict::Refused(_) | Verdict::Taken(_) => Vec::new(),
            };
            let claims = claims.into_iter();
            let with: BTreeSet<PractitionerId> = claims.map(|claim| claim.practitioner).collect();
            if !with.is_empty() {
                bookable.insert(moment, with);
            }
            moment += CELL;
        }
        bookable
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

        #[test]
        fn what_is_listed_as_online_is_what_can_be_booked(
            sample in sample(), busy in stretches(20), off in stretches(4), minutes in 0_i64..(4 * 24 * 60),
        ) {
            let clinic = sample.clinic();
            let from: Date = FIRST.parse().unwrap();
            let to = from.saturating_add(jiff::Span::new().days(DAYS - 1));
            let calendar = calendar(&clinic, from, &busy, &off);
            let now = clinic.day(from).midnight + SignedDuration::from_mins(minutes);
            let service = &clinic.services()[0];
            let search = Search { service, practitioners: clinic.offering(service).collect(), from, to };

            let listed = search.free(&calendar, &clinic, now).into_values().flatten();
            let online = listed.filter(|free| free.book == Book::Online);
            let online: BTreeMap<Timestamp, BTreeSet<PractitionerId>> = online
                .map(|free| (free.start.moment(), free.practitioners.into_iter().collect()))
                .collect();

            prop_assert_eq!(online, bookable(&clinic, &calendar, (from, to), now));
        }
    }

    #[test]
    fn a_property_over_nothing_proves_nothing() {
        let clinic = Sample::open("09:00-12:00", "America/Toronto").clinic();
        let date: Date = FIRST.parse().unwrap();
        let now = clinic.day(date).midnight;

        let bookable = bookable(&clinic, &Calendar::default(), (date, date), now);

        assert_eq!(bookable.len(), 6);
    }
}
