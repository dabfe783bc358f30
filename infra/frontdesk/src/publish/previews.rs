//! Links to articles that nobody sees yet: drafts, and those that are published later.

use articles::Edition;
use jiff::{SignedDuration, Timestamp};
use shared::link::{LinkKeys, Purpose};

/// How long a link works. Publishing again gives new ones.
const LASTS: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Links to these articles on the site at `site`, in the order of the edition.
#[must_use]
pub fn previews(edition: &Edition, site: &str, keys: &LinkKeys, now: Timestamp) -> Vec<String> {
    let articles = edition.articles.iter();
    let later = articles.filter(|article| article.entry.published_at > now);
    let hidden = edition.drafts.iter().chain(later);
    let link = |article: &articles::Article| {
        let slug = &article.entry.slug;
        let token = keys.sign(Purpose::PreviewArticle, slug.as_str(), now + LASTS);
        format!("{site}/articles/{slug}/preview?token={token}")
    };
    hidden.map(link).collect()
}
