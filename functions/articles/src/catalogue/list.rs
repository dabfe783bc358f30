//! Lists: articles with a tag, by an author, with words, a page at a time.

use std::cmp::Reverse;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use maud::html;
use serde::{Deserialize, Serialize};
use shared::{
    http::{Fields, Problem, query_string},
    values::{Code, Invalid, single_line},
};

use super::Catalogue;
use crate::{
    article::Entry,
    search::{Part, Query, excerpt},
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
    /// What the article counts for the words; 0 without any.
    counts: Reverse<u32>,
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
    /// The part of it that has the words, in HTML; only when there are words.
    pub(crate) snippet: Option<String>,
}

impl Place {
    fn of(entry: &Entry, counts: u32) -> Self {
        Self {
            counts: Reverse(counts),
            published_at: Reverse(entry.published_at),
            slug: entry.slug.to_string(),
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
    /// A page of the articles that are published at `now` and match: with words, those first that answer them best;
    /// otherwise the newest first.
    pub(crate) fn list(&self, query: &ListQuery, now: Timestamp) -> Listed<'_> {
        let listings = &self.contents.listings;
        let entry = |number: usize| listings.get(number).map(|listing| &listing.entry);
        let matches = |(number, counts): &(usize, u32)| {
            entry(*number).is_some_and(|entry| {
                entry.published_at <= now && query.wants(entry) && query.is_behind(entry, *counts)
            })
        };
        // One more than is shown tells whether there is a next page.
        let most = query.limit + 1;
        let mut found: Vec<(usize, u32)> = if query.words.is_empty() {
            let all = (0..listings.len()).map(|number| (number, 0));
            all.filter(matches).take(most).collect()
        } else {
            let mut found = self.index.find(&query.words, listings.len());
            found.retain(matches);
            found.sort_unstable_by_key(|(number, counts)| (Reverse(*counts), *number));
            found
        };
        let has_more = found.len() >= most;
        found.truncate(query.limit);
        let last = found.last().filter(|_| has_more);
        Listed {
            next: last.and_then(|(number, counts)| Some(Place::of(entry(*number)?, *counts))),
            articles: found
                .iter()
                .filter_map(|(number, _)| {
                    let entry = entry(*number)?;
                    let snippet = self.snippet(*number, entry, &query.words);
                    Some(Hit { entry, snippet })
                })
                .collect(),
        }
    }

    /// The part of an article that has the words: of its text or, if they are not there, of its summary.
    fn snippet(&self, number: usize, entry: &Entry, words: &Query) -> Option<String> {
        if words.is_empty() {
            return None;
        }
        let text = self.text(number);
        let mut parts = excerpt(&text, words);
        if parts.is_empty() {
            parts = excerpt(&entry.summary, words);
        }
        if parts.is_empty() {
            parts = vec![Part::Plain(&entry.summary)];
        }
        let marked = html! {
            @for part in parts {
                @match part {
                    Part::Plain(text) => (text),
                    Part::Match(text) => mark { (text) },
                }
            }
        };
        Some(marked.into_string())
    }
}

impl ListQuery {
    /// Whether nothing is left out.
    pub(crate) fn is_all(&self) -> bool {
        self.tag.is_none() && self.author.is_none() && self.words.is_empty()
    }

    /// Whether it belongs to this page or a later one.
    fn is_behind(&self, entry: &Entry, counts: u32) -> bool {
        self.after.as_ref().is_none_or(|after| {
            let place = (
                Reverse(counts),
                Reverse(entry.published_at),
                entry.slug.as_str(),
            );
            place > (after.counts, after.published_at, after.slug.as_str())
        })
    }

    fn wants(&self, entry: &Entry) -> bool {
        let has_tag = |tag: &String| entry.tags.contains(tag);
        let is_by = |author: &String| entry.author.id == *author;
        self.tag.as_ref().is_none_or(has_tag) && self.author.as_ref().is_none_or(is_by)
    }
}

fn place(cursor: &str) -> Result<Place, Invalid> {
    Place::read(cursor).ok_or_else(|| {
        let message = "Start again without a cursor: this one leads nowhere";
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
