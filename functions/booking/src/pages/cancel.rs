//! The page that asks once more before an appointment is cancelled.

use maud::html;
use shared::http::Page;

use super::{Here, booking::View};
use crate::context::Context;

/// A page inside the booking's address.
pub(crate) fn page(view: &View, token: &str, context: &Context<'_>) -> Page {
    let clinic = &context.clinic;
    let back = format!(
        "{}?token={token}",
        Here::Inside.to_booking(view.reference())
    );
    Page::new(
        if view.is_request() {
            "Cancel this request?"
        } else {
            "Cancel this appointment?"
        },
        &html! {
            (view.facts(clinic))
                form method="post" action="cancel" {
                    input type="hidden" name="token" value=(token);
                    p {
                        label for="reason" { "Reason, for the clinic (optional)" }
                        textarea id="reason" name="reason" rows="3" maxlength="500" dir="auto" {}
                    }
                    div.actions { button { "Yes, cancel it" } }
                }
            p { a href=(back) { "No, keep it" } }
        },
    )
}
