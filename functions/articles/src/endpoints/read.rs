//! `GET /articles/{slug}` and its preview.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use jiff::Timestamp;
use mediatype::{
    MediaType,
    names::{MARKDOWN, TEXT},
};
use shared::{
    clinic::Clinic,
    http::{Cacheable, HTML_PAGE, JSON_TEXT, Problem, ProblemDocument, Query, most_welcome},
    link::Purpose,
    values::Slug,
};

use crate::{
    ArticleDesk,
    article::{Article, Entry},
    catalogue::{Catalogue, Found},
    pages,
    views::Whole,
};

/// How many others are shown below an article.
const RELATED: usize = 3;
const MARKDOWN_TEXT: MediaType<'static> = MediaType::new(TEXT, MARKDOWN);

/// The forms that an article has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    Html,
    Markdown,
}

impl Form {
    /// The one that is most welcome; JSON when none is.
    fn of(headers: &HeaderMap) -> Self {
        let offers = [
            (JSON_TEXT, Self::Json),
            (HTML_PAGE, Self::Html),
            (MARKDOWN_TEXT, Self::Markdown),
        ];
        most_welcome(headers, &offers).unwrap_or(Self::Json)
    }
}

/// The whole article in one answer. Drafts and articles that are published later are not found.
#[utoipa::path(
    get, path = "/articles/{slug}", tag = "articles", operation_id = "readArticle",
    params(("slug" = String, Path, description = "The last part of its address")),
    responses(
        (status = 200, description = "The whole article", content((Whole = "application/json"), (String = "text/html"), (String = "text/markdown")), headers(("etag" = String), ("last-modified" = String))),
        (status = 304, description = "Not modified, by `If-None-Match` or `If-Modified-Since`"),
        (status = 308, description = "It has another slug today", headers(("location" = String))),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn read(
    State(desk): State<ArticleDesk>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let slug = Slug::parse(&slug).map_err(|_| Problem::not_found())?;
    let current = desk.shelf.current().await?;
    let catalogue = &current.catalogue;
    let now = desk.clock.now();
    let address = match catalogue.find(&slug, now) {
        Found::Article(address) => address,
        Found::Moved(today) => return moved(today),
        Found::Withdrawn => return Err(withdrawn()),
        Found::Nothing => return Err(Problem::not_found()),
    };
    let clinic = desk.clinic.current().await?;
    let article = desk.shelf.article(address).await?;
    let article = article.ok_or_else(Problem::unavailable)?;
    let shown = Shown {
        related: catalogue.related(&article.entry, now, RELATED),
        article: &article,
        clinic: &clinic,
    };
    // Pages and JSON also show others, and the clinic.
    let listed_at = catalogue.listed_at(now).max(desk.clinic.published_at());
    let last = address.modified_at.max(listed_at);
    Ok(match Form::of(&headers) {
        Form::Html => shown.page().modified_at(last).into_response(),
        Form::Markdown => shown
            .markdown()
            .modified_at(address.modified_at)
            .into_response(),
        Form::Json => shown.json()?.modified_at(last).into_response(),
    })
}

/// A draft, or an article that is published later, for those who have a link.
#[utoipa::path(
    get, path = "/articles/{slug}/preview", tag = "articles", operation_id = "previewArticle",
    params(
        ("slug" = String, Path, description = "The last part of its address"),
        ("token" = String, Query, description = "From the link that `frontdesk publish` prints"),
    ),
    responses(
        (status = 200, description = "The article as it will be", body = String, content_type = "text/html"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn preview(
    State(desk): State<ArticleDesk>,
    Path(slug): Path<String>,
    Query(query): Query,
) -> Result<Response, Problem> {
    let slug = Slug::parse(&slug).map_err(|_| Problem::not_found())?;
    let now = desk.clock.now();
    let token = query.peek("token").unwrap_or_default();
    if !desk
        .keys
        .verify(token, Purpose::PreviewArticle, slug.as_str(), now)
    {
        return Err(Problem::not_found());
    }
    let current = desk.shelf.current().await?;
    let catalogue = &current.catalogue;
    let article = match desk.shelf.draft(&slug).await? {
        Some(draft) => Arc::new(draft),
        None if matches!(catalogue.find(&slug, now), Found::Article(_)) => return public(&slug),
        None => scheduled(&desk, catalogue, &slug).await?,
    };
    let clinic = desk.clinic.current().await?;
    let shown = Shown {
        related: catalogue.related(&article.entry, now, RELATED),
        article: &article,
        clinic: &clinic,
    };
    let mut response = shown.preview().into_response();
    let robots = HeaderValue::from_static("noindex");
    response.headers_mut().insert("x-robots-tag", robots);
    Ok(response)
}

/// The article of this slug, also if it is published later.
async fn scheduled(
    desk: &ArticleDesk,
    catalogue: &Catalogue,
    slug: &Slug,
) -> Result<Arc<Article>, Problem> {
    match catalogue.find(slug, Timestamp::MAX) {
        Found::Article(address) => {
            let article = desk.shelf.article(address).await?;
            article.ok_or_else(Problem::unavailable)
        }
        _ => Err(Problem::not_found()),
    }
}

/// An article with what is shown around it.
struct Shown<'a> {
    article: &'a Article,
    related: Vec<&'a Entry>,
    clinic: &'a Clinic,
}

impl Shown<'_> {
    fn json(&self) -> Result<Cacheable, Problem> {
        Cacheable::json(&Whole::of(self.article, &self.related, self.clinic))
    }

    fn page(&self) -> shared::pages::Page {
        pages::article::page(self.article, &self.related, self.clinic)
    }

    fn preview(&self) -> shared::pages::Page {
        pages::article::preview(self.article, &self.related, self.clinic)
    }

    /// Its title, its summary, and its text as the author wrote it (RFC 7763), with absolute addresses.
    fn markdown(&self) -> Cacheable {
        let Article { entry, text, .. } = self.article;
        let (title, summary, text) = (&entry.title, &entry.summary, &text.markdown);
        let whole = format!("# {title}\n\n{summary}\n\n{text}\n");
        Cacheable::new("text/markdown; charset=utf-8", whole)
    }
}

/// Leads from a preview to what has been published since.
fn public(slug: &Slug) -> Result<Response, Problem> {
    let location = HeaderValue::from_str(&format!("/articles/{slug}"));
    let location = location.map_err(|_| Problem::unavailable())?;
    let no_store = HeaderValue::from_static("no-store");
    let headers = [
        (header::LOCATION, location),
        (header::CACHE_CONTROL, no_store),
    ];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

fn moved(today: &Slug) -> Result<Response, Problem> {
    let location = HeaderValue::from_str(&format!("/articles/{today}"));
    let location = location.map_err(|_| Problem::unavailable())?;
    let headers = [
        (header::LOCATION, location),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=60"),
        ),
    ];
    Ok((StatusCode::PERMANENT_REDIRECT, headers).into_response())
}

fn withdrawn() -> Problem {
    Problem::new(
        StatusCode::GONE,
        "withdrawn",
        "This article is no longer published",
    )
    .with_detail("GET /articles lists those that are.")
    .with_page(pages::article::withdrawn())
}
