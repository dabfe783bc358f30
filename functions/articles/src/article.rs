//! An article as the contract shows it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a list shows of an article.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ArticleSummary)]
pub struct Summary {
    /// The last part of its address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// What it says, in a sentence or two.
    pub summary: String,
    /// Its page on the clinic's website.
    pub url: String,
    /// What it is about.
    pub tags: Vec<String>,
    /// Who wrote it.
    pub author: Author,
    /// Since when it is there.
    pub published_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// At 200 words a minute, rounded up.
    pub reading_minutes: u32,
    /// The picture on top.
    pub image: Image,
}

/// Who wrote an article.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Author {
    /// A practitioner's or team member's id.
    pub id: String,
    /// Their name.
    pub name: String,
}

/// A picture with everything that a page needs to show it without moving.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Image {
    /// Its address on the site.
    pub src: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// What stands below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<Credit>,
}

/// Who made a picture.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credit {
    /// Their name.
    pub name: String,
    /// Where more of theirs is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A whole article.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Article {
    /// What lists show.
    #[serde(flatten)]
    pub summary: Summary,
    /// The text, as safe HTML.
    pub html: String,
    /// Its headings, in order.
    pub contents: Vec<Heading>,
    /// Others about the same things.
    pub related: Vec<Summary>,
    /// Links that share it.
    pub share: Share,
    /// What a reader can do next.
    pub call_to_action: CallToAction,
    /// schema.org `BlogPosting`.
    pub json_ld: serde_json::Value,
}

/// A heading inside the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Heading {
    /// Its anchor.
    pub id: String,
    /// 2 to 6.
    pub level: u8,
    /// Its text.
    pub title: String,
}

/// Links that share an article. No script of anybody's is needed for them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Share {
    /// Facebook's sharer.
    pub facebook: String,
    /// X's intent.
    pub x: String,
    /// `LinkedIn`'s sharer.
    pub linkedin: String,
    /// A `mailto:` (RFC 6068).
    pub email: String,
}

/// What a reader can do next.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CallToAction {
    /// Its heading.
    pub title: String,
    /// A sentence or two.
    pub text: String,
    /// As it is shown.
    pub phone: String,
    /// As it is dialled.
    pub phone_url: String,
    /// The page to book on.
    pub book_url: String,
}
