//! What an edition publishes, as publishing compares it with the one before.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use shared::values::Slug;

use super::Address;
use crate::article::Entry;

/// Everything that is published, without the texts.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Contents {
    /// Sorted by `published_at`, the newest first.
    pub(crate) listings: Vec<Listing>,
    /// Former slugs and what they are today.
    pub(crate) moved: BTreeMap<Slug, Slug>,
    /// Slugs of articles that were published once.
    pub(crate) withdrawn: BTreeSet<Slug>,
    /// When something last changed that other articles and lists show.
    pub(crate) listed_at: Timestamp,
}

/// An article, and where it is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Listing {
    pub(crate) entry: Entry,
    pub(crate) address: Address,
}

impl Contents {
    /// The addresses of the articles, by their slugs.
    pub(crate) fn by_slug(&self) -> BTreeMap<&Slug, &Address> {
        let addresses = self.listings.iter().map(|listing| &listing.address);
        addresses.map(|address| (&address.slug, address)).collect()
    }

    /// Whether lists, and what articles say of others, are the same.
    pub(crate) fn lists_like(&self, other: &Self) -> bool {
        let entries = self.listings.iter().map(|listing| &listing.entry);
        entries.eq(other.listings.iter().map(|listing| &listing.entry))
    }
}
