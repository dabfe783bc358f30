//! Publishing: an edition takes the place of the one before, and only what changed is written.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use shared::{
    clinic::Clinic,
    store::{Consistency, Error, Item},
};

use super::{
    Picture, Shelf, WHAT, article_key, draft_key,
    edition::{Edition, Published, Unpublished, changes, contents},
    head::{Compiled, Head},
    item, previous_release,
    retire::Known,
};
use crate::{
    article::Article,
    catalogue::{Catalogue, Contents, digest},
    search::{Corpus, Searched},
};

/// How many items are written at once.
const AT_ONCE: usize = 16;

/// Told how many items of how many are written.
pub type Progress<'a> = &'a (dyn Fn(usize, usize) + Sync);

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
        // To the second, as HTTP has it.
        let now = Timestamp::from_second(now.as_second()).unwrap_or(now);
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
            last.extend(previous_release::items(
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
        items.push(picture.item());
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
    let mut article = item(article)?;
    article.insert("slug".to_owned(), AttributeValue::S(key));
    article.insert("digest".to_owned(), AttributeValue::S(digest.to_owned()));
    Ok(article)
}

fn compiled(edition: &Edition, contents: &Contents) -> Result<Compiled, Error> {
    let articles = edition
        .articles
        .iter()
        .map(|Article { entry, text, .. }| Searched {
            title: &entry.title,
            tags: &entry.tags,
            summary: &entry.summary,
            text: &text.plain,
        });
    let corpus = Corpus::compile(&articles.collect::<Vec<_>>());
    let catalogue = Catalogue::compile(contents);
    let catalogue = catalogue.map_err(|error| Error::unwritable(WHAT, error))?;
    Ok(Compiled::of(catalogue, corpus))
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
    let former = previous_release::keys(contents);
    articles
        .chain(pictures)
        .chain(drafts)
        .chain(former)
        .chain(head.keys())
        .collect()
}
