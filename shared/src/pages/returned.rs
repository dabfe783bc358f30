//! What staff's pages say of an address that is not written to any more.

use maud::{Markup, html};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{clinic::Clinic, local_time::LocalTime, outbox::Returned};

/// An address that is not written to, because mail came back from it or was reported as spam.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ReturnedAddress)]
pub struct ReturnedAddress {
    /// Since when it is not written to.
    #[schema(value_type = String, format = DateTime)]
    since: LocalTime,
    /// Why it is not written to, in words for staff.
    reason: String,
}

impl ReturnedAddress {
    /// `None` when the address is written to.
    #[must_use]
    pub fn of(returned: Option<&Returned>, clinic: &Clinic) -> Option<Self> {
        let held_back = returned.filter(|returned| returned.is_held_back())?;
        Some(Self {
            since: clinic.local_time(held_back.since.0),
            reason: held_back.reason.clone(),
        })
    }

    /// What has happened, above `again`, the form with which staff have it written to again.
    #[must_use]
    pub fn notice(&self, again: &Markup, clinic: &Clinic) -> Markup {
        html! {
            div.notice {
                p {
                    "We do not email this person any more: " (self.reason) ". This has been so since "
                    (clinic.spoken_time(self.since.moment())) " Please call them instead."
                }
                (again)
            }
        }
    }
}
