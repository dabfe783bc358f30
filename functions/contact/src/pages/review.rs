//! Staff's page of a message, in JSON and HTML.

use maud::{Markup, html};
use serde::Serialize;
use shared::{
    clinic::Clinic,
    guard::Reason,
    local_time::LocalTime,
    outbox::{Audience, Kind, MailState, StoredMail},
    pages::{Page, ReturnedAddress, Section},
    reference::Reference,
    values::{EmailAddress, FreeText, PersonName, PhoneNumber},
};
use utoipa::ToSchema;

use crate::message::{
    FiledMessage, Message, MessageState,
    decision::{Decision, Effect},
};

/// A message as staff see it.
#[derive(Serialize, ToSchema)]
#[schema(as = MessageReview)]
pub(crate) struct Review {
    reference: Reference,
    status: MessageState,
    #[schema(value_type = String)]
    received_at: LocalTime,
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<String>,
    reasons: Vec<Reason>,
    mails: Vec<MailView>,
    /// Only while the sender is not written to.
    #[serde(skip_serializing_if = "Option::is_none")]
    returned: Option<ReturnedAddress>,
    #[serde(skip)]
    was_mailed: bool,
    #[serde(skip)]
    pub(crate) notice: Option<&'static str>,
    /// Only in the answer to a POST that asks for it.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub(crate) content: Option<MessageContent>,
}

/// What somebody wrote, and who.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessageContent {
    name: PersonName,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<EmailAddress>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<PhoneNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<String>,
    message: FreeText,
}

#[derive(Serialize, ToSchema)]
#[schema(as = MailProgress)]
struct MailView {
    kind: Kind,
    state: MailState,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    at: Option<LocalTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl Review {
    pub(crate) fn of(
        filed: &FiledMessage,
        mails: &[StoredMail],
        returned: Option<ReturnedAddress>,
        clinic: &Clinic,
    ) -> Self {
        let message = &filed.message;
        Self {
            reference: message.reference.clone(),
            status: filed.state,
            received_at: clinic.local_time(message.received_at),
            topic: message.topic_name(clinic),
            reasons: filed.reasons.clone(),
            was_mailed: filed.mailed_at.is_some(),
            mails: mails
                .iter()
                .map(|mail| MailView::of(mail, clinic))
                .collect(),
            returned,
            notice: None,
            content: None,
        }
    }

    /// Whether mails are sent to its sender.
    pub(crate) fn is_written_to(&self) -> bool {
        self.returned.is_none()
    }

    /// Whether it is in the state that the decision leads to.
    pub(crate) fn is_after(&self, decision: Decision) -> bool {
        decision.effect(self.status, self.was_mailed) == Effect::Nothing
    }

    fn no_mails(&self) -> &'static str {
        match (self.was_mailed, self.status) {
            (true, _) => "The delivery records are no longer kept.",
            (false, MessageState::Spam | MessageState::Handled) => "None were sent.",
            (false, _) => "None yet: they go out when it is released.",
        }
    }

    fn why(&self) -> &'static str {
        match self.status {
            MessageState::Quarantined => "Why it is in quarantine",
            _ => "Why it was in quarantine",
        }
    }

    /// The forms lead to the page's own address, so that it can be opened again after a button.
    pub(crate) fn page(&self, token: &str, clinic: &Clinic) -> Page {
        let (heading, since) = match self.status {
            MessageState::Received => ("Message waiting for an answer", "Waiting since"),
            MessageState::Quarantined => ("Message in quarantine", "Waiting since"),
            MessageState::Handled => ("Message marked as done", "Received"),
            MessageState::Spam => ("Message marked as spam", "Received"),
        };
        let fits = |decision: Decision| decision.fits(self.status, self.was_mailed);
        let button = |action: &str, label: &str, class: Option<&str>| {
            html! {
                form method="post" action={ "review?token=" (token) } {
                    input type="hidden" name="token" value=(token);
                    button name="action" value=(action) class=[class] { (label) }
                }
            }
        };
        Page::new(
            heading,
            &html! {
                @if let Some(notice) = self.notice { p.notice role="status" { (notice) } }
                @if let Some(returned) = &self.returned {
                    (returned.notice(&button("write_again", "Write to this address again", Some("quiet")), clinic))
                }
                dl.chosen {
                    div { dt { "Reference" } dd { (self.reference.as_str()) } }
                    div { dt { (since) } dd { (clinic.spoken_time(self.received_at.moment())) } }
                    @if let Some(topic) = &self.topic { div { dt { "Topic" } dd { (topic) } } }
                    @if !self.reasons.is_empty() {
                        div { dt { (self.why()) } dd { @for reason in &self.reasons { p { (reason.words()) } } } }
                    }
                    div {
                        dt { "Emails" }
                        dd {
                            @if self.mails.is_empty() { p { (self.no_mails()) } }
                            @for mail in &self.mails { p { (mail.words(clinic)) } }
                        }
                    }
                }
                @if let Some(content) = &self.content { (content.markup()) }
                div.actions {
                    @if self.content.is_none() { (button("show", "Show the message", None)) }
                    @if fits(Decision::Release) { (button("release", "Release: it is from a person", None)) }
                    @if fits(Decision::Handled) { (button("handled", "Mark as done", Some("quiet"))) }
                    @if fits(Decision::Reopen) { (button("reopen", "Mark as not done", None)) }
                    @if fits(Decision::Spam) { (button("spam", "Mark as spam", Some("quiet"))) }
                }
                p.small { "The audit trail records who reads a message and what they decide." }
            },
        )
        .in_section(Section::Staff)
    }
}

impl MessageContent {
    pub(crate) fn of(message: Message) -> Self {
        Self {
            name: message.name,
            email: message.email,
            phone: message.phone,
            page: message.page,
            message: message.text,
        }
    }

    fn markup(&self) -> Markup {
        html! {
            dl.chosen {
                div { dt { "From" } dd dir="auto" { (self.name.as_str()) } }
                @if let Some(email) = &self.email { div { dt { "Email" } dd { a href=(email.mailto()) { (email.as_str()) } } } }
                @if let Some(phone) = &self.phone { div { dt { "Phone" } dd { a href=(phone.tel()) { (phone.as_str()) } } } }
                // Not a link: in quarantine nobody should open it by mistake.
                @if let Some(page) = &self.page { div { dt { "Sent from" } dd { (page) } } }
            }
            blockquote dir="auto" { (self.message.as_str()) }
        }
    }
}

impl MailView {
    fn of(mail: &StoredMail, clinic: &Clinic) -> Self {
        let last = mail.history.last();
        let state = mail.state();
        // What SES calls a mail that it took says nothing to staff.
        let failed = !matches!(state, MailState::Sent | MailState::Delivered);
        Self {
            kind: mail.letter.kind(),
            state,
            at: last.map(|entry| clinic.local_time(entry.at.0)),
            detail: last.filter(|_| failed).map(|entry| entry.detail.clone()),
        }
    }

    fn words(&self, clinic: &Clinic) -> String {
        let (who, instead) = match self.kind.audience() {
            Audience::Visitor => (
                "The receipt to the visitor",
                "Their address may be wrong: call them, if they left a number.",
            ),
            Audience::Staff => ("The mail to staff", "Please tell your technical support."),
        };
        let at = self.at.map(|at| clinic.spoken_time(at.moment()));
        let detail = self.detail.as_deref().unwrap_or("no reason given");
        let on = at.map_or_else(|| ".".to_owned(), |at| format!(" on {at}"));
        match self.state {
            MailState::Sent => format!("{who} was sent{on}"),
            MailState::Delivered => format!("{who} was delivered{on}"),
            MailState::Waiting if self.at.is_some() => {
                format!("{who} was not accepted{on}: {detail}. It will be tried again.")
            }
            MailState::Waiting | MailState::Leased => format!("{who} is on its way."),
            MailState::Bounced => format!("{who} came back{on}: {detail}. {instead}"),
            MailState::Complained => {
                format!("{who} was reported as spam{on}: {detail}. {instead}")
            }
            MailState::Failed => format!("{who} cannot be delivered: {detail}. {instead}"),
            MailState::Cancelled => format!("{who} was not sent because it is no longer needed."),
        }
    }
}
