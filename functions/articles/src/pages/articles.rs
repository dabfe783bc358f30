//! The list of articles.

use maud::html;
use shared::{
    clinic::Clinic,
    pages::{Keeping, Page, Section},
};

use super::parts::{Level, cards};
use crate::article::Summary;

/// A page of the list. `next` is the address of the following one.
pub(crate) fn page(articles: &[Summary], next: Option<&str>, clinic: &Clinic) -> Page {
    Page::new(
        "Articles",
        &html! {
            p.lead { "Written by our team." }
            @if articles.is_empty() { p { "There is nothing here yet." } }
            (cards(articles, clinic, Level::Two))
            @if let Some(next) = next { p { a.button.quiet href=(next) { "Older articles" } } }
        },
    )
    .wide()
    .in_section(Section::Articles)
    .kept_by(Keeping::Everybody)
}
