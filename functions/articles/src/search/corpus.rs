//! The texts of all articles, with their index: what searches are answered from.
//!
//! As bytes, a row of sections: the dictionary and the places of the index, then the words of each text, compressed.

use maud::html;

use super::{
    Index, Query, Searched,
    excerpt::{Part, excerpt},
};
use crate::packed::{deflated, inflated, section, taken};

/// Articles are numbers in it, as in the catalogue.
#[derive(Default)]
pub(crate) struct Corpus {
    index: Index,
    /// The words of each text, compressed.
    texts: Vec<Box<[u8]>>,
}

impl Corpus {
    /// The bytes of a corpus of these articles.
    pub(crate) fn compile(articles: &[Searched<'_>]) -> Vec<u8> {
        let index = Index::of(articles.iter().copied());
        let (dictionary, places) = index.bytes();
        let mut bytes = Vec::new();
        section(&mut bytes, dictionary);
        section(&mut bytes, places);
        for article in articles {
            section(&mut bytes, &deflated(article.text.as_bytes()));
        }
        bytes
    }

    /// Reads a corpus from its bytes. `None` when they are none.
    pub(crate) fn read(mut bytes: &[u8]) -> Option<Self> {
        let (dictionary, places) = (taken(&mut bytes)?.to_vec(), taken(&mut bytes)?.to_vec());
        let mut texts = Vec::new();
        while let Some(text) = taken(&mut bytes) {
            texts.push(text.into());
        }
        let index = Index::read(dictionary, places)?;
        Some(Self { index, texts })
    }

    /// The numbers and scores of the articles that have all the words of a query; a higher score is better.
    pub(crate) fn find(&self, query: &Query) -> Vec<(usize, u32)> {
        self.index.find(query, self.texts.len())
    }

    /// An excerpt of an article's text around the words, as HTML with each in `<mark>`. If the text has none of them, it is
    /// taken from the summary.
    pub(crate) fn snippet(&self, number: usize, summary: &str, words: &Query) -> String {
        let text = self.texts.get(number).and_then(|text| inflated(text));
        let text = String::from_utf8(text.unwrap_or_default()).unwrap_or_default();
        let mut parts = excerpt(&text, words);
        if parts.is_empty() {
            parts = excerpt(summary, words);
        }
        if parts.is_empty() {
            parts = vec![Part::Plain(summary)];
        }
        let marked = html! {
            @for part in parts {
                @match part {
                    Part::Plain(text) => (text),
                    Part::Match(text) => mark { (text) },
                }
            }
        };
        marked.into_string()
    }
}
