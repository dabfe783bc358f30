//! Lists of articles: all of them, those with a tag or by an author, and those that were searched for.

use maud::{Markup, PreEscaped, html};
use shared::{
    clinic::Clinic,
    pages::{Card, Keeping, Page, Section},
};

use super::parts::{Level, card};
use crate::catalogue::{Hit, ListQuery, Listed};

/// A page of a list. `next` is the address of the following one.
pub(crate) fn page(
    query: &ListQuery,
    listed: &Listed<'_>,
    next: Option<&str>,
    clinic: &Clinic,
) -> Page {
    let heading = heading(query, listed);
    let page = Page::new(
        &heading,
        &html! {
            (search(query))
            @if query.is_all() { p.lead { "Written by our team." } }
            @else { p { a href="/articles" { "All articles" } } }
            @if listed.articles.is_empty() { p { (nothing(query)) } }
            ul.cards { @for hit in &listed.articles { (card(hit.entry, &words(hit), clinic, Level::Two)) } }
            @if let Some(next) = next { p { a.button.quiet href=(next) { "More articles" } } }
        },
    )
    .wide()
    .in_section(Section::Articles)
    .kept_by(Keeping::Everybody);
    // Searches, and pages after the first, are no pages of their own to others.
    match query.label() {
        Some(label) => page.with_card(Card {
            url: format!("{}/articles{label}", clinic.website()),
            kind: "website",
            image: None,
        }),
        None => page,
    }
}

fn heading(query: &ListQuery, listed: &Listed<'_>) -> String {
    let first = listed.articles.first();
    match (&query.tag, &query.author) {
        _ if !query.words.is_empty() => format!("Search: {}", query.words.text()),
        (Some(tag), _) => format!("Articles about {tag}"),
        (None, Some(id)) => {
            let name = first.map_or(id.as_str(), |hit| hit.entry.author.name.as_str());
            format!("Articles by {name}")
        }
        (None, None) => "Articles".to_owned(),
    }
}

/// The form that searches. It leads to the list itself.
fn search(query: &ListQuery) -> Markup {
    html! {
        form.search method="get" action="/articles" role="search" {
            label for="q" { "Search the articles" }
            div.actions {
                input #q type="search" name="q" value=(query.words.text()) maxlength="200";
                button { "Search" }
            }
        }
    }
}

/// The part of the article that was searched for or, in other lists, its summary.
fn words(hit: &Hit<'_>) -> Markup {
    html! {
        @match &hit.snippet {
            Some(snippet) => (PreEscaped(snippet)),
            None => (hit.entry.summary),
        }
    }
}

fn nothing(query: &ListQuery) -> &'static str {
    if query.words.is_empty() {
        "There is nothing here yet."
    } else {
        "No article has all of these words. Try fewer, or other ones."
    }
}
