//! Why a time cannot be had, as problems.

use axum::http::StatusCode;
use shared::{
    clinic::{Clinic, Patients},
    http::Problem,
};

use crate::rules::Refused;

/// 429: too much in one network's or one person's name.
pub(super) fn too_many(seconds: u32, clinic: &Clinic) -> Problem {
    let phone = clinic.phone().as_str();
    let title = "We cannot take another request online now";
    Problem::too_many_requests(title, seconds)
        .with_detail(format!("Please call {phone}: we will book it for you."))
}

/// 409: somebody else was faster, or the practitioner is away.
pub(super) fn taken() -> Problem {
    let title = "This time is no longer available";
    Problem::new(StatusCode::CONFLICT, "slot_taken", title)
        .with_detail("Please choose another time.")
}

/// 422: the time cannot be booked, however free it is.
pub(super) fn not_bookable(refused: Refused, clinic: &Clinic) -> Problem {
    let phone = clinic.phone().as_str();
    let problem = |title| Problem::unprocessable(refused.name(), title);
    match refused {
        Refused::PatientsNotAccepted(patients) => {
            let title = match patients {
                Patients::Returning => "This service is for patients who were here before",
                Patients::New | Patients::Any => {
                    "This service is for patients who were not here before"
                }
            };
            problem(title).with_detail(format!("Choose another service, or call {phone}."))
        }
        Refused::TooSoon => problem("This is too soon to book online")
            .with_detail(format!("Choose a later start, or call {phone}.")),
        Refused::TooFar => {
            let days = clinic.booking().horizon_days;
            problem("This is too far ahead")
                .with_detail(format!("Choose a day within the next {days} days."))
        }
        Refused::OutsideHours => problem("There is no appointment at this time")
            .with_detail("Choose one of the free times."),
    }
}
