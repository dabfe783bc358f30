//! Publishing: an edition takes the place of the one before, and only what changed is written.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use serde::Serialize;
use shared::{
    clinic::Clinic,
    store::{Consistency, Error, Item},
    values::Slug,
};

use super::{
    Picture, Shelf, WHAT, article_key, draft_key, former,
    head::{Compiled, Head},
    retire::Known,
};
use crate::{
    article::Article,
    catalogue::{Address, Catalogue, Contents, Listing, digest},
    search::{Library, Searched},
};

/// How many bytes an article has at most, as JSON. An item of `DynamoDB` has 400 KB.
const LARGEST: usize = 380 * 1024;
/// How many items are written at once.
const AT_ONCE: usize = 16;

/// Told how many items of how many are written.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Sync);

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
        progress: Progress<'_>,
    ) -> Result<Published, Unpublished> {
        let head = self.head(Consistency::Strong).await?;
        let before = match &head {
            Some(head) => {
                let catalogue = self.read_catalogue(head).await?;
                let unreadable = |_| self.table.unreadable(WHAT);
                catalogue.contents().map_err(unreadable)?
            }
            None => Contents::default(),
        };
        let contents = contents(edition, &before, now)?;
        let compiled = compiled(edition, &contents)?;
        let known = self.known().await?;
        let first = new_items(edition, &contents, &compiled, &known)?;
        let mut last = drafts(&edition.drafts, &known)?;
        if head.as_ref() != Some(&compiled.head) {
            let catalogue = compiled.catalogue();
            let catalogue = catalogue.map_err(|_| self.table.unreadable(WHAT))?;
            let contents = (&before, &contents);
            last.extend(former::items(
                (edition, clinic),
                contents,
                &catalogue,
                &known,
                now,
            )?);
        }
        let of = first.len() + last.len();
        self.put_all(first, &|done| progress(done, of)).await?;
        if head.as_ref() != Some(&compiled.head)
            && !self.put_head(&compiled.head, head.as_ref()).await?
        {
            return Err(Unpublished::Overtaken);
        }
        let before_last = of - last.len();
        self.put_all(last, &|done| progress(before_last + done, of))
            .await?;
        let named = named(edition, &contents, &compiled.head);
        self.retire(&known, &named, now).await?;
        Ok(changes(&before, &contents))
    }

    /// Writes items, some at once, and tells how many are written.
    async fn put_all(&self, items: Vec<Item>, done: &(dyn Fn(usize) + Sync)) -> Result<(), Error> {
        let puts = items.into_iter().map(|item| self.put(item));
        let puts = stream::iter(puts).buffer_unordered(AT_ONCE).enumerate();
        let puts = puts.map(|(number, put)| put.map(|()| done(number + 1)));
        puts.try_collect().await
    }

    async fn put(&self, item: Item) -> Result<(), Error> {
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

/// The items of pictures, articles and the catalogue that are not there yet. Nobody reads them before the head names them.
fn new_items(
    edition: &Edition,
    contents: &Contents,
    compiled: &Compiled,
    known: &Known,
) -> Result<Vec<Item>, Error> {
    let is_new = |key: &str| {
        known
            .get(key)
            .is_none_or(|known| known.unused_since.is_some())
    };
    let mut items = Vec::new();
    for picture in edition
        .pictures
        .iter()
        .filter(|picture| is_new(&picture.key()))
    {
        items.push(picture.item()?);
    }
    for (article, listing) in edition.articles.iter().zip(&contents.listings) {
        let key = article_key(&listing.address);
        if is_new(&key) {
            items.push(article_item(key, article, &listing.address.digest)?);
        }
    }
    let slug = |item: &Item| item.get("slug").and_then(|slug| slug.as_s().ok()).cloned();
    let parts = compiled.items();
    items.extend(parts.filter(|part| slug(part).is_none_or(|key| is_new(&key))));
    Ok(items)
}

/// The items of the drafts that changed.
fn drafts(drafts: &[Article], known: &Known) -> Result<Vec<Item>, Error> {
    let mut items = Vec::new();
    for draft in drafts {
        let key = draft_key(&draft.entry.slug);
        let json = serde_json::to_vec(draft).map_err(|error| Error::unwritable(WHAT, error))?;
        let digest = digest(&json);
        let is_there = known
            .get(&key)
            .is_some_and(|known| known.digest.as_ref() == Some(&digest));
        if !is_there {
            items.push(article_item(key, draft, &digest)?);
        }
    }
    Ok(items)
}

fn article_item(key: String, article: &Article, digest: &str) -> Result<Item, Error> {
    let mut item = item(article)?;
    item.insert("slug".to_owned(), AttributeValue::S(key));
    item.insert("digest".to_owned(), AttributeValue::S(digest.to_owned()));
    Ok(item)
}

/// A value as it is stored.
pub(super) fn item(value: impl Serialize) -> Result<Item, Error> {
    serde_dynamo::to_item(value).map_err(|error| Error::unwritable(WHAT, error))
}

fn compiled(edition: &Edition, contents: &Contents) -> Result<Compiled, Error> {
    let articles = edition
        .articles
        .iter()
        .map(|Article { entry, text }| Searched {
            title: &entry.title,
            tags: &entry.tags,
            summary: &entry.summary,
            text: &text.plain,
        });
    let library = Library::compile(&articles.collect::<Vec<_>>());
    let catalogue = Catalogue::compile(contents);
    let catalogue = catalogue.map_err(|error| Error::unwritable(WHAT, error))?;
    Ok(Compiled::of(catalogue, library))
}

/// The contents of the edition's catalogue.
fn contents(edition: &Edition, before: &Contents, now: Timestamp) -> Result<Contents, Unpublished> {
    let old = by_slug(before);
    let listings = edition.articles.iter().map(|article| {
        let slug = &article.entry.slug;
        listing(article, old.get(slug).copied(), now)
    });
    let listings: Vec<Listing> = listings.collect::<Result<_, _>>()?;
    let slugs: BTreeSet<&Slug> = listings.iter().map(|listing| &listing.entry.slug).collect();
    let moved = moved(edition, before, |slug| slugs.contains(slug));
    let once = before
        .withdrawn
        .iter()
        .chain(old.keys().copied())
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

fn listing(
    article: &Article,
    old: Option<&Address>,
    now: Timestamp,
) -> Result<Listing, Unpublished> {
    let json = serde_json::to_vec(article).map_err(|error| Error::unwritable(WHAT, error))?;
    let Article { entry, .. } = article;
    let slug = entry.slug.clone();
    if json.len() > LARGEST {
        let kilobytes = json.len().div_ceil(1024);
        return Err(Unpublished::TooLarge { slug, kilobytes });
    }
    let digest = digest(&json);
    let modified_at = match old {
        Some(old) if old.digest == digest => old.modified_at,
        // A change that the author did not date is dated now.
        Some(_) => now,
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

pub(super) fn by_slug(contents: &Contents) -> BTreeMap<&Slug, &Address> {
    let addresses = contents.listings.iter().map(|listing| &listing.address);
    addresses.map(|address| (&address.slug, address)).collect()
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
    let old = by_slug(before);
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

/// The keys of all items that an edition names.
fn named(edition: &Edition, contents: &Contents, head: &Head) -> BTreeSet<String> {
    let listings = contents.listings.iter();
    let articles = listings.map(|listing| article_key(&listing.address));
    let pictures = edition.pictures.iter().map(Picture::key);
    let drafts = edition
        .drafts
        .iter()
        .map(|draft| draft_key(&draft.entry.slug));
    let former = former::keys(contents);
    articles
        .chain(pictures)
        .chain(drafts)
        .chain(former)
        .chain(head.keys())
        .collect()
}
