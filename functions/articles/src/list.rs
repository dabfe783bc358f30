//! `GET /articles`.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use serde::Serialize;
use shared::{
    http::{Cacheable, Fields, Problem, ProblemDocument, Query},
    values::{Code, Invalid, single_line},
};
use utoipa::ToSchema;

use crate::{ArticleDesk, article::Summary};

/// The contract's limits.
const DEFAULT_LIMIT: usize = 20;
const LARGEST_LIMIT: usize = 100;

/// What is asked for.
struct Search {
    tag: Option<String>,
    author: Option<String>,
    words: Vec<String>,
    limit: usize,
    /// The slug of the last article of the page before.
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ArticleList)]
struct Page<'a> {
    articles: &'a [Summary],
    next: Option<&'a str>,
}

/// Summaries, the newest first, a page at a time.
#[utoipa::path(
    get, path = "/articles", tag = "articles", operation_id = "listArticles",
    params(
        ("tag" = Option<String>, Query, description = "Only those about it"),
        ("author" = Option<String>, Query, description = "Only theirs, by id"),
        ("q" = Option<String>, Query, description = "Only those with all these words in title, summary or tags"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "How many; 20 unless told"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, description = "Summaries, the newest first", body = Page, headers(("link" = Option<String>, description = "`rel=next` (RFC 8288)"), ("etag" = String))),
        (status = 304, description = "As it was, by `If-None-Match`"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn list(
    State(desk): State<ArticleDesk>,
    Query(query): Query,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let search = Search::parse(&query)?;
    let summaries = desk.shelf.summaries(desk.clock.now()).await?;
    let found = search.after_cursor(summaries)?;
    let page = search.page(&found);
    let body = serde_json::to_string(&page).map_err(|_| Problem::unavailable())?;
    let mut response = Cacheable {
        body,
        last_modified: None,
        max_age_seconds: 60,
    }
    .answer(&headers);
    if let Some(link) = page.next.and_then(|cursor| search.next_link(cursor)) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

impl Search {
    fn parse(query: &Fields) -> Result<Self, Problem> {
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

    /// What matches, behind the cursor.
    fn after_cursor(&self, summaries: Vec<Summary>) -> Result<Vec<Summary>, Problem> {
        let matching = summaries
            .into_iter()
            .filter(|summary| self.matches(summary));
        let Some(cursor) = &self.cursor else {
            return Ok(matching.collect());
        };
        let mut rest = matching.skip_while(|summary| summary.slug != *cursor);
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

    fn page<'a>(&self, found: &'a [Summary]) -> Page<'a> {
        let (articles, rest) = found.split_at(self.limit.min(found.len()));
        let last = articles.last().map(|summary| summary.slug.as_str());
        Page {
            articles,
            next: last.filter(|_| !rest.is_empty()),
        }
    }

    /// RFC 8288.
    fn next_link(&self, cursor: &str) -> Option<HeaderValue> {
        let limit = self.limit.to_string();
        let words = self.words.join(" ");
        let mut query = shared::http::query_string(&[
            ("tag", self.tag.as_deref().unwrap_or_default()),
            ("author", self.author.as_deref().unwrap_or_default()),
            ("q", &words),
            ("limit", &limit),
            ("cursor", cursor),
        ]);
        // Relative to the address that was asked, wherever that is (RFC 3986, 5.2.2).
        query.insert_str(0, "<?");
        query.push_str(">; rel=\"next\"");
        HeaderValue::from_str(&query).ok()
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
