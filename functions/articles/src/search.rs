//! Which articles a list shows.

use shared::{
    http::{Fields, Problem},
    values::{Code, Invalid, single_line},
};

use crate::article::Summary;

const DEFAULT_LIMIT: usize = 20;
const LARGEST_LIMIT: usize = 100;

/// What a list is asked for.
pub(crate) struct ListQuery {
    pub(crate) tag: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) words: Vec<String>,
    pub(crate) limit: usize,
    /// The slug of the last article of the page before.
    pub(crate) cursor: Option<String>,
}

impl ListQuery {
    /// Reads the query.
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
        let cursor = form.optional("cursor", |cursor| single_line(cursor, "a cursor", 200));
        form.finish()?;
        Ok(Self {
            tag: tag?,
            author: author?,
            words: words?
                .unwrap_or_default()
                .split_whitespace()
                .map(str::to_lowercase)
                .collect(),
            limit: limit?.unwrap_or(DEFAULT_LIMIT),
            cursor: cursor?,
        })
    }

    /// The articles that match, after the cursor.
    ///
    /// # Errors
    /// 422 when no matching article has the cursor's slug.
    pub(crate) fn after_cursor(&self, summaries: Vec<Summary>) -> Result<Vec<Summary>, Problem> {
        let matching = summaries
            .into_iter()
            .filter(|summary| self.matches(summary));
        let Some(cursor) = &self.cursor else {
            return Ok(matching.collect());
        };
        let mut rest = matching.skip_while(|summary| summary.slug.as_str() != cursor);
        if rest.next().is_some() {
            return Ok(rest.collect());
        }
        let invalid = Invalid::new(
            Code::Invalid,
            "Start again without a cursor: this one leads nowhere",
        );
        Err(vec![("cursor".into(), invalid)].into())
    }

    fn matches(&self, summary: &Summary) -> bool {
        let text = || {
            format!(
                "{} {} {}",
                summary.title,
                summary.summary,
                summary.tags.join(" ")
            )
            .to_lowercase()
        };
        self.tag
            .as_ref()
            .is_none_or(|tag| summary.tags.contains(tag))
            && self
                .author
                .as_ref()
                .is_none_or(|author| summary.author.id == *author)
            && (self.words.is_empty() || {
                let text = text();
                self.words.iter().all(|word| text.contains(word))
            })
    }
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
