//! Publishing: an edition takes the place of the one before, and only what changed is written.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;
use shared::{
    clinic::Clinic,
    store::{Consistency, Error},
    values::Slug,
};

use super::{Picture, Shelf, WHAT, article_key, draft_key, head::Head, retire::Known};
use crate::{
    article::{Article, Entry},
    catalogue::{Catalogue, Contents, Listing, digest},
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
    /// Articles that only those see who have a link.
    pub drafts: Vec<Article>,
    /// What the articles and the clinic's pages show.
    pub pictures: Vec<Picture>,
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
}

/// Why an edition was not published.
#[derive(Debug, thiserror::Error)]
pub enum Unpublished {
    #[error("{slug}.md has {kilobytes} KB with its HTML, and {} is the most: make two articles of it", LARGEST / 1024)]
    TooLarge { slug: Slug, kilobytes: usize },
    #[error(
        "somebody else published while this was running, and theirs holds. Look at what they changed, and run it again"
    )]
    Overtaken,
    #[error(transparent)]
    Store(#[from] Error),
}

impl Shelf {
    /// Publishes this edition. What is not in it any more is withdrawn.
    ///
    /// # Errors
    /// [`Unpublished`]. The edition before stays then: the articles' items come first, and the head last.
    pub async fn publish(
        &self,
        edition: &Edition,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<Published, Unpublished> {
        let head = self.head(Consistency::Strong).await?;
        let before = match &head {
            Some(head) => self.compiled(head).await?.into_contents(),
            None => Contents::default(),
        };
        let contents = contents(edition, &before, now)?;
        let known = self.known().await?;
        for picture in &edition.pictures {
            if !is_in_use(&known, &picture.key()) {
                self.put_picture(picture).await?;
            }
        }
        self.publish_drafts(&edition.drafts, &known).await?;
        let mut holds = head.clone();
        if head.is_none() || contents != before {
            let (published, catalogue) = self
                .put_edition(edition, &contents, head.as_ref(), &known)
                .await?;
            holds = Some(published);
            self.publish_former((edition, clinic), (&before, &catalogue), &known, now)
                .await?;
        }
        let named = named(edition, &contents, holds.as_ref());
        self.retire(&known, &named, now).await?;
        Ok(changes(&before, &contents))
    }

    /// Writes the articles, the catalogue and, last, the head.
    async fn put_edition(
        &self,
        edition: &Edition,
        contents: &Contents,
        before: Option<&Head>,
        known: &Known,
    ) -> Result<(Head, Catalogue), Unpublished> {
        for (article, listing) in edition.articles.iter().zip(&contents.listings) {
            let key = article_key(&listing.entry.slug, &listing.digest);
            if !is_in_use(known, &key) {
                self.put_article(key, article).await?;
            }
        }
        let texts = edition
            .articles
            .iter()
            .map(|article| article.text.plain.as_str());
        let bytes = Catalogue::compile(contents, &texts.collect::<Vec<_>>());
        let bytes = bytes.map_err(|error| Error::unwritable(WHAT, error))?;
        let head = self.put_parts(&version(&bytes), &bytes).await?;
        if !self.put_head(&head, before).await? {
            return Err(Unpublished::Overtaken);
        }
        let catalogue = Catalogue::read(&bytes).map_err(|_| self.table.unreadable(WHAT))?;
        Ok((head, catalogue))
    }

    /// Writes the drafts, and takes away those that are none any more.
    async fn publish_drafts(&self, drafts: &[Article], known: &Known) -> Result<(), Error> {
        let mut kept = BTreeSet::new();
        for draft in drafts {
            let key = draft_key(&draft.entry.slug);
            if self.draft(&draft.entry.slug).await?.as_ref() != Some(draft) {
                self.put_article(key.clone(), draft).await?;
            }
            kept.insert(key);
        }
        let is_draft = |key: &&String| key.starts_with("#draft/");
        for key in known
            .keys()
            .filter(is_draft)
            .filter(|key| !kept.contains(*key))
        {
            self.remove(key).await?;
        }
        Ok(())
    }

    async fn put_article(&self, key: String, article: &Article) -> Result<(), Error> {
        #[derive(Serialize)]
        struct Item<'a> {
            slug: String,
            #[serde(flatten)]
            article: &'a Article,
        }
        self.put(Item { slug: key, article }).await
    }

    pub(super) async fn put(&self, item: impl Serialize) -> Result<(), Error> {
        let item = serde_dynamo::to_item(item).map_err(|error| Error::unwritable(WHAT, error))?;
        let put = self.table.client().put_item();
        let put = put
            .table_name(self.table.name())
            .set_item(Some(item))
            .send();
        let put = put.await;
        put.map_err(|error| self.table.failed("PutItem", WHAT, error))?;
        Ok(())
    }
}

/// The contents of the edition's catalogue.
fn contents(edition: &Edition, before: &Contents, now: Timestamp) -> Result<Contents, Unpublished> {
    let old: BTreeMap<&Slug, &Listing> = before
        .listings
        .iter()
        .map(|listing| (&listing.entry.slug, listing))
        .collect();
    let mut listings = Vec::new();
    for article in &edition.articles {
        let json = serde_json::to_vec(article).map_err(|error| Error::unwritable(WHAT, error))?;
        let slug = &article.entry.slug;
        if json.len() > LARGEST {
            let (slug, kilobytes) = (slug.clone(), json.len().div_ceil(1024));
            return Err(Unpublished::TooLarge { slug, kilobytes });
        }
        let digest = digest(&json);
        let modified_at = match old.get(slug) {
            Some(old) if old.digest == digest => old.modified_at,
            // A change that the author did not date is dated now.
            Some(_) => now,
            None => article.entry.updated_at,
        };
        listings.push(Listing {
            entry: article.entry.clone(),
            digest,
            modified_at,
        });
    }
    let is_there = |slug: &Slug| listings.iter().any(|listing| listing.entry.slug == *slug);
    let moved = moved(edition, before, is_there);
    let once = before
        .withdrawn
        .iter()
        .chain(old.keys().copied())
        .chain(before.moved.keys());
    let is_gone = |slug: &&Slug| !is_there(slug) && !moved.contains_key(*slug);
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

fn changes(before: &Contents, contents: &Contents) -> Published {
    let old: BTreeMap<&Slug, &str> = before
        .listings
        .iter()
        .map(|listing| (&listing.entry.slug, listing.digest.as_str()))
        .collect();
    let mut published = Published::default();
    for listing in &contents.listings {
        let slug = listing.entry.slug.to_string();
        match old.get(&listing.entry.slug) {
            None => published.added.push(slug),
            Some(digest) if *digest == listing.digest => published.unchanged += 1,
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

/// The keys of all items that an edition names.
fn named(edition: &Edition, contents: &Contents, head: Option<&Head>) -> BTreeSet<String> {
    let listings = contents.listings.iter();
    let articles = listings.map(|listing| article_key(&listing.entry.slug, &listing.digest));
    let pictures = edition.pictures.iter().map(Picture::key);
    let parts = head.into_iter().flat_map(Head::part_keys);
    articles.chain(pictures).chain(parts).collect()
}

fn is_in_use(known: &Known, key: &str) -> bool {
    matches!(known.get(key), Some(None))
}

fn version(bytes: &[u8]) -> String {
    digest(bytes)
}

impl Contents {
    /// Whether lists, and what articles say of others, are the same.
    fn lists_like(&self, other: &Self) -> bool {
        let entries = |contents: &Self| -> Vec<Entry> {
            let listings = contents.listings.iter();
            listings.map(|listing| listing.entry.clone()).collect()
        };
        entries(self) == entries(other)
    }
}
