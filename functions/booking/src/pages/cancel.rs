//! The page that asks once more before an appointment is cancelled.

use maud::html;
use shared::{forms::Sheet, pages::Page};

use super::{Here, booking::View, own};
use crate::{
    booking::{Standing, fields::CANCEL_REASON},
    context::Context,
};

/// A page inside the booking's address.
pub(crate) fn page(view: &View, token: &str, context: &Context<'_>) -> Page {
    let clinic = &context.clinic;
    let back = format!(
        "{}?token={token}",
        Here::Inside.to_booking(view.reference())
    );
    let is_offer = view.status() == Standing::Offered;
    own(
        match view.status() {
            Standing::Requested => "Cancel this request?",
            Standing::Offered => "Decline this time?",
            _ => "Cancel this appointment?",
        },
        &html! {
            (view.facts(clinic))
                form method="post" action="cancel" {
                    input type="hidden" name="token" value=(token);
                    @if is_offer {
                        p { "The next person on the waiting list can have it. You stay on the list for other times." }
                    } @else {
                        (Sheet::blank().input(&CANCEL_REASON, None))
                    }
                    div.actions { button { @if is_offer { "Yes, decline it" } @else { "Yes, cancel it" } } }
                }
            p { a href=(back) { @if is_offer { "Back to the time that we hold for you" } @else { "No, keep it" } } }
        },
    )
}
