//! Which wishes can be booked: for whom a service is, the minimum notice, the horizon, the hours.

use jiff::Timestamp;
use shared::clinic::{Clinic, Patients, Practitioner, Service};

use crate::{
    booking::{Claim, Wish},
    time::{horizon, is_too_soon},
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
    let patients = wish.service.patients;
    if !patients.include(wish.patient.returning) {
        return Err(Refused::PatientsNotAccepted(patients));
    }
    let practitioners = wish.practitioners(clinic);
    claims(wish.start, wish.service, &practitioners, clinic, now)
}

/// The time of each of the practitioners who has a slot at a start that can be booked.
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
    let claim = |one: &&Practitioner| Claim::at(start, service, one, clinic);
    let claims: Vec<Claim> = practitioners.iter().filter_map(claim).collect();
    if claims.is_empty() {
        return Err(Refused::OutsideHours);
    }
    Ok(claims)
}
