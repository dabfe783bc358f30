//! What is stored about people, and for how long: from the clinic's own settings.

use maud::html;
use shared::{
    clinic::Clinic,
    pages::{Keeping, Page, phone},
};

pub(crate) fn page(clinic: &Clinic) -> Page {
    let keep = clinic.retention();
    let text_by_mail = clinic.contact().text_by_mail;
    Page::new(
        "Privacy",
        &html! {
            p.lead { "What this website stores about you, why, and for how long." }
            h2 { "When you write to us" }
            p { "We store your name, how we can reach you, and your message, so that we can answer. You agree to this text:" }
            blockquote { (clinic.contact().consent.text) }
            p { "We delete messages after " (days(keep.messages_days)) "." }
            h2 { "When you book an appointment" }
            p { "We store your name, how we can reach you, the appointment, and the reason for your visit. You agree to this text:" }
            blockquote { (clinic.booking().consent.text) }
            p { "We delete bookings " (days(keep.bookings_days)) " after the appointment. We delete a waiting-list entry 30 days after the last day that you wanted." }
            h2 { "The emails that we send you" }
            p { "We keep a copy of each for " (days(keep.mails_days)) ". " @if text_by_mail { "Emails to our staff may repeat what you wrote." } @else { "No email repeats what you wrote about your health." } }
            h2 { "Who sees it" }
            p { "Our staff. We record who has read or changed what, for " (days(keep.audit_days)) "; that record holds nothing about you but a reference number. Backups keep what was deleted for up to 35 days more." }
            h2 { "What this website does not do" }
            p { "It sets no cookies, loads nothing from other companies, and does not track you. To stop abuse, we count requests by a coded form of your network address; the code changes daily." }
            h2 { "Your rights" }
            p { "You can ask us what we have stored about you, and ask us to correct or delete it: call " (phone(clinic)) " or " a href="/contact" { "write to us" } "." }
        },
    )
    .kept_by(Keeping::Everybody)
}

/// `90 days`, `one year`, `10 years`.
fn days(days: u32) -> String {
    match days {
        1 => "one day".to_owned(),
        365 => "one year".to_owned(),
        days if days % 365 == 0 => format!("{} years", days / 365),
        days => format!("{days} days"),
    }
}
