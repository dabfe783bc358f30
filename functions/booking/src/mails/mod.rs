//! The mails about a booking, and to the waiting list.

mod to_staff;
mod waitlist;

use shared::outbox::{
    Appointment, BookingCancelled, BookingConfirmed, BookingDeclined, BookingExpired, BookingLink,
    BookingLinks, BookingMoved, BookingMustMove, BookingProposed, BookingReminder,
    BookingRequested, Kind, Letter, Mail, ProposedStart, Standing, mail_id, part_id,
};

use crate::{
    booking::{
        Booking, Notice, Proposal, Reminders, Status, Transition, Withdrawn, practitioner_name,
        service_name,
    },
    context::Context,
};

pub(crate) use waitlist::{of_joining, of_offer};

/// The mails about a new booking: to staff, and, if the patient left an email address, their receipt or confirmation with
/// the link to their page, and the reminders of what is confirmed.
pub(crate) fn of_new(booking: &Booking, context: &Context<'_>) -> Vec<Mail> {
    let appointment = appointment(booking, context);
    let manage_url = context.manage_url(booking);
    let receipt = match standing(booking) {
        Standing::Requested => BookingRequested {
            appointment,
            manage_url,
            answer_by: booking.answer_by,
            restored: false,
        }
        .into(),
        Standing::Confirmed => BookingConfirmed {
            appointment,
            manage_url,
            restored: false,
        }
        .into(),
    };
    let mut mails = vec![to_staff(to_staff::new(booking, context).into(), context)];
    mails.extend(to_patient(receipt, booking));
    mails.extend(reminders(booking, booking.reminders.as_ref(), context));
    mails
}

/// The mails about a step in a booking's life.
pub(crate) fn of_transition(
    before: &Booking,
    step: &Transition,
    context: &Context<'_>,
) -> Vec<Mail> {
    let notices = step.notices.iter();
    let mails = notices.filter_map(|notice| mail(*notice, before, &step.after, context));
    let reminders = reminders(&step.after, step.reminders(), context);
    mails.chain(reminders).collect()
}

/// The mail of a notice; `None` if it is for a patient who left no address.
fn mail(
    notice: Notice,
    before: &Booking,
    booking: &Booking,
    context: &Context<'_>,
) -> Option<Mail> {
    let about = |letter| to_patient(letter, booking);
    match notice {
        Notice::NewToStaff => Some(to_staff(to_staff::new(booking, context).into(), context)),
        Notice::ChangedToStaff => {
            let changed = to_staff::changed(before, booking, context);
            Some(to_staff(changed.into(), context))
        }
        Notice::Requested | Notice::Confirmed | Notice::Declined | Notice::Proposed => {
            about(answer(notice, before, booking, context))
        }
        Notice::Moved | Notice::MustMove | Notice::Cancelled | Notice::Expired => {
            about(change(notice, before, booking, context))
        }
    }
}

/// What the clinic answers to a patient.
fn answer(notice: Notice, before: &Booking, booking: &Booking, context: &Context<'_>) -> Letter {
    // What stands as it was, though they were asked to choose another time.
    let restored = before.must_move.is_some()
        && (before.status, &before.claim) == (booking.status, &booking.claim);
    let appointment = appointment(booking, context);
    let manage_url = context.manage_url(booking);
    let note = booking.note.clone();
    match notice {
        Notice::Declined => BookingDeclined {
            appointment,
            manage_url,
            note,
        }
        .into(),
        Notice::Proposed => BookingProposed {
            proposed: proposed(booking, context),
            answer_by: booking.answer_by.unwrap_or(appointment.start),
            appointment,
            manage_url,
            note,
        }
        .into(),
        Notice::Requested => BookingRequested {
            appointment,
            manage_url,
            answer_by: booking.answer_by,
            restored,
        }
        .into(),
        _ => BookingConfirmed {
            appointment,
            manage_url,
            restored,
        }
        .into(),
    }
}

/// What has changed about a patient's booking.
fn change(notice: Notice, before: &Booking, booking: &Booking, context: &Context<'_>) -> Letter {
    let appointment = appointment(booking, context);
    let manage_url = context.manage_url(booking);
    match notice {
        Notice::Moved => BookingMoved {
            appointment,
            manage_url,
            standing: standing(booking),
            before: before.claim.start(),
        }
        .into(),
        Notice::MustMove => BookingMustMove {
            appointment,
            manage_url,
        }
        .into(),
        Notice::Cancelled => BookingCancelled {
            appointment,
            manage_url,
        }
        .into(),
        _ => BookingExpired {
            appointment,
            manage_url,
            proposed: !before.proposed.is_empty(),
            offered: before.status == Status::Offered,
        }
        .into(),
    }
}

/// The ids of the mails that a step withdraws.
pub(crate) fn withdrawn(step: &Transition) -> Vec<String> {
    let about = step.after.reference.as_str();
    let Withdrawn { told, reminders } = &step.withdraws;
    let told = told.iter();
    let told = told.map(|told| mail_id(about, told.kind, told.revision));
    let reminders = reminders.iter().flat_map(|reminders| {
        let id = mail_id(about, Kind::BookingReminder, reminders.revision);
        let hours = reminders.hours.iter();
        hours.map(move |hours| part_id(&id, *hours))
    });
    told.chain(reminders).collect()
}

fn reminders(booking: &Booking, reminders: Option<&Reminders>, context: &Context<'_>) -> Vec<Mail> {
    let hours = reminders.into_iter().flat_map(|one| &one.hours);
    let letter = |hours: &u32| BookingReminder {
        appointment: appointment(booking, context),
        manage_url: context.manage_url(booking),
        hours: *hours,
    };
    let mails = hours.filter_map(|hours| to_patient(letter(hours).into(), booking));
    mails.collect()
}

/// The mail with the links to these bookings, which are of one patient; `None` if there are none.
pub(crate) fn of_links(bookings: &[Booking], context: &Context<'_>) -> Option<Mail> {
    let link = |booking: &Booking| BookingLink {
        standing: standing(booking),
        offered_until: booking
            .answer_by
            .filter(|_| booking.status == Status::Offered),
        appointment: appointment(booking, context),
        manage_url: context.manage_url(booking),
    };
    let letter = BookingLinks {
        asked_at: context.now,
        bookings: bookings.iter().map(link).collect(),
    };
    to_patient(letter.into(), bookings.first()?)
}

fn to_staff(letter: Letter, context: &Context<'_>) -> Mail {
    let to = context.clinic.mail().staff.clone();
    Mail { to, letter }
}

/// `None` if the patient left no address.
fn to_patient(letter: Letter, booking: &Booking) -> Option<Mail> {
    let to = booking.patient.email.clone()?;
    Some(Mail { to, letter })
}

/// What is booked, as mails and calendars tell it.
pub(crate) fn appointment(booking: &Booking, context: &Context<'_>) -> Appointment {
    let clinic = &context.clinic;
    let service = clinic.service(booking.service.as_str());
    let arrive = service.map(|service| service.arrive.as_mins());
    Appointment {
        reference: booking.reference.clone(),
        revision: booking.revision,
        service: service_name(&booking.service, clinic).to_owned(),
        practitioner: practitioner_name(&booking.claim.practitioner, clinic).to_owned(),
        start: booking.claim.start(),
        end: booking.claim.end(),
        place: booking.place(clinic),
        bring: service.and_then(|service| service.bring.clone()),
        arrive_minutes: arrive
            .and_then(|minutes| u32::try_from(minutes).ok())
            .unwrap_or(0),
        price: service.map(|service| clinic.spoken_price(service)),
    }
}

fn standing(booking: &Booking) -> Standing {
    match booking.status {
        Status::Requested | Status::Offered => Standing::Requested,
        _ => Standing::Confirmed,
    }
}

fn proposed(booking: &Booking, context: &Context<'_>) -> Vec<ProposedStart> {
    let of = |proposal: &Proposal| {
        let [one] = proposal.practitioners.as_slice() else {
            return None;
        };
        Some(practitioner_name(one, &context.clinic).to_owned())
    };
    let proposed = booking.proposed.iter().map(|proposal| ProposedStart {
        start: proposal.start,
        practitioner: of(proposal),
    });
    proposed.collect()
}
