//! The pages on which staff decline a request, propose other times, and record a no-show.

use jiff::Timestamp;
use maud::{Markup, html};
use shared::{
    clinic::Clinic,
    forms::Sheet,
    http::Fields,
    pages::{Keeping, Page, Section},
};

use super::{
    decision::Considered,
    month::Turn,
    steps::{CHANGE, enter},
    times::{Choose, Times},
};
use crate::{
    booking::fields::{NOTE, STARTS},
    context::Context,
};

impl Considered {
    /// The page on which staff decline.
    pub(crate) fn decline(&self, token: &str, sheet: &Sheet<'_>, clinic: &Clinic) -> Page {
        self.form_page(
            "Decline this request?",
            "decision",
            token,
            &html! {
                input type="hidden" name="decision" value="decline";
                (self.seen(sheet))
                (summary(sheet))
                (self.without_mail())
                (note(sheet, self.has_email))
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
        sheet: &Sheet<'_>,
        context: &Context<'_>,
    ) -> Page {
        let clinic = &context.clinic;
        let lead = |turn: &Turn| {
            html! { button class=(turn.class) formaction={ "decision" (turn.part) } formnovalidate name=(CHANGE) value=(turn.look) { (turn.label) } }
        };
        self.form_page(
            "Propose other times",
            "decision",
            token,
            &html! {
                (enter())
                input type="hidden" name="decision" value="propose";
                (self.seen(sheet))
                (summary(sheet))
                (self.without_mail())
                p { "Choose up to five times. When the patient picks one, it is confirmed at once. Until then we keep holding the requested time, but not the times you propose." }
                (times.boxes(Choose::Several, &ticked(sheet.fields), sheet.error(&STARTS), &lead, context))
                (note(sheet, self.has_email))
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
                p { a href={ "decision?token=" (token) } { "Cancel" } }
            },
        )
        .in_section(Section::Staff)
        .kept_by(Keeping::Browser)
    }
}

/// What is wrong with what staff have filled in, on top of the form.
fn summary(sheet: &Sheet<'_>) -> Markup {
    sheet.summary(
        "There is a problem",
        &[NOTE, STARTS],
        "Something went wrong with the form. Go back to the mail and open its link again.",
    )
}

fn note(sheet: &Sheet<'_>, has_email: bool) -> Markup {
    let hint = if has_email {
        "It appears in the mail and on their appointment page (optional)"
    } else {
        "It appears on their appointment page (optional)"
    };
    sheet.input(&NOTE, Some(hint))
}

/// The times that were ticked, in order.
pub(crate) fn ticked(fields: &Fields) -> Vec<Timestamp> {
    let starts = fields.form().list(STARTS.name).unwrap_or_default();
    let starts = starts.into_iter().filter_map(|start| start.parse().ok());
    let mut starts: Vec<Timestamp> = starts.collect();
    starts.sort_unstable();
    starts.dedup();
    starts
}
