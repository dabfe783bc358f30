//! Which wishes can be booked: for whom a service is, the minimum notice, the horizon, the hours.

use jiff::Timestamp;
use shared::clinic::{Clinic, Patients, Practitioner};

use crate::{
    booking::Wish,
    time::{Slot, horizon, is_too_soon, slots},
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

/// The practitioners who have a slot at that start, each with the slot.
///
/// # Errors
/// [`Refused`].
pub(crate) fn candidates<'a>(
    wish: &Wish<'a>,
    clinic: &'a Clinic,
    now: Timestamp,
) -> Result<Vec<(&'a Practitioner, Slot)>, Refused> {
    let patients = wish.service.patients;
    if !patients.include(wish.patient.returning) {
        return Err(Refused::PatientsNotAccepted(patients));
    }
    if is_too_soon(wish.start, clinic, now) {
        return Err(Refused::TooSoon);
    }
    let date = clinic.local_date(wish.start);
    if date > horizon(clinic, now) {
        return Err(Refused::TooFar);
    }
    let slot = |one: &'a Practitioner| {
        let mut slots = slots(clinic, wish.service, one, date).into_iter();
        Some((one, slots.find(|slot| slot.start == wish.start)?))
    };
    let people = wish.practitioners(clinic).into_iter();
    let candidates: Vec<_> = people.filter_map(slot).collect();
    if candidates.is_empty() {
        return Err(Refused::OutsideHours);
    }
    Ok(candidates)
}
