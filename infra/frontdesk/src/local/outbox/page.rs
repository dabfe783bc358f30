//! The outbox as pages: a list of all mails, and all about each.

use std::collections::HashMap;

use jiff::Timestamp;
use maud::{Markup, html};
use shared::{
    outbox::{MailState, StoredMail},
    pages::Page,
};

use super::sent::SentMail;

/// The widths at which a mail is shown, in CSS pixels: a phone's, and a computer's.
const WIDTHS: [(&str, u32); 2] = [("phone", 360), ("computer", 800)];

/// All mails, the newest first, and those that were not sent.
pub(super) fn list_page(mails: &[SentMail], stored: &HashMap<String, StoredMail>) -> Page {
    let mut unsent: Vec<&StoredMail> = stored.values().filter(|mail| !mail.is_sent()).collect();
    unsent.sort_by_key(|mail| (mail.first_due_at(), &mail.id));
    Page::new(
        "Outbox",
        &html! {
            @if mails.is_empty() { p { "No mail was sent yet. Send a message or ask for an appointment first." } }
            @for mail in mails.iter().rev() {
                article.listed {
                    h2 { a href={ "/_local/outbox/" (mail.id) "/page" } { (mail.subject) } }
                    p.small {
                        "To " strong { (mail.to.join(", ")) } " · " (mail.kind) " · " (moment(mail.sent_at))
                        @if let Some(stored) = stored.get(&mail.mail) { " · " (word(stored.state())) }
                    }
                }
            }
            @if !unsent.is_empty() {
                h2 { "Not sent" }
                @for mail in unsent {
                    article.listed {
                        h3 { (mail.id) }
                        p.small {
                            "To " strong { (mail.to.as_str()) } " · " (word(mail.state())) ", for " (moment(mail.first_due_at()))
                        }
                        (history(mail))
                    }
                }
            }
        },
    )
}

/// One mail: who it is from and for, what has become of it, how it looks, what it says.
pub(super) fn mail_page(mail: &SentMail, stored: Option<&StoredMail>) -> Page {
    Page::new(
        &mail.subject,
        &html! {
            p.small { a href="/_local/outbox" { "All mails" } }
            dl.facts {
                div { dt { "From" } dd { (mail.from) } }
                div { dt { "To" } dd { (mail.to.join(", ")) } }
                div { dt { "Answers to" } dd { (mail.reply_to.join(", ")) } }
                div { dt { "Sent" } dd { (moment(mail.sent_at)) } }
                div { dt { "Kind" } dd { (mail.kind) } }
                @if let Some(stored) = stored {
                    div { dt { "Id" } dd { (stored.id) } }
                    div { dt { "State" } dd { (word(stored.state())) } }
                }
            }
            @if let Some(stored) = stored { (history(stored)) }
            @for (device, width) in WIDTHS {
                h2 { "On a " (device) ", " (width) " pixels wide" }
                div.screens {
                    @for screen in ["light", "dark"] {
                        iframe title={ "The mail on a " (device) " with a " (screen) " screen" } loading="lazy"
                            src={ "/_local/outbox/" (mail.id) "/html?screen=" (screen) } width=(width) height="640" {}
                    }
                }
            }
            details { summary { "Text" } pre { (mail.text) } }
            @for file in &mail.files {
                details { summary { "Calendar file " (file.name) } pre { (file.media_type) "\n\n" (file.text) } }
            }
            details { summary { "As sent" } pre { (mail.source) } }
            p { a href={ "/_local/outbox/" (mail.id) } { "As sent, for a mail program" } }
        },
    )
}

fn history(mail: &StoredMail) -> Markup {
    html! {
        @if !mail.history.is_empty() {
            ol.small {
                @for entry in &mail.history { li { (moment(entry.at.0)) ": " (entry.what) @if !entry.detail.is_empty() { ", " (entry.detail) } } }
            }
        }
    }
}

fn moment(moment: Timestamp) -> Markup {
    html! { time datetime=(moment) { (moment.strftime("%Y-%m-%d %H:%M:%S UTC")) } }
}

fn word(state: MailState) -> &'static str {
    match state {
        MailState::Waiting => "waiting",
        MailState::Leased => "being sent",
        MailState::Sent => "sent",
        MailState::Delivered => "delivered",
        MailState::Bounced => "bounced",
        MailState::Complained => "reported as spam",
        MailState::Failed => "failed",
        MailState::Cancelled => "withdrawn",
    }
}
