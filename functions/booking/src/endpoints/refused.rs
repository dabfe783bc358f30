//! Why a time cannot be had, as problems.

use axum::http::StatusCode;
use shared::{
    clinic::{Clinic, Patients},
    http::Problem,
};

use crate::rules::Refused;

/// 409: somebody else was faster.
pub(super) fn taken() -> Problem {
    let title = "Somebody has just taken this time";
    Problem::new(StatusCode::CONFLICT, "slot_taken", title)
        .with_detail("Please choose another time.")
}

/// 422: the time cannot be booked, however free it is.
pub(super) fn not_bookable(refused: Refused, clinic: &Clinic) -> Problem {
    let phone = clinic.phone().as_str();
    match refused {
        Refused::PatientsNotAccepted(patients) => {
            let title = match patients {
                Patients::Returning => "This service is for patients who were here before",
                Patients::New | Patients::Any => {
                    "This service is for patients who were not here before"
                }
            };
            Problem::unprocessable("patients_not_accepted", title)
                .with_detail(format!("Choose another service, or call {phone}."))
        }
        Refused::TooSoon => Problem::unprocessable("too_soon", "This is too soon to book online")
            .with_detail(format!("Choose a later start, or call {phone}.")),
        Refused::TooFar => {
            let days = clinic.booking().horizon_days;
            Problem::unprocessable("too_far", "This is too far ahead")
                .with_detail(format!("Choose a day within the next {days} days."))
        }
        Refused::OutsideHours => {
            Problem::unprocessable("outside_hours", "There is no appointment at this time")
                .with_detail("Choose one of the free times.")
        }
    }
}
