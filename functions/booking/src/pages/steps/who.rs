//! The second step: with whom.

use maud::html;
use shared::{clinic::Clinic, pages::Page};

use super::{so_far, step};
use crate::booking::{Selection, Who};

/// The practitioners who offer the service, after the choice of the first who is free.
pub(crate) fn who(selection: &Selection<'_>, clinic: &Clinic) -> Page {
    let with = |who| {
        let selection = Selection {
            who: Some(who),
            ..*selection
        };
        selection.address(clinic)
    };
    let offering = selection.service.into_iter();
    let offering = offering.flat_map(|service| clinic.offering(service));
    step(
        "Whom would you like to see?",
        &html! {
            (so_far(selection, clinic))
            ul.options {
                li { a.option href=(with(Who::Anybody)) { strong { "First available" } span.small { "Shows every free time" } } }
                @for one in offering {
                    li { a.option href=(with(Who::One(one))) { strong { (one.name) } span.small { (one.role) } } }
                }
            }
        },
    )
}
