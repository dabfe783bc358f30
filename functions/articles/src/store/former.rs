//! What the version before reads: each article as its finished answer, under its slug, and an index of their summaries. It is
//! written beside the catalogue, so that a deployment can be rolled back.

use jiff::Timestamp;
use serde::Serialize;
use shared::{clinic::Clinic, store::Error};

use super::{Edition, Shelf, WHAT, retire::Known};
use crate::{
    catalogue::{Catalogue, Contents, Listing},
    views::{Summary, Whole},
};

const INDEX: &str = "#index";
/// How many bytes the index has at most; with more articles, the version before lists those from when it was smaller.
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

impl Shelf {
    /// Writes the articles that changed since `before`, the index, and takes away what is not published any more.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(super) async fn publish_former(
        &self,
        (edition, clinic): (&Edition, &Clinic),
        (before, catalogue): (&Contents, &Catalogue),
        known: &Known,
        now: Timestamp,
    ) -> Result<(), Error> {
        let contents = catalogue.contents();
        for (article, listing) in edition.articles.iter().zip(&contents.listings) {
            let is_there = known.contains_key(listing.entry.slug.as_str());
            if !is_there || !before.listings.contains(listing) {
                let related = catalogue.related(&listing.entry, now, RELATED);
                let whole = Whole::of(article, &related, clinic);
                self.put(Answer::of(listing, &whole)?).await?;
            }
        }
        let index = Index {
            slug: INDEX,
            articles: contents
                .listings
                .iter()
                .map(|listing| Summary::of(&listing.entry, clinic))
                .collect(),
        };
        let size =
            serde_json::to_vec(&index.articles).map_err(|error| Error::unwritable(WHAT, error))?;
        if size.len() <= LARGEST {
            self.put(index).await?;
        }
        let is_slug = |key: &&String| !key.starts_with('#');
        let is_there = |key: &&String| {
            let mut listings = contents.listings.iter();
            listings.any(|listing| listing.entry.slug.as_str() == key.as_str())
        };
        for key in known.keys().filter(is_slug).filter(|key| !is_there(key)) {
            self.remove(key).await?;
        }
        Ok(())
    }
}

impl Answer {
    fn of(listing: &Listing, whole: &Whole<'_>) -> Result<Self, Error> {
        let json = serde_json::to_string(whole).map_err(|error| Error::unwritable(WHAT, error))?;
        Ok(Self {
            slug: listing.entry.slug.to_string(),
            published_at: listing.entry.published_at,
            modified_at: listing.modified_at,
            json,
        })
    }
}
