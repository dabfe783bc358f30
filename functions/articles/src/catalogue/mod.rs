//! The catalogue: what is published, held in memory. Lists and tags are answered from it, and it knows where each article is.
//! Searches are answered from the corpus, which has the texts.

mod compiled;
mod contents;
mod list;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use shared::values::Slug;

pub(crate) use contents::{Contents, Listing};
pub(crate) use list::{Hit, ListQuery, Listed, Place};

use crate::article::Entry;
use compiled::Block;
pub(crate) use compiled::Unreadable;

/// Everything that is published, ready to be listed. Articles are numbers in it, from 0, the newest first.
///
/// A start should not wait for what the first request does not need: entries, tags and authors are read when somebody
/// asks for them.
#[derive(Default)]
pub(crate) struct Catalogue {
    directory: Directory,
    numbers: HashMap<Slug, usize>,
    labels: Block<Labels>,
    entries: Vec<Block<Vec<Entry>>>,
}

/// Where each article is, and each former one.
#[derive(Default, Serialize, Deserialize)]
struct Directory {
    articles: Vec<Address>,
    /// Former slugs and what they are today.
    moved: BTreeMap<Slug, Slug>,
    /// Slugs of articles that were published once.
    withdrawn: BTreeSet<Slug>,
    listed_at: Timestamp,
}

/// Under which key an article is stored, and since when it is there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Address {
    pub(crate) slug: Slug,
    /// The digest of the article: it changes with its content.
    pub(crate) digest: String,
    pub(crate) published_at: Timestamp,
    /// When its content last changed.
    pub(crate) modified_at: Timestamp,
}

/// The numbers of the articles with each tag, and by each author's id, in order.
#[derive(Default, Serialize, Deserialize)]
struct Labels {
    tags: BTreeMap<String, Vec<usize>>,
    authors: BTreeMap<String, Vec<usize>>,
}

/// What is at an address.
#[derive(Debug)]
pub(crate) enum Found<'a> {
    Article(&'a Address),
    /// It has another slug today.
    Moved(&'a Slug),
    /// It was published once, and is not any more.
    Withdrawn,
    Nothing,
}

impl Catalogue {
    /// What is at this slug at `now`.
    pub(crate) fn find(&self, slug: &Slug, now: Timestamp) -> Found<'_> {
        let Directory {
            articles,
            moved,
            withdrawn,
            ..
        } = &self.directory;
        let number = self.numbers.get(slug);
        match number.and_then(|number| articles.get(*number)) {
            Some(address) if address.published_at <= now => return Found::Article(address),
            Some(_) => return Found::Nothing,
            None => {}
        }
        match moved.get(slug) {
            // An article of a later day keeps its new address to itself.
            Some(today) if self.is_out_at(today, now) => Found::Moved(today),
            None if withdrawn.contains(slug) => Found::Withdrawn,
            Some(_) | None => Found::Nothing,
        }
    }

    /// Where the articles are that are published at `now`, the newest first.
    pub(crate) fn addresses(&self, now: Timestamp) -> impl Iterator<Item = &Address> {
        let articles = self.directory.articles.iter();
        articles.filter(move |address| address.published_at <= now)
    }

    /// The newest articles at `now`, the newest first.
    pub(crate) fn newest(&self, most: usize, now: Timestamp) -> Vec<&Entry> {
        let numbers = (0..self.directory.articles.len()).filter(|number| self.is_out(*number, now));
        let entries = numbers.filter_map(|number| self.entry(number));
        entries.take(most).collect()
    }

    /// When something last changed that lists show, at `now`: an article also appears by itself when its time comes.
    pub(crate) fn listed_at(&self, now: Timestamp) -> Timestamp {
        let newest = self.addresses(now).next().map(|newest| newest.published_at);
        let listed_at = self.directory.listed_at;
        newest.map_or(listed_at, |newest| newest.max(listed_at))
    }

    /// The other articles that share most tags with it, the newest first among equals.
    pub(crate) fn related(&self, article: &Entry, now: Timestamp, most: usize) -> Vec<&Entry> {
        let labels = self.labels.read();
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for number in article
            .tags
            .iter()
            .filter_map(|tag| labels.tags.get(tag))
            .flatten()
        {
            *shared.entry(*number).or_default() += 1;
        }
        let own = self.numbers.get(&article.slug);
        shared.retain(|number, _| Some(number) != own && self.is_out(*number, now));
        let mut others: Vec<(usize, usize)> = shared.into_iter().collect();
        others.sort_by_key(|(_, tags)| Reverse(*tags));
        let others = others.into_iter().take(most);
        others
            .filter_map(|(number, _)| self.entry(number))
            .collect()
    }

    fn is_out_at(&self, slug: &Slug, now: Timestamp) -> bool {
        let number = self.numbers.get(slug);
        number.is_some_and(|number| self.is_out(*number, now))
    }

    /// Whether the article with this number is published at `now`.
    fn is_out(&self, number: usize, now: Timestamp) -> bool {
        let address = self.directory.articles.get(number);
        address.is_some_and(|address| address.published_at <= now)
    }
}

/// The digest of some bytes, which changes when one of them does: the first 96 bits of their SHA-256, in base64url.
pub(crate) fn digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    URL_SAFE_NO_PAD.encode(digest.get(..12).unwrap_or_default())
}
