//! Where a page is, so that its links and forms are relative: the front desk may be behind a path of a website.

use shared::reference::Reference;

/// The address of a page about a booking.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Here {
    /// The booking's own address: `/bookings/{reference}`.
    Booking,
    /// A page below it: `/bookings/{reference}/…`.
    Inside,
}

impl Here {
    /// The address of `/bookings/{reference}/{page}`, from here.
    pub(crate) fn to(self, page: &str, reference: &Reference) -> String {
        match self {
            Self::Booking => format!("{reference}/{page}"),
            Self::Inside => page.to_owned(),
        }
    }

    /// The address of `/bookings/links`, from here.
    pub(crate) fn to_links(self) -> &'static str {
        match self {
            Self::Booking => "links",
            Self::Inside => "../links",
        }
    }

    /// The address of `/bookings/{reference}`, from here.
    pub(crate) fn to_booking(self, reference: &Reference) -> String {
        match self {
            Self::Booking => reference.to_string(),
            Self::Inside => format!("../{reference}"),
        }
    }
}
