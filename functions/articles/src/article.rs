//! An article as the contract shows it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::values::Slug;
use utoipa::ToSchema;

/// The part of an article that lists show.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ArticleSummary)]
pub struct Summary {
    /// The last part of its address.
    #[schema(value_type = String)]
    pub slug: Slug,
    pub title: String,
    /// What it says, in a sentence or two.
    pub summary: String,
    /// Its page on the clinic's website.
    pub url: String,
    pub tags: Vec<String>,
    pub author: Author,
    pub published_at: Timestamp,
    pub updated_at: Timestamp,
    /// At 200 words a minute, rounded up.
    pub reading_minutes: u32,
    pub image: Image,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Author {
    /// A practitioner's or team member's id.
    pub id: String,
    pub name: String,
}

/// A picture with everything that a page needs to show it without moving.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Image {
    pub src: String,
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

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Credit {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    /// A page with more of their work.
    pub url: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Article {
    #[serde(flatten)]
    pub summary: Summary,
    /// The text, as safe HTML.
    pub html: String,
    /// The headings of the text, in order.
    pub contents: Vec<Heading>,
    /// Other articles with the same tags.
    pub related: Vec<Summary>,
    pub share: Share,
    /// What a reader can do next.
    pub call_to_action: CallToAction,
    /// The article as a schema.org `BlogPosting`.
    pub json_ld: serde_json::Value,
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

/// Links that share an article. They need no script.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Share {
    pub facebook: String,
    pub x: String,
    pub linkedin: String,
    /// A `mailto:` link (RFC 6068) with subject and body.
    pub email: String,
}

/// What a reader can do next.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CallToAction {
    pub title: String,
    pub text: String,
    pub phone: String,
    /// The phone number as a `tel:` link.
    pub phone_url: String,
    /// The page to book on.
    pub book_url: String,
}
