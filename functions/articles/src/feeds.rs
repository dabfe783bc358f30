//! The articles as feeds and lists for machines. All addresses in them are absolute.

use std::sync::Arc;

use jiff::Timestamp;
use maud::{Markup, html};
use serde_json::{Value, json};
use shared::clinic::Clinic;

use crate::{
    article::{self, Article},
    catalogue::Address,
};

/// The newest articles, the newest first.
pub(crate) struct Feed<'a> {
    pub(crate) clinic: &'a Clinic,
    pub(crate) articles: &'a [Arc<Article>],
    /// When something in it last changed.
    pub(crate) updated: Timestamp,
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";

/// An Atom feed (RFC 4287).
pub(crate) fn atom(feed: &Feed<'_>) -> String {
    let Feed {
        clinic, updated, ..
    } = feed;
    let site = clinic.website();
    let feed = html! {
        feed xmlns="http://www.w3.org/2005/Atom" xml:lang=(clinic.language()) {
            id { (site) "/feed.atom" }
            title { (clinic.name()) }
            subtitle { (clinic.summary()) }
            updated { (updated) }
            (link("self", "application/atom+xml", &format!("{site}/feed.atom")))
            (link("alternate", "text/html", &format!("{site}/articles")))
            @for article in feed.articles { (entry(article, clinic)) }
        }
    };
    format!("{DECLARATION}{}", feed.into_string())
}

/// An element without content is written with both of its tags, as XML has it.
fn link(rel: &str, media_type: &str, address: &str) -> Markup {
    html! { link rel=(rel) type=(media_type) href=(address) {} }
}

fn entry(article: &Article, clinic: &Clinic) -> Markup {
    let Article { entry, text, .. } = article;
    let url = entry.address(clinic);
    html! {
        entry {
            id { (url) }
            title { (entry.title) }
            (link("alternate", "text/html", &url))
            published { (entry.published_at) }
            updated { (entry.updated_at) }
            author {
                name { (entry.author.name) }
                uri { (clinic.website()) "/team/" (entry.author.id) }
            }
            @for tag in &entry.tags { category term=(tag) {} }
            summary { (entry.summary) }
            content type="html" { (absolute(&text.html, &url, clinic.website())) }
        }
    }
}

/// A JSON Feed (<https://www.jsonfeed.org/version/1.1/>).
pub(crate) fn json(feed: &Feed<'_>) -> Value {
    let clinic = feed.clinic;
    let site = clinic.website();
    let item = |article: &Arc<Article>| {
        let Article { entry, text, .. } = article.as_ref();
        let url = entry.address(clinic);
        json!({
            "id": url,
            "url": url,
            "title": entry.title,
            "summary": entry.summary,
            "content_html": absolute(&text.html, &url, site),
            "image": format!("{site}{}", article.picture()),
            "date_published": entry.published_at,
            "date_modified": entry.updated_at,
            "authors": [{ "name": entry.author.name, "url": format!("{site}/team/{}", entry.author.id) }],
            "tags": entry.tags,
            "language": clinic.language(),
        })
    };
    json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": clinic.name(),
        "description": clinic.summary(),
        "home_page_url": format!("{site}/articles"),
        "feed_url": format!("{site}/feed.json"),
        "language": clinic.language(),
        "items": feed.articles.iter().map(item).collect::<Vec<_>>(),
    })
}

/// A sitemap by sitemaps.org's protocol, 0.9.
pub(crate) fn sitemap(articles: &[&Address], clinic: &Clinic) -> String {
    let site = clinic.website();
    let pages = [
        "/",
        "/articles",
        "/team",
        "/clinic",
        "/book",
        "/contact",
        "/privacy",
    ];
    let urls = html! {
        urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {
            @for page in pages { url { loc { (site) (page) } } }
            @for article in articles {
                url {
                    loc { (article::address(&article.slug, clinic)) }
                    lastmod { (article.modified_at) }
                }
            }
        }
    };
    format!("{DECLARATION}{}", urls.into_string())
}

/// Rules for crawlers (RFC 9309): pages that belong to one person are nobody else's.
pub(crate) fn robots(clinic: &Clinic) -> String {
    format!(
        "User-agent: *\nDisallow: /bookings/\nDisallow: /waitlist\nSitemap: {}/sitemap.xml\n",
        clinic.website()
    )
}

/// The HTML of an article with absolute addresses. In it, `<` begins a tag and nothing else, and attributes are in double
/// quotes, which no text has.
fn absolute(html: &str, page: &str, site: &str) -> String {
    let completed = |part: &str| {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        let tag = tag
            .replace(" href=\"/", &format!(" href=\"{site}/"))
            .replace(" href=\"#", &format!(" href=\"{page}#"))
            .replace(" src=\"/", &format!(" src=\"{site}/"));
        format!("<{}>{text}", with_absolute_sources(&tag, site))
    };
    let mut parts = html.split('<');
    let before = parts.next().unwrap_or_default().to_owned();
    parts.fold(before, |whole, part| whole + &completed(part))
}

/// A tag with absolute addresses in its `srcset`, if it has one.
fn with_absolute_sources(tag: &str, site: &str) -> String {
    let found = tag.split_once(" srcset=\"");
    let Some((before, (sources, after))) =
        found.and_then(|(before, rest)| Some((before, rest.split_once('"')?)))
    else {
        return tag.to_owned();
    };
    let sources: Vec<String> = sources
        .split(", ")
        .map(|source| format!("{site}{source}"))
        .collect();
    format!("{before} srcset=\"{}\"{after}", sources.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_absolute_and_words_are_left_alone() {
        let html = "<p><a href=\"/team\">a</a> <a href=\"#b\">b</a> <a href=\"https://c.example/\">c</a></p>\
                    <picture><source srcset=\"/images/d-480.webp 480w, /images/d-960.webp 960w\">\
                    <img src=\"/images/d.jpg\" alt=\"below, /path w, /path\"></picture>";

        let absolute = with(html);

        assert_eq!(
            absolute,
            "<p><a href=\"SITE/team\">a</a> <a href=\"PAGE#b\">b</a> <a href=\"https://c.example/\">c</a></p>\
             <picture><source srcset=\"SITE/images/d-480.webp 480w, SITE/images/d-960.webp 960w\">\
             <img src=\"SITE/images/d.jpg\" alt=\"below, /path w, /path\"></picture>"
        );
    }

    fn with(html: &str) -> String {
        absolute(html, "PAGE", "SITE")
    }
}
