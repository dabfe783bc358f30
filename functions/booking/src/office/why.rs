//! Why a start is offered or not: the same rules that refuse a booking, in words.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};
use shared::{
    clinic::{Clinic, Patients, Practitioner, Service},
    store::Error,
    values::{PractitionerId, ServiceId},
};

use super::{Office, spoken_range};
use crate::{
    booking::{Claim, practitioner_name},
    rules::{Refused, Verdict, accepted, judge},
    time::{Obstacle, Owner, Search, Slot, is_open_for, slots},
};

/// A start that somebody asks about.
#[derive(Clone, Debug)]
pub struct Question {
    pub service: ServiceId,
    /// `None` is any practitioner who offers the service.
    pub practitioner: Option<PractitionerId>,
    pub start: Timestamp,
    /// Whether the patient was here before; `None` leaves that rule out.
    pub returning: Option<bool>,
}

/// Why a start is offered or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// The last part of the problem's type with which a booking is refused. `None` when it is not.
    pub refusal: Option<&'static str>,
    /// The rule, in a sentence.
    pub sentence: String,
    /// What stands in the way of each practitioner or room, in a sentence each.
    pub details: Vec<String>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum WhyError {
    #[error("the clinic has no service \"{0}\"")]
    NoService(ServiceId),
    #[error("\"{0}\" does not offer this service")]
    NoPractitioner(PractitionerId),
    #[error("the days cannot be read")]
    Unavailable(#[from] Error),
}

impl Office {
    /// Why a start is offered or not.
    ///
    /// # Errors
    /// [`WhyError`].
    pub async fn why(&self, question: &Question, now: Timestamp) -> Result<Why, WhyError> {
        let clinic = &self.clinic;
        let no_service = || WhyError::NoService(question.service.clone());
        let service = clinic.service(question.service.as_str());
        let service = service.ok_or_else(no_service)?;
        let mut practitioners: Vec<&Practitioner> = clinic.offering(service).collect();
        if let Some(only) = &question.practitioner {
            practitioners.retain(|one| one.id == *only);
            if practitioners.is_empty() {
                return Err(WhyError::NoPractitioner(only.clone()));
            }
        }
        let returning = question.returning;
        if let Some(Err(refused)) = returning.map(|returning| accepted(service, returning)) {
            return Ok(self.refused(refused, question.start, (service, &practitioners), now));
        }
        let date = clinic.local_date(question.start);
        let search = Search {
            service,
            practitioners,
            from: date,
            to: date,
        };
        let calendar = self.days.of(&search).await?;
        let practitioners = search.practitioners;
        let verdict = judge(
            question.start,
            service,
            &practitioners,
            &calendar,
            (clinic, now),
        );
        Ok(match verdict {
            Verdict::Bookable(claims) => self.bookable(&claims),
            Verdict::Refused(refused) => {
                self.refused(refused, question.start, (service, &practitioners), now)
            }
            Verdict::Taken(taken) => self.taken(&taken),
        })
    }

    fn bookable(&self, claims: &[Claim]) -> Why {
        let mut names: Vec<&str> = Vec::new();
        for claim in claims {
            let name = practitioner_name(&claim.practitioner, &self.clinic);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Why {
            refusal: None,
            sentence: format!("It is offered online, with {}.", names.join(" or ")),
            details: Vec::new(),
        }
    }

    fn taken(&self, taken: &[(Claim, Owner, Obstacle)]) -> Why {
        let mut details: Vec<String> = Vec::new();
        for (_, owner, obstacle) in taken {
            let detail = self.obstacle(owner, obstacle);
            if !details.contains(&detail) {
                details.push(detail);
            }
        }
        Why {
            refusal: Some("slot_taken"),
            sentence: "It is not free.".to_owned(),
            details,
        }
    }

    fn obstacle(&self, owner: &Owner, obstacle: &Obstacle) -> String {
        let clinic = &self.clinic;
        let name = match owner {
            Owner::Practitioner(id) => practitioner_name(id, clinic),
            Owner::Room(id) => clinic.room(id).map_or(id.as_str(), |room| &room.name),
        };
        match obstacle {
            Obstacle::Visit => {
                format!("{name} has another visit, or its buffer, at that time.")
            }
            Obstacle::TimeOff(off) => format!(
                "{name} has time off ({}) {}",
                off.id,
                spoken_range(off.from, off.to, clinic)
            ),
        }
    }

    fn refused(
        &self,
        refused: Refused,
        start: Timestamp,
        (service, practitioners): (&Service, &[&Practitioner]),
        now: Timestamp,
    ) -> Why {
        let rules = self.clinic.booking();
        let sentence = match refused {
            Refused::PatientsNotAccepted(Patients::Returning) => {
                "The service is for patients who were here before.".to_owned()
            }
            Refused::PatientsNotAccepted(_) => {
                "The service is for patients who were not here before.".to_owned()
            }
            Refused::TooSoon if start <= now => "That time has passed.".to_owned(),
            Refused::TooSoon => format!(
                "The start is within the minimum notice of {} hours. If it is free, the page shows the phone number instead.",
                rules.minimum_notice.as_hours()
            ),
            Refused::TooFar => format!(
                "The start is more than {} days ahead and cannot be booked yet.",
                rules.horizon_days
            ),
            Refused::OutsideHours => "The service does not start at that time.".to_owned(),
        };
        let details = match refused {
            Refused::OutsideHours => practitioners
                .iter()
                .map(|one| no_start(start, service, one, &self.clinic))
                .collect::<BTreeSet<String>>()
                .into_iter()
                .collect(),
            _ => Vec::new(),
        };
        Why {
            refusal: Some(refused.name()),
            sentence,
            details,
        }
    }
}

/// Why a practitioner has no start at that time, however free their day is.
fn no_start(
    start: Timestamp,
    service: &Service,
    practitioner: &Practitioner,
    clinic: &Clinic,
) -> String {
    let date = clinic.local_date(start);
    let name = &practitioner.name;
    let mut closures = clinic.closures().iter();
    if let Some(closure) = closures.find(|one| one.from <= date && date <= one.to) {
        return format!("The clinic is closed on {date} ({}).", closure.reason);
    }
    if practitioner.hours.on(date.weekday()).is_empty() {
        return format!("{name} does not work on {}s.", date.strftime("%A"));
    }
    let whole = whole(start, service, practitioner, date, clinic);
    if !whole {
        return format!(
            "{name} is not working for the whole {} minutes.",
            service.duration.as_mins()
        );
    }
    let all = slots(clinic, service, practitioner, date);
    let near = all
        .iter()
        .min_by_key(|slot| slot.start.duration_since(start).abs());
    match near {
        Some(near) => format!(
            "{name} has starts every {} minutes from the opening; the nearest is {}",
            clinic.booking().step.as_mins(),
            clinic.spoken_time(near.start)
        ),
        None => format!("{name} has no period on that day that is long enough."),
    }
}

/// Whether the practitioner is there for all of a visit that begins then.
fn whole(
    start: Timestamp,
    service: &Service,
    practitioner: &Practitioner,
    date: Date,
    clinic: &Clinic,
) -> bool {
    let Ok(end) = start.checked_add(service.duration) else {
        return false;
    };
    let slot = Slot {
        start,
        end,
        cells: crate::time::Cells::between(0, 0),
    };
    is_open_for(clinic, &practitioner.id, date, &slot)
}
