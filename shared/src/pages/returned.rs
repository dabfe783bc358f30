//! What staff's pages say of an address that mail came back from.

use maud::{Markup, html};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{clinic::Clinic, local_time::LocalTime, outbox::Returned};

/// An address that is not written to, because mail came back from it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ReturnedAddress)]
pub struct ReturnedAddress {
    /// When the last mail came back.
    #[schema(value_type = String, format = DateTime)]
    since: LocalTime,
    /// Why, in words.
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
                    "Our email to this person came back on " (clinic.spoken_time(self.since.moment())) " Reason: " (self.reason)
                    ". We do not write to this address any more. Please call them, and ask whether the address is right."
                }
                (again)
            }
        }
    }
}
