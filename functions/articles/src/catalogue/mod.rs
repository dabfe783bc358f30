//! The catalogue: what is published, held in memory. Lists, tags and searches are answered from it, and it knows where each
//! article is.

mod compiled;
mod list;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use shared::values::Slug;

pub(crate) use list::{Hit, ListQuery, Listed, Place};

use crate::{article::Entry, search::Index};

/// Everything that is published, ready to be listed and searched.
#[derive(Default)]
pub(crate) struct Catalogue {
    contents: Contents,
    /// Where each slug is among the listings, and each tag.
    numbers: HashMap<Slug, usize>,
    tags: HashMap<String, Vec<usize>>,
    index: Index,
    /// The words of each article, compressed.
    texts: Vec<Box<[u8]>>,
}

/// What is published, without the words of the texts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Contents {
    /// Sorted by `published_at`, the newest first.
    pub(crate) listings: Vec<Listing>,
    /// Former slugs and what they are today.
    #[serde(default)]
    pub(crate) moved: BTreeMap<Slug, Slug>,
    /// Slugs of articles that were published once.
    #[serde(default)]
    pub(crate) withdrawn: BTreeSet<Slug>,
    /// When something last changed that other articles and lists show.
    pub(crate) listed_at: Timestamp,
}

/// An article in the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Listing {
    #[serde(flatten)]
    pub(crate) entry: Entry,
    /// The digest of the article: it changes with its content.
    pub(crate) digest: String,
    /// When its content last changed.
    pub(crate) modified_at: Timestamp,
}

/// What is at an address.
#[derive(Debug)]
pub(crate) enum Found<'a> {
    Article(&'a Listing),
    /// It has another slug today.
    Moved(&'a Slug),
    /// It was published once, and is not any more.
    Withdrawn,
    Nothing,
}

impl Catalogue {
    fn of(contents: Contents, index: Index, texts: Vec<Box<[u8]>>) -> Self {
        let mut numbers = HashMap::new();
        let mut tags: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, Listing { entry, .. }) in contents.listings.iter().enumerate() {
            numbers.insert(entry.slug.clone(), number);
            for tag in &entry.tags {
                tags.entry(tag.clone()).or_default().push(number);
            }
        }
        Self {
            contents,
            numbers,
            tags,
            index,
            texts,
        }
    }

    pub(crate) fn contents(&self) -> &Contents {
        &self.contents
    }

    pub(crate) fn into_contents(self) -> Contents {
        self.contents
    }

    /// What is at this slug at `now`.
    pub(crate) fn find(&self, slug: &Slug, now: Timestamp) -> Found<'_> {
        let contents = &self.contents;
        if let Some(listing) = self
            .numbers
            .get(slug)
            .and_then(|at| contents.listings.get(*at))
        {
            return if listing.entry.published_at <= now {
                Found::Article(listing)
            } else {
                Found::Nothing
            };
        }
        match contents.moved.get(slug) {
            Some(today) => Found::Moved(today),
            None if contents.withdrawn.contains(slug) => Found::Withdrawn,
            None => Found::Nothing,
        }
    }

    /// The articles that are published at `now`, the newest first.
    pub(crate) fn listings(&self, now: Timestamp) -> impl Iterator<Item = &Listing> {
        let listings = self.contents.listings.iter();
        listings.filter(move |listing| listing.entry.published_at <= now)
    }

    /// The entries of the articles that are published at `now`, the newest first.
    pub(crate) fn entries(&self, now: Timestamp) -> impl Iterator<Item = &Entry> {
        self.listings(now).map(|listing| &listing.entry)
    }

    /// When something last changed that lists show, at `now`: an article also appears by itself when its time comes.
    pub(crate) fn listed_at(&self, now: Timestamp) -> Timestamp {
        let newest = self.entries(now).next().map(|entry| entry.published_at);
        newest.map_or(self.contents.listed_at, |newest| {
            newest.max(self.contents.listed_at)
        })
    }

    /// The other articles that share most tags with it, the newest first among equals.
    pub(crate) fn related(&self, article: &Entry, now: Timestamp, most: usize) -> Vec<&Entry> {
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for number in article
            .tags
            .iter()
            .filter_map(|tag| self.tags.get(tag))
            .flatten()
        {
            *shared.entry(*number).or_default() += 1;
        }
        let others = shared.into_iter().filter_map(|(number, tags)| {
            let entry = &self.contents.listings.get(number)?.entry;
            (entry.slug != article.slug && entry.published_at <= now).then_some((entry, tags))
        });
        let mut others: Vec<(&Entry, usize)> = others.collect();
        others.sort_by_key(|(_, tags)| std::cmp::Reverse(*tags));
        others
            .into_iter()
            .take(most)
            .map(|(entry, _)| entry)
            .collect()
    }
}

/// The digest of some bytes, which changes when one of them does: the first 96 bits of their SHA-256, in base64url.
pub(crate) fn digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    URL_SAFE_NO_PAD.encode(digest.get(..12).unwrap_or_default())
}
