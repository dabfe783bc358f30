//! The second step: with whom.

use maud::html;
use shared::{clinic::Clinic, pages::Page};

use super::{Way, so_far, step};
use crate::booking::{Selection, Who, fields::PRACTITIONER};

/// The practitioners who offer the service, after the choice of the first who is free.
pub(crate) fn who(selection: &Selection<'_>, way: Way<'_>, clinic: &Clinic) -> Page {
    let option = |who: Who<'_>, name: &str, more: &str| {
        let chosen = Selection {
            who: Some(who),
            ..*selection
        };
        let id = who.practitioner().map_or("", |one| one.id.as_str());
        let label = html! { strong { (name) } span.small { (more) } };
        let button = (PRACTITIONER.name, id);
        html! { li { (way.option(button, &chosen.address(clinic), "option", &label)) } }
    };
    let offering = selection.service.into_iter();
    let offering = offering.flat_map(|service| clinic.offering(service));
    step(
        "Who would you like to see?",
        &html! {
            (way.around(selection, &html! {
                (so_far(selection, way, clinic))
                ul.options {
                    (option(Who::Anybody, "First available", "Shows every free time"))
                    @for one in offering { (option(Who::One(one), &one.name, &one.role)) }
                }
            }))
        },
    )
}
