//! To somebody on the waiting list: a time has become free, and is held for them.

use shared::{clinic::Clinic, outbox::WaitlistOffer};

use super::{
    document::{Block, Draft},
    parts::{hello, phone, what_and_when},
};

pub(super) fn write(offer: &WaitlistOffer, clinic: &Clinic) -> Draft {
    let appointment = &offer.appointment;
    let by = clinic.spoken_time(offer.answer_by);
    let opening = format!(
        "Good news: a time has become free for you. We are holding it until {by} If you do not take it by then, we will offer it to the next person."
    );
    let mut blocks = hello(&opening);
    blocks.push(Block::Facts(what_and_when(appointment, clinic)));
    blocks.push(Block::Link {
        label: "Take or decline this time".to_owned(),
        url: offer.manage_url.clone(),
    });
    blocks.push(Block::Link {
        label: "Leave the waiting list".to_owned(),
        url: offer.waitlist_url.clone(),
    });
    blocks.push(Block::Facts(vec![phone("Or call us", clinic)]));
    let when = clinic.spoken_time(appointment.start);
    Draft {
        subject: format!("A time is free for you: {when}"),
        blocks,
    }
}
