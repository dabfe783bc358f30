//! The mails about a booking.

use shared::{
    outbox::{
        Appointment, BookingCancelled, BookingChangedToStaff, BookingConfirmed, BookingDeclined,
        BookingExpired, BookingLink, BookingLinks, BookingMoved, BookingProposed, BookingReminder,
        BookingRequested, BookingToStaff, Change, Kind, Letter, Mail, ProposedStart, Standing,
        mail_id, part_id,
    },
    values::FreeText,
};

use crate::{
    booking::{
        Booking, Notice, Patient, Proposal, Reminders, Status, Transition, Withdrawn,
        practitioner_name, room_name, service_name,
    },
    context::Context,
};

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
        }
        .into(),
        Standing::Confirmed => BookingConfirmed {
            appointment,
            manage_url,
        }
        .into(),
    };
    let mut mails = vec![to_staff(new_to_staff(booking, context).into(), context)];
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
    let appointment = appointment(booking, context);
    let manage_url = context.manage_url(booking);
    let note = booking.note.clone();
    let letter = match notice {
        Notice::ChangedToStaff => {
            let changed = changed_to_staff(before, booking, context);
            return Some(to_staff(changed.into(), context));
        }
        Notice::Confirmed => BookingConfirmed {
            appointment,
            manage_url,
        }
        .into(),
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
        Notice::Moved => BookingMoved {
            appointment,
            manage_url,
            standing: standing(booking),
            before: before.claim.start(),
        }
        .into(),
        Notice::Cancelled => BookingCancelled {
            appointment,
            manage_url,
        }
        .into(),
        Notice::Expired => BookingExpired {
            appointment,
            manage_url,
            proposed: !before.proposed.is_empty(),
        }
        .into(),
    };
    to_patient(letter, booking)
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
    }
}

fn standing(booking: &Booking) -> Standing {
    match booking.status {
        Status::Requested => Standing::Requested,
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

/// What somebody wrote, if the clinic wants it in its mail, and whether the mail keeps it back. It is about their
/// health; otherwise the link leads to it.
fn written(text: Option<&FreeText>, context: &Context<'_>) -> (Option<FreeText>, bool) {
    let text_by_mail = context.clinic.contact().text_by_mail;
    let mailed = text.filter(|_| text_by_mail).cloned();
    (mailed, text.is_some() && !text_by_mail)
}

fn new_to_staff(booking: &Booking, context: &Context<'_>) -> BookingToStaff {
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
        suspicions: booking
            .suspicions
            .iter()
            .map(|reason| reason.words().to_owned())
            .collect(),
    }
}

fn changed_to_staff(
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
