//! `GET /feed.atom`, `/feed.json`, `/sitemap.xml` and `/robots.txt`: the articles for machines.

use std::sync::Arc;

use axum::extract::State;
use futures_util::future::try_join_all;
use jiff::Timestamp;
use shared::{
    clinic::Clinic,
    http::{Cacheable, Problem, ProblemDocument},
};

use crate::{
    ArticleDesk,
    article::Article,
    feeds::{self, Feed},
};

/// How many articles a feed has, at most: the newest.
const NEWEST: usize = 20;

/// The newest articles with their whole text, as an Atom feed (RFC 4287).
#[utoipa::path(
    get, path = "/feed.atom", tag = "articles", operation_id = "readAtomFeed",
    responses(
        (status = 200, description = "The feed", body = String, content_type = "application/atom+xml"),
        (status = 304, description = "Not modified"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn atom(State(desk): State<ArticleDesk>) -> Result<Cacheable, Problem> {
    let newest = Newest::read(&desk).await?;
    let feed = newest.feed();
    let atom = Cacheable::new("application/atom+xml; charset=utf-8", feeds::atom(&feed));
    Ok(atom.modified_at(feed.updated))
}

/// The same as a JSON Feed (version 1.1).
#[utoipa::path(
    get, path = "/feed.json", tag = "articles", operation_id = "readJsonFeed",
    responses(
        (status = 200, description = "The feed", body = String, content_type = "application/feed+json"),
        (status = 304, description = "Not modified"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn json(State(desk): State<ArticleDesk>) -> Result<Cacheable, Problem> {
    let newest = Newest::read(&desk).await?;
    let feed = newest.feed();
    let json = serde_json::to_string(&feeds::json(&feed)).map_err(|_| Problem::unavailable())?;
    Ok(Cacheable::new("application/feed+json", json).modified_at(feed.updated))
}

/// The pages that search engines should know (sitemaps.org, 0.9).
#[utoipa::path(
    get, path = "/sitemap.xml", tag = "articles", operation_id = "readSitemap",
    responses(
        (status = 200, description = "The sitemap", body = String, content_type = "application/xml"),
        (status = 304, description = "Not modified"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn sitemap(State(desk): State<ArticleDesk>) -> Result<Cacheable, Problem> {
    let clinic = desk.clinic.current().await?;
    let current = desk.shelf.current().await?;
    let catalogue = &current.catalogue;
    let articles: Vec<_> = catalogue.addresses(desk.clock.now()).collect();
    let sitemap = feeds::sitemap(&articles, &clinic);
    Ok(Cacheable::new("application/xml; charset=utf-8", sitemap))
}

/// What crawlers should leave alone, and where the sitemap is (RFC 9309).
#[utoipa::path(
    get, path = "/robots.txt", tag = "articles", operation_id = "readRobots",
    responses(
        (status = 200, description = "The rules", body = String, content_type = "text/plain"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn robots(State(desk): State<ArticleDesk>) -> Result<Cacheable, Problem> {
    let clinic = desk.clinic.current().await?;
    let rules = feeds::robots(&clinic);
    Ok(Cacheable::new("text/plain; charset=utf-8", rules))
}

/// The newest articles with their texts.
struct Newest {
    clinic: Arc<Clinic>,
    articles: Vec<Arc<Article>>,
    updated: Timestamp,
}

impl Newest {
    async fn read(desk: &ArticleDesk) -> Result<Self, Problem> {
        let clinic = desk.clinic.current().await?;
        let current = desk.shelf.current().await?;
        let catalogue = &current.catalogue;
        let now = desk.clock.now();
        let newest: Vec<_> = catalogue.addresses(now).take(NEWEST).collect();
        let read = newest.iter().map(|address| desk.shelf.article(address));
        let articles = try_join_all(read).await?;
        let articles: Option<Vec<_>> = articles.into_iter().collect();
        let changed = newest.iter().map(|address| address.modified_at).max();
        let listed = catalogue.listed_at(now).max(desk.clinic.published_at());
        Ok(Self {
            clinic,
            articles: articles.ok_or_else(Problem::unavailable)?,
            updated: changed.map_or(listed, |changed| changed.max(listed)),
        })
    }

    fn feed(&self) -> Feed<'_> {
        Feed {
            clinic: &self.clinic,
            articles: &self.articles,
            updated: self.updated,
        }
    }
}
