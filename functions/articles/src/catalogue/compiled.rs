//! The catalogue as bytes, which are stored in parts.
//!
//! A row of sections, each behind its length (LEB128): the directory, the labels, and the entries in blocks. Each is JSON,
//! compressed (DEFLATE, RFC 1951).

use std::sync::OnceLock;

use serde::{Serialize, de::DeserializeOwned};

use super::{Catalogue, Contents, Directory, Labels, Listing};
use crate::{
    article::Entry,
    packed::{deflated, inflated, section, taken},
};

/// How many entries are read at once.
const IN_A_BLOCK: usize = 20;

/// Why stored bytes are no catalogue.
#[derive(Debug, thiserror::Error)]
#[error("the catalogue of the articles cannot be read")]
pub(crate) struct Unreadable;

/// A part of the catalogue that is read when it is needed.
pub(super) struct Block<T> {
    packed: Box<[u8]>,
    read: OnceLock<T>,
}

impl<T> Default for Block<T> {
    fn default() -> Self {
        Self {
            packed: Box::default(),
            read: OnceLock::new(),
        }
    }
}

impl<T: Default + DeserializeOwned> Block<T> {
    fn of(packed: &[u8]) -> Self {
        Self {
            packed: packed.into(),
            read: OnceLock::new(),
        }
    }

    /// Its content; nothing when it cannot be read, which is logged.
    pub(super) fn read(&self) -> &T {
        self.read.get_or_init(|| {
            unpacked(&self.packed).unwrap_or_else(|| {
                tracing::error!("a block of the catalogue cannot be read");
                T::default()
            })
        })
    }
}

impl Catalogue {
    /// The bytes of a catalogue with these contents.
    ///
    /// # Errors
    /// When the contents cannot be written as JSON.
    pub(crate) fn compile(contents: &Contents) -> Result<Vec<u8>, serde_json::Error> {
        let listings = &contents.listings;
        let mut bytes = Vec::new();
        section(&mut bytes, &packed(&directory(contents))?);
        section(&mut bytes, &packed(&labels(listings))?);
        for block in listings.chunks(IN_A_BLOCK) {
            let entries: Vec<&Entry> = block.iter().map(|listing| &listing.entry).collect();
            section(&mut bytes, &packed(&entries)?);
        }
        Ok(bytes)
    }

    /// Reads a catalogue from its bytes.
    ///
    /// # Errors
    /// When they are no catalogue.
    pub(crate) fn read(mut bytes: &[u8]) -> Result<Self, Unreadable> {
        let directory = taken(&mut bytes).and_then(unpacked);
        let directory: Directory = directory.ok_or(Unreadable)?;
        let labels = taken(&mut bytes).ok_or(Unreadable)?;
        let mut entries = Vec::new();
        while let Some(block) = taken(&mut bytes) {
            entries.push(Block::of(block));
        }
        if entries.len() != directory.articles.len().div_ceil(IN_A_BLOCK) {
            return Err(Unreadable);
        }
        let slugs = directory
            .articles
            .iter()
            .map(|address| address.slug.clone());
        Ok(Self {
            numbers: slugs.zip(0..).collect(),
            directory,
            labels: Block::of(labels),
            entries,
        })
    }

    /// The entry of the article with this number.
    pub(super) fn entry(&self, number: usize) -> Option<&Entry> {
        let block = self.entries.get(number / IN_A_BLOCK)?;
        block.read().get(number % IN_A_BLOCK)
    }

    /// Everything that is in it.
    ///
    /// # Errors
    /// When an entry cannot be read.
    pub(crate) fn contents(&self) -> Result<Contents, Unreadable> {
        let articles = self.directory.articles.iter().enumerate();
        let listings = articles.map(|(number, address)| {
            Some(Listing {
                entry: self.entry(number)?.clone(),
                address: address.clone(),
            })
        });
        Ok(Contents {
            listings: listings.collect::<Option<_>>().ok_or(Unreadable)?,
            moved: self.directory.moved.clone(),
            withdrawn: self.directory.withdrawn.clone(),
            listed_at: self.directory.listed_at,
        })
    }
}

fn directory(contents: &Contents) -> Directory {
    let listings = contents.listings.iter();
    Directory {
        articles: listings.map(|listing| listing.address.clone()).collect(),
        moved: contents.moved.clone(),
        withdrawn: contents.withdrawn.clone(),
        listed_at: contents.listed_at,
    }
}

fn labels(listings: &[Listing]) -> Labels {
    let mut labels = Labels::default();
    for (number, Listing { entry, .. }) in listings.iter().enumerate() {
        for tag in &entry.tags {
            labels.tags.entry(tag.clone()).or_default().push(number);
        }
        let by = labels.authors.entry(entry.author.id.clone());
        by.or_default().push(number);
    }
    labels
}

fn packed(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    Ok(deflated(&serde_json::to_vec(value)?))
}

fn unpacked<T: DeserializeOwned>(packed: &[u8]) -> Option<T> {
    serde_json::from_slice(&inflated(packed)?).ok()
}
