//! The mails to staff about a booking.

use shared::{
    outbox::{BookingChangedToStaff, BookingToStaff, Change},
    values::FreeText,
};

use super::{appointment, standing};
use crate::{
    booking::{Booking, Patient, Status, room_name},
    context::Context,
};

/// What somebody wrote, if the clinic wants it in its mail, and whether the mail keeps it back. It is about their
/// health; otherwise the link leads to it.
fn written(text: Option<&FreeText>, context: &Context<'_>) -> (Option<FreeText>, bool) {
    let text_by_mail = context.clinic.contact().text_by_mail;
    let mailed = text.filter(|_| text_by_mail).cloned();
    (mailed, text.is_some() && !text_by_mail)
}

pub(super) fn new(booking: &Booking, context: &Context<'_>) -> BookingToStaff {
    let Patient {
        name,
        email,
        phone,
        returning,
    } = booking.patient.clone();
    let (reason, reason_kept_back) = written(booking.reason.as_ref(), context);
    BookingToStaff {
        standing: standing(booking),
        appointment: appointment(booking, context),
        room: room_name(booking, &context.clinic),
        name,
        email,
        phone,
        returning,
        reason,
        reason_kept_back,
        review_url: Some(context.decision_url(booking)),
        answer_by: booking.answer_by,
        suspicions: booking.suspicions_in_words(),
    }
}

pub(super) fn changed(
    before: &Booking,
    booking: &Booking,
    context: &Context<'_>,
) -> BookingChangedToStaff {
    let Patient {
        name, email, phone, ..
    } = booking.patient.clone();
    let (reason, reason_kept_back) = written(booking.cancel_reason.as_ref(), context);
    let moved = before.claim != booking.claim;
    BookingChangedToStaff {
        change: match (booking.status, before.status) {
            (Status::Cancelled, _) => Change::Cancelled,
            (Status::Expired, _) => Change::Expired,
            (Status::Confirmed, Status::Requested) => Change::Accepted,
            _ => Change::Moved,
        },
        standing: match booking.status {
            // It says what was called off: a request or an appointment.
            Status::Cancelled => standing(before),
            _ => standing(booking),
        },
        appointment: appointment(booking, context),
        room: room_name(booking, &context.clinic),
        before: moved.then(|| before.claim.start()),
        name,
        email,
        phone,
        reason,
        reason_kept_back,
        review_url: context.decision_url(booking),
        answer_by: booking.answer_by,
        proposed: !before.proposed.is_empty(),
    }
}
