//! The free times that a booking could have instead.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan, civil::Date};
use shared::{http::Problem, store};

use super::refused::taken;
use crate::{
    BookingDesk,
    booking::{Booking, Claim, Look},
    context::Context,
    pages::{month::Month, times::Times},
    time::{Book, FreeStart, Search, horizon},
};

/// How many other starts are offered when the wanted one is taken.
pub(super) const ALTERNATIVES: usize = 5;
/// How many days ahead they are looked for.
pub(super) const ALTERNATIVES_WITHIN_DAYS: i64 = 30;

impl BookingDesk {
    /// The free times from that day on, for the days of a page. The booking's own time counts as free. Its own start is not
    /// among them, unless its practitioner is away and somebody else has time. None when the clinic has given up the
    /// service.
    pub(super) async fn times_for(
        &self,
        booking: &Booking,
        from: Date,
        to: Date,
        context: &Context<'_>,
    ) -> Result<BTreeMap<Date, Vec<FreeStart>>, store::Error> {
        let clinic = &context.clinic;
        let Some(service) = clinic.service(booking.service.as_str()) else {
            return Ok(BTreeMap::new());
        };
        let search = Search {
            service,
            practitioners: clinic.offering(service).collect(),
            from,
            to,
        };
        let mut calendar = self.days.of(&search).await?;
        let Claim { date, slot, .. } = &booking.claim;
        for owner in booking.claim.owners() {
            if booking.status.is_live() {
                calendar.day_mut(owner, *date).give_back(slot.cells);
            }
        }
        let mut days = search.free(&calendar, clinic, context.now);
        for starts in days.values_mut() {
            let must_move = booking.must_move.is_some();
            starts.retain(|free| free.start.moment() != slot.start || must_move);
        }
        Ok(days)
    }

    /// The first free times after a start that is taken, as a problem.
    pub(super) async fn taken_instead(
        &self,
        booking: &Booking,
        start: Timestamp,
        context: &Context<'_>,
    ) -> Result<Problem, store::Error> {
        let from = context.clinic.local_date(start);
        let to = from.saturating_add(ALTERNATIVES_WITHIN_DAYS.days());
        let days = self.times_for(booking, from, to, context).await?;
        let is_later = |free: &FreeStart| free.start.moment() > start && free.book == Book::Online;
        let free = days.into_values().flatten().filter(is_later);
        let free: Vec<FreeStart> = free.take(ALTERNATIVES).collect();
        Ok(taken().with_member("alternatives", free))
    }

    async fn month_for(
        &self,
        booking: &Booking,
        first: Date,
        context: &Context<'_>,
    ) -> Result<Month, store::Error> {
        let today = context.clinic.local_date(context.now);
        let (from, to) = (first.max(today), first.last_of_month());
        let days = self.times_for(booking, from, to, context).await?;
        Ok(Month::of(first, days))
    }

    /// The free times of a month for a page: of the one that is looked at or, without one, of the booking's own, since most
    /// people look for a time near it, and at its day.
    pub(super) async fn times_to_choose(
        &self,
        booking: &Booking,
        look: Look,
        context: &Context<'_>,
    ) -> Result<Times, store::Error> {
        let clinic = &context.clinic;
        let today = clinic.local_date(context.now);
        let last = horizon(clinic, context.now);
        let asked = look.month();
        let near = asked.unwrap_or(booking.claim.date).clamp(today, last);
        let read = |first| self.month_for(booking, first, context);
        Ok(Times {
            month: month_to_show(near, asked.is_some(), last, read).await?,
            look: asked.map_or_else(|| Look::on(booking.claim.date), |_| look),
            practitioner: booking.claim.practitioner.clone(),
        })
    }
}

/// The month of `near` or, unless somebody asked for that one, the first from there on in which something is free. If
/// nothing is free up to `last`, it is the month of `near`, marked as full until then.
pub(super) async fn month_to_show<Reading: Future<Output = Result<Month, store::Error>>>(
    near: Date,
    is_asked_for: bool,
    last: Date,
    read: impl Fn(Date) -> Reading,
) -> Result<Month, store::Error> {
    let first = read(near.first_of_month()).await?;
    let mut later = near.first_of_month().saturating_add(1.month());
    if is_asked_for || !first.is_full() {
        return Ok(first);
    }
    while later <= last {
        let month = read(later).await?;
        if !month.is_full() {
            return Ok(month);
        }
        later = later.saturating_add(1.month());
    }
    Ok(first.full_until(last))
}

/// The claims that a booking could make at a start, those of its own practitioner first.
pub(super) fn own_first(mut claims: Vec<Claim>, booking: &Booking) -> Vec<Claim> {
    claims.sort_by_key(|claim| claim.practitioner != booking.claim.practitioner);
    claims
}
