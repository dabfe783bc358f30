//! An article as it is stored: an entry, which lists show, and its text.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use shared::{clinic::Clinic, values::Slug};
use utoipa::ToSchema;

/// What lists show of an article.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Entry {
    /// The last part of its address.
    #[schema(value_type = String)]
    pub slug: Slug,
    pub title: String,
    /// What it says, in a sentence or two.
    pub summary: String,
    pub tags: Vec<String>,
    pub author: Author,
    pub published_at: Timestamp,
    pub updated_at: Timestamp,
    /// Who has checked that it is still right, and when it will be checked again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed: Option<Review>,
    /// At 200 words a minute, rounded up.
    pub reading_minutes: u32,
    pub image: Image,
}

impl Entry {
    /// The address of its page on the clinic's website.
    pub(crate) fn address(&self, clinic: &Clinic) -> String {
        address(&self.slug, clinic)
    }
}

/// The address of an article's page on the clinic's website.
pub(crate) fn address(slug: &Slug, clinic: &Clinic) -> String {
    format!("{}/articles/{slug}", clinic.website())
}

/// A practitioner, or a member of the team, who writes or reviews articles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Author {
    /// A practitioner's or team member's id.
    pub id: String,
    pub name: String,
}

/// A check that an article is still right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Review {
    pub by: Author,
    pub on: Date,
    /// The day on which it is due again.
    pub next: Date,
}

/// A picture with everything that a page needs to show it without moving.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Image {
    pub src: String,
    /// The same in other widths, as HTML's `srcset` has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub srcset: Option<String>,
    /// The alternative text: what the picture shows.
    pub alt: String,
    /// In pixels, like the height.
    pub width: u32,
    pub height: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<Credit>,
}

impl Image {
    /// The same widths as WebP, which is smaller. Publishing writes each JPEG with one beside it.
    pub(crate) fn webp_srcset(&self) -> Option<String> {
        let srcset = self.srcset.as_ref()?;
        Some(srcset.replace(".jpg ", ".webp "))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Credit {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// A page with more of their work.
    pub url: Option<String>,
}

/// The text of an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// As its author wrote it, with absolute addresses.
    pub markdown: String,
    pub html: String,
    /// The headings, in the order of the text.
    pub contents: Vec<Heading>,
    /// Its words without any markup, as they are searched.
    pub plain: String,
}

/// A heading inside the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Heading {
    /// The anchor in the text's HTML.
    pub id: String,
    /// The level of the heading, from 2 to 6.
    pub level: u8,
    pub title: String,
}

/// An article with its text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Article {
    pub entry: Entry,
    pub text: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_picture: Option<SharePicture>,
}

impl Article {
    /// The path of the picture for programs, which may show no SVG.
    pub(crate) fn picture(&self) -> &str {
        let shared = self.share_picture.as_ref();
        shared.map_or(&self.entry.image.src, |picture| &picture.src)
    }
}

/// The picture that other websites show beside a link: a JPEG or PNG, since they show no SVG.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharePicture {
    pub src: String,
    /// In pixels, like the height.
    pub width: u32,
    pub height: u32,
}
