//! `GET /articles`.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;
use shared::http::{Accepts, Cacheable, Problem, ProblemDocument, Query, query_string};
use utoipa::ToSchema;

use crate::{ArticleDesk, article::Summary, pages, search::ListQuery};

#[derive(Serialize, ToSchema)]
struct ArticleList<'a> {
    articles: &'a [Summary],
    next: Option<&'a str>,
}

/// Summaries, the newest first, a page at a time.
#[utoipa::path(
    get, path = "/articles", tag = "articles", operation_id = "listArticles",
    params(
        ("tag" = Option<String>, Query, description = "Only articles with this tag"),
        ("author" = Option<String>, Query, description = "Only articles by this author's id"),
        ("q" = Option<String>, Query, description = "Only articles with all these words in title, summary or tags"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "Page size; 20 by default"),
        ("cursor" = Option<String>, Query, description = "The `next` of the previous page"),
    ),
    responses(
        (status = 200, description = "Summaries, the newest first", content((ArticleList = "application/json"), (String = "text/html")), headers(("link" = Option<String>, description = "`rel=next` (RFC 8288)"), ("etag" = String))),
        (status = 304, description = "Not modified, by `If-None-Match`"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn list(
    State(desk): State<ArticleDesk>,
    accepts: Accepts,
    Query(query): Query,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let search = ListQuery::parse(&query)?;
    let summaries = desk.shelf.summaries(desk.clock.now()).await?;
    let found = search.after_cursor(summaries)?;
    let listed = first(&found, search.limit);
    if accepts == Accepts::Html {
        let clinic = desk.clinic.current().await?;
        let next = listed
            .next
            .map(|cursor| format!("/articles?{}", search.query(cursor)));
        let page = pages::articles::page(listed.articles, next.as_deref(), &clinic);
        return Ok(page.into_response());
    }
    let mut response = Cacheable::json(&listed, None)?.answer(&headers);
    if let Some(link) = listed.next.and_then(|cursor| next_link(&search, cursor)) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

fn first(found: &[Summary], limit: usize) -> ArticleList<'_> {
    let (articles, rest) = found.split_at(limit.min(found.len()));
    let last = articles.last().map(|summary| summary.slug.as_str());
    ArticleList {
        articles,
        next: last.filter(|_| !rest.is_empty()),
    }
}

impl ListQuery {
    /// The query of the page behind that cursor.
    fn query(&self, cursor: &str) -> String {
        let limit = self.limit.to_string();
        let words = self.words.join(" ");
        query_string(&[
            ("tag", self.tag.as_deref().unwrap_or_default()),
            ("author", self.author.as_deref().unwrap_or_default()),
            ("q", &words),
            ("limit", &limit),
            ("cursor", cursor),
        ])
    }
}

/// The `Link` header to the next page (RFC 8288).
fn next_link(search: &ListQuery, cursor: &str) -> Option<HeaderValue> {
    let mut query = search.query(cursor);
    // Relative to the address that was asked, wherever that is (RFC 3986, 5.2.2).
    query.insert_str(0, "<?");
    query.push_str(">; rel=\"next\"");
    HeaderValue::from_str(&query).ok()
}
