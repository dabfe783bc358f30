//! An article with everything around it.

use jiff::civil::Date;
use maud::{Markup, PreEscaped, html};
use shared::{
    clinic::Clinic,
    forms::{
        Sheet,
        contact::{PAGE, contact_form},
    },
    http::query_string,
    pages::{Card, CardImage, Keeping, Page, Script, Section, phone},
};

use super::{
    parts::{Level, cards, day, invitation, minutes, terms},
    picture::{Shown, picture},
    team::member,
};
use crate::{
    article::{Article, Entry, Heading, Image},
    json_ld,
    views::Share,
};

/// From how many headings on an article has a table of contents.
const LONG: usize = 3;

pub(crate) fn page(article: &Article, related: &[&Entry], clinic: &Clinic) -> Page {
    let entry = &article.entry;
    let card = Card {
        url: entry.address(clinic),
        kind: "article",
        image: article.share_picture.as_ref().map(|picture| CardImage {
            url: format!("{}{}", clinic.website(), picture.src),
            alt: entry.image.alt.clone(),
            width: picture.width,
            height: picture.height,
        }),
    };
    laid_out(article, related, None, clinic)
        .kept_by(Keeping::Everybody)
        .with_json_ld(&json_ld::article(article, clinic))
        .with_card(card)
}

/// The article as it will be, for those who have a link.
pub(crate) fn preview(article: &Article, related: &[&Entry], clinic: &Clinic) -> Page {
    let notice = "This is a preview. Only people with this link can see it.";
    laid_out(article, related, Some(notice), clinic)
}

/// What is left at the address of an article that is withdrawn.
pub(crate) fn withdrawn() -> Page {
    Page::new(
        "This article is no longer published",
        &html! { p { "You can read " a href="/articles" { "our other articles" } "." } },
    )
    .in_section(Section::Articles)
    .with_ways_on()
}

fn laid_out(article: &Article, related: &[&Entry], notice: Option<&str>, clinic: &Clinic) -> Page {
    let Article { entry, text, .. } = article;
    Page::bare(
        &entry.title,
        &html! {
            article {
                h1 { (entry.title) }
                @if let Some(notice) = notice { p.notice { (notice) } }
                p.small {
                    "By " a href={ "/articles?author=" (entry.author.id) } { (entry.author.name) }
                    " · " (day(entry.published_at, clinic)) " · " (minutes(entry.reading_minutes))
                }
                @if notice.is_none() { (share(&Share::of(entry, clinic))) }
                (figure(&entry.image))
                (contents(&text.contents))
                div.text { (PreEscaped(&text.html)) }
                (reviewed(entry))
                (tags(entry))
            }
            (invitation(clinic))
            @if !related.is_empty() {
                section aria-labelledby="related" {
                    h2 #related { "Related articles" }
                    (cards(related.iter().copied(), clinic, Level::Three))
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
    .described(&entry.summary)
    .with_script(Script::Proof)
}

/// Who has checked the article, and when it is checked again.
fn reviewed(entry: &Entry) -> Markup {
    let day = |date: Date| date.strftime("%B %-d, %Y").to_string();
    html! {
        @if let Some(review) = &entry.reviewed {
            p.small {
                "Reviewed by " a href={ "/team/" (review.by.id) } { (review.by.name) } " on " (day(review.on))
                ". Next review: " (day(review.next)) "."
            }
        }
    }
}

fn tags(entry: &Entry) -> Markup {
    html! {
        @if !entry.tags.is_empty() {
            nav.tags aria-label="Tags" {
                ul { @for tag in &entry.tags { li { a href={ "/articles?" (query_string(&[("tag", tag)])) } { (tag) } } } }
            }
        }
    }
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
    let address = format!("{}/articles/{}", clinic.website(), article.entry.slug);
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

fn figure(image: &Image) -> Markup {
    html! {
        figure {
            (picture(image, Shown::Top))
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
