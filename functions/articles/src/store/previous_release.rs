//! The shape that the previous release reads: each article as its finished answer, under its slug, and an index of their
//! summaries. It is written beside the catalogue, so that a deployment can be rolled back.

use jiff::Timestamp;
use serde::Serialize;
use shared::{
    clinic::Clinic,
    store::{Error, Item},
};

use super::{WHAT, edition::Edition, item, retire::Known};
use crate::{
    catalogue::{Address, Catalogue, Contents, Listing},
    views::{Summary, Whole},
};

const INDEX: &str = "#index";
/// How many bytes the index has at most. Above this it is not written again: the previous release lists the last one that
/// fitted.
const LARGEST: usize = 380 * 1024;
const RELATED: usize = 3;

#[derive(Serialize)]
struct Answer {
    slug: String,
    published_at: Timestamp,
    modified_at: Timestamp,
    json: String,
}

#[derive(Serialize)]
struct Index<'a> {
    slug: &'static str,
    articles: Vec<Summary<'a>>,
}

/// The keys of the items of that shape.
pub(super) fn keys(contents: &Contents) -> impl Iterator<Item = String> {
    let slugs = contents
        .listings
        .iter()
        .map(|listing| listing.address.slug.to_string());
    slugs.chain([INDEX.to_owned()])
}

/// The articles that changed since `before`, and the index.
///
/// # Errors
/// When one cannot be written as JSON.
pub(super) fn items(
    (edition, clinic): (&Edition, &Clinic),
    (before, contents): (&Contents, &Contents),
    catalogue: &Catalogue,
    known: &Known,
    now: Timestamp,
) -> Result<Vec<Item>, Error> {
    let old = before.by_slug();
    let mut items = Vec::new();
    for (article, Listing { entry, address }) in edition.articles.iter().zip(&contents.listings) {
        let is_there = known.contains_key(address.slug.as_str());
        if !is_there || old.get(&address.slug) != Some(&address) {
            let related = catalogue.related(entry, now, RELATED);
            let whole = Whole::of(article, &related, clinic);
            items.push(item(Answer::of(address, &whole)?)?);
        }
    }
    let listings = contents.listings.iter();
    let articles: Vec<Summary<'_>> = listings
        .map(|listing| Summary::of(&listing.entry, clinic))
        .collect();
    let size = serde_json::to_vec(&articles).map_err(|error| Error::unwritable(WHAT, error))?;
    if size.len() <= LARGEST {
        let slug = INDEX;
        items.push(item(Index { slug, articles })?);
    }
    Ok(items)
}

impl Answer {
    fn of(address: &Address, whole: &Whole<'_>) -> Result<Self, Error> {
        let json = serde_json::to_string(whole).map_err(|error| Error::unwritable(WHAT, error))?;
        Ok(Self {
            slug: address.slug.to_string(),
            published_at: address.published_at,
            modified_at: address.modified_at,
            json,
        })
    }
}
