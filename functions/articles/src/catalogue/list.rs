//! Lists: articles with a tag, by an author, with words, a page at a time.

use std::{cmp::Reverse, collections::BTreeMap};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    http::{Fields, Problem, query_string},
    values::{Code, Invalid, single_line},
};

use super::{Address, Catalogue, Labels};
use crate::{
    article::Entry,
    search::{Corpus, Query},
};

const DEFAULT_LIMIT: usize = 20;
const LARGEST_LIMIT: usize = 100;

/// What a list is asked for.
#[derive(Clone, Debug)]
pub(crate) struct ListQuery {
    pub(crate) tag: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) words: Query,
    limit: usize,
    after: Option<Place>,
}

/// A place in a list, behind an article. It stays right while others are published before or behind it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The article's score; 0 without words.
    score: Reverse<u32>,
    published_at: Reverse<Timestamp>,
    slug: String,
}

/// A page of a list.
#[derive(Debug)]
pub(crate) struct Listed<'a> {
    pub(crate) articles: Vec<Hit<'a>>,
    /// Where the next page begins, if there is one.
    pub(crate) next: Option<Place>,
}

/// An article that was found.
#[derive(Debug)]
pub(crate) struct Hit<'a> {
    pub(crate) entry: &'a Entry,
    /// An excerpt with the words, as HTML; only when there are words.
    pub(crate) snippet: Option<String>,
}

impl Place {
    fn of(address: &Address, score: u32) -> Self {
        Self {
            score: Reverse(score),
            published_at: Reverse(address.published_at),
            slug: address.slug.to_string(),
        }
    }

    /// As it stands in an address.
    pub(crate) fn cursor(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    fn read(cursor: &str) -> Option<Self> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()
    }
}

impl ListQuery {
    /// Reads what is asked for from the query of an address.
    ///
    /// # Errors
    /// 422 with every bad field.
    pub(crate) fn parse(query: &Fields) -> Result<Self, Problem> {
        let mut form = query.form();
        let tag = form.optional("tag", |tag| single_line(tag, "a tag", 100));
        let author = form.optional("author", |author| {
            single_line(author, "an author's id", 100)
        });
        let words = form.optional("q", |q| single_line(q, "words to look for", 200));
        let limit = form.optional("limit", limit);
        let after = form.optional("cursor", place);
        form.finish()?;
        Ok(Self {
            tag: tag?,
            author: author?,
            words: Query::of(&words?.unwrap_or_default()),
            limit: limit?.unwrap_or(DEFAULT_LIMIT),
            after: after?,
        })
    }

    /// The query of the page that begins there.
    pub(crate) fn query(&self, after: &Place) -> String {
        let limit = self.limit.to_string();
        query_string(&[
            ("tag", self.tag.as_deref().unwrap_or_default()),
            ("author", self.author.as_deref().unwrap_or_default()),
            ("q", self.words.text()),
            ("limit", &limit),
            ("cursor", &after.cursor()),
        ])
    }
}

impl Catalogue {
    /// A page of the articles that are published at `now` and match. With a corpus they are searched for the query's words,
    /// the best matches first; otherwise the newest come first.
    pub(crate) fn list(
        &self,
        query: &ListQuery,
        corpus: Option<&Corpus>,
        now: Timestamp,
    ) -> Listed<'_> {
        let candidates = self.candidates(query);
        let mut found: Vec<(usize, u32)> = match corpus {
            None => candidates.into_iter().map(|number| (number, 0)).collect(),
            Some(corpus) => {
                let mut found = corpus.find(&query.words);
                found.retain(|(number, _)| candidates.binary_search(number).is_ok());
                found.sort_unstable_by_key(|(number, score)| (Reverse(*score), *number));
                found
            }
        };
        found.retain(|(number, score)| {
            self.is_out(*number, now)
                && query.is_behind(self.directory.articles.get(*number), *score)
        });
        let has_more = found.len() > query.limit;
        found.truncate(query.limit);
        let last = found.last().filter(|_| has_more);
        let hit = |(number, _): &(usize, u32)| {
            let entry = self.entry(*number)?;
            let snippet = |corpus: &Corpus| corpus.snippet(*number, &entry.summary, &query.words);
            Some(Hit {
                entry,
                snippet: corpus.map(snippet),
            })
        };
        Listed {
            next: last.and_then(|(number, score)| {
                let address = self.directory.articles.get(*number)?;
                Some(Place::of(address, *score))
            }),
            articles: found.iter().filter_map(hit).collect(),
        }
    }

    /// The numbers of the articles with the tag and by the author that are asked for, in order.
    fn candidates(&self, query: &ListQuery) -> Vec<usize> {
        let labelled =
            |label: &Option<String>, labels: fn(&Labels) -> &BTreeMap<String, Vec<usize>>| {
                let label = label.as_ref()?;
                Some(
                    labels(self.labels.read())
                        .get(label)
                        .map_or(&[][..], Vec::as_slice),
                )
            };
        let tagged = labelled(&query.tag, |labels| &labels.tags);
        let written = labelled(&query.author, |labels| &labels.authors);
        match (tagged, written) {
            (None, None) => (0..self.directory.articles.len()).collect(),
            (Some(one), None) | (None, Some(one)) => one.to_vec(),
            (Some(one), Some(other)) => {
                let both = one
                    .iter()
                    .filter(|number| other.binary_search(number).is_ok());
                both.copied().collect()
            }
        }
    }
}

impl ListQuery {
    /// Whether nothing is left out.
    pub(crate) fn is_all(&self) -> bool {
        self.tag.is_none() && self.author.is_none() && self.words.is_empty()
    }

    /// What follows `/articles` in the one address of the first page of a tag, an author, or all. `None` for searches, and
    /// for other pages.
    pub(crate) fn label(&self) -> Option<String> {
        if self.after.is_some() || !self.words.is_empty() {
            return None;
        }
        match (&self.tag, &self.author) {
            (None, None) => Some(String::new()),
            (Some(tag), None) => Some(format!("?{}", query_string(&[("tag", tag)]))),
            (None, Some(author)) => Some(format!("?{}", query_string(&[("author", author)]))),
            (Some(_), Some(_)) => None,
        }
    }

    /// Whether an article belongs to this page or a later one.
    fn is_behind(&self, address: Option<&Address>, score: u32) -> bool {
        let Some((after, address)) = self.after.as_ref().zip(address) else {
            return true;
        };
        let place = (
            Reverse(score),
            Reverse(address.published_at),
            address.slug.as_str(),
        );
        place > (after.score, after.published_at, after.slug.as_str())
    }
}

fn place(cursor: &str) -> Result<Place, Invalid> {
    Place::read(cursor).ok_or_else(|| {
        let message = "Start again without a cursor: this one is not valid";
        Invalid::new(Code::Invalid, message)
    })
}

fn limit(text: &str) -> Result<usize, Invalid> {
    let limit = text
        .parse()
        .ok()
        .filter(|limit| (1..=LARGEST_LIMIT).contains(limit));
    limit.ok_or_else(|| {
        Invalid::new(
            Code::Invalid,
            format!("Ask for 1 to {LARGEST_LIMIT} articles"),
        )
    })
}
