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
        "Cancel this appointment?",
        &html! {
            (view.facts(clinic))
                form method="post" action="cancel" {
                    input type="hidden" name="token" value=(token);
                    p {
                        label for="reason" { "Reason (optional)" }
                        textarea id="reason" name="reason" rows="3" maxlength="500" dir="auto" {}
                    }
                    div.actions { button { "Cancel this appointment" } }
                }
            p { a href=(back) { "Keep this appointment" } }
        },
    )
}
