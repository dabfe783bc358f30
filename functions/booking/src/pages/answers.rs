//! The pages on which staff decline a request, propose other times, and record a no-show.

use jiff::Timestamp;
use maud::{Markup, html};
use shared::{clinic::Clinic, http::Fields, pages::Page};

use super::{
    decision::Considered,
    times::{Choose, Times},
};
use crate::{context::Context, time::horizon};

impl Considered {
    /// The page on which staff decline.
    pub(crate) fn decline(&self, token: &str, filled: &Filled, clinic: &Clinic) -> Page {
        self.form_page(
            "Decline this request?",
            "decision",
            token,
            &html! {
                input type="hidden" name="decision" value="decline";
                (self.seen())
                (filled.error())
                (self.without_mail())
                (filled.note(self.has_email))
                div.actions { button { "Decline and free the time" } }
            },
            clinic,
        )
    }

    /// The page on which staff propose other times.
    pub(crate) fn propose(
        &self,
        times: &Times,
        token: &str,
        filled: &Filled,
        context: &Context<'_>,
    ) -> Page {
        let clinic = &context.clinic;
        let today = clinic.local_date(context.now);
        let address = format!("decision?token={token}&decision=propose");
        let other_days = times.other_days(&address, today, horizon(clinic, context.now));
        self.form_page(
            "Propose other times",
            "decision",
            token,
            &html! {
                input type="hidden" name="decision" value="propose";
                (self.seen())
                (filled.error())
                (self.without_mail())
                p { "Choose up to five times. When the patient picks one, it is confirmed at once. Until then we keep holding the requested time, but not the times you propose." }
                (times.boxes(Choose::Several, &filled.starts, clinic))
                (other_days)
                (filled.note(self.has_email))
                div.actions { button { "Propose these times" } }
            },
            clinic,
        )
    }

    /// The page on which staff note that the patient did not come.
    pub(crate) fn no_show(&self, token: &str, clinic: &Clinic) -> Page {
        self.form_page(
            "Record a no-show?",
            "no-show",
            token,
            &html! {
                p { "This cannot be undone. The patient's page will say that they did not come." }
                div.actions { button { "Record the no-show" } }
            },
            clinic,
        )
    }

    /// A page of its own for a decision that cannot be taken back: some mail scanners press the buttons of the page
    /// that a mail links to.
    fn form_page(
        &self,
        heading: &str,
        action: &str,
        token: &str,
        form: &Markup,
        clinic: &Clinic,
    ) -> Page {
        Page::new(
            heading,
            &html! {
                (self.facts(clinic))
                form method="post" action=(action) {
                    input type="hidden" name="token" value=(token);
                    (form)
                }
                p { a href={ "decision?token=" (token) } { "Back without changes" } }
            },
        )
    }
}

/// What staff have filled in, to be shown again with its mistake.
#[derive(Default)]
pub(crate) struct Filled {
    note: String,
    starts: Vec<String>,
    error: Option<String>,
}

impl Filled {
    pub(crate) fn of(fields: &Fields) -> Self {
        let starts = fields.form().list("starts");
        Self {
            note: fields.peek("note").unwrap_or_default().to_owned(),
            starts: starts
                .unwrap_or_default()
                .into_iter()
                .map(str::to_owned)
                .collect(),
            error: None,
        }
    }

    pub(crate) fn with_error(self, error: String) -> Self {
        let error = Some(error);
        Self { error, ..self }
    }

    /// The first of the times that were ticked.
    pub(crate) fn first_start(&self) -> Option<Timestamp> {
        let starts = self.starts.iter();
        starts.filter_map(|start| start.parse().ok()).min()
    }

    fn error(&self) -> Markup {
        html! { @if let Some(error) = &self.error { p.error role="alert" { (error) } } }
    }

    fn note(&self, has_email: bool) -> Markup {
        let hint = if has_email {
            "It appears in the mail and on their appointment page."
        } else {
            "It appears on their appointment page."
        };
        html! {
            p {
                label for="note" { "Message to the patient (optional)" }
                span.hint id="note-hint" { (hint) }
                textarea id="note" name="note" rows="3" maxlength="500" dir="auto" aria-describedby="note-hint" { (self.note) }
            }
        }
    }
}
