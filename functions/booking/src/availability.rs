//! `GET /availability`: free starts by local date.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use jiff::{Timestamp, ToSpan, civil::Date};
use serde::Serialize;
use shared::{
    clinic::{Clinic, Practitioner, Service},
    http::{Fields, Problem, ProblemDocument, Query},
    transaction::StoreError,
    values::{Code, Invalid},
};
use utoipa::ToSchema;

use crate::{
    BookingDesk,
    day::{Calendar, Days},
    schedule::slots,
};

/// The contract's limit for a range.
const LONGEST_RANGE_DAYS: i32 = 31;

/// What is asked for: a service, days, perhaps one practitioner.
pub(crate) struct Search<'a> {
    pub(crate) service: &'a Service,
    pub(crate) practitioners: Vec<&'a Practitioner>,
    pub(crate) from: Date,
    pub(crate) to: Date,
}

/// A free start, and who is free then.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct FreeStart {
    #[schema(format = DateTime)]
    pub(crate) start: String,
    #[schema(format = DateTime)]
    end: String,
    practitioners: Vec<String>,
    pub(crate) book: Book,
    #[serde(skip)]
    pub(crate) at: Timestamp,
}

/// How a start can be booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Book {
    Online,
    /// It is inside the minimum notice.
    Call,
}

#[derive(Serialize, ToSchema)]
struct Availability<'a> {
    service: &'a str,
    time_zone: &'a str,
    days: BTreeMap<Date, Vec<FreeStart>>,
}

/// Free starts of a service. Every day of the range is a key, free or not.
#[utoipa::path(
    get, path = "/availability", tag = "booking", operation_id = "showAvailability",
    params(
        ("service" = String, Query, description = "Its id"),
        ("practitioner" = Option<String>, Query, description = "Only theirs"),
        ("from" = String, Query, format = Date, description = "The first day, in the clinic's time zone"),
        ("to" = String, Query, format = Date, description = "The last day; at most 31 days in all"),
    ),
    responses(
        (status = 200, description = "Free starts by day; every day of the range is there", body = Availability),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn availability(
    State(desk): State<BookingDesk>,
    Query(query): Query,
) -> Result<Response, Problem> {
    let clinic = desk.clinic.current();
    let search = Search::parse(&query, &clinic)?;
    let days = search.run(&desk.days, &clinic, desk.clock.now()).await?;
    let answer = Availability {
        service: &search.service.id,
        time_zone: &clinic.time_zone_name,
        days,
    };
    let fresh = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((fresh, axum::Json(answer)).into_response())
}

impl<'a> Search<'a> {
    fn parse(query: &Fields, clinic: &'a Clinic) -> Result<Self, Problem> {
        let mut form = query.form();
        let service = form.required("service", |id| service(id, clinic));
        let practitioner = form.optional("practitioner", |id| match &service {
            Ok(service) => practitioner(id, service, clinic),
            Err(_) => known(clinic.practitioner(id), "Choose one of the practitioners"),
        });
        let from = form.required("from", date);
        let to = form.required("to", date);
        if let (Ok(from), Ok(to)) = (from, to) {
            let days = (to - from).get_days() + 1;
            if !(1..=LONGEST_RANGE_DAYS).contains(&days) {
                let message =
                    format!("Ask for 1 to {LONGEST_RANGE_DAYS} days, from the first to the last");
                let _: Result<(), _> = form.reject("to", Invalid::new(Code::Invalid, message));
            }
        }
        form.finish()?;
        let service = service?;
        Ok(Self {
            service,
            practitioners: practitioner?
                .map_or_else(|| clinic.offering(service).collect(), |one| vec![one]),
            from: from?,
            to: to?,
        })
    }

    /// Reads the days and leaves what is free.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn run(
        &self,
        days: &Days,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<BTreeMap<Date, Vec<FreeStart>>, StoreError> {
        let ids = self
            .practitioners
            .iter()
            .map(|practitioner| practitioner.id.as_str());
        let calendar = days.read(ids, self.from, self.to).await?;
        let range = self
            .from
            .series(1.day())
            .take_while(|date| *date <= self.to);
        Ok(range
            .map(|date| (date, self.free(date, &calendar, clinic, now)))
            .collect())
    }

    fn free(
        &self,
        date: Date,
        calendar: &Calendar,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Vec<FreeStart> {
        if date > horizon(clinic, now) {
            return Vec::new();
        }
        let mut starts: BTreeMap<Timestamp, FreeStart> = BTreeMap::new();
        for practitioner in &self.practitioners {
            let busy = calendar
                .get(&(practitioner.id.clone(), date))
                .cloned()
                .unwrap_or_default();
            let slots = slots(clinic, self.service, practitioner, date).into_iter();
            for slot in slots.filter(|slot| slot.start > now && busy.leaves_free(slot.cells)) {
                let free = starts.entry(slot.start).or_insert_with(|| FreeStart {
                    start: clinic.local_time(slot.start),
                    end: clinic.local_time(slot.end),
                    practitioners: Vec::new(),
                    book: if is_too_soon(slot.start, clinic, now) {
                        Book::Call
                    } else {
                        Book::Online
                    },
                    at: slot.start,
                });
                free.practitioners.push(practitioner.id.clone());
            }
        }
        starts.into_values().collect()
    }
}

/// The last day that can be booked.
pub(crate) fn horizon(clinic: &Clinic, now: Timestamp) -> Date {
    let today = clinic.local_date(now);
    today.saturating_add(i64::from(clinic.booking.horizon_days).days())
}

/// Whether a start is inside the minimum notice.
pub(crate) fn is_too_soon(start: Timestamp, clinic: &Clinic, now: Timestamp) -> bool {
    start.duration_since(now) < clinic.booking.minimum_notice || start <= now
}

/// The service of this id.
pub(crate) fn service<'a>(id: &str, clinic: &'a Clinic) -> Result<&'a Service, Invalid> {
    if id.is_empty() {
        return Err(Invalid::new(Code::Required, "Choose a service"));
    }
    known(clinic.service(id), "Choose one of the services")
}

/// The practitioner of this id, who has to offer the service.
pub(crate) fn practitioner<'a>(
    id: &str,
    service: &Service,
    clinic: &'a Clinic,
) -> Result<&'a Practitioner, Invalid> {
    let offering = clinic
        .practitioner(id)
        .filter(|one| service.practitioners.contains(&one.id));
    known(offering, "Choose somebody who offers this service")
}

fn known<T>(found: Option<T>, message: &str) -> Result<T, Invalid> {
    found.ok_or_else(|| Invalid::new(Code::NotAllowed, message))
}

fn date(text: &str) -> Result<Date, Invalid> {
    if text.is_empty() {
        return Err(Invalid::new(Code::Required, "Give a date, like 2026-12-01"));
    }
    // Only the plain form: jiff also reads dates with times behind them.
    let plain = text.len() == 10;
    let date = text.parse().ok().filter(|_| plain);
    date.ok_or_else(|| Invalid::new(Code::Invalid, "Write the date as 2026-12-01"))
}
