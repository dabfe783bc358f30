//! An edition, compared with the one that is published.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use shared::{store::Error, values::Slug};

use super::{Picture, WHAT};
use crate::{
    article::Article,
    catalogue::{Address, Contents, Listing, digest},
};

/// How many bytes an article has at most, as JSON. An item of `DynamoDB` has 400 KB.
const LARGEST: usize = 380 * 1024;

/// Everything that is to be published.
#[derive(Clone, Debug, Default)]
pub struct Edition {
    /// Sorted by `published_at`, the newest first.
    pub articles: Vec<Article>,
    /// The slugs that articles had before, and what each is today.
    pub formerly: BTreeMap<Slug, Slug>,
    /// Articles that only people with a link can see.
    pub drafts: Vec<Article>,
    /// What the articles and the clinic's pages show.
    pub pictures: Vec<Picture>,
}

impl Edition {
    /// Looks for articles that are too large to be stored.
    ///
    /// # Errors
    /// [`Unpublished::TooLarge`], and when an article cannot be written as JSON.
    pub fn check(&self) -> Result<(), Unpublished> {
        let mut articles = self.articles.iter().chain(&self.drafts);
        articles.try_for_each(|article| json(article).map(drop))
    }
}

/// What publishing has changed: slugs of articles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    pub added: Vec<String>,
    pub changed: Vec<String>,
    /// Former slugs that lead to an article from now on.
    pub moved: Vec<String>,
    pub withdrawn: Vec<String>,
    pub unchanged: usize,
}

impl Published {
    /// Whether anything changed that somebody can read.
    #[must_use]
    pub fn is_change(&self) -> bool {
        let lists = [&self.added, &self.changed, &self.moved, &self.withdrawn];
        lists.iter().any(|slugs| !slugs.is_empty())
    }

    /// What has changed, in a line for each article.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let lists = [
            ("new", &self.added),
            ("changed", &self.changed),
            ("moved", &self.moved),
            ("withdrawn", &self.withdrawn),
        ];
        let lines = lists
            .into_iter()
            .flat_map(|(what, slugs)| slugs.iter().map(move |slug| format!("{what}: {slug}")));
        let unchanged = format!("unchanged: {}", self.unchanged);
        lines.chain([unchanged]).collect()
    }
}

/// Why an edition was not published.
#[derive(Debug, thiserror::Error)]
pub enum Unpublished {
    #[error("content/articles/{slug}.md: it has {kilobytes} KB with its HTML, and {} is the most: make two articles of it", LARGEST / 1024)]
    TooLarge { slug: Slug, kilobytes: usize },
    #[error(
        "somebody else published first, so your articles were not published. Look at their changes, then run it again"
    )]
    Overtaken,
    #[error(transparent)]
    Store(#[from] Error),
}

/// The contents of the edition's catalogue.
pub(super) fn contents(
    edition: &Edition,
    before: &Contents,
    now: Timestamp,
) -> Result<Contents, Unpublished> {
    let old = before.by_slug();
    let listings = edition.articles.iter().map(|article| {
        let slug = &article.entry.slug;
        let was_there = before.withdrawn.contains(slug);
        listing(article, old.get(slug).copied(), was_there, now)
    });
    let listings: Vec<Listing> = listings.collect::<Result<_, _>>()?;
    let slugs: BTreeSet<&Slug> = listings.iter().map(|listing| &listing.entry.slug).collect();
    let moved = moved(edition, before, |slug| slugs.contains(slug));
    // What was never out is not withdrawn.
    let out = old
        .iter()
        .filter(|(_, address)| address.published_at <= now);
    let out = out.map(|(slug, _)| *slug);
    let once = before
        .withdrawn
        .iter()
        .chain(out)
        .chain(before.moved.keys());
    let is_gone = |slug: &&Slug| !slugs.contains(slug) && !moved.contains_key(*slug);
    let withdrawn: BTreeSet<Slug> = once.filter(is_gone).cloned().collect();
    let mut contents = Contents {
        listings,
        moved,
        withdrawn,
        listed_at: before.listed_at,
    };
    if !contents.lists_like(before) {
        contents.listed_at = now;
    }
    Ok(contents)
}

fn json(article: &Article) -> Result<Vec<u8>, Unpublished> {
    let json = serde_json::to_vec(article).map_err(|error| Error::unwritable(WHAT, error))?;
    if json.len() > LARGEST {
        let slug = article.entry.slug.clone();
        let kilobytes = json.len().div_ceil(1024);
        return Err(Unpublished::TooLarge { slug, kilobytes });
    }
    Ok(json)
}

fn listing(
    article: &Article,
    old: Option<&Address>,
    was_there: bool,
    now: Timestamp,
) -> Result<Listing, Unpublished> {
    let Article { entry, .. } = article;
    let slug = entry.slug.clone();
    let digest = digest(&json(article)?);
    let modified_at = match old {
        Some(old) if old.digest == digest => old.modified_at,
        // A change that the author did not date is dated now, and so is what comes back.
        Some(_) => now,
        None if was_there => now,
        None => entry.updated_at,
    };
    let address = Address {
        slug,
        digest,
        published_at: entry.published_at,
        modified_at,
    };
    Ok(Listing {
        entry: entry.clone(),
        address,
    })
}

/// Where former slugs lead: those of this edition, and those of editions before, which lead to what their target is called
/// today.
fn moved(
    edition: &Edition,
    before: &Contents,
    is_there: impl Fn(&Slug) -> bool,
) -> BTreeMap<Slug, Slug> {
    let mut moved = edition.formerly.clone();
    for (former, target) in &before.moved {
        let today = edition.formerly.get(target).unwrap_or(target);
        if is_there(today) && !is_there(former) {
            moved.entry(former.clone()).or_insert_with(|| today.clone());
        }
    }
    moved
}

/// What publishing these contents has changed.
pub(super) fn changes(before: &Contents, contents: &Contents) -> Published {
    let old = before.by_slug();
    let mut published = Published::default();
    for Listing { address, .. } in &contents.listings {
        let slug = address.slug.to_string();
        match old.get(&address.slug) {
            None => published.added.push(slug),
            Some(old) if old.digest == address.digest => published.unchanged += 1,
            Some(_) => published.changed.push(slug),
        }
    }
    let new = |slugs: &mut dyn Iterator<Item = &Slug>| slugs.map(ToString::to_string).collect();
    let mut moved = contents
        .moved
        .keys()
        .filter(|slug| !before.moved.contains_key(*slug));
    let mut withdrawn = contents
        .withdrawn
        .iter()
        .filter(|slug| !before.withdrawn.contains(*slug));
    published.moved = new(&mut moved);
    published.withdrawn = new(&mut withdrawn);
    published
}
