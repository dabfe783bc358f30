//! The catalogue as bytes, which are stored in parts.
//!
//! Four sections, each behind its length (LEB128): the contents as JSON, the dictionary and the places of the index, and
//! the words of the texts. The contents, and each text, are compressed (DEFLATE, RFC 1951).

use std::io::{Read as _, Write as _};

use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use integer_encoding::VarInt as _;

use super::{Catalogue, Contents};
use crate::search::{Index, Searched};

/// Why stored bytes are no catalogue.
#[derive(Debug, thiserror::Error)]
#[error("the catalogue of the articles cannot be read")]
pub(crate) struct Unreadable;

impl Catalogue {
    /// The bytes of a catalogue with these contents and the words of each article's text, in the same order.
    ///
    /// # Errors
    /// When the contents cannot be written as JSON.
    pub(crate) fn compile(
        contents: &Contents,
        texts: &[&str],
    ) -> Result<Vec<u8>, serde_json::Error> {
        let listings = contents.listings.iter().zip(texts);
        let index = Index::of(listings.map(|(listing, text)| Searched {
            title: &listing.entry.title,
            tags: &listing.entry.tags,
            summary: &listing.entry.summary,
            text,
        }));
        let (dictionary, places) = index.bytes();
        let mut packed = Vec::new();
        for text in texts {
            section(&mut packed, &deflated(text.as_bytes()));
        }
        let contents = deflated(&serde_json::to_vec(contents)?);
        let mut bytes = Vec::new();
        for part in [&contents, dictionary, places, &packed] {
            section(&mut bytes, part);
        }
        Ok(bytes)
    }

    /// Reads a catalogue from its bytes.
    ///
    /// # Errors
    /// When they are no catalogue.
    pub(crate) fn read(mut bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut next = || taken(&mut bytes).ok_or(Unreadable);
        let contents = inflated(next()?).ok_or(Unreadable)?;
        let (dictionary, places) = (next()?.to_vec(), next()?.to_vec());
        let mut packed = next()?;
        let mut texts = Vec::new();
        while let Some(text) = taken(&mut packed) {
            texts.push(text.into());
        }
        let contents: Contents = serde_json::from_slice(&contents).map_err(|_| Unreadable)?;
        let index = Index::read(dictionary, places).ok_or(Unreadable)?;
        Ok(Self::of(contents, index, texts))
    }

    /// The words of the article with this number. Empty when they cannot be read.
    pub(super) fn text(&self, number: usize) -> String {
        let text = self.texts.get(number).and_then(|text| inflated(text));
        String::from_utf8(text.unwrap_or_default()).unwrap_or_default()
    }
}

/// Adds a section behind its length.
fn section(bytes: &mut Vec<u8>, content: &[u8]) {
    bytes.extend(content.len().encode_var_vec());
    bytes.extend(content);
}

/// Takes a section from the front.
fn taken<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, read) = usize::decode_var(bytes)?;
    let (content, rest) = bytes.get(read..)?.split_at_checked(length)?;
    *bytes = rest;
    Some(content)
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}

fn inflated(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    DeflateDecoder::new(bytes).read_to_end(&mut content).ok()?;
    Some(content)
}
