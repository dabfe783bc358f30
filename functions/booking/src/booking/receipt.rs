//! The answer to somebody who asked for an appointment.

use serde::{Deserialize, Serialize};
use shared::{
    clinic::Clinic,
    guard::Repeatable,
    local_time::LocalTime,
    reference::Reference,
    values::{PractitionerId, ServiceId},
};
use utoipa::ToSchema;

use super::{Booking, Status};

/// The answer to somebody who asked for an appointment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = BookingReceipt)]
pub(crate) struct Receipt {
    pub(crate) reference: Reference,
    pub(crate) status: Status,
    #[schema(value_type = String)]
    pub(crate) service: ServiceId,
    #[schema(value_type = String)]
    pub(crate) practitioner: PractitionerId,
    #[schema(value_type = String, format = DateTime)]
    pub(crate) start: LocalTime,
    #[schema(value_type = String, format = DateTime)]
    pub(crate) end: LocalTime,
    /// Only for the network that asked for the booking first: another one has it by mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri")]
    pub(crate) manage_url: Option<String>,
}

impl Repeatable for Receipt {
    fn for_another_sender(self) -> Self {
        Self {
            manage_url: None,
            ..self
        }
    }
}

impl Receipt {
    pub(crate) fn of(booking: &Booking, manage_url: String, clinic: &Clinic) -> Self {
        Self {
            reference: booking.reference.clone(),
            status: booking.status,
            service: booking.service.clone(),
            practitioner: booking.claim.practitioner.clone(),
            start: clinic.local_time(booking.claim.start()),
            end: clinic.local_time(booking.claim.end()),
            manage_url: Some(manage_url),
        }
    }
}
