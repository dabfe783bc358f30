//! The office of a front desk, as an operator has it with `--local`.

use std::sync::Arc;

use booking::{InTheWay, ListedTimeOff, NewTimeOff, Office};
use jiff::Timestamp;
use shared::{
    audit::Actor,
    aws::Aws,
    clinic::{Clinic, PublishedClinic},
    environment::Environment,
    values::PractitionerId,
};

use crate::Desk;

/// The office of this front desk.
pub async fn office(desk: &Desk) -> Office {
    let environment: Environment = desk.environment().await.into_iter().collect();
    let client = Aws::from_environment(&environment).unwrap().dynamodb();
    let clinic = PublishedClinic::find(&client, "ClinicTable").await;
    let clinic = clinic.unwrap().expect("a clinic is published");
    let clinic = Arc::new(Clinic::read(&clinic).unwrap());
    let operator = Actor::Operator("test".to_owned());
    Office::open(&client, &environment, clinic, operator).unwrap()
}

/// What time it is at the front desk.
pub async fn now(desk: &Desk) -> Timestamp {
    let clock = desk.get("/_local/clock").await.json();
    clock["now"].as_str().unwrap().parse().unwrap()
}

/// A time off of that practitioner.
#[must_use]
pub fn time_off(practitioner: &str, from: &str, to: &str) -> NewTimeOff {
    NewTimeOff {
        practitioner: PractitionerId::parse(practitioner).unwrap(),
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
        reason: None,
        tell_patients: false,
    }
}

/// Adds a time off, and returns it with the visits in its way.
pub async fn add(desk: &Desk, new: NewTimeOff) -> (ListedTimeOff, Vec<InTheWay>) {
    let added = office(desk).await.add_time_off(new, now(desk).await).await;
    let added = added.unwrap();
    assert!(added.are_all, "the visits explain what is taken");
    (added.time_off, added.visits)
}
