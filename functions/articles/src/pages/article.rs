//! An article with everything around it.

use maud::{Markup, PreEscaped, html};
use shared::{
    clinic::Clinic,
    forms::{
        Sheet,
        contact::{PAGE, contact_form},
    },
    pages::{Keeping, Page, Script, Section, phone},
};

use super::{
    parts::{Level, cards, day, invitation, minutes, terms},
    team::member,
};
use crate::article::{Article, Heading, Image, Share};

/// From how many headings on an article has a table of contents.
const LONG: usize = 3;

pub(crate) fn page(article: &Article, clinic: &Clinic) -> Page {
    let summary = &article.summary;
    Page::bare(
        &summary.title,
        &html! {
            article {
                h1 { (summary.title) }
                p.small {
                    "By " (summary.author.name) " · " (day(summary.published_at, clinic)) " · " (minutes(summary.reading_minutes))
                }
                (share(&article.share))
                (picture(&summary.image))
                (contents(&article.contents))
                div.text { (PreEscaped(&article.html)) }
            }
            (invitation(clinic))
            @if !article.related.is_empty() {
                section aria-labelledby="related" {
                    h2 #related { "Related articles" }
                    (cards(&article.related, clinic, Level::Three))
                }
            }
            section.box aria-labelledby="book" {
                h2 #book { "Book online" }
                p { "Choose a service, a practitioner and a time." @if let Some(welcome) = clinic.welcome() { " " (welcome) } }
                (offers(clinic))
            }
            section aria-labelledby="write" {
                h2 #write { "Write to us" }
                p { "We will get back to you as soon as possible. If it cannot wait, call " (phone(clinic)) "." }
                (form(article, clinic))
            }
            @for person in clinic.team() { (member(person)) }
        },
    )
    .in_section(Section::Articles)
    .kept_by(Keeping::Everybody)
    .described(&summary.summary)
    .with_script(Script::Proof)
}

/// The services, to be booked from here.
fn offers(clinic: &Clinic) -> Markup {
    html! {
        ul.options {
            @for service in clinic.services() {
                li {
                    a.option href={ "/book?service=" (service.id.as_str()) } {
                        strong { (service.name) }
                        span.small { (terms(service, clinic)) }
                    }
                }
            }
        }
    }
}

/// The contact form, without a token: caches keep the page.
fn form(article: &Article, clinic: &Clinic) -> Markup {
    let address = format!("{}/articles/{}", clinic.website(), article.summary.slug);
    let along = html! { input type="hidden" name=(PAGE.name) value=(address); };
    contact_form(&Sheet::blank(), &along, clinic)
}

fn share(share: &Share) -> Markup {
    let links = [
        (&share.facebook, "Facebook"),
        (&share.x, "X"),
        (&share.linkedin, "LinkedIn"),
        (&share.email, "Email"),
    ];
    html! {
        nav.share aria-label="Share this article" {
            span aria-hidden="true" { "Share" }
            ul { @for (address, name) in links { li { a href=(address) rel="noopener noreferrer" { (name) } } } }
        }
    }
}

fn picture(image: &Image) -> Markup {
    html! {
        figure {
            img src=(image.src) alt=(image.alt) width=(image.width) height=(image.height);
            @if image.caption.is_some() || image.credit.is_some() {
                figcaption {
                    @if let Some(caption) = &image.caption { (caption) ". " }
                    @if let Some(credit) = &image.credit {
                        "Photograph: "
                        @match &credit.url {
                            Some(url) => a href=(url) rel="noopener noreferrer" { (credit.name) },
                            None => (credit.name),
                        }
                    }
                }
            }
        }
    }
}

fn contents(headings: &[Heading]) -> Markup {
    let main: Vec<&Heading> = headings
        .iter()
        .filter(|heading| heading.level == 2)
        .collect();
    html! {
        @if main.len() >= LONG {
            nav.contents aria-labelledby="contents" {
                h2 #contents { "In this article" }
                ol { @for heading in main { li { a href={ "#" (heading.id) } { (heading.title) } } } }
            }
        }
    }
}
