//! `GET /articles`.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;
use shared::{
    clinic::Clinic,
    http::{Accepts, Cacheable, Problem, ProblemDocument, Query},
};
use utoipa::ToSchema;

use crate::{
    ArticleDesk,
    catalogue::{ListQuery, Listed},
    pages,
    views::Summary,
};

#[derive(Serialize, ToSchema)]
struct ArticleList<'a> {
    articles: Vec<Summary<'a>>,
    /// The cursor of the next page.
    next: Option<String>,
}

/// Summaries, a page at a time: the newest first or, with words, the best matches first.
#[utoipa::path(
    get, path = "/articles", tag = "articles", operation_id = "listArticles",
    params(
        ("tag" = Option<String>, Query, description = "Only articles with this tag"),
        ("author" = Option<String>, Query, description = "Only articles by this author's id"),
        ("q" = Option<String>, Query, description = "Only articles with all these words, or longer ones that begin like them, in title, tags, summary or text"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "Page size; 20 by default"),
        ("cursor" = Option<String>, Query, description = "The `next` of the previous page"),
    ),
    responses(
        (status = 200, description = "Summaries", content((ArticleList = "application/json"), (String = "text/html")), headers(("link" = Option<String>, description = "`rel=next` (RFC 8288)"), ("etag" = String))),
        (status = 304, description = "Not modified, by `If-None-Match`"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn list(
    State(desk): State<ArticleDesk>,
    accepts: Accepts,
    Query(query): Query,
) -> Result<Response, Problem> {
    let query = ListQuery::parse(&query)?;
    let current = desk.shelf.current().await?;
    let corpus = if query.words.is_empty() {
        None
    } else {
        Some(desk.shelf.corpus(&current).await?)
    };
    let clinic = desk.clinic.current().await?;
    let listed = current.catalogue.list(&query, corpus, desk.clock.now());
    let next = listed.next.as_ref().map(|place| query.query(place));
    if accepts == Accepts::Html {
        let next = next.map(|next| format!("/articles?{next}"));
        let page = pages::articles::page(&query, &listed, next.as_deref(), &clinic);
        let mut response = page.into_response();
        if corpus.is_some() || listed.articles.is_empty() {
            // Search engines have no use for the results of another search, or for none.
            let noindex = HeaderValue::from_static("noindex");
            response.headers_mut().insert("x-robots-tag", noindex);
        }
        return Ok(response);
    }
    let mut response = Cacheable::json(&ArticleList::of(&listed, &clinic))?.into_response();
    if let Some(link) = next.and_then(|next| next_link(&next)) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

impl<'a> ArticleList<'a> {
    fn of(listed: &Listed<'a>, clinic: &Clinic) -> Self {
        let hits = listed.articles.iter();
        Self {
            articles: hits.map(|hit| Summary::found(hit, clinic)).collect(),
            next: listed.next.as_ref().map(crate::catalogue::Place::cursor),
        }
    }
}

/// The `Link` header to the next page (RFC 8288).
fn next_link(query: &str) -> Option<HeaderValue> {
    // Relative to the address that was asked, wherever that is (RFC 3986, 5.2.2).
    HeaderValue::from_str(&format!("<?{query}>; rel=\"next\"")).ok()
}
