//! The frame of every page: the clinic's name and the ways to reach it on top, its address and hours at the foot.

use jiff::Timestamp;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    assets::address,
    hours::hours,
    look::{icon_name, sheet_name},
    page::{Card, Ending, Keeping, Page, Section, map_address, phone},
};
use crate::clinic::Clinic;

/// The whole page, at this moment. While the clinic cannot be read, it is laid out without its facts.
pub(crate) fn laid_out(page: &Page, clinic: Option<&Clinic>, now: Timestamp) -> String {
    let brand = clinic.map(Clinic::brand).unwrap_or_default();
    let markup = html! {
        (DOCTYPE)
        html lang=(clinic.map_or("en", Clinic::language)) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                @if let Some(description) = &page.description { meta name="description" content=(description); }
                @if page.keeping() != Keeping::Everybody { meta name="robots" content="noindex"; }
                @if let Some((card, clinic)) = page.card.as_ref().zip(clinic) { (shared_as(page, card, clinic)) }
                @if page.section == Some(Section::Articles) { (feeds(clinic)) }
                title { (page.title) @if let Some(clinic) = clinic { " – " (clinic.name()) } }
                meta name="theme-color" content=(brand.color);
                link rel="icon" type="image/svg+xml" href=(icon(clinic));
                link rel="stylesheet" href=(address(&sheet_name(brand)));
                @if let Some(data) = &page.json_ld { script type="application/ld+json" { (PreEscaped(data)) } }
                @for script in &page.scripts { script type="module" src=(address(&script.name())) {} }
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                @if let Some(clinic) = clinic { (top(page, clinic)) }
                main #main tabindex="-1" class=[page.is_wide.then_some("wide")] {
                    @if let Some(heading) = &page.heading { h1 { (heading) } }
                    (PreEscaped(&page.content))
                    @if let Some(clinic) = clinic && page.ending == Ending::WaysOn { (ways_on(clinic)) }
                }
                @if let Some(clinic) = clinic { (foot(clinic, now)) }
            }
        }
    };
    markup.into_string()
}

/// What other websites show of the page: Open Graph, which X reads as well, but for the size of its card.
fn shared_as(page: &Page, card: &Card, clinic: &Clinic) -> Markup {
    let size = card
        .image
        .as_ref()
        .map_or("summary", |_| "summary_large_image");
    html! {
        link rel="canonical" href=(card.url);
        meta property="og:type" content=(card.kind);
        meta property="og:site_name" content=(clinic.name());
        meta property="og:title" content=(page.title);
        meta property="og:url" content=(card.url);
        @if let Some(description) = &page.description { meta property="og:description" content=(description); }
        @if let Some(image) = &card.image {
            meta property="og:image" content=(image.url);
            meta property="og:image:width" content=(image.width);
            meta property="og:image:height" content=(image.height);
            meta property="og:image:alt" content=(image.alt);
        }
        meta name="twitter:card" content=(size);
    }
}

/// The feeds of the articles, for feed readers.
fn feeds(clinic: Option<&Clinic>) -> Markup {
    let name = clinic.map_or("Articles", Clinic::name);
    html! {
        link rel="alternate" type="application/atom+xml" title=(name) href="/feed.atom";
        link rel="alternate" type="application/feed+json" title=(name) href="/feed.json";
    }
}

fn top(page: &Page, clinic: &Clinic) -> Markup {
    html! {
        header.top {
            div.frame {
                a.name href="/" { (logo(clinic)) }
                nav.ways aria-label="Main" {
                    ul {
                        (way(page, Section::Articles, "/articles", "Articles"))
                        (way(page, Section::Team, "/team", "Our team"))
                        (way(page, Section::Visit, "/clinic", "Visit us"))
                        (way(page, Section::Contact, "/contact", "Contact"))
                    }
                }
                @let books = page.section == Some(Section::Booking);
                @if !page.is_for_staff() {
                    div.reach.still[books] {
                        a.button.quiet href=(clinic.phone().tel()) { "Call " span.number { (clinic.phone().as_str()) } }
                        @if !books { a.button href="/book" { "Book online" } }
                    }
                }
            }
        }
    }
}

/// The clinic's name, as it is drawn or in words.
fn logo(clinic: &Clinic) -> Markup {
    html! {
        @match &clinic.artwork().logo {
            Some(logo) => img src=(logo.src) width=(logo.width) height=(logo.height) alt=(clinic.name());,
            None => (clinic.name()),
        }
    }
}

/// The address of the icon of browsers' tabs.
fn icon(clinic: Option<&Clinic>) -> String {
    let drawn = clinic.and_then(|clinic| clinic.artwork().icon.as_ref());
    let brand = clinic.map(Clinic::brand).unwrap_or_default();
    drawn.map_or_else(
        || address(&icon_name(brand, clinic.map_or("", Clinic::name))),
        |icon| icon.src.clone(),
    )
}

fn way(page: &Page, section: Section, address: &str, words: &str) -> Markup {
    html! { li { a href=(address) aria-current=[current(page, section)] { (words) } } }
}

fn current(page: &Page, section: Section) -> Option<&'static str> {
    (page.section == Some(section)).then_some("true")
}

fn ways_on(clinic: &Clinic) -> Markup {
    html! {
        p {
            "Go to the " a href="/" { "home page" } ", " a href="/contact" { "write to us" } " or call " (phone(clinic)) "."
        }
    }
}

fn foot(clinic: &Clinic, now: Timestamp) -> Markup {
    html! {
        footer.foot {
            div.frame {
                section aria-labelledby="where" {
                    h2 #where { (clinic.name()) }
                    p { (clinic.address()) }
                    p { a href=(map_address(clinic)) rel="noreferrer" { "Find it on a map" } }
                    p { (phone(clinic)) }
                }
                section aria-labelledby="hours" {
                    h2 #hours { "Hours" }
                    (hours(clinic, now))
                }
                nav aria-label="More" {
                    ul {
                        li { a href="/book" { "Book online" } }
                        li { a href="/bookings/links" { "Your appointments" } }
                        li { a href="/contact" { "Write to us" } }
                        li { a href="/privacy" { "Privacy" } }
                    }
                }
            }
        }
    }
}
