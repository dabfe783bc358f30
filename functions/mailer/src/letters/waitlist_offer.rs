//! To somebody on the waiting list: a time has become free, and is held for them.

use shared::{clinic::Clinic, outbox::WaitlistOffer};

use super::{
    document::{Block, Draft, Link},
    parts::{brief_card, call_us, in_short},
};

pub(super) fn write(offer: &WaitlistOffer, clinic: &Clinic) -> Draft {
    let appointment = &offer.appointment;
    let by = clinic.spoken_time(offer.answer_by);
    let when = clinic.spoken_time_briefly(appointment.start);
    Draft {
        subject: format!("A time is free for you: {when}"),
        preview: format!("Please answer by {by} {}", in_short(appointment, clinic)),
        headline: "A time is free for you".to_owned(),
        blocks: vec![
            Block::paragraph(format!(
                "We are holding it for you until {by} After that, we will offer it to the next person."
            )),
            brief_card(appointment, clinic),
            Block::button("Take or decline this time", &offer.manage_url),
            Block::Paragraph(call_us("You can also call", clinic)),
            Block::Link(Link::new("Leave the waiting list", &offer.waitlist_url)),
        ],
    }
}
